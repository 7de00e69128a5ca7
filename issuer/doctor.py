"""Checks that nothing is lost, doubled or changed: the invariants I1 to I10."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from issuer import doctor_badges, doctor_records
from schemas import LedgerError, describe_code

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from issuer.doctor_badges import VerifyOwn
    from issuer.ledger import Ledger
    from schemas import Language

MAX_FINDINGS_EACH = 100  # faults listed for one invariant
# What is said of an invariant that holds.
GOOD_NEWS = {
    "I1": "doctor.bytes_kept",
    "I2": "doctor.rows_once",
    "I3": "doctor.slots_owned",
    "I4": "doctor.badges_verify",
    "I5": "doctor.status_kept",
    "I6": "doctor.audit_whole",
    "I7": "doctor.rows_accounted",
    "I8": "doctor.not_built",
    "I9": "doctor.dates_in_order",
    "I10": "doctor.file_sound",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One invariant that holds, or one fault of it. `detail` names slugs and numbers, never people."""

    invariant: str
    ok: bool
    code: str
    detail: str = ""

    def describe(self, language: Language = "en") -> str:
        """Return one sentence, with the place of a fault."""
        sentence = describe_code(self.code).sentence(language)
        return f"{sentence} ({self.detail})" if self.detail else sentence


def diagnose(ledger: Ledger, verify_own: VerifyOwn | None = None) -> tuple[Finding, ...]:
    """Check every invariant; at least one finding for each.

    Args:
        ledger: What to check; nothing is written.
        verify_own: Verifies one of our badges and raises a `BadgeError` when it does not pass;
            default: signature, schema and plan with the key recorded at issue.
    """
    findings: list[Finding] = []
    for invariant, check in _CHECKS.items():
        faults = _collect(check(ledger, verify_own))
        findings += [Finding(invariant=invariant, ok=False, code=code, detail=detail) for code, detail in faults]
        if not faults:
            findings.append(Finding(invariant=invariant, ok=True, code=_good_news(ledger, invariant)))
    return tuple(findings)


def _good_news(ledger: Ledger, invariant: str) -> str:
    if invariant == "I10" and ledger.database.is_fallback_active:
        return "store.sqlite_version_unsafe"
    return GOOD_NEWS[invariant]


def _collect(check: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
    faults: list[tuple[str, str]] = []
    try:
        for fault in check:
            faults.append(fault)
            if len(faults) == MAX_FINDINGS_EACH:
                break
    except LedgerError as error:
        faults.append((error.code, error.message))
    return faults


def _check_nothing(_ledger: Ledger, _verify_own: VerifyOwn | None) -> Iterator[tuple[str, str]]:
    """I8: claim links and mail are not part of this version."""
    yield from ()


_CHECKS: dict[str, Callable[[Ledger, VerifyOwn | None], Iterator[tuple[str, str]]]] = {
    "I1": doctor_badges.check_bytes,
    "I2": doctor_badges.check_one_badge_for_one_row,
    "I3": doctor_records.check_slots,
    "I4": doctor_badges.check_own_badges,
    "I5": doctor_records.check_status_history,
    "I6": doctor_records.check_audit,
    "I7": doctor_records.check_jobs,
    "I8": _check_nothing,
    "I9": doctor_badges.check_dates,
    "I10": doctor_records.check_file,
}
