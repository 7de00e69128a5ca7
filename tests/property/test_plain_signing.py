"""The straight way of signing and the thorough one never differ: the same bytes, or the straight way says nothing."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from credentials import SecuredDocument, UnsecuredDocument, add_data_integrity_proof
from credentials.plain_proof import sign_plainly
from keys import KeyType, LocalSigner
from schemas import BadgeError
from tests.doubles import sample_badges
from tests.doubles.document_variants import VARIANTS, make_variant

if TYPE_CHECKING:
    from schemas import JsonObject

SLICE = 400


def _sign_plainly(document: JsonObject, method: str = "") -> SecuredDocument | None:
    return sign_plainly(
        document,
        signer=sample_badges.test_only_signer(),
        verification_method=method or sample_badges.method_id(),
        created=sample_badges.CREATED,
    )


def _sign_thoroughly(document: JsonObject, method: str = "") -> SecuredDocument | str:
    try:
        return add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=sample_badges.test_only_signer(),
            verification_method=method or sample_badges.method_id(),
            created=sample_badges.CREATED,
            further_options={},  # none, and yet not the usual call
        )
    except (BadgeError, ValueError) as error:
        return str(error)


def _agree(document: JsonObject, method: str = "") -> bool:
    """Whether both give the same, or the straight way gives nothing; and leave the document alone."""
    before = repr(document)
    plain = _sign_plainly(document, method)
    assert repr(document) == before
    return plain is None or repr(plain) == repr(_sign_thoroughly(document, method))


@pytest.mark.parametrize("badge", [sample_badges.small_badge, sample_badges.rich_badge])
def test_usual_badges_go_the_straight_way(badge: Any) -> None:  # noqa: ANN401
    """The first badge of a course, the second and the third; what is asked for without options is what it gives."""
    document = copy.deepcopy(dict(badge()))
    expected = _sign_thoroughly(document)
    for _ in range(3):
        plain = _sign_plainly(document)
        if badge is sample_badges.small_badge:
            assert plain == expected
        assert _agree(document)
        assert sample_badges.sign(document) == expected


@pytest.mark.parametrize("first", range(0, VARIANTS, SLICE))
def test_variants_are_signed_the_same(first: int) -> None:
    """Thousands of changed documents of every kind."""
    numbers = range(first, first + SLICE, 2)
    assert [number for number in numbers if not _agree(make_variant(number).document)] == []
    assert any(_sign_plainly(make_variant(number).document) for number in numbers)


@settings(max_examples=300, deadline=None)
@given(
    number=st.one_of(st.floats(), st.integers()),
    text=st.text(max_size=20),
    place=st.sampled_from(["creditsAvailable", "name", "inLanguage", "humanCode"]),
)
def test_any_number_and_text(number: float, text: str, place: str) -> None:
    """Numbers are spelled as the thorough way spells them, and texts too."""
    for value in (number, text):
        document: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
        document["credentialSubject"]["achievement"][place] = value
        assert _agree(document)


@pytest.mark.parametrize(
    "value", [0.0, -0.0, 1e-4, 0.001, 0.00099999, 1e15, 999999999999999.9, 1e16, 1e22, 5e-324, 37.5]
)
def test_numbers_at_the_edges(value: float) -> None:
    """Where writers of JSON begin to differ, the thorough way writes; a kept number is no other one."""
    for number in (value, -value, value, int(value)):
        document: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
        document["credentialSubject"]["achievement"]["creditsAvailable"] = number
        assert _agree(document)


@pytest.mark.parametrize("method", ["x", "", "did:key:<z>", "https://example.org/keys#1", "did:key:z6Mk#é"])
def test_other_methods(method: str) -> None:
    """Addresses that are none are refused, and those that are any are signed, by both alike."""
    assert _agree(sample_badges.small_badge(), method or " ")


def test_other_keys_go_the_thorough_way() -> None:
    """A key of another kind signs nothing here."""
    signed = sign_plainly(
        sample_badges.small_badge(),
        signer=LocalSigner.generate(KeyType.P256),
        verification_method=sample_badges.method_id(),
        created=sample_badges.CREATED,
    )
    assert signed is None


@pytest.mark.parametrize("document", [{}, {"@context": []}, {"@context": None}, {"@context": "x"}, {"id": "urn:x:1"}])
def test_what_is_no_credential(document: Any) -> None:  # noqa: ANN401 - JSON of any shape
    """What cannot be signed is left to the way that says why."""
    assert _sign_plainly(document) is None
