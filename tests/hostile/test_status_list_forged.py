"""T-34 to T-36, corpus E 89-99: the list is not the one that the badge means."""

from __future__ import annotations

import gzip
import zlib
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from keys import encode_base64url
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
    format_moment,
)
from verifier import CheckName, Outcome, TrustEntry, TrustList, Verdict, VerificationReport

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

ENTRY = compose_status_entry()
EMPTY_LIST = bytes(16_384)


@pytest.fixture
def issuer() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer()


def verify_against(issuer: SimulatedIssuer, served: JsonValue | bytes, **context: object) -> VerificationReport:
    issuer.world.publish(STATUS_URL, served)
    return issuer.world.verify(issuer.issue(credentialStatus=ENTRY), **context)


def change_subject(document: JsonObject, **changes: JsonValue) -> JsonObject:
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    changed: JsonObject = {name: value for name, value in {**subject, **changes}.items() if value is not None}
    return {**document, "credentialSubject": changed}


def test_good_list(issuer: SimulatedIssuer) -> None:
    """The list that every forgery below starts from is good."""
    assert verify_against(issuer, issuer.sign(issuer.compose_status_list()))


def test_unsigned(issuer: SimulatedIssuer) -> None:
    """Anybody can write a list; without a proof it says nothing."""
    report = verify_against(issuer, issuer.compose_status_list())
    assert report.check(CheckName.STATUS).code == "status.list_proof_invalid"
    assert report.verdict is Verdict.REJECTED


def test_changed_after_signing(issuer: SimulatedIssuer) -> None:
    """A genuine list with the bits cleared."""
    signed = issuer.sign(issuer.compose_status_list(set_indexes=(94567,)))
    clean = issuer.compose_status_list()["credentialSubject"]
    report = verify_against(issuer, {**signed, "credentialSubject": clean})
    assert report.check(CheckName.STATUS).code == "status.list_proof_invalid"


def test_signed_by_another_issuer(issuer: SimulatedIssuer) -> None:
    """Corpus E 95: a stranger's good list does not speak for this issuer."""
    stranger = issuer.world.add_issuer(host="evil.example.com")
    report = verify_against(issuer, stranger.sign(stranger.compose_status_list()))
    assert report.check(CheckName.STATUS).code == "status.list_issuer_mismatch"


def test_signed_by_another_in_the_issuer_s_name(issuer: SimulatedIssuer) -> None:
    """The list says that it is the issuer's, its key is not."""
    stranger = issuer.world.add_issuer(host="evil.example.com")
    forged = stranger.sign(issuer.compose_status_list(), method_id=stranger.method_id)
    assert verify_against(issuer, forged).check(CheckName.STATUS).code == "status.list_issuer_mismatch"


def test_delegated_by_the_reader_s_trust_list(issuer: SimulatedIssuer) -> None:
    """A status host that the trust list names may sign for the issuer."""
    host = issuer.world.add_issuer(host="status.example.net")
    entry = TrustEntry(name="College", id=issuer.id, status_issuers=(host.id,))
    served = host.sign(host.compose_status_list())
    assert verify_against(issuer, served, trust_list=TrustList(entries=(entry,)))


def test_list_of_another_address(issuer: SimulatedIssuer) -> None:
    """Corpus E 96: a genuine list of the issuer, served in place of the one that is named."""
    other = issuer.sign(issuer.compose_status_list(url="https://college.example.edu/status/2"))
    assert verify_against(issuer, other).check(CheckName.STATUS).code == "status.list_subject_mismatch"


def test_subject_of_another_address(issuer: SimulatedIssuer) -> None:
    """The subject of the list must be that list."""
    document = change_subject(issuer.compose_status_list(), id="https://college.example.edu/status/2#list")
    assert verify_against(issuer, issuer.sign(document)).check(CheckName.STATUS).code == "status.list_subject_mismatch"


def test_badge_in_place_of_a_list(issuer: SimulatedIssuer) -> None:
    """A signed badge of the issuer is no list."""
    assert verify_against(issuer, issuer.issue(id=STATUS_URL)).check(CheckName.STATUS).outcome is Outcome.FAILED


