"""Signing in at the desk: what guessing costs, what it does not cost the trainer, and that signing out holds."""

from __future__ import annotations

import hashlib
import logging
import time
from typing import TYPE_CHECKING

import pytest

from issuer import people_store
from issuer.people import DESK_PERSON, HOME, Role
from issuer.web import DeskSessions
from issuer.web.desk_sessions import MAX_SESSIONS
from issuer.web.sign_in_pace import FREE_FAILURES, PAUSE_SECONDS, SignInPace
from storage import open_database
from tests.web.workshop import BASE_URL, SteppedClock, password_hash, read_token, sign_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from issuer.people import Person
    from storage import Database
    from tests.web.workshop import Workshop

LOGIN_LIMIT_TRIES = 5
OTHER_HASH = "TEST ONLY hash of another password"


def _browser(shop: Workshop, address: str) -> FlaskClient:
    browser = shop.client()
    browser.environ_base["REMOTE_ADDR"] = address
    return browser


def _guess(shop: Workshop, address: str) -> int:
    return sign_in(_browser(shop, address), password="guess").status_code


def _sign_out(browser: FlaskClient) -> None:
    token = read_token(browser.get("/desk", base_url=BASE_URL))
    browser.post("/desk/logout", data={"csrf_token": token}, base_url=BASE_URL)


def test_one_ipv6_subscriber_is_one_client(fresh_shop: Workshop) -> None:
    """T-60: the 2^64 addresses of one /64 have five tries together."""
    answers = [_guess(fresh_shop, f"2001:db8:0:7::{number:x}") for number in range(1, LOGIN_LIMIT_TRIES + 2)]
    assert answers == [401] * LOGIN_LIMIT_TRIES + [429]
    assert _guess(fresh_shop, "2001:db8:0:8::1") == 401


def test_ipv4_in_ipv6_is_one_client_each(fresh_shop: Workshop) -> None:
    """IPv4 addresses that a server shows in the form of IPv6 do not count as one /64."""
    assert [_guess(fresh_shop, "::ffff:198.51.100.1") for _ in range(6)][-1] == 429
    assert _guess(fresh_shop, "198.51.100.1") == 429
    assert _guess(fresh_shop, "::ffff:198.51.100.2") == 401


def test_lock_ends_within_a_minute(fresh_shop: Workshop, monkeypatch: pytest.MonkeyPatch) -> None:
    """T-60: a right password waits a minute after wrong ones, waiting tries do not lengthen it, then it works."""
    address = "198.51.100.20"
    for _ in range(LOGIN_LIMIT_TRIES):
        assert _guess(fresh_shop, address) == 401
    for _ in range(40):
        assert sign_in(_browser(fresh_shop, address)).status_code == 429
    monkeypatch.setattr(fresh_shop.app.extensions["limiter"], "seconds", lambda: time.monotonic() + 61)
    assert sign_in(_browser(fresh_shop, address)).status_code == 303


def test_right_passwords_are_not_counted(fresh_shop: Workshop) -> None:
    """A class of trainers behind one address signs in without waiting."""
    assert {sign_in(_browser(fresh_shop, "198.51.100.30")).status_code for _ in range(8)} == {303}


def test_guessing_from_everywhere_does_not_lock_the_trainer_out(fresh_shop: Workshop) -> None:
    """After wrong passwords from many addresses a sign-in takes a second, and works."""
    for number in range(FREE_FAILURES):
        assert _guess(fresh_shop, f"203.0.113.{number + 1}") == 401
    started = time.monotonic()
    assert sign_in(_browser(fresh_shop, "198.51.100.40")).status_code == 303
    assert time.monotonic() - started >= PAUSE_SECONDS


def test_only_one_sign_in_waits() -> None:
    """While one waits another is sent away, so that waiting never fills the server."""
    inner: list[bool] = []
    pace = SignInPace(clock=SteppedClock(), pause=lambda _: inner.append(pace.may_enter()))
    for _ in range(FREE_FAILURES):
        pace.note_failure()
    assert pace.may_enter()
    assert inner == [False]


def test_pace_is_free_again_after_a_minute() -> None:
    """Old failures are forgotten."""
    clock, pauses = SteppedClock(), list[float]()
    pace = SignInPace(clock=clock, pause=pauses.append)
    for _ in range(FREE_FAILURES):
        pace.note_failure()
    clock.move(seconds=60)
    assert pace.may_enter()
    assert pauses == []


@pytest.mark.parametrize(("headers", "count"), [({"X-Forwarded-For": "203.0.113.9"}, 1), ({}, 0)], ids=repr)
def test_proxy_that_nobody_told_us_of_is_logged_once(
    fresh_shop: Workshop, caplog: pytest.LogCaptureFixture, headers: dict[str, str], count: int
) -> None:
    """With proxy_hops 0 a forwarding header gives one warning, which names the setting and no address."""
    with caplog.at_level(logging.WARNING):
        for _ in range(3):
            fresh_shop.client().get("/", headers=headers, base_url=BASE_URL)
    told = [record.getMessage() for record in caplog.records if "proxy_hops" in record.getMessage()]
    assert len(told) == count
    assert "203.0.113.9" not in caplog.text


