"""Reminders: where they go, who is told too and agreed to it, and the links in mails that end them (RFC 8058)."""

from __future__ import annotations

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import Claims
from pages import MailPart, MailText
from skillmark.mail import compose_mail
from skillmark.mail_settings import MailIdentity
from skillmark.mailing import compose_mailing
from skillmark.settings import load_link_secret
from skillmark.wallet_wiring import renderers_of_wallet
from storage import MessageChannel, MessageState, OutboxMessage
from tests.web.test_wallet_phones import add_phone, open_by_phone
from tests.web.wallet_visits import ANA, ask_for_link, claim, get, hand_out, link_of, messages, send, sign_in
from tests.web.workshop import BASE_URL
from wallet.tokens import make_supervisor_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop

ENDS = datetime(2029, 5, 14, 23, 59, 59, tzinfo=UTC)  # 36 months after the award, at the end of the day
LEAD, PHONE, WORK = "lead@example.org", "+15745550100", "dana@work.example"


@pytest.fixture
def holder(fresh_shop: Workshop) -> FlaskClient:
    """A browser with the wallet of Dana, who claimed a badge."""
    browser = sign_in(fresh_shop)
    claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], browser)
    return browser


def name_supervisor(browser: FlaskClient, **changes: str) -> TestResponse:
    fields = {"who": "other", "email": LEAD, "name": "Dana Whitfield", "agreed": "1", **changes}
    return send(browser, "/wallet/reminders/people", "/wallet/reminders", **fields)


def told_path(shop: Workshop) -> str:
    """Return the path in the mail that asks the newest supervisor."""
    (asked,) = [message for message in messages(shop) if message.template == "wallet-supervisor-ask"]
    return f"/wallet/told/{make_supervisor_token(load_link_secret(shop.home), str(asked.facts['supervisor']))}"


def remind(shop: Workshop, *, days_left: float = 60) -> list[OutboxMessage]:
    """Do one turn before the end of the badge; return the reminders that were sent."""
    shop.clock.now = ENDS - timedelta(days=days_left)
    mailing = compose_mailing(Claims(shop.ledger, load_link_secret(shop.home)), home=shop.home, mail=None, password=str)
    mailing.remind()
    mailing.run()
    return [
        message
        for message in messages(shop)
        if message.template in {"wallet-ending", "wallet-supervisor-ending"} and message.state is MessageState.SENT
    ]


def words_of(shop: Workshop, message: OutboxMessage) -> MailText:
    text = renderers_of_wallet(Claims(shop.ledger, load_link_secret(shop.home)))[message.template](message)
    assert text is not None
    return text


def path_of(url: str) -> str:
    assert url.startswith(BASE_URL)
    return url.removeprefix(BASE_URL)


