"""What one caller does to a context never reaches the next caller (security T-04)."""

from __future__ import annotations

import hashlib
import json

import pytest

from schemas import CONTEXT_URLS, JsonObject, JsonValue, context_variants, load_context

ALL = [(url, variant) for url in sorted(CONTEXT_URLS) for variant in context_variants(url)]


def _digest(context: JsonObject) -> str:
    return hashlib.sha256(json.dumps(context).encode()).hexdigest()


def _poison(value: JsonValue) -> None:
    if isinstance(value, dict):
        for part in value.values():
            _poison(part)
        value["@import"] = "https://evil.example/context"
        value["familyName"] = "https://schema.org/givenName"
    elif isinstance(value, list):
        for part in value:
            _poison(part)
        value.clear()


@pytest.mark.parametrize(("url", "variant"), ALL)
def test_change_by_one_caller_is_not_seen_by_the_next(url: str, variant: str) -> None:
    """Every level of a loaded context may be changed, and the next load is as before."""
    before = load_context(url, variant=variant)
    digest = _digest(before)
    _poison(before)
    assert _digest(before) != digest
    assert _digest(load_context(url, variant=variant)) == digest


def test_no_context_pulls_in_another() -> None:
    """No pinned context has an `@import` or names a further context by address."""
    for url, variant in ALL:
        contexts = load_context(url, variant=variant)["@context"]
        parts = contexts if isinstance(contexts, list) else [contexts]
        assert [part for part in parts if not isinstance(part, dict)] == []
        assert "@import" not in json.dumps(contexts)
