"""The code tables of this floor's areas."""

from __future__ import annotations

import re

import pytest

from schemas import BadgeError, CodeInfo, all_codes, describe_code
from schemas.codes import _read_table as read_table

OWN_AREAS = ("data_model", "decoding", "schema", "status", "validity")
OWN_CODES = [info for code, info in all_codes().items() if code.partition(".")[0] in OWN_AREAS]


@pytest.mark.parametrize("info", OWN_CODES, ids=lambda info: info.code)
def test_code_is_explained_in_both_languages(info: CodeInfo) -> None:
    """Each code has a sentence in English and in Spanish, differing, and a clause."""
    assert info.en.endswith(".")
    assert info.es.endswith(".")
    assert info.en != info.es
    assert info.spec


@pytest.mark.parametrize("info", OWN_CODES, ids=lambda info: info.code)
def test_next_step_comes_in_both_languages_or_not_at_all(info: CodeInfo) -> None:
    """A next step is never given to the readers of one language only."""
    assert bool(info.next_step("en")) == bool(info.next_step("es"))


@pytest.mark.parametrize("info", OWN_CODES, ids=lambda info: info.code)
def test_sentence_is_free_of_jargon(info: CodeInfo) -> None:
    """A foreman is told nothing about DIDs, JSON-LD, gzip or hashes."""
    text = f"{info.en} {info.next_en} {info.es} {info.next_es}"
    assert re.findall(r"\b(?:DID|JSON|JWT|JWS|gzip|hash|IRI|URI|RDF|UTF|bit|base64)\b", text) == []


@pytest.mark.parametrize("area", OWN_AREAS)
def test_passed_check_has_a_code(area: str) -> None:
    """A check that passed has a sentence too, and no problem type."""
    assert describe_code(f"{area}.passed").problem_type is None


def test_unknown_code_is_our_bug() -> None:
    """A code without an entry is a KeyError, not an empty sentence."""
    with pytest.raises(KeyError):
        describe_code("decoding.no_such_code")


def test_error_explains_itself() -> None:
    """An error finds its sentence by its code."""
    error = BadgeError("status.revoked", pointer="/credentialStatus")
    assert error.explain("en") == "The issuer took this badge back for good."
    assert error.explain("es") == "Quien la emitió retiró esta insignia de forma definitiva."
    assert str(error) == "status.revoked at /credentialStatus"


@pytest.mark.parametrize("text", ["- a list\n", "decoding.x: a word\n"])
def test_table_of_another_shape_is_our_bug(text: str) -> None:
    """A table that is no mapping of mappings is refused when it is read."""
    with pytest.raises(TypeError, match="mapping"):
        read_table(text)


def test_empty_table_has_no_codes() -> None:
    """A table without entries is allowed."""
    assert read_table("") == []


def test_unknown_problem_type_is_our_bug() -> None:
    """A problem type that no specification names is refused."""
    with pytest.raises(KeyError):
        read_table("decoding.x:\n  problem: NO_SUCH_ERROR\n")
