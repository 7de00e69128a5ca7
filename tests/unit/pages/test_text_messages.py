"""Text messages: two parts at the most, in letters that cost one unit each (3GPP TS 23.038)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages import MAX_PARTS, count_parts, fit_text

LINK = "https://badges.college.example/claim/" + "a" * 43


@pytest.mark.parametrize(("length", "parts"), [(1, 1), (160, 1), (161, 2), (306, 2), (307, 3)])
def test_parts_are_those_of_the_standard(length: int, parts: int) -> None:
    """160 units alone, 153 in each of several (3GPP TS 23.040)."""
    assert count_parts("a" * length) == parts


def test_signs_of_the_second_table_count_twice() -> None:
    """A bracket costs two units: eighty fill a message."""
    assert count_parts("[" * 80) == 1
    assert count_parts("[" * 81) == 2


def test_accents_that_cost_are_left_out() -> None:
    """Letters with an accent stay where the alphabet of text messages has them, and lose it where it has not."""
    assert fit_text("Está, ñandú, insignia «Prensa»…") == 'Esta, ñandu, insignia "Prensa"...'


@given(title=st.text(max_size=400))
def test_any_title_fits(title: str) -> None:
    """Whatever a course is called, the message has two parts at most and ends with the whole link."""
    message = fit_text(
        "Your badge is ready / Su insignia está lista: {title}. Only for / Solo para Ana:", title=title, link=LINK
    )
    assert count_parts(message) <= MAX_PARTS
    assert message.endswith(f" {LINK}")
    assert "\n" not in message
