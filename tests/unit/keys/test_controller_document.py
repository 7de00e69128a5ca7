"""Controller documents: what was published, for what, and what is wrong with it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from keys import (
    FetchedDocument,
    FirstPartyFetcher,
    KeyType,
    OfflineFetcher,
    VerificationMethod,
    compose_did_document,
    compose_jwks,
    encode_base58,
    read_controller_document,
    resolve_controller_document,
    resolve_jwks,
)
from schemas import BadgeError, encode_json
from tests.unit.keys import published

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

DID = "did:web:issuer.example.org"
METHOD_ID = f"{DID}#key-1"
NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
METHOD: JsonObject = {
    "id": METHOD_ID,
    "type": "Multikey",
    "controller": DID,
    "publicKeyMultibase": published.W3C_PUBLIC_ED25519,
}
OTHER_MULTIKEY = published.DID_KEY_NIST[0][0].removeprefix("did:key:")

SHORT_MULTIKEY = "z" + encode_base58(bytes.fromhex("ed01") + bytes(31))


def document(**members: JsonValue) -> JsonObject:
    """Return a sound document with some members replaced; None leaves one out."""
    whole: JsonObject = {"id": DID, "verificationMethod": [METHOD], "assertionMethod": [METHOD_ID], **members}
    return {name: value for name, value in whole.items() if value is not None}


def code_of(value: JsonObject) -> str:
    """Return the code with which the document is refused."""
    with pytest.raises(BadgeError) as caught:
        read_controller_document(json.dumps(value).encode(), url_or_did=DID)
    return caught.value.code


def code_of_use(value: JsonObject, method_id: str = METHOD_ID) -> str:
    """Return the code with which the use of a method is refused."""
    read = read_controller_document(json.dumps(value).encode(), url_or_did=DID)
    with pytest.raises(BadgeError) as caught:
        read.assertion_method(method_id)
    return caught.value.code


@pytest.mark.parametrize(
    "value",
    [
        document(),
        document(verificationMethod=METHOD, assertionMethod=METHOD_ID),
        document(verificationMethod=None, assertionMethod=[METHOD]),
        document(assertionMethod=[METHOD]),
        document(verificationMethod=[METHOD, METHOD]),
        document(verificationMethod=[{**METHOD, "id": "#key-1"}], assertionMethod=["#key-1"]),
        document(authentication=["did:web:other.example.org#x"], service=[{"id": "#s", "type": "X"}]),
        document(verificationMethod=[{**METHOD, "type": "Ed25519VerificationKey2020"}]),
        document(
            verificationMethod=[
                {
                    "id": METHOD_ID,
                    "type": "JsonWebKey",
                    "controller": DID,
                    "publicKeyJwk": {"kty": "OKP", "crv": "Ed25519", "x": published.RFC_8037_X},
                }
            ]
        ),
    ],
)
def test_sound_documents(value: JsonObject) -> None:
    """By reference, embedded, alone or in a list, with relative ids, as Multikey or JWK: the method may sign."""
    read = read_controller_document(json.dumps(value).encode(), url_or_did=DID)
    assert read.assertion_method(METHOD_ID).public_key.key_type is KeyType.ED25519


def test_controller_of_the_method_is_kept() -> None:
    """Another controller is not hidden: the verifier compares it."""
    value = document(verificationMethod=[{**METHOD, "controller": "did:web:other.example.org"}])
    read = read_controller_document(json.dumps(value).encode(), url_or_did=DID)
    assert read.assertion_method(METHOD_ID).controller == "did:web:other.example.org"


def test_retirement_is_read() -> None:
    """`expires` and `revoked` are moments in UTC."""
    value = document(
        verificationMethod=[{**METHOD, "expires": "2026-01-01T00:00:00Z", "revoked": "2026-02-01T01:00:00+01:00"}]
    )
    method = read_controller_document(json.dumps(value).encode(), url_or_did=DID).assertion_method(METHOD_ID)
    assert (method.expires, method.revoked) == (
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2026, 2, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (document(id="did:web:other.example.org"), "issuer.did_document_id_mismatch"),
        (document(id=None), "issuer.did_document_id_mismatch"),
        (document(id=[DID]), "issuer.did_document_id_mismatch"),
        (document(id=DID + "#"), "issuer.did_document_id_mismatch"),
        (
            document(verificationMethod=[METHOD, {**METHOD, "publicKeyMultibase": OTHER_MULTIKEY}]),
            "issuer.did_document_duplicate_method",
        ),
        (
            document(assertionMethod=[{**METHOD, "publicKeyMultibase": OTHER_MULTIKEY}]),
            "issuer.did_document_duplicate_method",
        ),
        (
            document(verificationMethod=[METHOD, {**METHOD, "id": "#key-1", "publicKeyMultibase": OTHER_MULTIKEY}]),
            "issuer.did_document_duplicate_method",
        ),
        (
            document(verificationMethod=[METHOD, {**METHOD, "controller": "did:web:other.example.org"}]),
            "issuer.did_document_duplicate_method",
        ),
        (document(verificationMethod=["x"]), "issuer.did_document_malformed"),
        (document(verificationMethod=[{"id": METHOD_ID}]), "issuer.did_document_malformed"),
        (document(verificationMethod=[{**METHOD, "id": 7}]), "issuer.did_document_malformed"),
        (document(verificationMethod=[{**METHOD, "controller": [DID]}]), "issuer.did_document_malformed"),
        (document(assertionMethod=[7]), "issuer.did_document_malformed"),
        (
            document(verificationMethod=[METHOD, {**METHOD, "id": "#2", "secretKeyMultibase": "z"}]),
            "proof.key_private_member",
        ),
        (document(keyAgreement=[{"publicKeyJwk": {"kty": "OKP", "d": "AAAA"}}]), "proof.key_private_member"),
        (document(service={"deep": [{"privateKeyJwk": {}}]}), "proof.key_private_member"),
        (
            document(verificationMethod=[{**METHOD, "publicKeyMultibase": published.W3C_SECRET_ED25519}]),
            "proof.key_private_member",
        ),
        (
            document(verificationMethod=[{**METHOD, "publicKeyMultibase": published.W3C_SECRET_P256}]),
            "proof.key_private_member",
        ),
    ],
)
def test_documents_that_are_wrong(value: JsonObject, code: str) -> None:
    """Another id, one id for two keys, a broken shape, a private key: the whole document is refused (T-21)."""
    assert code_of(value) == code


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (document(assertionMethod=None, authentication=[METHOD_ID]), "issuer.not_assertion_method"),
        (document(assertionMethod=[]), "issuer.not_assertion_method"),
        (document(assertionMethod=[f"{DID}#key-2"]), "issuer.not_assertion_method"),
        (document(assertionMethod=["key-1"]), "issuer.not_assertion_method"),
        (document(verificationMethod=None), "issuer.not_assertion_method"),
        (document(verificationMethod=[{**METHOD, "publicKeyMultibase": SHORT_MULTIKEY}]), "proof.value_malformed"),
        (document(verificationMethod=[{**METHOD, "publicKeyMultibase": 7}]), "proof.value_malformed"),
        (document(verificationMethod=[{**METHOD, "publicKeyJwk": {}}]), "proof.value_malformed"),
        (
            document(
                verificationMethod=[
                    {**METHOD, "type": "Ed25519VerificationKey2020", "publicKeyMultibase": OTHER_MULTIKEY}
                ]
            ),
            "proof.value_malformed",
        ),
        (
            document(verificationMethod=[{**METHOD, "type": "X25519KeyAgreementKey2020"}]),
            "proof.algorithm_not_allowed",
        ),
        (document(verificationMethod=[{**METHOD, "type": ["Multikey"]}]), "proof.algorithm_not_allowed"),
        (document(verificationMethod=[{**METHOD, "expires": "soon"}]), "data_model.date_invalid"),
        (document(verificationMethod=[{**METHOD, "revoked": 7}]), "data_model.date_invalid"),
    ],
)
def test_methods_that_may_not_sign(value: JsonObject, code: str) -> None:
    """A method that is not for credentials, or whose key cannot be used, says why when it is asked for."""
    assert code_of_use(value) == code


def test_a_strange_method_does_not_spoil_the_others() -> None:
    """A document with an X25519 method beside a good one still serves the good one."""
    strange: JsonObject = {**METHOD, "id": "#x", "type": "X25519KeyAgreementKey2020"}
    value = document(verificationMethod=[strange, METHOD])
    read = read_controller_document(json.dumps(value).encode(), url_or_did=DID)
    assert read.assertion_method(METHOD_ID).id == METHOD_ID
    assert dict(read.unusable_methods) == {f"{DID}#x": "proof.algorithm_not_allowed"}


def test_duplicate_json_keys_are_refused() -> None:
    """Two `assertionMethod` members: the strict reader refuses the bytes."""
    data = json.dumps(document()).encode()[:-1] + b',"assertionMethod":["#key-1"]}'
    with pytest.raises(BadgeError) as caught:
        read_controller_document(data, url_or_did=DID)
    assert caught.value.code == "decoding.duplicate_key"


def test_over_64_kib_is_refused() -> None:
    """64 KiB is the limit of a controller document."""
    data = json.dumps(document()).encode() + b" " * 65_536
    with pytest.raises(BadgeError) as caught:
        read_controller_document(data, url_or_did=DID)
    assert caught.value.code == "decoding.too_large"


def rotated() -> tuple[VerificationMethod, ...]:
    """One retired and two present methods of three kinds."""
    return (
        VerificationMethod(
            id=f"{DID}#key-1",
            controller=DID,
            public_key=published.ed25519_signer("00" * 32).public_key,
            expires=datetime(2026, 1, 1, tzinfo=UTC),
            revoked=datetime(2026, 1, 2, tzinfo=UTC),
        ),
        VerificationMethod(
            id=f"{DID}#key-2",
            controller=DID,
            public_key=published.p256_signer(published.RFC_6979_P256_SCALAR).public_key,
        ),
        VerificationMethod(
            id=f"{DID}#key-3", controller=DID, public_key=published.fresh_signer(KeyType.RSA).public_key
        ),
    )


def fetcher_of(url: str, body: bytes) -> FirstPartyFetcher:
    """Return a fetcher that knows one document and no network."""
    known = FetchedDocument(url=url, body=body, media_type="application/json", fetched_at=NOW)
    return FirstPartyFetcher(lambda asked: known if asked == url else None, OfflineFetcher())


def test_published_document_reads_back() -> None:
    """What we publish after rotations resolves to the same methods, all of them allowed to have signed."""
    methods = rotated()
    body = encode_json(compose_did_document(DID, methods))
    fetcher = fetcher_of("https://issuer.example.org/.well-known/did.json", body)
    read = resolve_controller_document(DID, fetcher=fetcher)
    assert read.methods == methods
    assert read.assertion_method_ids == {method.id for method in methods}


def test_published_document_has_absolute_string_references() -> None:
    """Some verifiers take only absolute ids as strings under `assertionMethod`."""
    assert compose_did_document(DID, rotated())["assertionMethod"] == [f"{DID}#key-{number}" for number in (1, 2, 3)]


def test_an_https_controller_is_its_own_address() -> None:
    """An issuer with a web address publishes its keys there."""
    url = "https://issuer.example.org/issuers/weld"
    body = encode_json(document(id=url, verificationMethod=[{**METHOD, "id": f"{url}#a"}], assertionMethod=["#a"]))
    read = resolve_controller_document(url, fetcher=fetcher_of(url, body))
    assert read.assertion_method(f"{url}#a").id == f"{url}#a"


@pytest.mark.parametrize("body", [b"<!doctype html><title>Welding school</title>", b"[]", b"", b"\xff\xfe"])
def test_a_web_page_is_no_controller_document(body: bytes) -> None:
    """An answer that is not JSON says nothing against the badge: it cannot be checked."""
    url = "https://issuer.example.org/"
    with pytest.raises(BadgeError) as caught:
        resolve_controller_document(url, fetcher=fetcher_of(url, body))
    assert caught.value.code == "issuer.did_document_unreadable"


KEY_SET_URL = "https://issuer.example.org/.well-known/jwks.json"


@pytest.mark.parametrize("issuer", [DID, f"{DID}:issuers:weld", "https://issuer.example.org/issuers/weld"])
def test_key_set_is_at_the_host(issuer: str) -> None:
    """The key set is found at the host's well-known place, for a did:web and for a web address."""
    methods = [
        VerificationMethod(id=f"{issuer}#1", controller=issuer, public_key=method.public_key) for method in rotated()
    ]
    found = resolve_jwks(issuer, fetcher=fetcher_of(KEY_SET_URL, encode_json(compose_jwks(methods))))
    assert found == tuple(method.public_key for method in methods)


