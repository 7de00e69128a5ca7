"""From the report to what the page shows. Claims come only from `report.credential`."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from credentials import read_criteria_parts, split_skills
from pages import (
    current_language,
    host_of,
    safe_link,
    say_achievement_type,
    say_organization_kind,
    secure_link,
    translate,
)
from schemas import OrganizationKind, describe_code
from verifier.report import CheckName, Headline, Outcome
from verifier.trust import read_issuer_host
from verifier.web.compose_remarks import compose_endorsements, compose_remarks
from verifier.web.compose_verdict import compose_verdict
from verifier.web.views import (
    BadgeView,
    CheckView,
    CredentialView,
    EvidenceView,
    IssuerView,
    ResultView,
    SkillView,
    StatusChange,
)
from verifier.web.words import CHECK_LABELS, OUTCOME_LABELS, STATUS_LABELS, say_length

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credentials import OpenBadgeCredential, SkillAlignment
    from verifier.report import Check, VerificationReport

_Item = TypeVar("_Item")

MAX_SHOWN_CHARS = 500
MAX_SHOWN_ITEMS = 50
_NO_CHANGE = StatusChange()


def compose_badge_view(
    report: VerificationReport, *, image_url: str, status_change: StatusChange = _NO_CHANGE
) -> BadgeView:
    """Return the page's values in the language of the request.

    Args:
        report: What the verifier found.
        image_url: Our own picture of the badge, or a data URI made from verified values; never the badge's own address.
        status_change: Why and when the badge was revoked or suspended; empty for other people's badges.
    """
    credential = report.credential if report.headline is not Headline.NOT_GENUINE else None
    shown = _compose_credential(credential, report, image_url) if credential else None
    return BadgeView(
        verdict=compose_verdict(report, status_change, shown.issuer if shown else None),
        checks=tuple(_compose_check(check) for check in report.checks),
        warnings=tuple(_compose_check(check) for check in report.warnings if check.name is not CheckName.TRUST),
        credential=shown,
        endorsements=compose_endorsements(report) if credential else (),
        remarks=compose_remarks(report) if credential else (),
    )


def _shown(items: Sequence[_Item]) -> Sequence[_Item]:
    """Return what has room on the page. Which of too many does not depend on their order, which need not be signed."""
    return items if len(items) <= MAX_SHOWN_ITEMS else sorted(items, key=repr)[:MAX_SHOWN_ITEMS]


def _short(text: str) -> str:
    return text if len(text) <= MAX_SHOWN_CHARS else text[:MAX_SHOWN_CHARS] + "…"


def _compose_check(check: Check) -> CheckView:
    info = describe_code(check.code)
    language = current_language()
    return CheckView(
        label=translate(CHECK_LABELS[check.name]),
        outcome=check.outcome.value,
        outcome_label=translate(OUTCOME_LABELS[check.outcome]),
        sentence=info.sentence(language),
        next_step=info.next_step(language),
        code=check.code,
        spec=info.spec,
    )


def _compose_credential(credential: OpenBadgeCredential, report: VerificationReport, image_url: str) -> CredentialView:
    achievement = credential.achievement
    parts = read_criteria_parts(achievement.criteria.narrative)
    creator = achievement.creator
    named, near = split_skills(credential.skills)
    return CredentialView(
        recipient=_short(credential.subject.name),
        recipient_note=_say_recipient_note(credential.subject.name, report),
        achievement=_short(achievement.name),
        achievement_type=_short(say_achievement_type(credential.achievement_type)),
        language=achievement.in_language or "en",
        description=achievement.description,
        can_do=tuple(_short(line) for line in parts.can_do[:MAX_SHOWN_ITEMS]),
        results=_compose_results(credential),
        assessment=parts.assessment,
        hours=say_length(_short(parts.hours)),
        criteria=parts.earned_by,
        criteria_link=safe_link(achievement.criteria.url),
        issuer=_compose_issuer(credential, report),
        creator=_short(creator.name) if creator and creator.id != credential.issuer.id else "",
        awarded_on=credential.awarded_date,
        valid_from=credential.valid_from,
        valid_until=credential.valid_until,
        license_number=_short(credential.subject.license_number),
        evidence=tuple(
            EvidenceView(
                name=_short(item.name),
                description=_short(item.description),
                narrative=item.narrative,
                link=safe_link(item.id),
            )
            for item in _shown(credential.evidence)
        ),
        skills=_compose_skills(named),
        near_terms=tuple((skill, skill.link) for skill in _compose_skills(near)),
        tags=tuple(_short(tag) for tag in _shown(credential.tags)),
        image_url=image_url,
    )


def _compose_skills(skills: Sequence[SkillAlignment]) -> tuple[SkillView, ...]:
    return tuple(
        SkillView(
            name=_short(skill.name),
            description=_short(skill.description),
            framework=_short(skill.framework),
            code=_short(skill.code),
            link=secure_link(skill.url),
        )
        for skill in _shown(skills)
    )


def _say_recipient_note(name: str, report: VerificationReport) -> str:
    if not name and "proof.parts_chosen" in report.notes:
        return describe_code("proof.parts_chosen").next_step(current_language())
    if not name:
        return translate("No name stands in this badge, so it does not tell whose it is. Ask the issuer.")
    return translate("Do you know this person? If not, ask for a photo ID with the same name.")


def _compose_results(credential: OpenBadgeCredential) -> tuple[ResultView, ...]:
    views = []
    for result in _shown(credential.results):
        description = result.description
        level = result.level
        rank = credential.rank(result)
        value = level.name if level else result.value
        if result.status and not value:
            value = translate(STATUS_LABELS[result.status]) if result.status in STATUS_LABELS else result.status
        note = level.description if level else ""
        if description and description.result_type == "Percent" and result.value.replace(".", "", 1).isdecimal():
            value = f"{result.value} %"
        elif description and not level and description.value_max and result.value:
            note = translate("of %(most)s possible") % {"most": _short(description.value_max)}
        views.append(
            ResultView(
                name=_short(result.name) or translate("Result"),
                value=_short(value),
                description=_short(note),
                level_number=rank.number if rank else 0,
                level_count=rank.count if rank else 0,
            )
        )
    return tuple(views)


def _compose_issuer(credential: OpenBadgeCredential, report: VerificationReport) -> IssuerView:
    issuer = credential.issuer
    is_proven = report.check(CheckName.ISSUER).outcome is Outcome.PASSED
    trust = report.check(CheckName.TRUST)
    kind = next((kind for kind in OrganizationKind if kind.value == trust.detail.get("kind")), OrganizationKind.OTHER)
    domain = read_issuer_host(issuer.id) if is_proven else ""
    takes_name = "trust.name_taken" in trust.notes
    # Who designed the course is said in a line of its own; a name that is taken needs no second remark.
    silent = {"trust.creator_not_issuer"} | ({"issuer.name_confusable"} if takes_name else set())
    notes = tuple(_explain(note) for note in trust.notes if note not in silent)
    lines: tuple[str, ...]
    if not is_proven:
        state, lines = "warning", (translate("We could not prove who signed this."),)
    elif trust.outcome is Outcome.PASSED:
        state, lines = "known", (_say_known(trust), _read_note(trust))
    elif domain:
        state, lines = "unknown", _say_unknown()
    else:
        state, lines = "warning", _say_nameless()
    return IssuerView(
        name=_short(issuer.name) or host_of(issuer.id) or issuer.id[:MAX_SHOWN_CHARS],
        kind=say_organization_kind(kind) if state == "known" and kind is not OrganizationKind.OTHER else "",
        proven_domain=domain,
        identifier=issuer.id,
        link=safe_link(issuer.url),
        is_named=state != "warning",
        takes_name=takes_name,
        trust="warning" if notes else state,
        trust_lines=(*notes, *(line for line in lines if line)),
    )


def _explain(code: str) -> str:
    return describe_code(code).sentence(current_language())


def _say_known(trust: Check) -> str:
    registry = trust.detail.get("registry")
    if isinstance(registry, str):
        return translate("This issuer is in a registry that this site uses: %(registry)s.") % {"registry": registry}
    return translate("This site knows this issuer and has it on its list.")


def _read_note(trust: Check) -> str:
    note = trust.detail.get("note")
    return _short(note) if isinstance(note, str) else ""


def _say_unknown() -> tuple[str, ...]:
    return (
        translate("This issuer is not on the list of this site. That is neither good nor bad."),
        translate("Decide for yourself whether you trust it."),
    )


def _say_nameless() -> tuple[str, ...]:
    # A did:key belongs to nobody in particular: anyone can make one and sign under any name.
    return (
        translate("Nothing proves the name of this issuer. Anyone can sign a badge under any name."),
        translate("Ask the issuer, in a way that you already know, whether this badge is theirs."),
    )
