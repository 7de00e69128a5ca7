"""Counts of what was found in many badges; as large for a million of them as for a hundred."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from verifier.bulk_rows import Finding, IssuerStanding
from verifier.report import Verdict

if TYPE_CHECKING:
    from verifier.bulk_rows import BulkRow

# Issuers that are counted one by one; the badges of all others are counted together.
MAX_COUNTED_ISSUERS = 1_000


@dataclass(slots=True)
class IssuerTally:
    """How the badges of one issuer fared.

    `name`, `domain` and `standing` are those of the first badge; `counts` has the rows by what was found.
    """

    name: str
    domain: str
    standing: IssuerStanding
    counts: Counter[Finding] = field(default_factory=Counter)


@dataclass(slots=True)
class BulkSummary:
    """What was counted so far.

    `others` are badges of issuers beyond the first `MAX_COUNTED_ISSUERS`; a badge whose issuer may not be shown is
    in no tally.
    """

    findings: Counter[Finding] = field(default_factory=Counter)
    reasons: Counter[tuple[Finding, str]] = field(default_factory=Counter)
    standings: Counter[IssuerStanding] = field(default_factory=Counter)
    issuers: dict[str, IssuerTally] = field(default_factory=dict)
    others: Counter[Finding] = field(default_factory=Counter)
    verdicts: Counter[Verdict] = field(default_factory=Counter)

    def add(self, row: BulkRow) -> None:
        """Count one row. What holds several badges is no badge: it is counted only when something is wrong with it."""
        self.verdicts[row.verdict] += 1
        if row.parts and not row.part and row.finding is Finding.GENUINE:
            return
        self.findings[row.finding] += 1
        if row.code:
            self.reasons[row.finding, row.code] += 1
        if row.finding is Finding.GENUINE:
            self.standings[row.standing] += 1
        if row.standing is not IssuerStanding.NOT_SHOWN:
            self._find_tally(row)[row.finding] += 1

    def _find_tally(self, row: BulkRow) -> Counter[Finding]:
        # An issuer that is not proven is known by the name it gives itself, and is not mixed with a proven one.
        key = row.issuer_id or f" {row.issuer}"
        tally = self.issuers.get(key)
        if tally is None:
            if len(self.issuers) >= MAX_COUNTED_ISSUERS:
                return self.others
            tally = self.issuers[key] = IssuerTally(row.issuer, row.domain, row.standing)
        return tally.counts

    @property
    def total(self) -> int:
        """How many badges were counted."""
        return self.findings.total()

    @property
    def verdict(self) -> Verdict:
        """The worst of all: REJECTED when one is, else INCONCLUSIVE when one is or there is none, else VERIFIED."""
        if self.verdicts[Verdict.REJECTED]:
            return Verdict.REJECTED
        return Verdict.INCONCLUSIVE if self.verdicts[Verdict.INCONCLUSIVE] or not self.total else Verdict.VERIFIED