def test_key_set_leaves_out_what_is_not_for_us() -> None:
    """Other kinds, malformed keys and keys of another issuer on the host are left out."""
    good: JsonObject = {"kty": "OKP", "crv": "Ed25519", "x": published.RFC_8037_X}
    keys: list[JsonValue] = [
        {"kty": "oct", "k": "AAAA"},
        {"kty": "EC", "crv": "P-256", "x": "AA", "y": "AA"},
        {**good, "iss": "https://issuer.example.org/issuers/other"},
        "x",
        {**good, "use": "enc"},
        good,
    ]
    found = resolve_jwks(DID, fetcher=fetcher_of(KEY_SET_URL, encode_json({"keys": keys})))
    assert [key.jwk for key in found] == [good]


@pytest.mark.parametrize(
    ("issuer", "body", "code"),
    [
        (DID, b'{"keys":{}}', "issuer.did_document_unreadable"),
        (DID, b"<html>", "issuer.did_document_unreadable"),
        (DID, json.dumps({"keys": [{}] * 101}).encode(), "issuer.did_document_unreadable"),
        (DID, b'{"keys":[{"kty":"OKP","crv":"Ed25519","x":"AA","d":"AA"}]}', "proof.key_private_member"),
        ("did:key:z6Mk", b"", "issuer.did_method_unsupported"),
        ("urn:uuid:1", b"", "issuer.did_method_unsupported"),
        ("did:web:..", b"", "issuer.did_malformed"),
        ("https://other.example.org/", b"", "fetch.offline"),
    ],
)
def test_key_sets_that_cannot_be_used(issuer: str, body: bytes, code: str) -> None:
    """Each wrong key set has its code."""
    with pytest.raises(BadgeError) as caught:
        resolve_jwks(issuer, fetcher=fetcher_of(KEY_SET_URL, body))
    assert caught.value.code == code


