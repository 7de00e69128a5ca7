"""The examples run, and the example files are what their builders make."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from credentials import extract_png
from issuer import Achievement, Roster, read_achievement, read_roster
from tools import build_example_rosters as build

_EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
_COURSES = sorted((_EXAMPLES / "achievements").iterdir())
_MESSY_CODES = [
    (11, "E-mail", "roster.email_invalid"),
    (12, "Completed", "roster.date_invalid"),
    (13, "Level", "roster.level_unknown"),
    (14, "Score", "roster.value_below_required"),
    (17, "Level", "roster.result_missing"),
    (18, "", "roster.duplicate_person"),
    (20, "", "roster.person_ambiguous"),
    (21, "", "roster.person_ambiguous"),
    (22, "Student / Alumno", "roster.name_missing"),
    (23, "Completed", "roster.not_completed"),
    (25, "Score", "roster.value_not_number"),
    (28, "Score", "roster.value_out_of_range"),
    (29, "Score", "roster.value_below_required"),
]
_MESSY_NAMES = [
    "Abel Testwell",
    "Bianca Muestra Pérez",
    "Cole Sampleton",
    "Dora Ejemplo",
    "Eli Mockford Jr.",
    "Fátima Prueba",
    "Kai Fixture",
    "Mila Draftova",
    "Quincy Standin",
    "Rin Vi Du",
    "Uma Boceto",
]


def _run(script: str, *arguments: str) -> str:
    command = [sys.executable, str(_EXAMPLES / script), *arguments]
    return subprocess.run(command, check=True, capture_output=True, encoding="utf-8", timeout=120).stdout


def _course(path: Path) -> Achievement:
    return read_achievement(path.read_bytes(), filename=path.name, folder=path.parent)


def _roster(name: str) -> Roster:
    course = _course(_EXAMPLES / "achievements" / "cmm-operator.yaml")
    return read_roster((_EXAMPLES / "rosters" / name).read_bytes(), filename=name, achievement=course)


def test_issue_verify_and_bake(tmp_path: Path) -> None:
    """A badge from `issue_one.py` is read by `verify_file.py`, also after `bake_image.py` put it into a picture."""
    badge, picture = tmp_path / "badge.json", tmp_path / "badge.png"
    badge.write_text(_run("issue_one.py"), "utf-8")
    assert json.loads(badge.read_bytes())["credentialSubject"]["achievement"]["name"].startswith("Geometric")
    assert "proof: passed" in _run("verify_file.py", str(badge))
    _run("bake_image.py", str(badge), str(picture))
    assert extract_png(picture.read_bytes()) == badge.read_bytes().strip()
    assert "proof: passed" in _run("verify_file.py", str(picture))


def test_changed_badge_is_not_genuine(tmp_path: Path) -> None:
    """`verify_file.py` calls a changed badge not genuine."""
    badge = tmp_path / "badge.json"
    badge.write_text(_run("issue_one.py").replace("María Ejemplo", "María Otra"), "utf-8")
    assert _run("verify_file.py", str(badge)).splitlines()[0] == "not_genuine"


def test_read_roster_names_the_cells() -> None:
    """`read_roster.py` prints one line for each bad cell and the sum."""
    lines = _run("read_roster.py").splitlines()
    assert len(lines) == len(_MESSY_CODES) + 1
    assert lines[0].startswith("row 11, E-mail: This is not a complete e-mail address.")
    assert lines[-1] == "11 people are ready, 13 cells have to be mended."


@pytest.mark.parametrize("ending", ["xlsx", "ods"])
def test_messy_list(ending: str) -> None:
    """Of 24 people on the messy list 11 are good, and each of the 13 faults is named by row and column."""
    roster = _roster(f"cmm-autumn-messy.{ending}")
    assert [(entry.row, entry.column, entry.code) for entry in roster.problems] == _MESSY_CODES
    assert [row.name for row in roster.rows] == _MESSY_NAMES
    assert {str(row.awarded_on) for row in roster.rows} == {"2026-11-13"}
    assert [(notice.row, notice.code) for notice in roster.notices] == [
        (24, "roster.header_repeated"),
        (32, "roster.row_skipped"),
        (33, "roster.row_skipped"),
    ]


def test_clean_list() -> None:
    """All 24 people of the clean list are good, with address, number, date and two results."""
    roster = _roster("cmm-spring.csv")
    assert (len(roster.rows), roster.problems, roster.notices) == (24, (), ())
    assert all(row.email and row.person_id and row.awarded_on and len(row.results) == 2 for row in roster.rows)


@pytest.mark.parametrize(
    ("name", "data"),
    [
        (build.CLEAN, build.build_clean_csv()),
        (f"{build.MESSY}.xlsx", build.build_messy_xlsx()),
        (f"{build.MESSY}.ods", build.build_messy_ods()),
    ],
    ids=["csv", "xlsx", "ods"],
)
def test_class_lists_are_as_built(name: str, data: bytes) -> None:
    """The class lists in the repository read the same as those the builder makes now."""
    course = _course(_EXAMPLES / "achievements" / "cmm-operator.yaml")
    built = read_roster(data, filename=name, achievement=course)
    kept = _roster(name)
    assert (built.rows, built.problems, built.columns) == (kept.rows, kept.problems, kept.columns)


@pytest.mark.parametrize("path", _COURSES, ids=lambda path: path.stem)
def test_course_says_what_a_foreman_needs(path: Path) -> None:
    """Each example course says what the holder can do, how it was tested, how long it took, and has levels."""
    course = _course(path)
    assert len(course.can_do) >= 4
    assert course.assessment
    assert course.hours
    assert any(len(result.levels) >= 2 for result in course.results)


@pytest.mark.parametrize("path", _COURSES, ids=lambda path: path.stem)
def test_skills_point_to_public_lists(path: Path) -> None:
    """Skills are terms of O*NET, ESCO or CTDL, each with an address there that ends in its code when it has one."""
    hosts = {"www.onetonline.org", "data.europa.eu", "purl.org"}
    for skill in _course(path).skills:
        assert urlsplit(skill.url).hostname in hosts
        assert skill.url.endswith(skill.code.removeprefix("ceterms:"))


def test_courses_of_the_report() -> None:
    """At least seven courses of the report's Figure 3 are there, one of them in Spanish."""
    courses = [_course(path) for path in _COURSES]
    assert len(courses) >= 7
    assert {course.language for course in courses} == {"en", "es"}