@pytest.mark.parametrize("purpose", ["suspension", "message", "refresh", ["suspension", "message"]])
def test_list_of_another_purpose(issuer: SimulatedIssuer, purpose: JsonValue) -> None:
    """T-35, corpus E 97: the purposes of entry and list must agree."""
    document = change_subject(issuer.compose_status_list(), statusPurpose=purpose)
    assert verify_against(issuer, issuer.sign(document)).check(CheckName.STATUS).code == "status.purpose_mismatch"


@pytest.mark.parametrize(
    ("valid_from", "valid_until"),
    [
        (NOW - timedelta(days=2), NOW - timedelta(seconds=121)),
        (NOW + timedelta(seconds=121), NOW + timedelta(days=1)),
    ],
)
def test_list_out_of_date(issuer: SimulatedIssuer, valid_from: datetime, valid_until: datetime) -> None:
    """Corpus E 99: a list that has run out, or is not in force yet, hides what came after it."""
    document = issuer.compose_status_list()
    document |= {"validFrom": format_moment(valid_from), "validUntil": format_moment(valid_until)}
    assert verify_against(issuer, issuer.sign(document)).check(CheckName.STATUS).code == "status.list_expired"


@pytest.mark.parametrize(
    ("encoded", "code"),
    [
        ("u" + encode_base64url(zlib.compress(EMPTY_LIST)), "status.list_malformed"),
        (encode_base64url(gzip.compress(EMPTY_LIST)), "status.list_malformed"),
        ("z" + encode_base64url(gzip.compress(EMPTY_LIST)), "status.list_malformed"),
        ("u" + encode_base64url(gzip.compress(EMPTY_LIST)) + "==", "status.list_malformed"),
        ("u" + encode_base64url(gzip.compress(EMPTY_LIST)[:-4]), "status.list_malformed"),
        ("u" + encode_base64url(gzip.compress(EMPTY_LIST) + b"x"), "status.list_malformed"),
        ("u" + encode_base64url(gzip.compress(EMPTY_LIST[:99]) + gzip.compress(EMPTY_LIST)), "status.list_malformed"),
        ("u" + encode_base64url(gzip.compress(EMPTY_LIST[:-1])), "status.list_too_short"),
        ("u" + encode_base64url(gzip.compress(bytes(64 * 1024 * 1024))), "status.list_inflate_limit"),
        ("u", "status.list_malformed"),
        ("", "status.list_malformed"),
    ],
)
def test_damaged_bits(issuer: SimulatedIssuer, encoded: str, code: str) -> None:
    """T-36, corpus E 89-92: every way of packing that is not the one of the standard is refused."""
    document = change_subject(issuer.compose_status_list(), encodedList=encoded)
    assert verify_against(issuer, issuer.sign(document)).check(CheckName.STATUS).code == code


def test_list_whose_subject_is_something_else(issuer: SimulatedIssuer) -> None:
    """The subject must be a BitstringStatusList."""
    document = change_subject(issuer.compose_status_list(), type="SomethingElse")
    assert verify_against(issuer, document | {"proof": []}).check(CheckName.STATUS).code == "status.list_malformed"


def test_unsigned_token_in_place_of_a_list(issuer: SimulatedIssuer) -> None:
    """A token whose header asks for no signature."""
    unsigned = b"eyJhbGciOiJub25lIn0.e30."
    assert verify_against(issuer, unsigned).check(CheckName.STATUS).code == "status.list_proof_invalid"


def test_list_whose_issuer_cannot_be_asked() -> None:
    """When the key of a delegate cannot be read, the status is open, not wrong."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    host = world.add_issuer(host="status.example.net")
    entry = TrustEntry(name="College", id=issuer.id, status_issuers=(host.id,))
    served = host.sign(host.compose_status_list())
    world.break_down(host.document_url)
    report = verify_against(issuer, served, trust_list=TrustList(entries=(entry,)))
    assert report.check(CheckName.STATUS).code == "status.unavailable"
