"""What attacks on more than one thing are made with."""

from __future__ import annotations

from tests.doubles.shared_fixtures import authority, clock, folder_with_issuer, issuer, ledger, new_folder

__all__ = ["authority", "clock", "folder_with_issuer", "issuer", "ledger", "new_folder"]
