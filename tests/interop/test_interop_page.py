"""docs/interop.md says what the tests show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.interop.table import PAGE, ROWS, compose_lines, compose_page

if TYPE_CHECKING:
    import pytest

HINT = "run python -m tools.write_interop_doc"


def test_the_table_is_current(request: pytest.FixtureRequest) -> None:
    """Each interop test has its row, with the version that runs now, and no row is without a test."""
    noted = request.config.stash[ROWS]
    rows = [row for found in noted.values() for row in found]
    page = PAGE.read_text("utf-8")
    assert set(compose_lines(rows)) <= set(page.splitlines()), HINT
    if noted.keys() >= set(request.path.parent.glob("test_*.py")):
        assert page == compose_page(rows), HINT
