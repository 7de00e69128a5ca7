"""A course file is read, or the field at fault is named with what to do."""

from __future__ import annotations

import ast
import json
from dataclasses import replace
from pathlib import Path

import pytest

from issuer import Achievement, achievement_from_json, achievement_to_json, read_achievement
from issuer.advice import ADVICE_ES
from schemas import ACHIEVEMENT_TYPES, ALIGNMENT_TARGET_TYPES, RESULT_TYPES, IssuanceError, JsonObject, all_codes

_EXAMPLES = Path(__file__).resolve().parents[3] / "examples" / "achievements"
_ISSUER = Path(__file__).resolve().parents[3] / "issuer"
_SKILL: JsonObject = {"name": "Quality", "framework": "O*NET", "url": "https://www.onetonline.org/x"}
_LEVELS: list[JsonObject] = [{"name": "Basic"}, {"name": "Solid"}]
# The smallest PNG: one transparent pixel (signature, IHDR, IDAT, IEND).
_PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)


def _course(**fields: object) -> bytes:
    course: dict[str, object] = {"name": "Forklift Operator", "description": "Drives.", "criteria": "Pass."}
    course.update(fields)
    return json.dumps({name: value for name, value in course.items() if value is not ...}).encode("utf-8")


def _read(data: bytes, *, filename: str = "forklift.json", folder: Path | None = None) -> Achievement:
    return read_achievement(data, filename=filename, folder=folder)


def _refusal(data: bytes, *, filename: str = "forklift.json", folder: Path | None = None) -> IssuanceError:
    with pytest.raises(IssuanceError) as caught:
        _read(data, filename=filename, folder=folder)
    assert caught.value.code in all_codes()
    return caught.value


def test_smallest_course() -> None:
    """Name, description and criteria are enough; the slug comes from the file name."""
    achievement = _read(_course())
    assert achievement == Achievement(
        slug="forklift",
        name="Forklift Operator",
        description="Drives.",
        criteria="Pass.",
        achievement_type="Certificate",
    )


def test_full_course_in_yaml() -> None:
    """Every field of a YAML course is read."""
    text = (_EXAMPLES / "cmm-operator.yaml").read_bytes()
    achievement = read_achievement(text, filename="cmm-operator.yaml", folder=None)
    assert achievement.slug == "cmm-operator"
    assert achievement.hours == "24"
    assert achievement.valid_months == 36
    assert achievement.can_do[1] == "Can clamp and align a part on the granite table"
    assert achievement.creator_name == "Granite Peak Metrology (example)"
    assert [skill.code for skill in achievement.skills] == ["2.B.3.m", "4.A.1.b.2", "51-9061.00", "T1.3"]
    practical, written = achievement.results
    assert [level.key for level in practical.levels] == ["with-help", "alone", "trains-others"]
    assert practical.required_level == "with-help"
    assert practical.result_type == "RubricCriterionLevel"
    assert (written.value_min, written.value_max, written.required_value) == ("0", "100", "70")


def test_byte_order_mark() -> None:
    """A byte order mark from a Windows editor does no harm."""
    assert _read(b"\xef\xbb\xbf" + _course()).name == "Forklift Operator"


@pytest.mark.parametrize("filename", ["Fork Lift 2026.json", "fork-lift-2026.json", "FORK_LIFT__2026.json"])
def test_slug_from_file_name(filename: str) -> None:
    """A file name becomes a slug of small letters and dashes."""
    assert _read(_course(), filename=filename).slug == "fork-lift-2026"


def test_slug_from_name() -> None:
    """With no usable file name the badge's name gives the slug."""
    assert _read(_course(name="Montacargas básico"), filename="ñ.json").slug == "n"
    assert _read(_course(name="Montacargas básico"), filename=".json").slug == "json"
    assert _read(_course(name="Montacargas básico"), filename="…").slug == "montacargas-basico"


def test_json_round_trip() -> None:
    """The ledger's JSON gives the same achievement, with its picture."""
    for file in sorted(_EXAMPLES.glob("*.yaml")):
        achievement = replace(
            read_achievement(file.read_bytes(), filename=file.name, folder=None),
            image=_PNG,
            image_media_type="image/png",
        )
        document = json.loads(json.dumps(achievement_to_json(achievement)))
        assert achievement_from_json(document) == achievement


def test_field_of_a_later_version_is_ignored_in_the_ledger() -> None:
    """A ledger written by a later version can still be read."""
    achievement = _read(_course())
    assert achievement_from_json({**achievement_to_json(achievement), "later": 1}) == achievement


