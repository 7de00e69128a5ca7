"""Courses at the desk go by the names that people gave them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from tests.web.desk_visits import get

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def test_course_has_no_short_name_under_it(trainer: FlaskClient) -> None:
    """What stands in addresses is no word for a person."""
    rows = get(trainer, "/desk").text.split('id="courses"')[1].split("</ul>")[0]
    assert "CMM Operator" in rows
    assert ">cmm-operator" not in rows
    assert "Page of this course" not in rows


def test_courses_of_the_same_name_are_told_apart(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Two courses of one name each show the address of their page, with words that say what it is."""
    fresh_shop.ledger.save_achievement(fresh_shop.issuer_slug, replace(fresh_shop.course, slug="cmm-night"))
    rows = get(trainer, "/desk").text.split('id="courses"')[1].split("</ul>")[0]
    assert "Page of this course: /achievements/cmm-operator" in rows
    assert "Page of this course: /achievements/cmm-night" in rows
