"""A link that opens LinkedIn's own form for a certificate, filled in. Nothing goes there unless the worker taps it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlencode

if TYPE_CHECKING:
    from datetime import date

_FORM = "https://www.linkedin.com/profile/add"


def compose_linkedin_url(
    *,
    name: str,
    organization: str,
    page_url: str,
    issued: date | None,
    ends: date | None,
    credential_id: str,
) -> str:
    """Return the link; empty for a page on this computer, which is nothing to show to the world.

    Args:
        name: Of the achievement.
        organization: Who issued it.
        page_url: Public address of the badge.
        issued: Of it LinkedIn gets year and month.
        ends: Likewise; None for no end.
        credential_id: Its own identifier.
    """
    if not page_url.startswith("https://"):
        return ""
    fields = {
        "startTask": "CERTIFICATION_NAME",
        "name": name,
        "organizationName": organization,
        "certUrl": page_url,
        "certId": credential_id,
    }
    for prefix, day in (("issue", issued), ("expiration", ends)):
        if day:
            fields |= {f"{prefix}Year": str(day.year), f"{prefix}Month": str(day.month)}
    return f"{_FORM}?{urlencode({field: value for field, value in fields.items() if value})}"
