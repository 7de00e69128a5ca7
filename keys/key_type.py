"""Kinds of keys and the signature algorithms that go with each."""

from __future__ import annotations

import enum
from types import MappingProxyType
from typing import TYPE_CHECKING

from keys.signer import SignatureAlgorithm

if TYPE_CHECKING:
    from collections.abc import Mapping


class KeyType(enum.Enum):
    """Kinds of keys that Skillmark signs and verifies with; the value is the name in reports."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    ED25519 = "Ed25519"
    P256 = "P-256"
    P384 = "P-384"
    RSA = "RSA"

    @property
    def algorithm(self) -> SignatureAlgorithm:
        """The algorithm that we sign with when nobody asks for another."""
        return _ALGORITHMS[self]

    @property
    def algorithms(self) -> frozenset[SignatureAlgorithm]:
        """Every algorithm that this kind of key may be used with: four for RSA, one for each other kind."""
        return _ALLOWED_ALGORITHMS[self]


# The key decides what is allowed, never a header of the badge (RFC 8725 §3.1).
_RSA_ALGORITHMS = frozenset(
    {SignatureAlgorithm.RS256, SignatureAlgorithm.RS384, SignatureAlgorithm.RS512, SignatureAlgorithm.PS256}
)
_ALGORITHMS: Mapping[KeyType, SignatureAlgorithm] = MappingProxyType(
    {
        KeyType.ED25519: SignatureAlgorithm.EDDSA,
        KeyType.P256: SignatureAlgorithm.ES256,
        KeyType.P384: SignatureAlgorithm.ES384,
        KeyType.RSA: SignatureAlgorithm.RS256,
    }
)
_ALLOWED_ALGORITHMS = {
    key_type: _RSA_ALGORITHMS if key_type is KeyType.RSA else frozenset({algorithm})
    for key_type, algorithm in _ALGORITHMS.items()
}
