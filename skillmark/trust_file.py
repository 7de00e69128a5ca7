"""The list of issuers that a reader knows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from verifier import TrustList, load_trust_list

if TYPE_CHECKING:
    from pathlib import Path

    from skillmark.settings import Settings


def load_trust(path: Path | None, settings: Settings | None) -> TrustList:
    """Return the named trust list, else the one of the data folder, else an empty one."""
    if path is None and settings is not None and settings.trust_list_path.exists():
        path = settings.trust_list_path
    return load_trust_list(path) if path is not None else TrustList()
