"""Kills a step on the database in a child of its own, before any statement that is wanted."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

import sqlalchemy as sa

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable


def is_killed_before(statement: int, step: Callable[[], object]) -> bool:
    """Run `step` in a child, which is killed before its n-th statement; say whether it got that far.

    A forked child is ready at once, without loading everything anew. The caller has no other threads.

    Args:
        statement: Counted from 0. BEGIN, COMMIT and each row of an `executemany` count too.
        step: Opens its databases itself.
    """
    child = os.fork()
    if child == 0:
        left = statement

        def count(*_: object) -> None:
            nonlocal left
            if left == 0:
                os.kill(os.getpid(), signal.SIGKILL)
            left -= 1

        def watch(connection: sqlite3.Connection, _record: object) -> None:
            connection.set_trace_callback(count)

        sa.event.listen(sa.Engine, "connect", watch)
        step()
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return os.WIFSIGNALED(status)
