"""What can sign: the `Signer` protocol, so that an HSM or a KMS can stand in for a key file."""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from keys.public_key import PublicKey


class SignatureAlgorithm(enum.Enum):
    """Signature algorithms by their JOSE name (RFC 7518 §3.1, RFC 8037, RFC 9864).

    PS256 signatures are random: the same message gives other bytes each time. All others repeat.
    """

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    EDDSA = "EdDSA"
    ES256 = "ES256"
    ES384 = "ES384"
    RS256 = "RS256"
    RS384 = "RS384"
    RS512 = "RS512"
    PS256 = "PS256"


@runtime_checkable
class Signer(Protocol):
    """Holds one private key and never shows it."""

    @property
    def public_key(self) -> PublicKey:
        """The public half."""
        ...

    def sign(self, message: bytes, *, algorithm: SignatureAlgorithm) -> bytes:
        """Sign `message`; ECDSA signatures are r ‖ s (IEEE P1363) and deterministic (RFC 6979).

        Raises:
            KeystoreError: The algorithm does not fit the key (`key.algorithm_mismatch`),
                or the key cannot be reached now (`key.unavailable`).
        """
        ...
