"""Public keys: reading them strictly, and verifying with them.

Spec: FIPS 186-5; RFC 8032 §5.1.7 (Ed25519); RFC 7518 §3.3 and §3.4 to §3.5 (RS256, RS384, RS512, ES256, ES384, PS256).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias, cast

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, padding, rsa
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from keys.encoding import encode_base64url
from keys.jwk import jwk_thumbprint, read_jwk
from keys.key_type import KeyType
from keys.multikey import decode_multikey, encode_multikey
from keys.signer import SignatureAlgorithm
from keys.sodium import is_signed_beyond_doubt
from schemas import ProofError, SignatureMismatchError, UnacceptedCryptosuiteError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from schemas import JsonObject, JsonValue

NativePublicKey: TypeAlias = ed25519.Ed25519PublicKey | ec.EllipticCurvePublicKey | rsa.RSAPublicKey

MAX_KEPT_KEYS = 1_024
MIN_RSA_BITS = 2_048
MAX_RSA_BITS = 8_192  # a longer modulus only costs the verifier time
_MIN_RSA_EXPONENT = 65_537  # FIPS 186-5 §5.1: 2^16 < e
_MAX_RSA_EXPONENT = 2**33

_CURVES: dict[KeyType, ec.EllipticCurve] = {KeyType.P256: ec.SECP256R1(), KeyType.P384: ec.SECP384R1()}
_HASHES: dict[KeyType, hashes.HashAlgorithm] = {KeyType.P256: hashes.SHA256(), KeyType.P384: hashes.SHA384()}
_RSA_HASHES: dict[SignatureAlgorithm, hashes.HashAlgorithm] = {
    SignatureAlgorithm.RS256: hashes.SHA256(),
    SignatureAlgorithm.RS384: hashes.SHA384(),
    SignatureAlgorithm.RS512: hashes.SHA512(),
    SignatureAlgorithm.PS256: hashes.SHA256(),
}
_PSS_SALT_BYTES = 32  # RFC 7518 §3.5: as long as the hash
_COORDINATE_BYTES = {KeyType.P256: 32, KeyType.P384: 48}

_ED25519_PRIME = 2**255 - 19
_ED25519_SIGN_BIT = 2**255
# y of the eight points whose order divides the cofactor: anyone can sign for such a key.
_ED25519_SMALL_ORDER_Y = frozenset(
    {
        0,
        1,
        _ED25519_PRIME - 1,
        0x05FC536D880238B13933C6D305ACDFD5F098EFF289F4C345B027B2C28F95E826,
        0x7A03AC9277FDC74EC6CC392CFA53202A0F67100D760B3CBA4FD84D3D706A17C7,
    }
)
# Those points as keys: 32 bytes, the sign of x in the highest bit.
_ED25519_SMALL_ORDER = frozenset(
    (y + sign).to_bytes(32, "little") for y in _ED25519_SMALL_ORDER_Y for sign in (0, _ED25519_SIGN_BIT)
)


@dataclass(frozen=True, slots=True)
class PublicKey:
    """One public key; equal when kind and key are equal.

    Make it with `from_multikey`, `from_jwk` or `from_pem`. `raw` is 32 bytes (Ed25519), the compressed
    point (P-256, P-384) or DER SubjectPublicKeyInfo (RSA).
    """

    key_type: KeyType
    raw: bytes
    _native: NativePublicKey = field(repr=False, compare=False)

    @classmethod
    def from_multikey(cls, text: str) -> PublicKey:
        """Read a Multikey (CID 1.0 §2.2.2).

        Raises:
            ProofError: `proof.value_malformed` or `proof.key_private_member`.
            UnacceptedCryptosuiteError: Another kind of key (`proof.algorithm_not_allowed`).
        """
        return _read_multikey(text)

    @classmethod
    def from_raw(cls, key_type: KeyType, raw: bytes) -> PublicKey:
        """Take 32 bytes of Ed25519 or an encoded point; for use inside `keys`.

        Raises:
            ProofError: `proof.value_malformed`.
        """
        if key_type is KeyType.ED25519:
            return cls._from_ed25519(raw)
        return cls._from_point(key_type, raw)

    @classmethod
    def from_jwk(cls, jwk: Mapping[str, JsonValue]) -> PublicKey:
        """Read a public JWK (RFC 7517).

        Raises:
            ProofError: `proof.value_malformed`, `proof.key_private_member` or `proof.key_too_small`.
            UnacceptedCryptosuiteError: Another kind of key (`proof.algorithm_not_allowed`).
        """
        key_type, parts = read_jwk(jwk)
        if key_type is KeyType.ED25519:
            return cls._from_ed25519(parts[0])
        if key_type is KeyType.RSA:
            return cls._from_rsa_numbers(int.from_bytes(parts[0]), int.from_bytes(parts[1]))
        return cls._from_point(key_type, b"\x04" + parts[0] + parts[1])

    @classmethod
    def from_pem(cls, pem: bytes) -> PublicKey:
        """Read a PEM SubjectPublicKeyInfo.

        Raises:
            ProofError: Not a public key (`proof.value_malformed`) or `proof.key_too_small`.
            UnacceptedCryptosuiteError: Another kind of key (`proof.algorithm_not_allowed`).
        """
        from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

        try:
            native = serialization.load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm) as error:
            raise ProofError("proof.value_malformed", "not a public key in PEM form") from error
        return cls.from_native(native)

    @classmethod
    def from_native(cls, native: object) -> PublicKey:
        """Take a public key of the `cryptography` library; for use inside `keys`.

        Raises:
            ProofError: `proof.value_malformed` or `proof.key_too_small`.
            UnacceptedCryptosuiteError: Another kind of key (`proof.algorithm_not_allowed`).
        """
        if isinstance(native, ed25519.Ed25519PublicKey):
            return cls._from_ed25519(native.public_bytes_raw())
        if isinstance(native, rsa.RSAPublicKey):
            numbers = native.public_numbers()
            return cls._from_rsa_numbers(numbers.n, numbers.e)
        if isinstance(native, ec.EllipticCurvePublicKey):
            for key_type, curve in _CURVES.items():
                if native.curve.name == curve.name:
                    return cls(key_type, _compress(native), native)
        raise UnacceptedCryptosuiteError("proof.algorithm_not_allowed", "a kind of key that is not used here")

    @classmethod
    def _from_ed25519(cls, raw: bytes) -> PublicKey:
        if int.from_bytes(raw, "little") % _ED25519_SIGN_BIT >= _ED25519_PRIME:
            raise ProofError("proof.value_malformed", "Ed25519 key is not in canonical form")
        return cls(KeyType.ED25519, raw, ed25519.Ed25519PublicKey.from_public_bytes(raw))

    @classmethod
    def _from_point(cls, key_type: KeyType, point: bytes) -> PublicKey:
        try:
            native = ec.EllipticCurvePublicKey.from_encoded_point(_CURVES[key_type], point)
        except ValueError as error:
            raise ProofError("proof.value_malformed", f"not a point of {key_type.value}") from error
        return cls(key_type, _compress(native), native)

    @classmethod
    def _from_rsa_numbers(cls, modulus: int, exponent: int) -> PublicKey:
        bits = modulus.bit_length()
        if bits < MIN_RSA_BITS:
            raise ProofError("proof.key_too_small", f"RSA key has {bits} bits, at least {MIN_RSA_BITS} needed")
        if bits > MAX_RSA_BITS or not _MIN_RSA_EXPONENT <= exponent < _MAX_RSA_EXPONENT or exponent % 2 == 0:
            raise ProofError("proof.value_malformed", "RSA modulus or exponent is out of bounds")
        try:
            native = rsa.RSAPublicNumbers(exponent, modulus).public_key()
        except ValueError as error:
            raise ProofError("proof.value_malformed", "not an RSA key") from error
        return cls(KeyType.RSA, _encode_der(native), native)

    @property
    def multikey(self) -> str:
        """The key as Multikey text.

        Raises:
            KeystoreError: RSA keys have no Multikey form (`key.no_multikey`).
        """
        return encode_multikey(self.key_type, self.raw)

    @property
    def jwk(self) -> JsonObject:
        """The key as a JWK with only the members that describe it."""
        native = self._native
        if isinstance(native, ed25519.Ed25519PublicKey):
            return {"kty": "OKP", "crv": "Ed25519", "x": encode_base64url(self.raw)}
        if isinstance(native, rsa.RSAPublicKey):
            rsa_numbers = native.public_numbers()
            return {"kty": "RSA", "n": _encode_integer(rsa_numbers.n), "e": _encode_integer(rsa_numbers.e)}
        numbers = native.public_numbers()
        length = _COORDINATE_BYTES[self.key_type]
        x, y = (encode_base64url(value.to_bytes(length)) for value in (numbers.x, numbers.y))
        return {"kty": "EC", "crv": self.key_type.value, "x": x, "y": y}

    @property
    def thumbprint(self) -> str:
        """RFC 7638 SHA-256 thumbprint of the JWK, base64url."""
        return jwk_thumbprint(self.jwk)

    def verify(self, signature: bytes, message: bytes, *, algorithm: SignatureAlgorithm) -> None:
        """Verify that this key signed `message`. Whose key it is, is not checked here.

        Args:
            signature: 64 bytes (Ed25519; P-256 as r ‖ s), 96 bytes (P-384 as r ‖ s), or as long as the RSA modulus.
            message: What was signed.
            algorithm: What the badge names; it must go with this kind of key: EdDSA with Ed25519, ES256 with P-256,
                ES384 with P-384, and RS256, RS384, RS512 or PS256 with RSA.

        Raises:
            ProofError: Algorithm and key do not go together (`proof.algorithm_key_mismatch`).
            SignatureMismatchError: The signature does not fit (`proof.signature_mismatch`).
        """
        if algorithm not in self.key_type.algorithms:
            raise ProofError(
                "proof.algorithm_key_mismatch",
                f"{algorithm.value} does not go with a {self.key_type.value} key",
                detail={"algorithm": algorithm.value, "keyType": self.key_type.value},
            )
        try:
            self._verify(signature, message, algorithm)
        except InvalidSignature as error:
            raise SignatureMismatchError from error

    def _verify(self, signature: bytes, message: bytes, algorithm: SignatureAlgorithm) -> None:
        native = self._native
        if self.key_type is KeyType.ED25519:  # asked first: an abstract class answers slowly for its instances
            if self.raw in _ED25519_SMALL_ORDER:
                raise SignatureMismatchError(message="the key is a point of small order")
            if not is_signed_beyond_doubt(self.raw, signature, message):
                cast("ed25519.Ed25519PublicKey", native).verify(signature, message)
        elif isinstance(native, rsa.RSAPublicKey):
            native.verify(signature, message, rsa_padding(algorithm), rsa_hash(algorithm))
        else:
            assert isinstance(native, ec.EllipticCurvePublicKey), "the only kind that is left"
            length = _COORDINATE_BYTES[self.key_type]
            if len(signature) != 2 * length:
                raise SignatureMismatchError(message=f"signature has {len(signature)} bytes, {2 * length} expected")
            r, s = int.from_bytes(signature[:length]), int.from_bytes(signature[length:])
            native.verify(encode_dss_signature(r, s), message, ec.ECDSA(_HASHES[self.key_type]))


@lru_cache(maxsize=MAX_KEPT_KEYS)
def _read_multikey(text: str) -> PublicKey:
    """Read a Multikey; one issuer's comes with each of its badges, and says the same each time."""
    return PublicKey.from_raw(*decode_multikey(text))


def rsa_padding(algorithm: SignatureAlgorithm) -> padding.AsymmetricPadding:
    """Return the padding of an RSA algorithm, the same for signing and for verifying."""
    if algorithm is SignatureAlgorithm.PS256:
        return padding.PSS(mgf=padding.MGF1(hashes.SHA256()), salt_length=_PSS_SALT_BYTES)
    return padding.PKCS1v15()


def rsa_hash(algorithm: SignatureAlgorithm) -> hashes.HashAlgorithm:
    """Return the hash of an RSA algorithm."""
    return _RSA_HASHES[algorithm]


def _encode_der(native: rsa.RSAPublicKey) -> bytes:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415

    return native.public_bytes(serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def _compress(native: ec.EllipticCurvePublicKey) -> bytes:
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - half as dear to load as all the rest

    return native.public_bytes(serialization.Encoding.X962, serialization.PublicFormat.CompressedPoint)


def _encode_integer(number: int) -> str:
    return encode_base64url(number.to_bytes((number.bit_length() + 7) // 8))
