"""Reads mails that came back, and notes for each of ours that it did. Spec: RFC 3464, RFC 6522, RFC 3461 §4.4.

A report is written by strangers. What counts is a message of ours by its id, which only those who carried or got the
mail have seen, together with the very address that it was for; anything else changes nothing.
"""

from __future__ import annotations

import email
import email.policy
import mailbox
import re
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from storage import note_bounce

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import Message
    from pathlib import Path

    from keys import Clock
    from storage import Database

BOUNCED = "message.bounced"
MAX_REPORT_BYTES = 2 * 1024 * 1024
MAX_REPORTS = 100_000  # of one run
MAX_PARTS = 50  # of one mail, whatever they are in
MAX_RECIPIENTS = 20  # told of in one report; ours go to one person each
_MAX_HEADER_CHARS = 1_000
_CLOCK_SLACK = timedelta(hours=1)  # clocks of mail servers differ
_MESSAGE_ID = re.compile(r"<([0-9a-f]{32})@[^<>@\s]{1,255}>")
_TAGGED = re.compile(r"\+([0-9a-f]{32})@")
_ENVELOPE_ID = re.compile(r"[0-9a-f]{32}")
_FINAL_STATUS = re.compile(r"5\.[0-9]{1,3}\.[0-9]{1,3}")
_ADDRESS_TYPE = re.compile(r"rfc822|utf-8", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Bounce:
    """What a report says of one mail.

    Args:
        message_ids: Every id of ours that the report names.
        recipients: The addresses that it could not be delivered to, for good.
        at: When the report was written; None when it does not say so.
    """

    message_ids: frozenset[str]
    recipients: frozenset[str]
    at: datetime | None


def read_bounce(report: bytes) -> Bounce | None:
    """Return what a mail says of one of ours that could not be delivered; None for any other mail."""
    if len(report) > MAX_REPORT_BYTES:
        return None
    try:
        mail = email.message_from_bytes(report, policy=email.policy.compat32)
    except RecursionError:  # parts in parts in parts: no mail server writes such a report
        return None
    if mail.get_content_type() != "multipart/report" or _parameter(mail, "report-type") != "delivery-status":
        return None
    statuses: list[Message] = []
    originals: list[Message] = []
    for part in _parts(mail):
        kind = part.get_content_type()
        if kind in {"message/delivery-status", "message/global-delivery-status"}:
            statuses += _blocks(part)
        elif kind in {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}:
            originals += _headers_of(part)
    recipients = frozenset(address for block in statuses[: MAX_RECIPIENTS + 1] for address in _failed_addresses(block))
    ids = _find_ids(mail, statuses, originals)
    if not ids or not recipients:
        return None
    return Bounce(message_ids=ids, recipients=recipients, at=_read_date(statuses, mail))


def note_bounces(database: Database, reports: Iterable[bytes], *, clock: Clock) -> Counter[str]:
    """Note the mails of ours that came back; return how many reports were `noted`, `known` and `other`."""
    outcome: Counter[str] = Counter()
    for report in reports:
        found = read_bounce(report)
        if found is None:
            outcome["other"] += 1
            continue
        # A report from the future is from now: it must not outlive what is sent again later.
        # In this order, since a stranger may write a date after which there is none.
        now = clock()
        before = min(found.at, now - _CLOCK_SLACK) + _CLOCK_SLACK if found.at is not None else now
        with database.write() as connection:
            is_news = [
                note_bounce(connection, message_id, BOUNCED, recipient=recipient, before=before)
                for message_id in found.message_ids
                for recipient in found.recipients
            ]
        outcome["noted" if any(is_news) else "known"] += 1
    return outcome


def list_reports(path: Path) -> Iterator[bytes]:
    """Yield the mails of a folder of files, a Maildir, a file of the form mbox, or a file with one mail.

    Files that are too large to be a report are left out.
    """
    if path.is_dir():
        folders = [folder for name in ("new", "cur") if (folder := path / name).is_dir()] or [path]
        files = sorted(file for folder in folders for file in folder.iterdir() if file.is_file())
        for file in files[:MAX_REPORTS]:
            yield from split_reports(_read(file))
        return
    with path.open("rb") as stream:
        is_mbox = stream.read(5) == b"From "
    if not is_mbox:
        yield _read(path)
        return
    box = mailbox.mbox(path, create=False)
    try:
        for number, key in enumerate(box.iterkeys()):
            if number >= MAX_REPORTS:
                return
            with box.get_file(key) as mail:
                yield mail.read(MAX_REPORT_BYTES + 1)
    finally:
        box.close()


def split_reports(data: bytes) -> Iterator[bytes]:
    """Yield the mails in bytes that were piped in: several of the form mbox, else one."""
    if not data.startswith(b"From "):
        yield data
        return
    yield from re.split(rb"(?m)^From [^\n]*\n", data)[1 : MAX_REPORTS + 1]


def _read(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(MAX_REPORT_BYTES + 1)


def _parts(mail: Message) -> Iterator[Message]:
    """Yield the parts of the report itself; what stands inside a returned mail is that mail's and never looked at."""
    payload = mail.get_payload()
    yield from (payload[:MAX_PARTS] if isinstance(payload, list) else ())  # type: ignore[misc]


def _blocks(part: Message) -> list[Message]:
    """Return the groups of fields of a delivery status: first of the mail, then one for each address."""
    payload = part.get_payload()
    return payload[: MAX_RECIPIENTS + 1] if isinstance(payload, list) else []  # type: ignore[return-value]


def _headers_of(part: Message) -> list[Message]:
    payload = part.get_payload()
    if isinstance(payload, list):
        return payload[:1]  # type: ignore[return-value]
    text = part.get_payload(decode=True)
    if not isinstance(text, bytes):
        return []
    head = re.split(rb"\r?\n\r?\n", text.lstrip(b"\r\n"), maxsplit=1)[0]
    return [email.message_from_bytes(head, policy=email.policy.compat32)]


def _failed_addresses(block: Message) -> Iterator[str]:
    """Yield the addresses of one group that says: failed, for good."""
    if _field(block, "Action").lower() != "failed" or not _FINAL_STATUS.match(_field(block, "Status")):
        return
    for name in ("Original-Recipient", "Final-Recipient"):
        kind, _, address = _field(block, name).partition(";")
        if _ADDRESS_TYPE.fullmatch(kind.strip()) and address.strip():
            yield address.strip().strip("<>").lower()


def _find_ids(mail: Message, statuses: list[Message], originals: list[Message]) -> frozenset[str]:
    found: set[str] = set()
    for block in statuses:
        if _ENVELOPE_ID.fullmatch(_field(block, "Original-Envelope-Id")):
            found.add(_field(block, "Original-Envelope-Id"))
    for original in originals:
        found.update(_MESSAGE_ID.findall(_field(original, "Message-ID")))
    for name in ("To", "Delivered-To", "X-Original-To"):
        found.update(_TAGGED.findall(_field(mail, name)))
    return frozenset(found) if len(found) == 1 else frozenset()


def _field(mail: Message, name: str) -> str:
    return str(mail.get(name, ""))[:_MAX_HEADER_CHARS].strip()


def _parameter(mail: Message, name: str) -> str:
    value = mail.get_param(name, "")
    return value.lower() if isinstance(value, str) else ""


def _read_date(statuses: list[Message], mail: Message) -> datetime | None:
    texts = [_field(block, "Arrival-Date") for block in statuses[:1]] + [_field(mail, "Date")]
    found = []
    for text in texts:
        try:
            moment = parsedate_to_datetime(text)
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
        found.append(moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC))
    # The later of the two: when the report was written.
    return max(found, default=None)
