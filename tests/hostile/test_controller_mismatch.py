"""T-17, T-18, corpus D 76-78: a key of the attacker signs in the name of somebody else."""

from __future__ import annotations

import pytest

from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer
from verifier import CheckName, Outcome, Verdict

MISMATCH = (Outcome.FAILED, "issuer.controller_mismatch")
NOT_PUBLISHED = (Outcome.FAILED, "issuer.not_assertion_method")
UNREADABLE = (Outcome.INDETERMINATE, "issuer.did_document_unreadable")
UNSUPPORTED = (Outcome.INDETERMINATE, "issuer.did_method_unsupported")

METHOD_KINDS = ["did_key", "did_key_bare", "did_jwk", "did_web", "https_document", "fragment_of_victim"]
# What the attacker's key in the fragment of the victim's own id gives; every other kind of method is a mismatch.
FRAGMENT_OUTCOMES = {
    IssuerIdKind.DID_KEY: MISMATCH,
    IssuerIdKind.DID_JWK: MISMATCH,
    IssuerIdKind.DID_WEB: NOT_PUBLISHED,
    IssuerIdKind.HTTPS_DOCUMENT: NOT_PUBLISHED,
    IssuerIdKind.HTTPS_KEY_SET: UNREADABLE,
    IssuerIdKind.DID_UNKNOWN: UNSUPPORTED,
}
# A token may also be signed with a key of the host's key set, which is read and lacks this one.
TOKEN_OUTCOMES = {IssuerIdKind.HTTPS_KEY_SET: (Outcome.FAILED, "issuer.key_not_bound")}


def name_method(world: IssuerSimulator, victim: SimulatedIssuer, kind: str) -> tuple[SimulatedIssuer, str]:
    """Return an attacker with a published key, and the method id that the proof will name."""
    if kind == "fragment_of_victim":
        attacker = world.add_issuer(IssuerIdKind.DID_KEY)
        return attacker, f"{victim.id}#{attacker.signer.public_key.multikey}"
    bare = kind.endswith("_bare")
    attacker = world.add_issuer(IssuerIdKind(kind.removesuffix("_bare")), host="evil.example.com")
    return attacker, attacker.id if bare else attacker.method_id


@pytest.mark.parametrize("method_kind", METHOD_KINDS)
@pytest.mark.parametrize("victim_kind", list(IssuerIdKind))
def test_embedded_proof_by_a_stranger(victim_kind: IssuerIdKind, method_kind: str) -> None:
    """6 issuer kinds by 6 method kinds: a stranger's embedded proof never verifies in another's name."""
    world = IssuerSimulator()
    victim = world.add_issuer(victim_kind)
    attacker, method_id = name_method(world, victim, method_kind)
    report = world.verify(victim.issue(method_id=method_id, signer=attacker.signer))
    issuer = report.check(CheckName.ISSUER)
    expected = FRAGMENT_OUTCOMES[victim_kind] if method_kind == "fragment_of_victim" else MISMATCH
    assert (issuer.outcome, issuer.code) == expected
    assert report.verdict is (Verdict.REJECTED if expected[0] is Outcome.FAILED else Verdict.INCONCLUSIVE)


@pytest.mark.parametrize("method_kind", METHOD_KINDS)
@pytest.mark.parametrize("victim_kind", list(IssuerIdKind))
def test_token_by_a_stranger(victim_kind: IssuerIdKind, method_kind: str) -> None:
    """6 issuer kinds by 6 `kid` kinds: a stranger's token never verifies in another's name."""
    world = IssuerSimulator()
    victim = world.add_issuer(victim_kind)
    attacker, method_id = name_method(world, victim, method_kind)
    report = world.verify(victim.issue_jwt(method_id=method_id, signer=attacker.signer))
    issuer = report.check(CheckName.ISSUER)
    expected = (FRAGMENT_OUTCOMES | TOKEN_OUTCOMES)[victim_kind] if method_kind == "fragment_of_victim" else MISMATCH
    assert (issuer.outcome, issuer.code) == expected
    assert not report


def test_a_stranger_s_document_is_never_asked_for() -> None:
    """Only the issuer's own document is fetched: the method's host learns nothing and decides nothing."""
    world = IssuerSimulator()
    victim = world.add_issuer()
    attacker = world.add_issuer(IssuerIdKind.DID_WEB, host="evil.example.com")
    world.verify(victim.issue(method_id=attacker.method_id, signer=attacker.signer))
    assert world.asked == []


def test_signature_and_owner_are_two_findings() -> None:
    """A stranger's did:key leaves the signature right and the owner wrong."""
    world = IssuerSimulator()
    victim = world.add_issuer()
    attacker = world.add_issuer(IssuerIdKind.DID_KEY)
    report = world.verify(victim.issue(method_id=attacker.method_id, signer=attacker.signer))
    assert report.check(CheckName.PROOF).code == "proof.passed"
    assert report.check(CheckName.ISSUER).code == "issuer.controller_mismatch"
    assert report.check(CheckName.STATUS).outcome is Outcome.NOT_RUN


def test_other_tenant_of_the_same_host() -> None:
    """A key that the shared key set gives to another issuer of the host does not count."""
    world = IssuerSimulator()
    victim = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET, host="shared.example.org")
    tenant = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET, host="shared.example.org")
    key_set = world.fetch(tenant.key_set_url, max_bytes=99_999, accept="").body
    world.publish(tenant.key_set_url, key_set.replace(tenant.id.encode(), b"https://shared.example.org/issuers/other"))
    other_method = "https://shared.example.org/issuers/other#key-1"
    report = world.verify(victim.issue_jwt(method_id=other_method, signer=tenant.signer))
    assert not report
    assert report.check(CheckName.ISSUER).outcome is Outcome.FAILED
