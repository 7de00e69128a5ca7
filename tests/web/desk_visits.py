"""What a trainer does at the desk: open a page, send a form, upload a list, issue."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop

NEW_CLASS = """\
Name,E-mail,Date,Practical test,Written test
Ana Núñez,ana@example.org,2026-05-13,Works alone,92
Bob Stone,bob@example,2026-05-13,Works sideways,192
Mei Tanaka,mei@example.org,2026-05-14,Works with help,75
"""
TWO_PEOPLE = """\
Name,E-mail,Date,Practical test,Written test
Ana Núñez,ana@example.org,2026-05-13,Works alone,92
Mei Tanaka,mei@example.org,2026-05-14,Works with help,75
"""


def get(browser: FlaskClient, path: str) -> TestResponse:
    return browser.get(path, base_url=BASE_URL)


def post(browser: FlaskClient, path: str, form: str, **fields: object) -> TestResponse:
    """Send a form from the page at `form`."""
    token = read_token(get(browser, form))
    return browser.post(path, data={"csrf_token": token, **fields}, base_url=BASE_URL)


def upload(browser: FlaskClient, text: str, *, name: str = "class.csv") -> TestResponse:
    form = "/desk/courses/cmm-operator"
    return post(browser, f"{form}/class-lists", form, file=(io.BytesIO(text.encode()), name))


def issue(browser: FlaskClient, draft: str, **fields: object) -> TestResponse:
    values = {"awarded_on": "2026-05-14"} | fields
    return post(browser, f"{draft}/issue", "/desk/courses/cmm-operator", **values)


def wait_for_job(shop: Workshop, location: str) -> str:
    job_id = location.rsplit("/", 1)[1]
    shop.app.extensions["skillmark.jobs"].wait(job_id, timeout_seconds=60)
    return job_id
