"""Error pages: plain words, a next step, no stack trace, and never a verdict."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from werkzeug.exceptions import Forbidden, InternalServerError, ServiceUnavailable

from pages import PageError
from schemas import ConfigurationError, FetchError, LedgerError
from tests.web.workshop import BASE_URL, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

VERDICTS = ("Not genuine", "No es auténtica", "Genuine", "Auténtica")


class WorkshopFireError(RuntimeError):
    """A fault that nobody foresaw."""


FAULTS = {
    "bug": (WorkshopFireError("secret detail"), 500, "page.server_error"),
    "own": (InternalServerError("secret detail"), 500, "page.server_error"),
    "full": (LedgerError("store.full", "secret detail"), 503, "store.full"),
    "busy": (LedgerError("store.busy", "secret detail"), 503, "store.busy"),
    "fetch": (FetchError("fetch.timeout", "secret detail"), 503, "fetch.timeout"),
    "unavailable": (ServiceUnavailable("secret detail"), 503, "page.unavailable"),
    "forbidden": (Forbidden("secret detail"), 403, "request.forbidden"),
    "gone": (PageError("request.draft_gone", status=410), 410, "request.draft_gone"),
    "settings": (ConfigurationError("config.file_invalid", "secret detail"), 500, "page.server_error"),
}


@pytest.fixture(scope="module")
def broken_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Workshop]:
    """A site with one page for each kind of fault."""
    shop = open_workshop(tmp_path_factory.mktemp("broken"))
    shop.app.testing = False

    @shop.app.get("/fault/<name>")
    def fault(name: str) -> str:
        raise FAULTS[name][0]

    yield shop
    shop.database.close()


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("name", FAULTS)
def test_fault_has_its_page(name: str, language: str, broken_shop: Workshop) -> None:
    """Each fault gives its status and its sentence, and keeps our secrets."""
    _, status, code = FAULTS[name]
    page = broken_shop.client().get(f"/fault/{name}?lang={language}", base_url=BASE_URL)
    assert page.status_code == status
    assert code in page.text
    assert f'<html lang="{language}">' in page.text
    assert "secret detail" not in page.text
    assert "Traceback" not in page.text
    assert [word for word in VERDICTS if word in page.text] == []
    assert page.headers["Cache-Control"] == "no-store"


def test_busy_store_says_when_to_come_back(broken_shop: Workshop) -> None:
    """503 carries Retry-After."""
    page = broken_shop.client().get("/fault/busy", base_url=BASE_URL)
    assert int(page.headers["Retry-After"]) > 0


def test_wrong_method_names_the_right_ones(broken_shop: Workshop) -> None:
    """405 says which methods there are."""
    page = broken_shop.client().post("/status/1", base_url=BASE_URL)
    assert page.status_code == 405
    assert "GET" in page.headers["Allow"]
    assert "page.method_not_allowed" in page.text


def test_lost_at_the_desk_leads_back_to_the_desk(trainer: FlaskClient) -> None:
    """A page of the desk that is none offers the desk first, not the page that checks a badge."""
    page = trainer.get("/desk/jobs/none", base_url=BASE_URL)
    assert page.status_code == 404
    assert '<a class="button" href="/desk">' in page.text


@pytest.mark.parametrize(
    ("path", "way_back"), [("/wallet/none", "/wallet"), ("/claim/none", "/wallet"), ("/none", "/verify")]
)
def test_error_leads_back_to_where_one_was(path: str, way_back: str, broken_shop: Workshop) -> None:
    """Whoever is lost in the wallet or holds a code that is over goes to the wallet; anybody else may check a badge."""
    page = broken_shop.client().get(path, base_url=BASE_URL)
    assert page.status_code == 404
    assert f'<a class="button" href="{way_back}">' in page.text
