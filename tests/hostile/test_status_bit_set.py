"""Corpus E 88: a badge that was taken back, in every way that a badge can say where to look."""

from __future__ import annotations

import pytest

from credentials import sign_vc_jwt
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, JsonValue
from tests.doubles.issuer_simulator import (
    STATUS_URL,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
)
from verifier import Check, CheckName, Headline, Outcome, VerificationReport

SUSPENSION_URL = "https://college.example.edu/status/2"
ENTRY = compose_status_entry(index="94567")
SUSPENSION_ENTRY = compose_status_entry(index="94567", url=SUSPENSION_URL, purpose="suspension")


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer()


def verify_with(issuer: SimulatedIssuer, entries: JsonValue) -> VerificationReport:
    return issuer.world.verify(issuer.issue(credentialStatus=entries))


@pytest.mark.parametrize(("purpose", "code"), [("revocation", "status.revoked"), ("suspension", "status.suspended")])
def test_set_bit_takes_the_badge_back(issuer: SimulatedIssuer, purpose: str, code: str) -> None:
    """A set bit means revoked or suspended by its purpose; the badge is still called genuine."""
    issuer.publish_status_list(purpose=purpose, set_indexes=(94567,))
    report = verify_with(issuer, compose_status_entry(purpose=purpose))
    assert report.check(CheckName.STATUS).code == code
    assert report.headline is Headline.GENUINE_BUT


@pytest.mark.parametrize("neighbour", [94566, 94568, 94560, 0, 131071])
def test_a_neighbour_s_bit_does_not(issuer: SimulatedIssuer, neighbour: int) -> None:
    """Only the badge's own place counts."""
    issuer.publish_status_list(set_indexes=(neighbour,))
    assert verify_with(issuer, ENTRY)


@pytest.mark.parametrize("index", ["0", "7", "8", "131071"])
def test_first_and_last_places(issuer: SimulatedIssuer, index: str) -> None:
    """BITSTRING-STATUS-LIST 1.0 §2: index 0 is the left-most bit."""
    issuer.publish_status_list(set_indexes=(int(index),))
    assert verify_with(issuer, compose_status_entry(index=index)).check(CheckName.STATUS).code == "status.revoked"


@pytest.mark.parametrize("revoked_first", ["revocation", "suspension"])
def test_every_entry_is_read(issuer: SimulatedIssuer, revoked_first: str) -> None:
    """The second entry of two counts as much as the first."""
    issuer.publish_status_list(set_indexes=(94567,) if revoked_first == "revocation" else ())
    issuer.publish_status_list(
        url=SUSPENSION_URL, purpose="suspension", set_indexes=(94567,) if revoked_first == "suspension" else ()
    )
    code = verify_with(issuer, [ENTRY, SUSPENSION_ENTRY]).check(CheckName.STATUS).code
    assert code == {"revocation": "status.revoked", "suspension": "status.suspended"}[revoked_first]


def test_revoked_outweighs_everything(issuer: SimulatedIssuer) -> None:
    """A list that cannot be reached does not hide that another one says revoked."""
    issuer.publish_status_list(set_indexes=(94567,))
    report = verify_with(issuer, [SUSPENSION_ENTRY, ENTRY])
    assert report.check(CheckName.STATUS).code == "status.revoked"


def test_two_purposes_in_one_list(issuer: SimulatedIssuer) -> None:
    """A list may serve two purposes (BITSTRING-STATUS-LIST 1.0 §2.2)."""
    document = issuer.compose_status_list()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["statusPurpose"] = ["revocation", "suspension"]
    issuer.world.publish(STATUS_URL, issuer.sign(document))
    assert verify_with(issuer, [ENTRY, compose_status_entry(purpose="suspension", id=f"{STATUS_URL}#s")])


def test_list_as_a_token(issuer: SimulatedIssuer) -> None:
    """A list may be secured as a JWT; a set bit counts all the same."""
    document = issuer.compose_status_list(set_indexes=(94567,))
    token = sign_vc_jwt(document, signer=issuer.signer, verification_method=issuer.method_id)
    issuer.world.publish(STATUS_URL, token.encode(), media_type="application/vc+jwt")
    assert verify_with(issuer, ENTRY).check(CheckName.STATUS).code == "status.revoked"


@pytest.mark.parametrize("listed", [{"id": "{id}"}, {"id": "{id}", "revoked": True}, {"id": "{id}", "revoked": "no"}])
def test_deprecated_list_names_the_badge(issuer: SimulatedIssuer, listed: dict[str, JsonValue]) -> None:
    """1EdTechRevocationList: a badge on the list is revoked unless the list says `revoked: false`."""
    badge = issuer.compose_badge()
    entry = {name: badge["id"] if value == "{id}" else value for name, value in listed.items()}
    assert read_deprecated(issuer, [entry]).code == "status.revoked"


@pytest.mark.parametrize(
    "entries",
    [[], [{"id": "urn:uuid:other"}], [{"id": "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11", "revoked": False}]],
)
def test_deprecated_list_without_the_badge(issuer: SimulatedIssuer, entries: list[JsonValue]) -> None:
    """1EdTechRevocationList: not listed, or listed as not revoked, is in force."""
    check = read_deprecated(issuer, entries)
    assert check.outcome is Outcome.PASSED
    assert check.notes == ("status.list_unsigned",)


@pytest.mark.parametrize("body", [b"<html>", b"[]", b"{}", b'{"revoked":[]}'])
def test_deprecated_list_that_is_none(issuer: SimulatedIssuer, body: bytes) -> None:
    """Something else in place of the list leaves the status open."""
    assert read_deprecated(issuer, [], body=body).code == "status.unavailable"


def test_deprecated_list_of_bare_ids(issuer: SimulatedIssuer) -> None:
    """A list of ids in place of objects hides no revocation; of anything else it leaves the status open."""
    assert read_deprecated(issuer, [issuer.compose_badge()["id"]]).code == "status.revoked"
    assert read_deprecated(issuer, ["urn:uuid:other"]).outcome is Outcome.PASSED
    assert read_deprecated(issuer, [7]).code == "status.unavailable"


def test_deprecated_list_without_an_address(issuer: SimulatedIssuer) -> None:
    """An entry that does not say where the list is."""
    contexts: JsonValue = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    badge = issuer.compose_badge(credentialStatus={"type": "1EdTechRevocationList"}) | {"@context": contexts}
    assert issuer.world.verify(issuer.sign(badge)).check(CheckName.STATUS).code == "status.entry_malformed"


def read_deprecated(issuer: SimulatedIssuer, entries: JsonValue, *, body: bytes = b"") -> Check:
    url = "https://college.example.edu/revocations"
    issuer.world.publish(url, body or {"id": url, "issuer": issuer.id, "revokedCredential": entries})
    contexts: JsonValue = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    badge = issuer.compose_badge(credentialStatus={"id": url, "type": "1EdTechRevocationList"})
    return issuer.world.verify(issuer.sign(badge | {"@context": contexts})).check(CheckName.STATUS)
