"""A criteria narrative is taken apart into what was written into it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials import CriteriaParts, compose_criteria_narrative, read_criteria_parts

_ENGLISH = """Pass both tests.

**What the holder can do**

- Can align a part
- Can run a program

**How it was tested**

Three parts were measured.

A trainer watched.

**Length of training**

24 hours"""
_PARTS = CriteriaParts(
    earned_by="Pass both tests.",
    can_do=("Can align a part", "Can run a program"),
    assessment="Three parts were measured.\n\nA trainer watched.",
    hours="24 hours",
)
_SENTENCE = st.text(min_size=1).map(lambda text: " ".join(text.split())).filter(bool)


def test_written_form() -> None:
    """The narrative is Markdown with fixed headings, so that any wallet shows it sensibly."""
    assert compose_criteria_narrative(_PARTS) == _ENGLISH


def test_read_form() -> None:
    """The same text gives the same parts."""
    assert read_criteria_parts(_ENGLISH) == _PARTS


def test_spanish_headings() -> None:
    """A Spanish badge has Spanish headings and is read the same."""
    narrative = compose_criteria_narrative(_PARTS, language="es-MX")
    assert "**Cómo se evaluó**" in narrative
    assert read_criteria_parts(narrative) == _PARTS


def test_empty_parts_leave_no_heading() -> None:
    """What is not said leaves no trace."""
    assert compose_criteria_narrative(CriteriaParts(earned_by="Be there.")) == "Be there."


@given(st.lists(_SENTENCE, max_size=4), _SENTENCE)
def test_plain_text_survives(sentences: list[str], hours: str) -> None:
    """Any plain sentence, whatever signs it has, comes back as it was."""
    parts = CriteriaParts(earned_by="Be there.", can_do=tuple(sentences), hours=hours)
    assert read_criteria_parts(compose_criteria_narrative(parts)) == parts


@pytest.mark.parametrize(
    "narrative",
    [
        "",
        "Any text of *another* issuer.\n\n- one\n- two",
        "**How it was tested**\n\nA\n\n**What the holder can do**\n\n- B",
        "**How it was tested**\n\nA\n\n**How it was tested**\n\nB",
        "**What the holder can do**\n\nno list here",
        "**what the holder can do**\n\n- small letters",
    ],
    ids=["empty", "foreign", "other order", "twice", "no list", "other spelling"],
)
def test_narrative_of_another_issuer(narrative: str) -> None:
    """What was not written this way is shown whole: nothing is lost and nothing is guessed."""
    assert read_criteria_parts(narrative) == CriteriaParts(earned_by=narrative)


@given(st.text())
def test_reading_never_fails(narrative: str) -> None:
    """Any text can be read."""
    assert isinstance(read_criteria_parts(narrative), CriteriaParts)
