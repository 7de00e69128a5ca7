"""did:key, did:jwk and did:web: identifiers to keys and places."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from keys import (
    KeyType,
    OfflineFetcher,
    PublicKey,
    did_key,
    did_key_method_id,
    did_web_for,
    did_web_url,
    encode_base64url,
    resolve_controller_document,
)
from schemas import BadgeError, KeystoreError, ResolutionError
from tests.unit.keys import published

if TYPE_CHECKING:
    from schemas import JsonObject


@pytest.mark.parametrize(("seed", "did"), published.DID_KEY_ED25519)
def test_did_key_of_ed25519_vectors(seed: str, did: str) -> None:
    """The published seeds give the published did:keys."""
    public_key = published.ed25519_signer(seed).public_key
    assert did_key(public_key) == did
    assert did_key_method_id(public_key) == f"{did}#{did.removeprefix('did:key:')}"


@pytest.mark.parametrize(("did", "curve", "x", "y"), published.DID_KEY_NIST)
def test_did_key_of_nist_vectors_resolves(did: str, curve: str, x: str, y: str) -> None:
    """The published P-256 and P-384 did:keys resolve to the published keys, without a network."""
    document = resolve_controller_document(did, fetcher=OfflineFetcher())
    (method,) = document.methods
    assert method.public_key.jwk == {"kty": "EC", "crv": curve, "x": x, "y": y}
    assert (document.id, method.controller) == (did, did)
    assert document.assertion_method_ids == {method.id} == {f"{did}#{did.removeprefix('did:key:')}"}


def test_did_key_of_rsa_does_not_exist() -> None:
    """RSA keys have no did:key here."""
    with pytest.raises(KeystoreError) as caught:
        did_key(published.fresh_signer(KeyType.RSA).public_key)
    assert caught.value.code == "key.no_multikey"


def did_jwk(jwk: JsonObject) -> str:
    """Return the did:jwk of a JWK as given."""
    return "did:jwk:" + encode_base64url(json.dumps(jwk).encode())


def test_did_jwk_example_resolves() -> None:
    """The P-256 example of the did:jwk specification resolves, with method `#0`."""
    # did:jwk specification, Examples, P-256.
    did = (
        "did:jwk:eyJjcnYiOiJQLTI1NiIsImt0eSI6IkVDIiwieCI6ImFjYklRaXVNczNpOF91c3pFakoydHBUdFJNNEVVM3l6OTFQSDZDZEgyVjA"
        "iLCJ5IjoiX0tjeUxqOXZXTXB0bm1LdG00NkdxRHo4d2Y3NEk1TEtncmwyR3pIM25TRSJ9"
    )
    document = resolve_controller_document(did, fetcher=OfflineFetcher())
    (method,) = document.methods
    assert method.id == f"{did}#0"
    assert method.public_key.jwk == {
        "kty": "EC",
        "crv": "P-256",
        "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0",
        "y": "_KcyLj9vWMptnmKtm46GqDz8wf74I5LKgrl2GzH3nSE",
    }


@pytest.mark.parametrize(
    ("did", "url"),
    [
        # did:web Method Specification §2.3 and §2.5.2.
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:w3c-ccg.github.io:user:alice", "https://w3c-ccg.github.io/user/alice/did.json"),
        ("did:web:example.com%3A3000", "https://example.com:3000/.well-known/did.json"),
        ("did:web:example.com%3A3000:user:alice", "https://example.com:3000/user/alice/did.json"),
    ],
)
def test_did_web_url(did: str, url: str) -> None:
    """The examples of the specification."""
    assert did_web_url(did) == url


@pytest.mark.parametrize(
    "did",
    [
        "did:web:",
        "did:web::user",
        "did:web:example.org:",
        "did:web:example.org::x",
        "did:web:example.org:..:x",
        "did:web:example.org:%2e%2e:x",
        "did:web:example.org:a%2Fb",
        "did:web:example.org:a%5Cb",
        "did:web:example.org:a%00b",
        "did:web:example.org:a%23b",
        "did:web:example.org:a%3Fb",
        "did:web:example.org/evil",
        "did:web:example.org?x",
        "did:web:example.org#x",
        "did:web:user@example.org",
        "did:web:user%40example.org",
        "did:web:example.org%3A443%3A1",
        "did:web:example.org%3A",
        "did:web:example.org%2Fevil",
        "did:web:[::1]",
        "did:web:exam ple.org",
        "did:web:-example.org",
        "did:web:example.org:" + "a" * 2_000,
        "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp",
    ],
)
def test_did_web_malformed(did: str) -> None:
    """An identifier that could lead elsewhere than it reads is refused."""
    with pytest.raises(ResolutionError) as caught:
        did_web_url(did)
    assert caught.value.code == "issuer.did_malformed"


@pytest.mark.parametrize(
    ("url", "did"),
    [
        ("https://w3c-ccg.github.io/user/alice", "did:web:w3c-ccg.github.io:user:alice"),
        ("https://badges.example.org", "did:web:badges.example.org"),
        ("https://badges.example.org/", "did:web:badges.example.org"),
        ("https://badges.example.org:8443/issuers/weld", "did:web:badges.example.org%3A8443:issuers:weld"),
        ("http://127.0.0.1:8000/issuers/weld", "did:web:127.0.0.1%3A8000:issuers:weld"),
        ("http://localhost:8000/issuers/weld", "did:web:localhost%3A8000:issuers:weld"),
    ],
)
def test_did_web_for(url: str, did: str) -> None:
    """An issuer's address gives its did:web; plain http only on this machine."""
    assert did_web_for(url) == did


