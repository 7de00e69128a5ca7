"""Courses at the trainer's desk: added, replaced, taken home, and the lists that fit them."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from issuer import read_achievement
from tests.web.desk_visits import TWO_PEOPLE, get, post, upload
from tests.web.workshop import BASE_URL, COURSE, open_desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop


def test_course_is_added_from_its_file(trainer: FlaskClient) -> None:
    """A course file becomes a course with its public page."""
    course = COURSE.replace("slug: cmm-operator", "slug: gdt-basics").replace("name: CMM Operator", "name: GD&T Basics")
    answer = post(trainer, "/desk/courses", "/desk", file=(io.BytesIO(course.encode()), "gdt.yaml"))
    assert answer.headers["Location"] == "/desk/courses/gdt-basics"
    assert "GD&amp;T Basics" in get(trainer, "/achievements/gdt-basics").text


def test_bad_course_file_is_explained(trainer: FlaskClient) -> None:
    """A course file with a fault is refused with the place of the fault."""
    page = post(trainer, "/desk/courses", "/desk", file=(io.BytesIO(b"name: [x"), "bad.yaml"))
    assert page.status_code == 400
    assert "achievement." in page.text
    assert "Traceback" not in page.text


def test_empty_class_list_fits_the_course(trainer: FlaskClient) -> None:
    """The empty list that we hand out reads back without a problem once it is filled."""
    template = get(trainer, "/desk/courses/cmm-operator/class-list.csv")
    filled = template.data.decode("utf-8-sig") + "Ana Núñez,ana@example.org,2026-05-13,Works alone,92\r\n"
    answer = upload(trainer, filled)
    text = get(trainer, answer.headers["Location"]).text
    assert re.search(r"<b>1</b>gets a badge", text)
    assert re.search(r"<b>0</b>need a fix", text)


def _send_course(browser: FlaskClient, text: str, name: str = "cmm-operator.yaml") -> TestResponse:
    return post(browser, "/desk/courses", "/desk", file=(io.BytesIO(text.encode()), name))


def test_course_is_replaced_only_after_a_question(fresh_shop: Workshop) -> None:
    """Another course under the same short name is asked about first; issued badges are spoken of."""
    fresh_shop.issue(TWO_PEOPLE)
    browser = open_desk(fresh_shop)
    other = "name: Another course\ndescription: d\ncriteria: c\n"
    asked = _send_course(browser, other)
    assert asked.status_code == 200
    assert "This replaces" in asked.text
    assert "keep the old text" in asked.text
    assert fresh_shop.ledger.find_achievement("cmm-operator") != read_achievement(
        other.encode(), filename="cmm-operator.yaml", folder=None
    )
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', asked.text))
    answer = browser.post("/desk/courses", data={**fields, "confirmed": "yes"}, base_url=BASE_URL)
    assert answer.status_code == 303
    saved = fresh_shop.ledger.find_achievement("cmm-operator")
    assert saved is not None
    assert saved.name == "Another course"


def test_course_file_comes_back_as_it_was(fresh_shop: Workshop) -> None:
    """What the desk gives out is read back as the same course, and is saved without a question."""
    browser = open_desk(fresh_shop)
    text = get(browser, "/desk/courses/cmm-operator/course.yaml").text
    course = fresh_shop.ledger.find_achievement("cmm-operator")
    assert read_achievement(text.encode(), filename="x.yaml", folder=None) == course
    assert _send_course(browser, text).status_code == 303


def test_example_course_can_be_uploaded(fresh_shop: Workshop) -> None:
    """The file that the desk offers to start from is a good course."""
    browser = open_desk(fresh_shop)
    assert _send_course(browser, get(browser, "/desk/example-course.yaml").text, "my.yaml").status_code == 303


def test_course_page_names_the_columns_that_a_list_needs(fresh_shop: Workshop) -> None:
    """The trainer reads before the upload what the list must have, and what is needed to pass."""
    browser = open_desk(fresh_shop)
    assert _send_course(browser, get(browser, "/desk/example-course.yaml").text).status_code == 303
    text = get(browser, "/desk/courses/forklift-example").text
    assert "The list needs these columns: Name, Driving course, Written test." in text
    assert "at least Drives safely" in text
    assert "at least 80" in text
    assert "Only the name is needed." in get(browser, "/desk/courses/cmm-operator").text