def test_supervisor_is_told_once_they_agreed(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Asked: nothing. Agreed: the badge, the day and the name that the worker gave; at the same times, once each."""
    assert name_supervisor(holder).status_code == 303
    assert [message.recipient for message in remind(fresh_shop, days_left=85)] == [ANA]
    path = told_path(fresh_shop)
    lead = fresh_shop.client()
    assert "Dana Whitfield wants you to know" in get(lead, path).text
    assert send(lead, f"{path}/yes", path).status_code == 200
    remind(fresh_shop, days_left=58)
    (told,) = [message for message in remind(fresh_shop, days_left=58) if message.recipient == LEAD]
    words = words_of(fresh_shop, told)
    said = " ".join(words.parts[0].paragraphs)
    assert "“CMM Operator” of Dana Whitfield, from Lakeshore Technical College, ends on May 14, 2029" in said
    assert words.link == ""
    assert ANA not in said


def test_looking_at_the_question_is_no_answer(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A mail scanner that opens the link agrees to nothing."""
    name_supervisor(holder)
    for _ in range(5):
        assert get(fresh_shop.client(), told_path(fresh_shop)).status_code == 200
    assert [message.recipient for message in remind(fresh_shop)] == [ANA]


@pytest.mark.parametrize("who", ["supervisor", "one click", "worker", "reminders off"])
def test_either_side_ends_it(fresh_shop: Workshop, holder: FlaskClient, who: str) -> None:
    """The supervisor on the page or by one click of the mail program, the worker by taking them out."""
    name_supervisor(holder)
    path = told_path(fresh_shop)
    send(fresh_shop.client(), f"{path}/yes", path)
    if who == "supervisor":
        send(fresh_shop.client(), path, path)
    elif who == "one click":
        body = {"List-Unsubscribe": "One-Click"}
        assert fresh_shop.client().post(path, data=body, base_url=BASE_URL).status_code == 200
    elif who == "worker":
        found = re.search(r"/wallet/reminders/people/[0-9a-f]+/remove", get(holder, "/wallet/reminders").text)
        assert found is not None
        assert send(holder, found[0], "/wallet/reminders").status_code == 303
        assert get(fresh_shop.client(), path).status_code == 404
    else:
        send(holder, "/wallet/reminders", "/wallet/reminders")
    assert LEAD not in {message.recipient for message in remind(fresh_shop)}


def test_who_said_no_is_not_asked_again(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """One question to one person: neither again while it waits, nor after a no."""
    name_supervisor(holder)
    name_supervisor(holder)
    path = told_path(fresh_shop)
    send(fresh_shop.client(), path, path)
    again = name_supervisor(holder)
    assert again.status_code == 400
    assert "This person does not want these messages." in again.text
    assert len([message for message in messages(fresh_shop) if message.recipient == LEAD]) == 1


def test_nobody_fills_post_boxes(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Five people at a time, and taking them out does not make room for ever new ones."""
    fresh_shop.clock.move(minutes=1)
    asked = 0
    for number in range(40):
        answer = name_supervisor(holder, email=f"p{number}@example.org")
        asked += answer.status_code == 303
        found = re.search(r"/wallet/reminders/people/[0-9a-f]+/remove", get(holder, "/wallet/reminders").text)
        if found is not None:
            send(holder, found[0], "/wallet/reminders")
        holder.environ_base["REMOTE_ADDR"] = f"198.51.100.{number + 1}"
    assert asked == 15


@pytest.mark.parametrize("name", ["", "Buy at x.example", "a/b", "Dana <b>", "x@y", "1-800-555", "a\u202eb", "A" * 61])
def test_name_is_a_name(fresh_shop: Workshop, holder: FlaskClient, name: str) -> None:
    """What a stranger could put into a mail of ours holds no address and no offer."""
    assert name_supervisor(holder, name=name).status_code == 400
    assert [message for message in messages(fresh_shop) if message.recipient == LEAD] == []


def test_without_the_tick_nobody_is_asked(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """The worker says that the other may know; else nothing happens."""
    form = {"who": "other", "email": LEAD, "name": "Dana"}
    assert send(holder, "/wallet/reminders/people", "/wallet/reminders", **form).status_code == 400
    assert [message for message in messages(fresh_shop) if message.recipient == LEAD] == []


def test_trainer_of_the_issuer_is_a_ready_choice(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Who issued a badge of the wallet stands there with the address that the issuer made public."""
    page = get(holder, "/wallet/reminders").text
    profile = fresh_shop.ledger.find_issuer(fresh_shop.issuer_slug)
    assert profile is not None
    assert profile.email
    assert profile.email in page
    assert name_supervisor(holder, who="0", email="").status_code == 303
    (asked,) = [message for message in messages(fresh_shop) if message.template == "wallet-supervisor-ask"]
    assert asked.recipient == profile.email


def test_deleting_the_wallet_ends_all_of_it(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """The supervisor's address goes from the wallet and from what was sent about it; their own messages stay."""
    name_supervisor(holder)
    ask_for_link(fresh_shop, fresh_shop.client(), LEAD)
    send(holder, "/wallet/account/delete", "/wallet/account/delete")
    with fresh_shop.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wallet_supervisors").scalar() == 0
    assert [message.template for message in messages(fresh_shop) if message.recipient == LEAD] == ["wallet-sign-in"]


def test_reminder_goes_by_text_without_an_address(fresh_shop: Workshop) -> None:
    """A wallet that has only a telephone is reminded there, in two parts with the link."""
    browser = open_wallet_of_phone(fresh_shop)
    claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], browser)
    (message,) = remind(fresh_shop)
    assert (message.channel, message.recipient) == (MessageChannel.TEXT, PHONE)
    text = words_of(fresh_shop, message).short
    assert "Your badge ends on / Su insignia vence el 2029-05-14: CMM Operator" in text
    assert text.endswith("/wallet/badges/" + str(message.facts["holding"]))


def open_wallet_of_phone(shop: Workshop) -> FlaskClient:
    """Open a wallet by mail, add a number, and take the address out."""
    browser = sign_in(shop, "kim@example.com")
    assert add_phone(shop, browser, PHONE).status_code == 303
    with shop.database.read() as connection:
        query = "SELECT id FROM wallet_identifiers WHERE kind = 'email'"
        address = connection.exec_driver_sql(query).scalar()
    assert send(browser, f"/wallet/account/addresses/{address}/remove", "/wallet/account").status_code == 303
    return open_by_phone(shop, PHONE)


@pytest.mark.parametrize(
    ("chosen", "removed", "expected"), [(WORK, "", WORK), (PHONE, "", PHONE), (PHONE, PHONE, ANA), ("", "", ANA)]
)
def test_holder_chooses_where_reminders_go(
    fresh_shop: Workshop, holder: FlaskClient, chosen: str, removed: str, expected: str
) -> None:
    """Of several addresses and numbers the one that was chosen; when that is taken out, the oldest address."""
    fresh_shop.clock.move(minutes=1)
    add_phone(fresh_shop, holder, PHONE)
    send(holder, "/wallet/account/addresses", "/wallet/account", email=WORK)
    (adding,) = [message for message in messages(fresh_shop) if message.template == "wallet-add-address"]
    path = link_of(fresh_shop, adding)
    assert send(holder, path, path).status_code == 303
    with fresh_shop.database.read() as connection:
        rows = connection.exec_driver_sql("SELECT value, id FROM wallet_identifiers").all()
    ids = {row[0]: row[1] for row in rows}
    form = {"remind": "1", "monthly": "1", "contact": ids.get(chosen, "")}
    assert send(holder, "/wallet/reminders", "/wallet/reminders", **form).status_code == 303
    if removed:
        send(holder, f"/wallet/account/addresses/{ids[removed]}/remove", "/wallet/account")
    assert [message.recipient for message in remind(fresh_shop)] == [expected]


def test_contact_of_somebody_else_is_refused(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Nobody has their reminders sent to an address of another wallet."""
    sign_in(fresh_shop, "other@example.com")
    with fresh_shop.database.read() as connection:
        query = "SELECT id FROM wallet_identifiers WHERE value = 'other@example.com'"
        stranger = str(connection.exec_driver_sql(query).scalar())
    form = {"remind": "1", "contact": stranger}
    assert send(holder, "/wallet/reminders", "/wallet/reminders", **form).status_code == 404


def test_mail_can_be_ended_by_one_click(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """The headers of RFC 8058; the POST of a mail program, without cookie and form, ends reminders and nothing else."""
    assert holder is not None
    (reminder,) = remind(fresh_shop, days_left=60)
    words = words_of(fresh_shop, reminder)
    (file,) = (fresh_shop.home / "outbox").glob(f"{reminder.id}.eml")
    mail = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
    assert mail["List-Unsubscribe"] == f"<{words.stop}>"
    path = path_of(words.stop)
    assert path.startswith("/wallet/stop/reminders/")
    answer = fresh_shop.client().post(path, data={"List-Unsubscribe": "One-Click"}, base_url=BASE_URL)
    assert answer.status_code == 200
    page = get(sign_in(fresh_shop), "/wallet/reminders").text  # three years later
    assert 'name="remind" value="1">' in page
    assert 'name="monthly" value="1" checked>' in page
    assert len(remind(fresh_shop, days_left=20)) == 1  # the one of before


def test_one_click_header_needs_https() -> None:
    """RFC 8058 §3.1: the second header stands only beside an https address."""
    identity = MailIdentity(address="badges@college.example")
    for stop, expected in (("https://x.example/s", "List-Unsubscribe=One-Click"), ("http://127.0.0.1/s", None)):
        mail = compose_mail(_with_stop(stop), identity=identity, recipient=ANA, message_id="0" * 32, created=ENDS)
        assert mail["List-Unsubscribe"] == f"<{stop}>"
        assert mail["List-Unsubscribe-Post"] == expected


def _with_stop(stop: str) -> MailText:
    return MailText(subject="x", parts=(MailPart(language="en", paragraphs=("x",)),), stop=stop)


def test_looking_at_the_end_ends_nothing(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A scanner that opens the address in the header changes nothing; the page asks first."""
    assert holder is not None
    (reminder,) = remind(fresh_shop, days_left=60)
    path = path_of(words_of(fresh_shop, reminder).stop)
    page = get(fresh_shop.client(), path)
    assert page.status_code == 200
    assert "End these messages?" in page.text
    assert len(remind(fresh_shop, days_left=20)) == 2
    assert fresh_shop.client().post(f"{path[:-3]}AAA", base_url=BASE_URL).status_code == 404
