"""An authenticator in memory, with the browser in front of it: what a phone does when it is asked for a passkey.

Written from WebAuthn Level 3 §5.8.1 (client data), §6.1 (authenticator data) and §6.5 (attested data), not from the
library that checks it. Each lie of a hostile one is a field.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256

if TYPE_CHECKING:
    from collections.abc import Mapping

UP, UV, BE, BS, AT = 0x01, 0x04, 0x08, 0x10, 0x40


def b64u(data: bytes) -> str:
    """Return bytes as browsers write them."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_b64u(text: str) -> bytes:
    """Return the bytes of a text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def cose_key(key: EllipticCurvePrivateKey | Ed25519PrivateKey) -> dict[int, Any]:
    """Return the public half as a COSE_Key (RFC 9053 §7)."""
    if isinstance(key, Ed25519PrivateKey):
        return {1: 1, 3: -8, -1: 6, -2: key.public_key().public_bytes_raw()}
    numbers = key.public_key().public_numbers()
    return {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32), -3: numbers.y.to_bytes(32)}


def make_es256() -> EllipticCurvePrivateKey:
    """Make a key on P-256."""
    return generate_private_key(SECP256R1())


@dataclass(kw_only=True)
class SoftAuthenticator:
    """One authenticator that holds one passkey.

    Args:
        origin: Of the page that the browser shows.
        rp_id: For which it signs; the host of the origin in an honest one.
        key: Private key, TEST ONLY.
        credential_id: Its name.
        flags: User present, user verified, backup eligible and backed up, as it says.
        sign_count: Goes up with each signature when `counts`.
        counts: Whether it counts.
        statement: `none`, or `packed` with a signature of the passkey itself.
        client_members: Further members of the client data, or others in the place of the true ones.
    """

    origin: str
    rp_id: str
    key: EllipticCurvePrivateKey | Ed25519PrivateKey = field(default_factory=make_es256)
    credential_id: bytes = b"TEST ONLY credential id 00000001"
    flags: int = UP | UV
    sign_count: int = 0
    counts: bool = False
    statement: str = "none"
    client_members: dict[str, Any] = field(default_factory=dict)
    user_handle: bytes = b""

    def create(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.create`."""
        self.user_handle = from_b64u(options["user"]["id"])
        client_data = self._client_data("webauthn.create", options["challenge"])
        attested = (
            bytes(16)
            + len(self.credential_id).to_bytes(2)
            + self.credential_id
            + cbor2.dumps(cose_key(self.key), canonical=True)
        )
        data = self._authenticator_data(self.flags | AT) + attested
        statement: dict[str, Any] = {}
        if self.statement == "packed":
            algorithm = -8 if isinstance(self.key, Ed25519PrivateKey) else -7
            statement = {"alg": algorithm, "sig": self._sign(data + hashlib.sha256(client_data).digest())}
        attestation = cbor2.dumps({"fmt": self.statement, "attStmt": statement, "authData": data}, canonical=True)
        return self._answer({"clientDataJSON": b64u(client_data), "attestationObject": b64u(attestation)})

    def get(self, options: Mapping[str, Any]) -> dict[str, Any]:
        """Answer `navigator.credentials.get`."""
        client_data = self._client_data("webauthn.get", options["challenge"])
        data = self._authenticator_data(self.flags)
        return self._answer(
            {
                "clientDataJSON": b64u(client_data),
                "authenticatorData": b64u(data),
                "signature": b64u(self._sign(data + hashlib.sha256(client_data).digest())),
                "userHandle": b64u(self.user_handle),
            }
        )

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = b64u(self.credential_id)
        return {"id": name, "rawId": name, "type": "public-key", "response": response, "clientExtensionResults": {}}

    def _client_data(self, kind: str, challenge: str) -> bytes:
        members = {"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}
        return json.dumps({**members, **self.client_members}, separators=(",", ":")).encode()

    def _authenticator_data(self, flags: int) -> bytes:
        if self.counts:
            self.sign_count += 1
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + self.sign_count.to_bytes(4)

    def _sign(self, message: bytes) -> bytes:
        if isinstance(self.key, Ed25519PrivateKey):
            return self.key.sign(message)
        return self.key.sign(message, ECDSA(SHA256()))
