"""A text made to be slow: every pattern that strangers' text meets takes time in proportion to its length."""

from __future__ import annotations

import ast
import importlib
import signal
from collections import deque
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.doubles.cost import yardsticks_to_seconds

if TYPE_CHECKING:
    import re
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[2]
PACKAGES = ("schemas", "keys", "credentials", "verifier", "pages", "issuer", "storage", "skillmark")
MAX_COST = 40.0  # yardsticks, for one text
LENGTH = 60_000
UNITS = (
    *("-eyJ", "eyJ.", "a-", "a.", "aA", "a@b.", "a:", "a=", "a(", "a\n", "T", "T+", "0", "1.", "-", " ", "\t \n", '"'),
    *("'", "<", "<a=", "<svg", "<link ", " encoding=", "(", "[", "#", "\\", "~", "%2e", "/", "://", "https://", "@"),
    *("{", "_", "*", "é", "E0"),
)
ENDS = (("", ""), ("x ", "!"), ("a:", " "), ("2026-T", "+00000"), ("<?xml ", "\n"))
METHODS = frozenset({"match", "search", "fullmatch", "findall", "finditer", "sub", "split"})
# What reaches these is short whatever was sent: a number as Python writes it; a segment of a DID of 1,024 characters;
# the first 60 characters of a cell.
SHORT_BY_CONSTRUCTION = frozenset(
    {("credentials.literals", "_EXPONENT"), ("keys.did_web", "_FORBIDDEN_SEGMENT"), ("issuer.dates", "_TIME")}
)


def list_uses() -> Iterator[tuple[str, str, str]]:
    """Find each compiled pattern of a module and the methods that the module calls on it."""
    for package in PACKAGES:
        for path in sorted((ROOT / package).rglob("*.py")):
            tree = ast.parse(path.read_text())
            patterns = {
                node.targets[0].id if isinstance(node, ast.Assign) else node.target.id  # type: ignore[attr-defined,union-attr]
                for node in tree.body
                if isinstance(node, (ast.Assign, ast.AnnAssign))
                and isinstance(node.value, ast.Call)
                and ast.unparse(node.value.func) == "re.compile"
            }
            uses = {
                (node.value.id, node.attr)
                for node in ast.walk(tree)
                if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.attr in METHODS
            }
            module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            yield from sorted((module, name, method) for name, method in uses if name in patterns)


USES = [use for use in list_uses() if use[:2] not in SHORT_BY_CONSTRUCTION]


def run_pattern(pattern: re.Pattern[Any], method: str, text: str) -> None:
    subject: Any = text.encode() if isinstance(pattern.pattern, bytes) else text
    calls: dict[str, Callable[[], object]] = {
        "findall": lambda: deque(pattern.finditer(subject), maxlen=0),
        "finditer": lambda: deque(pattern.finditer(subject), maxlen=0),
        "sub": lambda: pattern.sub(subject[:0], subject),
    }
    call: Callable[[], object] = calls.get(method, lambda: getattr(pattern, method)(subject))
    call()


def test_patterns_are_found() -> None:
    """The sweep sees the patterns that it is for."""
    assert ("verifier.sniff", "_JWS_IN_TEXT", "findall") in USES
    assert len(USES) > 40


@pytest.mark.parametrize("use", USES, ids=".".join)
def test_pattern_is_linear(use: tuple[str, str, str]) -> None:
    """No repeated unit makes a pattern go over the same characters again and again."""
    module, name, method = use
    pattern: re.Pattern[Any] = getattr(importlib.import_module(module), name)
    most_seconds = yardsticks_to_seconds(MAX_COST)
    before = signal.signal(signal.SIGPROF, _stop)
    try:
        for unit in UNITS:
            for start, end in ENDS:
                # The matcher looks for signals: a bad pattern is stopped, not waited for.
                signal.setitimer(signal.ITIMER_PROF, most_seconds)
                run_pattern(pattern, method, start + unit * (LENGTH // len(unit)) + end)
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _stop(_number: int, _frame: object) -> None:
    raise AssertionError("more CPU time than a linear pattern takes")
