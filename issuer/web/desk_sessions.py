"""Who is signed in at the desk: kept on our own disk, so that a cookie is worth nothing after signing out."""

from __future__ import annotations

import hashlib
import json
import logging
import secrets
import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from schemas import DataModelError, format_datetime, read_datetime, write_private_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

_log = logging.getLogger(__name__)
SESSION_LIFE = timedelta(hours=12)  # from signing in, however busy the desk is
MAX_SESSIONS = 200
_ID_BYTES = 32


class DeskSessions:
    """One private file: for each session the hash of its id, when it began, and for which password.

    The ids themselves stand only in cookies. Several threads may use it; one process does.

    Args:
        path: The file; made at the first sign-in.
        clock: Aware UTC.
    """

    def __init__(self, path: Path, *, clock: Callable[[], datetime]) -> None:
        self._path = path
        self._clock = clock
        self._lock = threading.Lock()

    def open(self, password_hash: str) -> str:
        """Begin a session for whoever knew the password with this hash; return its id."""
        session_id = secrets.token_urlsafe(_ID_BYTES)
        entry = {"began": format_datetime(self._clock()), "password": _fingerprint(password_hash)}
        with self._lock:
            kept = {key: old for key, old in self._load().items() if self._is_good(old, password_hash)}
            newest = dict(list(kept.items())[-(MAX_SESSIONS - 1) :])
            self._store({**newest, _digest(session_id): entry})
        return session_id

    def is_open(self, session_id: str, password_hash: str) -> bool:
        """Say whether a session was begun with the password that is set now, not ended, and not too long ago."""
        with self._lock:
            entry = self._load().get(_digest(session_id))
        return entry is not None and self._is_good(entry, password_hash)

    def close(self, session_id: str) -> None:
        """End a session; one that is not open stays so."""
        with self._lock:
            sessions = self._load()
            if sessions.pop(_digest(session_id), None) is not None:
                self._store(sessions)

    def _is_good(self, entry: dict[str, str], password_hash: str) -> bool:
        age = self._clock() - read_datetime(entry["began"])
        is_same_password = secrets.compare_digest(entry["password"], _fingerprint(password_hash))
        return is_same_password and age < SESSION_LIFE

    def _load(self) -> dict[str, dict[str, str]]:
        try:
            content = json.loads(self._path.read_bytes())
            for entry in content.values():
                read_datetime(entry["began"])
                entry["password"].encode("ascii")
        except FileNotFoundError:
            return {}
        except (ValueError, KeyError, TypeError, AttributeError, DataModelError):
            _log.warning("the list of sessions is damaged: everybody signs in again")
            return {}
        return {str(key): {"began": entry["began"], "password": entry["password"]} for key, entry in content.items()}

    def _store(self, sessions: dict[str, dict[str, str]]) -> None:
        self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_private_file(self._path, json.dumps(sessions).encode("ascii"))


def _digest(session_id: str) -> str:
    return hashlib.sha256(session_id.encode("utf-8", "surrogatepass")).hexdigest()


def _fingerprint(password_hash: str) -> str:
    # A new password signs everybody out.
    return hashlib.sha256(password_hash.encode()).hexdigest()[:32]
