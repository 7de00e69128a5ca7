"""Reads a course file: what a badge is given for, in YAML or JSON."""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation
from pathlib import PurePath
from typing import TYPE_CHECKING

from credentials import BADGE_COLOURS, BADGE_ICONS, BADGE_SHAPES, MAX_LEVEL, is_hex_colour
from issuer.achievement_image import read_image
from issuer.advice import advise_on_json, advise_on_yaml
from issuer.field_reading import Fields, make_key
from issuer.model import Achievement, BadgeDesign, ResultDescription, RubricLevel, Skill
from issuer.result_cells import is_numeric
from schemas import (
    ACHIEVEMENT_TYPES,
    ALIGNMENT_TARGET_TYPES,
    EXTENSION_PREFIX,
    RESULT_TYPES,
    DecodingError,
    IssuanceError,
    YamlError,
    read_json,
    read_yaml,
)

if TYPE_CHECKING:
    from pathlib import Path

    from schemas import JsonObject, JsonValue

MAX_FILE_BYTES = 256 * 1024
MAX_SKILLS = 50
MAX_RESULTS = 20
MAX_LEVELS = 12
MAX_CAN_DO = 30
MAX_TAGS = 30
MAX_ALLOWED_VALUES = 50
MAX_VALID_MONTHS = 1_200
MAX_DESIGN_WORDS_CHARS = 60
MAX_JSON_DEPTH = 16
_HOURS = re.compile(r"[0-9]+(?:[.,][0-9]+)?(?:\s?[-\u2013]\s?[0-9]+(?:[.,][0-9]+)?)?(?:\s*[^\W\d].*)?")
_UTF8_BOM = b"\xef\xbb\xbf"
_LANGUAGE = re.compile(r"[a-z]{2,3}(?:-[A-Z][a-z]{3})?(?:-(?:[A-Z]{2}|[0-9]{3}))?")  # BCP 47 as badges need it

_FIELDS = frozenset(
    (
        "slug",
        "name",
        "description",
        "criteria",
        "criteria_url",
        "can_do",
        "assessment",
        "hours",
        "skills",
        "results",
        "tags",
        "type",
        "field_of_study",
        "valid_months",
        "language",
        "version",
        "creator",
        "image",
        "design",
    )
)
_SKILL_FIELDS = frozenset(("name", "url", "framework", "code", "description", "target_type"))
_RESULT_FIELDS = frozenset(
    ("key", "name", "type", "levels", "required_level", "required_value", "min", "max", "allowed_values")
)
_LEVEL_FIELDS = frozenset(("key", "name", "description", "points"))
_DESIGN_FIELDS = frozenset(("shape", "colour", "icon", "words", "level"))
_CREATOR_FIELDS = frozenset(("name", "url"))


def read_achievement(data: bytes, *, filename: str, folder: Path | None) -> Achievement:
    """Read what a badge is given for from a course file.

    Spec: OB 3.0 Achievement, Criteria, Alignment, ResultDescription, RubricCriterionLevel.

    Args:
        data: The file, UTF-8, at most 256 KiB.
        filename: Its name; `.json` is read as JSON, anything else as YAML. Gives the slug when the file has none.
        folder: Where a picture named under `image` is looked for; None when only this file was sent.

    Raises:
        IssuanceError: `achievement.…`; `pointer` says where, `detail` has `field` and `advice`.
    """
    fields = _read_fields(data, filename)
    fields.check_known(_FIELDS)
    name = fields.required_line("name", "write the name of the badge")
    creator = fields.group("creator")
    creator_name, creator_url = _read_creator(creator) if creator else ("", "")
    image, image_media_type = read_image(fields, folder)
    return Achievement(
        slug=fields.key("slug", make_key(PurePath(filename).stem) or make_key(name)),
        name=name,
        description=fields.required_text("description", "say in a sentence or two what the badge is for"),
        criteria=fields.required_text("criteria", "say what a person has to do to get the badge"),
        criteria_url=fields.url("criteria_url"),
        can_do=fields.lines("can_do", most=MAX_CAN_DO),
        assessment=fields.text("assessment"),
        hours=_read_hours(fields),
        skills=tuple(_read_skill(entry) for entry in fields.groups("skills", most=MAX_SKILLS)),
        results=_read_results(fields),
        tags=fields.lines("tags", most=MAX_TAGS),
        achievement_type=fields.word("type", ACHIEVEMENT_TYPES, default="Certificate", extension=EXTENSION_PREFIX),
        field_of_study=fields.line("field_of_study"),
        valid_months=fields.whole_number("valid_months", most=MAX_VALID_MONTHS),
        language=_read_language(fields),
        version=fields.line("version"),
        creator_name=creator_name,
        creator_url=creator_url,
        image=image,
        image_media_type=image_media_type,
        design=_read_design(fields.group("design")),
    )


def _read_design(design: Fields | None) -> BadgeDesign:
    if design is None:
        return BadgeDesign()
    design.check_known(_DESIGN_FIELDS)
    colour = design.line("colour")
    if not is_hex_colour(colour):
        colour = design.word("colour", BADGE_COLOURS)
    return BadgeDesign(
        shape=design.word("shape", BADGE_SHAPES),
        colour=colour,
        icon=design.word("icon", BADGE_ICONS),
        words=design.line("words", max_chars=MAX_DESIGN_WORDS_CHARS),
        level=design.whole_number("level", most=MAX_LEVEL),
    )


def _read_hours(fields: Fields) -> str:
    hours = fields.line("hours", max_chars=60)
    if hours and not _HOURS.fullmatch(hours):
        advice = "write a number such as 24, or a number and a unit such as 3 days"
        fields.fail("achievement.number_invalid", "hours", advice, value=hours)
    return hours


