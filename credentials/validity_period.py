"""When a credential is in force: what its own dates say, and what its token narrows.

Spec: VCDM 2.0 §4.9; VCDM 1.1 §4.6 and §4.7, whose context also defines the names that came after it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials.model_reading import read_moment
from schemas import VC_V1_CONTEXT

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.document import VerifiedDocument
    from schemas import JsonObject

_STARTS = ("issuanceDate", "validFrom")
_ENDS = ("expirationDate", "validUntil")


@dataclass(frozen=True, slots=True, kw_only=True)
class ValidityPeriod:
    """From when until when; None where nothing is said."""

    start: datetime | None
    end: datetime | None


def read_valid_from(document: JsonObject) -> datetime | None:
    """Return `validFrom`; of VC 1.1 the later of `issuanceDate` and `validFrom`.

    Raises:
        DataModelError: `data_model.date_invalid`, `data_model.date_out_of_range`.
    """
    if not _is_version_1(document):
        return read_moment(document, "validFrom")
    return max(_read_moments(document, _STARTS), default=None)


def read_valid_until(document: JsonObject) -> datetime | None:
    """Return `validUntil`; of VC 1.1 the earlier of `expirationDate` and `validUntil`.

    Raises:
        DataModelError: As `read_valid_from`.
    """
    if not _is_version_1(document):
        return read_moment(document, "validUntil")
    return min(_read_moments(document, _ENDS), default=None)


def read_validity_period(verified: VerifiedDocument) -> ValidityPeriod:
    """Return what is signed: the dates of the credential, narrowed by `nbf` and `exp` of its token.

    Raises:
        DataModelError: As `read_valid_from`.
    """
    start, end = read_valid_from(verified.document), read_valid_until(verified.document)
    if verified.not_before is not None:
        start = max(start or verified.not_before, verified.not_before)
    if verified.expires_at is not None:
        end = min(end or verified.expires_at, verified.expires_at)
    return ValidityPeriod(start=start, end=end)


def _is_version_1(document: JsonObject) -> bool:
    contexts = document.get("@context")
    return isinstance(contexts, list) and contexts[:1] == [VC_V1_CONTEXT]


def _read_moments(document: JsonObject, names: tuple[str, str]) -> list[datetime]:
    return [moment for name in names if (moment := read_moment(document, name))]
