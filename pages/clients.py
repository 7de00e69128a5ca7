"""Who counts as one client, for limits of requests and for what one of them may hold."""

from __future__ import annotations

from contextvars import ContextVar
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Network, ip_address
from typing import TYPE_CHECKING

from flask import has_request_context, request

if TYPE_CHECKING:
    from contextlib import AbstractContextManager
    from contextvars import Token

IPV6_CLIENT_BITS = 64
MAX_KEPT_CLIENTS = 4_096
MAX_PEER_CHARS = 64  # longer than any address; what a proxy passes on may be anything

# Set while a request is answered without Flask.
_named: ContextVar[str] = ContextVar("client", default="")


def read_client(peer: str) -> str:
    """Return who counts as one client: an IPv4 address, or the /64 that one IPv6 subscriber has at the least.

    Args:
        peer: Address of the other end, or what a proxy of ours says it is; may be empty.
    """
    return _read_peer(peer[:MAX_PEER_CHARS])


@lru_cache(maxsize=MAX_KEPT_CLIENTS)
def _read_peer(peer: str) -> str:
    try:
        address = ip_address(peer)
    except ValueError:
        return peer or "unknown"
    if isinstance(address, IPv4Address):
        return str(address)
    if address.ipv4_mapped is not None:
        return str(address.ipv4_mapped)
    return str(IPv6Network((int(address), IPV6_CLIENT_BITS), strict=False))


def client_address() -> str:
    """Return the client of the request that Flask answers now.

    A proxy's headers are not believed here; `proxy_hops` says which are, before this is asked.
    """
    return read_client(request.remote_addr or "")


def current_client() -> str:
    """Return the client of the request that is answered now, with Flask or without; empty when there is none."""
    return _named.get() or (client_address() if has_request_context() else "")


class _Naming:
    """One block of `as_client`; a class, since a generator would cost three times as much."""

    __slots__ = ("_client", "_token")

    def __init__(self, client: str) -> None:
        self._client = client
        self._token: Token[str] | None = None

    def __enter__(self) -> None:
        self._token = _named.set(self._client)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _named.reset(self._token)


def as_client(client: str) -> AbstractContextManager[None]:
    """Say whose request is answered while the block runs; for what answers without Flask."""
    return _Naming(client)
