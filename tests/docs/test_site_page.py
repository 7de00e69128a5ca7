"""docs/site.md names the addresses that the site has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.architecture.source import ROOT
from tests.web.workshop import open_workshop

if TYPE_CHECKING:
    from pathlib import Path

PAGE = (ROOT / "docs" / "site.md").read_text("utf-8")


def test_every_first_step_of_an_address_is_named(tmp_path: Path) -> None:
    """Each route begins like one that the page lists."""
    shop = open_workshop(tmp_path)
    try:
        steps = {f"/{rule.rule.split('/')[1]}" for rule in shop.app.url_map.iter_rules()} - {"/", "/static"}
        assert len(steps) > 8
        assert {step for step in steps if step not in PAGE} == set()
    finally:
        shop.database.close()
