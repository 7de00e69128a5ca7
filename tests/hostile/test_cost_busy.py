"""While every child process is taken the site turns files away soon, and goes on answering everything else."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from credentials import render_qr_png
from credentials.sandbox import MAX_CHILDREN
from skillmark.server import BLOCKING_THREADS
from tests.doubles.taken_children import all_children_taken
from tests.web.workshop import BASE_URL, open_workshop, read_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

SERVICE_UNAVAILABLE = 503
PICTURE = render_qr_png("https://example.org/b/abc")


@pytest.fixture
def client(tmp_path: Path) -> FlaskClient:
    return open_workshop(tmp_path).client()


@pytest.fixture
def busy_client(client: FlaskClient, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FlaskClient]:
    """Every child process is taken until the test ends; a file that waited for one would not be answered at all."""
    with all_children_taken(tmp_path_factory.mktemp("children")):
        yield client


def test_threads_are_left_for_pages() -> None:
    """Even when every child and as many uploads that wait hold a thread, others are free."""
    assert BLOCKING_THREADS >= 2 * MAX_CHILDREN


@pytest.mark.parametrize(("path", "field"), [("/verify", "file"), ("/verify/frame", "frame")])
def test_file_is_turned_away_soon(busy_client: FlaskClient, path: str, field: str) -> None:
    """The answer is 503 with the time after which to try again, not a verdict on the badge."""
    fields = {
        field: (io.BytesIO(PICTURE), "a.png"),
        "csrf_token": read_token(busy_client.get("/verify", base_url=BASE_URL)),
    }
    answer = busy_client.post(path, data=fields, base_url=BASE_URL)
    assert (answer.status_code, answer.headers["Retry-After"]) == (SERVICE_UNAVAILABLE, "5")
    assert "Nothing is wrong with yours" in answer.get_data(as_text=True)
