"""Many documents that are each slow to canonicalize, in one badge or in one presentation, share one budget."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from credentials import UnsecuredDocument, add_presentation_proof, canonicalize, share_work
from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, CanonicalizationError
from tests.doubles.cost import within_cost
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.doubles.proofs import compose_proof_options
from tests.web.workshop import BASE_URL, NOON, open_workshop
from verifier import CheckName, Outcome

if TYPE_CHECKING:
    from pathlib import Path

    from schemas import JsonObject, JsonValue

MAX_COST = 45.0  # yardsticks
MAX_SHOWING_COST = 180.0  # yardsticks; eight badges with eight endorsements each
BAD_REQUEST = 400
WORLD = IssuerSimulator()
ISSUER = WORLD.add_issuer(IssuerIdKind.DID_KEY)
# W3C publishes this context for examples; it gives a meaning to any word.
ANY_WORD_CONTEXT = "https://www.w3.org/ns/credentials/examples/v2"
CONTEXTS: list[JsonValue] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, ANY_WORD_CONTEXT]
WORK = 400  # enough for one tree of the test, not for two
BADGE_ID = "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11"


def twin_tree(depth: int, width: int) -> JsonValue:
    """Return a tree whose branches look the same (RDF-CANON §7.1)."""
    return {"a": [twin_tree(depth - 1, width) for _ in range(width)]} if depth else {"z": "1"}


POISON = twin_tree(4, 3)


def many_proofs(count: int) -> list[JsonValue]:
    value = "z" + "1" * 64  # 64 bytes of zero: of the right length, so that everything before the signature is done
    return [
        {**compose_proof_options(ISSUER.method_id, created=f"2026-11-02T09:00:0{number}Z"), "proofValue": value}
        for number in range(count)
    ]


def compose_endorsement(number: int) -> JsonObject:
    return {
        "@context": CONTEXTS,
        "id": f"urn:uuid:0f0f0f0f-0000-4000-8000-00000000020{number}",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "E",
        "issuer": ISSUER.id,
        "validFrom": "2026-11-01T09:00:00Z",
        "credentialSubject": {"id": BADGE_ID, "type": ["EndorsementSubject"], "endorsementComment": "x"},
        "x": POISON,
        "proof": many_proofs(4),
    }


def poison_badge(name: str = "poisoned") -> bytes:
    """Return a token, which costs its maker nothing, full of endorsements that cost its reader."""
    endorsements: list[JsonValue] = [compose_endorsement(number) for number in range(8)]
    changes: dict[str, Any] = {"@context": CONTEXTS, "name": name, "endorsement": endorsements}
    return ISSUER.issue_jwt(**changes)


@pytest.fixture(autouse=True)
def warm_process() -> None:
    """Contexts and schemas are compiled once for a process; that is not what is measured."""
    changes: dict[str, Any] = {"@context": CONTEXTS}
    WORLD.verify(ISSUER.issue(**changes))


def test_endorsements_with_several_proofs() -> None:
    """Eight endorsements of four proofs each cost no more than one slow document."""
    badge = poison_badge()
    report = within_cost(MAX_COST, lambda: WORLD.verify(badge))
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED
    assert report.check(CheckName.ENDORSEMENTS).outcome is Outcome.FAILED


def test_several_proofs_of_one_document() -> None:
    """A document is brought into its canonical form once for all its proofs."""
    badge = {**ISSUER.compose_badge(**{"@context": CONTEXTS, "x": POISON}), "proof": many_proofs(4)}
    report = within_cost(MAX_COST, lambda: WORLD.verify(badge))
    assert not report


def test_budget_is_shared_by_all_inside() -> None:
    """What the first document took is not there for the next, and a new verification begins anew."""
    document: JsonObject = {
        "@context": CONTEXTS,
        "id": BADGE_ID,
        "type": ["VerifiableCredential"],
        "x": twin_tree(2, 3),
    }
    with share_work(WORK):
        with share_work(10**9):  # inside another, it adds nothing
            canonicalize(document)
        with pytest.raises(CanonicalizationError):
            canonicalize(document)
    with share_work(WORK):
        canonicalize(document)


@pytest.mark.parametrize(("count", "status"), [(8, 200), (9, 400)])
def test_presentation_of_many_badges(count: int, status: int, tmp_path: Path) -> None:
    """Anybody may have eight badges verified at once, which share one budget; more are refused unread."""
    credentials: list[JsonValue] = [
        {
            "@context": VC_V2_CONTEXT,
            "id": f"data:application/vc+jwt,{poison_badge(str(number)).decode('ascii')}",
            "type": "EnvelopedVerifiableCredential",
        }
        for number in range(count)
    ]
    shown: JsonObject = {
        "@context": [VC_V2_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": ISSUER.id,
        "verifiableCredential": credentials,
    }
    signed = add_presentation_proof(
        UnsecuredDocument(document=shown),
        signer=ISSUER.signer,
        verification_method=ISSUER.method_id,
        created=NOON,
        challenge="x",
    ).document
    body: JsonObject = {"verifiablePresentation": signed, "options": {"challenge": "x"}}
    client = open_workshop(tmp_path).client()
    answer = within_cost(
        MAX_SHOWING_COST, lambda: client.post("/api/vc/presentations/verify", json=body, base_url=BASE_URL)
    )
    assert ("presentation.too_many_credentials" in answer.get_data(as_text=True)) is (status == BAD_REQUEST)
