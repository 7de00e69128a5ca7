"""What a certificate says, taken from the signed badge."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import read_criteria_parts, split_skills

if TYPE_CHECKING:
    from datetime import datetime

    from credentials import OpenBadgeCredential, Result

_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
_EMPHASIS = re.compile(r"(?<!\\)(\*\*|__)")


@dataclass(frozen=True, slots=True, kw_only=True)
class CertificateFacts:
    """The words of a certificate, all plain text.

    `results` are pairs of what was measured and what was reached, `skills` pairs of a name and where it is defined.
    """

    recipient_name: str
    achievement_name: str
    issuer_name: str
    can_do: tuple[str, ...] = ()
    assessment: str = ""
    hours: str = ""
    results: tuple[tuple[str, str], ...] = ()
    awarded_on: datetime | None = None
    valid_until: datetime | None = None
    skills: tuple[tuple[str, str], ...] = ()
    description: str = ""


def read_certificate_facts(credential: OpenBadgeCredential, *, recipient_name: str) -> CertificateFacts:
    """Return what the certificate of a verified badge says; the name may stand outside the badge."""
    parts = read_criteria_parts(credential.achievement.criteria.narrative)
    return CertificateFacts(
        recipient_name=recipient_name,
        achievement_name=credential.achievement.name,
        issuer_name=credential.issuer.name,
        can_do=parts.can_do,
        assessment=_strip_markdown(parts.assessment),
        hours=parts.hours,
        results=tuple((result.name, _say_result(result)) for result in credential.results),
        awarded_on=credential.awarded_date or credential.valid_from,
        valid_until=credential.valid_until,
        skills=tuple(
            (skill.name, " ".join(filter(None, (skill.framework, skill.code))))
            for skill in split_skills(credential.skills)[0]
        ),
        description=credential.achievement.description,
    )


def _say_result(result: Result) -> str:
    # Our badges write the name of the level into `value` too.
    words = (result.level.name if result.level else "", result.value, result.status)
    return ", ".join(dict.fromkeys(filter(None, words)))


def _strip_markdown(text: str) -> str:
    return _ESCAPED.sub(r"\1", _EMPHASIS.sub("", text))
