"""T-32: one badge that names many hosts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, compose_achievement, compose_subject
from tests.hostile.test_endorsement_forged import compose_endorsement
from verifier import CheckName, Outcome

if TYPE_CHECKING:
    from schemas import JsonValue


def test_one_verification_asks_at_most_eight_addresses() -> None:
    """Issuer, status and endorsers share one budget; what is left over could not be checked."""
    world = IssuerSimulator()
    endorsements: list[JsonValue] = []
    for number in range(8):
        endorser = world.add_issuer(IssuerIdKind.DID_WEB, host=f"endorser{number}.example.com")
        endorsement_id = f"urn:uuid:1b3d5f70-0000-4000-8000-00000000{number:04}"
        endorsements.append(endorser.sign(compose_endorsement(endorser, id=endorsement_id)))
    achievement = compose_achievement(endorsement=endorsements)
    report = world.verify(world.add_issuer().issue(credentialSubject=compose_subject(achievement=achievement)))
    assert len(world.asked) == 8
    check = report.check(CheckName.ENDORSEMENTS)
    assert check.outcome is Outcome.INDETERMINATE
    assert len(check.detail["verified"]) == 7  # type: ignore[arg-type]


def test_one_address_is_asked_once() -> None:
    """An issuer that is named many times is looked up once."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    endorsements: list[JsonValue] = [
        issuer.sign(compose_endorsement(issuer, id=f"urn:uuid:1b3d5f70-0000-4000-8000-00000000{number:04}"))
        for number in range(5)
    ]
    achievement = compose_achievement(endorsement=endorsements)
    assert world.verify(issuer.issue(credentialSubject=compose_subject(achievement=achievement)))
    assert world.asked == [issuer.document_url]
