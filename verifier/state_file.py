"""A small JSON file in the data folder that outlives the process: written whole or not at all, shared by processes."""

from __future__ import annotations

import fcntl
import logging
import os
import threading
from contextlib import contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from schemas import PRIVATE_FILE_MODE, DecodingError, encode_json, read_json_object, write_private_file
from verifier.fair_share import choose_forgotten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from io import BufferedReader
    from pathlib import Path

    from schemas import JsonObject, JsonValue

# Far below what is read, so that a file which was written can always be read, and in little time.
MAX_WRITTEN_BYTES = 2 * 1024 * 1024
MAX_STATE_BYTES = 16 * 1024 * 1024
_UNUSABLE = "%s in the data folder cannot be used, so what it remembered is forgotten: %s"

_logger = logging.getLogger(__name__)


class _Edition(NamedTuple):
    """Tells one state of the file from the next."""

    inode: int
    mtime_ns: int
    size_bytes: int


def _tell_edition(facts: os.stat_result) -> _Edition:
    return _Edition(facts.st_ino, facts.st_mtime_ns, facts.st_size)


class StateFile:
    """One JSON object on disk. Safe for threads and for several processes.

    Args:
        path: The file; made at the first change. Its folder exists.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()
        # One value, so that threads see both halves together.
        self._last_read: tuple[_Edition | None, Mapping[str, JsonValue]] = (None, {})

    def load(self) -> Mapping[str, JsonValue]:
        """Return what was written last; empty before the first change.

        A file that cannot be used counts as empty, and the log says so: what it remembers only sharpens a
        verification, and whoever could damage it must not be able to stop one.
        """
        seen, state = self._last_read
        try:
            # Opening it costs four times a look at it.
            if seen is not None and _tell_edition(os.stat(self._path)) == seen:  # noqa: PTH116
                return state
            with self._path.open("rb") as file:
                edition = _tell_edition(os.fstat(file.fileno()))
                state = self._read(file)
                self._last_read = (edition, state)
                return state
        except FileNotFoundError:
            return {}
        except OSError as error:
            _logger.warning(_UNUSABLE, self._path.name, error.strerror)
            return {}

    def _read(self, file: BufferedReader) -> Mapping[str, JsonValue]:
        try:
            return read_json_object(file.read(MAX_STATE_BYTES + 1), max_bytes=MAX_STATE_BYTES)
        except DecodingError as error:
            _logger.warning(_UNUSABLE, self._path.name, error.code)
            return {}

    @contextmanager
    def change(self) -> Iterator[JsonObject]:
        """Give a copy of the object to change, and write it when the block ends without an error.

        When it grows beyond its limit, members are dropped as `choose_forgotten` says.

        Raises:
            OSError: The disk refuses.
        """
        with self._lock, self._hold_across_processes():
            state = dict(self.load())
            yield state
            write_private_file(self._path, _encode_within_limit(state))

    @contextmanager
    def _hold_across_processes(self) -> Iterator[None]:
        descriptor = os.open(
            self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, PRIVATE_FILE_MODE
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def read_moment(value: object) -> datetime | None:
    """Return an aware time written by `isoformat`; None for anything else that stands in the file."""
    try:
        moment = datetime.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:  # damaged by hand or disk: not remembered
        return None
    return moment if moment is not None and moment.tzinfo is not None else None


def _encode_within_limit(state: JsonObject) -> bytes:
    data = encode_json(state)
    while len(data) > MAX_WRITTEN_BYTES:
        excess = len(state) * (len(data) - MAX_WRITTEN_BYTES) // len(data) + 1
        for forgotten in choose_forgotten(state, count=excess):
            del state[forgotten]
        data = encode_json(state)
    return data
