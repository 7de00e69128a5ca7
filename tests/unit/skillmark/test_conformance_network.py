"""What the conformance mode can look up."""

from __future__ import annotations

import http.server
import json
import threading
from typing import TYPE_CHECKING

import pytest

from schemas import ConfigurationError, FetchError
from skillmark.conformance import ConformanceIssuers
from skillmark.conformance_network import ConformanceFetcher, load_documents
from tests.doubles.ledgers import SetClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

BASE = "http://127.0.0.1:8000"


class _Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_response(200 if self.path == "/list" else 404)
        self.end_headers()
        self.wfile.write(b"{}")

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def neighbour() -> Iterator[str]:
    """A server on this machine."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def fetcher() -> ConformanceFetcher:
    """With one preloaded document."""
    issuers = ConformanceIssuers(base_url=BASE, clock=SetClock())
    return ConformanceFetcher(
        status=issuers.status, documents={"https://example.org/did.json": b'{"id":1}'}, clock=SetClock()
    )


def _fetch(fetcher: ConformanceFetcher, url: str, max_bytes: int = 100_000) -> bytes:
    return fetcher.fetch(url, max_bytes=max_bytes, accept="application/json").body


def test_what_is_at_hand(fetcher: ConformanceFetcher, neighbour: str) -> None:
    """Preloaded documents, own lists, and a server on this machine."""
    assert _fetch(fetcher, "https://example.org/did.json") == b'{"id":1}'
    assert json.loads(_fetch(fetcher, f"{BASE}/api/vc/status-lists/suspension"))["issuer"].startswith("did:key:")
    assert _fetch(fetcher, f"{neighbour}/list") == b"{}"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("https://example.org/other.json", "fetch.offline"),
        ("http://localhost:1/", "fetch.offline"),
        ("http://127.0.0.1:1/", "fetch.unreachable"),
        ("http://127.0.0.1:99999/", "fetch.unreachable"),
        ("http://127.0.0.1:x/", "fetch.unreachable"),
    ],
)
def test_what_is_not(fetcher: ConformanceFetcher, url: str, code: str) -> None:
    """Nothing else is reached."""
    with pytest.raises(FetchError) as caught:
        _fetch(fetcher, url)
    assert caught.value.code == code


def test_another_status_and_too_much(fetcher: ConformanceFetcher, neighbour: str) -> None:
    """An answer other than 200, or larger than asked for."""
    with pytest.raises(FetchError) as caught:
        _fetch(fetcher, f"{neighbour}/none")
    assert caught.value.code == "fetch.http_status"
    for url in (f"{neighbour}/list", "https://example.org/did.json"):
        with pytest.raises(FetchError) as caught:
            _fetch(fetcher, url, max_bytes=1)
        assert caught.value.code == "fetch.too_large"


def test_documents_come_from_files_beside_their_index(tmp_path: Path) -> None:
    """The index maps addresses to files in its folder."""
    (tmp_path / "did.json").write_bytes(b"{}")
    index = tmp_path / "documents.json"
    index.write_text(json.dumps({"https://example.org/did.json": "did.json"}), "utf-8")
    assert load_documents(index) == {"https://example.org/did.json": b"{}"}


@pytest.mark.parametrize("content", ["x", "[]", '{"https://example.org":"missing.json"}'])
def test_an_index_that_cannot_be_read(tmp_path: Path, content: str) -> None:
    """The server does not start with half of its documents."""
    index = tmp_path / "documents.json"
    index.write_text(content, "utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load_documents(index)
    assert caught.value.code == "vc_api.documents_unreadable"
