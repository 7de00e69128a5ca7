"""What the issuer works with: profile, achievement, roster rows and planned credentials."""

from __future__ import annotations

import enum
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from schemas import OrganizationKind

if TYPE_CHECKING:
    from datetime import date, datetime

    from schemas import JsonObject


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerProfile:
    """The organisation that issues (OB 3.0 Profile).

    `id` is a DID (did:key or did:web); `slug` names it in our addresses.
    """

    id: str
    slug: str
    name: str
    url: str = ""
    email: str = ""
    description: str = ""
    kind: OrganizationKind = OrganizationKind.OTHER


@dataclass(frozen=True, slots=True, kw_only=True)
class Skill:
    """One skill as an alignment (OB 3.0 Alignment) with a plain-word `can_do` sentence."""

    name: str
    url: str
    framework: str
    code: str = ""
    description: str = ""
    target_type: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RubricLevel:
    """One level of a rubric (OB 3.0 RubricCriterionLevel); `key` is how a roster names it."""

    key: str
    name: str
    description: str = ""
    points: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResultDescription:
    """What was measured (OB 3.0 ResultDescription); `key` names it inside the achievement and as a roster column."""

    key: str
    name: str
    result_type: str
    levels: tuple[RubricLevel, ...] = ()
    required_level: str = ""
    required_value: str = ""
    value_min: str = ""
    value_max: str = ""
    allowed_values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BadgeDesign:
    """How the drawn picture of a badge looks where the course decides; an empty member leaves it to the drawing.

    `shape`, `colour` and `icon` are names that `credentials` knows, `colour` also `#rrggbb`; `words` stand on the
    badge in the place of its name; `level` is a number of stars, drawn unless a person reached a level of a rubric.
    """

    shape: str = ""
    colour: str = ""
    icon: str = ""
    words: str = ""
    level: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Achievement:
    """What a badge is given for, as its definition file says (OB 3.0 Achievement).

    `hours` is the length of the training; `assessment` says in plain words how it was tested;
    `valid_months` is how long a badge holds (0 = for ever); `can_do` are plain sentences
    "can …" that a foreman reads. `image` is the file's bytes as given (PNG or SVG) or empty; without one the
    badge is drawn by `design`.
    """

    slug: str
    name: str
    description: str
    criteria: str
    achievement_type: str = "Certificate"
    can_do: tuple[str, ...] = ()
    assessment: str = ""
    hours: str = ""
    skills: tuple[Skill, ...] = ()
    results: tuple[ResultDescription, ...] = ()
    tags: tuple[str, ...] = ()
    field_of_study: str = ""
    valid_months: int = 0
    language: str = "en"
    version: str = ""
    criteria_url: str = ""
    creator_name: str = ""
    creator_url: str = ""
    image: bytes = b""
    image_media_type: str = ""
    design: BadgeDesign = BadgeDesign()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowResult:
    """One result of one person: `value` as text, or `level` = key of a rubric level."""

    description_key: str
    value: str = ""
    level: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterRow:
    """One good row of a class list. `number` is the row as the spreadsheet shows it (header = 1)."""

    number: int
    name: str
    email: str = ""
    person_id: str = ""
    awarded_on: date | None = None
    results: tuple[RowResult, ...] = ()
    evidence_url: str = ""
    evidence_note: str = ""
    license_number: str = ""
    phone: str = ""  # for messages only: it is no part of the badge, nor of what tells one person from another


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterProblem:
    """One cell or row that cannot be used, with the code and what stood there (shown to the trainer only).

    `name` is the person of the row when it could be read; it says where to look and is no part of the problem.
    """

    row: int
    column: str
    code: str
    value: str = ""
    name: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """A class list as read: good rows, problems, and how the headers were understood."""

    rows: tuple[RosterRow, ...]
    problems: tuple[RosterProblem, ...]
    columns: tuple[tuple[str, str], ...] = ()  # (header as written, what it was read as; "" = not used)
    sha256: str = ""
    notices: tuple[RosterProblem, ...] = ()  # what was assumed or left out; stops nothing


class ProofChoice(enum.Enum):
    """Which proof a badge gets; BOTH embeds the Data Integrity proof and then wraps all in a JWT."""

    DATA_INTEGRITY = "di"
    VC_JWT = "jwt"
    BOTH = "both"


class RowFate(enum.Enum):
    """What happens, or happened, to one row."""

    NEW = "new"
    ALREADY_ISSUED = "already_issued"
    DIFFERS = "differs"  # issued before with other details; not touched
    REVOKED = "revoked"  # issued before and revoked since; not issued again by a re-run
    PROBLEM = "problem"


@dataclass(frozen=True, slots=True)
class StatusSlot:
    """One place in one status list: what `credentialStatus` points at (BITSTRING-STATUS-LIST 1.0 §2.1).

    `purpose` is `revocation` or `suspension`; `index` is written as a decimal string.
    """

    purpose: str
    list_url: str
    index: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedCredential:
    """All that is random or timed about one badge, fixed before signing: a resumed row gives the same bytes.

    `status_entries` has the revocation entry first. One entry is composed as a single object
    (OB 3.0 allows 0..1), several as an array (VCDM 2.0 §4.10); see docs/adr/0009.
    """

    id: str
    slug: str
    subject_id: str
    salt: str
    key_id: str  # verification method that will sign
    valid_from: datetime
    valid_until: datetime | None
    awarded_on: datetime | None
    created: datetime
    status_entries: tuple[StatusSlot, ...]
    proof: ProofChoice


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuedCredential:
    """One stored badge. The bytes are served unchanged for ever."""

    id: str
    slug: str
    issuer_id: str
    achievement_slug: str
    recipient_name: str
    recipient_email: str
    json_bytes: bytes  # Data Integrity form; empty when only a JWT was asked for
    jwt: str  # compact JWS; empty when only Data Integrity was asked for
    issued_at: datetime
    valid_until: datetime | None
    revoked: bool = False
    suspended: bool = False
    reason: str = ""  # of the last status change, as the trainer wrote it
    title: str = ""  # what a badge that a program had signed is called; empty for badges of class lists
    recipient_phone: str = ""  # kept beside the badge
    has_page: bool = True  # whether everybody who knows the slug may see it

    @property
    def is_from_program(self) -> bool:
        """Whether a program composed it; no course of the ledger belongs to it."""
        return not self.achievement_slug

    @property
    def original(self) -> bytes:
        """The bytes a verifier should be given: the embedded form when there is one."""
        return self.json_bytes or self.jwt.encode("ascii")


@dataclass(frozen=True, slots=True, kw_only=True)
class RowOutcome:
    """The fate of one row in a plan or a job."""

    number: int
    name: str
    fate: RowFate
    slug: str = ""
    problems: tuple[RosterProblem, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class JobProgress:
    """Where a job stands: counts add up to `total`."""

    job_id: str
    achievement_slug: str
    total: int
    issued: int
    rejected: int
    pending: int
    created_at: datetime
    finished_at: datetime | None
    failure: str = ""  # code of the error that stopped the job, if any
    already_issued: int = 0  # of `issued`: people who had this badge before the job began

    def to_json(self) -> JsonObject:
        """Return the counts for a progress bar."""
        return {
            "jobId": self.job_id,
            "total": self.total,
            "issued": self.issued,
            "alreadyIssued": self.already_issued,
            "rejected": self.rejected,
            "pending": self.pending,
            "finished": self.finished_at is not None,
            "failure": self.failure,
        }
