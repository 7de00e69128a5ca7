"""Questions that a holder answers: random, kept, and burnt by the first answer.

Spec: VC-DATA-INTEGRITY 1.0 §4.4 (`challenge`): a value that comes back once proves that the showing is no replay.
"""

from __future__ import annotations

import hashlib
import os
import secrets
import threading
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, Protocol

from schemas import CannotCheckError, ProofError

if TYPE_CHECKING:
    from pathlib import Path

CHALLENGE_BYTES: Final = 32
CHALLENGE_LIFETIME_SECONDS: Final = 600
MAX_OPEN_CHALLENGES: Final = 10_000
_FOLDER_MODE: Final = 0o700
_DRAFT_MARK: Final = "."  # begins the name of a file that is still being written


class ChallengeBook(Protocol):
    """Where open questions are kept."""

    def ask(self, *, now: datetime, domain: str = "") -> str:
        """Return a new challenge, good for ten minutes.

        Args:
            now: Aware.
            domain: For whom an answer must be made; empty when anybody's will do.

        Raises:
            CannotCheckError: Too many are open (`presentation.too_many_questions`).
        """
        ...

    def burn(self, challenge: str, *, now: datetime) -> str:
        """Take a challenge out of the book. Of any number of calls at once exactly one returns.

        Returns:
            The domain that it was asked for; the caller compares it with the answer's.

        Raises:
            ProofError: Never asked or already answered (`proof.challenge_mismatch`), or answered too late
                (`presentation.challenge_expired`).
        """
        ...


def _name(challenge: str) -> str:
    """Return what is kept of a challenge; whoever reads the book cannot answer from it."""
    return hashlib.sha256(challenge.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse_late(expires: datetime, now: datetime) -> None:
    if now >= expires:
        raise ProofError("presentation.challenge_expired")


def _read(path: Path) -> tuple[datetime, str]:
    """Return until when a question may be answered, and for whom.

    Raises:
        ValueError: It is being written, or was cut short.
    """
    expires, _, domain = path.read_text("utf-8").partition("\n")
    return datetime.fromisoformat(expires), domain


def _is_left_behind(path: Path, now: datetime) -> bool:
    """Whether a file that holds no question is none that another process is writing at this moment."""
    if not path.name.startswith(_DRAFT_MARK):
        return True
    try:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    except FileNotFoundError:  # it has its name now
        return False
    return now - written > timedelta(seconds=CHALLENGE_LIFETIME_SECONDS)


class MemoryChallengeBook:
    """A book in the memory of one process."""

    def __init__(self, *, max_open: int = MAX_OPEN_CHALLENGES) -> None:
        self._max_open = max_open
        self._open: dict[str, tuple[datetime, str]] = {}
        self._lock = threading.Lock()

    def ask(self, *, now: datetime, domain: str = "") -> str:
        """See `ChallengeBook.ask`."""
        challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
        with self._lock:
            if len(self._open) >= self._max_open:
                self._open = {name: kept for name, kept in self._open.items() if kept[0] > now}
            if len(self._open) >= self._max_open:
                raise CannotCheckError("presentation.too_many_questions", detail={"limit": self._max_open})
            self._open[_name(challenge)] = (now + timedelta(seconds=CHALLENGE_LIFETIME_SECONDS), domain)
        return challenge

    def burn(self, challenge: str, *, now: datetime) -> str:
        """See `ChallengeBook.burn`."""
        with self._lock:
            kept = self._open.pop(_name(challenge), None)
        if kept is None:
            raise ProofError("proof.challenge_mismatch")
        _refuse_late(kept[0], now)
        return kept[1]


class FolderChallengeBook:
    """A book that several processes share and that outlives them: one small file for each open question.

    Removing a file is atomic: the one call that removed it has burnt the challenge.

    Args:
        folder: Made when it is missing; holds nothing else.
        max_open: Questions that may be open.
    """

    def __init__(self, folder: Path, *, max_open: int = MAX_OPEN_CHALLENGES) -> None:
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        self._folder = folder
        self._max_open = max_open
        self._none_late_before: datetime | None = None  # as the last look into a full book found

    def ask(self, *, now: datetime, domain: str = "") -> str:
        """See `ChallengeBook.ask`."""
        if self._is_full() and (self._none_late_before is None or now >= self._none_late_before):
            self._none_late_before = self._drop_late(now)
        if self._is_full():
            raise CannotCheckError("presentation.too_many_questions", detail={"limit": self._max_open})
        challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
        expires = now + timedelta(seconds=CHALLENGE_LIFETIME_SECONDS)
        # Written aside, so that nobody ever finds half a question and takes it for one that a crash cut short.
        path = self._folder / _name(challenge)
        draft = path.with_name(f"{_DRAFT_MARK}{path.name}")
        with draft.open("x", encoding="utf-8") as file:
            file.write(f"{expires.astimezone(UTC).isoformat()}\n{domain}")
        draft.rename(path)
        return challenge

    def burn(self, challenge: str, *, now: datetime) -> str:
        """See `ChallengeBook.burn`."""
        path = self._folder / _name(challenge)
        try:
            expires, domain = _read(path)
            path.unlink()
        except (FileNotFoundError, ValueError) as error:  # ValueError: it is being written, or was cut short
            raise ProofError("proof.challenge_mismatch") from error
        _refuse_late(expires, now)
        return domain

    def _is_full(self) -> bool:
        with os.scandir(self._folder) as entries:
            return sum(1 for _ in entries) >= self._max_open

    def _drop_late(self, now: datetime) -> datetime | None:
        """Remove what nobody can answer any more; return when the next of the others will be late."""
        left: list[datetime] = []
        for path in self._folder.iterdir():
            try:
                expires = _read(path)[0]
                if expires <= now:
                    path.unlink(missing_ok=True)
                else:
                    left.append(expires)
            except FileNotFoundError:  # answered this moment
                continue
            except ValueError:  # being written, or cut short by a crash: nobody can answer it
                if _is_left_behind(path, now):
                    path.unlink(missing_ok=True)
        return min(left, default=None)