@pytest.mark.parametrize(
    ("fields", "code", "pointer"),
    [
        ({"name": ...}, "achievement.field_missing", "/name"),
        ({"name": "  "}, "achievement.field_missing", "/name"),
        ({"description": ...}, "achievement.field_missing", "/description"),
        ({"criteria": ...}, "achievement.field_missing", "/criteria"),
        ({"name": True}, "achievement.field_type", "/name"),
        ({"name": ["x"]}, "achievement.field_type", "/name"),
        ({"criteria": {"narrative": "x"}}, "achievement.field_type", "/criteria"),
        ({"name": "x" * 301}, "achievement.field_too_long", "/name"),
        ({"criteria": "x" * 8_001}, "achievement.field_too_long", "/criteria"),
        ({"name": "two\nlines"}, "achievement.control_character", "/name"),
        ({"description": "bell\x07"}, "achievement.control_character", "/description"),
        ({"slug": "Big Letters"}, "achievement.key_invalid", "/slug"),
        ({"slug": "../up"}, "achievement.key_invalid", "/slug"),
        ({"type": "Licence"}, "achievement.value_unknown", "/type"),
        ({"type": "ext:"}, "achievement.value_unknown", "/type"),
        ({"valid_months": -1}, "achievement.number_invalid", "/valid_months"),
        ({"valid_months": "36"}, "achievement.number_invalid", "/valid_months"),
        ({"valid_months": True}, "achievement.number_invalid", "/valid_months"),
        ({"valid_months": 1_201}, "achievement.number_invalid", "/valid_months"),
        ({"language": "English"}, "achievement.language_invalid", "/language"),
        ({"criteria_url": "http://college.example/"}, "achievement.url_invalid", "/criteria_url"),
        ({"criteria_url": "javascript:alert(1)"}, "achievement.url_invalid", "/criteria_url"),
        ({"can_do": ["Can drive", ""]}, "achievement.field_missing", "/can_do/1"),
        ({"can_do": ["x"] * 31}, "achievement.too_many", "/can_do"),
        ({"tags": ["x"] * 31}, "achievement.too_many", "/tags"),
        ({"skills": {"name": "x"}}, "achievement.field_type", "/skills"),
        ({"skills": ["x"]}, "achievement.field_type", "/skills/0"),
        ({"skills": [_SKILL] * 51}, "achievement.too_many", "/skills"),
        ({"skills": [{**_SKILL, "url": "onet"}]}, "achievement.url_invalid", "/skills/0/url"),
        ({"skills": [{**_SKILL, "name": ""}]}, "achievement.field_missing", "/skills/0/name"),
        ({"skills": [{**_SKILL, "framework": ""}]}, "achievement.field_missing", "/skills/0/framework"),
        ({"skills": [_SKILL, {**_SKILL, "target_type": "CTD"}]}, "achievement.value_unknown", "/skills/1/target_type"),
        ({"creator": "x"}, "achievement.field_type", "/creator"),
        ({"creator": {"name": "x"}}, "achievement.field_missing", "/creator/url"),
        ({"results": [{}]}, "achievement.field_missing", "/results/0/name"),
        ({"results": [{"name": "A"}, {"name": "a!"}]}, "achievement.key_duplicate", "/results/1/key"),
        ({"results": [{"name": "A", "type": "Percents"}]}, "achievement.value_unknown", "/results/0/type"),
        (
            {"results": [{"name": "A", "levels": [{"name": "B"}] * 2}]},
            "achievement.key_duplicate",
            "/results/0/levels/1/key",
        ),
        ({"results": [{"name": "A", "levels": _LEVELS * 7}]}, "achievement.too_many", "/results/0/levels"),
        (
            {"results": [{"name": "A", "levels": _LEVELS, "required_level": "expert"}]},
            "achievement.level_unknown",
            "/results/0/required_level",
        ),
        (
            {"results": [{"name": "A", "required_level": "basic"}]},
            "achievement.level_unknown",
            "/results/0/required_level",
        ),
        ({"results": [{"name": "A", "levels": _LEVELS, "max": 5}]}, "achievement.result_mixed", "/results/0/levels"),
        ({"results": [{"name": "A", "min": "low"}]}, "achievement.number_invalid", "/results/0/min"),
        ({"results": [{"name": "A", "min": "NaN"}]}, "achievement.number_invalid", "/results/0/min"),
        ({"results": [{"name": "A", "min": 9, "max": 5}]}, "achievement.range_reversed", "/results/0/min"),
        (
            {"results": [{"name": "A", "max": 5, "required_value": 6}]},
            "achievement.range_reversed",
            "/results/0/required_value",
        ),
        (
            {"results": [{"name": "A", "type": "Percent", "required_value": "most"}]},
            "achievement.number_invalid",
            "/results/0/required_value",
        ),
        (
            {"results": [{"name": "A", "allowed_values": ["C", "B"], "required_value": "A"}]},
            "achievement.value_unknown",
            "/results/0/required_value",
        ),
        ({"image": "a.png"}, "achievement.image_not_here", "/image"),
    ],
)
def test_wrong_field(fields: dict[str, object], code: str, pointer: str) -> None:
    """Each wrong field is named by pointer and by name, with advice."""
    error = _refusal(_course(**fields))
    assert (error.code, error.pointer) == (code, pointer)
    assert error.detail["field"] == pointer[1:].replace("/", ".")
    assert error.detail["advice"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("descripton", "description"),
        ("canDo", "can_do"),
        ("can-do", "can_do"),
        ("validMonths", "valid_months"),
        ("Skills", "skills"),
        ("achievement_type", "type"),
    ],
)
def test_unknown_field_is_named_with_a_hint(written: str, meant: str) -> None:
    """An unknown field is an error that says what may be meant."""
    error = _refusal(_course(**{written: "x"}))
    assert (error.code, error.pointer) == ("achievement.field_unknown", f"/{written}")
    assert meant in str(error.detail["advice"])


