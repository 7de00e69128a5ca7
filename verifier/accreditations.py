"""Accreditations of an issuer: a mark only where the accrediting body itself signed it, for this issuer, in force now.

What an issuer's own profile lists (`accreditations` of the Open Badges extension) is the issuer's word and never a
mark. A mark is an endorsement of the issuer whose own subject says `IssuerAccreditationProfile`, signed by the very
body that it names. Signature, subject, dates and status of the endorsement were looked at before.

Spec: Open Badges Issuer Accreditation Extension 2.0; OB 3.0 §8.4.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from verifier.endorsements import Accreditation, EndorsementTarget
from verifier.members import iterate_objects, read_list, read_object, read_text

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from schemas import JsonObject
    from verifier.endorsements import VerifiedEndorsement

MAX_ACCREDITATION_CHARS = 200  # of each text that is shown
_ISSUER_TYPE = "IssuerAccreditationProfile"
_BODY_TYPE = "AccreditationProfile"
_NOT_PROVEN = "endorsement.accreditation_not_verified"
_REFUSED_CLAIM = "endorsement.accreditation_not_theirs"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccreditationFinding:
    """What an endorsement that holds says of accreditation.

    Args:
        mark: None when it says nothing of it, or not for itself, or not yet.
        notes: Codes of remarks.
    """

    mark: Accreditation | None = None
    notes: tuple[str, ...] = ()


def read_accreditation(
    signed: JsonObject, *, target: EndorsementTarget, endorser_id: str, now: datetime
) -> AccreditationFinding:
    """Read what the endorser's signature covers; its subject was compared with the endorsed one before."""
    subject = read_object(signed.get("credentialSubject"))
    if _ISSUER_TYPE not in read_list(subject.get("type")):
        return AccreditationFinding()
    is_other = target is not EndorsementTarget.ISSUER or endorser_id == read_text(subject.get("id"))
    claims = [entry for entry in iterate_objects(subject.get("accreditations")) if _BODY_TYPE in _types_of(entry)]
    own = [entry for entry in claims if read_text(entry.get("id")) in {"", endorser_id}]
    if is_other or not own or len(own) != len(claims):
        return AccreditationFinding(notes=(_REFUSED_CLAIM,))
    since = _read_date(read_text(own[0].get("accreditationDate")))
    if since is not None and since > now.date():
        return AccreditationFinding(notes=("endorsement.accreditation_not_begun",))
    return AccreditationFinding(
        mark=Accreditation(
            since=since,
            sector=_clip(own[0].get("educationalSector")),
            area_served=_clip(own[0].get("areaServed")),
        )
    )


def list_unproven_claims(document: JsonObject, verified: Iterable[VerifiedEndorsement]) -> tuple[str, ...]:
    """Return a remark when the issuer names an accrediting body of which no mark is there."""
    proven = {one.endorser_id for one in verified if one.accreditation is not None}
    claims = read_list(read_object(document.get("issuer")).get("accreditations"))
    return (_NOT_PROVEN,) if any(read_text(read_object(entry).get("id")) not in proven for entry in claims) else ()


def _types_of(entry: JsonObject) -> list[object]:
    return [*read_list(entry.get("type"))]


def _read_date(text: str) -> date | None:
    try:
        return date.fromisoformat(text)
    except ValueError:  # the extension leaves the form open: shown only when it is a date
        return None


def _clip(value: object) -> str:
    return value[:MAX_ACCREDITATION_CHARS] if isinstance(value, str) else ""
