"""Books of open questions: random, kept for ten minutes, burnt once."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from schemas import CannotCheckError, ProofError
from tests.doubles.issuer_simulator import NOW
from verifier import CHALLENGE_LIFETIME_SECONDS, FolderChallengeBook, MemoryChallengeBook

if TYPE_CHECKING:
    from pathlib import Path

    from verifier import ChallengeBook

RACERS = 8
ROUNDS = 25


@pytest.fixture(params=["memory", "folder"])
def book(request: pytest.FixtureRequest, tmp_path: Path) -> ChallengeBook:
    return MemoryChallengeBook(max_open=40) if request.param == "memory" else FolderChallengeBook(tmp_path, max_open=40)


def _burn_code(book: ChallengeBook, challenge: str, *, seconds: int = 0) -> str:
    with pytest.raises(ProofError) as caught:
        book.burn(challenge, now=NOW + timedelta(seconds=seconds))
    return caught.value.code


def test_burnt_once(book: ChallengeBook) -> None:
    """The second answer is refused."""
    challenge = book.ask(now=NOW)
    book.burn(challenge, now=NOW)
    assert _burn_code(book, challenge) == "proof.challenge_mismatch"


@pytest.mark.parametrize("domain", ["", "hr.example.com", "bücher.example"])
def test_question_keeps_its_domain(book: ChallengeBook, domain: str) -> None:
    """Whoever burns it learns for whom it was asked."""
    assert book.burn(book.ask(now=NOW, domain=domain), now=NOW) == domain


@pytest.mark.parametrize("challenge", ["", "never asked", "../../etc/passwd", "\ud800", "x" * 10_000])
def test_never_asked(book: ChallengeBook, challenge: str) -> None:
    """Only what was asked can be answered, and no text reaches outside the book."""
    assert _burn_code(book, challenge) == "proof.challenge_mismatch"


def test_too_late(book: ChallengeBook) -> None:
    """A question is open for ten minutes, and not a second longer; then it is burnt all the same."""
    early, late = book.ask(now=NOW), book.ask(now=NOW)
    book.burn(early, now=NOW + timedelta(seconds=CHALLENGE_LIFETIME_SECONDS - 1))
    assert _burn_code(book, late, seconds=CHALLENGE_LIFETIME_SECONDS) == "presentation.challenge_expired"
    assert _burn_code(book, late) == "proof.challenge_mismatch"


def test_questions_differ(book: ChallengeBook) -> None:
    """No two questions are equal, and each carries 256 bits (43 characters of base64url)."""
    asked = {book.ask(now=NOW) for _ in range(40)}
    assert len(asked) == 40
    assert {len(challenge) for challenge in asked} == {43}


def test_book_is_full(book: ChallengeBook) -> None:
    """A flood of questions is refused, does not push out open ones, and ends with their time."""
    asked = [book.ask(now=NOW) for _ in range(40)]
    with pytest.raises(CannotCheckError, match="too_many_questions"):
        book.ask(now=NOW)
    book.burn(asked[0], now=NOW)
    assert book.ask(now=NOW + timedelta(seconds=CHALLENGE_LIFETIME_SECONDS))


def test_race(book: ChallengeBook) -> None:
    """Of eight threads that burn one question at the same moment exactly one succeeds (security T-09)."""
    for _ in range(ROUNDS):
        challenge = book.ask(now=NOW)
        barrier = threading.Barrier(RACERS)
        won: list[int] = []
        lost: list[str] = []

        def race(racer: int, challenge: str = challenge, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                book.burn(challenge, now=NOW)
            except ProofError as error:
                lost.append(error.code)  # noqa: B023 - joined before the next round
            else:
                won.append(racer)  # noqa: B023 - joined before the next round

        threads = [threading.Thread(target=race, args=(racer,)) for racer in range(RACERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(won) == 1
        assert lost == ["proof.challenge_mismatch"] * (RACERS - 1)


def test_folder_outlives_the_process(tmp_path: Path) -> None:
    """A second book on the same folder knows the question; a third finds it burnt."""
    challenge = FolderChallengeBook(tmp_path).ask(now=NOW)
    FolderChallengeBook(tmp_path).burn(challenge, now=NOW)
    assert _burn_code(FolderChallengeBook(tmp_path), challenge) == "proof.challenge_mismatch"


def test_folder_does_not_hold_the_question(tmp_path: Path) -> None:
    """Whoever reads the folder cannot answer."""
    challenge = FolderChallengeBook(tmp_path).ask(now=NOW)
    (kept,) = tmp_path.iterdir()
    assert challenge not in kept.name
    assert challenge not in kept.read_text("ascii")


def test_file_cut_short_by_a_crash(tmp_path: Path) -> None:
    """An empty file in the folder answers nothing and does not fill the book for ever."""
    book = FolderChallengeBook(tmp_path, max_open=1)
    (tmp_path / ("0" * 64)).write_text("", "ascii")
    assert book.ask(now=NOW)
