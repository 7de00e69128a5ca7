"""No spelling of an inside address is ever dialled (T-27, T-28): sixty-four and more, watched by trap listeners."""

# ruff: noqa: RUF001, S104 - disguised digits and odd addresses are the point
from __future__ import annotations

import socket
import ssl
import threading
from typing import TYPE_CHECKING

import pytest

from keys import ALTERNATE_HTTPS_PORT, GuardedFetcher, did_web_url, resolve_controller_document, resolve_jwks
from keys.addresses import is_public_address
from schemas import BadgeError

if TYPE_CHECKING:
    from collections.abc import Iterator

PUBLIC = "93.184.215.14"
TLS = ssl.create_default_context()
PORTS = frozenset({443, ALTERNATE_HTTPS_PORT})

# Numbers and names of this machine and of inside networks, as URLs write them.
SPELLINGS = (
    "127.0.0.1",
    "127.0.0.1.",
    "127.1",
    "127.0.1",
    "127.255.255.254",
    "0x7f.1",
    "0x7f.0x0.0x0.0x1",
    "0x7f000001",
    "0X7F000001",
    "0177.1",
    "0177.0.0.1",
    "0177.0.0.0x1",
    "2130706433",
    "017700000001",
    "4294967295",
    "0",
    "0.0.0.0",
    "0x0",
    "00",
    "127.0.0.01",
    "1.2.3.4.5",
    "256.256.256.256",
    "1.0x",
    "①②⑦.⓪.⓪.①",
    "１２７.０.０.１",
    "127。0。0。1",
    "127．0．0．1",
    "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
    "%31%32%37.0.0.1",
    "localhost%00.example.org",
    "localhost",
    "LOCALHOST",
    "localhost.",
    "ｌｏｃａｌｈｏｓｔ",
    "evil.localhost",
    "10.0.0.1",
    "10.255.255.255",
    "172.16.0.1",
    "172.31.255.255",
    "192.168.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "100.100.100.200",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "192.88.99.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:10.0.0.1]",
    "[::ffff:0:127.0.0.1]",
    "[64:ff9b::127.0.0.1]",
    "[64:ff9b::a00:1]",
    "[64:ff9b:1::1]",
    "[2002:7f00:1::]",
    "[2002:a00:1::1]",
    "[2001:0:4136:e378:8000:63bf:3fff:fdd2]",
    "[2001:db8::1]",
    "[3fff::1]",
    "[fe80::1]",
    "[fe80::1%25eth0]",
    "[fe80::1%eth0]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "[100::1]",
    "[5f00::1]",
)


class Traps:
    """Listeners on this machine that count who knocks."""

    def __init__(self) -> None:
        self.knocks = 0
        self.listeners = [socket.create_server(("127.0.0.1", 0))]
        if socket.has_ipv6:
            self.listeners.append(socket.create_server(("::1", 0), family=socket.AF_INET6))
        self.threads = [
            threading.Thread(target=self._wait, args=(listener,), daemon=True) for listener in self.listeners
        ]
        for thread in self.threads:
            thread.start()

    def _wait(self, listener: socket.socket) -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            self.knocks += 1
            connection.close()

    def close(self) -> None:
        """Stop listening."""
        for listener in self.listeners:
            listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self.threads:
            thread.join(5)


@pytest.fixture(scope="module")
def traps() -> Iterator[Traps]:
    """Traps for the whole module."""
    found = Traps()
    yield found
    found.close()


def guarded(traps: Traps, dialled: list[str], *addresses: str) -> GuardedFetcher:
    """Return a fetcher that would knock at a trap if its guard let an address pass; names go to `addresses`."""

    def resolver(host: str, _port: int) -> tuple[str, ...]:
        # Names as this machine resolves them: odd numbers become addresses, as `inet_aton` reads them.
        try:
            return addresses or (socket.inet_ntoa(socket.inet_aton(host)),)
        except OSError:
            return ("127.0.0.1", "::1")

    def dial(address: str, _port: int, timeout_seconds: float) -> socket.socket:
        dialled.append(address)
        return socket.create_connection(traps.listeners[0].getsockname(), timeout_seconds)

    return GuardedFetcher(resolver=resolver, dial=dial, ports=PORTS, tls=TLS)


def test_there_are_at_least_64_spellings() -> None:
    """The list is not shortened by accident."""
    assert len(set(SPELLINGS)) >= 64


