"""A signer whose private key is in the memory of this process."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias, assert_never

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature

from keys.encoding import decode_base64url
from keys.key_type import KeyType
from keys.public_key import PublicKey, rsa_hash, rsa_padding
from keys.sodium import expand_seed, sign_expanded
from schemas import InvalidCredentialError, KeystoreError, ProofError

if TYPE_CHECKING:
    from keys.signer import SignatureAlgorithm
    from schemas import JsonObject

NativePrivateKey: TypeAlias = ed25519.Ed25519PrivateKey | ec.EllipticCurvePrivateKey | rsa.RSAPrivateKey

_NEW_RSA_BITS = 3_072  # 128-bit strength, NIST SP 800-57 part 1 table 2
_RSA_EXPONENT = 65_537
_CURVES = {KeyType.P256: ec.SECP256R1, KeyType.P384: ec.SECP384R1}


class LocalSigner:
    """Signs with a private key in memory; never shows it.

    Make it with `generate` or `from_pem`. Keys that last belong in a `Keystore`.
    """

    __slots__ = ("_expanded", "_private_key", "_public_key")

    def __init__(self, private_key: NativePrivateKey) -> None:
        self._private_key = private_key
        self._expanded = (
            expand_seed(private_key.private_bytes_raw()) if isinstance(private_key, ed25519.Ed25519PrivateKey) else None
        )
        self._public_key = PublicKey.from_native(private_key.public_key())

    def __repr__(self) -> str:
        return f"LocalSigner({self._public_key.key_type.value}, thumbprint={self._public_key.thumbprint!r})"

    def __reduce__(self) -> str:
        raise TypeError("a signer is never serialized; use to_encrypted_pem")

    @classmethod
    def generate(cls, key_type: KeyType) -> LocalSigner:
        """Make a new key from the operating system's random source."""
        match key_type:
            case KeyType.ED25519:
                return cls(ed25519.Ed25519PrivateKey.generate())
            case KeyType.P256:
                return cls(ec.generate_private_key(ec.SECP256R1()))
            case KeyType.P384:
                return cls(ec.generate_private_key(ec.SECP384R1()))
            case KeyType.RSA:
                return cls(rsa.generate_private_key(_RSA_EXPONENT, _NEW_RSA_BITS))
            case _:
                assert_never(key_type)

    @classmethod
    def from_pem(cls, pem: bytes, passphrase: bytes | None) -> LocalSigner:
        """Read a PKCS#8 private key in PEM form, encrypted or plain.

        Raises:
            KeystoreError: Wrong passphrase or not a key (`key.unreadable`), or a kind or size of key
                that Skillmark does not sign with (`key.unsupported`).
        """
        try:
            private_key = serialization.load_pem_private_key(pem, passphrase)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            # The library's words may describe the content, so they go no further.
            raise KeystoreError("key.unreadable", "not a private key, or another passphrase") from None
        if not isinstance(private_key, NativePrivateKey):
            raise KeystoreError("key.unsupported", "a kind of key that is not used for signing")
        try:
            return cls(private_key)
        except ProofError:
            raise KeystoreError("key.unsupported", "a curve or size of key that is not used for signing") from None

    @classmethod
    def from_private_jwk(cls, jwk: JsonObject) -> LocalSigner:
        """Read an Ed25519, P-256 or P-384 private key in JWK form (RFC 7518 §6.2.2, RFC 8037 §2).

        For keys that come with a request, as in conformance tests; keys that last are PKCS#8 files.

        Raises:
            KeystoreError: Not such a key (`key.unreadable`), or its two halves do not belong together
                (`key.unsupported`).
        """
        try:
            public_key = PublicKey.from_jwk({name: value for name, value in jwk.items() if name != "d"})
            secret = decode_base64url(str(jwk.get("d", "")))
            if public_key.key_type is KeyType.ED25519:
                signer = cls(ed25519.Ed25519PrivateKey.from_private_bytes(secret))
            else:
                signer = cls(ec.derive_private_key(int.from_bytes(secret), _CURVES[public_key.key_type]()))
        except (InvalidCredentialError, ValueError, KeyError):
            # The library's words may describe the key, so they go no further.
            raise KeystoreError("key.unreadable", "not a private JWK of a kind that is used here") from None
        if signer.public_key != public_key:
            raise KeystoreError("key.unsupported", "the private half belongs to another key")
        return signer

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        return self._public_key

    def to_encrypted_pem(self, passphrase: bytes) -> bytes:
        """Return the key as encrypted PKCS#8 in PEM form (PBES2, AES-256-CBC).

        Raises:
            KeystoreError: The passphrase is empty (`key.passphrase_too_short`).
        """
        if not passphrase:
            raise KeystoreError("key.passphrase_too_short", "a key is never written without a passphrase")
        return self._private_key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.BestAvailableEncryption(passphrase),
        )

    def sign(self, message: bytes, *, algorithm: SignatureAlgorithm) -> bytes:
        """Sign `message`; the same message always gives the same bytes (RFC 6979, RFC 8032), save with PS256.

        Raises:
            KeystoreError: The algorithm does not go with the key (`key.algorithm_mismatch`).
        """
        key_type = self._public_key.key_type
        if algorithm not in key_type.algorithms:
            raise KeystoreError("key.algorithm_mismatch", f"{algorithm.value} does not go with {key_type.value}")
        if self._expanded is not None:
            return sign_expanded(self._expanded, message)
        private_key = self._private_key
        assert not isinstance(private_key, ed25519.Ed25519PrivateKey), "its seed was expanded"
        if isinstance(private_key, rsa.RSAPrivateKey):
            return private_key.sign(message, rsa_padding(algorithm), rsa_hash(algorithm))
        digest, length = (hashes.SHA256(), 32) if key_type is KeyType.P256 else (hashes.SHA384(), 48)
        r, s = decode_dss_signature(private_key.sign(message, ec.ECDSA(digest, deterministic_signing=True)))
        return r.to_bytes(length) + s.to_bytes(length)
