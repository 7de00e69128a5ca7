"""The banner of the badge page: what a person reads first, why, and what to do now."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import current_language, show_date, show_day, translate
from schemas import describe_code
from verifier.report import CheckName, Headline, Outcome
from verifier.web.compose_answers import compose_answers
from verifier.web.views import BannerKind, VerdictView
from verifier.web.words import LIFECYCLE_WORDS

if TYPE_CHECKING:
    from verifier.report import Check, VerificationReport
    from verifier.web.views import IssuerView, StatusChange

MAX_REASON_CHARS = 500


def compose_verdict(report: VerificationReport, change: StatusChange, issuer: IssuerView | None) -> VerdictView:
    """Return the banner in the language of the request.

    The report says what is proven of the badge. Green is kept for a badge whose issuer is proven too: a key that
    belongs to no address and stands on no list may carry any name.
    """
    if report.headline is Headline.GENUINE:
        return _say_genuine(report, issuer)
    if report.headline is Headline.GENUINE_BUT:
        return _say_lost(report, change, issuer)
    return _say_rejected(report, issuer)


def _is_hosted(report: VerificationReport) -> bool:
    """Say whether no signature was checked: an older badge that the issuer's own site shows."""
    return report.check(CheckName.PROOF).code == "ob2.hosted_by_issuer"


def _say_genuine(report: VerificationReport, issuer: IssuerView | None) -> VerdictView:
    is_hosted = _is_hosted(report)
    if issuer is None or (issuer.is_named and not issuer.takes_name):
        return VerdictView(
            kind=BannerKind.GENUINE,
            title=translate("Genuine"),
            sentences=(
                translate("It has no signature. The issuer's own website shows it today, and it is in force.")
                if is_hosted
                else translate("Nothing was changed since it was signed, and it is in force."),
                *_say_not_listed(issuer),
            ),
            next_step=_say_after_genuine(report, issuer),
            checked_at=report.verified_at,
        )
    unchanged = translate("Nobody changed it since it was signed.")
    taken = _say_name_taken(issuer)
    if is_hosted:
        unchanged = translate("It has no signature.")
        signer = translate("The website that shows it: %(domain)s.") % {"domain": issuer.proven_domain}
    elif issuer.is_named:
        signer = translate("The address that signed it: %(domain)s.") % {"domain": issuer.proven_domain}
    else:
        open_name = translate("But nothing proves that “%(name)s” signed it: anyone can write a name.")
        signer = open_name % {"name": issuer.name}
    return VerdictView(
        kind=BannerKind.NAME_TAKEN if issuer.takes_name else BannerKind.ISSUER_NOT_KNOWN,
        title=translate("Genuine, issuer not known"),
        sentences=(*taken, unchanged, signer),
        next_step=translate("Ask the issuer, in a way that you already know, whether this badge is theirs."),
        checked_at=report.verified_at,
    )


def _say_not_listed(issuer: IssuerView | None) -> tuple[str, ...]:
    """Name the address of an issuer that nobody here knows: the reader must see it before anything else."""
    if issuer is None or issuer.trust == "known" or not issuer.proven_domain:
        return ()
    return (
        translate("The issuer's address is %(domain)s.") % {"domain": issuer.proven_domain},
        translate("This issuer is not on the list of this site. That is neither good nor bad."),
    )


def _say_after_genuine(report: VerificationReport, issuer: IssuerView | None) -> str:
    if _say_not_listed(issuer):
        return translate("Decide for yourself whether you trust it.")
    if report.credential is not None and not report.credential.subject.name:
        if "proof.parts_chosen" in report.notes:
            return translate("Ask the worker to show the part with the name too.")
        return translate("The badge names nobody. Ask the issuer whose it is, and try the skill at the machine.")
    return translate("Compare the name with the person, and try the skill at the machine.")


