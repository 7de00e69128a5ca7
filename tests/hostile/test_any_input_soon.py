"""T-66: whatever comes, if it is at most 256 KiB, is answered at the cost of about a thousand signatures.

The goals were set where the yardstick of `tests.doubles.cost` takes 27 ms: 0.25 s there for any input, 0.15 s for
graphs that are symmetrical on purpose.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from benchmarks.hostile_inputs import HEAVY, POISON
from schemas import MAX_CREDENTIAL_BYTES, encode_json
from tests.doubles.cost import within_cost
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.doubles.proofs import compose_proof_options
from verifier import CheckName

if TYPE_CHECKING:
    from schemas import JsonObject

MAX_COST = 0.25 / 0.027  # yardsticks
MAX_POISON_COST = 0.15 / 0.027
WORLD = IssuerSimulator()
ISSUER = WORLD.add_issuer(IssuerIdKind.DID_KEY)


def _presented(document: JsonObject) -> bytes:
    """Return it with an issuer that is known and a proof of the right length, so that nothing ends the work early."""
    proof: JsonObject = {**compose_proof_options(ISSUER.method_id), "proofValue": "z" + "1" * 64}
    issuer: JsonObject = {"id": ISSUER.id, "type": ["Profile"], "name": ISSUER.name}
    data = encode_json({"proof": proof, **document, "issuer": issuer})
    assert len(data) <= MAX_CREDENTIAL_BYTES
    WORLD.verify(ISSUER.issue())  # contexts are compiled once for a process
    return data


@pytest.mark.parametrize("name", HEAVY)
def test_any_input(name: str) -> None:
    """Documents near every limit have their whole report soon."""
    data = _presented(HEAVY[name]())
    assert not within_cost(MAX_COST, lambda: WORLD.verify(data))


@pytest.mark.parametrize("name", POISON)
def test_poison(name: str) -> None:
    """Graphs that could be labelled in very many ways are given up soon, by a code of their own."""
    data = _presented(POISON[name]())
    report = within_cost(MAX_POISON_COST, lambda: WORLD.verify(data))
    assert report.check(CheckName.PROOF).code == "proof.canonicalization_budget"
