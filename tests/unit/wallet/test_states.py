"""In what state a badge is, from its last check and today; what is found by a question."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas import fold_text
from wallet.cards import encode_card, load_card
from wallet.model import Card, Holding, Origin
from wallet.states import HoldingState, find_state, is_match, list_ending, sort_by_day

NOW = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
CARD = Card(title="Forklift operator", issuer="North Shop College", skills=("Driving", "safety"))
HELD = Holding(
    id="a",
    origin=Origin.ADDED,
    slug="",
    sha256="",
    media_type="application/vc+ld+json",
    added_at=NOW,
    headline="genuine",
    lost="",
    card=CARD,
    checked_at=NOW,
)


def held(**changes: object) -> Holding:
    """Return the badge with other values."""
    return replace(HELD, **changes)  # type: ignore[arg-type]


def ending(after: timedelta, name: str = "a") -> Holding:
    """Return a badge that ends so long after now."""
    return held(id=name, card=replace(CARD, valid_until=NOW + after))


@pytest.mark.parametrize(
    ("holding", "state"),
    [
        (held(), HoldingState.IN_FORCE),
        (ending(timedelta(days=91)), HoldingState.IN_FORCE),
        (ending(timedelta(days=90)), HoldingState.ENDS_SOON),
        (ending(timedelta(seconds=1)), HoldingState.ENDS_SOON),
        (ending(timedelta()), HoldingState.EXPIRED),
        (held(headline="genuine_but", lost="validity.expired"), HoldingState.EXPIRED),
        (held(headline="genuine_but", lost="validity.not_yet_valid"), HoldingState.NOT_YET_VALID),
        (held(headline="genuine_but", lost="status.suspended"), HoldingState.SUSPENDED),
        (held(headline="genuine_but", lost="status.revoked"), HoldingState.REVOKED),
        (held(headline="genuine_but", lost=""), HoldingState.NOT_CHECKED),
        (held(headline="could_not_check"), HoldingState.NOT_CHECKED),
        (held(headline="not_genuine"), HoldingState.NOT_GENUINE),
        (held(origin=Origin.SELF_RECORDED, headline=""), HoldingState.NOTE),
    ],
)
def test_state(holding: Holding, state: HoldingState) -> None:
    """What was found last and the day of today decide; a badge that was not proven good is never in force."""
    assert find_state(holding, NOW) is state


def test_what_ends_when() -> None:
    """The one that ends first stands first; what ends in more than ninety days or never is left out."""
    badges = [ending(timedelta(days=days), str(days)) for days in (60, -5, 200, 7)] + [held()]
    assert [holding.id for holding in list_ending(badges, NOW)] == ["-5", "7", "60"]


@pytest.mark.parametrize(
    ("query", "is_found"),
    [
        ("", True),
        ("forklift", True),
        ("FORK north", True),
        ("SAFETY", True),
        ("operating", True),
        ("operators", True),
        ("drivers", True),
        ("safe", True),
        ("forks", True),
        ("trucks", False),
        ("drill", False),
        ("norms", False),
        ("welding", False),
        ("fork welding", False),
    ],
)
def test_question(query: str, is_found: bool) -> None:  # noqa: FBT001 - a table of cases
    """Every word of a question has to stand somewhere."""
    assert is_match(HELD, query, fold_text) is is_found


def test_question_knows_no_accents() -> None:
    """Somebody without accents on the keyboard finds the same."""
    assert is_match(held(card=Card(title="Operación de grúa")), "operacion grua", fold_text)


def test_newest_first() -> None:
    """Badges stand by the day on which they were earned; those without a day at the end."""
    days = {"a": date(2024, 1, 1), "b": date(2026, 1, 1), "c": None}
    badges = [held(id=name, card=replace(CARD, earned_on=day)) for name, day in days.items()]
    assert [holding.id for holding in sort_by_day(badges)] == ["b", "a", "c"]


@given(
    st.builds(
        Card,
        title=st.text(),
        issuer=st.text(),
        recipient=st.text(),
        description=st.text(),
        can_do=st.lists(st.text(), max_size=3).map(tuple),
        skills=st.lists(st.text(), max_size=3).map(tuple),
        earned_on=st.none() | st.dates(),
        valid_until=st.none()
        | st.datetimes(min_value=datetime(1990, 1, 1), max_value=datetime(2200, 1, 1)).map(  # noqa: DTZ001
            lambda moment: moment.replace(tzinfo=UTC, microsecond=0)
        ),
        note=st.text(),
    )
)
def test_card_is_kept_whole(card: Card) -> None:
    """What is stored of a card reads back as the same card."""
    assert load_card(encode_card(card)) == card
