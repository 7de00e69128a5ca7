"""T-01 to T-06, corpus C 49-62, through the whole verifier: what the signature does not cover."""

from __future__ import annotations

import pytest

from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, compose_achievement, compose_subject
from verifier import CheckName, Outcome, Verdict

WORLD = IssuerSimulator()
ISSUER = WORLD.add_issuer(IssuerIdKind.DID_KEY)
GOOD = ISSUER.sign(ISSUER.compose_badge())
IRI = "https://www.w3.org/2018/credentials#"


def pointers(value: JsonValue, pointer: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """Return the place of every object in a document."""
    if isinstance(value, dict):
        return [pointer, *(found for key, item in value.items() for found in pointers(item, (*pointer, key)))]
    if isinstance(value, list):
        return [found for index, item in enumerate(value) for found in pointers(item, (*pointer, index))]
    return []


def with_member(pointer: tuple[str | int, ...], member: str, value: JsonValue) -> JsonObject:
    """Return the good badge with one member added at one place."""
    import copy  # noqa: PLC0415 - one use

    changed = copy.deepcopy(GOOD)
    place: JsonValue = changed
    for step in pointer:
        place = place[step]  # type: ignore[index]  # walks what `pointers` found
    assert isinstance(place, dict)
    place[member] = value
    return changed


@pytest.mark.parametrize("pointer", pointers(GOOD), ids=lambda pointer: "/".join(map(str, pointer)) or "root")
def test_undefined_member_at_every_object(pointer: tuple[str | int, ...]) -> None:
    """T-01: a member that no context defines never verifies, wherever it stands."""
    report = WORLD.verify(with_member(pointer, "grade", "A+"))
    assert report.verdict is Verdict.REJECTED
    found = report.check(CheckName.PROOF if pointer[:1] == ("proof",) else CheckName.DATA_MODEL)
    assert (found.outcome, found.code) == (Outcome.FAILED, "data_model.undefined_term")


@pytest.mark.parametrize(
    ("changes", "codes"),
    [
        ({f"{IRI}validUntil": "2020-01-01T00:00:00Z"}, {"data_model.not_compacted"}),
        ({"@reverse": {"issuer": {"id": "urn:x:1"}}}, {"data_model.not_compacted"}),
        ({"@included": [{"id": "urn:x:1"}]}, {"data_model.not_compacted"}),
        ({"@graph": []}, {"data_model.not_compacted"}),
        ({"@index": "a"}, {"data_model.not_compacted"}),
        ({"@nest": {}}, {"data_model.not_compacted"}),
        ({"credentialStatus": [[{"id": "urn:x:1", "type": "BitstringStatusListEntry"}]]}, {"data_model.nested_array"}),
        ({"expirationDate": "2030-01-01T00:00:00Z"}, {"data_model.undefined_term"}),
        ({"id": "6f2e"}, {"data_model.relative_iri"}),
        ({"id": "../other"}, {"data_model.relative_iri"}),
    ],
)
def test_other_spellings(changes: JsonObject, codes: set[str]) -> None:
    """T-02, T-06: a statement in another spelling, or one that would be lost, is refused."""
    report = WORLD.verify({**GOOD, **changes})
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.DATA_MODEL).code in codes


@pytest.mark.parametrize(
    ("contexts", "code"),
    [
        ([VC_V2_CONTEXT, OB_3_0_3_CONTEXT, {"@vocab": "urn:x:"}], "data_model.context_inline_forbidden"),
        ([{"@vocab": "urn:x:"}, VC_V2_CONTEXT, OB_3_0_3_CONTEXT], "data_model.context_inline_forbidden"),
        ([VC_V2_CONTEXT, OB_3_0_3_CONTEXT, {"@import": OB_3_0_3_CONTEXT}], "data_model.context_inline_forbidden"),
        ([VC_V2_CONTEXT, OB_3_0_3_CONTEXT, None], "data_model.context_inline_forbidden"),
        ({"@base": "https://evil.example.com/"}, "data_model.context_inline_forbidden"),
        ([OB_3_0_3_CONTEXT, VC_V2_CONTEXT], "data_model.context_order"),
        ([OB_3_0_3_CONTEXT], "data_model.context_order"),
        ([VC_V2_CONTEXT], "data_model.context_order"),
        ([VC_V2_CONTEXT, VC_V2_CONTEXT, OB_3_0_3_CONTEXT], "data_model.context_order"),
        ([VC_V2_CONTEXT, *[OB_3_0_3_CONTEXT] * 1000], "data_model.context_order"),
        (VC_V2_CONTEXT, "data_model.context_order"),
        ([], "data_model.context_order"),
    ],
)
def test_contexts(contexts: JsonValue, code: str) -> None:
    """T-03, corpus C 55-59: the meaning of the words is fixed, and their order too."""
    report = WORLD.verify({**GOOD, "@context": contexts})
    assert report.check(CheckName.DATA_MODEL).code == code
    assert report.verdict is Verdict.REJECTED


