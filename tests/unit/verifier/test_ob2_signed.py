"""Open Badges 2.0, signed: the key must be one that the issuer's own profile names."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.old_badges import OldIssuer, public_pem
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject

AWARD_ID = "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11"


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> OldIssuer:
    return OldIssuer(world=world)


def test_signed_badge_is_verified(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """RS256 with the key that badge and profile name (OB 2.0 SignedBadge)."""
    report = world.verify(issuer.issue_signed())
    assert report.verdict is Verdict.VERIFIED
    assert dict(report.check(CheckName.PROOF).detail) == {"form": "open_badges_2_jws", "suite": "RS256"}
    assert report.credential is not None
    assert (report.credential.version, report.credential.verification_method) == ("2.0", issuer.key_id)


@pytest.mark.parametrize("header", [{"alg": "RS256", "typ": "JWT"}, {"alg": "RS256", "kid": "1"}])
def test_header_may_say_more(world: IssuerSimulator, issuer: OldIssuer, header: JsonObject) -> None:
    """Common libraries write `typ` or `kid`; neither is used."""
    assert world.verify(issuer.issue_signed(header=header)).verdict is Verdict.VERIFIED


def test_creator_may_be_missing(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Without `creator` the keys of the profile are tried (OB 2.0 VerificationObject)."""
    data = issuer.issue_signed(verification={"type": "signed"})
    assert world.verify(data).verdict is Verdict.VERIFIED


def test_second_key_of_the_profile_is_tried(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A profile may name several keys."""
    new_key: JsonObject = issuer.compose_key(id=f"{issuer.id}#new", publicKeyPem=public_pem("another"))
    issuer.serve(issuer.compose_profile(publicKey=[new_key, issuer.key_id]))
    data = issuer.issue_signed(verification={"type": "signed"})
    assert world.verify(data).verdict is Verdict.VERIFIED


def test_key_inside_the_profile(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A key may stand in the profile itself; then it needs no request."""
    issuer.serve(issuer.compose_profile(publicKey=issuer.compose_key(owner=None)))
    assert world.verify(issuer.issue_signed()).verdict is Verdict.VERIFIED
    assert issuer.key_id not in world.asked


def test_no_key_in_the_profile(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """An issuer that names no key at all cannot be asked which one is its own."""
    issuer.serve(issuer.compose_profile(publicKey=None))
    report = world.verify(issuer.issue_signed(verification={"type": "signed"}))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "proof.key_unavailable"


def test_key_out_of_reach(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A key that cannot be fetched leaves the signature unchecked."""
    world.break_down(issuer.key_id, code="fetch.timeout")
    report = world.verify(issuer.issue_signed())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "fetch.timeout"
    assert report.check(CheckName.ISSUER).outcome is Outcome.NOT_RUN


def test_profile_out_of_reach(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """Without the issuer's profile nobody says whose key it is."""
    world.break_down(issuer.id)
    report = world.verify(issuer.issue_signed())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.PROOF).code == "proof.key_unavailable"
    assert report.check(CheckName.ISSUER).code == "issuer.unproven"


@pytest.mark.parametrize(
    "entry", [AWARD_ID, {"id": AWARD_ID, "revocationReason": "Entered in error"}, {"uid": AWARD_ID}]
)
def test_on_the_revocation_list(world: IssuerSimulator, issuer: OldIssuer, entry: str | JsonObject) -> None:
    """The issuer's list names badges by id, alone or with a reason (OB 2.0 RevocationList)."""
    issuer.serve(issuer.compose_list(revokedAssertions=[entry]))
    report = world.verify(issuer.issue_signed())
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.STATUS).code == "status.revoked"


def test_unsigned_list_is_said(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """The list that did not name the badge has no signature, and the report says so."""
    report = world.verify(issuer.issue_signed())
    assert report.check(CheckName.STATUS).outcome is Outcome.PASSED
    assert report.check(CheckName.STATUS).notes == ("status.list_unsigned",)


def test_no_revocation_list(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """An issuer need not keep a list."""
    issuer.serve(issuer.compose_profile(revocationList=None))
    report = world.verify(issuer.issue_signed())
    assert report.verdict is Verdict.VERIFIED
    assert report.check(CheckName.STATUS).code == "status.none"


@pytest.mark.parametrize("changes", [{"revokedAssertions": None}, {"type": "Issuer"}, {"id": "https://x.example.edu/"}])
def test_list_that_is_none(world: IssuerSimulator, issuer: OldIssuer, changes: JsonObject) -> None:
    """What stands at the list's address must be that list, else the badge's status is unknown."""
    world.publish(issuer.list_id, issuer.compose_list(**changes))
    report = world.verify(issuer.issue_signed())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.STATUS).code == "status.unavailable"


def test_list_out_of_reach(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A list that cannot be fetched is never a clean one."""
    world.break_down(issuer.list_id)
    report = world.verify(issuer.issue_signed())
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.STATUS).code == "status.unavailable"


def test_revoked_inside_the_signature(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A signed badge may itself say that it was taken back."""
    assert world.verify(issuer.issue_signed(revoked=True)).check(CheckName.STATUS).code == "status.revoked"


def test_signed_badge_that_is_also_hosted_elsewhere(world: IssuerSimulator, issuer: OldIssuer) -> None:
    """A signature counts wherever the file came from: nothing is fetched at the badge's own id."""
    data = issuer.issue_signed(id="https://elsewhere.example.org/7")
    assert world.verify(data).verdict is Verdict.VERIFIED
    assert "https://elsewhere.example.org/7" not in world.asked
