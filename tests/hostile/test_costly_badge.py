"""T-66, G6 through the whole verifier: a badge made to be slow costs little."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doubles.cost import within_cost
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, compose_achievement, compose_subject
from tests.doubles.proofs import compose_proof_options
from verifier import CheckName, Outcome

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

MAX_COST = 10.0  # yardsticks
WORLD = IssuerSimulator()
ISSUER = WORLD.add_issuer(IssuerIdKind.DID_KEY)


def twin_tree(depth: int) -> JsonValue:
    """Return a tree whose two halves look the same, so that a canonical order costs work."""
    if not depth:
        return {"type": ["Profile"], "name": "leaf"}
    return {"type": ["Profile"], "name": "node", "parentOrg": twin_tree(depth - 1), "endorsement": twin_tree(depth - 1)}


def alignments(count: int) -> list[JsonValue]:
    return [
        {"type": ["Alignment"], "targetName": f"Skill {number}", "targetUrl": f"https://example.org/{number}"}
        for number in range(count)
    ]


def many_proofs(count: int) -> list[JsonValue]:
    value = "z" + "1" * 64  # 64 bytes of zero: of the right length, so that everything before the signature is done
    return [
        {**compose_proof_options(ISSUER.method_id, created=f"2026-11-02T09:00:0{number}Z"), "proofValue": value}
        for number in range(count)
    ]


COSTLY: dict[str, JsonObject] = {
    "twin_tree": {"evidence": [twin_tree(9)]},
    "many_skills": {"credentialSubject": compose_subject(achievement=compose_achievement(alignment=alignments(999)))},
    "wrong_skills": {
        "credentialSubject": compose_subject(
            achievement=compose_achievement(alignment=[{"type": ["Alignment"], "targetName": 7} for _ in range(999)])
        )
    },
    "many_evidences": {"evidence": [{"type": ["Evidence"], "name": f"e{number}"} for number in range(900)]},
    "same_evidence": {"evidence": [{"type": ["Evidence"], "name": "e"} for _ in range(900)]},
    "many_members": {f"member{number}": number for number in range(14_000)},
    "many_tokens": {"endorsementJwt": [f"eyJhbGciOiJFZERTQSJ9.e30.{number:08}" for number in range(990)]},
    "many_entries": {"credentialStatus": [{"id": f"urn:x:{number}", "type": "Other"} for number in range(999)]},
}


@pytest.mark.parametrize("proofs", [1, 4])
@pytest.mark.parametrize("name", COSTLY)
def test_cost(name: str, proofs: int) -> None:
    """Whatever is in it, and however many proofs it carries, the answer comes soon."""
    document = {**ISSUER.compose_badge(), **COSTLY[name], "proof": many_proofs(proofs)}
    WORLD.verify(ISSUER.issue())  # contexts are compiled once for a process
    report = within_cost(MAX_COST, lambda: WORLD.verify(document))
    assert not report


@pytest.mark.parametrize("name", ["many_skills", "many_evidences"])
def test_large_genuine_badge(name: str) -> None:
    """A badge that is only large, and signed, verifies at the same cost."""
    badge = ISSUER.sign({**ISSUER.compose_badge(), **COSTLY[name]})
    report = within_cost(MAX_COST, lambda: WORLD.verify(badge))
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED
