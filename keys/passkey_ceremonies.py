"""Making a passkey and signing in with one, from the question to the browser to what is kept.

A question is asked once, to one browser, for one purpose and person, and counts for five minutes. It is taken back
before the answer is looked at, so no answer can be tried twice. Every refusal has the same name.
Spec: WebAuthn Level 3 §7 and §13.4.3 (challenges).
"""

from __future__ import annotations

import enum
import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, Protocol

from keys.link_secret import hash_token
from keys.passkeys import (
    CHALLENGE_BYTES,
    KnownPasskey,
    compose_assertion,
    compose_registration,
    read_credential_id,
    read_passkey_answer,
    verify_assertion,
    verify_registration,
)
from schemas import LedgerError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from keys.clock import Clock
    from keys.passkeys import PasskeySite
    from schemas import JsonObject

QUESTION_LIFE: Final = timedelta(minutes=5)
MAX_PASSKEYS: Final = 10  # of one person
MAX_PASSKEY_NAME_CHARS: Final = 60
_TICKET_BYTES: Final = 32


class PasskeyOwner(enum.Enum):
    """Whose passkeys are meant; nobody of one kind signs in as one of the other."""

    HOLDER = "holder"  # of a wallet
    PERSON = "person"  # of the desk


class _Purpose(enum.Enum):
    ADD = "add"
    SIGN_IN = "sign-in"


@dataclass(frozen=True, slots=True, kw_only=True)
class PasskeyQuestion:
    """What one browser is asked.

    Args:
        ticket: Random; stays in the signed cookie of that browser and brings the answer back to the question.
        options: For `navigator.credentials`.
    """

    ticket: str
    options: JsonObject


class OwnedPasskey(KnownPasskey, Protocol):
    """A passkey on record."""

    @property
    def owner_id(self) -> str:
        """Whose it is."""
        ...


class PasskeyBook(Protocol):
    """Where questions and the passkeys of one kind of owner are kept."""

    def keep_question(
        self, ticket_hash: bytes, *, purpose: str, owner_id: str, challenge: bytes, now: datetime, forget: datetime
    ) -> None:
        """Keep a question, and forget those that were asked before `forget`."""
        ...

    def take_question(self, ticket_hash: bytes, *, purpose: str, owner_id: str, after: datetime) -> bytes | None:
        """Return the challenge of a question that was asked after a moment, and forget it, in one step."""
        ...

    def list_credential_ids(self, owner_id: str) -> Sequence[bytes]:
        """Return the ids of the passkeys of an owner."""
        ...

    def add(
        self,
        owner_id: str,
        *,
        credential_id: bytes,
        user_handle: bytes,
        public_key: bytes,
        sign_count: int,
        is_synced: bool,
        name: str,
        now: datetime,
        max_passkeys: int,
    ) -> bool:
        """Keep a passkey; say False when its id is known, or the owner has so many already."""
        ...

    def find(self, credential_id: bytes) -> OwnedPasskey | None:
        """Return the passkey with this id."""
        ...

    def note_use(self, credential_id: bytes, *, count_before: int, sign_count: int, now: datetime) -> bool:
        """Note that a passkey was used; say False when it is gone or was used since its count was read."""
        ...


def read_passkey_name(typed: str) -> str:
    """Return what an owner calls a passkey, in one line.

    Raises:
        LedgerError: `passkey.name_missing`.
    """
    shown = " ".join(typed.split())[:MAX_PASSKEY_NAME_CHARS]
    if not shown:
        raise LedgerError("passkey.name_missing")
    return shown


