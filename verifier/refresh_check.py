"""Step 9: is there a newer version of the badge? Not followed in this version, and said so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from schemas import UnsupportedFeatureError
from verifier.report import CheckName
from verifier.steps import compose_not_applicable

if TYPE_CHECKING:
    from schemas import JsonObject
    from verifier.report import Check


def check_refresh(document: JsonObject) -> Check:
    """Say whether the badge names a place for a newer version of itself.

    Spec: OB 3.0 §8.1 step 3; VCCR 1.0.

    Raises:
        UnsupportedFeatureError: `refresh.not_followed`.
    """
    if "refreshService" not in document:
        return compose_not_applicable(CheckName.REFRESH, "refresh.none")
    raise UnsupportedFeatureError("refresh.not_followed")
