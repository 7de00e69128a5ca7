"""The two routes of the VC-JOSE-COSE suite, with its own fixtures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from schemas import VC_V2_CONTEXT, JsonObject, JsonValue
from tests.web.conformance_server import EXAMPLES_CONTEXT, compose_credential

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.conformance_server import ConformanceServer

VECTORS = Path(__file__).parents[1] / "vectors" / "w3c-vc-jose-cose-test-suite"
# TEST ONLY: the Ed25519 key of the suite, `tests/input/vm-did-ed25519.json`, and P-256 keys of RFC 7515 A.3.
ED25519: JsonObject = {"kty": "OKP", "crv": "Ed25519", "x": "NvUhsjZe7Mdv8Esoc60o3ma1U5j2tFUTDsOQd39xMnI"}
P256: JsonObject = {
    "kty": "EC",
    "crv": "P-256",
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
KEYS: dict[str, JsonObject] = {
    "Ed25519": {
        "id": "did:example:vc-jose-cose#key-4",
        "controller": "did:example:vc-jose-cose",
        "publicKeyJwk": ED25519,
        "secretKeyJwk": {**ED25519, "d": "cbxP1TvbhLteRSspEvwxEuFKRDHWpGmPla8ePI0cmv8"},
    },
    "P-256": {
        "id": "did:example:vc-jose-cose#key-1",
        "controller": "did:example:vc-jose-cose",
        "publicKeyJwk": P256,
        "secretKeyJwk": {**P256, "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"},
    },
}


def _post(
    server: ConformanceServer, route: str, feature: str, text: str, key: JsonValue, **more: JsonValue
) -> TestResponse:
    return server.post(f"/jose-cose/{route}", {"input": text, "key": key, "feature": feature, **more})


def _presentation() -> JsonObject:
    envelope: JsonObject = {
        "@context": VC_V2_CONTEXT,
        "type": "EnvelopedVerifiableCredential",
        "id": "data:application/vc+jwt,eyJhbGciOiJFUzI1NiJ9.e30.AA",
    }
    return {
        "@context": [VC_V2_CONTEXT],
        "type": "VerifiablePresentation",
        "holder": "did:example:vc-jose-cose",
        "verifiableCredential": [envelope],
    }


@pytest.mark.parametrize("key", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("form", ["jose", "sdjwt", "cose"])
@pytest.mark.parametrize("kind", ["credential", "presentation"])
def test_issue_and_verify(server: ConformanceServer, kind: str, form: str, key: JsonObject) -> None:
    """What is issued verifies with the same key, and with a changed last byte it does not."""
    contexts: list[JsonValue] = [VC_V2_CONTEXT, EXAMPLES_CONTEXT]
    credential = compose_credential(
        {"id": "did:example:issuer"}, **{"@context": contexts, "badExtension": {"huh": "what?"}}
    )
    document = credential if kind == "credential" else _presentation()
    feature = f"{kind}_{form}"
    issued = cast("JsonObject", _post(server, "issue", feature, json.dumps(document), key, disclosurePaths=[]).json)
    token = str(issued["data"])
    assert issued["result"] == "success", token
    assert _post(server, "verify", feature, token, key).json["result"] == "success"  # type: ignore[index]
    other = token[:-6] + ("AAAAA~" if token.endswith("~") else "AAAAAA")
    assert _post(server, "verify", feature, other, key).json["result"] == "failure"  # type: ignore[index]


@pytest.mark.parametrize("path", ["credentialSubject.degree", "/credentialSubject/degree"])
def test_selective_disclosure(server: ConformanceServer, path: str) -> None:
    """Paths with dots or slashes name what the holder may hide."""
    subject = {"id": "did:example:123", "degree": {"type": "BachelorDegree"}}
    credential = compose_credential(
        {"id": "did:example:issuer"}, **{"@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT], "credentialSubject": subject}
    )
    response = _post(server, "issue", "credential_sdjwt", json.dumps(credential), KEYS["P-256"], disclosurePaths=[path])
    token = str(cast("JsonObject", response.json)["data"])
    assert token.count("~") == 2
    assert _post(server, "verify", "credential_sdjwt", token, KEYS["P-256"]).json["result"] == "success"  # type: ignore[index]


def _suite_key() -> JsonObject:
    return {"id": "did:example:a#b", "publicKeyJwk": json.loads((VECTORS / "keys.json").read_text("utf-8"))["p384"]}


@pytest.mark.parametrize(
    ("feature", "name"),
    [
        ("credential_jose", "credential-jose-vc-vp-claims"),
        ("presentation_jose", "presentation-jose-bad-credential"),
        ("credential_cose", "credential-cose-bad-media-type"),
        ("credential_cose", "credential-cose-bad-signature"),
        ("credential_cose", "credential-cose-minimal-not-base64"),
        ("presentation_cose", "presentation-cose-bad-credential"),
    ],
)
@pytest.mark.parametrize("key", ["p256", "p384", "ed25519"])
def test_the_suites_negative_fixtures(server: ConformanceServer, feature: str, name: str, key: str) -> None:
    """Each of the suite's bad files fails, whichever key comes along."""
    public = json.loads((VECTORS / "keys.json").read_text("utf-8"))[key]
    method: JsonObject = {"id": "did:example:a#b", "publicKeyJwk": public}
    response = _post(server, "verify", feature, (VECTORS / f"{name}.txt").read_text("ascii"), method)
    assert (response.status_code, response.json["result"]) == (200, "failure")  # type: ignore[index]


