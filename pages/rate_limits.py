"""How often one client may ask: a moving window for each limited view, counted in this process by `limits`."""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, ParamSpec

from flask import make_response
from limits import parse
from limits.storage import MemoryStorage
from limits.strategies import MovingWindowRateLimiter

from pages.errors import TooManyRequestsError

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

P = ParamSpec("P")


class Limiter:
    """Limits views of one site. Safe to share between threads.

    `limits` itself and not its extension for Flask: that costs more than a verification does.

    Args:
        client: Who counts as one client, for the request that is being answered.
    """

    def __init__(self, client: Callable[[], str]) -> None:
        self._client = client
        self._windows = MovingWindowRateLimiter(MemoryStorage())
        self._views = 0

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
        item = parse(rate)
        self._views += 1
        name = str(self._views)

        def decorate(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
            @wraps(view)
            def limited(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
                asker = (name, self._client())
                ask = self._windows.hit if deduct_when is None else self._windows.test
                if not ask(item, *asker):
                    raise TooManyRequestsError(item.get_expiry())
                if deduct_when is None:
                    return view(*args, **kwargs)
                response = make_response(view(*args, **kwargs))
                if deduct_when(response):
                    self._windows.hit(item, *asker)
                return response

            return limited

        return decorate
