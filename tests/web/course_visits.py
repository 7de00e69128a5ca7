"""What a trainer does in the form of a course."""

from __future__ import annotations

import re
from html import unescape
from typing import TYPE_CHECKING

from tests.web.desk_visits import get
from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

GOOD = {
    "name": "CNC Basics",
    "description": "People with this badge set up a mill and check the first part.",
    "criteria": "Make three parts within 0.1 mm while the trainer watches.",
    "type": "Certificate",
    "language": "en",
    "can_do/0": "Can clamp a part and set its zero point",
}


def step(browser: FlaskClient, path: str, action: str, fields: dict[str, str], form: str = "") -> TestResponse:
    """Press a button of the form."""
    token = read_token(get(browser, form or path))
    return browser.post(path, data={"csrf_token": token, "action": action, **fields}, base_url=BASE_URL)


def read_shown(page: TestResponse) -> dict[str, str]:
    """Return what a browser would send back: the fields of the form with their values."""
    text = page.text
    shown = re.findall(r'<input type="(?:text|hidden)"[^>]* name="([^"]+)" value="([^"]*)"', text)
    shown += re.findall(r'<textarea[^>]* name="([^"]+)"[^>]*>(.*?)</textarea>', text, re.DOTALL)
    shown += re.findall(r'<select[^>]* name="([^"]+)"[^>]*>.*?<option value="([^"]*)" selected>', text, re.DOTALL)
    shown += [(n, v) for n, v in re.findall(r'<input type="radio" name="([^"]+)" value="([^"]*)" checked', text)]
    return {name: unescape(value).removeprefix("\n") for name, value in shown if name not in {"csrf_token", "action"}}


def begin(browser: FlaskClient, fields: dict[str, str]) -> str:
    """Keep a new draft and return its path."""
    answer = step(browser, "/desk/courses/new", "keep", fields)
    assert answer.status_code == 303
    return answer.headers["Location"].partition("#")[0]
