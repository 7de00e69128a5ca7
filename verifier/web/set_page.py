"""The page of several badges in one file: a learner record, or badges shown together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import render_template

from pages import current_language, translate
from schemas import describe_code
from verifier.report import Headline
from verifier.web.compose_view import compose_badge_view
from verifier.web.draw import draw_badge
from verifier.web.views import BannerKind

if TYPE_CHECKING:
    from datetime import datetime

    from verifier.report_set import CredentialSetReport

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
    parts = [
        compose_badge_view(part.report, image_url=draw_badge(part.report.credential) if part.report.credential else "")
        for part in report.parts
    ]
    headline = report.headline
    kinds = {part.verdict.kind for part in parts}
    unproven = kinds & {BannerKind.ISSUER_NOT_KNOWN, BannerKind.NAME_TAKEN}
    kind = BannerKind.ISSUER_NOT_KNOWN if headline is Headline.GENUINE and unproven else _KINDS[headline]
    language = current_language()
    open_checks = report.container.deciding_checks
    sentences = tuple(describe_code(check.code).sentence(language) for check in open_checks)
    next_step = describe_code(open_checks[0].code).next_step(language) if open_checks else _say_next(kind, len(parts))
    title = translate("Genuine, issuer not known") if kind is BannerKind.ISSUER_NOT_KNOWN else _say_title(headline)
    words = SetWords(
        kind=kind.value, title=title, sentences=sentences, next_step=next_step, checked_at=report.verified_at
    )
    return render_template("verifier/set.html", words=words, parts=parts)
