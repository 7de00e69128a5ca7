"""Badges that a program had signed: in the ledger like those of class lists."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import pytest
import sqlalchemy as sa

from credentials import Cryptosuite
from issuer import Ledger, ProgramOrder, diagnose, issue_for_program, list_jobs
from keys import KeyType
from schemas import DecodingError, IssuanceError, JsonObject, LedgerError, ProofError, read_json_object
from storage import AUDIT
from tests.doubles.ledgers import PUBLIC_URL, SetClock, issue, make_issuer, make_roster, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PROGRAM = "0123456789ab"
FIRST_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0001"
SECOND_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0002"
Order = Callable[..., ProgramOrder]


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with an issuer whose key signs selectively too."""
    opened = open_ledger(tmp_path, SetClock(), base_url=PUBLIC_URL)
    make_issuer(opened, key_type=KeyType.P256)
    yield opened
    opened.database.close()


@pytest.fixture
def order(ledger: Ledger) -> Order:
    """Compose what a program asks for."""
    (profile,) = ledger.issuers()

    def compose(**changes: object) -> ProgramOrder:
        asked = ProgramOrder(
            issuer_slug=profile.slug,
            program=PROGRAM,
            credential=_badge(profile.id),
            credential_id=FIRST_ID,
            suite=Cryptosuite.ECDSA_RDFC_2019,
        )
        changed = replace(asked, **changes)  # type: ignore[arg-type]
        return replace(changed, credential={**changed.credential, "id": changed.credential_id})

    return compose


def _badge(issuer_id: str) -> JsonObject:
    return {
        "@context": [
            "https://www.w3.org/ns/credentials/v2",
            "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        ],
        "id": FIRST_ID,
        "type": ["VerifiableCredential", "OpenBadgeCredential"],
        "name": "Forklift operator",
        "issuer": {"id": issuer_id, "type": ["Profile"], "name": "North Shop College"},
        "validFrom": "2026-11-01T00:00:00Z",
        "validUntil": "2029-11-01T00:00:00Z",
        "credentialSubject": {
            "type": ["AchievementSubject"],
            "identifier": [
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": "Dana Whitfield",
                    "identityType": "name",
                },
                {
                    "type": "IdentityObject",
                    "hashed": False,
                    "identityHash": "dana@example.org",
                    "identityType": "emailAddress",
                },
            ],
            "achievement": {
                "id": "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d00aa",
                "type": ["Achievement"],
                "name": "Forklift operator",
                "description": "Drives a counterbalance forklift.",
                "criteria": {"narrative": "Drive the course without touching a cone."},
            },
        },
    }


def _entries(json_bytes: bytes) -> list[JsonObject]:
    status = read_json_object(json_bytes)["credentialStatus"]
    return cast("list[JsonObject]", status if isinstance(status, list) else [status])


def _bad(ledger: Ledger) -> list[str]:
    return [f"{finding.invariant} {finding.describe()}" for finding in diagnose(ledger) if not finding.ok]


def test_bytes_and_audit_record_are_kept(ledger: Ledger, order: Order) -> None:
    """The bytes that come back are the stored ones, and the audit holds their hash."""
    issued = issue_for_program(ledger, order())
    assert ledger.find_by_id(FIRST_ID) == issued
    with ledger.database.read() as connection:
        (record,) = connection.scalars(sa.select(AUDIT.c.record).where(AUDIT.c.event == "credential.issued")).all()
    told = json.loads(record)
    assert (told["program"], told["suite"]) == (PROGRAM, "ecdsa-rdfc-2019")
    assert _bad(ledger) == []


def test_audit_names_no_person(ledger: Ledger, order: Order) -> None:
    """Neither the id that a program chose nor a name or an address enters the audit; a status change neither."""
    personal = "https://lms.example.com/people/dana@example.org/badge"
    issue_for_program(ledger, order(credential_id=personal))
    ledger.revoke(personal, "A mistake.", "desk")
    with ledger.database.read() as connection:
        records = connection.scalars(sa.select(AUDIT.c.record)).all()
    assert not [record for record in records if b"dana" in record.lower()]


def test_badge_has_a_place_for_each_purpose(ledger: Ledger, order: Order) -> None:
    """BITSTRING-STATUS-LIST 1.0 §2.1: an entry for revocation and one for suspension, in lists of this site."""
    entries = _entries(issue_for_program(ledger, order()).json_bytes)
    assert [entry["statusPurpose"] for entry in entries] == ["revocation", "suspension"]
    assert {entry["type"] for entry in entries} == {"BitstringStatusListEntry"}
    assert [entry["statusListCredential"] for entry in entries] == [f"{PUBLIC_URL}/status/1", f"{PUBLIC_URL}/status/2"]
    assert len({entry["statusListIndex"] for entry in entries}) == 1


