"""Step 11: does the reader know this issuer? Says nothing about whether the badge is genuine."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier.confusable import is_confusable, takes_name
from verifier.key_pin_check import NO_PINS
from verifier.members import read_issuer_id, read_object, read_text
from verifier.report import Check, CheckName, Outcome

if TYPE_CHECKING:
    from schemas import JsonObject
    from verifier.key_pin_check import PinFinding
    from verifier.trust import TrustEntry, TrustList


def check_trust(document: JsonObject, *, trust_list: TrustList, pinned: PinFinding = NO_PINS) -> Check:
    """Look the issuer up by its proven id, and remark on names that could mislead and on keys that changed.

    Args:
        document: What the signature covers; its issuer is proven.
        trust_list: The reader's own list; without entries the check does not apply.
        pinned: How the issuer's keys compare with those seen before.
    """
    issuer_id = read_issuer_id(document)
    entry = trust_list.find(issuer_id)
    notes = pinned.notes + _list_notes(document, issuer_id, entry, trust_list)
    if entry is not None:
        facts = {"name": entry.name, "kind": entry.kind.value, "note": entry.note} | dict(pinned.facts)
        code = "trust.listed"
        if entry.source:
            code = "trust.listed_by_registry"
            facts["registry"] = entry.source
        return Check(name=CheckName.TRUST, outcome=Outcome.PASSED, code=code, detail=facts, notes=notes)
    if not trust_list.entries:
        return Check(
            name=CheckName.TRUST,
            outcome=Outcome.NOT_APPLICABLE,
            code="trust.no_list",
            detail=pinned.facts,
            notes=notes,
        )
    return Check(
        name=CheckName.TRUST,
        outcome=Outcome.INDETERMINATE,
        code="trust.unknown",
        detail={"issuer": issuer_id} | dict(pinned.facts),
        notes=notes,
    )


def _list_notes(
    document: JsonObject, issuer_id: str, entry: TrustEntry | None, trust_list: TrustList
) -> tuple[str, ...]:
    notes = []
    achievement = read_object(read_object(document.get("credentialSubject")).get("achievement"))
    creator = achievement.get("creator")
    creator_id = creator if isinstance(creator, str) else read_text(read_object(creator).get("id"))
    if creator_id and creator_id != issuer_id:
        notes.append("trust.creator_not_issuer")
    name = read_text(read_object(document.get("issuer")).get("name"))
    others = {one.name for one in trust_list.entries} - ({entry.name} if entry else set())
    if is_confusable(name, known_names=others):
        notes.append("issuer.name_confusable")
    if entry is None and takes_name(name, known_names=others):
        notes.append("trust.name_taken")
    return tuple(notes)
