"""Composes an unsigned Open Badge from a row, an achievement, an issuer and a plan.

Pure: the same input gives the same document. Lists are arrays even for one value, every nested
object names its type (except Criteria, which has none), and nothing empty is written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from credentials import (
    CriteriaParts,
    UnsecuredDocument,
    compose_criteria_narrative,
    compose_identity,
    compose_status_entry,
)
from issuer.skill_address import own_skill_url
from schemas import (
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    OB_SCHEMA_TYPE,
    OB_SCHEMA_URL,
    OPEN_BADGE_CREDENTIAL,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    format_datetime,
)

if TYPE_CHECKING:
    from issuer.model import (
        Achievement,
        IssuerProfile,
        PlannedCredential,
        ResultDescription,
        RosterRow,
        RowResult,
        Skill,
        StatusSlot,
    )
    from schemas import JsonObject, JsonValue

_HOURS_WORD = {"en": "hours", "es": "horas"}
_EVIDENCE_NAME = {"en": "Evidence", "es": "Evidencia"}


class SharedParts(NamedTuple):
    """What all badges of one class say alike. Documents that are composed with it share these objects."""

    issuer: JsonObject
    achievement: JsonObject


def compose_shared_parts(achievement: Achievement, profile: IssuerProfile, *, base_url: str) -> SharedParts:
    """Compose the issuer and the achievement of a class once for all its badges."""
    return SharedParts(compose_profile(profile), compose_achievement(achievement, profile, base_url=base_url))


def compose_credential(
    row: RosterRow,
    achievement: Achievement,
    profile: IssuerProfile,
    planned: PlannedCredential,
    *,
    base_url: str,
    shared: SharedParts | None = None,
) -> UnsecuredDocument:
    """Compose one badge for one person.

    Spec: OB 3.0 AchievementCredential (App. B.1); VCDM 2.0 §4. Dates are whole seconds in UTC.

    Args:
        row: The person and what was measured; results must fit `achievement`.
        achievement: What the badge is given for.
        profile: The issuer; embedded with name and URL.
        planned: Identifiers, dates, salt and status entries, all fixed before.
        base_url: Our site without a slash at the end; the achievement is named
            `{base_url}/achievements/{slug}`.
        shared: From `compose_shared_parts` with the same arguments; whoever passes it must leave the document as it is.

    Returns:
        The document without proof. The name stands in it in plain text, the e-mail address only as a salted hash.
    """
    shared = shared or compose_shared_parts(achievement, profile, base_url=base_url)
    document: JsonObject = {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT],
        "id": planned.id,
        "type": [VERIFIABLE_CREDENTIAL, OPEN_BADGE_CREDENTIAL],
        "name": achievement.name,
        "description": achievement.description,
        "issuer": shared.issuer,
        "validFrom": format_datetime(planned.valid_from),
        "validUntil": format_datetime(planned.valid_until) if planned.valid_until else "",
        "awardedDate": format_datetime(planned.awarded_on) if planned.awarded_on else "",
        "credentialSubject": _compose_subject(row, achievement, planned, base_url, shared.achievement),
        "evidence": _compose_evidence(row, achievement.language),
        "credentialStatus": _compose_status(planned.status_entries),
        "credentialSchema": [{"id": OB_SCHEMA_URL, "type": OB_SCHEMA_TYPE}],
    }
    return UnsecuredDocument(document=_without_empty(document))


def compose_profile(profile: IssuerProfile) -> JsonObject:
    """Compose the issuer's Profile as it is embedded in badges and published.

    Spec: OB 3.0 Profile.
    """
    return _without_empty(
        {
            "id": profile.id,
            "type": ["Profile"],
            "name": profile.name,
            "url": profile.url,
            "email": profile.email,
            "description": profile.description,
        }
    )


def achievement_id(achievement: Achievement, base_url: str) -> str:
    """Return the address that names the achievement and where its page is."""
    return f"{base_url}/achievements/{achievement.slug}"


def compose_achievement(achievement: Achievement, issuer: IssuerProfile, *, base_url: str) -> JsonObject:
    """Compose the Achievement as it is embedded in badges and published at its address.

    Spec: OB 3.0 Achievement. Hours, `can_do` and the way of testing stand in `criteria.narrative`
    (see `credentials.read_criteria_parts`); hours are no credits. A skill without an address of its own is one of the
    issuer's own, and has a page of this site.
    """
    name = achievement_id(achievement, base_url)
    suffix = "svg" if achievement.image_media_type == "image/svg+xml" else "png"
    return _without_empty(
        {
            "id": name,
            "type": ["Achievement"],
            "name": achievement.name,
            "description": achievement.description,
            "achievementType": achievement.achievement_type,
            "criteria": _without_empty({"id": achievement.criteria_url, "narrative": _compose_narrative(achievement)}),
            "image": {"id": f"{name}/image.{suffix}", "type": "Image", "caption": achievement.name},
            "creator": _compose_creator(achievement),
            "fieldOfStudy": achievement.field_of_study,
            "version": achievement.version,
            "inLanguage": achievement.language,
            "tag": list(achievement.tags),
            "alignment": [_compose_alignment(skill, issuer, base_url) for skill in achievement.skills],
            "resultDescription": [_compose_result_description(result, name) for result in achievement.results],
        }
    )


def _compose_narrative(achievement: Achievement) -> str:
    hours = achievement.hours
    if hours.replace(",", ".").replace(".", "", 1).isdecimal():
        hours = f"{hours} {_say(_HOURS_WORD, achievement.language)}"
    parts = CriteriaParts(
        earned_by=achievement.criteria, can_do=achievement.can_do, assessment=achievement.assessment, hours=hours
    )
    return compose_criteria_narrative(parts, language=achievement.language)


def _compose_creator(achievement: Achievement) -> JsonObject:
    if not achievement.creator_name:
        return {}
    return {
        "id": achievement.creator_url,
        "type": ["Profile"],
        "name": achievement.creator_name,
        "url": achievement.creator_url,
    }


def _compose_alignment(skill: Skill, issuer: IssuerProfile, base_url: str) -> JsonObject:
    return _without_empty(
        {
            "type": ["Alignment"],
            "targetName": skill.name,
            "targetUrl": skill.url or own_skill_url(base_url, issuer.slug, skill.name),
            "targetFramework": skill.framework or ("" if skill.url else issuer.name),
            "targetCode": skill.code,
            "targetDescription": skill.description,
            "targetType": skill.target_type,
        }
    )


def _result_id(name: str, key: str) -> str:
    return f"{name}#result-{key}"


def _level_id(name: str, key: str, level: str) -> str:
    return f"{name}#result-{key}-level-{level}"


def _compose_result_description(result: ResultDescription, name: str) -> JsonObject:
    levels: list[JsonValue] = [
        _without_empty(
            {
                "id": _level_id(name, result.key, level.key),
                "type": ["RubricCriterionLevel"],
                "name": level.name,
                "description": level.description,
                # The order of an array need not be signed: the step itself is.
                "level": str(number),
                "points": level.points,
            }
        )
        for number, level in enumerate(result.levels, start=1)
    ]
    return _without_empty(
        {
            "id": _result_id(name, result.key),
            "type": ["ResultDescription"],
            "name": result.name,
            "resultType": result.result_type,
            "allowedValue": list(result.allowed_values),
            "valueMin": result.value_min,
            "valueMax": result.value_max,
            "requiredValue": result.required_value,
            "requiredLevel": _level_id(name, result.key, result.required_level) if result.required_level else "",
            "rubricCriterionLevel": levels,
        }
    )


def _compose_subject(
    row: RosterRow, achievement: Achievement, planned: PlannedCredential, base_url: str, composed: JsonObject
) -> JsonObject:
    identifiers: list[JsonValue] = [compose_identity(row.name, identity_type="name")]
    if row.email:
        identifiers.append(compose_identity(row.email, salt=planned.salt))
    return _without_empty(
        {
            "id": planned.subject_id,
            "type": ["AchievementSubject"],
            "identifier": identifiers,
            "licenseNumber": row.license_number,
            "achievement": composed,
            "result": [_compose_result(result, achievement, base_url) for result in row.results],
        }
    )


def _compose_result(result: RowResult, achievement: Achievement, base_url: str) -> JsonObject:
    """The level's name also stands in `value`, for readers that do not follow `achievedLevel`."""
    name = achievement_id(achievement, base_url)
    description = next(entry for entry in achievement.results if entry.key == result.description_key)
    level = next((entry.name for entry in description.levels if entry.key == result.level), "")
    is_status = description.result_type == "Status"
    return _without_empty(
        {
            "type": ["Result"],
            "resultDescription": _result_id(name, result.description_key),
            "status": result.value if is_status else "",
            "value": "" if is_status else level or result.value,
            "achievedLevel": _level_id(name, result.description_key, result.level) if result.level else "",
        }
    )


def _compose_evidence(row: RosterRow, language: str) -> list[JsonValue]:
    if not row.evidence_url and not row.evidence_note:
        return []
    return [
        _without_empty(
            {
                "id": row.evidence_url,
                "type": ["Evidence"],
                "name": _say(_EVIDENCE_NAME, language),
                "description": row.evidence_note,
            }
        )
    ]


def _compose_status(entries: tuple[StatusSlot, ...]) -> JsonValue:
    """One entry is an object (OB 3.0 allows 0..1), several are an array (VCDM 2.0 §4.10)."""
    composed: list[JsonValue] = [
        compose_status_entry(purpose=entry.purpose, list_url=entry.list_url, index=entry.index) for entry in entries
    ]
    return composed[0] if len(composed) == 1 else composed


def _without_empty(members: JsonObject) -> JsonObject:
    """Leave out what says nothing: OB 3.0 forbids null and empty arrays."""
    return {name: value for name, value in members.items() if value not in ("", [], {}, None)}


def _say(words: dict[str, str], language: str) -> str:
    return words["es" if language.lower().startswith("es") else "en"]
