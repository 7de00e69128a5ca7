"""The one door to the network: https to public addresses only, within a budget of bytes, time and redirects.

A badge is written by a stranger and names addresses to look up. Every rule here keeps such an address from
reaching anything that a stranger could not reach without us.
"""

from __future__ import annotations

import queue
import socket
import ssl
import threading
import time
from collections.abc import Callable
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from keys.addresses import is_public_address
from keys.clock import system_clock
from keys.fetch_budget import MAX_SECONDS_PER_FETCH, Deadline, FetchBudget
from keys.fetch_target import HTTPS_PORT, FetchTarget, read_fetch_target, read_redirect
from keys.fetching import FetchedDocument
from keys.http_exchange import Answer, PostedAnswer, exchange, exchange_post
from schemas import FetchError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from keys.clock import Clock

# Returns every address of a host, as numbers; OSError when there is none.
Resolver: TypeAlias = Callable[[str, int], tuple[str, ...]]
# Opens a TCP connection to a numeric address and port within so many seconds.
Dialer: TypeAlias = Callable[[str, int, float], socket.socket]

ALTERNATE_HTTPS_PORT = 8_443
MAX_REDIRECTS = 2
_MAX_ADDRESSES_TRIED = 3
_MAX_LOOKUPS_AT_ONCE = 16

# `getaddrinfo` cannot be interrupted, so a bounded number of threads waits for it.
_lookups = threading.BoundedSemaphore(_MAX_LOOKUPS_AT_ONCE)


def system_resolver(host: str, port: int) -> tuple[str, ...]:
    """Return every address that the operating system knows for `host`.

    Raises:
        OSError: The name is unknown.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return tuple(dict.fromkeys(str(sockaddr[0]) for *_, sockaddr in found))


def dial_address(address: str, port: int, timeout_seconds: float) -> socket.socket:
    """Open a TCP connection to a numeric address; no name is looked up.

    Raises:
        OSError: Not reachable in time.
    """
    connection = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
    try:
        connection.settimeout(timeout_seconds)
        connection.connect((address, port))
    except OSError:
        connection.close()
        raise
    return connection


@lru_cache(maxsize=1)
def _default_tls() -> ssl.SSLContext:
    """Return the machine's trust anchors; reading them takes a tenth of a second, so it is done once."""
    return ssl.create_default_context()


