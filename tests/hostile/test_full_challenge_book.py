"""Whoever fills the book of challenges makes nobody, not even us, read all of it for each further question."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from schemas import CannotCheckError
from tests.doubles.cost import cost_of
from verifier import CHALLENGE_LIFETIME_SECONDS, FolderChallengeBook

if TYPE_CHECKING:
    from pathlib import Path

NOON = datetime(2026, 5, 1, 12, tzinfo=UTC)
LIFETIME = timedelta(seconds=CHALLENGE_LIFETIME_SECONDS)
OPEN = 1_000


def _fill(folder: Path, count: int) -> FolderChallengeBook:
    book = FolderChallengeBook(folder, max_open=count)
    for number in range(count):
        book.ask(now=NOON + timedelta(seconds=number))
    return book


def _refuse(book: FolderChallengeBook, now: datetime) -> None:
    with pytest.raises(CannotCheckError, match="too_many_questions"):
        book.ask(now=now)


def test_refusal_does_not_read_the_whole_book(tmp_path: Path) -> None:
    """After one look into a full book the next questions are refused for a fraction of what that look cost."""
    book = _fill(tmp_path / "book", OPEN)
    now = NOON + LIFETIME - timedelta(seconds=1)

    def refuse_as_newcomer() -> None:
        _refuse(FolderChallengeBook(tmp_path / "book", max_open=OPEN), now)

    _refuse(book, now)
    assert min(cost_of(lambda: _refuse(book, now)) for _ in range(5)) < cost_of(refuse_as_newcomer) / 4


def test_late_ones_make_room_at_once(tmp_path: Path) -> None:
    """The moment the oldest question is late there is room again, and not before."""
    book = _fill(tmp_path / "book", 3)
    _refuse(book, NOON + LIFETIME - timedelta(seconds=1))
    for late in range(3):
        assert book.ask(now=NOON + LIFETIME + timedelta(seconds=late))
        _refuse(book, NOON + LIFETIME + timedelta(seconds=late))


def test_question_being_written_is_not_taken_for_a_broken_one(tmp_path: Path) -> None:
    """Another process looks for late ones while a question has no words yet: it stays, and is answered."""
    folder = tmp_path / "book"
    book = FolderChallengeBook(folder, max_open=2)
    now = datetime.now(UTC)  # noqa: TID251 - compared with the time of a real file
    book.ask(now=now)
    half = folder / ".0123"
    half.write_text("", encoding="utf-8")
    _refuse(book, now)
    assert half.exists()
    assert FolderChallengeBook(folder, max_open=2).ask(now=now + LIFETIME + timedelta(seconds=1))
    assert not half.exists()


def test_answered_question_makes_room(tmp_path: Path) -> None:
    """A full book takes a question as soon as another one is burnt, though none is late."""
    book = FolderChallengeBook(tmp_path / "book", max_open=2)
    first = book.ask(now=NOON)
    book.ask(now=NOON)
    _refuse(book, NOON)
    book.burn(first, now=NOON)
    assert book.ask(now=NOON)
