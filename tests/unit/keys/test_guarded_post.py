"""A POST goes through the same guards as a fetch, follows no redirect, and gives every status back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas import FetchError
from tests.doubles.loopback_fetches import HOST, URL, fetcher_to
from tests.doubles.loopback_hosts import LoopbackHost

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from tests.doubles.loopback_hosts import TestAuthority

HEADERS = {"Content-Type": "application/json", "Authorization": "Bearer TEST-ONLY"}


def answer_with(answer: bytes, seen: list[bytes]) -> Callable[[socket.socket], None]:
    def script(connection: socket.socket) -> None:
        request = b""
        while b"{}" not in request:
            request += connection.recv(4_096)
        seen.append(request)
        connection.sendall(answer)

    return script


def post(authority: TestAuthority, answer: bytes, *, addresses: tuple[str, ...] = ()) -> tuple[int, bytes, bytes]:
    """Return status and body of the answer, and what the host was sent."""
    seen: list[bytes] = []
    with LoopbackHost(answer_with(answer, seen), tls=authority.serve_as(HOST)) as host:
        sender = fetcher_to(host, authority, *addresses)
        found = sender.post(URL, body=b"{}", headers=HEADERS, max_bytes=1_000)
    return found.status, found.body, seen[0]


def test_body_and_headers_arrive(authority: TestAuthority) -> None:
    """The host gets one request with the length, the headers of the caller, and no cookie."""
    status, body, request = post(authority, b"HTTP/1.1 202 Accepted\r\nContent-Length: 2\r\n\r\nok")
    assert (status, body) == (202, b"ok")
    head, _, sent = request.partition(b"\r\n\r\n")
    assert sent == b"{}"
    assert head.startswith(b"POST /issuers/weld HTTP/1.1\r\n")
    assert b"Content-Length: 2" in head
    assert b"Authorization: Bearer TEST-ONLY" in head
    assert b"Cookie" not in head


@pytest.mark.parametrize("status", [302, 307, 400, 401, 429, 503])
def test_every_status_comes_back(authority: TestAuthority, status: int) -> None:
    """A refusal is told by its status; a redirect is not followed, so the secret goes nowhere else."""
    answer = f"HTTP/1.1 {status} X\r\nLocation: https://elsewhere.example/\r\nContent-Length: 0\r\n\r\n"
    assert post(authority, answer.encode())[0] == status


def test_private_address_is_not_reached(authority: TestAuthority) -> None:
    """A name that leads into our own network gets nothing, as with a fetch (T-60)."""
    with pytest.raises(FetchError) as caught:
        post(authority, b"", addresses=("10.0.0.7",))
    assert caught.value.code == "fetch.address_forbidden"


def test_answer_has_a_limit(authority: TestAuthority) -> None:
    """More than the caller takes is refused."""
    with pytest.raises(FetchError) as caught:
        post(authority, b"HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n" + b"a" * 2_000)
    assert caught.value.code == "fetch.too_large"


@pytest.mark.parametrize("value", ["a\r\nX-Other: b", "a\nb", "ñ"])
def test_header_is_one_line(authority: TestAuthority, value: str) -> None:
    """No value can begin a header of its own."""
    with (
        LoopbackHost(answer_with(b"", []), tls=authority.serve_as(HOST)) as host,
        pytest.raises(ValueError, match="line"),
    ):
        fetcher_to(host, authority).post(URL, body=b"{}", headers={"X-Key": value}, max_bytes=10)
