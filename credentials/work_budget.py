"""One budget of work for everything that a single verification canonicalizes, and each document only once.

A badge may hold endorsements, each may have several proofs, and a presentation holds several badges: a limit for
each canonicalization alone would be multiplied by all of them (RDF-CANON §7.1, dataset poisoning).
"""

from __future__ import annotations

from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas import BadgeError, CanonicalizationError

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterator

# Units of `rdfc`; real badges need hardly any, and one document alone may use a quarter.
MAX_SHARED_WORK = 48_000


@dataclass(slots=True)
class WorkBudget:
    """What is left, and the hashes made so far, with what went wrong in place of those that could not be made."""

    left: int
    _hashes: dict[Hashable, bytes | BadgeError] = field(default_factory=dict)

    def spend(self, units: int) -> None:
        """Take `units` away.

        Raises:
            CanonicalizationError: `proof.canonicalization_budget`: nothing is left.
        """
        self.left -= units
        if self.left < 0:
            raise CanonicalizationError("proof.canonicalization_budget", "too much work in one verification")

    def make_once(self, key: Hashable, make: Callable[[], bytes]) -> bytes:
        """Return the hash for `key`, or raise again what its making raised."""
        made = self._hashes.get(key)
        if made is None:
            try:
                made = make()
            except BadgeError as error:
                made = error.again()
            self._hashes[key] = made
        if isinstance(made, BadgeError):
            raise made.again()
        return made


_current: ContextVar[WorkBudget | None] = ContextVar("work_budget", default=None)


def current_budget() -> WorkBudget | None:
    """Return the budget of the verification that runs now; None outside of one."""
    return _current.get()


@contextmanager
def share_work(units: int = MAX_SHARED_WORK) -> Iterator[None]:
    """Let everything inside draw on one budget; inside another such block, on that one."""
    if _current.get() is not None:
        yield
        return
    token = _current.set(WorkBudget(units))
    try:
        yield
    finally:
        _current.reset(token)
