"""Contexts that one installation has pinned besides those that come with the program.

They are a value that is made at the start of a program and handed to each verification, which lets it hold for its own
duration only: nothing here is changed by what is verified, and two verifications with different sets do not meet.
"""

from __future__ import annotations

import hashlib
import json
from contextvars import ContextVar, Token
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final, cast

from schemas.errors import UnknownContextError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from schemas.json_types import JsonObject

_MAX_URL_CHARS: Final = 200  # characters of an unknown address that an error repeats


@dataclass(frozen=True, slots=True, kw_only=True)
class PinnedContext:
    """One context that was pinned here.

    Args:
        url: Address as it stands in `@context`, compared exactly.
        sha256: Pinned hash in hexadecimal.
        data: The file; empty when it must not be used.
        problem: Code that says why it must not be used; empty when it may.
    """

    url: str
    sha256: str
    data: bytes = b""
    problem: str = ""

    def load(self) -> JsonObject:
        """Return a fresh copy of the context document, which the caller may change.

        Raises:
            UnknownContextError: It must not be used (`data_model.context_pin_unusable`).
        """
        self.require_usable()
        if hashlib.sha256(self.data).hexdigest() != self.sha256:
            raise _unusable(self.url, "context.changed")
        return cast("JsonObject", json.loads(self.data))

    def require_usable(self) -> None:
        """Insist that it may be used.

        Raises:
            UnknownContextError: `data_model.context_pin_unusable`; the detail says why.
        """
        if self.problem:
            raise _unusable(self.url, self.problem)


def _unusable(url: str, reason: str) -> UnknownContextError:
    detail: JsonObject = {"context": url[:_MAX_URL_CHARS], "reason": reason}
    return UnknownContextError("data_model.context_pin_unusable", detail=detail)


class PinnedContexts:
    """What one installation has pinned. Never changes; one address stands for one file."""

    def __init__(self, contexts: Iterable[PinnedContext] = ()) -> None:
        by_url = {context.url: context for context in contexts}
        self._by_url: Mapping[str, PinnedContext] = MappingProxyType(by_url)

    @property
    def contexts(self) -> tuple[PinnedContext, ...]:
        """Every pinned context, usable or not."""
        return tuple(self._by_url.values())

    def find(self, url: str) -> PinnedContext | None:
        """Return what is pinned under an address."""
        return self._by_url.get(url)


NO_PINNED_CONTEXTS: Final = PinnedContexts()

_current: ContextVar[PinnedContexts] = ContextVar("pinned_contexts", default=NO_PINNED_CONTEXTS)


class _Use:
    """One block of `use_contexts`; a class, since a generator would cost three times as much."""

    __slots__ = ("_pinned", "_token")

    def __init__(self, pinned: PinnedContexts) -> None:
        self._pinned = pinned
        self._token: Token[PinnedContexts] | None = None

    def __enter__(self) -> None:
        self._token = _current.set(self._pinned)

    def __exit__(self, *_: object) -> None:
        if self._token is not None:
            _current.reset(self._token)


def use_contexts(pinned: PinnedContexts) -> AbstractContextManager[None]:
    """Let the contexts be known inside the block, to this thread only; those of the program always come first."""
    return _Use(pinned)


def find_pinned(url: str) -> PinnedContext | None:
    """Return what is pinned here under an address, in the block of `use_contexts` that runs now."""
    return _current.get().find(url)


def pinned_hashes(urls: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """Return address and hash of those that are pinned here, so that a cache can tell two installations apart.

    Raises:
        UnknownContextError: One must not be used (`data_model.context_pin_unusable`), whatever a cache still holds.
    """
    if (current := _current.get()) is NO_PINNED_CONTEXTS:
        return ()
    pinned = [found for url in urls if (found := current.find(url)) is not None]
    for context in pinned:
        context.require_usable()
    return tuple((context.url, context.sha256) for context in pinned)