def test_the_suites_cose_presentation(server: ConformanceServer) -> None:
    """The suite's COSE presentation verifies with one of its keys."""
    text = (VECTORS / "presentation-cose-single.txt").read_text("ascii")
    public = json.loads((VECTORS / "keys.json").read_text("utf-8"))
    results = [
        _post(server, "verify", "presentation_cose", text, {"id": "did:example:a#b", "publicKeyJwk": key}).json
        for key in public.values()
    ]
    assert [result["result"] for result in results].count("success") == 1  # type: ignore[index]


@pytest.mark.parametrize(
    ("asked", "made"), [("credential_jose", "credential_sdjwt"), ("presentation_jose", "credential_jose")]
)
def test_another_form_than_was_asked_for(server: ConformanceServer, asked: str, made: str) -> None:
    """A good token of another form or type is a failure."""
    credential = json.dumps(compose_credential({"id": "did:example:issuer"}))
    token = str(cast("JsonObject", _post(server, "issue", made, credential, KEYS["P-256"]).json)["data"])
    assert _post(server, "verify", asked, token, KEYS["P-256"]).json["result"] == "failure"  # type: ignore[index]


@pytest.mark.parametrize(
    "secret",
    [{}, {"d": "AA"}, {"d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LJ"}, {"kty": "RSA"}, {"crv": "P-521"}],
    ids=["none", "short", "another", "kind", "curve"],
)
def test_a_key_that_cannot_sign(server: ConformanceServer, secret: JsonObject) -> None:
    """A secret that is missing or belongs to another key is a failure, not an error."""
    key: JsonObject = {**KEYS["P-256"], "secretKeyJwk": {**P256, **secret}}
    response = _post(server, "issue", "credential_jose", json.dumps(compose_credential({"id": "urn:i"})), key)
    assert (response.status_code, response.json["result"]) == (200, "failure")  # type: ignore[index]


@pytest.mark.parametrize(
    "edit",
    [{"feature": "credential_pgp"}, {"feature": 1}, {"input": 7}, {"key": None}, {"disclosurePaths": ["a"] * 65}],
    ids=repr,
)
def test_what_is_no_request(server: ConformanceServer, edit: JsonObject) -> None:
    """A request that is none gets 400."""
    body: JsonObject = {"input": "{}", "key": KEYS["P-256"], "feature": "credential_jose", **edit}
    assert server.post("/jose-cose/issue", body).status_code == 400
