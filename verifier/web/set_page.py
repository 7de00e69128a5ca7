"""The page of several badges in one file: a learner record, or badges shown together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from flask import render_template

from pages import current_language, translate
from schemas import describe_code, fold_text
from verifier.report import Headline
from verifier.report_set import CredentialSetReport
from verifier.web.compose_view import compose_badge_view
from verifier.web.draw import draw_badge
from verifier.web.views import BannerKind

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from verifier.report import VerificationReport
    from verifier.verify_any import AnyReport
    from verifier.web.views import BadgeView

_KINDS = {
    Headline.GENUINE: BannerKind.GENUINE,
    Headline.GENUINE_BUT: BannerKind.EXPIRED,
    Headline.COULD_NOT_CHECK: BannerKind.COULD_NOT_CHECK,
    Headline.NOT_GENUINE: BannerKind.NOT_GENUINE,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class SetWords:
    """The banner of a set: the worst of what was found in it."""

    kind: str
    title: str
    sentences: tuple[str, ...]
    next_step: str
    checked_at: datetime


def _say_title(headline: Headline) -> str:
    titles = {
        Headline.GENUINE: translate("All are genuine"),
        Headline.GENUINE_BUT: translate("Not all are in force"),
        Headline.COULD_NOT_CHECK: translate("Could not check all of them"),
        Headline.NOT_GENUINE: translate("Not all are genuine"),
    }
    return titles[headline]


def _say_next(kind: BannerKind, count: int) -> str:
    if kind is BannerKind.GENUINE:
        return translate("Compare the name with the person, and try the skill at the machine.")
    # Of one badge its own part says what to do.
    return translate("Look below: each badge has its own word, and what to do now.") if count > 1 else ""


def render_set_page(report: CredentialSetReport) -> str:
    """Return the page: nothing in a set looks better than its weakest part."""
    parts = [_compose_part(part.report) for part in report.parts]
    open_checks = report.container.deciding_checks
    language = current_language()
    words = _say_set(report.headline, parts, checked_at=report.verified_at)
    if open_checks:
        words = replace(
            words,
            sentences=tuple(describe_code(check.code).sentence(language) for check in open_checks),
            next_step=describe_code(open_checks[0].code).next_step(language),
        )
    return render_template("verifier/set.html", words=words, parts=parts, is_shared=False)


def render_shared_page(reports: Sequence[AnyReport], *, checked_at: datetime) -> str:
    """Return the page of badges that their holder shows together; a learner record among them shows its parts.

    Args:
        reports: At least one, in the order in which the holder wants them.
        checked_at: When they were verified, aware UTC.
    """
    parts = [
        _compose_part(single)
        for report in reports
        for single in ([part.report for part in report.parts] if isinstance(report, CredentialSetReport) else [report])
    ]
    found = {report.headline for report in reports}
    worst = next(headline for headline in reversed(_KINDS) if headline in found)
    words = _say_set(worst, parts, checked_at=checked_at)
    return render_template("verifier/set.html", words=words, parts=parts, is_shared=True)


def _compose_part(report: VerificationReport) -> BadgeView:
    return compose_badge_view(report, image_url=draw_badge(report.credential) if report.credential else "")


def _list_people(parts: Sequence[BadgeView]) -> tuple[str, ...]:
    """Return the names in the badges; accents, case and spaces make nobody another person."""
    names = [part.credential.recipient for part in parts if part.credential is not None and part.credential.recipient]
    return tuple({" ".join(fold_text(name).split()): name for name in names}.values())


def _say_set(headline: Headline, parts: Sequence[BadgeView], *, checked_at: datetime) -> SetWords:
    people = _list_people(parts)
    if headline is Headline.GENUINE and len(people) > 1:
        return SetWords(
            kind=BannerKind.ISSUER_NOT_KNOWN.value,
            title=translate("Given to different people"),
            sentences=(translate("The badges name: %(people)s.") % {"people": ", ".join(people)},),
            next_step=translate("Only badges with the name of the person in front of you count."),
            checked_at=checked_at,
        )
    unproven = {part.verdict.kind for part in parts} & {BannerKind.ISSUER_NOT_KNOWN, BannerKind.NAME_TAKEN}
    kind = BannerKind.ISSUER_NOT_KNOWN if headline is Headline.GENUINE and unproven else _KINDS[headline]
    is_unproven = kind is BannerKind.ISSUER_NOT_KNOWN
    return SetWords(
        kind=kind.value,
        title=translate("Genuine, issuer not known") if is_unproven else _say_title(headline),
        sentences=(),
        next_step=_say_next(kind, len(parts)),
        checked_at=checked_at,
    )
