"""What is known of a badge that could not be checked as a whole: was it changed, who signed it, is it in force?"""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from pages import show_time, translate
from verifier.report import CheckName, Outcome
from verifier.web.views import AnswerView

if TYPE_CHECKING:
    from verifier.report import Check, VerificationReport
    from verifier.web.views import IssuerView

# The page has one sign for “we do not know”, whatever kept us from knowing.
_OPEN = Outcome.INDETERMINATE.value


def compose_answers(report: VerificationReport, issuer: IssuerView | None) -> tuple[AnswerView, ...]:
    """Return three short answers, so that what is open stands beside what is proven."""
    return (_say_unchanged(report), _say_signer(report, issuer), _say_in_force(report))


def _say_unchanged(report: VerificationReport) -> AnswerView:
    proof = report.check(CheckName.PROOF)
    if proof.outcome is not Outcome.PASSED:
        return AnswerView(outcome=_OPEN, text=translate("Changed after signing? We could not check."))
    if proof.code == "ob2.hosted_by_issuer":
        return AnswerView(outcome=Outcome.PASSED.value, text=translate("The issuer's own website shows it."))
    return AnswerView(outcome=Outcome.PASSED.value, text=translate("Nobody changed it since it was signed."))


def _say_signer(report: VerificationReport, issuer: IssuerView | None) -> AnswerView:
    if report.check(CheckName.ISSUER).outcome is not Outcome.PASSED or issuer is None:
        return AnswerView(outcome=_OPEN, text=translate("Signed by the issuer? We could not check."))
    if not issuer.is_named or issuer.takes_name:
        return AnswerView(outcome=_OPEN, text=translate("Signed by the issuer? Nothing proves the name."))
    text = translate("It comes from %(name)s.") % {"name": issuer.proven_domain or issuer.name}
    return AnswerView(outcome=Outcome.PASSED.value, text=text)


def _say_in_force(report: VerificationReport) -> AnswerView:
    dates, status = report.check(CheckName.VALIDITY_PERIOD), report.check(CheckName.STATUS)
    if dates.outcome is not Outcome.PASSED:
        return AnswerView(outcome=_OPEN, text=translate("Still in force? We could not check."))
    if status.outcome in {Outcome.PASSED, Outcome.NOT_APPLICABLE}:
        return AnswerView(outcome=Outcome.PASSED.value, text=translate("It is in force."))
    return AnswerView(
        outcome=_OPEN,
        text=" ".join((translate("Taken back since? We could not check."), *_say_last_read(status))),
    )


def _say_last_read(status: Check) -> tuple[str, ...]:
    seen = status.detail.get("lastSeenAt")
    if not isinstance(seen, str):
        return ()
    return (
        translate("We last read the issuer's list on %(when)s.") % {"when": show_time(datetime.fromisoformat(seen))},
    )
