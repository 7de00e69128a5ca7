"""Parts that many badges share, such as the achievement and its issuer: kept with their statements and hashes.

A part is known by its context and every byte of its JSON, so a kept part says what a new one would. Nothing that a
caller holds is kept: a part is made from a copy, when it is seen for the second time. A stranger can push out what
others put in, which costs time and nothing else.
"""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from credentials.term_tables import count_forgotten
from schemas import read_cache_key, write_cache_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from credentials.plain_graph import PlainGraph
    from credentials.term_tables import TermTable
    from schemas import JsonObject

MIN_PART_BYTES: Final = 400  # a shorter one is read as fast as it is found
MAX_PART_BYTES: Final = 64 * 1024
MAX_MARKS: Final = 4_096  # of parts that were seen once; when there are more, all are forgotten
MAX_KEPT_BYTES: Final = 4 * 1024 * 1024  # of JSON in all; the statements take some four times as much

Part = TypeVar("Part")


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SharedPart:
    """An object with an id, and everything in it.

    Args:
        subject: Its id as N-Quads spells it.
        graph: Its statements; nobody adds to them.
        statements: Its share of what is bounded; so are its objects.
        depth: Objects inside objects.
        has_odd_numbers: As `plain_walk.PlainStatements`.
        type_sets: As `shapes.Shape.type_set`.
        described: The objects in it that say something of a thing with an id, with their contexts.
    """

    subject: str
    graph: PlainGraph
    statements: int
    objects: int
    depth: int
    has_odd_numbers: bool
    type_sets: frozenset[tuple[int, tuple[str, ...]]]
    described: Mapping[str, list[tuple[JsonObject, TermTable]]]


class PartStore(Generic[Part]):
    """Keeps parts of so many bytes of JSON; the one used longest ago goes first. Safe for threads.

    Args:
        max_bytes: Of the JSON of all parts together.
    """

    def __init__(self, max_bytes: int = MAX_KEPT_BYTES) -> None:
        self._max_bytes = max_bytes
        self._bytes = 0
        self._parts: OrderedDict[tuple[TermTable, bytes], Part] = OrderedDict()
        self._marks: set[int] = set()
        self._since = count_forgotten()  # no part holds a table that was forgotten before
        self._lock = Lock()

    def find_or_read(
        self, node: JsonObject, table: TermTable, read: Callable[[JsonObject, TermTable, bytes], Part]
    ) -> Part | None:
        """Return the part that an object is; None when it is not worth while.

        Args:
            node: Left as it is; nothing of it is kept.
            table: Its context.
            read: Makes the part of a copy of the object, of its context and of its JSON; what it raises goes on.
        """
        encoded = write_cache_key(node) if "id" in node else None
        if encoded is None or not MIN_PART_BYTES <= len(encoded) <= MAX_PART_BYTES:
            return None
        part = self.find(table, encoded)
        if part is None and self.is_known(table, encoded):
            copy = read_cache_key(encoded)
            assert isinstance(copy, dict), "an object stays one"
            part = read(copy, table, encoded)
            self.keep(table, encoded, part)
        return part

    def find(self, table: TermTable, encoded: bytes) -> Part | None:
        """Return the part with that context and JSON."""
        key = (table, encoded)
        with self._lock:
            part = self._parts.get(key)
            if part is not None:
                self._parts.move_to_end(key)
            return part

    def is_known(self, table: TermTable, encoded: bytes) -> bool:
        """Whether a part was asked for before: only then is it worth while to keep it, once."""
        mark = hash((table, encoded))
        with self._lock:
            if mark in self._marks:
                self._marks.remove(mark)
                return True
            if len(self._marks) >= MAX_MARKS:
                self._marks.clear()
            self._marks.add(mark)
            return False

    def keep(self, table: TermTable, encoded: bytes, part: Part) -> None:
        """Keep a part."""
        key = (table, encoded)
        with self._lock:
            if self._since != count_forgotten():
                self._parts.clear()
                self._bytes, self._since = 0, count_forgotten()
            if key not in self._parts:
                self._bytes += len(encoded)
            self._parts[key] = part
            while self._bytes > self._max_bytes:
                (_, oldest), _ = self._parts.popitem(last=False)
                self._bytes -= len(oldest)
