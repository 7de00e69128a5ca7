"""Disclosures: what an issuer hid behind a digest, and the holder may show or keep back.

Spec: RFC 9901 §4.2. The digest is over the characters as they travel, so a disclosure is never written anew.
"""

from __future__ import annotations

import enum
import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from keys import decode_base64url, encode_base64url
from schemas import DecodingError, ProofError, UnacceptedCryptosuiteError, encode_json, read_json

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

DIGESTS: Final = "_sd"
DIGEST_ALGORITHM: Final = "_sd_alg"
HIDDEN_ELEMENT: Final = "..."
RESERVED_NAMES: Final = frozenset({DIGESTS, DIGEST_ALGORITHM, HIDDEN_ELEMENT})
MIN_SALT_BYTES: Final = 16  # RFC 9901 §9.3: 128 bits
_MEMBER_PARTS: Final = 3  # salt, name, value
_ELEMENT_PARTS: Final = 2  # salt, value


class DigestAlgorithm(enum.Enum):
    """Hash functions by their IANA name; the value of `_sd_alg`."""

    SHA_256 = "sha-256"
    SHA_384 = "sha-384"
    SHA_512 = "sha-512"

    def digest(self, text: str) -> str:
        """Return the base64url digest of ASCII text."""
        return encode_base64url(hashlib.new(self.value.replace("-", ""), text.encode("ascii")).digest())


def read_digest_algorithm(payload: JsonObject) -> DigestAlgorithm:
    """Return what `_sd_alg` names, SHA-256 when it is missing (RFC 9901 §4.1.1).

    Raises:
        UnacceptedCryptosuiteError: `proof.digest_algorithm_unsupported`.
    """
    name = payload.get(DIGEST_ALGORITHM, DigestAlgorithm.SHA_256.value)
    for algorithm in DigestAlgorithm:
        if algorithm.value == name:
            return algorithm
    raise UnacceptedCryptosuiteError("proof.digest_algorithm_unsupported", pointer=f"/{DIGEST_ALGORITHM}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosure:
    """One hidden value.

    Args:
        encoded: As it travels between two tildes.
        name: Member that it becomes; None for an element of an array.
        value: What was hidden; may hold further digests.
    """

    encoded: str
    name: str | None
    value: JsonValue


def compose_disclosure(name: str | None, value: JsonValue, *, salt: bytes) -> Disclosure:
    """Hide one value behind a fresh `salt` of at least 16 random bytes."""
    if len(salt) < MIN_SALT_BYTES:
        raise ValueError(f"a salt has at least {MIN_SALT_BYTES} bytes")
    parts: list[JsonValue] = [encode_base64url(salt), value]
    if name is not None:
        parts.insert(1, name)
    return Disclosure(encoded=encode_base64url(encode_json(parts)), name=name, value=value)


def read_disclosure(encoded: str) -> Disclosure:
    """Read one disclosure strictly.

    Raises:
        ProofError: Not a JSON array of salt, name and value, or of salt and value, or a name that is reserved
            (`proof.disclosure_malformed`).
    """
    try:
        parts = read_json(decode_base64url(encoded))
    except DecodingError as error:
        raise _malformed(f"cannot be read: {error.code}") from error
    if not isinstance(parts, list) or len(parts) not in {_ELEMENT_PARTS, _MEMBER_PARTS}:
        raise _malformed("not an array of two or three")
    if not isinstance(parts[0], str):
        raise _malformed("the salt is not text")
    if len(parts) == _ELEMENT_PARTS:
        return Disclosure(encoded=encoded, name=None, value=parts[1])
    name = parts[1]
    if not isinstance(name, str) or name in RESERVED_NAMES:
        raise _malformed("not a name that a claim may have")
    return Disclosure(encoded=encoded, name=name, value=parts[2])


def _malformed(message: str) -> ProofError:
    return ProofError("proof.disclosure_malformed", message)
