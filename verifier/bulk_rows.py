"""What a person who checks many badges at once reads of each: one row, and in it nothing about the holder."""

from __future__ import annotations

import enum
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from verifier.bulk_items import clean_label
from verifier.members import read_issuer_id
from verifier.report import CheckName, Headline, Outcome, Verdict, VerificationReport
from verifier.trust import read_issuer_host

if TYPE_CHECKING:
    from datetime import datetime

    from verifier.report import Check
    from verifier.report_set import CredentialSetReport, PresentationReport
    from verifier.verify_any import AnyReport


class Finding(enum.Enum):
    """What was found, in the order of a summary."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    GENUINE = "genuine"
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    SUSPENDED = "suspended"
    REVOKED = "revoked"
    SOMEONE_ELSES = "someone_elses"
    COULD_NOT_CHECK = "could_not_check"
    NOT_GENUINE = "not_genuine"
    NOT_A_BADGE = "not_a_badge"


class IssuerStanding(enum.Enum):
    """What stands behind the name of an issuer."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    LISTED = "listed"  # the reader's own list
    ADDRESS = "address"  # its web address; whose that is the reader must know
    UNPROVEN = "unproven"  # nothing: anyone can write a name
    NAME_TAKEN = "name_taken"  # it uses the name of somebody on the reader's list
    NOT_SHOWN = "not_shown"  # nothing may be said of the issuer


class BulkRow(NamedTuple):
    """One badge. Texts are what the signature covers; all are empty where nothing may be shown.

    Args:
        label: The file, entry or line.
        part: Which badge of several in one file, from 1; 0 for a badge alone, and for what holds the others.
        parts: How many badges the file holds together; 0 for a badge alone.
        finding: What was found.
        verdict: The verdict of the report.
        code: Why; empty for a genuine badge.
        achievement: Name of the achievement.
        issuer: Name of the issuer, as the reader's list has it when it is listed.
        issuer_id: DID or address of the issuer; empty unless proven.
        domain: Host behind the issuer; may be empty.
        standing: What stands behind the name.
        awarded_on: Day, `YYYY-MM-DD`; may be empty.
        expires_on: Day, `YYYY-MM-DD`; may be empty.
        remarks: Codes of what does not change the finding.
    """

    label: str
    part: int
    parts: int
    finding: Finding
    verdict: Verdict
    code: str
    achievement: str = ""
    issuer: str = ""
    issuer_id: str = ""
    domain: str = ""
    standing: IssuerStanding = IssuerStanding.NOT_SHOWN
    awarded_on: str = ""
    expires_on: str = ""
    remarks: tuple[str, ...] = ()


# Of issuers whose id was read already.
MAX_KEPT_ISSUERS = 1_024
MAX_KEPT_CHARS = 256

# Where several hold, the gravest is said.
_LOST = {
    "status.revoked": Finding.REVOKED,
    "status.suspended": Finding.SUSPENDED,
    "validity.expired": Finding.EXPIRED,
    "validity.not_yet_valid": Finding.NOT_YET_VALID,
}
# What may fail beside the recipient without a doubt about who made the badge.
_SAYS_NOTHING_OF_ORIGIN = frozenset(
    {CheckName.RECIPIENT, CheckName.SCHEMA, CheckName.VALIDITY_PERIOD, CheckName.STATUS}
)
_NOTHING_IS_SHOWN = frozenset({Finding.NOT_GENUINE, Finding.NOT_A_BADGE})


def compose_bulk_rows(report: AnyReport, *, label: str) -> tuple[BulkRow, ...]:
    """Return the rows of one file: one for a badge; for several together one for the whole and one for each of them.

    Args:
        report: As `verify_any` returned it.
        label: What the file is called.
    """
    if isinstance(report, VerificationReport):
        return (_compose_row(report, label=label, part=0, parts=0),)
    parts = len(report.parts)
    rows = (_compose_row(each.report, label=label, part=n, parts=parts) for n, each in enumerate(report.parts, 1))
    return (_compose_whole(report, label=label), *rows)


