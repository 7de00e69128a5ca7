"""Fixtures of the ledger tests."""

from __future__ import annotations

from tests.doubles.shared_fixtures import clock, folder_with_issuer, issuer, ledger, new_folder

__all__ = ["clock", "folder_with_issuer", "issuer", "ledger", "new_folder"]
