"""JSON values (`@json`): one literal each, by RFC 8785; what would not survive is refused."""

from __future__ import annotations

from typing import Any, ClassVar

import pytest

from benchmarks.inputs import rich
from credentials import canonicalize, check_lossless, check_pinnable_context, derive_selective_disclosure
from credentials.issue_template import compile_template
from schemas import (
    VC_V2_CONTEXT,
    DataModelError,
    DecodingError,
    JsonObject,
    PinnedContexts,
    ProofError,
    SignatureMismatchError,
    UnsupportedFeatureError,
    encode_json,
    use_contexts,
)
from tests.doubles import sample_badges, selective_badges

PREDICATE = "<https://www.w3.org/2018/credentials#jsonSchema>"
DATATYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#JSON>"
URL = "https://tools.example.org/contexts/gauge/v1"


def with_json(value: Any) -> JsonObject:  # noqa: ANN401 - JSON of any shape
    """A badge whose schema stands in it."""
    badge = sample_badges.small_badge()
    badge["credentialSchema"] = {"type": "JsonSchema", "id": "urn:a", "jsonSchema": value}
    return badge


# The value of RFC 8785 §3.2.2 and its canonical form, with the escapes of canonical N-Quads around it.
RFC_VALUE = {
    "numbers": [333333333.33333329, 1e30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000f\u000aA'\u0042\u0022\u005c\\\"\u002f",
    "literals": [None, True, False],
}
RFC_FORM = (
    r"{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
    '\\"string\\":\\"\u20ac$\\\\u000f\\\\nA\'B\\\\\\"\\\\\\\\\\\\\\\\\\\\\\"/\\"}'
)


@pytest.mark.parametrize(
    ("value", "form"),
    [
        (RFC_VALUE, RFC_FORM),
        (None, "null"),
        (True, "true"),
        (7, "7"),
        (7.0, "7"),
        (-0.0, "0"),
        ("x", r"\"x\""),
        ([], "[]"),
        ({}, "{}"),
        ([1, 1], "[1,1]"),
        ([[], [[]]], "[[],[[]]]"),
        ({"@value": "x", "@type": "@json"}, r"{\"@type\":\"@json\",\"@value\":\"x\"}"),
        ({"@context": 1, "@id": 2}, r"{\"@context\":1,\"@id\":2}"),
        ("\x7f", r"\"\u007F\""),
    ],
    ids=repr,
)
def test_one_literal(value: Any, form: str) -> None:  # noqa: ANN401 - JSON of any shape
    """Whatever the value, it is one literal of the datatype `rdf:JSON`."""
    lines = canonicalize(with_json(value)).decode().split("\n")
    assert [line for line in lines if PREDICATE in line] == [f'<urn:a> {PREDICATE} "{form}"^^{DATATYPE} .']


@pytest.mark.parametrize(
    "value",
    [2**53, -(2**53), [{"a": 10**30}], {"__proto__": 1}, [[{"a": {"__proto__": {}}}]]],
    ids=repr,
)
def test_what_others_lose_is_refused(value: Any) -> None:  # noqa: ANN401 - JSON of any shape
    """An integer that JavaScript rounds, and a member that it drops."""
    with pytest.raises(DataModelError) as caught:
        check_lossless(with_json(value))
    assert (caught.value.code, caught.value.pointer) == ("data_model.data_loss", "/credentialSchema/jsonSchema")


@pytest.mark.parametrize("value", ["\ud800", {"\udc00": 1}, ["a", {"b": "\ud800"}]], ids=ascii)
def test_half_a_surrogate_pair(value: Any) -> None:  # noqa: ANN401 - JSON of any shape
    """A text that is not Unicode has no canonical form."""
    with pytest.raises(DecodingError) as caught:
        check_lossless(with_json(value))
    assert caught.value.code == "decoding.lone_surrogate"


def test_an_ordered_list_of_json_is_could_not_check() -> None:
    """A word that is both an ordered list and JSON is not read, and that is said."""
    gauge: JsonObject = {"@id": "https://tools.example.org/words#gauge", "@type": "@json", "@container": "@list"}
    pin = check_pinnable_context(URL, encode_json({"@context": {"gauge": gauge}}))
    badge = sample_badges.small_badge()
    badge["@context"] = [*badge["@context"], URL]  # type: ignore[misc]
    badge["gauge"] = [1, 2]
    with use_contexts(PinnedContexts([pin])), pytest.raises(UnsupportedFeatureError) as caught:
        check_lossless(badge)
    assert caught.value.code == "data_model.json_literal_unsupported"


def test_two_descriptions_cannot_swap_arrays() -> None:
    """An array is one value: [1, 2] in one place and [2, 1] in another about one thing are different things."""
    badge = with_json([1, 2])
    first: Any = badge["credentialSchema"]
    badge["credentialSchema"] = [first, {**first, "jsonSchema": [2, 1]}]
    with pytest.raises(DataModelError) as caught:
        check_lossless(badge)
    assert caught.value.code == "data_model.data_loss"


@pytest.mark.parametrize("base", [VC_V2_CONTEXT])
def test_a_template_keeps_json_as_it_is(base: str) -> None:
    """Badges of one course whose schema stands in them go by a template, and are what they are alone."""
    model: Any = rich("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")
    assert model["@context"][0] == base
    model["credentialSchema"] = [
        {"id": "urn:x:schema", "type": "JsonSchema", "jsonSchema": {"b": [1, None, 'a "quote"'], "a": "CMM"}}
    ]
    template = compile_template(encode_json(model))
    assert template is not None
    for name in ("Dana", 'with "quotes"', "back\\slash", "naïve"):
        person = {**model, "credentialSubject": {**model["credentialSubject"], "licenseNumber": name}}
        assert template.canonicalize(encode_json(person)) == canonicalize(person)


def test_json_that_differs_per_person_goes_the_single_way() -> None:
    """Where a JSON value is what changes, a template says that it does not know."""
    model: Any = rich("did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp")
    model["evidence"] = [{**model["evidence"][0], "cnf": {"jwk": {"x": "abc"}}}]
    template = compile_template(encode_json(model))
    assert template is None or template.canonicalize(encode_json(model)) == canonicalize(model)


class TestSelectiveDisclosure:
    """ecdsa-sd-2023 over a badge with a JSON value."""

    VALUE: ClassVar[JsonObject] = {"kty": "OKP", "more": {"a": ["b"]}}

    def _issued(self) -> dict[str, Any]:
        return selective_badges.issue({**sample_badges.small_badge(), "cnf": {"kid": "urn:x:k", "jwk": self.VALUE}})

    def test_shown_whole(self) -> None:
        """The value is one statement, which a holder shows or keeps."""
        shown: Any = derive_selective_disclosure(self._issued(), ["/cnf/jwk"])
        kept: Any = derive_selective_disclosure(self._issued(), ["/credentialSubject"])
        assert selective_badges.verify(shown).document["cnf"]["jwk"] == self.VALUE  # type: ignore[index, call-overload]
        assert "cnf" not in selective_badges.verify(kept).document

    def test_changed(self) -> None:
        """What is shown of it is signed."""
        shown: Any = derive_selective_disclosure(self._issued(), ["/cnf/jwk"])
        shown["cnf"]["jwk"]["more"]["a"] = []
        with pytest.raises(SignatureMismatchError):
            selective_badges.verify(shown)

    def test_not_in_part(self) -> None:
        """A part of it is no statement of its own."""
        with pytest.raises(ProofError) as caught:
            derive_selective_disclosure(self._issued(), ["/cnf/jwk/more"])
        assert caught.value.code == "proof.pointer_unmatched"
