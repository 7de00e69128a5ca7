"""@digitalbazaar/vc with jsonld.js and its cryptosuites, from npm, reads what we issue, and we read what it issues."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from credentials import Cryptosuite, derive_selective_disclosure, list_proofs, verify_data_integrity_proof
from issuer import ProofChoice
from keys import KeyType, PublicKey
from schemas import SignatureMismatchError, encode_json
from tests.doubles import variant_bases
from tests.interop.samples import assert_accepted_here, badge_without_lists, change, endless_badge, sign_badge
from tests.interop.table import Direction, Peer, interop

if TYPE_CHECKING:
    from schemas import JsonObject
    from tests.interop.conftest import IssueExample
    from tests.interop.node_peer import NodePeer

pytestmark = pytest.mark.node

SCRIPT = "interop.mjs"
ACCEPTED: JsonObject = {"verified": True, "reasons": []}
CURVES = {"Ed25519": KeyType.ED25519, "P-256": KeyType.P256, "P-384": KeyType.P384}
EDDSA_RDFC, EDDSA_JCS = Cryptosuite.EDDSA_RDFC_2022, Cryptosuite.EDDSA_JCS_2022
ECDSA_RDFC, ECDSA_JCS, ECDSA_SD = Cryptosuite.ECDSA_RDFC_2019, Cryptosuite.ECDSA_JCS_2019, Cryptosuite.ECDSA_SD_2023


def _cases(direction: Direction) -> pytest.MarkDecorator:
    what = "Data Integrity `{suite}`, {curve}"
    cases = [
        (EDDSA_RDFC, "Ed25519", Peer.EDDSA_RDFC),
        (EDDSA_JCS, "Ed25519", Peer.EDDSA_JCS),
        (ECDSA_RDFC, "P-256", Peer.ECDSA_RDFC),
        (ECDSA_RDFC, "P-384", Peer.ECDSA_RDFC),
        (ECDSA_JCS, "P-256", Peer.ECDSA_JCS),
        (ECDSA_JCS, "P-384", Peer.ECDSA_JCS),
    ]
    return pytest.mark.parametrize(
        ("suite", "curve"),
        [pytest.param(suite, curve, marks=interop(peer, what, direction)) for suite, curve, peer in cases],
    )


def _assert_accepted_there(peer: NodePeer, badge: JsonObject, suite: Cryptosuite) -> None:
    assert peer.run(SCRIPT, badge, "verify", suite.value) == ACCEPTED
    assert peer.run(SCRIPT, change(badge), "verify", suite.value)["verified"] is False


@interop(Peer.EDDSA_RDFC, "badge of the example class list, status and all", Direction.THEY_READ_OURS)
def test_their_verifier_accepts_our_badge(node_peer: NodePeer, issue_example: IssueExample) -> None:
    """A badge of the example class list verifies with @digitalbazaar/vc in JSON-LD safe mode, and only unchanged."""
    issued = issue_example(KeyType.ED25519, ProofChoice.DATA_INTEGRITY)
    _assert_accepted_there(node_peer, json.loads(issued.json_bytes), EDDSA_RDFC)


@_cases(Direction.THEY_READ_OURS)
def test_their_verifier_accepts_our_proof(node_peer: NodePeer, suite: Cryptosuite, curve: str) -> None:
    """A rich badge with each suite that covers all of it verifies there, and only unchanged."""
    _assert_accepted_there(node_peer, sign_badge(CURVES[curve], suite), suite)


@_cases(Direction.WE_READ_THEIRS)
def test_our_verifier_accepts_their_proof(node_peer: NodePeer, suite: Cryptosuite, curve: str) -> None:
    """A rich badge that @digitalbazaar/vc signed passes here, and a changed one does not."""
    unsigned: JsonObject = {"credential": endless_badge("did:key:replaced-by-the-signer")}
    assert_accepted_here(node_peer.run(SCRIPT, unsigned, "issue", suite.value, curve))


def _with_endorsements(issuer_id: str) -> JsonObject:
    """A badge with two signed endorsements inside, each by another issuer."""
    return {**variant_bases.BASES["endorsed"][0](), "issuer": {"id": issuer_id, "type": ["Profile"], "name": "Example"}}


def _learner_record(issuer_id: str) -> JsonObject:
    """A CLR 2.0 record with two signed badges inside."""
    record = variant_bases.BASES["learner record"][0]()
    return {**record, "issuer": {"id": issuer_id, "type": ["Profile"], "name": "Example"}}


SHAPES = {"badge with embedded endorsements": _with_endorsements, "learner record (CLR 2.0)": _learner_record}


@interop(Peer.EDDSA_RDFC, "{shape}, Data Integrity `eddsa-rdfc-2022`", Direction.THEY_READ_OURS)
@pytest.mark.parametrize("shape", SHAPES)
def test_their_verifier_accepts_our_proof_of_shapes(node_peer: NodePeer, shape: str) -> None:
    """Documents with credentials inside, where `proof` is a graph of its own, verify there, and only unchanged."""
    signed = sign_badge(KeyType.ED25519, EDDSA_RDFC, compose=SHAPES[shape])
    _assert_accepted_there(node_peer, signed, EDDSA_RDFC)


@interop(Peer.EDDSA_RDFC, "{shape}, Data Integrity `eddsa-rdfc-2022`", Direction.WE_READ_THEIRS)
@pytest.mark.parametrize("shape", SHAPES)
def test_we_accept_their_proof_of_shapes(node_peer: NodePeer, shape: str) -> None:
    """What they sign around other credentials has a good proof here, and a bad one once it was changed."""
    unsigned: JsonObject = {"credential": SHAPES[shape]("did:key:replaced-by-the-signer")}
    theirs = node_peer.run(SCRIPT, unsigned, "issue", EDDSA_RDFC.value, "Ed25519")
    (proof,) = list_proofs(theirs)
    key = PublicKey.from_multikey(str(proof["verificationMethod"]).rpartition("#")[2])
    verify_data_integrity_proof(theirs, proof, public_key=key, original=encode_json(theirs))
    changed = change(theirs)
    with pytest.raises(SignatureMismatchError):
        verify_data_integrity_proof(changed, proof, public_key=key, original=encode_json(changed))


SHOWN = ["/credentialSubject/achievement/tag/3", "/credentialSubject/result/1", "/evidence/0/narrative"]


def _assert_shows_the_part(derived: JsonObject) -> None:
    subject = derived["credentialSubject"]
    assert isinstance(subject, dict)
    achievement, results = subject["achievement"], subject["result"]
    assert isinstance(achievement, dict)
    assert achievement["tag"] == ["measuring 3"]
    assert isinstance(results, list)
    assert [result["value"] for result in results if isinstance(result, dict)] == ["A"]
    assert "licenseNumber" not in subject


def _derive_there(peer: NodePeer, badge: JsonObject) -> JsonObject:
    asked: JsonObject = {"credential": badge, "selectivePointers": list(SHOWN)}
    return peer.run(SCRIPT, asked, "derive", ECDSA_SD.value)


def _issue_there(peer: NodePeer) -> JsonObject:
    mandatory = ["/issuer", "/name", "/validFrom", "/credentialSchema", "/credentialSubject/achievement/name"]
    mandatory += ["/credentialSubject/achievement/description", "/credentialSubject/achievement/criteria"]
    unsigned: JsonObject = {"credential": badge_without_lists("did:key:x"), "mandatoryPointers": list(mandatory)}
    return peer.run(SCRIPT, unsigned, "issue", ECDSA_SD.value, "P-256")


@interop(Peer.ECDSA_SD, "`ecdsa-sd-2023`: our base proof, their derived proof", Direction.BOTH)
def test_they_derive_from_our_base_proof(node_peer: NodePeer) -> None:
    """A holder with their software shows a part of our badge, and both verifiers accept that part only unchanged."""
    derived = _derive_there(node_peer, sign_badge(KeyType.P256, ECDSA_SD, compose=badge_without_lists))
    _assert_shows_the_part(derived)
    _assert_accepted_there(node_peer, derived, ECDSA_SD)
    assert_accepted_here(derived)


@interop(Peer.ECDSA_SD, "`ecdsa-sd-2023`: our base proof, our derived proof", Direction.THEY_READ_OURS)
def test_they_verify_our_derived_proof(node_peer: NodePeer) -> None:
    """What our holder shows of our badge verifies there, and only unchanged."""
    derived = derive_selective_disclosure(sign_badge(KeyType.P256, ECDSA_SD), SHOWN)
    _assert_shows_the_part(derived)
    _assert_accepted_there(node_peer, derived, ECDSA_SD)


@interop(Peer.ECDSA_SD, "`ecdsa-sd-2023`: their base proof, our derived proof", Direction.BOTH)
def test_we_derive_from_their_base_proof(node_peer: NodePeer) -> None:
    """A holder with our software shows a part of their badge, and both verifiers accept that part only unchanged."""
    derived = derive_selective_disclosure(_issue_there(node_peer), SHOWN)
    _assert_shows_the_part(derived)
    _assert_accepted_there(node_peer, derived, ECDSA_SD)
    assert_accepted_here(derived)


@interop(Peer.ECDSA_SD, "`ecdsa-sd-2023`: their base proof, their derived proof", Direction.WE_READ_THEIRS)
def test_we_verify_their_derived_proof(node_peer: NodePeer) -> None:
    """What their holder shows of their badge passes here, and a changed one does not."""
    derived = _derive_there(node_peer, _issue_there(node_peer))
    _assert_shows_the_part(derived)
    assert_accepted_here(derived)


@interop(
    Peer.ECDSA_SD,
    "`ecdsa-sd-2023`: our base proof of a badge with `allowedValue`, their derived proof",
    Direction.THEY_READ_OURS,
    result="refused: they name the nodes of a list, which JSON-LD does not allow; ours derives it",
)
def test_they_cannot_derive_from_a_badge_with_a_list(node_peer: NodePeer) -> None:
    """Their software breaks on a JSON-LD list, deriving and signing; what we derive verifies there, list and all."""
    badge = sign_badge(KeyType.P256, ECDSA_SD)
    asked: JsonObject = {"credential": badge, "selectivePointers": list(SHOWN)}
    assert "invalid set or list object" in node_peer.run_into_error(SCRIPT, asked, "derive", ECDSA_SD.value)
    unsigned: JsonObject = {"credential": endless_badge("did:key:x"), "mandatoryPointers": ["/issuer"]}
    answer = node_peer.run_into_error(SCRIPT, unsigned, "issue", ECDSA_SD.value, "P-256")
    assert "invalid set or list object" in answer
    shown = ["/credentialSubject/achievement/resultDescription/1"]
    _assert_accepted_there(node_peer, derive_selective_disclosure(badge, shown), ECDSA_SD)


@interop(
    Peer.ECDSA_SD,
    "`ecdsa-sd-2023`: base proof, shown as it is",
    Direction.THEY_READ_OURS,
    result="refused: only a derived proof is for showing",
)
def test_a_base_proof_is_not_for_showing(node_peer: NodePeer) -> None:
    """A base proof holds what only the holder may know; they do not verify it either."""
    answer = node_peer.run(SCRIPT, sign_badge(KeyType.P256, ECDSA_SD), "verify", ECDSA_SD.value)
    assert answer["verified"] is False
    assert 'does not include a valid "proofValue"' in str(answer["reasons"])
