"""A class list whose file does not say how its accents are stored."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tests.web.desk_visits import get, post

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

_LIST = "Name;E-mail;Date;Practical test;Written test\r\nBegoña Núñez;b@example.org;2026-05-13;Works alone;92\r\n"
_FORM = "/desk/courses/cmm-operator"


def _upload(browser: FlaskClient, data: bytes) -> TestResponse:
    return post(browser, f"{_FORM}/class-lists", _FORM, file=(io.BytesIO(data), "lista.csv"))


def test_guessed_accents_stand_above_the_button(trainer: FlaskClient) -> None:
    """The trainer reads that accents were a guess, with the names that have some, before the button that issues."""
    page = get(trainer, _upload(trainer, _LIST.encode("cp1252")).headers["Location"]).text
    assert page.index("Excel on Windows saves them") < page.index("<p>Begoña Núñez</p>") < page.index("Issue 1 badge")


def test_known_accents_are_not_mentioned(trainer: FlaskClient) -> None:
    """Where the file is UTF-8 there is nothing to say."""
    page = get(trainer, _upload(trainer, _LIST.encode()).headers["Location"]).text
    assert "Issue 1 badge" in page
    assert "Excel on Windows" not in page


def test_letters_of_no_table_are_explained(trainer: FlaskClient) -> None:
    """A byte that means nothing gives the sentence with the way out, and nothing is kept."""
    answer = _upload(trainer, _LIST.encode("cp1252") + b"\x81")
    assert answer.status_code == 400
    assert "CSV UTF-8 (comma delimited)" in answer.text
