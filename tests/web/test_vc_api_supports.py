"""What the manifest of the conformance mode says it supports, each with a credential that needs it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from credentials import UnsecuredDocument, add_data_integrity_proof
from keys import KeyType, LocalSigner, VerificationMethod, compose_did_document, did_key
from schemas import VC_V2_CONTEXT, JsonObject, JsonValue, encode_json
from tests.web.conformance_server import PROOF_ONLY, compose_credential, open_conformance_server
from tests.web.workshop import NOON

if TYPE_CHECKING:
    from tests.web.conformance_server import ConformanceServer

VECTORS = Path(__file__).parents[1] / "vectors"
DID_WEB = "did:web:college.example"
DID_WEB_URL = "https://college.example/.well-known/did.json"


def _sign(document: JsonObject, signer: LocalSigner, method: str) -> JsonObject:
    return add_data_integrity_proof(
        UnsecuredDocument(document=document), signer=signer, verification_method=method, created=NOON
    ).document


def _codes(response: object, member: str) -> list[str]:
    body = cast("JsonObject", getattr(response, "json", None))
    return [str(problem["code"]) for problem in cast("list[JsonObject]", body[member])]


def test_a_did_key_without_its_fragment(server: ConformanceServer) -> None:
    """did-key-without-fragment: a did:key names exactly one key."""
    signer = LocalSigner.generate(KeyType.ED25519)
    did = did_key(signer.public_key)
    response = server.verify(_sign(compose_credential({"id": did}), signer, did))
    assert (response.status_code, _codes(response, "warnings")) == (200, [])


def test_a_key_in_the_fragment_of_an_address(server: ConformanceServer) -> None:
    """fragment-keys: it verifies with a warning, since it proves no owner, and only when the proof alone is asked."""
    signer = LocalSigner.generate(KeyType.ED25519)
    issuer = "https://college.example/issuers/1"
    secured = _sign(compose_credential({"id": issuer}), signer, f"{issuer}#{signer.public_key.multikey}")
    response = server.verify(secured)
    assert (response.status_code, _codes(response, "warnings")) == (200, ["issuer.unproven"])
    assert server.verify(secured, {"checks": ["proof", "validity"]}).status_code == 400


def _with_did_web(signer: LocalSigner) -> ConformanceServer:
    method = VerificationMethod(id=f"{DID_WEB}#key-1", controller=DID_WEB, public_key=signer.public_key)
    return open_conformance_server(**{DID_WEB_URL: encode_json(compose_did_document(DID_WEB, [method]))})


def test_a_preloaded_document(server: ConformanceServer) -> None:
    """preloaded-documents: a did:web issuer whose document was given at start is proven; elsewhere it is not."""
    signer = LocalSigner.generate(KeyType.ED25519)
    secured = _sign(compose_credential({"id": DID_WEB}), signer, f"{DID_WEB}#key-1")
    known = _with_did_web(signer).verify(secured)
    assert (known.status_code, _codes(known, "warnings")) == (200, [])
    assert server.verify(secured).status_code == 400


def test_a_preloaded_document_that_lists_another_key() -> None:
    """T-17: when the issuer's document can be read, it decides, whatever is asked."""
    signer, other = (LocalSigner.generate(KeyType.ED25519) for _ in range(2))
    forged = _sign(compose_credential({"id": DID_WEB}), signer, f"{DID_WEB}#{signer.public_key.multikey}")
    response = _with_did_web(other).verify(forged)
    assert (response.status_code, _codes(response, "errors")) == (400, ["issuer.not_assertion_method"])


@pytest.mark.parametrize("name", ["simple-did-key-method", "simple_v1"])
def test_badges_of_the_official_validator(server: ConformanceServer, name: str) -> None:
    """ob3-validation and Ed25519Signature2020: 1EdTech's own good samples verify, and without an achievement do not."""
    document = json.loads((VECTORS / "1edtech" / "ob30" / f"{name}.json").read_text("utf-8"))
    assert server.verify(document).status_code == 200
    del document["credentialSubject"]["achievement"]
    response = server.verify(document)
    assert response.status_code == 400
    assert set(_codes(response, "errors")) == {"schema.violation"}


def _several_proofs() -> JsonObject:
    path = VECTORS / "1edtech" / "ob30" / "simple-multiple-proofs.json"
    return cast("JsonObject", json.loads(path.read_text("utf-8")))


