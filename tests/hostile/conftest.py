"""What attacks on more than one thing are made with."""

from __future__ import annotations

from tests.doubles.shared_fixtures import authority, clock, issuer, ledger

__all__ = ["authority", "clock", "issuer", "ledger"]
