"""Serves the site with granian; the development server of Flask is never used."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces

if TYPE_CHECKING:
    from pathlib import Path

BLOCKING_THREADS = 8
BACKLOG = 256


def serve_site(home: Path, *, host: str, port: int) -> None:
    """Serve the site of a data folder until it is told to stop."""
    # The worker process is started afresh and finds the folder by this name.
    os.environ["SKILLMARK_HOME"] = str(home.resolve())
    Granian(
        target="skillmark.server:create_application",
        factory=True,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        backlog=BACKLOG,
        log_access=False,
        websockets=False,
        process_name="skillmark",
    ).serve()