@pytest.mark.parametrize(
    "url",
    [
        "http://badges.example.org/",
        "ftp://badges.example.org/",
        "https://user@badges.example.org/",
        "https://badges.example.org/?a=1",
        "https://badges.example.org/#a",
        "https:///issuers",
        "https://badges.example.org/a/../b",
        "badges.example.org",
    ],
)
def test_did_web_for_other_addresses(url: str) -> None:
    """An address that cannot be the place of a did:web is `key.did_web_address`."""
    with pytest.raises(KeystoreError) as caught:
        did_web_for(url)
    assert caught.value.code == "key.did_web_address"


@pytest.mark.parametrize(
    ("controller", "code"),
    [
        ("did:plc:ewvi7nxzyoun6zhxrhs64oiz", "issuer.did_method_unsupported"),
        ("did:ion:EiClkZMDxPKqC9c-umQfTkR8vvZ9JPhl_xLDI9Nfk38w5w", "issuer.did_method_unsupported"),
        ("urn:uuid:00000000-0000-4000-8000-000000000000", "issuer.did_method_unsupported"),
        ("https://issuer.example.org/#key", "issuer.did_method_unsupported"),
        ("did:webx:example.org", "issuer.did_method_unsupported"),
        ("", "issuer.did_method_unsupported"),
        ("did:web:..", "issuer.did_malformed"),
        ("did:key:", "proof.value_malformed"),
        ("did:key:u6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp", "proof.value_malformed"),
        (published.DID_KEY_P521, "proof.algorithm_not_allowed"),
        ("did:jwk:", "proof.value_malformed"),
        ("did:jwk:e30=", "proof.value_malformed"),
        ("did:jwk:" + "A" * 10_000, "proof.value_malformed"),
        (did_jwk({}), "proof.algorithm_not_allowed"),
        (did_jwk({"kty": "oct", "k": "AAAA"}), "proof.algorithm_not_allowed"),
        (
            did_jwk({"kty": "OKP", "crv": "Ed25519", "x": published.RFC_8037_X, "d": published.RFC_8037_X}),
            "proof.key_private_member",
        ),
    ],
)
def test_identifiers_that_give_no_key(controller: str, code: str) -> None:
    """Each wrong or unknown identifier has its code, and nothing is fetched."""
    with pytest.raises(BadgeError) as caught:
        resolve_controller_document(controller, fetcher=OfflineFetcher())
    assert caught.value.code == code


def test_did_web_offline_cannot_be_checked() -> None:
    """Without a network a did:web is `fetch.offline`."""
    with pytest.raises(BadgeError) as caught:
        resolve_controller_document("did:web:issuer.example.org", fetcher=OfflineFetcher())
    assert caught.value.code == "fetch.offline"


def test_multikey_of_a_did_key_is_the_key() -> None:
    """The part after `did:key:` is the Multikey."""
    did = published.DID_KEY_NIST[0][0]
    assert did_key(PublicKey.from_multikey(did.removeprefix("did:key:"))) == did
