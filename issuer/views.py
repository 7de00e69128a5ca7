"""How often the page of a badge is opened: a number for each day, and nothing of who opened it."""

from __future__ import annotations

import logging
import threading
from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.dialects.sqlite import insert

from issuer.tables import BADGE_VIEWS
from schemas import LedgerError

if TYPE_CHECKING:
    from datetime import datetime

    from storage import Database

_log = logging.getLogger(__name__)
WRITE_EVERY = timedelta(seconds=60)
MAX_WAITING = 10_000  # numbers for one badge and day that wait to be written; what comes after is not counted


class ViewCounter:
    """Counts in memory and writes at most once a minute, aside from the request: a page never waits for it.

    A process that is killed loses the counts of its last minute.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._guard = threading.Lock()
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._written: datetime | None = None

    def note(self, slug: str, *, now: datetime) -> None:
        """Count that the page of a badge was opened."""
        key = slug, now.date().isoformat()
        with self._guard:
            if key in self._waiting or len(self._waiting) < MAX_WAITING:
                self._waiting[key] += 1
            if self._written is not None and now - self._written < WRITE_EVERY:
                return
            self._written = now
        threading.Thread(target=self._write_aside, name="badge-views", daemon=True).start()

    def write(self) -> None:
        """Write what waits.

        Raises:
            LedgerError: A fault of the store; what waits goes on waiting.
        """
        with self._guard:
            waiting, self._waiting = self._waiting, Counter()
        if not waiting:
            return
        rows = [{"slug": slug, "day": day, "views": views} for (slug, day), views in waiting.items()]
        added = insert(BADGE_VIEWS)
        added = added.on_conflict_do_update(set_={"views": BADGE_VIEWS.c.views + added.excluded.views})
        try:
            with self._database.write() as connection:
                connection.execute(added, rows)
        except LedgerError:
            with self._guard:
                self._waiting.update(waiting)
            raise

    def _write_aside(self) -> None:
        try:
            self.write()
        except (LedgerError, OSError) as error:
            _log.warning("counts of opened pages wait: %s", error)
