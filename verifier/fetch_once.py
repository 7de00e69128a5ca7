"""One verification's view of the network: each address is asked at most once, and not many of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import FetchError

if TYPE_CHECKING:
    from keys import FetchedDocument, Fetcher

MAX_FETCHES_PER_VERIFICATION = 8


class FetchOnce:
    """Remembers what came back, or why nothing did, so that one badge cannot cause many requests.

    Args:
        fetcher: The door that is really asked.
        max_fetches: Addresses that may be asked.
        at_hand: The answer of one address that this verification has seen; it counts as asked.
    """

    def __init__(
        self,
        fetcher: Fetcher,
        *,
        max_fetches: int = MAX_FETCHES_PER_VERIFICATION,
        at_hand: FetchedDocument | None = None,
    ) -> None:
        self._fetcher = fetcher
        self._left = max_fetches if at_hand is None else max_fetches - 1
        self._answers: dict[str, FetchedDocument | FetchError] = {} if at_hand is None else {at_hand.url: at_hand}

    def fetch(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument:
        """Fetch `url`, or give the answer that it gave before.

        Raises:
            FetchError: As the fetcher; `fetch.budget_exhausted` when too many addresses were asked; `fetch.too_large`.
        """
        answer = self._answers.get(url)
        if answer is None:
            answer = self._answers[url] = self._ask(url, max_bytes=max_bytes, accept=accept)
        if isinstance(answer, FetchError):
            raise answer.again()
        if len(answer.body) > max_bytes:
            raise FetchError("fetch.too_large", f"more than {max_bytes} bytes")
        return answer

    def list_stand_ins(self) -> tuple[FetchedDocument, ...]:
        """Return the kept copies that were used because their hosts cannot be reached now."""
        answers = (answer for answer in self._answers.values() if not isinstance(answer, FetchError))
        return tuple(answer for answer in answers if answer.stands_in)

    def _ask(self, url: str, *, max_bytes: int, accept: str) -> FetchedDocument | FetchError:
        if self._left <= 0:
            return FetchError("fetch.budget_exhausted")
        self._left -= 1
        try:
            return self._fetcher.fetch(url, max_bytes=max_bytes, accept=accept)
        except FetchError as error:
            return error.again()