@pytest.mark.parametrize("host", SPELLINGS)
@pytest.mark.parametrize("suffix", ["/", ":8443/did.json", "?a=b"])
def test_inside_addresses_are_never_dialled(host: str, suffix: str, traps: Traps) -> None:
    """Each spelling is refused before a connection is opened."""
    dialled: list[str] = []
    with pytest.raises(BadgeError) as caught:
        guarded(traps, dialled).fetch(f"https://{host}{suffix}", max_bytes=10, accept="*/*")
    assert caught.value.code == "fetch.address_forbidden"
    assert (dialled, traps.knocks) == ([], 0)


@pytest.mark.parametrize(
    "address", [host.strip("[]") for host in SPELLINGS if host.startswith("[") and "%" not in host]
)
def test_names_that_resolve_inside(address: str, traps: Traps) -> None:
    """A good name that resolves to an inside address is refused."""
    dialled: list[str] = []
    with pytest.raises(BadgeError) as caught:
        guarded(traps, dialled, address).fetch("https://issuer.example.org/", max_bytes=10, accept="*/*")
    assert (caught.value.code, dialled) == ("fetch.address_forbidden", [])


@pytest.mark.parametrize(
    "addresses",
    [
        (PUBLIC, "127.0.0.1"),
        ("127.0.0.1", PUBLIC),
        (PUBLIC, "::1"),
        (PUBLIC, "fd00::1"),
        (PUBLIC, "64:ff9b::7f00:1"),
        (PUBLIC, "not an address"),
        (PUBLIC, "fe80::1%eth0"),
        (PUBLIC, "2606:4700::1%eth0"),
    ],
)
def test_one_inside_address_among_public_ones(addresses: tuple[str, ...], traps: Traps) -> None:
    """A public and a private answer together: all are refused (T-28)."""
    dialled: list[str] = []
    with pytest.raises(BadgeError) as caught:
        guarded(traps, dialled, *addresses).fetch("https://issuer.example.org/", max_bytes=10, accept="*/*")
    assert (caught.value.code, dialled) == ("fetch.address_forbidden", [])


def test_an_answer_that_flips(traps: Traps) -> None:
    """DNS rebinding: the resolver is asked once, and the checked address is the one that is dialled."""
    answers = [("127.0.0.1",), (PUBLIC,)]
    asked: list[str] = []
    dialled: list[str] = []

    def resolver(host: str, _port: int) -> tuple[str, ...]:
        asked.append(host)
        return answers.pop()

    def dial(address: str, _port: int, _timeout: float) -> socket.socket:
        dialled.append(address)
        raise ConnectionRefusedError

    with pytest.raises(BadgeError):
        GuardedFetcher(resolver=resolver, dial=dial).fetch("https://issuer.example.org/", max_bytes=1, accept="*/*")
    assert (asked, dialled, traps.knocks) == (["issuer.example.org"], [PUBLIC], 0)


@pytest.mark.parametrize(
    "did", ["did:web:localhost%3A8443", "did:web:127.0.0.1", "did:web:2130706433", "did:web:0x7f.1"]
)
def test_did_web_inside(did: str, traps: Traps) -> None:
    """A did:web of an inside host is refused at the same door, for its document and its key set."""
    dialled: list[str] = []
    fetcher = guarded(traps, dialled)
    for resolve in (resolve_controller_document, resolve_jwks):
        with pytest.raises(BadgeError) as caught:
            resolve(did, fetcher=fetcher)
        assert caught.value.code == "fetch.address_forbidden"
    assert did_web_url(did).startswith("https://")
    assert (dialled, traps.knocks) == ([], 0)


@pytest.mark.parametrize(
    "address",
    [
        "93.184.215.14",
        "1.1.1.1",
        "8.8.8.8",
        "100.63.255.255",
        "100.128.0.0",
        "172.15.255.255",
        "172.32.0.0",
        "11.0.0.0",
        "126.255.255.255",
        "128.0.0.0",
        "169.253.255.255",
        "223.255.255.255",
        "2606:4700::1",
        "2a00:1450:4001:81b::200e",
        "2001:4860:4860::8888",
        "::ffff:8.8.8.8",
        "64:ff9b::808:808",
    ],
)
def test_public_addresses_are_public(address: str) -> None:
    """Neighbours of forbidden ranges, and disguised public addresses, are not refused by mistake."""
    assert is_public_address(address)


@pytest.mark.parametrize("text", ["", "localhost", "1.1.1", "1.1.1.1.1", "::g", "01.1.1.1", "1.1.1.1/32", " 1.1.1.1"])
def test_text_that_is_no_address(text: str) -> None:
    """What is not a numeric address is not public."""
    assert not is_public_address(text)
