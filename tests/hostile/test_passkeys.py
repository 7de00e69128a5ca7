"""Passkeys under attack: wrong site, old answers, other people's questions, and copies (WebAuthn 3 §13)."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
import sqlalchemy as sa

from keys import PasskeyOwner, Passkeys
from schemas import LedgerError
from storage import PasskeyStore, open_database
from storage.tables import PASSKEY_QUESTIONS
from tests.doubles.authenticator import BE, UP, UV, b64u
from tests.doubles.passkeys import ANA, BEN, REFUSED, SITE, add, make_phone, sign_in
from tests.web.workshop import SteppedClock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from storage import Database


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = open_database(tmp_path / "skillmark.sqlite3")
    yield opened
    opened.close()


@pytest.fixture
def clock() -> SteppedClock:
    return SteppedClock(datetime(2026, 11, 22, 9, 0, tzinfo=UTC))


@pytest.fixture
def passkeys(database: Database, clock: SteppedClock) -> Passkeys:
    return Passkeys(SITE, owner=PasskeyOwner.HOLDER, book=PasskeyStore(database, "holder"), clock=clock)


LIES: dict[str, dict[str, Any]] = {
    "origin of another site": {"origin": "https://badges.example.org"},
    "origin of a subdomain": {"origin": "https://evil.badges.example.edu"},
    "origin with another port": {"origin": "https://badges.example.edu:8443"},
    "origin without encryption": {"origin": "http://badges.example.edu"},
    "origin in capitals": {"origin": "https://Badges.example.edu"},
    "another relying party": {"rp_id": "badges.example.org"},
    "a parent as relying party": {"rp_id": "example.edu"},
    "person not verified": {"flags": UP},
    "person not present": {"flags": UV},
    "inside the page of another site": {"client_members": {"crossOrigin": True}},
    "below the page of another site": {"client_members": {"topOrigin": "https://evil.example.org"}},
    "cross-origin flag that is no flag": {"client_members": {"crossOrigin": "no"}},
    "challenge of its own": {"client_members": {"challenge": b64u(b"TEST ONLY challenge of the thief")}},
    "challenge that is no text": {"client_members": {"challenge": 7}},
    "origin that is a list": {"client_members": {"origin": [SITE.origin]}},
    "backed up without being able to": {"flags": UP | UV | 0x10},
}


@pytest.mark.parametrize("lie", LIES)
def test_making_one_with_a_lie(passkeys: Passkeys, lie: str) -> None:
    """A new passkey that was not made for this page by a verified person is refused."""
    with pytest.raises(LedgerError, match=REFUSED):
        add(passkeys, make_phone(**LIES[lie]))


@pytest.mark.parametrize("lie", LIES)
def test_signing_in_with_a_lie(passkeys: Passkeys, lie: str) -> None:
    """A signature that was not given on this page by a verified person is refused; the true one is taken."""
    device = make_phone()
    add(passkeys, device)
    assert sign_in(passkeys, device) == ANA
    for name, value in LIES[lie].items():
        setattr(device, name, value)
    with pytest.raises(LedgerError, match=REFUSED):
        sign_in(passkeys, device)


def test_answer_twice(passkeys: Passkeys) -> None:
    """An answer that was taken once is refused the second time."""
    device = make_phone()
    add(passkeys, device)
    question = passkeys.ask_to_sign_in()
    answer = json.dumps(device.get(question.options))
    assert passkeys.sign_in(ticket=question.ticket, answer=answer) == ANA
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.sign_in(ticket=question.ticket, answer=answer)


def test_old_answer_to_a_new_question(passkeys: Passkeys) -> None:
    """An answer that was overheard answers no later question."""
    device = make_phone()
    add(passkeys, device)
    answer = json.dumps(device.get(passkeys.ask_to_sign_in().options))
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.sign_in(ticket=passkeys.ask_to_sign_in().ticket, answer=answer)


def test_wrong_answer_uses_the_question_up(passkeys: Passkeys) -> None:
    """After a wrong answer the right one comes too late: each question is tried once."""
    device = make_phone()
    add(passkeys, device)
    question = passkeys.ask_to_sign_in()
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.sign_in(ticket=question.ticket, answer="{}")
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.sign_in(ticket=question.ticket, answer=json.dumps(device.get(question.options)))


@pytest.mark.parametrize(("seconds", "is_late"), [(299, False), (300, True)])
def test_question_ends_after_five_minutes(
    passkeys: Passkeys, clock: SteppedClock, seconds: int, *, is_late: bool
) -> None:
    """A question counts for less than five minutes."""
    device = make_phone()
    add(passkeys, device)
    question = passkeys.ask_to_sign_in()
    clock.now += timedelta(seconds=seconds)
    answer = json.dumps(device.get(question.options))
    if is_late:
        with pytest.raises(LedgerError, match=REFUSED):
            passkeys.sign_in(ticket=question.ticket, answer=answer)
    else:
        assert passkeys.sign_in(ticket=question.ticket, answer=answer) == ANA


def test_question_of_somebody_else(passkeys: Passkeys) -> None:
    """The question that Ben was asked makes no passkey for Ana."""
    question = passkeys.ask_to_add(BEN, user_name="ben")
    answer = json.dumps(make_phone().create(question.options))
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.add(ANA, ticket=question.ticket, answer=answer, name="phone")


def test_question_for_another_purpose(passkeys: Passkeys) -> None:
    """A question to sign in makes no passkey, and one to make a passkey signs nobody in."""
    device = make_phone()
    add(passkeys, device)
    sign_in_question = passkeys.ask_to_sign_in()
    options = {**sign_in_question.options, "user": {"id": b64u(b"x")}}
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.add("", ticket=sign_in_question.ticket, answer=json.dumps(make_phone().create(options)), name="phone")
    add_question = passkeys.ask_to_add(ANA, user_name="ana")
    with pytest.raises(LedgerError, match=REFUSED):
        passkeys.sign_in(ticket=add_question.ticket, answer=json.dumps(device.get(add_question.options)))


def test_signature_for_making_is_none_for_signing_in(passkeys: Passkeys) -> None:
    """Client data of one kind does not pass for the other."""
    device = make_phone()
    add(passkeys, device)
    device.client_members = {"type": "webauthn.create"}
    with pytest.raises(LedgerError, match=REFUSED):
        sign_in(passkeys, device)


def test_passkey_of_a_wallet_at_the_desk(database: Database, clock: SteppedClock, passkeys: Passkeys) -> None:
    """A passkey of a wallet does not sign in at the desk, even when both know an owner by the same id."""
    device = make_phone()
    add(passkeys, device)
    desk = Passkeys(SITE, owner=PasskeyOwner.PERSON, book=PasskeyStore(database, "person"), clock=clock)
    with pytest.raises(LedgerError, match=REFUSED):
        sign_in(desk, device)
    question = passkeys.ask_to_sign_in()
    with pytest.raises(LedgerError, match=REFUSED):
        desk.sign_in(ticket=question.ticket, answer=json.dumps(device.get(question.options)))


@pytest.mark.parametrize("count", [0, 4, 5])
def test_count_that_does_not_go_up(passkeys: Passkeys, count: int) -> None:
    """A count that went back, or stayed, tells of a copy: refused (§7.2 step 22)."""
    device = make_phone(sign_count=4, counts=True)
    add(passkeys, device)
    device.counts, device.sign_count = False, count
    with pytest.raises(LedgerError, match=REFUSED):
        sign_in(passkeys, device)
    device.sign_count = 6
    assert sign_in(passkeys, device) == ANA


def test_device_that_changes_its_nature(passkeys: Passkeys) -> None:
    """A passkey that could not be copied does not become one that can (§7.2 step 18)."""
    device = make_phone()
    add(passkeys, device)
    device.flags |= BE
    with pytest.raises(LedgerError, match=REFUSED):
        sign_in(passkeys, device)


def test_user_handle_of_somebody_else(passkeys: Passkeys) -> None:
    """An answer that names another owner than the one on record, or none, is refused (§7.2 step 6)."""
    device, other = make_phone(), make_phone(credential_id=b"TEST ONLY of Ben")
    add(passkeys, device)
    add(passkeys, other, BEN)
    for handle in (other.user_handle, b""):
        device.user_handle = handle
        with pytest.raises(LedgerError, match=REFUSED):
            sign_in(passkeys, device)


def test_id_of_somebody_else(passkeys: Passkeys) -> None:
    """Ben's key under the id of Ana's passkey neither signs in as Ana nor replaces her key."""
    device = make_phone()
    add(passkeys, device)
    thief = make_phone(credential_id=device.credential_id, user_handle=device.user_handle)
    with pytest.raises(LedgerError, match=REFUSED):
        sign_in(passkeys, thief)
    with pytest.raises(LedgerError, match=REFUSED):
        add(passkeys, thief, BEN)
    assert sign_in(passkeys, device) == ANA


def test_unknown_and_removed(passkeys: Passkeys, database: Database) -> None:
    """A passkey that never was and one that was removed get the same refusal as a wrong signature."""
    device = make_phone()
    add(passkeys, device)
    store = PasskeyStore(database, "holder")
    (known,) = store.list_passkeys(ANA)
    assert store.remove(ANA, known.id)
    for one in (device, make_phone(credential_id=b"TEST ONLY never seen")):
        with pytest.raises(LedgerError, match=REFUSED):
            sign_in(passkeys, one)


def test_questions_are_forgotten(passkeys: Passkeys, database: Database, clock: SteppedClock) -> None:
    """Questions that nobody answered do not pile up."""
    for _ in range(5):
        passkeys.ask_to_sign_in()
    clock.now += timedelta(minutes=5)
    passkeys.ask_to_sign_in()
    with database.read() as connection:
        assert connection.scalar(sa.select(sa.func.count()).select_from(PASSKEY_QUESTIONS)) == 1
