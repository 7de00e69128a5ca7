"""Fixtures of the tests of the application."""

from __future__ import annotations

from tests.doubles.shared_fixtures import authority

__all__ = ["authority"]
