"""What the conformance mode can look up: its own lists, documents given at start, and servers on this machine."""

from __future__ import annotations

import http.client
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from keys import FetchedDocument, OfflineFetcher
from schemas import ConfigurationError, DecodingError, FetchError, encode_json, read_json_object

if TYPE_CHECKING:
    from pathlib import Path

    from keys import Clock
    from skillmark.conformance_status import ConformanceStatus

MAX_SECONDS = 5
MAX_PRELOADED_BYTES = 16 * 1024 * 1024
_LOOPBACK = "127.0.0.1"


def load_documents(path: Path) -> dict[str, bytes]:
    """Return documents by their address, from a JSON object that maps addresses to files beside it.

    Raises:
        ConfigurationError: `vc_api.documents_unreadable`.
    """
    try:
        index = read_json_object(path.read_bytes())
        return {url: (path.parent / str(name)).read_bytes() for url, name in index.items()}
    except (OSError, DecodingError) as error:
        raise ConfigurationError("vc_api.documents_unreadable", path.name) from error


class ConformanceFetcher:
    """Serves own lists and preloaded documents, and asks plain http servers on 127.0.0.1; nothing else is reached.

    Args:
        status: The lists of this server.
        documents: Bytes by address.
        clock: Stamps what was fetched.
    """

    def __init__(self, *, status: ConformanceStatus, documents: dict[str, bytes], clock: Clock) -> None:
        self._status = status
        self._documents = documents
        self._clock = clock

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Return a document.

        Raises:
            FetchError: Not at hand (`fetch.offline`), too large (`fetch.too_large`), or the server on this machine
                does not answer (`fetch.unreachable`, `fetch.http_status`).
        """
        body = self._find(url)
        if body is None and url.startswith(f"http://{_LOOPBACK}:"):
            body = _ask_loopback(url, max_bytes=max_bytes, accept=accept)
        if body is None:
            return OfflineFetcher().fetch(url, max_bytes=max_bytes, accept=accept)
        if len(body) > max_bytes:
            raise FetchError("fetch.too_large", f"more than {max_bytes} bytes")
        return FetchedDocument(url=url, body=body, media_type="application/json", fetched_at=self._clock())

    def _find(self, url: str) -> bytes | None:
        if url in self._documents:
            return self._documents[url]
        purpose = url.rpartition("/")[2]
        if purpose and self._status.list_url(purpose) == url:
            found = self._status.sign_list(purpose)
            return None if found is None else encode_json(found)
        return None


def _ask_loopback(url: str, *, max_bytes: int, accept: str) -> bytes:
    parts = urlsplit(url)
    try:
        connection = http.client.HTTPConnection(_LOOPBACK, parts.port, timeout=MAX_SECONDS)
        try:
            connection.request("GET", parts.path or "/", headers={"Accept": accept})
            answer = connection.getresponse()
            body = answer.read(max_bytes + 1)
        finally:
            connection.close()
    except (OSError, ValueError, http.client.HTTPException) as error:
        raise FetchError("fetch.unreachable", "the server on this machine does not answer") from error
    if answer.status != http.client.OK:
        raise FetchError("fetch.http_status", detail={"status": answer.status})
    return body
