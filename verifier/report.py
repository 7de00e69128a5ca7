"""The report of one verification: every named check exactly once, a verdict, and a headline for people.

Steps and their order follow Open Badges 3.0 §8 (Verification).
"""

from __future__ import annotations

import copy
import enum
from dataclasses import dataclass, field
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING

from schemas import InvalidCredentialError, describe_code, format_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from credentials import OpenBadgeCredential
    from schemas import JsonObject, JsonValue, Language
    from verifier.endorsements import VerifiedEndorsement


class Outcome(enum.Enum):
    """How one check ended."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    PASSED = "passed"
    FAILED = "failed"
    INDETERMINATE = "indeterminate"
    NOT_APPLICABLE = "not_applicable"
    NOT_RUN = "not_run"


class Verdict(enum.Enum):
    """What the report as a whole says."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    VERIFIED = "verified"
    REJECTED = "rejected"
    INCONCLUSIVE = "inconclusive"


class Headline(enum.Enum):
    """The four things a person is told."""

    __hash__ = object.__hash__  # there is one of each; an enumeration's own hash costs ten times as much

    GENUINE = "genuine"
    GENUINE_BUT = "genuine_but"
    COULD_NOT_CHECK = "could_not_check"
    NOT_GENUINE = "not_genuine"


class CheckName(enum.Enum):
    """Every check, in the order of the plan."""

    __hash__ = object.__hash__

    DECODING = "decoding"
    DATA_MODEL = "data_model"
    SCHEMA = "schema"
    PROOF = "proof"
    ISSUER = "issuer"
    VALIDITY_PERIOD = "validity_period"
    STATUS = "status"
    RECIPIENT = "recipient"
    REFRESH = "refresh"
    ENDORSEMENTS = "endorsements"
    TRUST = "trust"


MAX_KEPT_VERDICTS = 256  # of outcomes of the whole plan, under one policy

PLAN = tuple(CheckName)
_PLACES = {name: place for place, name in enumerate(PLAN)}
MUST_PASS = frozenset(
    {
        CheckName.DECODING,
        CheckName.DATA_MODEL,
        CheckName.PROOF,
        CheckName.ISSUER,
        CheckName.VALIDITY_PERIOD,
    }
)
DEFAULT_REQUIRED = MUST_PASS | {CheckName.SCHEMA, CheckName.STATUS}

# A badge that fails only these was made by its issuer and has since lost its force.
_LIFECYCLE_CODES = frozenset(
    {
        "validity.expired",
        "validity.not_yet_valid",
        "status.revoked",
        "status.suspended",
    }
)

# A failure here says that something is wrong with the badge or its list, not that somebody else made it.
_ORIGIN_IS_NOT_IN_QUESTION = frozenset({CheckName.SCHEMA, CheckName.VALIDITY_PERIOD, CheckName.STATUS})

# What a verified document is, however it was secured (VC-DATA-INTEGRITY 1.0 §4.4, VC-JOSE-COSE 1.0 §5).
VERIFIED_MEDIA_TYPE = "application/vc"
# RFC 9457 §4.2.1: the W3C has named no type for this problem.
NO_PROBLEM_TYPE = "about:blank"
_OPEN = frozenset({Outcome.FAILED, Outcome.INDETERMINATE})
_NO_DETAIL: Mapping[str, JsonValue] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """How something that was looked at ended.

    Args:
        outcome: How it ended.
        code: Stable machine code; has a sentence in `schemas/code_tables/`.
        detail: Machine-readable facts; no secrets, no personal data.
        notes: Codes of remarks that do not change the outcome, such as `issuer.name_confusable`.
    """

    outcome: Outcome
    code: str
    detail: Mapping[str, JsonValue] = field(default_factory=lambda: _NO_DETAIL)
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "detail", MappingProxyType(dict(self.detail)) if self.detail else _NO_DETAIL)

    def explain(self, language: Language = "en") -> str:
        """Return the sentence for a person."""
        return describe_code(self.code).sentence(language)

    def compose_json(self, name: str) -> JsonObject:
        """Return the machine form under a name."""
        info = describe_code(self.code)
        return {
            "name": name,
            "outcome": self.outcome.value,
            "code": self.code,
            "explanation": info.en,
            "nextStep": info.next_en,
            "spec": info.spec,
            "problemType": info.problem_type if self.outcome in {Outcome.FAILED, Outcome.INDETERMINATE} else None,
            # Lists too are copied: one finding stands in many reports.
            "detail": {
                name: copy.deepcopy(value) if isinstance(value, (dict, list)) else value
                for name, value in self.detail.items()
            },
            "notes": [{"code": note, "explanation": describe_code(note).en} for note in self.notes],
        }


