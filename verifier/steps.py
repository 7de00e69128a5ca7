"""Turns what a step raised into the one check that the report shows."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from schemas import CannotCheckError, InvalidCredentialError
from verifier.report import Check, CheckName, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from schemas import BadgeError, JsonValue

# The first word of the codes that each check uses.
AREAS: Mapping[CheckName, str] = {
    CheckName.DECODING: "decoding",
    CheckName.DATA_MODEL: "data_model",
    CheckName.SCHEMA: "schema",
    CheckName.PROOF: "proof",
    CheckName.ISSUER: "issuer",
    CheckName.VALIDITY_PERIOD: "validity",
    CheckName.STATUS: "status",
    CheckName.RECIPIENT: "recipient",
    CheckName.REFRESH: "refresh",
    CheckName.ENDORSEMENTS: "endorsement",
    CheckName.TRUST: "trust",
}

_PASSED_CODES = {name: f"{area}.passed" for name, area in AREAS.items()}


def compose_passed(
    name: CheckName, detail: Mapping[str, JsonValue] | None = None, *, notes: tuple[str, ...] = ()
) -> Check:
    """Return the check as passed, with the code `<area>.passed`."""
    return Check(name=name, outcome=Outcome.PASSED, code=_PASSED_CODES[name], detail=detail or {}, notes=notes)


@lru_cache(maxsize=len(CheckName))  # a check never changes, and this one is nearly always there
def compose_not_run(name: CheckName) -> Check:
    """Return the check as not run: a step before it left nothing to look at."""
    return Check(name=name, outcome=Outcome.NOT_RUN, code=f"{AREAS[name]}.not_run")


@lru_cache(maxsize=32)  # codes of our own, a handful
def compose_not_applicable(name: CheckName, code: str) -> Check:
    """Return the check as not applicable."""
    return Check(name=name, outcome=Outcome.NOT_APPLICABLE, code=code)


def compose_from_error(name: CheckName, error: BadgeError) -> Check:
    """Return the check that `error` stands for: FAILED when it is wrong, INDETERMINATE when we could not find out."""
    outcome = Outcome.FAILED if isinstance(error, InvalidCredentialError) else Outcome.INDETERMINATE
    pointer: dict[str, JsonValue] = {"pointer": error.pointer} if error.pointer else {}
    return Check(name=name, outcome=outcome, code=error.code, detail=pointer | dict(error.detail))


def run_check(name: CheckName, step: Callable[[], Check]) -> Check:
    """Make one check. Anything that is neither "wrong" nor "could not find out" is our bug and passes through."""
    try:
        return step()
    except (InvalidCredentialError, CannotCheckError) as error:
        return compose_from_error(name, error)
