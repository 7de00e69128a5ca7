"""PyJWT, an independent JOSE library, reads what we sign, and we read what it signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa

from credentials import read_vc_jwt, sign_vc_jwt, verify_vc_jwt
from keys import LocalSigner, SignatureAlgorithm
from schemas import SignatureMismatchError
from tests.interop.samples import change_token
from tests.interop.table import Direction, Peer, interop

if TYPE_CHECKING:
    from jwt.types import Options

    from schemas import JsonObject

PrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

ISSUER = "https://issuer.example.org/issuers/weld"
KID = f"{ISSUER}#key-1"
CREDENTIAL: JsonObject = {
    "@context": ["https://www.w3.org/ns/credentials/v2"],
    "id": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "type": ["VerifiableCredential"],
    "issuer": {"id": ISSUER, "name": "Escuela de soldadura Ñandú"},
    "validFrom": "2026-06-01T09:00:00Z",
    "credentialSubject": {"id": "urn:uuid:00000000-0000-4000-8000-000000000002"},
}
CLAIMS: JsonObject = {
    "iss": ISSUER,
    "jti": "urn:uuid:00000000-0000-4000-8000-000000000001",
    "nbf": 1_780_304_400,  # date -u -d 2026-06-01T09:00:00Z +%s
    "sub": "urn:uuid:00000000-0000-4000-8000-000000000002",
}
KEYS: dict[str, PrivateKey] = {
    "EdDSA": ed25519.Ed25519PrivateKey.generate(),
    "ES256": ec.generate_private_key(ec.SECP256R1()),
    "ES384": ec.generate_private_key(ec.SECP384R1()),
    "RS256": rsa.generate_private_key(65_537, 2_048),
}
OPTIONS: Options = {"verify_nbf": False}  # the tests do not depend on today


@interop(Peer.PYJWT, "VC-JWT of Open Badges, {algorithm}", Direction.THEY_READ_OURS)
@pytest.mark.parametrize("algorithm", KEYS)
def test_pyjwt_verifies_our_tokens(algorithm: str) -> None:
    """PyJWT accepts our signature under the named algorithm and reads the same payload, and no other."""
    native = KEYS[algorithm]
    token = sign_vc_jwt(CREDENTIAL, signer=LocalSigner(native), verification_method=KID)
    assert pyjwt.decode(token, native.public_key(), algorithms=[algorithm], options=OPTIONS) == {**CREDENTIAL, **CLAIMS}
    assert pyjwt.get_unverified_header(token) == {"alg": algorithm, "kid": KID, "typ": "JWT"}
    with pytest.raises(pyjwt.InvalidSignatureError):
        pyjwt.decode(change_token(token), native.public_key(), algorithms=[algorithm], options=OPTIONS)


@interop(Peer.PYJWT, "VC-JWT of Open Badges, {algorithm}", Direction.WE_READ_THEIRS)
@pytest.mark.parametrize("algorithm", KEYS)
def test_we_verify_pyjwt_tokens(algorithm: str) -> None:
    """A token that PyJWT signed verifies here, and only unchanged."""
    native = KEYS[algorithm]
    token = pyjwt.encode({**CREDENTIAL, **CLAIMS}, native, algorithm=algorithm, headers={"kid": KID})
    verified = verify_vc_jwt(read_vc_jwt(token), public_key=LocalSigner(native).public_key)
    assert (verified.document, verified.cryptosuite) == (CREDENTIAL, algorithm)
    with pytest.raises(SignatureMismatchError):
        verify_vc_jwt(read_vc_jwt(change_token(token)), public_key=LocalSigner(native).public_key)


@pytest.mark.parametrize("algorithm", KEYS)
def test_published_keys_are_the_same_to_pyjwt(algorithm: str) -> None:
    """PyJWT makes a verifying key from the JWK that we publish."""
    native = KEYS[algorithm]
    signer = LocalSigner(native)
    token = sign_vc_jwt(CREDENTIAL, signer=signer, verification_method=KID)
    published = pyjwt.PyJWK({**signer.public_key.jwk, "alg": algorithm})
    assert pyjwt.decode(token, published.key, algorithms=[algorithm], options=OPTIONS)["jti"] == CREDENTIAL["id"]


RSA_ALGORITHMS = ("RS256", "RS384", "RS512", "PS256")


@pytest.mark.parametrize("algorithm", RSA_ALGORITHMS)
def test_pyjwt_verifies_each_rsa_algorithm(algorithm: str) -> None:
    """An RSA key of ours signs with each of its four algorithms as PyJWT expects."""
    native = KEYS["RS256"]
    signature = LocalSigner(native).sign(b"message", algorithm=SignatureAlgorithm(algorithm))
    assert pyjwt.get_algorithm_by_name(algorithm).verify(b"message", native.public_key(), signature)


@pytest.mark.parametrize("algorithm", RSA_ALGORITHMS)
def test_we_verify_each_rsa_algorithm_of_pyjwt(algorithm: str) -> None:
    """A signature that PyJWT made verifies here under its own name, and under no other."""
    native = KEYS["RS256"]
    public_key = LocalSigner(native).public_key
    signature = pyjwt.get_algorithm_by_name(algorithm).sign(b"message", native)
    public_key.verify(signature, b"message", algorithm=SignatureAlgorithm(algorithm))
    for other in set(RSA_ALGORITHMS) - {algorithm}:
        with pytest.raises(SignatureMismatchError):
            public_key.verify(signature, b"message", algorithm=SignatureAlgorithm(other))
