"""What a data folder remembers for its verifications: of other issuers, and word lists that were pinned.

Nothing of the issuer's side is loaded here: a process that only verifies starts twice as fast without it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import verifier
from schemas import NO_PINNED_CONTEXTS

if TYPE_CHECKING:
    from pathlib import Path

    from schemas import PinnedContexts
    from verifier import HighWaterStore, KeyPinStore


@dataclass(frozen=True, slots=True)
class VerifierMemory:
    """What one data folder remembers of other issuers between verifications."""

    high_water: HighWaterStore
    key_pins: KeyPinStore


def open_memory(home: Path | None) -> VerifierMemory:
    """Return the memory kept in a data folder, or one that lasts as long as the process."""
    if home is None:
        return VerifierMemory(verifier.MemoryHighWaterStore(), verifier.MemoryKeyPinStore())
    return VerifierMemory(
        verifier.FileHighWaterStore(home / "status-marks.json"), verifier.FileKeyPinStore(home / "key-pins.json")
    )


def load_contexts(home: Path | None) -> PinnedContexts:
    """Return the word lists that were pinned in a data folder; none without one.

    Raises:
        ConfigurationError: Others may write to them, or what was pinned cannot be read (`context.…`).
    """
    pinned = verifier.ContextStore(home / "contexts").load() if home is not None else NO_PINNED_CONTEXTS
    return pinned if pinned.contexts else NO_PINNED_CONTEXTS  # which is known at a glance
