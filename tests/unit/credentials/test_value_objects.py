"""Texts with a language or a direction, compared with PyLD under `i18n-datatype`."""

from __future__ import annotations

import pytest

from credentials.canonical import canonicalize
from schemas import VC_V2_CONTEXT, DataModelError, JsonObject, JsonValue
from tests.doubles.pyld_oracle import canonicalize_with_pyld


def _credential(name: JsonValue) -> JsonObject:
    return {"@context": [VC_V2_CONTEXT], "type": ["VerifiableCredential"], "name": name}


@pytest.mark.parametrize(
    "name",
    [
        {"@value": "Forklift", "@language": "en"},
        {"@value": "Forklift", "@language": "en-US"},
        {"@value": "رافعة", "@language": "ar", "@direction": "rtl"},
        {"@value": "رافعة", "@direction": "rtl"},
        [{"@value": "Forklift", "@language": "en"}, {"@value": 'Montacargas "uno"', "@language": "es"}, "plain"],
    ],
    ids=["language", "region", "both", "direction", "several"],
)
def test_a_text_with_a_language_is_written_as_pyld_writes_it(name: JsonValue) -> None:
    """JSON-LD 1.1 API §8.2.2: a tag becomes a language-tagged literal, a direction an i18n datatype."""
    document = _credential(name)
    assert canonicalize(document).decode() == canonicalize_with_pyld(document)


@pytest.mark.parametrize(
    "name",
    [
        {"@value": "x"},
        {"@value": 1, "@language": "en"},
        {"@value": "x", "@language": None},
        {"@value": "x", "@language": "en us"},
        {"@value": "x", "@language": ""},
        {"@value": "x", "@language": "abcdefghi"},
        {"@value": "x", "@direction": "up"},
        {"@value": "x", "@direction": None},
        {"@value": "x", "@direction": {}},
        {"@value": "x", "@direction": ["ltr"]},
        {"@value": "x", "@language": {}},
        {"@value": "x", "@language": "en", "@type": "http://www.w3.org/2001/XMLSchema#string"},
        {"@value": "x", "@language": "en", "@index": "1"},
        {"@language": "en"},
    ],
    ids=repr,
)
def test_any_other_value_object_is_refused(name: JsonValue) -> None:
    """VCDM 2.0 §11.1: only a text with a well-formed language, a direction or both; the rest re-spells something."""
    with pytest.raises(DataModelError) as caught:
        canonicalize(_credential(name))
    assert caught.value.code == "data_model.not_compacted"


def test_a_date_takes_no_language() -> None:
    """A word that has a datatype takes no value object."""
    document: JsonObject = {**_credential("x"), "validFrom": {"@value": "2026-01-01T00:00:00Z", "@language": "en"}}
    with pytest.raises(DataModelError):
        canonicalize(document)
