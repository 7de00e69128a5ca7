"""Headers, keys and claims of tokens: the straight way and the thorough way never differ."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key

from credentials import sign_w3c_vc_jwt
from keys import KeyType, LocalSigner, did_key, did_key_method_id, encode_base64url
from schemas import encode_json
from tests.doubles import sample_badges
from tests.doubles.tokens import forge_token
from tests.doubles.usual_tokens import agree, compose_sample_claims, is_plain, usual_header

if TYPE_CHECKING:
    from keys import SignatureAlgorithm
    from schemas import JsonObject

NAMES_IN_CLAIMS: tuple[Any, ...] = ("", "x", 5, None, [], ["a"], {}, [[[]]], True, "did:example:worker")
DATES_IN_CLAIMS: tuple[Any, ...] = (
    *(0, 1, -1, 1.5, 1e30, 2**60, 2**400, True, None, "1", [], 1795338000, 1795338000.0, 1795338000.5),
)
OBJECTS_IN_CLAIMS: tuple[Any, ...] = ({}, [], None, "x", {"type": ["VerifiableCredential"]})
CLAIMS: dict[str, tuple[Any, ...]] = {
    **dict.fromkeys(("iss", "sub", "jti"), NAMES_IN_CLAIMS),
    "aud": ("x", ["x"], [], None, 5, [[[[]]]]),
    **dict.fromkeys(("nbf", "exp", "iat"), DATES_IN_CLAIMS),
    **dict.fromkeys(("vc", "vp", "cnf", "_sd", "status"), OBJECTS_IN_CLAIMS),
}
HEADERS: dict[str, tuple[Any, ...]] = {
    "alg": ("none", "HS256", "ES256", "RS256", "Ed25519", "eddsa", "ES512", "", 5, None, []),
    "typ": ("jwt", "JWT", "VC+JWT", "application/vc+jwt", "vp+jwt", "dc+sd-jwt", "", 5, None),
    "cty": ("vc", "VC", "application/vc", "vp", "JWT", 5, None),
    "kid": ("did:key:z1", "https://example.org/key", "urn:x", "key-1", "", "#key", 5, None),
    "jwk": ({}, [], "x", {"kty": "OKP", "crv": "Ed25519", "x": "x"}),
    **dict.fromkeys(("crit", "b64", "jku", "x5c", "zip", "iss", "sub", "aud"), ([], False, "x", None)),
}


@lru_cache(maxsize=1)
def _rsa_signer() -> LocalSigner:
    return LocalSigner(generate_private_key(public_exponent=65_537, key_size=2_048))


def _signer(kind: KeyType) -> LocalSigner:
    return _rsa_signer() if kind is KeyType.RSA else LocalSigner.generate(kind)


def _did_jwk(signer: LocalSigner) -> str:
    return f"did:jwk:{encode_base64url(encode_json(signer.public_key.jwk))}"


@pytest.mark.parametrize("kind", KeyType)
def test_keys(kind: KeyType) -> None:
    """Keys of each kind, named in each way: those that an issuer is go the straight way, all are judged alike."""
    signer, other = _signer(kind), LocalSigner.generate(KeyType.ED25519)
    own = [_did_jwk(signer)] if kind is KeyType.RSA else [_did_jwk(signer), did_key(signer.public_key)]
    plain = 0
    for issuer in (*own, sample_badges.issuer_id(), "did:web:example.org", "https://example.org", "did:jwk:x"):
        badge = sample_badges.small_badge() | {"issuer": {"id": issuer, "type": ["Profile"], "name": "Example"}}
        for kid in (None, issuer, f"{issuer}#0", f"{issuer}#{issuer[8:]}", did_key_method_id(other.public_key)):
            for jwk in (None, signer.public_key.jwk, other.public_key.jwk):
                for kind_of_token in ("JWT", "vc+jwt"):
                    hints = {"kid": kid, "jwk": jwk}
                    named = {name: value for name, value in hints.items() if value is not None}
                    header = {"alg": kind.algorithm.value, "typ": kind_of_token, **named}
                    token = forge_token(header, badge, signer=signer)
                    plain += is_plain(token)
                    assert agree(token), (issuer, kid, jwk)
    assert plain >= len(own) * 2


@pytest.mark.parametrize("algorithm", sorted(KeyType.RSA.algorithms, key=str))
def test_algorithms_of_rsa(algorithm: SignatureAlgorithm) -> None:
    """Each way to sign with RSA, under its own name and under another."""
    signer = _rsa_signer()
    badge = sample_badges.small_badge() | {"issuer": {"id": _did_jwk(signer), "type": ["Profile"], "name": "Example"}}
    token = sign_w3c_vc_jwt(badge, signer=signer, verification_method=f"{_did_jwk(signer)}#0", algorithm=algorithm)
    assert is_plain(token)
    assert agree(token)
    renamed = encode_base64url(encode_json({"alg": "PS256", "kid": f"{_did_jwk(signer)}#0", "typ": "vc+jwt"}))
    assert agree(".".join((renamed, *token.split(".")[1:])))


@pytest.mark.parametrize("claim", CLAIMS)
def test_claims(claim: str) -> None:
    """A claim that says anything else is judged alike, whatever the token says it is, with and without the others."""
    document = sample_badges.small_badge()
    signer = sample_badges.test_only_signer()
    for kind in ("JWT", "vc+jwt"):
        for payload in ({**document, **compose_sample_claims(document)}, document):
            for value in CLAIMS[claim]:
                header = {**usual_header(), "typ": kind}
                assert agree(forge_token(header, {**payload, claim: value}, signer=signer)), (kind, value)


@pytest.mark.parametrize("kind", ["JWT", "vc+jwt"])
@pytest.mark.parametrize("member", HEADERS)
def test_headers(member: str, kind: str) -> None:
    """A header that says anything else is judged alike, with a member more and with one less."""
    document = sample_badges.small_badge()
    payload: JsonObject = {**document, **compose_sample_claims(document)}
    signer = sample_badges.test_only_signer()
    for value in HEADERS[member]:
        changed = {**usual_header(), "typ": kind, member: value}
        for header in (changed, *({name: changed[name] for name in changed if name != gone} for gone in changed)):
            assert agree(forge_token(header, payload, signer=signer)), header


def test_a_token_that_begins_as_a_photo_does() -> None:
    """The first word of a header can make a token begin as photos of phones do; both take it for one."""
    header = {"a~\u0729": 1, **usual_header(), "typ": "vc+jwt"}
    token = forge_token(header, sample_badges.small_badge(), signer=sample_badges.test_only_signer())
    assert token[4:8] == b"ftyp"
    assert not is_plain(token)
    assert is_plain(b"\n" + token)
    assert agree(b"\n" + token)