def test_a_proof_of_an_unknown_type_beside_a_good_one(server: ConformanceServer) -> None:
    """ob3-validation: OB 3.0 §8.2 asks for one good proof; 1EdTech's sample verifies, and the other is remarked on."""
    response = server.verify(_several_proofs())
    assert (response.status_code, _codes(response, "errors")) == (200, [])
    assert "proof.cryptosuite_unsupported" in _codes(response, "warnings")


def test_nothing_but_proofs_of_unknown_types(server: ConformanceServer) -> None:
    """A name that nobody knows is no proof, alone or several times."""
    document = _several_proofs()
    strange = cast("list[JsonObject]", document["proof"])[0]
    several: list[JsonValue] = [strange, [strange], [strange, {**strange, "type": "OtherProofType"}]]
    for proofs in several:
        assert server.verify({**document, "proof": proofs}).status_code == 400


def test_a_bad_proof_beside_one_of_an_unknown_type(server: ConformanceServer) -> None:
    """The proof that is known must hold, whatever stands beside it."""
    document = _several_proofs()
    strange, good = cast("list[JsonObject]", document["proof"])
    response = server.verify({**document, "proof": [strange, {**good, "created": "2022-11-17T18:54:22Z"}]})
    assert (response.status_code, _codes(response, "errors")) == (400, ["proof.signature_mismatch"])


@pytest.mark.parametrize(("spoil", "status"), [(False, 200), (True, 400)], ids=["good", "forged"])
def test_a_token_with_the_key_in_its_header(server: ConformanceServer, spoil: bool, status: int) -> None:  # noqa: FBT001
    """jwk-header: an RS256 badge as Open Badges writes it; the key proves no owner, so the issuer is a warning."""
    key = rsa.generate_private_key(65_537, 2_048)
    document = json.loads((VECTORS / "1edtech" / "ob30" / "simple-did-key-method.json").read_text("utf-8"))
    del document["proof"]
    jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
    header = {"typ": "JWT", "jwk": {name: jwk[name] for name in ("kty", "n", "e")}}
    token = jwt.encode(document, key, algorithm="RS256", headers=header)
    envelope: JsonObject = {
        "@context": [VC_V2_CONTEXT],
        "type": "EnvelopedVerifiableCredential",
        "id": f"data:application/jwt,{token[:-8] + 'AAAAAAAA' if spoil else token}",
    }
    response = server.verify(envelope)
    assert response.status_code == status, response.json
    assert _codes(response, "warnings") == ([] if spoil else ["issuer.unproven"])


def _short_list(signer: LocalSigner, url: str, entries_set: bytes) -> bytes:
    import base64  # noqa: PLC0415
    import gzip  # noqa: PLC0415

    encoded = "u" + base64.urlsafe_b64encode(gzip.compress(entries_set)).decode().rstrip("=")
    did = did_key(signer.public_key)
    document = compose_credential(
        {"id": did},
        id=url,
        type=["VerifiableCredential", "BitstringStatusListCredential"],
        credentialSubject={"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": encoded},
    )
    return encode_json(_sign(document, signer, did))


@pytest.mark.parametrize(
    ("entries_set", "status", "warnings"),
    [(bytes(12_500), 200, ["status.list_short_accepted"]), (b"\x40" + bytes(12_499), 400, [])],
    ids=["clear", "set"],
)
def test_a_short_status_list(entries_set: bytes, status: int, warnings: list[str]) -> None:
    """short-status-lists: 100,000 entries are read, with a warning."""
    signer = LocalSigner.generate(KeyType.ED25519)
    did, url = did_key(signer.public_key), "https://lists.example/1"
    entry: JsonObject = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "1",
        "statusListCredential": url,
    }
    secured = _sign(compose_credential({"id": did}, credentialStatus=entry), signer, did)
    with_list = open_conformance_server(**{url: _short_list(signer, url, entries_set)})
    asked: JsonValue = {"checks": ["proof", "credentialStatus"]}
    response = with_list.verify(secured, asked)
    assert (response.status_code, _codes(response, "warnings")) == (status, warnings)


def test_everything_the_manifest_names_is_tested_here(server: ConformanceServer) -> None:
    """The words of the contract, and no others."""
    assert PROOF_ONLY == {"checks": ["proof"]}
    assert server.manifest["supports"] == [
        "fragment-keys",
        "did-key-without-fragment",
        "Ed25519Signature2020",
        "jwk-header",
        "loopback-status",
        "preloaded-documents",
        "short-status-lists",
        "random-status-index",
        "ob3-validation",
    ]
