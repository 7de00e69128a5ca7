"""One result for several credentials: what holds them, each of them, and a verdict that is the AND of all."""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from schemas import InvalidCredentialError, format_datetime
from verifier.report import Finding, Headline, Outcome, Verdict, VerificationReport

if TYPE_CHECKING:
    from datetime import datetime

    from schemas import JsonObject
    from verifier.containers import ContainerKind


class PresentationCheckName(enum.Enum):
    """Every check of a presentation, in the order of the plan."""

    DECODING = "decoding"
    PROOF = "proof"
    HOLDER = "holder"
    CHALLENGE = "challenge"
    DOMAIN = "domain"
    HOLDER_BINDING = "holder_binding"


# Nobody need ask for a domain, and a badge need not name a wallet: those two may not apply.
_MUST_PASS = frozenset(PresentationCheckName) - {PresentationCheckName.DOMAIN, PresentationCheckName.HOLDER_BINDING}
_WORST_FIRST = (Headline.NOT_GENUINE, Headline.COULD_NOT_CHECK, Headline.GENUINE_BUT, Headline.GENUINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationCheck(Finding):
    """One named check of a presentation and how it ended.

    Args:
        name: Which check.
    """

    name: PresentationCheckName

    def to_json(self) -> JsonObject:
        """Return the machine form."""
        return self.compose_json(self.name.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class PresentationReport:
    """Who showed the credentials, for whom and when; says nothing about the credentials.

    Args:
        checks: One for each `PresentationCheckName`, in its order.
        verified_at: The clock that was used, aware UTC.
        holder: Id of the one who signed; empty unless proven.
    """

    checks: tuple[PresentationCheck, ...]
    verified_at: datetime
    holder: str = ""

    def __post_init__(self) -> None:
        if tuple(check.name for check in self.checks) != tuple(PresentationCheckName):
            raise ValueError("a report holds every check exactly once, in plan order")
        if self.holder and self.check(PresentationCheckName.HOLDER).outcome is not Outcome.PASSED:
            raise ValueError("a holder is named only when proven")

    def __bool__(self) -> bool:
        return self.verdict is Verdict.VERIFIED

    def check(self, name: PresentationCheckName) -> PresentationCheck:
        """Return the check of that name."""
        return self.checks[list(PresentationCheckName).index(name)]

    @property
    def verdict(self) -> Verdict:
        """VERIFIED, REJECTED or INCONCLUSIVE."""
        if any(check.outcome is Outcome.FAILED for check in self.checks):
            return Verdict.REJECTED
        return Verdict.INCONCLUSIVE if self.deciding_checks else Verdict.VERIFIED

    @property
    def headline(self) -> Headline:
        """What a person reads of the showing itself."""
        by_verdict = {
            Verdict.VERIFIED: Headline.GENUINE,
            Verdict.REJECTED: Headline.NOT_GENUINE,
            Verdict.INCONCLUSIVE: Headline.COULD_NOT_CHECK,
        }
        return by_verdict[self.verdict]

    @property
    def deciding_checks(self) -> tuple[PresentationCheck, ...]:
        """The checks that kept the verdict from VERIFIED, failures first."""
        open_checks = [check for check in self.checks if not _holds(check)]
        return tuple(sorted(open_checks, key=lambda check: check.outcome is not Outcome.FAILED))

    def to_json(self) -> JsonObject:
        """Return the machine form."""
        return {
            "verdict": self.verdict.value,
            "headline": self.headline.value,
            "verifiedAt": format_datetime(self.verified_at),
            "holder": self.holder or None,
            "checks": [check.to_json() for check in self.checks],
        }


def _holds(check: PresentationCheck) -> bool:
    if check.outcome is Outcome.NOT_APPLICABLE:
        return check.name not in _MUST_PASS
    return check.outcome is Outcome.PASSED


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportPart:
    """One credential of a set.

    Args:
        pointer: Where it stands in what holds it (RFC 6901).
        report: Its own report, complete in itself.
    """

    pointer: str
    report: VerificationReport


@dataclass(frozen=True, slots=True, kw_only=True)
class CredentialSetReport:
    """The container and every credential in it. True only when all of them are VERIFIED, and there is at least one.

    Args:
        kind: What holds the credentials.
        container: Its own report: of a learner record that of a credential, without a view of a badge.
        parts: Every credential in it, in order; also those of a container that does not hold.
    """

    kind: ContainerKind
    container: VerificationReport | PresentationReport
    parts: tuple[ReportPart, ...]

    def __bool__(self) -> bool:
        return self.verdict is Verdict.VERIFIED

    @property
    def verified_at(self) -> datetime:
        """The clock that was used, aware UTC."""
        return self.container.verified_at

    @property
    def verdict(self) -> Verdict:
        """VERIFIED when container and parts all are, REJECTED when one of them is, else INCONCLUSIVE."""
        verdicts = {self.container.verdict, *(part.report.verdict for part in self.parts)}
        if Verdict.REJECTED in verdicts:
            return Verdict.REJECTED
        return Verdict.VERIFIED if verdicts == {Verdict.VERIFIED} and self.parts else Verdict.INCONCLUSIVE

    @property
    def headline(self) -> Headline:
        """The worst of all headlines: nothing in a set looks better than its weakest part."""
        found = {self.container.headline, *(part.report.headline for part in self.parts)}
        if not self.parts:
            found.add(Headline.COULD_NOT_CHECK)
        return next(headline for headline in _WORST_FIRST if headline in found)

    @property
    def deciding_codes(self) -> tuple[str, ...]:
        """Codes of the checks that kept the verdict from VERIFIED, those of the container first."""
        reports = (self.container, *(part.report for part in self.parts))
        return tuple(dict.fromkeys(check.code for report in reports for check in report.deciding_checks))

    def raise_for_rejection(self) -> None:
        """Raise when the verdict is not VERIFIED.

        Raises:
            InvalidCredentialError: Carries the first deciding code; `presentation.empty` when there is no credential.
        """
        if self.verdict is not Verdict.VERIFIED:
            raise InvalidCredentialError(next(iter(self.deciding_codes), "presentation.empty"))

    def to_json(self) -> JsonObject:
        """Return the machine form that `skillmark verify --json` prints."""
        return {
            "verdict": self.verdict.value,
            "headline": self.headline.value,
            "verifiedAt": format_datetime(self.verified_at),
            "kind": self.kind.value,
            "container": self.container.to_json(),
            "parts": [{"pointer": part.pointer, "report": part.report.to_json()} for part in self.parts],
        }
