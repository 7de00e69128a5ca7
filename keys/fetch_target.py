"""Reading a URL that somebody else wrote, before anything is dialled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

from keys.addresses import is_public_address
from schemas import FetchError

if TYPE_CHECKING:
    from urllib.parse import SplitResult

MAX_URL_CHARS = 2_048
HTTPS_PORT = 443

_MAX_HOST_CHARS = 253  # RFC 1035 §2.3.4
_VISIBLE = re.compile(r"[!-~\u0080-\U0010ffff]+")
_VISIBLE_ASCII = re.compile(r"[!-~]*")
_HOST_NAME = re.compile(r"(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
# WHATWG URL §3.5: such a host is read as an IPv4 address by some programs, in octal or hex or with parts left out.
_NUMERIC_LAST_LABEL = re.compile(r"(?:[0-9]+|0[xX][0-9a-fA-F]*)")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchTarget:
    """Where a URL leads: one https origin and what to ask it for.

    `address` is set when the host is a numeric address; it is public then.
    """

    host: str
    port: int
    request_target: str
    address: str | None

    @property
    def authority(self) -> str:
        """Value of the Host header."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == HTTPS_PORT else f"{host}:{self.port}"


def read_fetch_target(url: str, *, ports: frozenset[int]) -> FetchTarget:
    """Read `url` and refuse all that must not be dialled.

    Raises:
        FetchError: `fetch.url_malformed`, `fetch.scheme_forbidden`, `fetch.userinfo_forbidden`,
            `fetch.port_forbidden` or `fetch.address_forbidden`.
    """
    if len(url) > MAX_URL_CHARS:
        raise FetchError("fetch.url_malformed", f"longer than {MAX_URL_CHARS} characters")
    if not _VISIBLE.fullmatch(url):
        raise FetchError("fetch.url_malformed", "blank or control characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise FetchError("fetch.url_malformed", "not a URL") from error
    # Programs differ on where a backslash ends the host.
    if parts.scheme != "https" or not parts.netloc or "\\" in url:
        raise FetchError("fetch.scheme_forbidden", "only https addresses with a host are fetched")
    if "@" in parts.netloc:
        raise FetchError("fetch.userinfo_forbidden", "a user name before the host hides where the address leads")
    port = HTTPS_PORT if port is None else port
    if port not in ports:
        raise FetchError("fetch.port_forbidden", f"port {port} is not open for fetching")
    host, address = _read_host(parts)
    request_target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if not _VISIBLE_ASCII.fullmatch(request_target):
        raise FetchError("fetch.url_malformed", "path and query are plain ASCII")
    return FetchTarget(host=host, port=port, request_target=request_target, address=address)


def read_redirect(address: str, location: str, *, ports: frozenset[int]) -> str:
    """Return where the `Location` of an answer from `address` leads, when that is on the same origin.

    Raises:
        FetchError: `fetch.redirect_forbidden`: nowhere, astray, or to another scheme, host or port.
    """
    try:
        leads_to = urljoin(address, location)
        before, after = (read_fetch_target(url, ports=ports) for url in (address, leads_to))
    except ValueError as error:  # such as a bracket that is not closed
        raise FetchError("fetch.redirect_forbidden", "the redirect leads to no address") from error
    except FetchError as error:
        raise FetchError("fetch.redirect_forbidden", f"the redirect leads astray: {error.code}") from error
    if (before.host, before.port) != (after.host, after.port):
        raise FetchError("fetch.redirect_forbidden", "the redirect leads to another host or port")
    return leads_to


def _read_host(parts: SplitResult) -> tuple[str, str | None]:
    host = parts.hostname or ""
    if "[" in parts.netloc:
        return _public_literal(host)
    if not host.isascii():
        try:
            # IDNA folds look-alike digits and dots, so numbers in disguise come out as numbers.
            host = host.encode("idna").decode("ascii").lower()
        except UnicodeError as error:
            raise FetchError("fetch.url_malformed", "the host is not a name") from error
    host = host.removesuffix(".")
    if "%" in host or host == "localhost" or host.endswith(".localhost"):
        raise FetchError("fetch.address_forbidden", "the host stands for this machine or hides an address")
    if _NUMERIC_LAST_LABEL.fullmatch(host.rpartition(".")[2]):
        return _public_literal(host)
    if len(host) > _MAX_HOST_CHARS or not _HOST_NAME.fullmatch(host):
        raise FetchError("fetch.url_malformed", "the host is not a name")
    return host, None


def _public_literal(host: str) -> tuple[str, str]:
    try:
        address = str(IPv6Address(host) if ":" in host else IPv4Address(host))
    except AddressValueError as error:
        raise FetchError("fetch.address_forbidden", "an address in a disguised spelling") from error
    if not is_public_address(address):
        raise FetchError("fetch.address_forbidden", "the address is not on the public internet")
    return address, address
