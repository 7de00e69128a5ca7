"""A composed badge fits the schema, loses nothing when it is signed, and says what it was given."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from credentials import check_lossless, read_criteria_parts
from issuer import (
    Achievement,
    IssuerProfile,
    PlannedCredential,
    ProofChoice,
    ResultDescription,
    RosterRow,
    RowResult,
    Skill,
    StatusSlot,
    compose_credential,
    read_achievement,
)
from schemas import SchemaName, encode_json, validate
from tests.doubles.class_lists import COURSE, LEVELS, course_with

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

_EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples" / "achievements").glob("*.yaml"))
_BASE = "https://badges.example.org"
_PROFILE = IssuerProfile(
    id="did:web:badges.example.org:issuers:lakeshore",
    slug="lakeshore",
    name="Lakeshore Technical College (example)",
    url="https://college.example.org/",
    email="desk@college.example.org",
)
_PLAN = PlannedCredential(
    id="urn:uuid:6c1b4f0a-4a0e-4d2e-8a63-0d6f5a6a7b11",
    slug="x7kq2",
    subject_id="urn:uuid:0e4d9a7c-7b1f-4f5e-9a6b-1a2b3c4d5e6f",
    salt="Kosher",
    key_id="did:web:badges.example.org:issuers:lakeshore#key-1",
    valid_from=datetime(2026, 11, 22, 9, 0, 0, 123456, UTC),
    valid_until=datetime(2029, 11, 22, 9, 0, 0, 0, UTC),
    awarded_on=datetime(2026, 11, 20, 0, 0, 0, 0, UTC),
    created=datetime(2026, 11, 22, 9, 0, 0, 0, UTC),
    status_entries=(StatusSlot("revocation", f"{_BASE}/status/1", 94567),),
    proof=ProofChoice.DATA_INTEGRITY,
)
_ROW = RosterRow(number=2, name="María López", email="a@example.com")
_DRIVING = ResultDescription(
    key="driving", name="Driving course", result_type="RubricCriterionLevel", levels=LEVELS, required_level="basic"
)
_WRITTEN = ResultDescription(key="written", name="Written test", result_type="Percent", value_min="0", value_max="100")


def _compose(row: RosterRow = _ROW, course: Achievement = COURSE, plan: PlannedCredential = _PLAN) -> JsonObject:
    return compose_credential(row, course, _PROFILE, plan, base_url=_BASE).document


def _at(document: JsonObject, *path: str | int) -> JsonValue:
    value: JsonValue = document
    for step in path:
        value = cast("dict[str | int, JsonValue]", value)[step]
    return value


def _full(course: Achievement) -> RosterRow:
    results = tuple(
        RowResult(description_key=entry.key, level=entry.levels[-1].key)
        if entry.levels
        else RowResult(description_key=entry.key, value="Completed" if entry.result_type == "Status" else "20")
        for entry in course.results
    )
    return replace(
        _ROW, results=results, evidence_url="https://e.example.org/7", evidence_note="Photo", license_number="L-7"
    )


@pytest.mark.parametrize("file", _EXAMPLES, ids=lambda path: path.stem)
def test_example_fits_the_schema(file: Path) -> None:
    """Every example course gives badges without one violation of the OB 3.0 schema."""
    course = read_achievement(file.read_bytes(), filename=file.name, folder=file.parent)
    assert validate(_compose(_full(course), course), SchemaName.ACHIEVEMENT_CREDENTIAL) == ()


@pytest.mark.parametrize("file", _EXAMPLES, ids=lambda path: path.stem)
def test_example_is_lossless(file: Path) -> None:
    """Every word of every example badge is covered by a signature over its canonical form."""
    course = read_achievement(file.read_bytes(), filename=file.name, folder=file.parent)
    check_lossless(_compose(_full(course), course))


def test_barest_badge() -> None:
    """A name and nothing else makes a badge that fits the schema and loses nothing."""
    plan = replace(_PLAN, valid_until=None, awarded_on=None, status_entries=())
    document = compose_credential(
        RosterRow(number=2, name="Ann Lee"),
        COURSE,
        IssuerProfile(id="did:key:z6MkTest", slug="x", name="X"),
        plan,
        base_url=_BASE,
    ).document
    assert validate(document, SchemaName.ACHIEVEMENT_CREDENTIAL) == ()
    check_lossless(document)
    assert not {"validUntil", "awardedDate", "evidence", "credentialStatus"} & set(document)


def test_two_status_entries_are_lossless() -> None:
    """Revocation and suspension stand in an array, in their order, with the index as text."""
    slots = (*_PLAN.status_entries, StatusSlot("suspension", f"{_BASE}/status/2", 0))
    document = _compose(plan=replace(_PLAN, status_entries=slots))
    check_lossless(document)
    assert document["credentialStatus"] == [
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "revocation",
            "statusListIndex": "94567",
            "statusListCredential": f"{_BASE}/status/1",
        },
        {
            "type": "BitstringStatusListEntry",
            "statusPurpose": "suspension",
            "statusListIndex": "0",
            "statusListCredential": f"{_BASE}/status/2",
        },
    ]


def test_one_status_entry_is_an_object() -> None:
    """OB 3.0 allows 0..1 entry: one alone is no array."""
    assert _at(_compose(), "credentialStatus", "statusPurpose") == "revocation"


def test_contexts_in_order() -> None:
    """VC 2.0 first, OB 3.0.3 second, the extensions that define the schema type third (OB 3.0 App. B)."""
    assert _compose()["@context"] == [
        "https://www.w3.org/ns/credentials/v2",
        "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
        "https://purl.imsglobal.org/spec/ob/v3p0/extensions.json",
    ]


def test_types_and_identifiers() -> None:
    """The planned identifiers stand where the standard wants them."""
    document = _compose()
    assert document["id"] == _PLAN.id
    assert document["type"] == ["VerifiableCredential", "OpenBadgeCredential"]
    assert _at(document, "credentialSubject", "id") == _PLAN.subject_id
    assert _at(document, "credentialSubject", "achievement", "id") == f"{_BASE}/achievements/forklift"


def test_dates_are_whole_seconds_in_utc() -> None:
    """Fractions are cut and other offsets become Z (trap 21 of OB 3.0 dates)."""
    local = datetime(2026, 11, 22, 3, 0, 0, 999, timezone(-timedelta(hours=6)))
    document = _compose(plan=replace(_PLAN, valid_from=local))
    assert document["validFrom"] == "2026-11-22T09:00:00Z"
    assert document["validUntil"] == "2029-11-22T09:00:00Z"
    assert document["awardedDate"] == "2026-11-20T00:00:00Z"


def test_issuer_is_an_embedded_profile() -> None:
    """The issuer is an object with type and name, never a bare address."""
    assert _compose()["issuer"] == {
        "id": "did:web:badges.example.org:issuers:lakeshore",
        "type": ["Profile"],
        "name": "Lakeshore Technical College (example)",
        "url": "https://college.example.org/",
        "email": "desk@college.example.org",
    }


def test_name_is_plain_and_address_is_hashed() -> None:
    """The name can be read; the address only compared (hash of a@example.com with salt Kosher, OB 3.0 IdentityHash)."""
    assert _at(_compose(), "credentialSubject", "identifier") == [
        {"type": "IdentityObject", "hashed": False, "identityHash": "María López", "identityType": "name"},
        {
            "type": "IdentityObject",
            "hashed": True,
            "identityHash": "sha256$b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399",
            "identityType": "emailAddress",
            "salt": "Kosher",
        },
    ]


def test_address_and_number_stay_out() -> None:
    """Neither the e-mail address nor the employee number stands anywhere in the badge."""
    text = encode_json(_compose(replace(_ROW, person_id="EMP-004711")))
    assert b"a@example.com" not in text
    assert b"004711" not in text


def test_result_with_level() -> None:
    """A level is named by its address and in words; both belong to this achievement."""
    row = replace(_ROW, results=(RowResult(description_key="driving", level="solid"),))
    document = _compose(row, course_with(_DRIVING))
    name = f"{_BASE}/achievements/forklift#result-driving"
    assert _at(document, "credentialSubject", "result") == [
        {
            "type": ["Result"],
            "resultDescription": name,
            "value": "Works alone",
            "achievedLevel": f"{name}-level-solid",
        }
    ]
    description = _at(document, "credentialSubject", "achievement", "resultDescription", 0)
    assert isinstance(description, dict)
    assert description["id"] == name
    assert description["requiredLevel"] == f"{name}-level-basic"
    assert _at(description, "rubricCriterionLevel", 1) == {
        "id": f"{name}-level-solid",
        "level": "2",
        "type": ["RubricCriterionLevel"],
        "name": "Works alone",
        "points": "2",
    }


def test_result_with_value() -> None:
    """A value is text, as OB 3.0 wants it."""
    row = replace(_ROW, results=(RowResult(description_key="written", value="87.5"),))
    assert _at(_compose(row, course_with(_WRITTEN)), "credentialSubject", "result", 0, "value") == "87.5"


def test_status_result() -> None:
    """A result of type Status stands under `status` (OB 3.0 Result)."""
    done = ResultDescription(key="done", name="Finish", result_type="Status")
    row = replace(_ROW, results=(RowResult(description_key="done", value="Completed"),))
    result = _at(_compose(row, course_with(done)), "credentialSubject", "result", 0)
    assert isinstance(result, dict)
    assert (result["status"], "value" in result) == ("Completed", False)


def test_plain_words_can_be_found_again() -> None:
    """What the holder can do, how it was tested and how long it took come back from the signed narrative."""
    course = replace(COURSE, can_do=("Can lift 3 t", "Can park"), assessment="A *driving* test.", hours="8")
    narrative = _at(_compose(course=course), "credentialSubject", "achievement", "criteria", "narrative")
    parts = read_criteria_parts(str(narrative))
    assert parts.earned_by == "Pass the driving test."
    assert parts.can_do == ("Can lift 3 t", "Can park")
    assert (parts.assessment, parts.hours) == ("A *driving* test.", "8 hours")


@pytest.mark.parametrize(
    ("hours", "language", "written"), [("8", "es", "8 horas"), ("2.5", "en", "2.5 hours"), ("3 days", "en", "3 days")]
)
def test_hours_in_words(hours: str, language: str, written: str) -> None:
    """A bare number gets its word in the language of the course; other text stays."""
    course = replace(COURSE, hours=hours, language=language)
    narrative = _at(_compose(course=course), "credentialSubject", "achievement", "criteria", "narrative")
    assert read_criteria_parts(str(narrative)).hours == written


def test_alignment() -> None:
    """A skill becomes an Alignment with framework, code and address."""
    skill = Skill(
        name="Quality Control Analysis",
        url="https://www.onetonline.org/find/descriptor/result/2.B.3.m",
        framework="O*NET",
        code="2.B.3.m",
    )
    alignment = _at(_compose(course=replace(COURSE, skills=(skill,))), "credentialSubject", "achievement", "alignment")
    assert alignment == [
        {
            "type": ["Alignment"],
            "targetName": "Quality Control Analysis",
            "targetUrl": "https://www.onetonline.org/find/descriptor/result/2.B.3.m",
            "targetFramework": "O*NET",
            "targetCode": "2.B.3.m",
        }
    ]


def test_creator_may_be_another() -> None:
    """Who made the course stands apart from who issues the badge."""
    course = replace(COURSE, creator_name="Granite Peak (example)", creator_url="https://granite.example.com/")
    document = _compose(course=course)
    check_lossless(document)
    assert _at(document, "credentialSubject", "achievement", "creator", "name") == "Granite Peak (example)"


@pytest.mark.parametrize(("media_type", "ending"), [("", "png"), ("image/png", "png"), ("image/svg+xml", "svg")])
def test_image_address(media_type: str, ending: str) -> None:
    """The picture of the achievement has an address of ours."""
    course = replace(COURSE, image_media_type=media_type)
    assert _at(_compose(course=course), "credentialSubject", "achievement", "image") == {
        "id": f"{_BASE}/achievements/forklift/image.{ending}",
        "type": "Image",
        "caption": "Forklift Operator",
    }


def test_evidence() -> None:
    """Evidence has its link and its note, under a name in the language of the course."""
    row = replace(_ROW, evidence_url="https://e.example.org/7", evidence_note="Foto de la pieza")
    assert _compose(row, course_with(language="es"))["evidence"] == [
        {
            "id": "https://e.example.org/7",
            "type": ["Evidence"],
            "name": "Evidencia",
            "description": "Foto de la pieza",
        }
    ]


def test_same_input_gives_the_same_bytes() -> None:
    """Composing is pure: a resumed row gives the same document, byte for byte."""
    course = course_with(_DRIVING, _WRITTEN)
    assert encode_json(_compose(_full(course), course)) == encode_json(_compose(_full(course), course))


def test_nothing_empty_is_written() -> None:
    """No null, no empty text, no empty array stands anywhere (OB 3.0: MUST be omitted)."""

    def leaves(value: JsonValue) -> list[JsonValue]:
        if isinstance(value, dict):
            return [value] if not value else [leaf for entry in value.values() for leaf in leaves(entry)]
        if isinstance(value, list):
            return [value] if not value else [leaf for entry in value for leaf in leaves(entry)]
        return [value]

    assert not [leaf for leaf in leaves(_compose()) if leaf in ("", None, [], {})]