def test_own_document_over_the_limit_is_refused() -> None:
    """The byte limit of the caller holds for our own documents too."""
    with pytest.raises(BadgeError) as caught:
        fetcher_of(KEY_SET_URL, b"12345").fetch(KEY_SET_URL, max_bytes=4, accept="*/*")
    assert caught.value.code == "fetch.too_large"


@pytest.mark.parametrize(
    ("kinds", "contexts"),
    [
        ((0, 1), ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/multikey/v1"]),
        ((2,), ["https://www.w3.org/ns/did/v1", "https://w3id.org/security/jwk/v1"]),
    ],
)
def test_contexts_follow_the_keys(kinds: tuple[int, ...], contexts: list[str]) -> None:
    """The document names the contexts of the key forms that it uses, and no others."""
    methods = [rotated()[kind] for kind in kinds]
    assert compose_did_document(DID, methods)["@context"] == contexts


def test_of_two_assertion_methods_each_is_found() -> None:
    """The second method of a document is found as well as the first."""
    second: JsonObject = {**METHOD, "id": f"{DID}#key-2", "publicKeyMultibase": OTHER_MULTIKEY}
    value = document(verificationMethod=[METHOD, second], assertionMethod=[METHOD_ID, f"{DID}#key-2"])
    read = read_controller_document(json.dumps(value).encode(), url_or_did=DID)
    assert read.assertion_method(f"{DID}#key-2").public_key.key_type is KeyType.P256


def test_a_key_for_showing_badges_is_found() -> None:
    """A method under `authentication` may sign presentations, by reference or embedded."""
    embedded = document(verificationMethod=None, assertionMethod=None, authentication=[METHOD])
    for value in (document(assertionMethod=None, authentication=["#key-1"]), embedded):
        read = read_controller_document(encode_json(value), url_or_did=DID)
        assert read.authentication_method(METHOD_ID).id == METHOD_ID


def test_a_key_for_issuing_is_not_one_for_showing() -> None:
    """A method under `assertionMethod` alone signs no presentation."""
    read = read_controller_document(encode_json(document()), url_or_did=DID)
    with pytest.raises(BadgeError) as caught:
        read.authentication_method(METHOD_ID)
    assert caught.value.code == "presentation.not_authentication_method"
