"""What an installation publishes for machines, kept while nothing is committed to its database."""

from __future__ import annotations

import threading
from collections import OrderedDict
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from issuer.publishing import PublishedDocument
    from storage import Database, Edition

MAX_KEPT_DOCUMENTS = 64
MAX_KEPT_BYTES = 4 * 1024 * 1024
# A status list is signed anew half-way through its life, which is far longer than this.
KEPT_FOR = timedelta(seconds=30)


class _Kept(NamedTuple):
    """A document, and the state of the database and of the clock in which it was read."""

    document: PublishedDocument
    edition: Edition
    read_at: datetime


class PublishedMemory:
    """Documents by their path. Safe for threads.

    A document answers again only while the database is in the very state in which it was read, so a badge that was
    taken back, or a key, shows with the next request, whichever process changed it.

    Args:
        database: Where all of it stands.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[str, _Kept] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def find(
        self, path: str, *, now: datetime, publish: Callable[[], PublishedDocument | None]
    ) -> PublishedDocument | None:
        """Return what stands at a path; None of one where nothing stands, which is never kept.

        Args:
            path: Below our address.
            now: By the clock of the ledger.
            publish: Reads it from the database; its errors are the caller's.
        """
        # Before it is read: what is committed meanwhile makes what was read a document of the state before.
        edition = self._database.read_edition()
        kept = self._kept.get(path)
        if kept is not None and kept.edition == edition and timedelta() <= now - kept.read_at < KEPT_FOR:
            return kept.document
        document = publish()
        if document is not None and edition is not None:
            self._keep(path, _Kept(document, edition, now))
        return document

    def _keep(self, path: str, kept: _Kept) -> None:
        with self._lock:
            self._kept[path] = kept
            self._kept.move_to_end(path)
            while len(self._kept) > MAX_KEPT_DOCUMENTS or self._count_bytes() > MAX_KEPT_BYTES:
                self._kept.popitem(last=False)

    def _count_bytes(self) -> int:
        return sum(len(one.document.body) for one in self._kept.values())
