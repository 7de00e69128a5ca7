"""How often one client may ask: a moving window for each limited view, counted in this process.

`limits` reads the rates. Its store in memory is not used: it starts a thread for every request and looks through all
clients in it, 0.2 ms of CPU for each request with one client and 1.6 ms with 5,000, which is more than a verification.
Here a request costs the same however many clients there are. What is kept is bounded, so that nobody fills the memory
by asking from everywhere; whoever is forgotten that way may ask anew.
"""

from __future__ import annotations

import time
from collections import OrderedDict, deque
from functools import wraps
from threading import Lock
from typing import TYPE_CHECKING, Final, ParamSpec

from flask import make_response
from limits import parse

from pages.errors import TooManyRequestsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

P = ParamSpec("P")

MAX_CLIENTS: Final = 20_000  # remembered for each limited view


class Limiter:
    """Limits views of one site. Safe to share between threads.

    Args:
        client: Who counts as one client, for the request that is being answered.
        seconds: A clock that never goes back.
    """

    def __init__(self, client: Callable[[], str], *, seconds: Callable[[], float] = time.monotonic) -> None:
        self.client = client
        self.seconds = seconds

    def meter(self, rate: str) -> Callable[[str], None]:
        """Return what counts one request of a client, and raises `TooManyRequestsError` for one too many.

        Args:
            rate: As for `limit`.

        Raises:
            ValueError: `rate` is no rate.
        """
        window = _open_window(rate)
        return lambda client: window.take(client, self.seconds())

    def limit(
        self, rate: str, *, deduct_when: Callable[[Response], bool] | None = None
    ) -> Callable[[Callable[P, ResponseReturnValue]], Callable[P, ResponseReturnValue]]:
        """Let each client use one view so often.

        Args:
            rate: Such as `60 per minute`.
            deduct_when: Whether an answer counts; None when each request does, answered or not.

        Raises:
            ValueError: `rate` is no rate; at start, never while a request is answered.
        """
        window = _open_window(rate)

        def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
            @wraps(view)
            def limited(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
                client = self.client()
                if deduct_when is None:
                    window.take(client, self.seconds())
                    return view(*args, **kwargs)
                window.check(client, self.seconds())
                response = make_response(view(*args, **kwargs))
                if deduct_when(response):
                    window.note(client, self.seconds())
                return response

            return limited

        return decorate


def _open_window(rate: str) -> _Window:
    item = parse(rate)
    return _Window(item.amount, item.get_expiry())


class _Window:
    """The moments at which each client asked, no more of them than the rate allows."""

    def __init__(self, count: int, seconds: int) -> None:
        self._count = count
        self._window = seconds
        self._asked: OrderedDict[str, deque[float]] = OrderedDict()
        self._lock = Lock()

    def take(self, client: str, now: float) -> None:
        """Count a request.

        Raises:
            TooManyRequestsError: It is one too many, and is not counted.
        """
        with self._lock:
            self._check(client, now)
            self._note(client, now)

    def check(self, client: str, now: float) -> None:
        """Look whether another request is allowed.

        Raises:
            TooManyRequestsError: It is not.
        """
        with self._lock:
            self._check(client, now)

    def note(self, client: str, now: float) -> None:
        """Count a request that was answered."""
        with self._lock:
            self._note(client, now)

    def _check(self, client: str, now: float) -> None:
        moments = self._asked.get(client)
        if moments is not None and len(moments) == self._count:
            wait = moments[0] + self._window - now
            if wait > 0:
                raise TooManyRequestsError(int(wait) + 1)

    def _note(self, client: str, now: float) -> None:
        asked = self._asked
        moments = asked.get(client)
        if moments is None:
            moments = asked[client] = deque(maxlen=self._count)
        moments.append(now)
        asked.move_to_end(client)
        # Whoever asked longest ago stands first; a few steps for each request keep up with any crowd.
        while len(asked) > MAX_CLIENTS or next(iter(asked.values()))[-1] <= now - self._window:
            asked.popitem(last=False)
