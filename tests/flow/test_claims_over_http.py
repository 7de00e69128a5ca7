"""A burst of claims over HTTP against the real server: everybody gets their badge, and nobody an error."""

from __future__ import annotations

from typing import TYPE_CHECKING

from benchmarks.claims import claim_over_http, hand_out_class

if TYPE_CHECKING:
    from pathlib import Path

PEOPLE = 200  # `python -m benchmarks.claims` does it with two thousand
AT_ONCE = 24


def test_class_claims_at_once_over_http(tmp_path: Path) -> None:
    """Two hundred people behind one address press the button at the same time: each has exactly their badge."""
    home = tmp_path / "home"
    paths = hand_out_class(home, people=PEOPLE)
    assert len(set(paths)) == PEOPLE
    burst = claim_over_http(home, paths, at_once=AT_ONCE)
    assert burst.outcomes == {"claimed": PEOPLE}
    assert burst.badges == PEOPLE
