"""Questions that a holder answers: random, kept, and burnt by the first answer.

Spec: VC-DATA-INTEGRITY 1.0 §4.4 (`challenge`): a value that comes back once proves that the showing is no replay.
"""

from __future__ import annotations

import hashlib
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


class ChallengeBook(Protocol):
    """Where open questions are kept."""

    def ask(self, *, now: datetime) -> str:
        """Return a new challenge, good for ten minutes.

        Raises:
            CannotCheckError: Too many are open (`presentation.too_many_questions`).
        """
        ...

    def burn(self, challenge: str, *, now: datetime) -> None:
        """Take a challenge out of the book. Of any number of calls at once exactly one returns.

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


class MemoryChallengeBook:
    """A book in the memory of one process."""

    def __init__(self, *, max_open: int = MAX_OPEN_CHALLENGES) -> None:
        self._max_open = max_open
        self._open: dict[str, datetime] = {}
        self._lock = threading.Lock()

    def ask(self, *, now: datetime) -> str:
        """See `ChallengeBook.ask`."""
        challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
        with self._lock:
            if len(self._open) >= self._max_open:
                self._open = {name: expires for name, expires in self._open.items() if expires > now}
            if len(self._open) >= self._max_open:
                raise CannotCheckError("presentation.too_many_questions", detail={"limit": self._max_open})
            self._open[_name(challenge)] = now + timedelta(seconds=CHALLENGE_LIFETIME_SECONDS)
        return challenge

    def burn(self, challenge: str, *, now: datetime) -> None:
        """See `ChallengeBook.burn`."""
        with self._lock:
            expires = self._open.pop(_name(challenge), None)
        if expires is None:
            raise ProofError("proof.challenge_mismatch")
        _refuse_late(expires, now)


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

    def ask(self, *, now: datetime) -> str:
        """See `ChallengeBook.ask`."""
        if sum(1 for _ in self._folder.iterdir()) >= self._max_open:
            self._drop_late(now)
        if sum(1 for _ in self._folder.iterdir()) >= self._max_open:
            raise CannotCheckError("presentation.too_many_questions", detail={"limit": self._max_open})
        challenge = secrets.token_urlsafe(CHALLENGE_BYTES)
        expires = now + timedelta(seconds=CHALLENGE_LIFETIME_SECONDS)
        with (self._folder / _name(challenge)).open("x", encoding="ascii") as file:
            file.write(expires.astimezone(UTC).isoformat())
        return challenge

    def burn(self, challenge: str, *, now: datetime) -> None:
        """See `ChallengeBook.burn`."""
        path = self._folder / _name(challenge)
        try:
            expires = datetime.fromisoformat(path.read_text("ascii"))
            path.unlink()
        except (FileNotFoundError, ValueError) as error:  # ValueError: it is being written, or was cut short
            raise ProofError("proof.challenge_mismatch") from error
        _refuse_late(expires, now)

    def _drop_late(self, now: datetime) -> None:
        for path in self._folder.iterdir():
            try:
                if datetime.fromisoformat(path.read_text("ascii")) <= now:
                    path.unlink(missing_ok=True)
            except FileNotFoundError:  # answered this moment
                continue
            except ValueError:  # cut short by a crash: nobody can answer it
                path.unlink(missing_ok=True)