def test_one_purpose_is_a_single_object(tmp_path: Path) -> None:
    """An installation that only revokes writes `credentialStatus` as one object, as Open Badges models it."""
    ledger = open_ledger(tmp_path, SetClock(), status_purposes=("revocation",))
    profile = make_issuer(ledger)
    credential = _badge(profile.id)
    issued = issue_for_program(
        ledger,
        ProgramOrder(
            issuer_slug=profile.slug,
            program=PROGRAM,
            credential=credential,
            credential_id=FIRST_ID,
            suite=Cryptosuite.EDDSA_RDFC_2022,
        ),
    )
    assert isinstance(read_json_object(issued.json_bytes)["credentialStatus"], dict)
    with pytest.raises(LedgerError) as caught:
        ledger.suspend(FIRST_ID, "x", "desk")
    assert caught.value.code == "ledger.suspension_not_offered"
    ledger.database.close()


def test_places_are_shared_with_class_lists_and_never_twice(ledger: Ledger, order: Order) -> None:
    """Badges of a class list and of a program never have the same place."""
    (profile,) = ledger.issuers()
    issue(ledger, profile, make_roster(5))
    for number in range(5):
        issue_for_program(ledger, order(credential_id=f"urn:uuid:{number}"))
    places = [tuple(entry["statusListIndex"] for entry in _entries(one.json_bytes)) for one in ledger.list_issued()]
    assert len(set(places)) == len(places) == 10
    assert _bad(ledger) == []


def test_revoke_suspend_reinstate(ledger: Ledger, order: Order) -> None:
    """Each change is in the list that the badge names."""
    issued = issue_for_program(ledger, order())
    ledger.suspend(FIRST_ID, "Until the test is repeated.", "desk")
    assert ledger.find_by_id(FIRST_ID).suspended  # type: ignore[union-attr]
    ledger.reinstate(FIRST_ID, "Repeated.", "desk")
    ledger.revoke(FIRST_ID, "A mistake.", "desk")
    found = ledger.find_published(issued.slug)
    assert found is not None
    assert (found.revoked, found.suspended, found.json_bytes) == (True, False, issued.json_bytes)
    assert ledger.status_list(1) is not None
    assert _bad(ledger) == []


def test_id_in_use_is_refused(ledger: Ledger, order: Order) -> None:
    """T-58: an id of a program or of a class list is never used again, not for the same body either."""
    (profile,) = ledger.issuers()
    job = issue(ledger, profile, make_roster(1))
    (from_list,) = ledger.list_issued(job.job_id)
    issue_for_program(ledger, order())
    for asked in (order(), order(suite=Cryptosuite.ECDSA_JCS_2019), order(credential_id=from_list.id)):
        with pytest.raises(IssuanceError) as caught:
            issue_for_program(ledger, asked)
        assert caught.value.code == "vc_api.duplicate_id"
    assert ledger.count_issued() == 2


def test_request_with_a_name_is_answered_again(ledger: Ledger, order: Order) -> None:
    """T-72: the second answer is the first, byte for byte; with another body it is refused."""
    first = issue_for_program(ledger, order(request_name="r1"))
    again = issue_for_program(ledger, order(request_name="r1"))
    assert again == first
    with pytest.raises(IssuanceError) as caught:
        issue_for_program(ledger, order(request_name="r1", credential_id=SECOND_ID))
    assert caught.value.code == "vc_api.request_reused"
    with pytest.raises(IssuanceError) as caught:
        issue_for_program(ledger, order(request_name="r1", program="ba9876543210"))
    assert caught.value.code == "vc_api.duplicate_id"


@pytest.mark.parametrize("name", ["", "same"])
def test_eight_at_once_issue_one(ledger: Ledger, order: Order, name: str) -> None:
    """Of eight equal requests one is signed; with a name all eight get that one badge."""

    def ask(_: int) -> str:
        try:
            return issue_for_program(ledger, order(request_name=name)).slug
        except IssuanceError as error:
            return error.code

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(ask, range(8)))
    (issued,) = ledger.list_issued()
    assert answers.count(issued.slug) == (8 if name else 1)
    assert set(answers) == {issued.slug} | (set() if name else {"vc_api.duplicate_id"})
    assert _bad(ledger) == []


def test_nothing_is_used_up_by_what_cannot_be_signed(ledger: Ledger, order: Order) -> None:
    """A pointer that names nothing is refused before the id and a place are taken."""
    with pytest.raises(ProofError) as caught:
        issue_for_program(ledger, order(suite=Cryptosuite.ECDSA_SD_2023, pointers=("/nothing",)))
    assert caught.value.code == "proof.pointer_unmatched"
    assert issue_for_program(ledger, order()).id == FIRST_ID
    assert _bad(ledger) == []