@dataclass(frozen=True, slots=True, kw_only=True)
class Check(Finding):
    """One named check of a credential and how it ended.

    Args:
        name: Which check.
        written: Its machine form, once somebody wrote it (`report_writing`): many checks are in many reports.
    """

    name: CheckName
    written: bytes = field(default=b"", init=False, repr=False, compare=False)

    def to_json(self) -> JsonObject:
        """Return the machine form."""
        return self.compose_json(self.name.value)


@dataclass(frozen=True, slots=True, kw_only=True)
class VerificationReport:
    """Every check exactly once, in plan order; true only when the verdict is VERIFIED.

    Args:
        checks: One `Check` for each `CheckName`, in its order.
        required: Checks that decide the verdict; always a superset of `MUST_PASS`.
        verified_at: The clock that was used, aware UTC.
        credential: Typed view of what the signature covers; None unless the proof passed.
        endorsements: Those that hold on their endorsers' own keys; no other may be shown.
    """

    checks: tuple[Check, ...]
    required: frozenset[CheckName] = DEFAULT_REQUIRED
    verified_at: datetime
    credential: OpenBadgeCredential | None = None
    endorsements: tuple[VerifiedEndorsement, ...] = ()

    def __post_init__(self) -> None:
        if tuple([check.name for check in self.checks]) != PLAN:
            raise ValueError("a report holds every check exactly once, in plan order")
        if self.required is not DEFAULT_REQUIRED and not self.required >= MUST_PASS:
            raise ValueError("policy may add required checks, never remove one")
        if self.credential is not None and self.check(CheckName.PROOF).outcome is not Outcome.PASSED:
            raise ValueError("claims are shown only when the proof passed")

    def __bool__(self) -> bool:
        return self.verdict is Verdict.VERIFIED

    def check(self, name: CheckName) -> Check:
        """Return the check of that name."""
        return self.checks[_PLACES[name]]

    def _holds(self, name: CheckName) -> bool:
        outcome = self.check(name).outcome
        return outcome is Outcome.PASSED or (outcome is Outcome.NOT_APPLICABLE and name not in MUST_PASS)

    @property
    def verdict(self) -> Verdict:
        """VERIFIED, REJECTED or INCONCLUSIVE."""
        return _judge(tuple([check.outcome for check in self.checks]), self.required)

    @property
    def headline(self) -> Headline:
        """The one of four that a person reads first.

        NOT_GENUINE speaks of what was signed and by whom. A badge that has lost its force is GENUINE_BUT once
        its origin is proven. A status list that is forged or out of date, a part filled in wrongly by the issuer,
        what cannot be read, or what is no badge is rejected but makes nothing a false one: COULD_NOT_CHECK.
        """
        if self.verdict is Verdict.VERIFIED:
            return Headline.GENUINE
        open_names = {name for name in self.required if not self._holds(name)}
        failed = {name for name in open_names if self.check(name).outcome is Outcome.FAILED}
        if self.is_unreadable or self.is_no_badge:
            return Headline.COULD_NOT_CHECK
        if failed - _ORIGIN_IS_NOT_IN_QUESTION:
            return Headline.NOT_GENUINE
        lost = {name for name in failed if self.check(name).code in _LIFECYCLE_CODES}
        # An expired badge whose status list is out of reach is still a genuine one that has expired.
        return Headline.GENUINE_BUT if lost and open_names - lost <= {CheckName.STATUS} else Headline.COULD_NOT_CHECK

    @property
    def is_unreadable(self) -> bool:
        """There was nothing that could be read, such as half of a text or a picture that a phone stripped bare."""
        return self.check(CheckName.DECODING).outcome is Outcome.FAILED

    @property
    def is_no_badge(self) -> bool:
        """It was read, and neither signs anything nor says anything of anybody, as a badge does."""
        return self.check(CheckName.DATA_MODEL).detail.get("isCredential") is False

    @property
    def deciding_checks(self) -> tuple[Check, ...]:
        """The required checks that kept the verdict from VERIFIED, failures first."""
        open_checks = [self.check(name) for name in CheckName if name in self.required and not self._holds(name)]
        return tuple(sorted(open_checks, key=lambda check: check.outcome is not Outcome.FAILED))

    @property
    def warnings(self) -> tuple[Check, ...]:
        """Advisory checks that failed or could not be made."""
        return tuple([check for check in self.checks if check.outcome in _OPEN and check.name not in self.required])

    @property
    def notes(self) -> tuple[str, ...]:
        """Codes of every remark, in plan order, each once."""
        return tuple(dict.fromkeys([note for check in self.checks for note in check.notes]))

    @property
    def accreditations(self) -> tuple[VerifiedEndorsement, ...]:
        """Marks of bodies that accredit the issuer, each on the body's own key; none unless the issuer is proven."""
        if self.check(CheckName.ISSUER).outcome is not Outcome.PASSED:
            return ()
        return tuple(endorsement for endorsement in self.endorsements if endorsement.accreditation is not None)

    def raise_for_rejection(self) -> None:
        """Raise when the verdict is not VERIFIED.

        Raises:
            InvalidCredentialError: Carries the code of the first deciding check.
        """
        if self.verdict is not Verdict.VERIFIED:
            raise InvalidCredentialError(self.deciding_checks[0].code)

    def to_json(self) -> JsonObject:
        """Return the machine form that `skillmark verify --json` prints."""
        return {
            "verdict": self.verdict.value,
            "headline": self.headline.value,
            "verifiedAt": format_datetime(self.verified_at),
            "required": [name.value for name in CheckName if name in self.required],
            "checks": [check.to_json() for check in self.checks],
            "credential": self.credential.to_json() if self.credential else None,
            "endorsements": [endorsement.to_json() for endorsement in self.endorsements],
            "accreditations": [mark.to_json() for mark in self.accreditations],
        }

    def to_w3c(self) -> JsonObject:
        """Return the result in the words of the W3C.

        `document` is what the signature covers and `controller` whose key it was; both null unless proven. `errors`
        are the checks that kept the verdict from VERIFIED, `warnings` all else that was remarked on, each as
        problem details (RFC 9457) with our own `code` beside the W3C's `type`.

        Spec: VCDM 2.0 §7.1 (Verification), §7.2 (Problem Details).
        """
        is_bound = self.check(CheckName.ISSUER).outcome is Outcome.PASSED
        deciding = [check.code for check in self.deciding_checks if check.outcome is not Outcome.NOT_RUN]
        remarked = [*(check.code for check in self.warnings), *self.notes]
        return {
            "status": self.verdict is Verdict.VERIFIED,
            "document": self.credential.to_json() if self.credential else None,
            "mediaType": VERIFIED_MEDIA_TYPE if self.credential else None,
            "controller": self.credential.issuer.id if self.credential and is_bound else None,
            "warnings": [_compose_problem(code) for code in dict.fromkeys(remarked)],
            "errors": [_compose_problem(code) for code in dict.fromkeys(deciding)],
        }


@lru_cache(maxsize=MAX_KEPT_VERDICTS)  # most reports end in one of a few ways
def _judge(outcomes: tuple[Outcome, ...], required: frozenset[CheckName]) -> Verdict:
    verdict = Verdict.VERIFIED
    for name, outcome in zip(PLAN, outcomes, strict=True):
        if outcome is Outcome.PASSED or name not in required:
            continue
        if outcome is Outcome.FAILED:
            return Verdict.REJECTED
        if outcome is not Outcome.NOT_APPLICABLE or name in MUST_PASS:
            verdict = Verdict.INCONCLUSIVE
    return verdict


def _compose_problem(code: str) -> JsonObject:
    info = describe_code(code)
    return {"type": info.problem_type or NO_PROBLEM_TYPE, "title": info.en, "detail": info.next_en, "code": code}
