"""An issuer id that no address can be read from gives a report, never a crash."""

from __future__ import annotations

import pytest

from keys import KeyType, LocalSigner
from tests.doubles.issuer_simulator import (
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
)
from verifier import CheckName, Outcome, TrustEntry, TrustList, Verdict

MALFORMED_IDS = [
    "did:web:[",
    "did:web:%5B",
    "did:web:%5B::1",
    "did:web:a%3A99999999",
    "did:web:",
    "did:web:%E2%84%80.example",
    "https://[",
    "https://[::1/issuer",
    "https://a:port/",
    "https://]",
]
TRUST_LIST = TrustList(entries=(TrustEntry(name="College", domain="college.example.edu"),))


def make_forger(world: IssuerSimulator, issuer_id: str) -> SimulatedIssuer:
    """Return somebody with a key of its own who takes `issuer_id` for a name."""
    signer = LocalSigner.generate(KeyType.ED25519)
    method_id = f"{issuer_id}#{signer.public_key.multikey}"
    return SimulatedIssuer(
        world=world, kind=IssuerIdKind.DID_UNKNOWN, id=issuer_id, method_id=method_id, signer=signer, name="College"
    )


@pytest.mark.parametrize("issuer_id", MALFORMED_IDS)
@pytest.mark.parametrize("form", ["proof", "token", "token without kid"])
def test_malformed_issuer_id_with_a_status_list(issuer_id: str, form: str) -> None:
    """The badge names a stranger's genuine list: the report says that the issuer is not proven."""
    world = IssuerSimulator()
    world.add_issuer(IssuerIdKind.DID_KEY).publish_status_list()
    forger = make_forger(world, issuer_id)
    entry = compose_status_entry()
    if form == "proof":
        badge = forger.issue(credentialStatus=entry)
    else:
        badge = forger.issue_jwt(credentialStatus=entry, method_id="" if form == "token" else "key-1")
    report = world.verify(badge, trust_list=TRUST_LIST)
    assert report.verdict is not Verdict.VERIFIED
    assert report.check(CheckName.ISSUER).outcome is not Outcome.PASSED
    assert report.check(CheckName.TRUST).outcome is Outcome.NOT_RUN


@pytest.mark.parametrize("issuer_id", ["did:web:[", "did:web:%5B", "did:web:"])
def test_nobody_is_asked_for_the_lists_of_nobody(issuer_id: str) -> None:
    """A did:web that is not well-formed names no issuer, so its status address is not opened."""
    world = IssuerSimulator()
    world.add_issuer(IssuerIdKind.DID_KEY).publish_status_list()
    report = world.verify(make_forger(world, issuer_id).issue(credentialStatus=compose_status_entry()))
    assert report.check(CheckName.STATUS).outcome is Outcome.NOT_RUN
    assert STATUS_URL not in world.asked


@pytest.mark.parametrize("issuer_id", MALFORMED_IDS)
def test_no_host_can_be_read(issuer_id: str) -> None:
    """Such an id is on no domain of a trust list."""
    assert TRUST_LIST.find(issuer_id) is None
