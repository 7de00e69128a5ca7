"""What the badge page shows, as plain values. Everything comes from the report; nothing from unverified input."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from pages import SafeLink


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusChange:
    """Why and when a badge of ours was revoked or suspended, from our own ledger."""

    reason: str = ""
    at: datetime | None = None
    is_corrected: bool = False  # a newer badge stands in its place, because it was wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckView:
    """One line of “Show the checks”."""

    label: str
    outcome: str
    outcome_label: str
    sentence: str
    next_step: str
    code: str
    spec: str


class BannerKind(enum.Enum):
    """Colour and icon of the banner. The report has four headlines; here they part where people must act apart."""

    GENUINE = "genuine"
    ISSUER_NOT_KNOWN = "issuer_not_known"
    NAME_TAKEN = "name_taken"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    REPLACED = "replaced"
    COULD_NOT_CHECK = "could_not_check"
    COULD_NOT_READ = "could_not_read"
    NOT_GENUINE = "not_genuine"


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """One of the three questions of a badge that could not be checked as a whole: changed, by whom, in force?"""

    outcome: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class VerdictView:
    """The banner: one of four headlines, why, and what to do now."""

    kind: BannerKind
    title: str
    sentences: tuple[str, ...]
    next_step: str
    checked_at: datetime
    aside: str = ""  # what a title that leads with the bad news leaves open
    answers: tuple[AnswerView, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultView:
    """One result; `level_number` of `level_count` draws the meter (0 = no meter)."""

    name: str
    value: str
    description: str = ""
    level_number: int = 0
    level_count: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SkillView:
    """One skill with the framework that defines it."""

    name: str
    description: str
    framework: str
    code: str
    link: SafeLink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceView:
    """One piece of evidence; a link only when it is safe to follow."""

    name: str
    description: str
    narrative: str
    link: SafeLink | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EndorsementView:
    """One endorsement that holds on its endorser's own key."""

    endorser: str
    kind: str
    proven_domain: str
    is_named: bool  # an address or the reader's own list stands for the name
    is_known: bool
    target: str
    comment: str  # Markdown
    given_at: datetime | None
    accreditation: str = ""  # the body that signed it accredits the issuer; empty when it is praise only


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerView:
    """Who issued, with the address that proves it always in full."""

    name: str
    kind: str
    proven_domain: str
    identifier: str
    link: SafeLink | None
    is_named: bool  # an address or the reader's own list stands for the name
    takes_name: bool  # somebody else on the list has this name
    trust: str  # "known", "unknown" or "warning"
    trust_lines: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialView:
    """What the signature covers, in the order in which a foreman reads it."""

    recipient: str
    recipient_note: str
    achievement: str
    achievement_type: str
    language: str
    description: str
    can_do: tuple[str, ...]
    results: tuple[ResultView, ...]
    assessment: str
    hours: str
    criteria: str
    criteria_link: SafeLink | None
    issuer: IssuerView
    creator: str
    awarded_on: datetime | None
    valid_from: datetime | None
    valid_until: datetime | None
    license_number: str
    evidence: tuple[EvidenceView, ...]
    skills: tuple[SkillView, ...]
    near_terms: tuple[tuple[SkillView, SafeLink | None], ...]
    tags: tuple[str, ...]
    image_url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeView:
    """The whole page."""

    verdict: VerdictView
    checks: tuple[CheckView, ...]
    warnings: tuple[CheckView, ...]
    credential: CredentialView | None
    endorsements: tuple[EndorsementView, ...] = ()
    remarks: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """One download."""

    url: str
    label: str
    description: str = field(default="")
    is_for_programs: bool = False