def test_what_no_verifier_would_read_is_not_signed(ledger: Ledger, order: Order) -> None:
    """More than 256 KiB is refused, and neither the id nor a place is taken."""
    (profile,) = ledger.issuers()
    large: JsonObject = {**_badge(profile.id), "description": "x" * 300_000}
    with pytest.raises(DecodingError) as caught:
        issue_for_program(ledger, order(credential=large))
    assert caught.value.code == "decoding.too_large"
    assert issue_for_program(ledger, order()).id == FIRST_ID


def test_badge_for_its_holder_only_has_no_page(ledger: Ledger, order: Order) -> None:
    """A base proof is kept and can be revoked, and no page shows it."""
    issued = issue_for_program(ledger, order(suite=Cryptosuite.ECDSA_SD_2023))
    ledger.revoke(FIRST_ID, "A mistake.", "desk")
    assert not issued.has_page
    assert _bad(ledger) == []


def test_plain_credential_is_kept_without_a_page(ledger: Ledger, order: Order) -> None:
    """What is no badge is recorded, listed under its type, and has no page."""
    (profile,) = ledger.issuers()
    plain: JsonObject = {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "type": ["VerifiableCredential"],
        "issuer": profile.id,
        "credentialSubject": {"id": "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0003"},
    }
    issued = issue_for_program(ledger, order(credential=plain))
    assert (issued.title, issued.has_page) == ("VerifiableCredential", False)
    assert issued.recipient_name == "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0003"
    assert _bad(ledger) == []


def test_desk_finds_it_by_name_and_address(ledger: Ledger, order: Order) -> None:
    """Name, address, title and end date stand in the list as the badge says them."""
    issued = issue_for_program(ledger, order())
    assert ledger.list_issued() == (issued,)
    assert ledger.search_issued("whitfield", limit=5) == (issued,)
    assert ledger.search_issued("DANA@example.org", limit=5) == (issued,)
    assert (issued.title, issued.recipient_name, issued.is_from_program) == (
        "Forklift operator",
        "Dana Whitfield",
        True,
    )
    assert issued.valid_until is not None
    assert issued.valid_until.year == 2029


def test_no_job_and_no_course_shows(ledger: Ledger, order: Order) -> None:
    """What the ledger needs to keep such badges under is neither a class nor a course to anybody."""
    (profile,) = ledger.issuers()
    issue_for_program(ledger, order())
    assert list_jobs(ledger) == ()
    assert ledger.achievements() == ()
    assert ledger.find_achievement(f"~{profile.slug}") is None


def test_badge_stays_good_when_the_key_is_changed(ledger: Ledger, order: Order) -> None:
    """F11: each badge is signed by one key, recorded with it."""
    issue_for_program(ledger, order())
    ledger.rotate_key(ledger.issuers()[0].slug)
    issue_for_program(ledger, order(credential_id=SECOND_ID))
    methods = {str(cast("JsonObject", _proof(one.json_bytes))["verificationMethod"]) for one in ledger.list_issued()}
    assert len(methods) == 2
    assert _bad(ledger) == []


def _proof(json_bytes: bytes) -> object:
    return read_json_object(json_bytes)["proof"]


@pytest.mark.parametrize(
    ("statement", "code"),
    [
        ("UPDATE issued SET json_bytes = CAST('{}' AS BLOB)", "ledger.bytes_damaged"),
        ("DELETE FROM status_slots", "doctor.slot_mismatch"),
        ("UPDATE program_badges SET suite = 'ecdsa-sd-2023'", "doctor.own_badge_invalid"),
        ("DELETE FROM audit WHERE event = 'credential.issued'", "doctor.issued_not_recorded"),
    ],
    ids=["bytes", "place", "suite", "audit"],
)
def test_doctor_finds_what_was_changed(ledger: Ledger, order: Order, statement: str, code: str) -> None:
    """I1, I3, I4 and I6 cover these badges as well."""
    issue_for_program(ledger, order())
    with ledger.database.write() as connection:
        for name in connection.scalars(sa.text("SELECT name FROM sqlite_master WHERE type = 'trigger'")).all():
            connection.execute(sa.text(f"DROP TRIGGER {name}"))
        connection.execute(sa.text(statement))
    assert code in {finding.code for finding in diagnose(ledger) if not finding.ok}


def test_what_was_asked_for_is_append_only(ledger: Ledger, order: Order) -> None:
    """T-71: no statement changes or removes it."""
    issue_for_program(ledger, order())
    for statement in ("UPDATE program_badges SET title = 'x'", "DELETE FROM program_badges"):
        with pytest.raises(sa.exc.IntegrityError), ledger.database.write() as connection:
            connection.execute(sa.text(statement))
