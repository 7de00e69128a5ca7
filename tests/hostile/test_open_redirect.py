"""CWE-601: a page of an honest host that sends its readers anywhere does not speak for that host."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import GuardedFetcher, KeyType, LocalSigner, VerificationMethod, compose_did_document
from schemas import encode_json
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator, SimulatedIssuer
from tests.doubles.loopback_hosts import LoopbackHost, TestAuthority, answer
from verifier import CheckName, Outcome, TrustEntry, TrustList, VerificationContext, verify_presented

if TYPE_CHECKING:
    import socket

    from verifier import VerificationReport

VICTIM = "www.victim-college.edu"
FORGER = "forger.example.net"
ADDRESSES = {VICTIM: "8.8.8.8", FORGER: "9.9.9.9"}
TRUST_LIST = TrustList(entries=(TrustEntry(name="Victim College", domain="victim-college.edu"),))


def forge_issuer(issuer_id: str) -> SimulatedIssuer:
    """Return a forger with a key of its own who takes `issuer_id` for its name."""
    return SimulatedIssuer(
        world=IssuerSimulator(),
        kind=IssuerIdKind.HTTPS_DOCUMENT,
        id=issuer_id,
        method_id=f"{issuer_id}#key",
        signer=LocalSigner.generate(KeyType.ED25519),
        name="Victim College",
    )


def verify_behind_redirect(forger: SimulatedIssuer, location: str, authority: TestAuthority) -> VerificationReport:
    """Verify the forger's badge when the honest host redirects to `location`."""
    method = VerificationMethod(id=forger.method_id, controller=forger.id, public_key=forger.signer.public_key)
    document = encode_json(compose_did_document(forger.id, [method]))
    found = answer(f"HTTP/1.1 200 OK\nContent-Type: application/json\nContent-Length: {len(document)}", document)
    moved = answer(f"HTTP/1.1 302 Found\nLocation: {location}\nContent-Length: 0")
    with (
        LoopbackHost(moved, tls=authority.serve_as(VICTIM)) as victim,
        LoopbackHost(found, tls=authority.serve_as(FORGER)) as other,
    ):

        def dial(address: str, port: int, timeout_seconds: float) -> socket.socket:
            return (victim if address == ADDRESSES[VICTIM] else other).dial(address, port, timeout_seconds)

        fetcher = GuardedFetcher(
            clock=lambda: NOW,
            resolver=lambda host, _port: (ADDRESSES[host],),
            dial=dial,
            tls=authority.trust(),
        )
        return verify_presented(
            forger.issue(), context=VerificationContext(now=NOW, fetcher=fetcher, trust_list=TRUST_LIST)
        )


@pytest.mark.parametrize("location", [f"https://{FORGER}/keys.json", f"//{FORGER}/keys.json"])
def test_open_redirect_of_the_victim(location: str, authority: TestAuthority) -> None:
    """The forger's keys behind the victim's open redirect prove nothing, and the trust list is not asked."""
    forger = forge_issuer(f"https://{VICTIM}/login?next=https://{FORGER}/keys.json")
    report = verify_behind_redirect(forger, location, authority)
    assert not report
    assert report.check(CheckName.ISSUER).outcome is Outcome.INDETERMINATE
    assert report.check(CheckName.ISSUER).detail["reason"] == "fetch.redirect_forbidden"
    assert report.check(CheckName.TRUST).outcome is Outcome.NOT_RUN


@pytest.mark.parametrize("location", ["https://[", "https://[::1/", "https://x:y/", "//["])
def test_redirect_to_no_address(location: str, authority: TestAuthority) -> None:
    """A `Location` that is no address gives a report and no crash."""
    forger = forge_issuer(f"https://{VICTIM}/issuer")
    report = verify_behind_redirect(forger, location, authority)
    assert report.check(CheckName.ISSUER).detail["reason"] == "fetch.redirect_forbidden"
