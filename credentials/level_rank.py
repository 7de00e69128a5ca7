"""Which step of a rubric was reached, said only where the signature covers it.

`rubricCriterionLevel` is a set in every context of Open Badges 3.0: a signature over statements (RDFC) holds for the
same levels in any order. Where a holder may leave parts out, neither rank nor count is covered.

Spec: OB 3.0 App. B (RubricCriterionLevel: `points`, `level`); RDFC-1.0 §4.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING

from credentials.cryptosuites import SUITE_RULES, Transformation
from credentials.document import SecuringForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from credentials.model_parts import Result

_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,9})?")
_FORMS_IN_ORDER = frozenset({SecuringForm.VC_JWT, SecuringForm.COSE})
_SUITES_IN_ORDER = frozenset(
    suite.value for suite, rules in SUITE_RULES.items() if rules.transformation is Transformation.JCS
)
_SUITES_IN_PARTS = frozenset(
    suite.value for suite, rules in SUITE_RULES.items() if rules.transformation is Transformation.SELECTIVE_DISCLOSURE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelRank:
    """Step `number` of `count`, counted from 1 at the lowest."""

    number: int
    count: int


def rank_level(result: Result, *, form: SecuringForm, cryptosuite: str) -> LevelRank | None:
    """Return the step that was reached; None when there is none or the signature does not cover which one it is.

    Numbers in `level`, or else in `points`, decide; the order in which the levels stand only where it is signed.
    """
    description, level = result.description, result.level
    if description is None or level is None or form is SecuringForm.SD_JWT or cryptosuite in _SUITES_IN_PARTS:
        return None
    levels = description.levels
    place = levels.index(level)
    for values in ([entry.level for entry in levels], [entry.points for entry in levels]):
        numbers = _read_distinct_numbers(values)
        if numbers:
            return LevelRank(number=sorted(numbers).index(numbers[place]) + 1, count=len(levels))
    is_order_signed = form in _FORMS_IN_ORDER or cryptosuite in _SUITES_IN_ORDER
    return LevelRank(number=place + 1, count=len(levels)) if is_order_signed else None


def _read_distinct_numbers(values: Sequence[str]) -> list[Decimal]:
    """Return the numbers; none unless every value is one and no two are equal."""
    if not all(_NUMBER.fullmatch(value) for value in values):
        return []
    numbers = [Decimal(value) for value in values]
    return numbers if len(set(numbers)) == len(numbers) else []
