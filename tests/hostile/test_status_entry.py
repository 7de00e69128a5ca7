"""T-37, T-38, T-40, corpus E 93, 101: the badge does not say clearly where to look."""

from __future__ import annotations

import pytest

from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, JsonValue
from tests.doubles.issuer_simulator import IssuerSimulator, SimulatedIssuer, compose_status_entry
from verifier import CheckName, Outcome, VerificationReport


@pytest.fixture
def issuer() -> SimulatedIssuer:
    issuer = IssuerSimulator().add_issuer()
    issuer.publish_status_list()
    return issuer


def verify_token(issuer: SimulatedIssuer, status: JsonValue) -> VerificationReport:
    return issuer.world.verify(issuer.issue_jwt(credentialStatus=status))


@pytest.mark.parametrize(
    ("index", "codes"),
    [
        ("-1", {"status.index_malformed"}),
        ("1e3", {"status.index_malformed"}),
        ("0x5", {"status.index_malformed"}),
        (" 5", {"status.index_malformed"}),
        ("5 ", {"status.index_malformed"}),
        ("٣", {"status.index_malformed"}),
        ("05", {"status.index_malformed"}),
        ("+5", {"status.index_malformed"}),
        ("", {"status.index_malformed"}),
        ("1_000", {"status.index_malformed"}),
        ("131072", {"status.index_out_of_range"}),
        ("1" + "0" * 400, {"status.index_out_of_range"}),
    ],
)
def test_index(issuer: SimulatedIssuer, index: str, codes: set[str]) -> None:
    """An index is a plain decimal number inside the list, and nothing else."""
    report = issuer.world.verify(issuer.issue(credentialStatus=compose_status_entry(index=index, id=None)))
    assert report.check(CheckName.STATUS).code in codes
    assert not report


@pytest.mark.parametrize(
    "status",
    [
        "https://college.example.edu/status/1",
        [],
        {},
        [{}],
        [[compose_status_entry()]],
        {"type": ["BitstringStatusListEntry"]},
        7,
    ],
)
def test_malformed_entry_never_passes(issuer: SimulatedIssuer, status: JsonValue) -> None:
    """Whatever stands in place of an entry, the badge is not VERIFIED."""
    assert not issuer.world.verify(issuer.compose_badge(credentialStatus=status) | {"proof": []})
    assert not verify_token(issuer, status)


@pytest.mark.parametrize(
    "entry",
    [
        compose_status_entry(statusListCredential=None),
        compose_status_entry(statusPurpose=None),
        compose_status_entry(statusListIndex=None),
        compose_status_entry(statusSize=2),
        compose_status_entry(statusSize=0),
        compose_status_entry(purpose="somethingElse"),
    ],
)
def test_incomplete_entry_never_passes(issuer: SimulatedIssuer, entry: JsonValue) -> None:
    """An entry with a member missing or of another size is not read as "in force"."""
    report = issuer.world.verify(issuer.issue(credentialStatus=entry))
    assert report.check(CheckName.STATUS).outcome in {Outcome.FAILED, Outcome.INDETERMINATE}
    assert not report


def test_entry_of_a_kind_that_is_not_read(issuer: SimulatedIssuer) -> None:
    """A way of taking badges back that is not known is never read as "in force"."""
    entry: JsonValue = {"id": "https://college.example.edu/status/1#5", "type": "1EdTechCredentialRefresh"}
    contexts: JsonValue = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    report = issuer.world.verify(issuer.sign(issuer.compose_badge(credentialStatus=entry) | {"@context": contexts}))
    assert not report
    assert report.check(CheckName.STATUS).code == "status.unsupported_type"


@pytest.mark.parametrize("purpose", ["message", "refresh"])
def test_informative_purpose_takes_no_force(purpose: str) -> None:
    """A set bit of another purpose than revocation or suspension does not end the badge."""
    issuer = IssuerSimulator().add_issuer()
    issuer.publish_status_list(purpose=purpose, set_indexes=(94567,))
    assert issuer.world.verify(issuer.issue(credentialStatus=compose_status_entry(purpose=purpose)))


def test_many_entries_cannot_cause_many_requests(issuer: SimulatedIssuer) -> None:
    """T-32: one badge that names 50 hosts is refused before the first is asked."""
    entries: list[JsonValue] = [compose_status_entry(url=f"https://host{number}.example.com/s") for number in range(50)]
    report = issuer.world.verify(issuer.issue(credentialStatus=entries))
    assert not report
    assert len(issuer.world.asked) <= 1