def test_unknown_word_is_named_with_a_hint() -> None:
    """An unknown word of a list says which one may be meant."""
    assert "License" in str(_refusal(_course(type="Licence")).detail["advice"])


def test_words_in_another_order_are_understood() -> None:
    """The hint for a type finds the word whatever the order, and all words are named."""
    advice = str(_refusal(_course(type="Completion certificate")).detail["advice"])
    assert advice.startswith("did you mean “CertificateOfCompletion”?")
    assert all(word in advice for word in ACHIEVEMENT_TYPES)


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("name: Forklift\ncriteria: c\ndescription: Safety: first\n", 3, "colon"),
        ("name: a\nname: b\n", 2, "twice"),
        ('name: "a\ncriteria: c\n', 1, "quotation mark"),
        ("name: a\ncan_do:\n\t- b\n", 3, "tabs"),
        ("name: a\ncriteria\nhours: 3\n", 2, "colon"),
        ("tags: [a\n", 2, "bracket"),
        ("can_do:\n  - a\n - b\n", 3, "spaces"),
        ("name: a\n\tcriteria: c\n", 2, "tabs"),
        ("name: @home\n", 1, "quotes"),
        ("name: *star\n", 1, "quotes"),
        ("name: !now\n", 1, "exclamation"),
    ],
)
def test_yaml_fault_is_told_in_plain_words(text: str, line: int, words: str) -> None:
    """The line is named with what to do, in both languages, and no parser speaks."""
    error = _refusal(text.encode(), filename="a.yaml")
    english, spanish = str(error.detail["advice"]), str(error.detail["advice_es"])
    assert english.startswith(f"Line {line}: ")
    assert spanish.startswith(f"Línea {line}: ")
    assert words in english
    assert "token" not in english
    assert "scalar" not in english


@pytest.mark.parametrize(
    ("hours", "is_good"),
    [
        ("24", True),
        ("2.5", True),
        ("3 days", True),
        ("40 hours", True),
        ("16-20", True),
        ("three days", False),
        ("-1", False),
    ],
)
def test_hours_begin_with_a_number(hours: str, is_good: bool) -> None:  # noqa: FBT001 - a table of expectations
    """The length of a training is a number, alone or with a unit."""
    if is_good:
        assert _read(_course(hours=hours)).hours == hours
    else:
        assert _refusal(_course(hours=hours)).code == "achievement.number_invalid"


def test_every_advice_has_its_spanish() -> None:
    """Each sentence that the reading of course files can give is in the table."""
    said: set[str] = set()
    for name in ("achievement_file.py", "achievement_image.py", "field_reading.py"):
        tree = ast.parse((_ISSUER / name).read_text("utf-8"))
        for call in (node for node in ast.walk(tree) if isinstance(node, ast.Call)):
            called = call.func.attr if isinstance(call.func, ast.Attribute) else ""
            place = {"fail": 2, "required_line": 1, "required_text": 1}.get(called)
            words = call.args[place] if place is not None else None
            if isinstance(words, ast.Constant):
                said.add(str(words.value))
    assert len(said) > 20
    assert said <= set(ADVICE_ES)


@pytest.mark.parametrize("word", [*sorted(ACHIEVEMENT_TYPES), "ext:ShopPass"])
def test_every_achievement_type(word: str) -> None:
    """All 31 types of OB 3.0 are known, and words of one's own with ext:."""
    assert _read(_course(type=word)).achievement_type == word


@pytest.mark.parametrize("word", [*sorted(RESULT_TYPES), "ext:Parts"])
def test_every_result_type(word: str) -> None:
    """All result types of OB 3.0 are known."""
    assert _read(_course(results=[{"name": "A", "type": word}])).results[0].result_type == word


