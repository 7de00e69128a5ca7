"""The commands of docs/vc-api.md work as they stand there, against a server that listens."""

from __future__ import annotations

import json
import os
import re
import subprocess
import threading
from typing import TYPE_CHECKING

import pytest
from werkzeug.serving import make_server

from credentials import Cryptosuite
from skillmark.api_keys import ApiKeyStore
from tests.architecture.source import ROOT
from tests.web.workshop import NOON, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.workshop import Workshop

PAGE = (ROOT / "docs" / "vc-api.md").read_text("utf-8")
SCRIPT = "".join(re.findall(r"```sh\n(.*?)```", PAGE, re.DOTALL))
BADGE_ID = "urn:uuid:7c9e6679-7425-40de-944b-e07fc1f90ae7"
SECONDS = 60


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """The product, listening on the loopback address."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True)
    workshop = open_workshop(tmp_path / "home", base_url=f"http://127.0.0.1:{server.port}")
    server.app = workshop.app
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield workshop
    server.shutdown()
    thread.join()
    server.server_close()
    workshop.database.close()


@pytest.fixture(autouse=True)
def home(tmp_path: Path) -> Path:
    """The data folder."""
    folder = tmp_path / "home"
    folder.mkdir()
    return folder


def test_commands_give_the_numbers_beside_them(shop: Workshop, tmp_path: Path) -> None:
    """Run in order, each request is answered with the status in its comment; what they leave is what the page says."""
    store = ApiKeyStore(shop.home / "secrets")
    _, token = store.create(
        issuer_slug=shop.issuer_slug, suites=[Cryptosuite.EDDSA_RDFC_2022], label="platform", now=NOON
    )
    environment = {**os.environ, "SITE": shop.ledger.base_url, "KEY": token, "ISSUER": shop.ledger.issuers()[0].id}
    done = subprocess.run(
        ["bash", "-euo", "pipefail", "-c", SCRIPT],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    expected = re.findall(r"# (\d{3})$", SCRIPT, re.MULTILINE)
    assert len(expected) > 8
    assert done.stdout.split() == expected, done.stderr
    assert json.loads((tmp_path / "report.json").read_text("utf-8"))["errors"][0]["code"] == "status.suspended"
    assert json.loads((tmp_path / "challenge.json").read_text("utf-8"))["domain"] == "hr.example.com"
    assert shop.ledger.find_by_id(BADGE_ID).revoked  # type: ignore[union-attr]


@pytest.mark.parametrize("path", ["credentials/issue", "credentials/status", "credentials/verify", "challenges"])
def test_page_names_what_is_served(path: str) -> None:
    """The table has every request of the how-to."""
    assert f"| `POST /api/vc/{path}`" in PAGE
