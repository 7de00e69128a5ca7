"""Reads our own source as syntax trees."""

from __future__ import annotations

import ast
from functools import lru_cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGES = ("schemas", "keys", "storage", "credentials", "issuer", "verifier", "pages", "wallet", "skillmark")
SUPPORT = ("tests", "tools", "benchmarks")


@lru_cache(maxsize=1)
def product_files() -> tuple[Path, ...]:
    """Return every Python file of the product, without tests."""
    return tuple(sorted(path for package in PACKAGES for path in (ROOT / package).rglob("*.py")))


@lru_cache(maxsize=1)
def support_files() -> tuple[Path, ...]:
    """Return every Python file of tests, tools and benchmarks."""
    return tuple(sorted(path for folder in SUPPORT for path in (ROOT / folder).rglob("*.py")))


@lru_cache(maxsize=1024)
def syntax_tree(path: Path) -> ast.Module:
    """Return the parsed file."""
    return ast.parse(path.read_text("utf-8"), filename=str(path))


def name_of(path: Path) -> str:
    """Return the path inside the repository, with slashes."""
    return path.relative_to(ROOT).as_posix()


@lru_cache(maxsize=1024)
def imported_modules(path: Path) -> frozenset[str]:
    """Return the dotted names that a file imports, also inside functions and for types only."""
    found: set[str] = set()
    for node in ast.walk(syntax_tree(path)):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module)
    return frozenset(found)