@pytest.mark.parametrize("word", sorted(ALIGNMENT_TARGET_TYPES))
def test_every_target_type(word: str) -> None:
    """All alignment target types of OB 3.0 are known."""
    assert _read(_course(skills=[{**_SKILL, "target_type": word}])).skills[0].target_type == word


def test_allowed_values() -> None:
    """A result may have values of its own, from low to high."""
    course = _course(results=[{"name": "Grade", "allowed_values": ["C", "B", "A"], "required_value": "B"}])
    assert _read(course).results[0].allowed_values == ("C", "B", "A")


def test_esco_terms_are_http() -> None:
    """ESCO names its skills by http addresses; they are kept exactly."""
    link = "http://data.europa.eu/esco/skill/T4.3"
    assert _read(_course(skills=[{**_SKILL, "url": link}])).skills[0].url == link


@pytest.mark.parametrize(
    ("data", "filename", "code"),
    [
        (b"x" * (256 * 1024 + 1), "a.yaml", "achievement.too_large"),
        ("name: Müller".encode("cp1252"), "a.yaml", "achievement.not_utf8"),
        (b"name: [", "a.yaml", "achievement.not_readable"),
        (b"name: a\nname: b\n", "a.yaml", "achievement.not_readable"),
        (b"a: &x 1\nb: *x\n", "a.yaml", "achievement.not_readable"),
        (b"a: !!python/object/apply:os.system [id]\n", "a.yaml", "achievement.not_readable"),
        (b"[" * 5_000, "a.yaml", "achievement.not_readable"),
        (b'{"name": "a",}', "a.json", "achievement.not_readable"),
        (b'{"name": "a", "name": "b"}', "a.json", "achievement.not_readable"),
        (b'{"hours": 1e999}', "a.json", "achievement.not_readable"),
        (b"", "a.yaml", "achievement.not_a_course_file"),
        (b"- a\n- b\n", "a.yaml", "achievement.not_a_course_file"),
        (b'"text"', "a.json", "achievement.not_a_course_file"),
    ],
)
def test_unreadable_file(data: bytes, filename: str, code: str) -> None:
    """A file that is no course file is refused, whatever it is."""
    assert _refusal(data, filename=filename).code == code


def test_yes_as_a_level_needs_quotes() -> None:
    """YAML reads a bare yes as true; the error says to write text."""
    data = b"name: A\ndescription: B\ncriteria: C\nresults:\n- name: Done\n  levels:\n  - name: yes\n"
    assert _refusal(data, filename="a.yaml").code == "achievement.field_type"


def test_picture_beside_the_file(tmp_path: Path) -> None:
    """A PNG beside the course file becomes part of the achievement."""
    (tmp_path / "badge.png").write_bytes(_PNG)
    achievement = _read(_course(image="badge.png"), folder=tmp_path)
    assert (achievement.image, achievement.image_media_type) == (_PNG, "image/png")


def test_drawn_picture_beside_the_file(tmp_path: Path) -> None:
    """So does a plain SVG."""
    (tmp_path / "badge.svg").write_bytes(b'<svg xmlns="http://www.w3.org/2000/svg"><circle r="5"/></svg>')
    assert _read(_course(image="badge.svg"), folder=tmp_path).image_media_type == "image/svg+xml"


@pytest.mark.parametrize(
    ("name", "content", "code"),
    [
        ("badge.gif", _PNG, "achievement.image_type"),
        ("badge.svg", _PNG, "achievement.image_type"),
        ("badge.png", b"GIF89a", "achievement.image_unsafe"),
        ("badge.png", _PNG[:40], "achievement.image_unsafe"),
        ("badge.png", b"x" * (2 * 1024 * 1024 + 1), "achievement.image_too_large"),
        ("badge.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script/></svg>', "achievement.image_unsafe"),
    ],
)
def test_bad_picture(tmp_path: Path, name: str, content: bytes, code: str) -> None:
    """A picture of another kind, too large, damaged or with active content is refused."""
    (tmp_path / name).write_bytes(content)
    assert _refusal(_course(image=name), folder=tmp_path).code == code


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("../secret.png", "achievement.image_outside_folder"),
        ("/etc/badge.png", "achievement.image_outside_folder"),
        ("..\\badge.png", "achievement.image_outside_folder"),
        ("C:badge.png", "achievement.image_outside_folder"),
        ("link.png", "achievement.image_outside_folder"),
        ("none.png", "achievement.image_missing"),
    ],
)
def test_picture_elsewhere(tmp_path: Path, name: str, code: str) -> None:
    """Nothing outside the folder of the course file is read, not even through a link."""
    (tmp_path / "secret.png").write_bytes(_PNG)
    folder = tmp_path / "course"
    folder.mkdir()
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    assert _refusal(_course(image=name), folder=folder).code == code