def _say_name_taken(issuer: IssuerView | None) -> tuple[str, ...]:
    if issuer is None or not issuer.takes_name:
        return ()
    return (describe_code("trust.name_taken").sentence(current_language()),)


def _say_lost(report: VerificationReport, change: StatusChange, issuer: IssuerView | None) -> VerdictView:
    lost = next(check for check in report.deciding_checks if check.code in LIFECYCLE_WORDS)
    words = LIFECYCLE_WORDS[lost.code]
    if lost.code == "status.revoked" and change.is_corrected:
        return VerdictView(
            kind=BannerKind.REPLACED,
            title=translate("Replaced by a corrected badge"),
            aside=translate(words.aside),
            sentences=(
                translate("The issuer corrected it on %(day)s and took this one back.") % {"day": show_day(change.at)}
                if change.at
                else translate("The issuer corrected it and took this one back."),
                *_say_name_taken(issuer),
            ),
            next_step=translate("Only the newest badge counts."),
            checked_at=report.verified_at,
        )
    return VerdictView(
        kind=words.kind,
        title=translate(words.title),
        aside=translate(words.aside),
        sentences=(*_say_lifecycle(report, lost, change), *_say_name_taken(issuer)),
        next_step=describe_code(lost.code).next_step(current_language()),
        checked_at=report.verified_at,
    )


def _say_rejected(report: VerificationReport, issuer: IssuerView | None) -> VerdictView:
    language = current_language()
    unknown = report.headline is Headline.COULD_NOT_CHECK
    deciding = report.deciding_checks
    wanted = Outcome.FAILED if not unknown or report.is_unreadable or report.is_no_badge else Outcome.INDETERMINATE
    relevant = [check for check in deciding if check.outcome is wanted]
    relevant = [check for check in relevant or deciding if check.outcome is not Outcome.NOT_RUN] or relevant
    codes = tuple(dict.fromkeys(check.code for check in relevant))
    if unknown and any(check.detail.get("reason") == "fetch.busy" for check in relevant):
        codes = ("fetch.busy",)  # it is us, not the issuer, who had no time
    if report.is_no_badge:
        codes = ("decoding.not_object",)  # which of the badge's parts is missing says nothing of what is no badge
    sentences = tuple(describe_code(code).sentence(language) for code in codes)
    kind, title = BannerKind.NOT_GENUINE, translate("Not genuine")
    if report.is_unreadable or report.is_no_badge:
        kind, title = BannerKind.COULD_NOT_READ, translate("Could not read")
    elif unknown:
        kind, title = BannerKind.COULD_NOT_CHECK, translate("Could not check")
    if unknown and not report.is_no_badge:
        sentences = (*sentences, translate("That does not mean that the badge is false."))
    return VerdictView(
        kind=kind,
        title=title,
        sentences=(*sentences, *_say_name_taken(issuer)),
        next_step=describe_code(codes[0]).next_step(language) if codes else "",
        checked_at=report.verified_at,
        answers=compose_answers(report, issuer) if kind is BannerKind.COULD_NOT_CHECK else (),
    )


def _say_lifecycle(report: VerificationReport, lost: Check, change: StatusChange) -> tuple[str, ...]:
    credential = report.credential
    said = [lost.explain(current_language())]
    if lost.code == "validity.expired" and credential and credential.valid_until:
        said = [translate("It was valid until %(day)s.") % {"day": show_date(credential.valid_until)}]
    elif lost.code == "validity.not_yet_valid" and credential and credential.valid_from:
        said = [translate("It is valid from %(day)s on.") % {"day": show_date(credential.valid_from)}]
    if lost.name is CheckName.STATUS and change.at:
        said.append(translate("That was on %(day)s.") % {"day": show_day(change.at)})
    if lost.name is CheckName.STATUS and change.reason:
        reason = change.reason[:MAX_REASON_CHARS]
        said.append(translate("Reason given by the issuer: %(reason)s") % {"reason": reason})
    return tuple(said)
