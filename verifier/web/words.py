"""Plain words for what the standard calls by its own names."""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

from pages import N_, translate
from verifier.endorsements import EndorsementTarget
from verifier.report import CheckName, Outcome
from verifier.web.views import BannerKind

if TYPE_CHECKING:
    from collections.abc import Mapping

CHECK_LABELS: Mapping[CheckName, str] = MappingProxyType(
    {
        CheckName.DECODING: N_("The file can be read"),
        CheckName.DATA_MODEL: N_("Nothing in it is hidden or unclear"),
        CheckName.SCHEMA: N_("It follows the badge standard"),
        CheckName.PROOF: N_("The signature is right"),
        CheckName.ISSUER: N_("The signature belongs to the issuer"),
        CheckName.VALIDITY_PERIOD: N_("The dates"),
        CheckName.STATUS: N_("It was not taken back"),
        CheckName.RECIPIENT: N_("It belongs to the person you asked about"),
        CheckName.REFRESH: N_("A newer version"),
        CheckName.ENDORSEMENTS: N_("Endorsements by others"),
        CheckName.TRUST: N_("The issuer is known here"),
    }
)

OUTCOME_LABELS: Mapping[Outcome, str] = MappingProxyType(
    {
        Outcome.PASSED: N_("yes"),
        Outcome.FAILED: N_("no"),
        Outcome.INDETERMINATE: N_("could not be checked"),
        Outcome.NOT_APPLICABLE: N_("does not apply"),
        Outcome.NOT_RUN: N_("not checked, because an earlier check stopped it"),
    }
)

ENDORSED_LABELS: Mapping[EndorsementTarget, str] = MappingProxyType(
    {
        EndorsementTarget.CREDENTIAL: N_("About this badge"),
        EndorsementTarget.ACHIEVEMENT: N_("About this training"),
        EndorsementTarget.ISSUER: N_("About the issuer"),
        EndorsementTarget.CREATOR: N_("About who designed the course"),
        EndorsementTarget.SOURCE: N_("About who did the test"),
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LifecycleWords:
    """How the banner of a badge that was made by its issuer and does not hold now is titled."""

    kind: BannerKind
    title: str
    aside: str


LIFECYCLE_WORDS: Mapping[str, LifecycleWords] = MappingProxyType(
    {
        "validity.expired": LifecycleWords(kind=BannerKind.EXPIRED, title=N_("Expired"), aside=N_("(it was genuine)")),
        "validity.not_yet_valid": LifecycleWords(
            kind=BannerKind.NOT_YET_VALID, title=N_("Not valid yet"), aside=N_("(it is genuine)")
        ),
        "status.revoked": LifecycleWords(kind=BannerKind.REVOKED, title=N_("Revoked"), aside=N_("(it was genuine)")),
        "status.suspended": LifecycleWords(
            kind=BannerKind.SUSPENDED, title=N_("Suspended"), aside=N_("(it is genuine)")
        ),
    }
)

# As courses of ours write it (credentials/criteria.py), in the language of the course.
_HOURS = re.compile(r"([0-9]{1,4}(?:[.,][0-9]{1,2})?) (?:hours?|horas?)")


def say_length(text: str) -> str:
    """Return the length of a training in the language of the reader; anything but hours as it stands."""
    found = _HOURS.fullmatch(text)
    return translate("%(hours)s hours") % {"hours": found[1]} if found else text


STATUS_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "Completed": N_("Completed"),
        "Enrolled": N_("Enrolled"),
        "Failed": N_("Not passed"),
        "InProgress": N_("In progress"),
        "OnHold": N_("On hold"),
        "Provisional": N_("Provisional"),
        "Withdrew": N_("Withdrew"),
    }
)
