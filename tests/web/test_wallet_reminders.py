"""A badge in a wallet speaks up before it ends: once at each of four times, to a proven address, unless it is moot."""

from __future__ import annotations

import email
import email.policy
import signal
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from issuer import BadgeEdit, Claims, plan_renewal, replace_badge
from skillmark.mailing import Mailing
from skillmark.settings import load_link_secret
from skillmark.wallet_wiring import remind_holders, renderers_of_wallet
from storage import MessageState, count_messages
from tests.web.wallet_visits import ANA, add_note, claim, get, hand_out, messages, send, sign_in

if TYPE_CHECKING:
    from collections import Counter

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

ROOT = Path(__file__).resolve().parents[2]
ENDS = datetime(2029, 5, 14, 23, 59, 59, tzinfo=UTC)  # 36 months after the award, at the end of the day
# Opens the ledger of a home at a moment, and either dies at the first mail or sends all, `skillmark due` in small.
_OTHER_PROCESS = """
import os, signal, sys
from datetime import datetime
from pathlib import Path
from issuer import Claims
from schemas import LedgerError
from skillmark.mail_transports import MessageFolder
from skillmark.mailing import Mailing
from skillmark.settings import load_link_secret
from skillmark.wallet_wiring import remind_holders, renderers_of_wallet
from tests.web.workshop import SteppedClock, _open_ledger

home, moment, way = Path(sys.argv[1]), datetime.fromisoformat(sys.argv[2]), sys.argv[3]
ledger = _open_ledger(home, "http://127.0.0.1:8000", SteppedClock(moment))
claims = Claims(ledger, load_link_secret(home))
if way == "die":
    MessageFolder.send = lambda *_, **__: os.kill(os.getpid(), signal.SIGKILL)
mailing = Mailing(claims, home=home, mail=None, password=str, renderers=renderers_of_wallet(claims),
                  reminders=(lambda: remind_holders(claims),))
sys.stdin.readline()
try:
    mailing.remind()
    mailing.run()
except LedgerError as error:
    sys.exit(0 if error.code == "mail.sender_running" else error.code)
"""


@pytest.fixture
def holder(fresh_shop: Workshop) -> FlaskClient:
    """A browser with the wallet of Ana, who claimed a badge."""
    browser = sign_in(fresh_shop)
    claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], browser)
    run(fresh_shop)
    for file in (fresh_shop.home / "outbox").glob("*.eml"):
        file.unlink()
    return browser


def run(shop: Workshop) -> Counter[str]:
    """Do one turn of an installation that has just started."""
    claims = Claims(shop.ledger, load_link_secret(shop.home))
    return Mailing(
        claims,
        home=shop.home,
        mail=None,
        password=str,
        renderers=renderers_of_wallet(claims),
        reminders=(lambda: remind_holders(claims),),
    ).run()


def move_to(shop: Workshop, *, days_left: float) -> None:
    """Set the clock to a time before the end of the badge."""
    shop.clock.now = ENDS - timedelta(days=days_left)


def sent(shop: Workshop) -> list[int]:
    """Return the reminders that were sent, in the order of the days before the end."""
    found = [message for message in messages(shop) if message.template == "wallet-ending"]
    assert {message.recipient for message in found} <= {ANA}
    done = [int(str(message.facts["days"])) for message in found if message.state is MessageState.SENT]
    assert len(done) == len(files(shop))
    return sorted(done, reverse=True)


def files(shop: Workshop) -> list[Path]:
    """Return the mails that were written."""
    return sorted((shop.home / "outbox").glob("*.eml"))


def start(shop: Workshop, way: str) -> subprocess.Popen[str]:
    """Start another process on the same data folder; it begins when it is told to."""
    command = [sys.executable, "-c", _OTHER_PROCESS, str(shop.home), shop.clock.now.isoformat(), way]
    return subprocess.Popen(command, cwd=ROOT, stdin=subprocess.PIPE, text=True)


