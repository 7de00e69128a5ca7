"""Fixtures of the ledger tests."""

from __future__ import annotations

from tests.doubles.shared_fixtures import clock, issuer, ledger

__all__ = ["clock", "issuer", "ledger"]
