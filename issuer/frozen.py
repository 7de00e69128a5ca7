"""Rows, plans and problems as they stand in the ledger: JSON on our own disk, read back without loss."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import TYPE_CHECKING, cast

from issuer.model import (
    PlannedCredential,
    ProofChoice,
    RosterProblem,
    RosterRow,
    RowResult,
    StatusSlot,
)
from schemas import format_datetime, read_datetime

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import JsonObject, JsonValue


def encode_object(value: JsonValue) -> bytes:
    """Return JSON for our own disk."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8")


def load_object(data: bytes | str) -> JsonObject:
    """Return a JSON object from our own disk."""
    return cast("JsonObject", json.loads(data))


def load_pointers(data: str) -> tuple[str, ...] | None:
    """Return JSON Pointers that were written as a JSON list; None when null stands there."""
    value = json.loads(data)
    return None if value is None else tuple(value)


def is_intact(content: object, sha256: object) -> bool:
    """Whether a column still holds bytes with the digest that was stored beside them."""
    return isinstance(content, bytes) and hashlib.sha256(content).digest() == sha256


def encode_row(row: RosterRow) -> bytes:
    """Return a roster row as JSON; `load_row` reads it back equal."""
    return encode_object(
        {
            "number": row.number,
            "name": row.name,
            "email": row.email,
            "person_id": row.person_id,
            "awarded_on": row.awarded_on.isoformat() if row.awarded_on else None,
            "results": [[result.description_key, result.value, result.level] for result in row.results],
            "evidence_url": row.evidence_url,
            "evidence_note": row.evidence_note,
            "license_number": row.license_number,
            **({"phone": row.phone} if row.phone else {}),
        }
    )


def load_row(data: bytes) -> RosterRow:
    """Return the row that `encode_row` wrote."""
    value = json.loads(data)
    return RosterRow(
        number=value["number"],
        name=value["name"],
        email=value["email"],
        person_id=value["person_id"],
        awarded_on=date.fromisoformat(value["awarded_on"]) if value["awarded_on"] else None,
        results=tuple(RowResult(description_key=key, value=text, level=level) for key, text, level in value["results"]),
        evidence_url=value["evidence_url"],
        evidence_note=value["evidence_note"],
        license_number=value["license_number"],
        phone=value.get("phone", ""),
    )


def encode_plan(plan: PlannedCredential) -> bytes:
    """Return a plan as JSON; `load_plan` reads it back equal."""
    return encode_object(
        {
            "id": plan.id,
            "slug": plan.slug,
            "subject_id": plan.subject_id,
            "salt": plan.salt,
            "key_id": plan.key_id,
            "valid_from": format_datetime(plan.valid_from),
            "valid_until": _encode_time(plan.valid_until),
            "awarded_on": _encode_time(plan.awarded_on),
            "created": format_datetime(plan.created),
            "status_entries": [[slot.purpose, slot.list_url, slot.index] for slot in plan.status_entries],
            "proof": plan.proof.value,
        }
    )


def load_plan(data: bytes) -> PlannedCredential:
    """Return the plan that `encode_plan` wrote."""
    value = json.loads(data)
    return PlannedCredential(
        id=value["id"],
        slug=value["slug"],
        subject_id=value["subject_id"],
        salt=value["salt"],
        key_id=value["key_id"],
        valid_from=read_datetime(value["valid_from"]),
        valid_until=load_time(value["valid_until"]),
        awarded_on=load_time(value["awarded_on"]),
        created=read_datetime(value["created"]),
        status_entries=tuple(
            StatusSlot(purpose=purpose, list_url=url, index=index) for purpose, url, index in value["status_entries"]
        ),
        proof=ProofChoice(value["proof"]),
    )


def encode_problems(problems: Sequence[RosterProblem]) -> bytes:
    """Return the problems of one row as JSON."""
    return encode_object([[problem.row, problem.column, problem.code, problem.value] for problem in problems])


def load_problems(data: bytes) -> tuple[RosterProblem, ...]:
    """Return the problems that `encode_problems` wrote."""
    return tuple(
        RosterProblem(row=row, column=column, code=code, value=value) for row, column, code, value in json.loads(data)
    )


def _encode_time(time: datetime | None) -> str | None:
    return None if time is None else format_datetime(time)


def load_time(text: str | None) -> datetime | None:
    """Return the time that stands in a column that may be empty."""
    return None if text is None else read_datetime(text)
