"""Presentations that lie: another holder, another's key, forged badges among good ones, re-used proofs."""

from __future__ import annotations

import itertools
import json
from typing import TYPE_CHECKING, cast

import pytest

from schemas import encode_json
from tests.doubles.holders import CHALLENGE, DOMAIN, Holder, copy_of, proof_of
from tests.doubles.issuer_simulator import IssuerSimulator, SimulatedIssuer, compose_status_entry
from verifier import (
    CredentialSetReport,
    PresentationCheckName,
    PresentationReport,
    Verdict,
    VerificationContext,
    verify_presentation,
)

if TYPE_CHECKING:
    from schemas import JsonObject

Name = PresentationCheckName
STATES = ("good", "forged", "revoked", "unreadable_issuer")
VERDICTS = {
    "good": Verdict.VERIFIED,
    "forged": Verdict.REJECTED,
    "revoked": Verdict.REJECTED,
    "unreadable_issuer": Verdict.INCONCLUSIVE,
}


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    issuer = world.add_issuer()
    issuer.publish_status_list(set_indexes=(94567,))
    return issuer


@pytest.fixture
def holder() -> Holder:
    return Holder()


def _verify(world: IssuerSimulator, shown: JsonObject | bytes) -> CredentialSetReport:
    return verify_presentation(
        shown if isinstance(shown, bytes) else encode_json(shown),
        context=VerificationContext(now=world.now, fetcher=world),
        expected_challenge=CHALLENGE,
        expected_domain=DOMAIN,
    )


def _code(report: CredentialSetReport, name: PresentationCheckName) -> str:
    assert isinstance(report.container, PresentationReport)
    return report.container.check(name).code


def _compose_state(
    world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder, state: str, number: int
) -> JsonObject:
    if state == "revoked":
        return holder.earn(issuer, number, credentialStatus=compose_status_entry())
    if state == "unreadable_issuer":
        other = world.add_issuer(host="gone.example.org")
        world.break_down(other.document_url)
        return holder.earn(other, number)
    badge = holder.earn(issuer, number)
    return badge | {"name": "Master of all mills"} if state == "forged" else badge


@pytest.mark.parametrize("is_holder_good", [True, False])
@pytest.mark.parametrize(("first", "second"), list(itertools.product(STATES, STATES)))
def test_verdict_is_the_and_of_all(
    world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder, first: str, second: str, *, is_holder_good: bool
) -> None:
    """Each badge is listed with its own verdict, and the whole is never better than its worst part (T-10)."""
    badges = [_compose_state(world, issuer, holder, state, place) for place, state in enumerate((first, second))]
    shown = holder.show(badges)
    if not is_holder_good:
        shown = copy_of(shown)
        proof_of(shown)["proofValue"] = proof_of(Holder().show(badges))["proofValue"]
    report = _verify(world, shown)
    verdicts = [VERDICTS[first], VERDICTS[second]]
    assert [part.report.verdict for part in report.parts] == verdicts
    everything = [*verdicts, Verdict.VERIFIED if is_holder_good else Verdict.REJECTED]
    expected = Verdict.VERIFIED if set(everything) == {Verdict.VERIFIED} else Verdict.INCONCLUSIVE
    assert report.verdict is (Verdict.REJECTED if Verdict.REJECTED in everything else expected)


def test_badge_added_after_signing(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A badge slipped into a signed presentation breaks its signature."""
    shown = copy_of(holder.show([holder.earn(issuer)]))
    cast("list[JsonObject]", shown["verifiableCredential"]).append(holder.earn(issuer, 1))
    assert _code(_verify(world, shown), Name.PROOF) == "proof.signature_mismatch"


@pytest.mark.parametrize("member", ["challenge", "domain"])
def test_question_changed_after_signing(
    world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder, member: str
) -> None:
    """An old showing with the new question written over the old one is not signed for it."""
    shown = copy_of(holder.show([holder.earn(issuer)], challenge="of-yesterday", domain="other.example.com"))
    proof_of(shown)[member] = CHALLENGE if member == "challenge" else DOMAIN
    assert _verify(world, shown).verdict is Verdict.REJECTED


def test_name_of_another_holder(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """Who signs with one key in the name of another is refused before anything is fetched."""
    victim = Holder()
    report = _verify(world, holder.show([victim.earn(issuer)], holder=victim.id))
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.HOLDER) == "presentation.holder_mismatch"


def test_key_in_the_name_of_another(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """`did:key:VICTIM#ATTACKER` is not the victim's key (T-17 for holders)."""
    victim = Holder()
    forged = f"{victim.id}#{holder.signer.public_key.multikey}"
    report = _verify(world, holder.show([victim.earn(issuer)], holder=victim.id, method_id=forged))
    assert report.verdict is Verdict.REJECTED


def test_badge_proof_pasted_on_a_presentation(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A proof made to give a badge does not show one (T-08)."""
    shown = copy_of(holder.show([holder.earn(issuer)]))
    shown["proof"] = holder.earn(issuer)["proof"]
    assert _verify(world, shown).verdict is Verdict.REJECTED


def test_presentation_proof_pasted_on_a_badge(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A proof made to show badges does not give one (T-08)."""
    badge = holder.earn(issuer) | {"proof": holder.show([])["proof"]}
    assert world.verify(badge).verdict is Verdict.REJECTED


def test_presentation_inside_a_presentation(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """What lies in a presentation in a presentation would stay unseen."""
    shown = holder.show([holder.earn(issuer)])
    shown["verifiableCredential"] = [copy_of(shown)]
    assert _code(_verify(world, shown), Name.DECODING) == "presentation.malformed"


def test_two_holders_sign(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """Two people cannot be the one who shows."""
    badge = json.loads(issuer.issue())
    first, second = holder.show([badge]), Holder().show([badge], holder=holder.id)
    shown = first | {"proof": [proof_of(first), proof_of(second)]}
    report = _verify(world, shown)
    assert report.verdict is Verdict.REJECTED
    assert _code(report, Name.HOLDER) == "presentation.holder_mismatch"


def test_word_of_nobody(world: IssuerSimulator, issuer: SimulatedIssuer, holder: Holder) -> None:
    """A member that no context defines is covered by no signature (T-01 for presentations)."""
    shown = holder.show([holder.earn(issuer)]) | {"verifiedBy": "Everybody"}
    assert _verify(world, shown).verdict is Verdict.REJECTED


def test_many_badges_many_hosts(world: IssuerSimulator, holder: Holder) -> None:
    """Twenty badges of twenty issuers cost no more than a fixed number of requests (T-32)."""
    issuers = [world.add_issuer(host=f"college{number}.example.edu") for number in range(20)]
    badges = [holder.earn(one, number) for number, one in enumerate(issuers)]
    world.asked.clear()
    report = _verify(world, holder.show(badges))
    assert len(world.asked) <= 24
    assert len(report.parts) == 20
