"""Word lists that the keeper of one data folder added by hand: stored by their hash, checked each time they are read.

    contexts/index.json           address, SHA-256, when and by whom
    contexts/<SHA-256>.json       the file itself

Nothing here fetches anything, and nothing here can stand in for a context that comes with the program.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import re
import stat
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from credentials import check_pinnable_context
from schemas import (
    ConfigurationError,
    DataModelError,
    DecodingError,
    PinnedContext,
    PinnedContexts,
    encode_json,
    format_datetime,
    read_datetime,
    read_json_object,
    write_private_file,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path

    from schemas import JsonValue

MAX_PINS: Final = 64
MAX_PINNED_BY_CHARS: Final = 100
_MAX_INDEX_BYTES: Final = 256 * 1024
_MAX_FILE_BYTES: Final = 1024 * 1024  # above what may be pinned; only keeps a swapped file from filling the memory
_OTHERS_MAY_WRITE: Final = 0o022
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_INDEX: Final = "index.json"
_MEMBERS: Final = frozenset({"url", "sha256", "pinnedAt", "pinnedBy"})


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextPin:
    """What was pinned, when and by whom.

    Args:
        url: Address as badges write it.
        sha256: Hash of the file in hexadecimal.
        pinned_at: Aware.
        pinned_by: Who did it, in their own words.
        problem: Code that says why badges that use it cannot be checked; empty when they can.
    """

    url: str
    sha256: str
    pinned_at: datetime
    pinned_by: str
    problem: str = ""


class ContextStore:
    """The pinned contexts of one data folder. Safe for several processes.

    Args:
        folder: Made at the first pin, for its owner only.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def pin(self, url: str, data: bytes, *, sha256: str, pinned_by: str, now: datetime) -> ContextPin:
        """Keep a context under its address. The same file under the same address is no change.

        Args:
            url: Address as badges write it; nothing is fetched from it.
            data: The file.
            sha256: What its publisher says its hash is; empty when nobody says.
            pinned_by: Who does it.
            now: Aware.

        Raises:
            ConfigurationError: As `check_pinnable_context`; `context.hash_mismatch`, `.already_pinned`, `.too_many`,
                `.file_permissions`, `.index_malformed`.
        """
        context = check_pinnable_context(url, data)
        if sha256 and sha256.strip().lower() != context.sha256:
            raise ConfigurationError("context.hash_mismatch", context.sha256)
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._hold_across_processes():
            pins = {pin.url: pin for pin in self._read_index()}
            kept = pins.get(url)
            if kept is not None and kept.sha256 != context.sha256:
                raise ConfigurationError("context.already_pinned", kept.sha256)
            if kept is None and len(pins) >= MAX_PINS:
                raise ConfigurationError("context.too_many", f"at most {MAX_PINS}")
            by = " ".join(pinned_by.split())[:MAX_PINNED_BY_CHARS]
            pin = kept or ContextPin(url=url, sha256=context.sha256, pinned_at=now, pinned_by=by)
            write_private_file(self._folder / f"{context.sha256}.json", data)
            self._write_index([*(one for one in pins.values() if one.url != url), pin])
        return pin

    def list_pins(self) -> tuple[ContextPin, ...]:
        """Return what was pinned, each with what is wrong with it now.

        Raises:
            ConfigurationError: `context.file_permissions`, `context.index_malformed`.
        """
        pins = self._read_index()
        return tuple(
            ContextPin(
                url=pin.url,
                sha256=pin.sha256,
                pinned_at=pin.pinned_at,
                pinned_by=pin.pinned_by,
                problem=self._load(pin).problem,
            )
            for pin in pins
        )

    def forget(self, url: str) -> ContextPin:
        """Take a context away; badges that use it can no longer be checked.

        Raises:
            ConfigurationError: `context.not_pinned`, `.file_permissions`, `.index_malformed`.
        """
        if not self._folder.is_dir():
            raise ConfigurationError("context.not_pinned")
        with self._hold_across_processes():
            pins = self._read_index()
            gone = next((pin for pin in pins if pin.url == url), None)
            if gone is None:
                raise ConfigurationError("context.not_pinned")
            left = [pin for pin in pins if pin.url != url]
            self._write_index(left)
            if gone.sha256 not in {pin.sha256 for pin in left}:
                self._folder.joinpath(f"{gone.sha256}.json").unlink(missing_ok=True)
        return gone

    def load(self) -> PinnedContexts:
        """Read every pinned file anew and compare its hash. One that is not as it was pinned is never used.

        Raises:
            ConfigurationError: Others may write to the folder (`context.file_permissions`), or
                `context.index_malformed`.
        """
        return PinnedContexts(self._load(pin) for pin in self._read_index())

    def _load(self, pin: ContextPin) -> PinnedContext:
        try:
            data = self._read(f"{pin.sha256}.json", max_bytes=_MAX_FILE_BYTES)
            if hashlib.sha256(data).hexdigest() != pin.sha256:
                return PinnedContext(url=pin.url, sha256=pin.sha256, problem="context.changed")
            return check_pinnable_context(pin.url, data)
        except OSError:  # gone, or a link where the file should be
            return PinnedContext(url=pin.url, sha256=pin.sha256, problem="context.changed")
        except ConfigurationError as error:
            return PinnedContext(url=pin.url, sha256=pin.sha256, problem=error.code)

    def _read(self, name: str, *, max_bytes: int) -> bytes:
        """Read one file that nobody else can write to."""
        descriptor = os.open(self._folder / name, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb") as file:
            _require_own(os.fstat(descriptor))
            return file.read(max_bytes + 1)

    def _read_index(self) -> tuple[ContextPin, ...]:
        try:
            _require_own(self._folder.stat())
            data = self._read(_INDEX, max_bytes=_MAX_INDEX_BYTES)
        except FileNotFoundError:
            return ()
        except OSError as error:  # such as a link where the file should be
            raise ConfigurationError("context.index_malformed", error.strerror or "") from error
        try:
            rows = read_json_object(data, max_bytes=_MAX_INDEX_BYTES).get("contexts")
        except DecodingError as error:
            raise ConfigurationError("context.index_malformed", error.code) from error
        if not isinstance(rows, list) or len(rows) > MAX_PINS:
            raise ConfigurationError("context.index_malformed", "no list, or too long a one")
        pins = tuple(_read_pin(row) for row in rows)
        if len({pin.url for pin in pins}) != len(pins):
            raise ConfigurationError("context.index_malformed", "one address twice")
        return pins

    def _write_index(self, pins: list[ContextPin]) -> None:
        rows: list[JsonValue] = [
            {
                "url": pin.url,
                "sha256": pin.sha256,
                "pinnedAt": format_datetime(pin.pinned_at),
                "pinnedBy": pin.pinned_by,
            }
            for pin in pins
        ]
        write_private_file(self._folder / _INDEX, encode_json({"contexts": rows}) + b"\n")

    @contextmanager
    def _hold_across_processes(self) -> Iterator[None]:
        descriptor = os.open(self._folder / ".lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


def _require_own(facts: os.stat_result) -> None:
    """Insist that only the user who runs this, or the administrator, can change a file or folder."""
    is_other = facts.st_uid not in {0, os.geteuid()}
    is_plain = stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode)
    if is_other or facts.st_mode & _OTHERS_MAY_WRITE or not is_plain:
        raise ConfigurationError("context.file_permissions")


def _read_pin(row: JsonValue) -> ContextPin:
    values = [row.get(name) for name in sorted(_MEMBERS)] if isinstance(row, dict) and row.keys() == _MEMBERS else []
    texts = [value for value in values if isinstance(value, str)]
    if len(texts) != len(_MEMBERS):
        raise ConfigurationError("context.index_malformed", "an entry has other members")
    pinned_at, pinned_by, sha256, url = texts
    if not _HASH.fullmatch(sha256):
        raise ConfigurationError("context.index_malformed", "an entry without a hash")
    try:
        moment = read_datetime(pinned_at)
    except DataModelError as error:
        raise ConfigurationError("context.index_malformed", error.code) from error
    return ContextPin(url=url, sha256=sha256, pinned_at=moment, pinned_by=pinned_by)
