"""Keeps the server to one core (docs/adr/0034).

Of the threads that answer requests, one runs Python at a time. When they take turns on several cores, each turn begins
with fetching what the interpreter works on from the caches of another core. The thread that talks to the network stays
with them: to wake somebody on another core, who slept since there was nothing to do, costs more than its work.
"""

from __future__ import annotations

import logging
import os
import socket
import sysconfig
import zlib
from typing import TYPE_CHECKING

from schemas import keep_to_core

if TYPE_CHECKING:
    from collections.abc import Collection

# Tells the worker process, which is started afresh, where it serves.
PORT_VARIABLE = "SKILLMARK_PORT"
_log = logging.getLogger(__name__)


def keep_to_one_core() -> None:
    """Set the calling thread, and all that it starts from now on, to one core; called once, before there are others.

    Nothing happens where nothing is to be chosen: one core only, a system that cannot keep threads to cores, an
    interpreter that runs Python in several threads at once, or a server that is not ours and may have many processes.
    """
    port = os.environ.get(PORT_VARIABLE, "")
    if not port or not hasattr(os, "sched_setaffinity") or _runs_threads_at_once():
        return
    try:
        cores = os.sched_getaffinity(0)
        if len(cores) > 1:
            keep_to_core(choose_core(cores, host_name=socket.gethostname(), port=int(port)))
    except OSError as error:
        # It works on any core, only slower.
        _log.info("the server cannot keep to one core: %s", type(error).__name__)


def choose_core(cores: Collection[int], *, host_name: str, port: int) -> int:
    """Return the core for one site, the same one after each start.

    Sites on neighbouring ports of a machine get different ones. In containers ports, like numbers of processes, are
    often the same in each, and the names of the hosts differ.
    """
    return sorted(cores)[(zlib.crc32(host_name.encode()) + port) % len(cores)]


def _runs_threads_at_once() -> bool:
    """Whether this interpreter was built to do without the lock that threads take turns at (PEP 703)."""
    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))
