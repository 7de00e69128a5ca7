"""Sentences for what is wrong with a list or a row, in the language of the request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pages import current_language
from schemas import describe_code

if TYPE_CHECKING:
    from collections.abc import Sequence

    from issuer.model import RosterProblem
    from schemas import BadgeError, IssuanceError

# Faults of our own store or keys: the reader cannot mend them in a form.
STORE_AREAS = ("store.", "key.", "audit.", "clock.")


def explain_code(code: str, *, row: int = 0, column: str = "") -> dict[str, str]:
    """Return what a code says: `sentence`, `next_step`, and where it happened."""
    info = describe_code(code)
    language = current_language()
    return {
        "code": code,
        "sentence": info.sentence(language),
        "next_step": info.next_step(language),
        "row": str(row or ""),
        "column": column,
    }


def explain_course_error(error: IssuanceError) -> dict[str, str]:
    """Return what is wrong with a course file, with the field or line and what to write there."""
    advice = str(error.detail.get("advice_es" if current_language() == "es" else "advice", ""))
    field = str(error.detail.get("field", ""))
    return explain_code(error.code) | {"where": ": ".join(part for part in (field, advice) if part)}


def explain_form_error(error: BadgeError) -> str:
    """Return what to do about a field of a form; where the field stands, it needs no name of its own."""
    advice = str(error.detail.get("advice_es" if current_language() == "es" else "advice", ""))
    if advice:
        return f"{advice[0].upper()}{advice[1:]}{'' if advice.endswith(('.', '?')) else '.'}"
    info = describe_code(error.code)
    return f"{info.sentence(current_language())} {info.next_step(current_language())}"


def explain_problems(problems: Sequence[RosterProblem]) -> list[dict[str, str]]:
    """Return each problem with its sentence, its place and what stood there."""
    return [
        explain_code(problem.code, row=problem.row, column=problem.column) | {"value": problem.value}
        for problem in problems
    ]