def test_cookie_is_worth_nothing_after_signing_out(fresh_shop: Workshop) -> None:
    """A copy of the cookie that was made before signing out does not open the desk."""
    browser = fresh_shop.client()
    sign_in(browser)
    cookie = browser.get_cookie("session", domain="127.0.0.1")
    assert cookie is not None
    thief = fresh_shop.client()
    thief.set_cookie("session", cookie.value, domain="127.0.0.1")
    assert thief.get("/desk", base_url=BASE_URL).status_code == 200
    _sign_out(browser)
    thief.set_cookie("session", cookie.value, domain="127.0.0.1")
    assert thief.get("/desk", base_url=BASE_URL).status_code == 303


def test_signing_out_leaves_others_signed_in(fresh_shop: Workshop) -> None:
    """Each browser has a session of its own."""
    first, second = fresh_shop.client(), fresh_shop.client()
    sign_in(first)
    sign_in(second)
    _sign_out(first)
    assert second.get("/desk", base_url=BASE_URL).status_code == 200


def test_session_ends_by_itself(fresh_shop: Workshop) -> None:
    """Twelve hours after signing in the desk asks again, even if it was used all the time."""
    browser = fresh_shop.client()
    sign_in(browser)
    fresh_shop.clock.move(hours=11, minutes=59)
    assert browser.get("/desk", base_url=BASE_URL).status_code == 200
    fresh_shop.clock.move(minutes=1)
    assert browser.get("/desk", base_url=BASE_URL).status_code == 303


def test_ids_of_sessions_stand_in_no_file(fresh_shop: Workshop) -> None:
    """Whoever reads the data folder cannot sign in with what stands there; the file is private."""
    browser = fresh_shop.client()
    sign_in(browser)
    with browser.session_transaction(base_url=BASE_URL) as session:
        session_id = session["desk"]
    stored = [path.read_bytes() for path in fresh_shop.home.rglob("*") if path.is_file()]
    assert not any(session_id.encode() in content for content in stored)
    digest = hashlib.sha256(session_id.encode()).digest()
    assert any(digest in content for content in stored)  # the search can find
    assert fresh_shop.database.path.stat().st_mode & 0o777 == 0o600


class TestDeskSessions:
    """The list in the database."""

    @pytest.fixture
    def database(self, tmp_path: Path) -> Iterator[Database]:
        opened = open_database(tmp_path / "a.sqlite3")
        yield opened
        opened.close()

    @pytest.fixture
    def person(self, database: Database) -> Person:
        return _read_person(_open(database))

    def test_new_password_ends_every_session(self, database: Database, person: Person) -> None:
        """A session belongs to the password that it was opened with."""
        session_id = _open(database).open(person, HOME)
        assert _open(database).find(session_id) is not None
        assert _open(database, hashed=OTHER_HASH).find(session_id) is None

    def test_session_begun_while_the_password_changes_does_not_hold(self, database: Database, person: Person) -> None:
        """Whoever was let in by the old password a moment before the change has no session after it."""
        assert _open(database, hashed=OTHER_HASH).find(_open(database, hashed=OTHER_HASH).open(person, HOME)) is None

    def test_list_outlives_the_process(self, database: Database, person: Person) -> None:
        """A restart of the server signs nobody out: nothing of it is kept in memory."""
        session_id = _open(database).open(person, HOME)
        found = _open(database).find(session_id)
        assert found is not None
        assert (found.person_id, found.organisation_id, found.role) == (DESK_PERSON, HOME, Role.OWNER)

    def test_sessions_of_one_person_are_bounded(self, database: Database, person: Person) -> None:
        """Signing in again and again ends the oldest session, and never fills the disk."""
        sessions = _open(database)
        first, second, *_ = [sessions.open(person, HOME) for _ in range(MAX_SESSIONS + 1)]
        assert sessions.find(first) is None
        assert sessions.find(second) is not None

    def test_session_needs_a_membership(self, database: Database, person: Person) -> None:
        """Whoever belongs to the organisation no longer has no session there, whatever rows are left, nor elsewhere."""
        session_id, now = _open(database).open(person, HOME), SteppedClock()()
        with database.write() as connection:
            people_store.insert_organisation(connection, "a" * 32, "Harbour Works", now=now)
            people_store.insert_membership(connection, person.id, "a" * 32, "viewer", now=now)
            people_store.delete_membership(connection, person.id, HOME)
        assert _open(database).find(session_id) is None

    @pytest.mark.parametrize("session_id", ["", "a", "\ud800", "A" * 10_000], ids=["empty", "short", "odd", "long"])
    def test_unknown_id_opens_nothing(self, database: Database, session_id: str) -> None:
        """An id that we never gave is nobody's."""
        assert _open(database).find(session_id) is None


def _open(database: Database, *, hashed: str = "") -> DeskSessions:
    return DeskSessions(database, clock=SteppedClock(), desk_password_hash=lambda: hashed or password_hash())


def _read_person(sessions: DeskSessions) -> Person:
    person = sessions.read_person(DESK_PERSON)
    assert person is not None
    return person
