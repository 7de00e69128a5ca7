"""Holders who show badges in the in-memory world. Keys are made for one test and are TEST ONLY."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from credentials import (
    EnvelopeKind,
    MediaType,
    add_presentation_proof,
    compose_envelope,
    compose_presentation,
    sign_vp_jwt,
)
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from tests.doubles.issuer_simulator import NOW, compose_subject

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from keys import Signer
    from schemas import JsonObject, JsonValue
    from tests.doubles.issuer_simulator import SimulatedIssuer

CHALLENGE = "Zk3v0pR9y1qT7uW5xB2nL8mD4sH6jF0a"
DOMAIN = "jobs.example.com"


def _new_signer() -> Signer:
    return LocalSigner.generate(KeyType.ED25519)


@dataclass(kw_only=True)
class Holder:
    """A person with a wallet whose id is its key."""

    signer: Signer = field(default_factory=_new_signer)

    @property
    def id(self) -> str:
        """The did:key of the wallet."""
        return did_key(self.signer.public_key)

    @property
    def method_id(self) -> str:
        """The key of the wallet."""
        return did_key_method_id(self.signer.public_key)

    def earn(self, issuer: SimulatedIssuer, number: int = 0, **changes: JsonValue) -> JsonObject:
        """Return a badge that names this wallet."""
        identifier = f"urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a{number:02d}"
        members: JsonObject = {"id": identifier, "credentialSubject": compose_subject(id=self.id)}
        return issuer.sign(issuer.compose_badge(**(members | changes)))

    def show(
        self,
        badges: Sequence[JsonObject],
        *,
        challenge: str = CHALLENGE,
        domain: str | None = DOMAIN,
        holder: str = "",
        method_id: str = "",
        now: datetime = NOW,
    ) -> JsonObject:
        """Return a signed presentation."""
        secured = add_presentation_proof(
            compose_presentation(badges, holder=holder or self.id),
            signer=self.signer,
            verification_method=method_id or self.method_id,
            created=now,
            challenge=challenge,
            domain=domain,
        )
        return secured.document

    def show_token(self, tokens: Sequence[bytes], *, nonce: str = CHALLENGE, audience: str = DOMAIN) -> bytes:
        """Return a presentation as `vp+jwt`."""
        envelopes = [
            compose_envelope(token, kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_JWT) for token in tokens
        ]
        token = sign_vp_jwt(
            compose_presentation(envelopes, holder=self.id),
            signer=self.signer,
            verification_method=self.method_id,
            nonce=nonce,
            audience=audience,
            now=NOW,
        )
        return token.encode("ascii")


def proof_of(document: JsonObject) -> JsonObject:
    """Return the one proof that stands in a document."""
    proofs = document["proof"]
    found = proofs[0] if isinstance(proofs, list) else proofs
    assert isinstance(found, dict)
    return found


def copy_of(document: JsonObject) -> JsonObject:
    """Return a deep copy, to be changed by an attacker."""
    copied: JsonObject = json.loads(json.dumps(document))
    return copied
