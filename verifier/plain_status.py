"""The status of a badge as nearly all have it: one bit of a list of the issuer's own that is at hand, and not set.

As `plain_badge`: at the first thing that is wrong, rare or not at hand the answer is None, and `status_check` decides
from the start.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final

from credentials import MIN_STATUS_LIST_BITS
from schemas import BITSTRING_STATUS_LIST_ENTRY
from verifier.report import CheckName
from verifier.steps import compose_passed

if TYPE_CHECKING:
    from datetime import datetime

    from schemas import JsonValue
    from verifier.report import Check
    from verifier.status_cache import StatusCache

_MEMBERS: Final = frozenset({"id", "type", "statusPurpose", "statusListIndex", "statusListCredential"})
MAX_INDEX_DIGITS: Final = 9  # a list has some million places
MAX_KEPT_CHECKS: Final = 256  # as many as lists are kept


def check_plain_status(status: Any, *, issuer_id: str, cache: StatusCache, now: datetime) -> Check | None:  # noqa: ANN401 - JSON
    """Return the check as passed; None when the thorough way has to make it.

    Args:
        status: `credentialStatus` of what is signed.
        issuer_id: Of the badge.
        cache: Lists that were verified before.
        now: The moment that counts.
    """
    places: list[tuple[str, str, datetime]] = []
    for entry in status if type(status) is list else [status]:
        if type(entry) is not dict or not _MEMBERS.issuperset(entry) or len(places) > 1:
            return None
        url, purpose, written = (
            entry.get("statusListCredential"),
            entry.get("statusPurpose"),
            entry.get("statusListIndex"),
        )
        if (
            entry.get("type") != BITSTRING_STATUS_LIST_ENTRY
            or type(url) is not str
            or type(purpose) is not str
            or not purpose
            or type(written) is not str
            or not (written.isascii() and written.isdecimal() and len(written) <= MAX_INDEX_DIGITS)
            or (written[0] == "0" and written != "0")
            or entry.get("id") == url
        ):
            return None
        found = cache.find_fresh(url, now=now)
        index = int(written)
        if (
            found is None
            or found.stands_in
            or found.issuer_id != issuer_id
            or purpose not in found.purposes
            or not MIN_STATUS_LIST_BITS <= len(found.bits) > index
            or found.bits.read(index)
        ):
            return None
        places.append((purpose, url, found.fetched_at))
    return _compose_check(tuple(places)) if places else None


@lru_cache(maxsize=MAX_KEPT_CHECKS)
def _compose_check(places: tuple[tuple[str, str, datetime], ...]) -> Check:
    """Return the check, which is the same for all badges of a list: which place each has in it is not told."""
    facts: list[JsonValue] = [
        {"purpose": purpose, "url": url, "set": False, "asOf": fetched_at.isoformat()}
        for purpose, url, fetched_at in places
    ]
    return compose_passed(CheckName.STATUS, {"entries": facts})
