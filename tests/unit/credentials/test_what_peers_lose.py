"""What other software would drop or merge in silence is refused, so that no signature means two things."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import canonicalize
from schemas import VC_V2_CONTEXT, DataModelError
from tests.doubles import sample_badges
from tests.doubles.pyld_oracle import canonicalize_with_pyld
from tests.doubles.variant_bases import EXAMPLES_CONTEXT

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue


@pytest.mark.parametrize("second", ["Lift", {"@value": "Lift", "@direction": "rtl"}])
def test_texts_that_differ_in_direction_only_are_refused(second: JsonValue) -> None:
    """jsonld.js and PyLD keep one of the two, so a signature by them would not cover the other."""
    badge = sample_badges.small_badge()
    badge["description"] = [{"@value": "Lift", "@direction": "ltr"}, second]
    with pytest.raises(DataModelError) as caught:
        canonicalize(badge)
    assert caught.value.code == "data_model.data_loss"


def test_directions_of_several_languages_are_no_repetition() -> None:
    """One text in two languages, or another text, is something else."""
    badge = sample_badges.small_badge()
    badge["description"] = [
        {"@value": "Lift", "@language": "en", "@direction": "ltr"},
        {"@value": "Lift", "@language": "de", "@direction": "ltr"},
        "Lift",
        {"@value": "Left", "@direction": "ltr"},
    ]
    assert canonicalize(badge).decode() == canonicalize_with_pyld(badge)


def test_the_prototype_word_is_refused() -> None:
    """jsonld.js drops `__proto__` in silence, even where a catch-all vocabulary gives it meaning."""
    document: JsonObject = {"@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT], "type": "VerifiableCredential"}
    document["credentialSubject"] = {"alumniOf": "A", "__proto__": {"name": "x"}}
    with pytest.raises(DataModelError) as caught:
        canonicalize(document)
    assert caught.value.code == "data_model.undefined_term"
