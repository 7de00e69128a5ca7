"""Endorsements that hold: who stands behind what, in words that the endorser's own signature covers."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import format_datetime

if TYPE_CHECKING:
    from datetime import date, datetime

    from schemas import JsonObject
    from verifier.trust import TrustEntry


class EndorsementTarget(enum.Enum):
    """What is endorsed."""

    CREDENTIAL = "credential"
    ACHIEVEMENT = "achievement"
    ISSUER = "issuer"
    CREATOR = "creator"
    SOURCE = "source"


@dataclass(frozen=True, slots=True, kw_only=True)
class Accreditation:
    """That the endorser accredits the issuer, in the endorser's own words.

    Args:
        since: Day of the accreditation, when it says one.
        sector: What kind of education it is for; may be empty.
        area_served: Where the body accredits; may be empty.
    """

    since: date | None
    sector: str
    area_served: str

    def to_json(self) -> JsonObject:
        """Return the machine form."""
        since = self.since.isoformat() if self.since else None
        return {"since": since, "sector": self.sector, "areaServed": self.area_served}


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedEndorsement:
    """One endorsement whose signature, endorser, dates, subject and status all held. Only these are ever shown.

    Args:
        target: What it speaks of.
        pointer: Where it stands in the badge.
        endorser_id: Proven DID or address of the endorser.
        endorser_name: What the endorser calls itself; its own word.
        comment: Markdown by the endorser; not trusted as HTML.
        given_at: When it came into force.
        known_as: The entry of the reader's own list, which makes it a mark that counts here.
        accreditation: What it says of accrediting the issuer; None when it is praise only.
    """

    target: EndorsementTarget
    pointer: str
    endorser_id: str
    endorser_name: str
    comment: str
    given_at: datetime | None
    known_as: TrustEntry | None = None
    accreditation: Accreditation | None = None

    def to_json(self) -> JsonObject:
        """Return the machine form."""
        return {
            "target": self.target.value,
            "pointer": self.pointer,
            "endorser": {"id": self.endorser_id, "name": self.endorser_name},
            "comment": self.comment,
            "givenAt": format_datetime(self.given_at) if self.given_at else None,
            "knownAs": (
                {"name": self.known_as.name, "kind": self.known_as.kind.value} if self.known_as is not None else None
            ),
            "accreditation": self.accreditation.to_json() if self.accreditation is not None else None,
        }
