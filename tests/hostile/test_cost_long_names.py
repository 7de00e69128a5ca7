"""A name of 150 kB costs no more than the part of it that anybody sees."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import BadgeArt, render_badge_svg
from tests.doubles.cost import within_cost
from verifier.confusable import is_confusable, takes_name

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_COST = 90.0  # yardsticks
LENGTH = 150_000
UNITS = ("a", "a ", "\u0456", "\ufdfa", "\u202e", "welding ", "\U0001f527", "rn", "0")
KNOWN = tuple(f"Example College {number}" for number in range(200))
ACTIONS: dict[str, Callable[[str], object]] = {
    "look_alike": lambda name: is_confusable(name, known_names=KNOWN),
    "taken_name": lambda name: takes_name(name, known_names=KNOWN),
    "title": lambda name: render_badge_svg(BadgeArt(title=name, issuer_name="Example College")),
    "issuer": lambda name: render_badge_svg(BadgeArt(title="Milling", issuer_name=name)),
    "topic": lambda name: render_badge_svg(BadgeArt(title="Milling", issuer_name="Example College", topic=name)),
}


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("action", ACTIONS)
def test_long_name(action: str, unit: str) -> None:
    """Judging and drawing look at the beginning of a name only."""
    run = ACTIONS[action]
    run("Welding")  # fonts and known names are read once for a process
    name = unit * (LENGTH // len(unit.encode()))
    within_cost(MAX_COST, lambda: run(name))


def test_beginning_decides() -> None:
    """A look-alike letter within the first 500 characters is still seen (UTS #39)."""
    assert is_confusable("Ex\u0430mple College" + " and so on" * 10_000)