class GuardedFetcher:
    """Fetches https documents from public addresses.

    Every address that a name resolves to must be public, and the connection goes to the address that was
    checked, so an answer that changes between check and use gains nothing.

    Args:
        resolver: Looks up names.
        clock: Stamps what was fetched.
        budget: What may be spent in all; None gives each call its own. A verification takes `for_verification()`.
        ports: Open ports; 8443 only where the operator allows it.
        dial: Opens connections to checked addresses.
        tls: Trust anchors; certificates and host names are always verified.
        monotonic: Clock for deadlines, in seconds.

    Raises:
        ValueError: `tls` does not verify certificates, or another port is opened; a mistake of the caller.
    """

    def __init__(
        self,
        *,
        clock: Clock = system_clock,
        resolver: Resolver = system_resolver,
        budget: FetchBudget | None = None,
        ports: frozenset[int] = frozenset({HTTPS_PORT}),
        dial: Dialer = dial_address,
        tls: ssl.SSLContext | None = None,
        monotonic: Callable[[], float] = time.monotonic,
    ) -> None:
        self._clock = clock
        self._resolver = resolver
        self._budget = budget
        self._ports = ports
        self._dial = dial
        self._tls = tls or _default_tls()
        self._monotonic = monotonic
        self._silent_hosts: set[str] = set()
        if self._tls.verify_mode is not ssl.CERT_REQUIRED or not self._tls.check_hostname:
            raise ValueError("certificates are always verified")
        if not ports <= {HTTPS_PORT, ALTERNATE_HTTPS_PORT}:
            raise ValueError("only ports 443 and 8443 can be opened")

    def for_verification(self) -> GuardedFetcher:
        """Return a fetcher like this one with a fresh budget of 8 requests and 10 seconds in all."""
        return GuardedFetcher(
            clock=self._clock,
            resolver=self._resolver,
            budget=FetchBudget(monotonic=self._monotonic),
            ports=self._ports,
            dial=self._dial,
            tls=self._tls,
            monotonic=self._monotonic,
        )

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Get `url`, following at most two redirects, each checked like the first address and on the same origin.

        What a document says counts under the address that was asked for. A redirect to another host would let anybody
        speak for a site that sends its readers on wherever they ask (CWE-601), so such a redirect is refused.

        Raises:
            FetchError: Not allowed (`fetch.…_forbidden`), `fetch.url_malformed`, `fetch.timeout`, `fetch.too_large`,
                `fetch.budget_exhausted`, `fetch.tls`, `fetch.host_unknown`, `fetch.unreachable`, `fetch.http_status`
                or `fetch.malformed_answer`.
        """
        authority = read_fetch_target(url, ports=self._ports).authority
        if authority in self._silent_hosts:
            raise FetchError("fetch.timeout", "the host was silent a moment ago")
        budget = self._budget or FetchBudget(monotonic=self._monotonic)
        is_fair = budget.is_fair()
        try:
            return self._fetch(url, budget=budget, accept=accept, max_bytes=max_bytes)
        except FetchError as error:
            if error.code != "fetch.timeout":
                raise
            if not is_fair:
                # Not an outage of this host: a slow host before it must not make a kept copy stand in for it.
                raise FetchError("fetch.budget_exhausted", "other look-ups left too little time") from error
            if self._budget is not None:
                self._silent_hosts.add(authority)
            raise

    def _fetch(self, url: str, *, budget: FetchBudget, accept: str, max_bytes: int) -> FetchedDocument:
        deadline = Deadline(MAX_SECONDS_PER_FETCH, monotonic=self._monotonic)
        answer = self._ask(url, budget=budget, deadline=deadline, accept=accept, max_bytes=max_bytes)
        address_now = url
        for _ in range(MAX_REDIRECTS):
            if answer.location is None:
                break
            address_now = read_redirect(address_now, answer.location, ports=self._ports)
            answer = self._ask(address_now, budget=budget, deadline=deadline, accept=accept, max_bytes=max_bytes)
        if answer.body is None:
            raise FetchError("fetch.redirect_forbidden", f"more than {MAX_REDIRECTS} redirects")
        return FetchedDocument(
            url=url,
            body=answer.body,
            media_type=answer.media_type,
            fetched_at=self._clock(),
            answered_by=address_now,
        )

    def post(self, url: str, *, body: bytes, headers: Mapping[str, str], max_bytes: int) -> PostedAnswer:
        """Send `body` to `url` under the same guards; no redirect is followed, since it would take a secret along.

        Args:
            url: Absolute https URL that the operator set, or that a document of such an address names.
            body: What is sent.
            headers: `Content-Type`, `Accept`, and where needed `Authorization` and the like; plain ASCII.
            max_bytes: Largest answer that is taken.

        Returns:
            The answer with any status, such as 302 or 401.

        Raises:
            FetchError: As `fetch`, but for `fetch.http_status` and `fetch.redirect_forbidden`.
            ValueError: A header is no line of plain ASCII; a mistake of the caller.
        """
        budget = self._budget or FetchBudget(monotonic=self._monotonic)
        deadline = Deadline(MAX_SECONDS_PER_FETCH, monotonic=self._monotonic)
        with self._reach(url, budget=budget, deadline=deadline) as (connection, target, left):
            return exchange_post(connection, target, body=body, headers=headers, max_bytes=max_bytes, deadline=left)

    def _ask(self, url: str, *, budget: FetchBudget, deadline: Deadline, accept: str, max_bytes: int) -> Answer:
        with self._reach(url, budget=budget, deadline=deadline) as (connection, target, left):
            return exchange(connection, target, accept=accept, max_bytes=max_bytes, deadline=left)

    @contextmanager
    def _reach(
        self, url: str, *, budget: FetchBudget, deadline: Deadline
    ) -> Iterator[tuple[ssl.SSLSocket, FetchTarget, Deadline]]:
        """Open a connection to where a URL leads, and give it with the time that is left for it."""
        target = read_fetch_target(url, ports=self._ports)
        seconds = min(budget.take(), deadline.remaining_seconds())
        left = Deadline(seconds, monotonic=self._monotonic)
        addresses = (target.address,) if target.address else self._look_up(target, left)
        connection = self._connect(addresses, target, left)
        try:
            yield connection, target, left
        finally:
            connection.close()

    def _look_up(self, target: FetchTarget, deadline: Deadline) -> tuple[str, ...]:
        addresses = _resolve_in_time(self._resolver, target, deadline)
        if not addresses:
            raise FetchError("fetch.host_unknown", "the host has no address")
        # One address inside our network among public ones is an attack, not a spare.
        if not all(is_public_address(address) for address in addresses):
            raise FetchError("fetch.address_forbidden", "the host leads to an address that is not public")
        return addresses

    def _connect(self, addresses: tuple[str, ...], target: FetchTarget, deadline: Deadline) -> ssl.SSLSocket:
        failure: OSError | None = None
        for address in addresses[:_MAX_ADDRESSES_TRIED]:
            try:
                plain = self._dial(address, target.port, deadline.remaining_seconds())
            except TimeoutError as error:
                raise FetchError("fetch.timeout", "no connection in time") from error
            except OSError as error:
                failure = error
                continue
            return self._secure(plain, target, deadline)
        raise FetchError("fetch.unreachable", "no address of the host answers") from failure

    def _secure(self, plain: socket.socket, target: FetchTarget, deadline: Deadline) -> ssl.SSLSocket:
        try:
            # The time limit holds for the whole handshake, not for each read in it.
            plain.settimeout(deadline.remaining_seconds())
            return self._tls.wrap_socket(plain, server_hostname=target.host)
        except TimeoutError as error:
            plain.close()
            raise FetchError("fetch.timeout", "no secure connection in time") from error
        except OSError as error:
            plain.close()
            raise FetchError("fetch.tls", "no secure connection, or the certificate is not for this host") from error
        except BaseException:
            plain.close()
            raise


def _resolve_in_time(resolver: Resolver, target: FetchTarget, deadline: Deadline) -> tuple[str, ...]:
    """Look the host up in a thread of its own, and wait no longer than the deadline."""
    if not _lookups.acquire(timeout=deadline.remaining_seconds()):
        raise FetchError("fetch.timeout", "too many names are being looked up")
    outcome: queue.SimpleQueue[tuple[str, ...] | OSError | UnicodeError | None] = queue.SimpleQueue()

    def look_up() -> None:
        found: tuple[str, ...] | OSError | UnicodeError | None = None
        try:
            found = resolver(target.host, target.port)
        except (OSError, UnicodeError) as error:
            found = error
        finally:
            _lookups.release()
            outcome.put(found)

    threading.Thread(target=look_up, name="skillmark-lookup", daemon=True).start()
    try:
        found = outcome.get(timeout=deadline.remaining_seconds())
    except queue.Empty as error:
        raise FetchError("fetch.timeout", "the name was not found in time") from error
    if isinstance(found, OSError | UnicodeError):
        raise FetchError("fetch.host_unknown", "the name is unknown") from found
    if found is None:
        raise RuntimeError("the resolver broke; its own traceback was printed by its thread")
    return found
