"""`skillmark organisation` and `person` from the outside: a second organisation and its first people."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from click.testing import CliRunner

from issuer import Claims, accept_invitations_of, find_invitation, list_organisations
from issuer.people import organisation_issuer_slugs
from skillmark.cli import main
from skillmark.mailing import compose_mailing
from skillmark.settings import load_link_secret, load_settings
from skillmark.wiring import open_ledger

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from click.testing import Result

    Run = Callable[..., Result]

OWNER = "olga@example.org"


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run the program with a data folder that has an issuer."""

    def run_program(*arguments: str, stdin: str | None = None) -> Result:
        return CliRunner().invoke(main, ["--home", str(tmp_path), *arguments], input=stdin)

    assert run_program("init", "--name", "Lakeshore").exit_code == 0
    return run_program


def add_harbour(run: Run) -> Result:
    return run("organisation", "add", "Harbour Works", "--owner", OWNER, "--kind", "employer")


def accept(home: Path, email: str) -> None:
    with open_ledger(load_settings(home)) as ledger:
        assert accept_invitations_of(ledger, email, name="Olga Pine") is not None


def test_organisation_is_made_with_issuer_and_invitation(run: Run, tmp_path: Path) -> None:
    """One command makes the desk of another place; its owner has a link that works."""
    made = add_harbour(run)
    assert made.exit_code == 0
    token = re.search(r"/desk/invitation/(\S+)", made.output)
    assert token is not None
    with open_ledger(load_settings(tmp_path)) as ledger:
        invitation = find_invitation(ledger, token[1])
        assert {issuer.name for issuer in ledger.issuers()} == {"Lakeshore", "Harbour Works"}
    assert invitation is not None
    assert (invitation.email, invitation.role.value, invitation.organisation_name) == (OWNER, "owner", "Harbour Works")


def test_lists_say_who_is_where(run: Run, tmp_path: Path) -> None:
    """Organisations with their people; people with role, last day and open invitations."""
    add_harbour(run)
    accept(tmp_path, OWNER)
    run("person", "invite", "luis@example.org", "--role", "viewer", "--organisation", "harbour works")
    assert run("organisation", "list").output.splitlines() == [
        "Harbour Works  1 person",
        "Lakeshore  1 person  (the first one)",
    ]
    listed = run("person", "list", "--organisation", "Harbour Works").output.splitlines()
    assert listed[0] == f"{OWNER}  owner  never signed in  Olga Pine"
    assert re.fullmatch(r"luis@example\.org  viewer  invited until \d{4}-\d\d-\d\d", listed[1])


def test_person_is_removed_after_a_question(run: Run, tmp_path: Path) -> None:
    """The program asks, and removes whom the address names; the last owner stays."""
    assert run("person", "invite", OWNER, "--role", "owner").exit_code == 0
    accept(tmp_path, OWNER)
    assert run("person", "remove", OWNER, stdin="n\n").exit_code == 1
    assert OWNER in run("person", "list").output
    assert run("person", "remove", "desk", "--yes").exit_code == 0
    refused = run("person", "remove", OWNER.upper(), "--yes")
    assert refused.exit_code == 1
    assert "people.last_owner" in refused.output
    assert OWNER in run("person", "list").output


def test_new_desk_password_opens_the_desk_again(run: Run, tmp_path: Path) -> None:
    """Whoever runs the site is never locked out: setting the password makes its entry an owner again."""
    run("person", "invite", OWNER, "--role", "owner")
    accept(tmp_path, OWNER)
    run("person", "remove", "desk", "--yes")
    assert "password of the desk" not in run("person", "list").output
    assert run("desk-password", "--password", "a long enough password").exit_code == 0
    assert "(password of the desk)  owner" in run("person", "list").output


def test_invitation_is_mailed(run: Run, tmp_path: Path) -> None:
    """The sender writes the invitation like any other mail: here into a file, with the link that was printed."""
    made = add_harbour(run)
    link = re.search(r"http\S+/desk/invitation/\S+", made.output)
    assert link is not None
    settings = load_settings(tmp_path)
    with open_ledger(settings) as ledger:
        claims = Claims(ledger, load_link_secret(tmp_path))
        outcome = compose_mailing(claims, home=tmp_path, mail=None, password=str).run()
    assert outcome["sent"] == 1
    (mail,) = settings.outbox_folder.glob("*.eml")
    assert link[0].encode() in mail.read_bytes().replace(b"=\r\n", b"")


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (("organisation", "add", "Lakeshore", "--owner", OWNER), "people.organisation_taken"),
        (("organisation", "add", "Harbour", "--owner", "olga"), "people.email_invalid"),
        (("person", "list", "--organisation", "Nowhere"), "people.organisation_unknown"),
        (("person", "remove", "nobody@example.org", "--yes"), "people.unknown"),
    ],
)
def test_refusal_is_one_sentence(run: Run, arguments: tuple[str, ...], code: str) -> None:
    """What cannot be done is said, and nothing is half made."""
    refused = run(*arguments)
    assert refused.exit_code == 1
    assert code in refused.output
    assert len(run("organisation", "list").output.splitlines()) == 1


def test_organisation_gets_a_second_issuer(run: Run, tmp_path: Path) -> None:
    """`init --another --organisation` makes an issuer for that organisation, and for no other."""
    add_harbour(run)
    added = run("init", "--name", "Harbour School", "--another", "--organisation", "Harbour Works")
    assert added.exit_code == 0
    assert run("init", "--name", "X", "--another", "--organisation", "Nowhere").exit_code == 1
    with open_ledger(load_settings(tmp_path)) as ledger, ledger.database.read() as connection:
        owned = {
            entry.name: organisation_issuer_slugs(connection, entry.id) for entry in list_organisations(connection)
        }
    assert owned == {"Lakeshore": {"lakeshore"}, "Harbour Works": {"harbour-works", "harbour-school"}}


def test_several_organisations_need_a_name(run: Run) -> None:
    """With two organisations the program does not guess which is meant."""
    add_harbour(run)
    refused = run("person", "list")
    assert refused.exit_code == 1
    assert "people.organisation_unnamed" in refused.output