def test_holder_is_told_once_at_each_time(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Day by day over a hundred days, each with two turns: four mails, at 90, 60, 30 and 7 days."""
    assert holder is not None
    told: dict[int, list[int]] = {}
    for left in range(100, -5, -1):
        move_to(fresh_shop, days_left=left)
        before = len(files(fresh_shop))
        if left in {95, 90, 89, 60, 59, 30, 29, 7, 6, 1, 0, -1}:
            run(fresh_shop)
            run(fresh_shop)
        if len(files(fresh_shop)) > before:
            told[left] = sent(fresh_shop)
    assert told == {90: [90], 60: [90, 60], 30: [90, 60, 30], 7: [90, 60, 30, 7]}


@pytest.mark.parametrize(
    ("days_left", "expected"), [(75, [90]), (45, [60]), (8, [30]), (0.5, [7]), (-0.1, []), (91, [])]
)
def test_site_that_stood_still_tells_the_nearest_only(
    fresh_shop: Workshop, holder: FlaskClient, days_left: float, expected: list[int]
) -> None:
    """What was missed is not made up for in a row; what has ended is not told any more."""
    assert holder is not None
    move_to(fresh_shop, days_left=days_left)
    run(fresh_shop)
    assert sent(fresh_shop) == expected


def test_mail_says_which_badge_when_in_both_languages_and_names_nobody(
    fresh_shop: Workshop, holder: FlaskClient
) -> None:
    """The mail has the badge, the issuer, the day and the days that are left; no name, no address in its text."""
    assert holder is not None
    move_to(fresh_shop, days_left=42)
    run(fresh_shop)
    (file,) = files(fresh_shop)
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    part = mail.get_body(("plain",))
    assert part is not None
    text = part.get_content()
    for words in ("“CMM Operator” from Lakeshore Technical College", "May 14, 2029", "in 42 days", "/wallet/badges/"):
        assert words in text
    for words in ("«CMM Operator» de Lakeshore Technical College", "14 de mayo de 2029", "Faltan 42 días"):
        assert words in text
    assert "Dana" not in text
    assert ANA not in text


def test_switched_off_is_silent(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Who does not want reminders gets none, and the page shows it; switched on again, the nearest comes."""
    send(holder, "/wallet/reminders", "/wallet/reminders")
    assert 'name="remind" value="1">' in get(holder, "/wallet/reminders").text
    move_to(fresh_shop, days_left=60)
    run(fresh_shop)
    assert sent(fresh_shop) == []


def test_switched_off_while_it_waits_is_not_sent(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A reminder that is in the outbox already is left out when its reader switches reminders off."""
    now, fresh_shop.clock.now = fresh_shop.clock.now, ENDS - timedelta(days=60)
    assert remind_holders(Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home))) == 1
    fresh_shop.clock.now = now
    send(holder, "/wallet/reminders", "/wallet/reminders")
    move_to(fresh_shop, days_left=59)
    run(fresh_shop)
    assert sent(fresh_shop) == []


@pytest.mark.parametrize("change", ["revoke", "suspend", "renew", "delete"])
def test_moot_badge_is_not_reminded_of(fresh_shop: Workshop, holder: FlaskClient, change: str) -> None:
    """Revoked, suspended, renewed, or in a wallet that was deleted: nobody is told that it ends."""
    badge = fresh_shop.badge()
    if change == "delete":
        send(holder, "/wallet/account/delete", "/wallet/account/delete")
    move_to(fresh_shop, days_left=100)
    if change == "revoke":
        fresh_shop.ledger.revoke(badge.id, reason="Test", by="desk")
    elif change == "suspend":
        fresh_shop.ledger.suspend(badge.id, reason="Test", by="desk")
    elif change == "renew":
        planned = plan_renewal(fresh_shop.ledger, badge.slug, BadgeEdit(), today=fresh_shop.clock.now.date())
        replace_badge(fresh_shop.ledger, planned.replacement, by="desk")
    for days_left in (90, 60, 30, 7):
        move_to(fresh_shop, days_left=days_left)
        run(fresh_shop)
    assert sent(fresh_shop) == []


def test_badge_taken_back_while_the_mail_waits(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A reminder that waits is not sent for a badge that was revoked meanwhile."""
    assert holder is not None
    move_to(fresh_shop, days_left=60)
    assert remind_holders(Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home))) == 1
    fresh_shop.ledger.revoke(fresh_shop.badge().id, reason="Test", by="desk")
    run(fresh_shop)
    assert sent(fresh_shop) == []


