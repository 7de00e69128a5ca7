"""Badges of Open Badges 2.0 in the in-memory world: hosted ones and signed ones. All people are invented.

The shapes follow the examples of the Open Badges 2.0 specification; the JWS is put together here from RFC 7515,
so that the reader is not tested against itself.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from schemas import encode_json

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue
    from tests.doubles.issuer_simulator import IssuerSimulator

CONTEXT = "https://w3id.org/openbadges/v2"
EMAIL = "robin@example.org"
SALT = "sea salt"
# SHA-256 of the address with the salt behind it, as OB 2.0 IdentityHash says.
IDENTITY = "sha256$" + hashlib.sha256((EMAIL + SALT).encode()).hexdigest()


def _new_key() -> rsa.RSAPrivateKey:
    """Make a key that is TEST ONLY."""
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


_KEYS: dict[str, rsa.RSAPrivateKey] = {}


def issuer_key(name: str) -> rsa.RSAPrivateKey:
    """Return the TEST ONLY key of that name; made once, as RSA keys take long."""
    if name not in _KEYS:
        _KEYS[name] = _new_key()
    return _KEYS[name]


def public_pem(name: str = "issuer") -> str:
    """Return the public half."""
    public = issuer_key(name).public_key()
    return public.public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo).decode(
        "ascii"
    )


def sign_rs256(document: JsonValue, *, key: str = "issuer", header: JsonObject | None = None) -> bytes:
    """Return a compact JWS (RFC 7515 §3.1)."""
    parts = [json.dumps({"alg": "RS256"} if header is None else header).encode(), json.dumps(document).encode()]
    signing_input = b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)
    signature = issuer_key(key).sign(signing_input, padding.PKCS1v15(), hashes.SHA256())
    return signing_input + b"." + base64.urlsafe_b64encode(signature).rstrip(b"=")


@dataclass(kw_only=True)
class OldIssuer:
    """An issuer with its site: profile, key, list of badges taken back, one badge and who earned it."""

    world: IssuerSimulator
    host: str = "badges.example.edu"
    id: str = field(init=False)
    achievement_id: str = field(init=False)
    award_id: str = field(init=False)
    key_id: str = field(init=False)
    list_id: str = field(init=False)

    def __post_init__(self) -> None:
        base = f"https://{self.host}"
        self.id = f"{base}/issuers/7"
        self.achievement_id = f"{base}/badges/cnc-mill-1"
        self.award_id = f"{base}/awards/5f0a3c1e"
        self.key_id = f"{base}/keys/1"
        self.list_id = f"{base}/revoked"
        self.publish()

    def publish(self) -> None:
        """Serve everything that the issuer's site serves."""
        for document in (
            self.compose_profile(),
            self.compose_achievement(),
            self.compose_hosted(),
            self.compose_key(),
            self.compose_list(),
        ):
            self.serve(document)

    def serve(self, document: JsonObject) -> None:
        """Serve a document at its own address."""
        self.world.publish(str(document["id"]), document)

    def compose_profile(self, **changes: JsonValue) -> JsonObject:
        """Return the issuer's profile."""
        return _change(
            {
                "@context": CONTEXT,
                "type": "Issuer",
                "id": self.id,
                "name": "Example Valley College",
                "url": "https://college.example.edu/",
                "email": "badges@college.example.edu",
                "publicKey": self.key_id,
                "revocationList": self.list_id,
            },
            changes,
        )

    def compose_achievement(self, **changes: JsonValue) -> JsonObject:
        """Return what the badge is given for."""
        return _change(
            {
                "@context": CONTEXT,
                "type": "BadgeClass",
                "id": self.achievement_id,
                "name": "CNC Mill Operator 1",
                "description": "Sets up and runs a three-axis mill.",
                "image": f"https://{self.host}/badges/cnc-mill-1.png",
                "criteria": {"narrative": "Made the test part within 0.1 mm."},
                "tags": ["milling", "CNC"],
                "alignment": [
                    {
                        "targetName": "Operation and Control",
                        "targetUrl": "https://www.onetonline.org/find/descriptor/result/2.B.3.h",
                    }
                ],
                "issuer": self.id,
            },
            changes,
        )

    def compose_hosted(self, **changes: JsonValue) -> JsonObject:
        """Return a badge that the issuer's site shows."""
        return _change(
            {
                "@context": CONTEXT,
                "type": "Assertion",
                "id": self.award_id,
                "recipient": {"type": "email", "hashed": True, "salt": SALT, "identity": IDENTITY},
                "badge": self.achievement_id,
                "verification": {"type": "hosted"},
                "issuedOn": "2017-06-30T14:30:00+00:00",
                "evidence": [{"id": "https://badges.example.edu/evidence/1", "narrative": "Milled a vise jaw."}],
            },
            changes,
        )

    def compose_signed(self, **changes: JsonValue) -> JsonObject:
        """Return what is signed in a signed badge."""
        signed: JsonObject = {
            "id": "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11",
            "verification": {"type": "SignedBadge", "creator": self.key_id},
        }
        return self.compose_hosted(**(signed | changes))

    def compose_key(self, **changes: JsonValue) -> JsonObject:
        """Return the issuer's key as a document."""
        return _change(
            {
                "@context": CONTEXT,
                "type": "CryptographicKey",
                "id": self.key_id,
                "owner": self.id,
                "publicKeyPem": public_pem(),
            },
            changes,
        )

    def compose_list(self, **changes: JsonValue) -> JsonObject:
        """Return the list of badges taken back."""
        entries: list[JsonValue] = ["urn:uuid:00000000-0000-4000-8000-000000000001"]
        return _change(
            {
                "@context": CONTEXT,
                "type": "RevocationList",
                "id": self.list_id,
                "issuer": self.id,
                "revokedAssertions": entries,
            },
            changes,
        )

    def issue_hosted(self, **changes: JsonValue) -> bytes:
        """Serve a hosted badge and return the copy that its holder has."""
        document = self.compose_hosted(**changes)
        self.serve(document)
        return encode_json(document)

    def issue_signed(self, *, key: str = "issuer", header: JsonObject | None = None, **changes: JsonValue) -> bytes:
        """Return a signed badge."""
        return sign_rs256(self.compose_signed(**changes), key=key, header=header)


def _change(document: JsonObject, changes: JsonObject) -> JsonObject:
    return {name: value for name, value in (document | changes).items() if value is not None}
