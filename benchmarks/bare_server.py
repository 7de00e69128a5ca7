"""A server that does next to nothing: it answers hello, for some paths after verifying a badge that it holds.

It runs as the site does, on one core, and looks for circles of objects as seldom.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from keys import OfflineFetcher
from skillmark.collecting import collect_rarely
from skillmark.one_core import keep_to_one_core
from verifier import VerificationContext, verify_presented

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

    from verifier import VerificationReport

HOST = "127.0.0.1"
HELLO_PATH = "/hello"
_FOLDER_VARIABLE = "SKILLMARK_BENCHMARK_BADGES"
_SUFFIX = ".badge"
_CONTEXT = VerificationContext(now=datetime(2026, 11, 22, tzinfo=UTC), fetcher=OfflineFetcher())


def verify_held(badge: bytes) -> VerificationReport:
    """Verify a badge that needs no network, every check made."""
    return verify_presented(badge, context=_CONTEXT)


def write_badge(folder: Path, name: str, badge: bytes) -> None:
    """Leave a badge for the bare server, which verifies it when `/name` is asked for."""
    (folder / f"{name}{_SUFFIX}").write_bytes(badge)


def hold_badges(folder: Path) -> None:
    """Let the server that is started next hold the badges of a folder; its worker process finds them by this name."""
    os.environ[_FOLDER_VARIABLE] = str(folder)


def create_bare() -> WSGIApplication:
    """Return an application that does nothing but answer hello, for some paths after verifying a badge of its own."""
    keep_to_one_core()
    folder = Path(os.environ[_FOLDER_VARIABLE])
    badges = {f"/{file.stem}": file.read_bytes() for file in folder.glob(f"*{_SUFFIX}")}

    def bare(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        badge = badges.get(environ["PATH_INFO"])
        is_good = badge is None or bool(verify_held(badge))
        start_response(
            "200 OK" if is_good else "400 BAD REQUEST", [("Content-Type", "text/plain"), ("Content-Length", "5")]
        )
        return [b"hello"]

    collect_rarely()
    return bare
