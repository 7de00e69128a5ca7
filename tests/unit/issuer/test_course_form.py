"""A course as the fields of a form, and back."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from issuer import read_achievement
from issuer.course_file import render_course_file
from issuer.course_form import add_row, count_rows, course_to_fields, read_fields, read_form, remove_row

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples" / "achievements").glob("*.yaml"))
GOOD = {"name": "CNC Basics", "description": "Sets up a mill.", "criteria": "Pass the test."}


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_form_and_file_say_the_same(path: Path) -> None:
    """File, form, course and file again: nothing is lost but the picture, which a form carries apart."""
    course = read_achievement(path.read_bytes(), filename=path.name, folder=path.parent)
    fields = course_to_fields(course)
    assert read_form(fields.items()) == fields
    reading = read_fields(fields, slug=course.slug)
    assert reading.is_complete
    again = reading.course
    assert again is not None
    assert again == replace(course, image=b"", image_media_type="")
    assert read_achievement(render_course_file(again), filename="x.yaml", folder=None) == again


def test_slug_and_keys_are_made_from_names() -> None:
    """A trainer never has to write a key; two levels of one name get keys of their own."""
    fields = GOOD | {
        "results/0/name": "Practical test",
        "results/0/levels/0/name": "Works alone",
        "results/0/levels/1/name": "Works alone",
        "results/0/levels/2/name": "独力",
    }
    reading = read_fields(fields)
    assert reading.problems == {}
    course = reading.course
    assert course is not None
    assert (course.slug, course.results[0].key) == ("cnc-basics", "practical-test")
    assert [level.key for level in course.results[0].levels] == ["works-alone", "works-alone-2", "level-3"]


def test_every_fault_is_told_at_its_field() -> None:
    """All wrong fields are found in one go, each under its name in the form."""
    fields = {
        "name": "",
        "description": "",
        "criteria": "c",
        "criteria_url": "javascript:alert(1)",
        "hours": "many",
        "valid_months": "three",
        "language": "english",
        "type": "Medal",
        "can_do/0": "",
        "can_do/2": "x" * 400,
        "skills/1/name": "Welding",
        "skills/1/url": "ftp://x",
        "results/3/name": "Test",
        "results/3/min": "9",
        "results/3/max": "1",
        "design/shape": "blob",
    }
    reading = read_fields(fields)
    assert not reading.is_complete
    assert set(reading.problems) == {
        "name", "description", "criteria_url", "hours", "valid_months", "language", "type", "can_do/2",
        "skills/1/url", "skills/1/framework", "results/3/min", "design/shape",
    }  # fmt: skip


def test_empty_rows_do_not_count() -> None:
    """Rows that a form offers and nobody fills are no part of the course."""
    fields = GOOD | {"can_do/0": " ", "skills/0/name": "", "results/0/type": "Percent", "results/0/name": ""}
    reading = read_fields(fields)
    assert reading.problems == {}
    course = reading.course
    assert course is not None
    assert (course.can_do, course.skills, course.results) == ((), (), ())


def test_row_in_the_middle_goes_and_the_needed_level_stays() -> None:
    """Rows behind a removed one move up with all their fields."""
    fields = {f"results/0/levels/{row}/name": name for row, name in enumerate("abc")} | {
        "results/0/required_level": "2"
    }
    less = remove_row(fields, "results/0/levels/0")
    assert [less[f"results/0/levels/{row}/name"] for row in range(2)] == ["b", "c"]
    assert less["results/0/required_level"] == "1"
    assert remove_row(less, "results/0/levels/1")["results/0/required_level"] == ""
    assert count_rows(remove_row(less, "results/0"), "results") == 0


def test_rows_are_added_where_lists_are() -> None:
    """Only lists of a course take rows, and at most a hundred."""
    assert add_row({}, "can_do") == {"can_do/0": ""}
    assert add_row({"results/0/name": "T"}, "results/0/levels")["results/0/levels/0/name"] == ""
    assert add_row({}, "../etc") == {}
    assert add_row({"can_do/99": "x"}, "can_do") == {"can_do/99": "x"}


def test_too_long_a_list_is_told_at_the_list() -> None:
    """The reader's limit holds in the form as well."""
    fields = GOOD | {f"can_do/{row}": "weld a joint" for row in range(60)}
    assert set(read_fields(fields).problems) == {"can_do"}


def test_unknown_fields_of_a_form_are_left_out() -> None:
    """What no course has is not kept."""
    assert read_form([("name", "a"), ("csrf_token", "t"), ("can_do/100", "x"), ("results/0/levels/0/x", "y")]) == {
        "name": "a"
    }


def test_levels_and_numbers_together_are_told() -> None:
    """A result with both is refused at its levels."""
    fields = GOOD | {"results/0/name": "T", "results/0/levels/0/name": "L", "results/0/max": "9"}
    assert set(read_fields(fields).problems) == {"results/0/levels"}