def _compose_row(report: VerificationReport, *, label: str, part: int, parts: int) -> BulkRow:
    verdict = report.verdict
    # Nearly all are; then nothing has to be looked for.
    finding = Finding.GENUINE if verdict is Verdict.VERIFIED else _find_finding(report)
    code = _find_code(report, finding)
    badge = report.credential
    if badge is None or finding in _NOTHING_IS_SHOWN:
        return BulkRow(label, part, parts, finding, verdict, code)
    is_proven = report.check(CheckName.ISSUER).outcome is Outcome.PASSED
    issuer_id, domain = _read_issuer(read_issuer_id(badge.verified.outline)) if is_proven else ("", "")
    trust = report.check(CheckName.TRUST)
    known_as = trust.detail.get("name") if trust.outcome is Outcome.PASSED else None
    return BulkRow(
        label,
        part,
        parts,
        finding,
        verdict,
        code,
        clean_label(badge.achievement_name),
        clean_label(known_as if isinstance(known_as, str) else badge.issuer_name),
        issuer_id,
        domain,
        _find_standing(trust, domain),
        _format_day(badge.awarded_date or badge.valid_from),
        _format_day(badge.valid_until),
        report.notes,
    )


def _read_issuer(issuer_id: str) -> tuple[str, str]:
    """Return the id of an issuer as it is shown, and the host behind it."""
    return _read_known_issuer(issuer_id) if len(issuer_id) <= MAX_KEPT_CHARS else _read_any_issuer(issuer_id)


def _read_any_issuer(issuer_id: str) -> tuple[str, str]:
    return clean_label(issuer_id), read_issuer_host(issuer_id)


# The badges of a run come from few issuers.
_read_known_issuer = lru_cache(maxsize=MAX_KEPT_ISSUERS)(_read_any_issuer)


def _find_standing(trust: Check, domain: str) -> IssuerStanding:
    if "trust.name_taken" in trust.notes:
        return IssuerStanding.NAME_TAKEN
    if trust.outcome is Outcome.PASSED:
        return IssuerStanding.LISTED
    return IssuerStanding.ADDRESS if domain else IssuerStanding.UNPROVEN


def _format_day(moment: datetime | None) -> str:
    return moment.date().isoformat() if moment else ""


def _find_finding(report: VerificationReport) -> Finding:
    """Return what was found of a badge that is not VERIFIED."""
    headline = report.headline
    if report.is_unreadable or report.is_no_badge:
        return Finding.NOT_A_BADGE
    codes = {check.code for check in report.deciding_checks}
    if headline is Headline.GENUINE_BUT:
        return next(finding for code, finding in _LOST.items() if code in codes)
    if headline is Headline.COULD_NOT_CHECK:
        return Finding.COULD_NOT_CHECK
    failed = {check.name for check in report.deciding_checks if check.outcome is Outcome.FAILED}
    is_only_the_person = CheckName.RECIPIENT in failed and failed <= _SAYS_NOTHING_OF_ORIGIN
    return Finding.SOMEONE_ELSES if is_only_the_person else Finding.NOT_GENUINE


def _find_code(report: VerificationReport, finding: Finding) -> str:
    """Return the code that explains the finding best."""
    if finding is Finding.GENUINE:
        return ""
    if finding is Finding.SOMEONE_ELSES:
        return report.check(CheckName.RECIPIENT).code
    if report.is_no_badge:
        return "decoding.not_object"  # which part of a badge is missing says nothing of what is no badge
    deciding = [check for check in report.deciding_checks if check.outcome is not Outcome.NOT_RUN]
    if finding in _LOST.values():
        return next(code for code in _LOST if any(check.code == code for check in deciding))
    return _prefer(deciding, Outcome.INDETERMINATE if finding is Finding.COULD_NOT_CHECK else Outcome.FAILED)


def _prefer(deciding: list[Check], outcome: Outcome) -> str:
    return next((check.code for check in deciding if check.outcome is outcome), deciding[0].code)


def _compose_whole(report: CredentialSetReport, *, label: str) -> BulkRow:
    """Return the row of what holds several badges; how they themselves fare is for their own rows."""
    container: VerificationReport | PresentationReport = report.container
    verdict, parts = container.verdict, len(report.parts)
    if verdict is Verdict.VERIFIED and not parts:
        return BulkRow(label, 0, 0, Finding.COULD_NOT_CHECK, Verdict.INCONCLUSIVE, "presentation.empty")
    if isinstance(container, VerificationReport):
        return _compose_row(container, label=label, part=0, parts=parts)
    finding = {
        Verdict.VERIFIED: Finding.GENUINE,
        Verdict.REJECTED: Finding.NOT_GENUINE,
        Verdict.INCONCLUSIVE: Finding.COULD_NOT_CHECK,
    }[verdict]
    code = container.deciding_checks[0].code if container.deciding_checks else ""
    return BulkRow(label, 0, parts, finding, verdict, code)
