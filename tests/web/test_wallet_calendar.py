"""The feed of a holder's calendar, read by the rules of RFC 5545, and its link, theirs to renew and take back."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.web.wallet_visits import ANA, claim, get, hand_out, send, sign_in
from wallet import Card, Holding, Origin
from wallet.calendars import encode_calendar

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

ACCOUNT = "/wallet/account"
MOMENT = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)


@pytest.fixture
def holder(fresh_shop: Workshop) -> FlaskClient:
    """A browser with the wallet of somebody who claimed a badge."""
    browser = sign_in(fresh_shop)
    claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], browser)
    return browser


def make_link(browser: FlaskClient) -> str:
    """Make the link on the page of the account, and return its path."""
    assert send(browser, f"{ACCOUNT}/calendar", ACCOUNT).status_code == 303
    found = re.search(r"/wallet/calendar/[A-Za-z0-9_-]{43}\.ics", get(browser, ACCOUNT).text)
    assert found is not None
    return found[0]


def unfold(body: bytes) -> list[str]:
    """Return the content lines (RFC 5545 §3.1): CRLF ends each, at most 75 octets, a blank continues the one before."""
    assert body.endswith(b"\r\n")
    raw = body[:-2].split(b"\r\n")
    assert all(len(line) <= 75 and b"\r" not in line and b"\n" not in line for line in raw)
    for line in raw:
        line.decode("utf-8")  # no letter is cut in two
    return body[:-2].replace(b"\r\n ", b"").decode("utf-8").split("\r\n")


def unescape(text: str) -> str:
    """Return a TEXT value (RFC 5545 §3.3.11); a bare `;` or `,` is not allowed in one."""
    assert re.fullmatch(r"(?:[^\\;,]|\\[\\;,nN])*", text)
    return re.sub(r"\\(.)", lambda found: "\n" if found[1] in "nN" else found[1], text)


def events(lines: list[str]) -> list[dict[str, str]]:
    """Return the properties of each event itself, without its alarms."""
    found: list[dict[str, str]] = []
    stack: list[str] = []
    for line in lines:
        name, _, value = line.partition(":")
        if name == "BEGIN":
            stack.append(value)
            if value == "VEVENT":
                found.append({})
        elif name == "END":
            assert stack.pop() == value
        elif stack[-1] == "VEVENT":
            assert name not in found[-1]
            found[-1][name] = value
    assert stack == []
    return found


def holding(title: str, number: int = 1) -> Holding:
    """A badge with a hostile or a long name."""
    return Holding(
        id=f"{number:032x}",
        origin=Origin.ADDED,
        slug="",
        sha256=hashlib.sha256(b"").hexdigest(),
        media_type="image/png",
        added_at=MOMENT,
        headline="verified",
        lost="",
        card=Card(title=title, issuer="Guild, Ltd; “North”", valid_until=MOMENT + timedelta(days=100)),
        checked_at=MOMENT,
    )


def test_feed_has_the_day_on_which_a_badge_ends(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A stranger's calendar reads it: the day, a stable UID, an alarm 30 days before; and no name of the person."""
    path = make_link(holder)
    answer = get(fresh_shop.client(), path)
    assert answer.status_code == 200
    assert answer.content_type == "text/calendar; charset=utf-8"
    assert answer.headers["Cache-Control"] == "no-store"
    lines = unfold(answer.data)
    assert lines[:2] == ["BEGIN:VCALENDAR", "VERSION:2.0"]
    assert lines[-1] == "END:VCALENDAR"
    (event,) = events(lines)
    assert event["DTSTART;VALUE=DATE"] == "20290514"  # 36 months after the award
    assert "CMM Operator" in event["SUMMARY"]
    assert re.fullmatch(r"\d{8}T\d{6}Z", event["DTSTAMP"])
    begin = lines.index("BEGIN:VALARM")
    assert {"ACTION:DISPLAY", "TRIGGER:-P30D"} <= set(lines[begin : lines.index("END:VALARM")])
    text = answer.get_data(as_text=True)
    assert "Dana" not in text
    assert ANA not in text
    assert get(fresh_shop.client(), path).data == answer.data


def test_only_the_newest_link_works(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A new link ends the one before, and taking it back ends that one too; neither stands in the database."""
    first, second = make_link(holder), make_link(holder)
    assert [get(fresh_shop.client(), path).status_code for path in (first, second)] == [404, 200]
    with fresh_shop.database.read() as connection:
        dump = "\n".join(connection.connection.driver_connection.iterdump())  # type: ignore[union-attr]
    assert second.rsplit("/", 1)[1].removesuffix(".ics") not in dump
    send(holder, f"{ACCOUNT}/calendar/remove", ACCOUNT)
    assert get(fresh_shop.client(), second).status_code == 404
    assert "/wallet/calendar/" not in get(holder, ACCOUNT).text
    assert make_link(holder) not in {first, second}


def test_link_goes_with_the_account(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """Nothing is left behind the link of a wallet that was deleted."""
    path = make_link(holder)
    send(holder, f"{ACCOUNT}/delete", f"{ACCOUNT}/delete")
    assert get(fresh_shop.client(), path).status_code == 404


def test_badge_taken_back_leaves_the_calendar(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """A revoked badge has no end to think of."""
    path = make_link(holder)
    fresh_shop.ledger.revoke(fresh_shop.badge().id, reason="Test", by="desk")
    assert events(unfold(get(fresh_shop.client(), path).data)) == []


def test_ended_badge_stays_a_month(fresh_shop: Workshop, holder: FlaskClient) -> None:
    """The day does not vanish on the day itself."""
    path = make_link(holder)
    counts = []
    for days in (-1, 1, 30, 40):
        fresh_shop.clock.now = datetime(2029, 5, 14, 23, 59, 59, tzinfo=UTC) + timedelta(days=days)
        counts.append(len(events(unfold(get(fresh_shop.client(), path).data))))
    assert counts == [1, 1, 1, 0]


@pytest.mark.parametrize(
    "title",
    [
        "Milling; turning, grinding \\ C:\\new",
        "Soldadura ñ " * 9,
        "焊接" * 50,
        "🔧" * 60,
        "x" * 75,
    ],
)
def test_any_name_is_one_text_value(title: str) -> None:
    """Long names are folded at 75 octets with no letter cut, and marks of the format come back as they were."""
    (event,) = events(unfold(encode_calendar([holding(title)], base_url="https://badges.example.org")))
    assert unescape(event["SUMMARY"]).endswith(" ".join(title.split())[:120])
    assert unescape(event["DESCRIPTION"]) == "Guild, Ltd; “North”"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028", "\x00"])
def test_name_adds_no_line(end: str) -> None:
    """A name with a line break in it adds no property, no event and no alarm."""
    title = f"Welding{end}END:VEVENT{end}BEGIN:VEVENT{end}UID:evil"
    lines = unfold(encode_calendar([holding(title)], base_url="https://badges.example.org"))
    (event,) = events(lines)
    assert event["UID"] == f"{1:032x}@badges.example.org"
    assert len(lines) == len(unfold(encode_calendar([holding("Welding")], base_url="https://badges.example.org")))
