"""Fills a fresh data folder with an example college, its courses and a class, so that there is something to open."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import ProofChoice, read_achievement, read_roster
from keys import KeyType
from pages import hash_password
from schemas import ConfigurationError, OrganizationKind, encode_json
from skillmark.cli_issue import issue_with_progress
from skillmark.settings import create_home, write_secret
from skillmark.wiring import open_ledger

if TYPE_CHECKING:
    from pathlib import Path

    from issuer import IssuedCredential, Ledger
    from schemas import JsonObject
    from skillmark.settings import Settings

COLLEGE = "Lakeshore Technical College (example)"
CLASS_LISTS = {"cmm-operator": "cmm-spring.csv"}
REVOKED_REASON = "The practical test has to be repeated: the probe was not calibrated."
SUSPENDED_REASON = "The yearly eye test is overdue."
PASSWORD_BYTES = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class Demo:
    """Where a newcomer looks first."""

    settings: Settings
    desk_password: str
    genuine_slug: str
    suspended_slug: str
    revoked_slug: str


def _desk_password(settings: Settings) -> str:
    """Return the password of the example desk, made at the first start and kept beside its hash."""
    path = settings.secrets_folder / "demo-desk-password"
    if not path.exists():
        password = secrets.token_urlsafe(PASSWORD_BYTES)
        settings.save_desk_password_hash(hash_password(password))
        write_secret(path, password.encode("ascii"))
    return path.read_text("ascii")


def _issue_examples(ledger: Ledger, examples: Path, issuer_slug: str) -> None:
    for path in sorted((examples / "achievements").glob("*.yaml")):
        course = read_achievement(path.read_bytes(), filename=path.name, folder=path.parent)
        ledger.save_achievement(issuer_slug, course)
        class_list = CLASS_LISTS.get(course.slug)
        if class_list is not None:
            roster = examples / "rosters" / class_list
            people = read_roster(roster.read_bytes(), filename=roster.name, achievement=course)
            issue_with_progress(ledger, people, course, issuer_slug=issuer_slug, proof=ProofChoice.BOTH)


def _show_each_status(ledger: Ledger) -> tuple[IssuedCredential, IssuedCredential, IssuedCredential]:
    """Return one badge in force, one suspended and one revoked, of the people who stand last on the class list."""
    genuine, *_, suspended, revoked = sorted(ledger.list_issued(), key=lambda issued: issued.recipient_name)
    if not suspended.suspended:
        ledger.suspend(suspended.id, SUSPENDED_REASON, "demo")
    if not revoked.revoked:
        ledger.revoke(revoked.id, REVOKED_REASON, "demo")
    return genuine, suspended, revoked


def prepare_demo(home: Path, examples: Path, *, base_url: str) -> Demo:
    """Make the example college and issue its class list; a second call finds everything and adds nothing.

    Raises:
        ConfigurationError: `config.examples_missing` when the folder with examples is not there.
    """
    if not (examples / "achievements").is_dir():
        raise ConfigurationError("config.examples_missing", str(examples))
    settings = create_home(home, base_url=base_url)
    with open_ledger(settings) as ledger:
        known = ledger.issuers()
        profile = (
            known[0]
            if known
            else ledger.create_issuer(
                name=COLLEGE,
                kind=OrganizationKind.COLLEGE,
                url="https://lakeshore.example.edu",
                email="badges@lakeshore.example.edu",
                description="An invented college that shows what Skillmark does.",
                key_type=KeyType.ED25519,
            )
        )
        _issue_examples(ledger, examples, profile.slug)
        if not settings.trust_list_path.exists():
            entry: JsonObject = {
                "id": profile.id,
                "name": profile.name,
                "kind": profile.kind.value,
                "note": "Our own example.",
            }
            settings.trust_list_path.write_bytes(encode_json({"issuers": [entry]}))
        genuine, suspended, revoked = _show_each_status(ledger)
    return Demo(
        settings=settings,
        desk_password=_desk_password(settings),
        genuine_slug=genuine.slug,
        suspended_slug=suspended.slug,
        revoked_slug=revoked.slug,
    )
