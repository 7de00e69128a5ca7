"""Learner records of CLR 2.0 in the in-memory world. All people are invented."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import CLR_2_0_1_CONTEXT, OB_3_0_3_CONTEXT, VC_V2_CONTEXT, encode_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import JsonObject, JsonValue
    from tests.doubles.issuer_simulator import SimulatedIssuer


def compose_record(issuer: SimulatedIssuer, badges: Sequence[JsonValue], **changes: JsonValue) -> JsonObject:
    """Return an unsigned record that holds `badges`; a change of None leaves the member out."""
    document: JsonObject = {
        "@context": [VC_V2_CONTEXT, CLR_2_0_1_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:2f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a22",
        "type": ["VerifiableCredential", "ClrCredential"],
        "name": "Record of Robin Exampleson",
        "issuer": {"id": issuer.id, "type": ["Profile"], "name": issuer.name},
        "validFrom": "2026-11-02T09:00:00Z",
        "partial": False,
        "credentialSubject": {
            "id": "urn:uuid:0b9c1e52-7a53-4d6f-8f11-6f3d9b7a2c10",
            "type": ["ClrSubject"],
            "verifiableCredential": [*badges],
        },
    }
    document.update(changes)
    return {name: value for name, value in document.items() if value is not None}


def issue_badges(
    issuer: SimulatedIssuer, count: int = 2, *, first_number: int = 0, **changes: JsonValue
) -> list[JsonValue]:
    """Return signed badges with ids of their own."""
    badges: list[JsonValue] = []
    for number in range(first_number, first_number + count):
        identifier = f"urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a{number:02d}"
        badges.append(issuer.sign(issuer.compose_badge(**({"id": identifier} | changes))))
    return badges


def issue_record(issuer: SimulatedIssuer, badges: Sequence[JsonValue], **changes: JsonValue) -> bytes:
    """Return a record with a Data Integrity proof over all of it."""
    return encode_json(issuer.sign(compose_record(issuer, badges, **changes)))
