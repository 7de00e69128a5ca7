"""The ends of a holder's badges as a feed for their own calendar, behind a link that they can renew and take back.

Whoever has the link reads it without a sign-in, as calendars do. It names badges and days, no person. Spec: RFC 5545.
"""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from schemas import LedgerError
from wallet import holding_store, notice_store
from wallet.reminders import list_lasting
from wallet.text_folding import one_line
from wallet.tokens import hash_secret, make_calendar_token

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from wallet.deps import WalletDeps
    from wallet.model import Holding

MAX_LINE_OCTETS = 75  # RFC 5545 §3.1
ALARM_DAYS = 30  # before the end
_KEPT_AFTER_END = timedelta(days=31)
_ESCAPES = str.maketrans({"\\": "\\\\", ";": "\\;", ",": "\\,"})  # §3.3.11; line breaks never get here


def make_calendar(deps: WalletDeps, holder_id: str) -> None:
    """Make the link of a holder's calendar, or a new one: the one before does not work any more."""
    with deps.database.write() as connection:
        generation = notice_store.count_calendars(connection, holder_id) + 1
        token = make_calendar_token(deps.links, holder_id, generation)
        notice_store.save_calendar(connection, holder_id, generation, token_hash=hash_secret(token))


def withdraw_calendar(deps: WalletDeps, holder_id: str) -> None:
    """Take the link back."""
    with deps.database.write() as connection:
        generation = notice_store.count_calendars(connection, holder_id)
        notice_store.save_calendar(connection, holder_id, generation, token_hash="")


def find_calendar_path(deps: WalletDeps, holder_id: str) -> str:
    """Return the path of a holder's calendar; empty when there is none."""
    with deps.database.read() as connection:
        if not notice_store.has_calendar(connection, holder_id):
            return ""
        generation = notice_store.count_calendars(connection, holder_id)
    return f"/wallet/calendar/{make_calendar_token(deps.links, holder_id, generation)}.ics"


def open_calendar(deps: WalletDeps, token: str) -> bytes:
    """Return the calendar behind a link.

    Raises:
        LedgerError: `wallet.link_unknown`, also for one that was renewed or taken back.
    """
    hashed = hash_secret(token)
    with deps.database.read() as connection:
        holder_id = notice_store.find_by_calendar(connection, hashed) if hashed else ""
        if not holder_id:
            raise LedgerError("wallet.link_unknown")
        holdings = holding_store.list_holdings(connection, holder_id)
    now = deps.clock()
    lasting = list_lasting(holdings, now, ended_after=now - _KEPT_AFTER_END, is_out_of_use=deps.is_out_of_use)
    return encode_calendar(lasting, base_url=deps.base_url)


def encode_calendar(holdings: Sequence[Holding], *, base_url: str) -> bytes:
    """Return an iCalendar object with the day on which each badge ends; badges without an end are left out."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Skillmark//Wallet//EN", "CALSCALE:GREGORIAN"]
    lines += ["METHOD:PUBLISH", "NAME:Skillmark", "X-WR-CALNAME:Skillmark", "REFRESH-INTERVAL;VALUE=DURATION:P1D"]
    for holding in holdings:
        lines += _event_lines(holding, base_url)
    lines.append("END:VCALENDAR")
    return b"".join(_fold(line) for line in lines)


def _event_lines(holding: Holding, base_url: str) -> Iterator[str]:
    ends = holding.card.valid_until
    if ends is None:
        return
    title = one_line(holding.card.title).translate(_ESCAPES)
    summary = f"Badge ends / Vence la insignia: {title}"
    stamp = (holding.checked_at or holding.added_at).astimezone(UTC)
    yield "BEGIN:VEVENT"
    yield f"UID:{holding.id}@{urlsplit(base_url).hostname}"
    yield f"DTSTAMP:{stamp:%Y%m%dT%H%M%SZ}"
    yield f"DTSTART;VALUE=DATE:{ends.astimezone(UTC):%Y%m%d}"
    yield f"SUMMARY:{summary}"
    yield f"DESCRIPTION:{one_line(holding.card.issuer).translate(_ESCAPES)}"
    yield f"URL:{base_url}/wallet/badges/{holding.id}"
    yield "TRANSP:TRANSPARENT"
    yield "BEGIN:VALARM"
    yield "ACTION:DISPLAY"
    yield f"TRIGGER:-P{ALARM_DAYS}D"
    yield f"DESCRIPTION:{summary}"
    yield "END:VALARM"
    yield "END:VEVENT"


def _fold(line: str) -> bytes:
    """Return a line in pieces of at most `MAX_LINE_OCTETS`, no letter cut in two."""
    pieces, piece = [], b""
    for letter in line:
        encoded = letter.encode()
        if len(piece) + len(encoded) > MAX_LINE_OCTETS:
            pieces.append(piece)
            piece = b" "
        piece += encoded
    return b"\r\n".join([*pieces, piece]) + b"\r\n"
