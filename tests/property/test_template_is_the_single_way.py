"""Whatever a person's members say, a template gives what the single way gives, or nothing."""

from __future__ import annotations

import copy
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from benchmarks.inputs import rich
from credentials import canonicalize
from credentials.issue_template import IssueTemplate, compile_template
from schemas import BadgeError, encode_json
from tests.doubles.document_variants import VARIANTS, make_variant

ISSUER = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"
MODEL = rich(ISSUER)
_LETTERS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
_ODD = st.sampled_from(
    [
        "", "a", '"', "\\", '\\"', "\n", "\x7f", "\x00", "\x1f", "\u2028", "/", "https:", "urn:", "xsd:x", "92", "A",
        ISSUER, "https://badges.example.edu/b/1", "https://badges.example.edu/achievements/cmm", "urn:a b", "_:b0",
    ]
)  # fmt: skip
_IRI = st.one_of(
    st.integers(0, 3).map(lambda number: f"https://badges.example.edu/b/{number}"),
    _LETTERS.map(lambda text: f"urn:x:{text}"),
    _ODD,
)
_TEXT = st.one_of(_LETTERS, _ODD)


@st.composite
def _people(draw: st.DrawFn) -> Any:  # noqa: ANN401 - JSON of a known shape
    document: Any = copy.deepcopy(MODEL)
    subject = document["credentialSubject"]
    for target, member, values in (
        (document, "id", _IRI),
        (document, "validUntil", _TEXT),
        (subject, "id", _IRI),
        (subject, "licenseNumber", _TEXT),
        (subject["identifier"][0], "salt", _TEXT),
        (document["credentialStatus"][0], "id", _IRI),
        (document["credentialStatus"][0], "statusListCredential", _IRI),
        (document["evidence"][0], "id", _IRI),
        (document["evidence"][1], "narrative", _TEXT),
        (subject["result"][0], "value", _TEXT),
        (subject["result"][1], "resultDescription", _IRI),
    ):
        if draw(st.integers(0, 3)) == 0:
            target[member] = draw(values)
    return document


def _check(template: IssueTemplate, document: Any) -> bool:  # noqa: ANN401
    canonical = template.canonicalize(encode_json(document))
    try:
        expected = canonicalize(document)
    except BadgeError:
        assert canonical is None
        return False
    assert canonical in {None, expected}
    return canonical is not None


@given(model=_people(), people=st.lists(_people(), min_size=1, max_size=3))
@settings(max_examples=150, deadline=None)
def test_a_template_never_gives_another_form(model: Any, people: list[Any]) -> None:  # noqa: ANN401
    """From any person's badge to any other's of the same shape."""
    template = compile_template(encode_json(model))
    if template is not None:
        assert _check(template, model)
        for person in people:
            _check(template, person)


@given(model=_people(), staying=st.sets(st.integers(0, 31)), people=st.lists(_people(), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_a_narrow_template_never_gives_another_form(model: Any, staying: set[int], people: list[Any]) -> None:  # noqa: ANN401
    """A template that takes some texts for constant fits fewer people, and gives them what they get alone."""
    template = compile_template(encode_json(model), staying=frozenset(staying))
    if template is not None:
        assert _check(template, model)
        for person in people:
            _check(template, person)


@given(model=st.integers(0, VARIANTS - 1), change=_people())
@settings(max_examples=150, deadline=None)
def test_a_template_of_any_document_gives_its_form(model: int, change: Any) -> None:  # noqa: ANN401
    """From badges, endorsements and lists of every shape: its own form, and that of a person with another id."""
    document: Any = make_variant(model).document
    try:
        encoded = encode_json(document)
    except ValueError:
        return
    template = compile_template(encoded)
    if template is not None:
        assert _check(template, document)
        for member in ("id", "validFrom", "validUntil"):
            if isinstance(document.get(member), str) and isinstance(change.get(member), str):
                _check(template, {**document, member: change[member]})
