"""From a report to what the wallet keeps and shows of a badge. Claims come only from what the signature covers."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

from credentials import read_criteria_parts, split_skills
from pages import plain_text
from schemas import format_datetime, read_datetime
from verifier import CredentialSetReport, Headline, read_issuer_host
from wallet.model import Card

if TYPE_CHECKING:
    from credentials import OpenBadgeCredential
    from schemas import JsonObject
    from verifier import AnyReport, VerificationReport

MAX_TITLE_CHARS = 300
MAX_LINE_CHARS = 500
MAX_LINES = 50
MAX_DESCRIPTION_CHARS = 8_000
_LOST_CODES = ("status.revoked", "status.suspended", "validity.expired", "validity.not_yet_valid")


def compose_card(report: AnyReport) -> Card | None:
    """Return what the wallet shows; None when the signature of nothing in it holds."""
    if isinstance(report, CredentialSetReport):
        return _compose_set_card(report)
    shown = report.credential if report.headline is not Headline.NOT_GENUINE else None
    return _compose_badge_card(shown) if shown else None


def _compose_badge_card(credential: OpenBadgeCredential) -> Card:
    achievement = credential.achievement
    parts = read_criteria_parts(achievement.criteria.narrative)
    earned = credential.awarded_date or credential.valid_from
    named, _ = split_skills(credential.skills)
    return Card(
        title=achievement.name[:MAX_TITLE_CHARS],
        issuer=credential.issuer.name[:MAX_TITLE_CHARS],
        issuer_domain=read_issuer_host(credential.issuer.id),
        recipient=credential.subject.name[:MAX_TITLE_CHARS],
        kind=credential.achievement_type[:MAX_TITLE_CHARS],
        language=achievement.in_language or "en",
        description=achievement.description[:MAX_DESCRIPTION_CHARS],
        can_do=tuple(line[:MAX_LINE_CHARS] for line in parts.can_do[:MAX_LINES]),
        tested=plain_text(parts.assessment or parts.earned_by)[:MAX_LINE_CHARS],
        skills=tuple(skill.name[:MAX_TITLE_CHARS] for skill in named[:MAX_LINES]),
        earned_on=earned.date() if earned else None,
        valid_until=credential.valid_until,
        credential_id=credential.id,
    )


def _compose_set_card(report: CredentialSetReport) -> Card | None:
    cards = [card for part in report.parts if (card := compose_card(part.report)) is not None]
    if not cards:
        return None
    titles = ", ".join(dict.fromkeys(card.title for card in cards))
    ends = [card.valid_until for card in cards if card.valid_until]
    days = [card.earned_on for card in cards if card.earned_on]
    issuers = tuple(dict.fromkeys(card.issuer for card in cards))
    return Card(
        title=titles[:MAX_TITLE_CHARS],
        issuer=", ".join(issuers)[:MAX_TITLE_CHARS],
        recipient=cards[0].recipient,
        language=cards[0].language,
        can_do=tuple(line for card in cards for line in card.can_do)[:MAX_LINES],
        skills=tuple(dict.fromkeys(skill for card in cards for skill in card.skills))[:MAX_LINES],
        earned_on=max(days, default=None),
        valid_until=min(ends, default=None),
    )


def find_lost_code(report: AnyReport) -> str:
    """Return why a genuine badge is not in force, as a code; empty when it is, or when that is not known."""
    if report.headline is not Headline.GENUINE_BUT:
        return ""
    reports = [report] if not isinstance(report, CredentialSetReport) else [part.report for part in report.parts]
    found = {check.code for one in reports for check in one.deciding_checks}
    return next((code for code in _LOST_CODES if code in found), "")


def compose_badge_key(report: AnyReport, original: bytes) -> str:
    """Return the same text for the same badge in whatever form it came, PNG or JSON.

    Only what was proven makes two files one badge: anyone can write the identifier of another badge into a file.
    """
    if not isinstance(report, CredentialSetReport) and report.credential is not None and report.credential.id:
        named = f"{report.credential.issuer.id}\n{report.credential.id}\n{_fingerprint(report)}"
        return hashlib.sha256(named.encode()).hexdigest()
    return hashlib.sha256(original).hexdigest()


def _fingerprint(report: VerificationReport) -> str:
    """Tell apart badges that share an id because nothing proves that the issuer they name is theirs."""
    credential = report.credential
    assert credential is not None
    return read_issuer_host(credential.issuer.id) or credential.verification_method


def compose_kept_report(report: AnyReport) -> JsonObject:
    """Return the report for keeping: every check, without the credential, which stands beside it as bytes."""
    kept = report.to_json()
    for part in (kept, kept.get("container"), *(_parts(kept))):
        if isinstance(part, dict):
            part.pop("credential", None)
            part.pop("endorsements", None)
            part.pop("accreditations", None)
    return kept


def _parts(report: JsonObject) -> list[object]:
    parts = report.get("parts")
    return [part.get("report") for part in parts if isinstance(part, dict)] if isinstance(parts, list) else []


def encode_card(card: Card) -> JsonObject:
    """Return a card as it is stored; `load_card` reads it."""
    return {
        "title": card.title,
        "issuer": card.issuer,
        "issuerDomain": card.issuer_domain,
        "recipient": card.recipient,
        "kind": card.kind,
        "language": card.language,
        "description": card.description,
        "canDo": list(card.can_do),
        "tested": card.tested,
        "skills": list(card.skills),
        "earnedOn": card.earned_on.isoformat() if card.earned_on else "",
        "validUntil": format_datetime(card.valid_until) if card.valid_until else "",
        "credentialId": card.credential_id,
        "note": card.note,
    }


def load_card(stored: JsonObject) -> Card:
    """Return a card that `encode_card` wrote."""
    text = {name: value for name, value in stored.items() if isinstance(value, str)}

    def lines(name: str) -> tuple[str, ...]:
        value = stored[name]
        return tuple(str(line) for line in value) if isinstance(value, list) else ()

    return Card(
        title=text["title"],
        issuer=text["issuer"],
        issuer_domain=text["issuerDomain"],
        recipient=text["recipient"],
        kind=text["kind"],
        language=text["language"],
        description=text["description"],
        can_do=lines("canDo"),
        tested=text.get("tested", ""),  # not on cards from before skills records
        skills=lines("skills"),
        earned_on=date.fromisoformat(text["earnedOn"]) if text["earnedOn"] else None,
        valid_until=read_datetime(text["validUntil"]) if text["validUntil"] else None,
        credential_id=text["credentialId"],
        note=text["note"],
    )
