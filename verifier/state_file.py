"""A small JSON file in the data folder that outlives the process: written whole or not at all, shared by processes."""

from __future__ import annotations

import fcntl
import os
import secrets
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from schemas import ConfigurationError, DecodingError, encode_json, read_json_object

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from schemas import JsonObject

MAX_STATE_BYTES = 16 * 1024 * 1024
_FILE_MODE = 0o600


class StateFile:
    """One JSON object on disk. Safe for threads and for several processes.

    Args:
        path: The file; made at the first change. Its folder exists.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def load(self) -> JsonObject:
        """Return what was written last; empty before the first change.

        Raises:
            ConfigurationError: `config.state_unreadable`: the file is there and cannot be used.
        """
        try:
            with self._path.open("rb") as file:
                data = file.read(MAX_STATE_BYTES + 1)
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise ConfigurationError("config.state_unreadable", f"{self._path.name}: {error.strerror}") from error
        try:
            return read_json_object(data, max_bytes=MAX_STATE_BYTES)
        except DecodingError as error:
            raise ConfigurationError("config.state_unreadable", f"{self._path.name}: {error.code}") from error

    @contextmanager
    def change(self) -> Iterator[JsonObject]:
        """Give the object to change, and write it when the block ends without an error.

        Raises:
            ConfigurationError: `config.state_unreadable`.
            OSError: The disk refuses.
        """
        with self._lock, self._hold_across_processes():
            state = self.load()
            yield state
            self._write(encode_json(state))

    @contextmanager
    def _hold_across_processes(self) -> Iterator[None]:
        descriptor = os.open(
            self._path.with_name(f"{self._path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, _FILE_MODE
        )
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _write(self, data: bytes) -> None:
        draft = self._path.with_name(f".{self._path.name}.{secrets.token_hex(8)}")
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, _FILE_MODE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(descriptor)
            draft.replace(self._path)
        except OSError:
            draft.unlink(missing_ok=True)
            raise