class Passkeys:
    """The passkeys of one kind of owner at one site. Safe to share between threads.

    Args:
        site: For which the passkeys are.
        owner: Whose passkeys are meant.
        book: Where they are kept.
        clock: Aware UTC.
    """

    def __init__(self, site: PasskeySite, *, owner: PasskeyOwner, book: PasskeyBook, clock: Clock) -> None:
        self._site = site
        self._owner = owner
        self._book = book
        self._clock = clock

    def ask_to_add(self, owner_id: str, *, user_name: str) -> PasskeyQuestion:
        """Ask a browser to make a passkey for somebody who is signed in.

        Args:
            owner_id: Who is signed in.
            user_name: Shown to them by their own device.

        Raises:
            LedgerError: `passkey.too_many`.
        """
        known = self._book.list_credential_ids(owner_id)
        if len(known) >= MAX_PASSKEYS:
            raise LedgerError("passkey.too_many")
        ticket, challenge = self._ask(_Purpose.ADD, owner_id)
        handle = self._user_handle(owner_id)
        options = compose_registration(
            self._site, challenge=challenge, user_handle=handle, user_name=user_name, known=known
        )
        return PasskeyQuestion(ticket=ticket, options=options)

    def add(self, owner_id: str, *, ticket: str, answer: str, name: str) -> None:
        """Keep the passkey that a browser made.

        Args:
            owner_id: Who is signed in.
            ticket: From the cookie of the browser; empty when there was none.
            answer: JSON of the browser.
            name: What its owner calls it.

        Raises:
            LedgerError: `passkey.name_missing` (the question stays), or `passkey.refused`.
        """
        shown = read_passkey_name(name)
        challenge = self._take(_Purpose.ADD, owner_id, ticket)
        made = verify_registration(self._site, read_passkey_answer(answer), challenge=challenge)
        is_kept = self._book.add(
            owner_id,
            credential_id=made.credential_id,
            user_handle=self._user_handle(owner_id),
            public_key=made.public_key,
            sign_count=made.sign_count,
            is_synced=made.is_synced,
            name=shown,
            now=self._clock(),
            max_passkeys=MAX_PASSKEYS,
        )
        if not is_kept:
            raise LedgerError("passkey.refused", "known already, or one too many")

    def ask_to_sign_in(self) -> PasskeyQuestion:
        """Ask a browser for any passkey of this site."""
        ticket, challenge = self._ask(_Purpose.SIGN_IN, "")
        return PasskeyQuestion(ticket=ticket, options=compose_assertion(self._site, challenge=challenge))

    def sign_in(self, *, ticket: str, answer: str) -> str:
        """Return the owner whose passkey answered.

        Raises:
            LedgerError: `passkey.refused`, for a wrong answer as for an unknown passkey.
        """
        challenge = self._take(_Purpose.SIGN_IN, "", ticket)
        members = read_passkey_answer(answer)
        passkey = self._book.find(read_credential_id(members))
        if passkey is None:
            raise LedgerError("passkey.refused", "unknown")
        sign_count = verify_assertion(self._site, members, challenge=challenge, passkey=passkey)
        is_noted = self._book.note_use(
            passkey.credential_id, count_before=passkey.sign_count, sign_count=sign_count, now=self._clock()
        )
        if not is_noted:
            raise LedgerError("passkey.refused", "removed, or used in the same moment")
        return passkey.owner_id

    def _ask(self, purpose: _Purpose, owner_id: str) -> tuple[str, bytes]:
        ticket, challenge, now = (
            secrets.token_urlsafe(_TICKET_BYTES),
            secrets.token_bytes(CHALLENGE_BYTES),
            self._clock(),
        )
        self._book.keep_question(
            hash_token(ticket),
            purpose=purpose.value,
            owner_id=owner_id,
            challenge=challenge,
            now=now,
            forget=now - QUESTION_LIFE,
        )
        return ticket, challenge

    def _take(self, purpose: _Purpose, owner_id: str, ticket: str) -> bytes:
        challenge = self._book.take_question(
            hash_token(ticket), purpose=purpose.value, owner_id=owner_id, after=self._clock() - QUESTION_LIFE
        )
        if challenge is None:
            raise LedgerError("passkey.refused", "no such question")
        return challenge

    def _user_handle(self, owner_id: str) -> bytes:
        # Says nothing about the person, and a device replaces the passkey that it has when it makes another one.
        return hashlib.sha256(f"skillmark passkey {self._owner.value} {owner_id}".encode()).digest()
