"""Keeps the threads that answer requests to one core (docs/adr/0034).

Only one of them runs Python at a time. When they take turns on several cores, each turn begins with fetching what the
interpreter works on from the caches of another core, which costs a request more than its turn at the lock. The thread
that talks to the network, children, and whatever stands in `schemas.on_every_core` use the other cores.
"""

from __future__ import annotations

import logging
import os
import socket
import sysconfig
import threading
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

# Tells the worker process, which is started afresh, where it serves.
PORT_VARIABLE = "SKILLMARK_PORT"
_log = logging.getLogger(__name__)


class _Settled(threading.local):
    """Whether the calling thread was set to its core."""

    is_done = False


def keep_to_one_core(application: WSGIApplication) -> WSGIApplication:
    """Return the application with every thread that calls it set to one core, at its first call.

    The application itself comes back where there is nothing to choose: one core only, a system that cannot keep
    threads to cores, or an interpreter that runs Python in several threads at once.
    """
    cores = _cores_of_process()
    if len(cores) <= 1 or _runs_threads_at_once():
        return application
    core = choose_core(cores, host_name=socket.gethostname(), port=int(os.environ.get(PORT_VARIABLE, "0")))
    settled = _Settled()

    def on_one_core(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not settled.is_done:
            settled.is_done = True
            _settle_on(core)
        return application(environ, start_response)

    return on_one_core


def choose_core(cores: Collection[int], *, host_name: str, port: int) -> int:
    """Return the core for the requests of one site, the same one after each start.

    Sites on neighbouring ports of a machine get different ones. In containers ports, like numbers of processes, are
    often the same in each, and the names of the hosts differ.
    """
    return sorted(cores)[(zlib.crc32(host_name.encode()) + port) % len(cores)]


def _cores_of_process() -> set[int]:
    """Return the cores that the administrator lets this process use; none where nobody can know."""
    if not hasattr(os, "sched_setaffinity"):
        return set()
    try:
        return os.sched_getaffinity(0)
    except OSError:
        return set()


def _runs_threads_at_once() -> bool:
    """Whether this interpreter was built to do without the lock that threads take turns at (PEP 703)."""
    return bool(sysconfig.get_config_var("Py_GIL_DISABLED"))


def _settle_on(core: int) -> None:
    # By the first thread the others know where the process may run; the server answers no requests in it.
    if threading.get_native_id() == os.getpid():
        return
    try:
        os.sched_setaffinity(0, {core})
    except OSError as error:
        # The core was taken away from us since the start; it works on any, only slower.
        _log.info("a thread cannot keep to core %d: %s", core, type(error).__name__)