def _read_fields(data: bytes, filename: str) -> Fields:
    if len(data) > MAX_FILE_BYTES:
        raise IssuanceError("achievement.too_large", detail={"limit": MAX_FILE_BYTES})
    try:
        text = data.removeprefix(_UTF8_BOM).decode("utf-8")
    except UnicodeDecodeError as error:
        raise IssuanceError("achievement.not_utf8", detail={"byte": error.start}) from error
    try:
        value = _parse(text, filename)
    except (YamlError, DecodingError) as error:
        english, spanish = advise_on_yaml(error, text) if isinstance(error, YamlError) else advise_on_json(error)
        detail: JsonObject = {"advice": english, "advice_es": spanish}
        raise IssuanceError("achievement.not_readable", english, detail=detail) from error
    if not isinstance(value, dict):
        raise IssuanceError("achievement.not_a_course_file")
    return Fields(value)


def _parse(text: str, filename: str) -> JsonValue:
    if PurePath(filename).suffix.lower() == ".json":
        return read_json(text.encode("utf-8"), max_bytes=MAX_FILE_BYTES, max_depth=MAX_JSON_DEPTH)
    return read_yaml(text)


def _read_creator(creator: Fields) -> tuple[str, str]:
    creator.check_known(_CREATOR_FIELDS)
    name = creator.required_line("name", "write who made the course or the standard")
    link = creator.url("url")
    if not link:
        creator.fail("achievement.field_missing", "url", "write the web address of whoever made it")
    return name, link


def _read_language(fields: Fields) -> str:
    language = fields.line("language") or "en"
    if not _LANGUAGE.fullmatch(language):
        fields.fail(
            "achievement.language_invalid", "language", "write a language such as en, es or es-MX", value=language
        )
    return language


def _read_skill(entry: Fields) -> Skill:
    entry.check_known(_SKILL_FIELDS)
    link = entry.url("url")
    return Skill(
        name=entry.required_line("name", "write the name of the skill"),
        url=link,  # none: a skill of one's own
        framework=entry.required_line("framework", "write the name of the list, such as O*NET or ESCO")
        if link
        else entry.line("framework"),
        code=entry.line("code"),
        description=entry.text("description", max_chars=1_000),
        target_type=entry.word("target_type", ALIGNMENT_TARGET_TYPES, extension=EXTENSION_PREFIX),
    )


def _read_results(fields: Fields) -> tuple[ResultDescription, ...]:
    groups = fields.groups("results", most=MAX_RESULTS)
    results = tuple(_read_result(group) for group in groups)
    _check_keys(groups, [result.key for result in results])
    return results


def _read_result(entry: Fields) -> ResultDescription:
    entry.check_known(_RESULT_FIELDS)
    name = entry.required_line("name", "write what was measured")
    groups = entry.groups("levels", most=MAX_LEVELS)
    levels = tuple(_read_level(group) for group in groups)
    _check_keys(groups, [level.key for level in levels])
    default_type = "RubricCriterionLevel" if levels else "Result"
    result = ResultDescription(
        key=entry.key("key", make_key(name)),
        name=name,
        result_type=entry.word("type", RESULT_TYPES, default=default_type, extension=EXTENSION_PREFIX),
        levels=levels,
        required_level=entry.line("required_level"),
        required_value=entry.line("required_value"),
        value_min=entry.line("min"),
        value_max=entry.line("max"),
        allowed_values=entry.lines("allowed_values", most=MAX_ALLOWED_VALUES),
    )
    _check_result(entry, result)
    return result


def _read_level(entry: Fields) -> RubricLevel:
    entry.check_known(_LEVEL_FIELDS)
    name = entry.required_line("name", "write the name of the level")
    return RubricLevel(
        key=entry.key("key", make_key(name)),
        name=name,
        description=entry.text("description", max_chars=1_000),
        points=entry.line("points"),
    )


def _check_keys(groups: tuple[Fields, ...], keys: list[str]) -> None:
    for index, (group, key) in enumerate(zip(groups, keys, strict=True)):
        if key in keys[:index]:
            group.fail("achievement.key_duplicate", "key", "give each entry a key of its own", value=key)


def _check_result(entry: Fields, result: ResultDescription) -> None:
    """Refuse bounds and requirements that no result could be measured against."""
    if result.required_level and result.required_level not in {level.key for level in result.levels}:
        keys = ", ".join(level.key for level in result.levels)
        advice = "the levels are {keys}" if keys else "this result has no levels: add some"
        entry.fail(
            "achievement.level_unknown", "required_level", advice, value=result.required_level, words={"keys": keys}
        )
    if result.levels and (result.value_min or result.value_max or result.required_value or result.allowed_values):
        entry.fail("achievement.result_mixed", "levels", "a result has either levels or numbers, not both")
    if result.allowed_values:
        if result.required_value and result.required_value not in result.allowed_values:
            names = ", ".join(result.allowed_values)
            entry.fail("achievement.value_unknown", "required_value", "use one of {names}", words={"names": names})
        return
    least, most = _read_bound(entry, "min"), _read_bound(entry, "max")
    if least is not None and most is not None and least > most:
        entry.fail("achievement.range_reversed", "min", "min must not be larger than max")
    needed = _read_bound(entry, "required_value") if is_numeric(result) else None
    if needed is not None and ((least is not None and needed < least) or (most is not None and needed > most)):
        entry.fail("achievement.range_reversed", "required_value", "it must lie between min and max")


def _read_bound(entry: Fields, name: str) -> Decimal | None:
    text = entry.line(name)
    if not text:
        return None
    try:
        number = Decimal(text)
    except InvalidOperation:
        number = Decimal("NaN")
    if not number.is_finite():
        entry.fail("achievement.number_invalid", name, "write a number such as 70 or 2.5", value=text)
    return number