@pytest.mark.parametrize("place", [("credentialSubject",), ("issuer",), ("credentialSubject", "achievement")])
def test_context_inside(place: tuple[str | int, ...]) -> None:
    """A context of its own on an inner object changes what the outer reader sees."""
    report = WORLD.verify(with_member(place, "@context", {"name": "https://schema.org/alternateName"}))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.DATA_MODEL).outcome is Outcome.FAILED


def test_poisoned_context_does_not_touch_the_next_badge() -> None:
    """T-04: after every attack above the good badge still verifies."""
    WORLD.verify({**GOOD, "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, {"@import": OB_3_0_3_CONTEXT, "name": None}]})
    assert WORLD.verify(GOOD)


def test_context_that_is_not_pinned() -> None:
    """T-05: an address that is not known is not fetched, and the badge could not be checked."""
    world = IssuerSimulator()
    report = world.verify({**GOOD, "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, "https://evil.example.com/ctx"]})
    check = report.check(CheckName.DATA_MODEL)
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "data_model.context_unknown")
    assert report.verdict is Verdict.INCONCLUSIVE
    assert world.asked == []


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"type": ["VerifiableCredential"]}, "data_model.type_missing"),
        ({"type": ["AchievementCredential"]}, "data_model.type_missing"),
        ({"type": "AchievementCredential"}, "data_model.type_missing"),
        ({"id": None}, "data_model.id_missing"),
        ({"validFrom": None}, "data_model.date_missing"),
        ({"issuer": None}, "data_model.issuer_missing"),
        ({"validFrom": "2026-02-30T00:00:00Z"}, "data_model.date_invalid"),
        ({"validFrom": "2026-11-01T24:00:00Z"}, "data_model.date_invalid"),
        ({"validFrom": "2026-11-01T09:00:00"}, "data_model.date_invalid"),
        ({"validFrom": "2026-11-01T09:00:00+14:01"}, "data_model.date_invalid"),
        ({"validUntil": "2026-10-01T09:00:00Z"}, "data_model.dates_reversed"),
        ({"awardedDate": "last week"}, "data_model.date_invalid"),
    ],
)
def test_badge_that_the_issuer_itself_got_wrong(changes: dict[str, JsonValue], code: str) -> None:
    """A badge that lacks what makes it a badge is refused with the place that is wrong."""
    document = {name: value for name, value in {**GOOD, **changes}.items() if value is not None}
    assert WORLD.verify(document).check(CheckName.DATA_MODEL).code == code


def test_two_subjects() -> None:
    """OB 3.0 App. B.1: a badge is for exactly one."""
    subject = GOOD["credentialSubject"]
    assert isinstance(subject, dict)
    two: JsonValue = [subject, {**subject, "id": "urn:uuid:someone-else"}]
    assert WORLD.verify({**GOOD, "credentialSubject": two}).verdict is Verdict.REJECTED


def test_subject_that_nobody_can_tell() -> None:
    """OB 3.0 §8.1 step 1: id or identifier."""
    subject = GOOD["credentialSubject"]
    assert isinstance(subject, dict)
    nameless = {name: value for name, value in subject.items() if name not in {"id", "identifier"}}
    report = WORLD.verify({**GOOD, "credentialSubject": nameless})
    assert report.check(CheckName.DATA_MODEL).code == "data_model.subject_unidentified"


def test_type_missing_on_a_nested_object() -> None:
    """Corpus C 62: without its type an Alignment's members would vanish from the signature."""
    alignment: JsonValue = [{"targetName": "Skill", "targetUrl": "https://example.org/skill"}]
    achievement = compose_achievement(alignment=alignment)
    report = WORLD.verify({**GOOD, "credentialSubject": compose_subject(achievement=achievement)})
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.DATA_MODEL).code == "data_model.data_loss"
