"""Whatever a host sends, reading it ends in an answer or in a fetch error with its code."""

from __future__ import annotations

import socket
import threading
from contextlib import closing
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import urlsplit

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from keys.fetch_budget import Deadline
from keys.fetch_target import HTTPS_PORT, FetchTarget, read_redirect
from keys.http_exchange import Answer, exchange
from schemas import FetchError

if TYPE_CHECKING:
    from collections.abc import Callable

Result = TypeVar("Result")

ADDRESS = "https://issuer.example.org/keys"
TARGET = FetchTarget(host="issuer.example.org", port=HTTPS_PORT, request_target="/keys", address=None)
MAX_BYTES = 1_000

STATUS_LINES = st.sampled_from(
    [b"HTTP/1.1 200 OK", b"HTTP/1.0 200", b"HTTP/1.1 302 Found", b"HTTP/1.1 100 Continue", b"HTTP/0.9 200 OK"]
) | st.binary(max_size=20)
NUMBERS = st.integers(min_value=-(2**70), max_value=2**70).map(lambda n: b"%d" % n)
VALUES = st.binary(max_size=30) | NUMBERS | st.sampled_from([b"chunked", b"identity", b"gzip", b"https://[", b"/x"])
NAMES = st.sampled_from(
    [b"Content-Length", b"Transfer-Encoding", b"Location", b"Content-Type", b"Content-Encoding", b"Connection"]
) | st.binary(max_size=10)
HEADERS = st.lists(st.tuples(NAMES, VALUES), max_size=5).map(
    lambda pairs: b"".join(b"%s: %s\r\n" % pair for pair in pairs)
)
SIZES = st.integers(min_value=-(2**70), max_value=2**70).map(lambda n: b"%s%x" % (b"-" if n < 0 else b"", abs(n)))
CHUNKS = st.lists(st.tuples(SIZES | st.binary(max_size=5), st.binary(max_size=20)), max_size=4).map(
    lambda chunks: b"".join(b"%s\r\n%s\r\n" % chunk for chunk in chunks)
)
BODIES = CHUNKS | st.binary(max_size=100)


def read_answer(sent: bytes) -> Answer:
    """Return what is read from a host that sends these bytes and hangs up."""
    ours, theirs = socket.socketpair()

    def serve() -> None:
        with closing(theirs):
            theirs.sendall(sent)
            theirs.shutdown(socket.SHUT_WR)

    with closing(ours):
        thread = threading.Thread(target=serve)
        thread.start()
        try:
            return exchange(ours, TARGET, accept="*/*", max_bytes=MAX_BYTES, deadline=Deadline(5.0))
        finally:
            thread.join()


def outcome_of(read: Callable[[], Result]) -> Result | FetchError:
    """Return what was read, or the refusal; anything else that is raised fails the test."""
    try:
        return read()
    except FetchError as error:
        return error


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"", b"-5\r\nabcde\r\n0\r\n\r\n")
@example(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"", b"-1\r\nabcde\r\n0\r\n\r\n")
@example(b"HTTP/1.1 200 OK\r\nContent-Length: " + b"9" * 5_000, b"", b"")
@example(b"HTTP/1.1 " + b"9" * 5_000, b"", b"")
@given(STATUS_LINES, HEADERS, BODIES)
def test_any_answer_is_read_or_refused(status_line: bytes, headers: bytes, body: bytes) -> None:
    """Random status lines, headers and chunks never end in anything but an answer or a `fetch.…` code."""
    outcome = outcome_of(lambda: read_answer(status_line + b"\r\n" + headers + b"\r\n" + body))
    if isinstance(outcome, FetchError):
        assert outcome.code.startswith("fetch.")
    else:
        assert (outcome.body is None) != (outcome.location is None)
        assert len(outcome.body or b"") <= MAX_BYTES


@settings(max_examples=500)
@example("https://[")
@example("https://issuer.example.org:99999999999999999999/")
@example("https://issuer.example.org:" + "9" * 5_000)
@given(st.text(max_size=60) | st.text(alphabet="/:[]@.?#\\abhtps%0", max_size=30).map(lambda text: f"https://{text}"))
def test_any_location_stays_or_is_refused(location: str) -> None:
    """A redirect leads to the same host or is `fetch.redirect_forbidden`."""
    outcome = outcome_of(lambda: read_redirect(ADDRESS, location, ports=frozenset({HTTPS_PORT})))
    if isinstance(outcome, FetchError):
        assert outcome.code == "fetch.redirect_forbidden"
    else:
        assert (urlsplit(outcome).scheme, urlsplit(outcome).hostname) == ("https", "issuer.example.org")


@pytest.mark.parametrize(
    "location", ["/b", "b", "?a=1", "https://issuer.example.org:443/b", "https://ISSUER.example.org./"]
)
def test_same_host_in_other_spellings(location: str) -> None:
    """A redirect on the same host is followed, however its address is written."""
    assert read_redirect(ADDRESS, location, ports=frozenset({HTTPS_PORT}))