def test_killed_between_promise_and_mail(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A process that dies at the first mail leaves the reminder in the outbox; the next one sends it, once."""
    assert holder is not None
    move_to(fresh_shop, days_left=60)
    process = start(fresh_shop, "die")
    process.communicate("go\n", timeout=120)
    assert process.returncode == -signal.SIGKILL
    with fresh_shop.database.read() as connection:
        assert count_messages(connection)[MessageState.QUEUED] == 1
    fresh_shop.clock.move(minutes=10)
    for _ in range(2):
        run(fresh_shop)
    assert sent(fresh_shop) == [60]


def test_two_processes_at_once_send_one_mail(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Cron and the site at the same moment: one mail."""
    assert holder is not None
    move_to(fresh_shop, days_left=30)
    with start(fresh_shop, "send") as one, start(fresh_shop, "send") as other:
        for process in (one, other):
            assert process.stdin is not None
            process.stdin.write("go\n")
            process.stdin.flush()
        assert [process.wait(timeout=120) for process in (one, other)] == [0, 0]
    assert sent(fresh_shop) == [30]
    assert len([message for message in messages(fresh_shop) if message.template == "wallet-ending"]) == 1


def notes(shop: Workshop) -> list[str]:
    """Return the months that holders were told of."""
    found = [message for message in messages(shop) if message.template == "wallet-month"]
    return [str(message.facts["month"]) for message in found if message.state is MessageState.SENT]


def test_month_is_told_once_in_the_first_days_of_the_next(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """What came in May is told in June, once; nothing is told of a month in which nothing came."""
    assert holder is not None
    told = []
    for month, day in ((5, 31), (6, 1), (6, 2), (6, 7), (7, 1), (8, 1)):
        fresh_shop.clock.now = datetime(2026, month, day, 12, 0, tzinfo=UTC)
        run(fresh_shop)
        told.append(list(notes(fresh_shop)))
    assert told == [[], *[["2026-05"]] * 5]
    (file,) = files(fresh_shop)
    part = email.message_from_bytes(file.read_bytes(), policy=email.policy.default).get_body(("plain",))
    assert part is not None
    assert "“CMM Operator” from Lakeshore Technical College" in part.get_content()
    assert "Dana" not in part.get_content()


@pytest.mark.parametrize("why", ["late", "off", "deleted", "revoked", "note"])
def test_month_is_not_told(fresh_shop: Workshop, holder: FlaskClient, why: str) -> None:
    """Not when the first days are over, nor to whoever switched it off or left, nor of what was taken back."""
    if why == "off":
        send(holder, "/wallet/reminders", "/wallet/reminders", remind="1")
    elif why == "deleted":
        send(holder, "/wallet/account/delete", "/wallet/account/delete")
    elif why == "revoked":
        fresh_shop.ledger.revoke(fresh_shop.badge().id, reason="Test", by="desk")
    elif why == "note":  # somebody else, who only wrote something down
        send(holder, "/wallet/reminders", "/wallet/reminders", remind="1")
        add_note(sign_in(fresh_shop, "other@example.com"), "Crane safety")
    fresh_shop.clock.now = datetime(2026, 6, 8 if why == "late" else 1, 12, 0, tzinfo=UTC)
    run(fresh_shop)
    assert notes(fresh_shop) == []
