"""Step 6: is the credential in force at the time of the clock?"""

from __future__ import annotations

from datetime import timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from credentials import read_validity_period
from schemas import InvalidCredentialError, format_datetime
from verifier.report import CheckName
from verifier.steps import compose_passed

if TYPE_CHECKING:
    from datetime import datetime

    from credentials import VerifiedDocument
    from schemas import JsonValue
    from verifier.report import Check

# How far the issuer's clock and ours may differ before a date counts against a credential.
CLOCK_SKEW_SECONDS = 120
_SKEW = timedelta(seconds=CLOCK_SKEW_SECONDS)
MAX_KEPT_CHECKS = 256


def check_validity_period(verified: VerifiedDocument, *, now: datetime) -> Check:
    """Compare the dates (VC 1.1: `issuanceDate`, `expirationDate`) with `now`; `nbf` and `exp` may narrow them.

    Spec: VCDM 2.0 §4.9; OB 3.0 §8.1 step 4 and §8.2.4.

    Raises:
        InvalidCredentialError: `validity.not_yet_valid` or `validity.expired`.
    """
    period = read_validity_period(verified)
    return judge_period(period.start, period.end, now=now)


def judge_period(valid_from: datetime | None, valid_until: datetime | None, *, now: datetime) -> Check:
    """Compare both ends of what is signed with `now`.

    Raises:
        InvalidCredentialError: As `check_validity_period`.
    """
    passed = _compose_check(valid_from, valid_until, now.replace(microsecond=0))  # it is written in whole seconds
    if valid_from is not None and now + _SKEW < valid_from:
        raise InvalidCredentialError("validity.not_yet_valid", detail=dict(passed.detail))
    if valid_until is not None and now - _SKEW > valid_until:
        raise InvalidCredentialError("validity.expired", detail=dict(passed.detail))
    return passed


@lru_cache(maxsize=MAX_KEPT_CHECKS)
def _compose_check(valid_from: datetime | None, valid_until: datetime | None, now: datetime) -> Check:
    """Return the check for dates that hold: the badges of a class have the same ones, and a run has one moment."""
    detail: dict[str, JsonValue] = {}
    if valid_from is not None:
        detail["validFrom"] = format_datetime(valid_from)
    if valid_until is not None:
        detail["validUntil"] = format_datetime(valid_until)
    detail |= {"checkedAt": format_datetime(now), "skewSeconds": CLOCK_SKEW_SECONDS}
    return compose_passed(CheckName.VALIDITY_PERIOD, detail)
