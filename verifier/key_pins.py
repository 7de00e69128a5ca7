"""Keys that an issuer showed when it was seen first. Another set of keys later on is worth a question."""

from __future__ import annotations

import logging
import threading
from collections import OrderedDict
from types import MappingProxyType
from typing import TYPE_CHECKING, Protocol

from verifier.fair_share import choose_forgotten, fold_name
from verifier.state_file import StateFile, read_moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from pathlib import Path

    from schemas import JsonValue

# Issuers; of the site with most of them, the one whose pins were written longest ago is forgotten first.
MAX_PINNED_ISSUERS = 10_000
# Keys of one issuer.
MAX_PINNED_KEYS = 32
MAX_PINNED_ID_CHARS = 2_048

_logger = logging.getLogger(__name__)


class KeyPinStore(Protocol):
    """Remembers per issuer the keys (RFC 7638 thumbprints) that it published, and since when they are known."""

    def find_pins(self, issuer_id: str) -> Mapping[str, datetime] | None:
        """Return thumbprints and when each was seen first; None for an issuer that is new."""
        ...

    def keep_pins(self, issuer_id: str, pins: Mapping[str, datetime]) -> None:
        """Remember `pins` in place of those before."""
        ...

    def forget(self, issuer_id: str) -> None:
        """Forget an issuer: its next keys are taken as its first. For a person who asked the issuer."""
        ...


class MemoryKeyPinStore:
    """Pins that last as long as the process. Safe for threads."""

    def __init__(self, *, max_issuers: int = MAX_PINNED_ISSUERS) -> None:
        self._pins: OrderedDict[str, Mapping[str, datetime]] = OrderedDict()
        self._max_issuers = max_issuers
        self._lock = threading.Lock()

    def find_pins(self, issuer_id: str) -> Mapping[str, datetime] | None:
        """Return thumbprints and when each was seen first; None for an issuer that is new."""
        with self._lock:
            return self._pins.get(fold_name(issuer_id))

    def keep_pins(self, issuer_id: str, pins: Mapping[str, datetime]) -> None:
        """Remember `pins` in place of those before; at most 32 keys."""
        if len(issuer_id) > MAX_PINNED_ID_CHARS:
            return
        name = fold_name(issuer_id)
        with self._lock:
            self._pins[name] = MappingProxyType(dict(list(pins.items())[:MAX_PINNED_KEYS]))
            self._pins.move_to_end(name)
            for forgotten in choose_forgotten(self._pins, count=len(self._pins) - self._max_issuers):
                del self._pins[forgotten]

    def forget(self, issuer_id: str) -> None:
        """Forget an issuer."""
        with self._lock:
            self._pins.pop(fold_name(issuer_id), None)


class FileKeyPinStore:
    """Pins in a file of the data folder, shared between processes.

    A disk that refuses to write does not stop a verification: the pin is then not kept, and the log says so.

    Args:
        path: The file; made at the first pin.
        max_issuers: How many issuers are remembered.
    """

    def __init__(self, path: Path, *, max_issuers: int = MAX_PINNED_ISSUERS) -> None:
        self._file = StateFile(path)
        self._max_issuers = max_issuers

    def find_pins(self, issuer_id: str) -> Mapping[str, datetime] | None:
        """Return thumbprints and when each was seen first; None for an issuer that is new."""
        return _read_pins(self._file.load().get(fold_name(issuer_id)))

    def keep_pins(self, issuer_id: str, pins: Mapping[str, datetime]) -> None:
        """Remember `pins` in place of those before; at most 32 keys."""
        if len(issuer_id) > MAX_PINNED_ID_CHARS:
            return
        name = fold_name(issuer_id)
        written: JsonValue = {key: seen.isoformat() for key, seen in list(pins.items())[:MAX_PINNED_KEYS]}
        try:
            with self._file.change() as known:
                known.pop(name, None)  # put at the end: written last
                known[name] = written
                for forgotten in choose_forgotten(known, count=len(known) - self._max_issuers):
                    del known[forgotten]
        except OSError as error:
            _logger.warning("The keys of an issuer could not be remembered: %s", error.strerror)

    def forget(self, issuer_id: str) -> None:
        """Forget an issuer.

        Raises:
            OSError: The disk refuses.
        """
        with self._file.change() as known:
            known.pop(fold_name(issuer_id), None)


def _read_pins(value: JsonValue) -> Mapping[str, datetime] | None:
    if not isinstance(value, dict):
        return None
    pins = {key: moment for key, seen in value.items() if (moment := read_moment(seen)) is not None}
    return MappingProxyType(pins) if pins else None
