"""The log of the server: what our own modules and the libraries say goes to standard error, with the time.

The worker process of the server is started afresh with a log that somebody else has set up: without times, and
without what is only worth knowing.
"""

from __future__ import annotations

import logging
import time

# What is ours may tell what is only worth knowing; of the libraries a warning is enough.
OUR_LOGGERS = ("schemas", "keys", "storage", "credentials", "issuer", "verifier", "pages", "skillmark")


def start_log() -> None:
    """Write warnings, and our own notices, to standard error. For a process that does nothing but serve."""
    formatter = logging.Formatter("%(asctime)s [%(levelname)s] %(name)s: %(message)s", datefmt="%Y-%m-%dT%H:%M:%SZ")
    formatter.converter = time.gmtime
    handler = logging.StreamHandler()
    handler.setFormatter(formatter)
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    for name in OUR_LOGGERS:
        logging.getLogger(name).setLevel(logging.INFO)
