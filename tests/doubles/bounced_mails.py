"""Mails that came back, in the forms that mail servers write them (RFC 3464, RFC 6522). Everybody is invented."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def write_bounce(
    message_id: str,
    recipient: str,
    at: datetime,
    *,
    action: str = "failed",
    status: str = "5.1.1",
    original: str = "text/rfc822-headers",
    envelope_id: str = "",
    to: str = "badges@college.example",
) -> bytes:
    """Return a report; the id stands in the returned headers, or only in the envelope when `original` is empty."""
    date = format_datetime(at)
    returned = ""
    if original:
        returned = (
            f"--b\nContent-Type: {original}\n\n"
            f"From: badges@college.example\nTo: {recipient}\nMessage-ID: <{message_id}@college.example>\n"
            f"Subject: Your badge\n\n{'Hello' if original == 'message/rfc822' else ''}\n"
        )
    envelope = f"Original-Envelope-Id: {envelope_id}\n" if envelope_id else ""
    text = (
        f"From: MAILER-DAEMON@mx.example.org\nTo: {to}\nDate: {date}\n"
        "Subject: Undelivered Mail Returned to Sender\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nThe mail could not be delivered.\n\n"
        "--b\nContent-Type: message/delivery-status\n\n"
        f"Reporting-MTA: dns; mx.example.org\n{envelope}Arrival-Date: {date}\n\n"
        f"Final-Recipient: rfc822; {recipient}\nAction: {action}\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 5.1.1 no such user\n\n"
        f"{returned}--b--\n"
    )
    return text.encode()
