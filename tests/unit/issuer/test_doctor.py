"""The doctor speaks of every invariant."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer import Finding, diagnose
from schemas import InvalidCredentialError
from tests.doubles.ledgers import issue, make_roster

if TYPE_CHECKING:
    from issuer import IssuedCredential, IssuerProfile, Ledger


def test_each_invariant_has_its_finding(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A sound ledger has one good finding for each of I1 to I10, in order."""
    issue(ledger, issuer, make_roster(2))
    findings = diagnose(ledger)
    assert [finding.invariant for finding in findings] == [f"I{number}" for number in range(1, 11)]
    assert all(finding.ok for finding in findings)


def test_empty_ledger_is_sound(ledger: Ledger) -> None:
    """Nothing issued, nothing wrong."""
    assert all(finding.ok for finding in diagnose(ledger))


def test_verifier_of_the_caller_is_the_judge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A badge that the given verifier refuses is named with the verifier's code."""
    issue(ledger, issuer, make_roster(2))
    seen: list[str] = []

    def refuse_first(issued: IssuedCredential) -> None:
        seen.append(issued.slug)
        if len(seen) == 1:
            raise InvalidCredentialError("proof.signature_mismatch")

    (bad,) = [finding for finding in diagnose(ledger, refuse_first) if not finding.ok]
    assert bad == Finding(
        invariant="I4",
        ok=False,
        code="doctor.own_badge_invalid",
        detail=f"{seen[0]}: proof.signature_mismatch",
    )
    assert len(seen) == 2


def test_finding_speaks_both_languages() -> None:
    """A finding is one sentence, with its place in brackets."""
    finding = Finding(invariant="I1", ok=False, code="ledger.bytes_damaged", detail="slug")
    assert finding.describe().endswith("(slug)")
    assert finding.describe("es") != finding.describe("en")
    assert "(" not in Finding(invariant="I1", ok=True, code="doctor.bytes_kept").describe()
