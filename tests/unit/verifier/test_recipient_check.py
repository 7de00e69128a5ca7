"""Does the badge name the person who shows it?"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

import pytest

from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, compose_subject
from verifier import DEFAULT_REQUIRED, Check, CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

# OB 3.0 IdentityObject: the vector of the specification, recomputed with sha256sum.
SPEC_HASH = "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"
HASHED_MAIL: JsonObject = {
    "type": "IdentityObject",
    "hashed": True,
    "identityHash": SPEC_HASH,
    "identityType": "emailAddress",
    "salt": "Kosher",
}
NAME: JsonObject = {
    "type": "IdentityObject",
    "hashed": False,
    "identityHash": "Robin Exampleson",
    "identityType": "name",
}


def check_for(recipient: str | None, *identifiers: JsonValue, subject_id: str | None = None) -> Check:
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    subject = compose_subject(id=subject_id, identifier=list(identifiers) or None)
    return world.verify(issuer.issue(credentialSubject=subject), recipient=recipient).check(CheckName.RECIPIENT)


def test_nobody_asked() -> None:
    """Without a question the check does not apply."""
    check = check_for(None, NAME)
    assert (check.outcome, check.code) == (Outcome.NOT_APPLICABLE, "recipient.not_asked")


@pytest.mark.parametrize("known", ["a@example.com", "A@Example.COM", "  a@example.com "])
def test_hashed_mail_address(known: str) -> None:
    """The hash of the address and the salt is compared; letter case and blanks do not matter."""
    assert hashlib.sha256(b"a@example.comKosher").hexdigest() == SPEC_HASH.partition("$")[2]
    check = check_for(known, HASHED_MAIL)
    assert (check.outcome, check.detail["matched"]) == (Outcome.PASSED, "emailAddress")


def test_name() -> None:
    """A plain name is compared as written."""
    assert check_for("Robin Exampleson", NAME).outcome is Outcome.PASSED


def test_subject_id() -> None:
    """The subject's own id is compared as written."""
    check = check_for("did:example:robin", subject_id="did:example:robin")
    assert (check.outcome, check.detail["matched"]) == (Outcome.PASSED, "id")


def test_any_of_many_identifiers() -> None:
    """The first that matches wins, wherever it stands."""
    assert check_for("a@example.com", NAME, HASHED_MAIL).outcome is Outcome.PASSED


@pytest.mark.parametrize(
    ("known", "identifier"), [("b@example.com", HASHED_MAIL), ("Somebody Else", NAME), ("did:example:other", None)]
)
def test_somebody_else(known: str, identifier: JsonValue) -> None:
    """The badge names its holder in the way that was asked, and it is another."""
    check = check_for(known, *([identifier] if identifier else []), subject_id="did:example:robin")
    assert (check.outcome, check.code) == (Outcome.FAILED, "recipient.mismatch")


@pytest.mark.parametrize(
    ("known", "identifier"), [("Robin Exampleson", HASHED_MAIL), ("a@example.com", NAME), ("", NAME)]
)
def test_asked_in_another_way(known: str, identifier: JsonValue) -> None:
    """A name cannot be compared with a hashed address: that is open, not wrong."""
    check = check_for(known, identifier)
    assert check.outcome in {Outcome.INDETERMINATE, Outcome.FAILED}
    if known:
        assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "recipient.not_comparable")


def test_who_was_asked_for_never_stands_in_the_report() -> None:
    """A report may be stored: it holds no name and no address of the question."""
    world = IssuerSimulator()
    report = world.verify(world.add_issuer(IssuerIdKind.DID_KEY).issue(), recipient="secret@example.com")
    assert "secret@example.com" not in repr(report.to_json())


def test_required_recipient_rejects() -> None:
    """With the recipient required a badge of somebody else is refused."""
    world = IssuerSimulator()
    report = world.verify(
        world.add_issuer(IssuerIdKind.DID_KEY).issue(),
        recipient="Somebody Else",
        required=DEFAULT_REQUIRED | {CheckName.RECIPIENT},
    )
    assert report.verdict is Verdict.REJECTED
