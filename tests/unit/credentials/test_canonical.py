"""The walk from a document to its statements: equal to PyLD's where both accept, and stricter."""

from __future__ import annotations

import copy
import re
from contextlib import suppress
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from credentials import HashAlgorithm, canonicalize, check_lossless
from credentials.canonical import canonicalize_under, read_statements
from credentials.lossless import MAX_DEPTH
from credentials.term_tables import TermTable, compile_contexts
from schemas import (
    CONTEXT_URLS,
    OB_3_0_1_CONTEXT,
    OB_3_0_3_CONTEXT,
    OB_ACCREDITATION_CONTEXT,
    OB_ASSESSMENT_CONTEXT,
    OB_UNVERSIONED_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    BadgeError,
    DataModelError,
    DecodingError,
    JsonObject,
    JsonValue,
)
from tests.doubles import sample_badges
from tests.doubles.pyld_oracle import canonicalize_with_pyld
from tests.doubles.variant_bases import BASES, EXAMPLES_CONTEXT

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

BADGES = {
    function.__name__: function
    for function in (
        sample_badges.small_badge,
        sample_badges.rich_badge,
        sample_badges.endorsed_badge,
        sample_badges.version_1_badge,
    )
}


@pytest.mark.parametrize("name", BADGES)
def test_canonical_form_equals_pyld(name: str) -> None:
    """Our own walk and PyLD give the same bytes."""
    assert canonicalize(BADGES[name]()).decode() == canonicalize_with_pyld(BADGES[name]())


def _presentation() -> JsonObject:
    return {
        "@context": [VC_V2_CONTEXT],
        "type": ["VerifiablePresentation"],
        "holder": "did:example:worker",
        "verifiableCredential": [sample_badges.small_badge(), sample_badges.endorsed_badge()],
    }


def _multi_status() -> JsonObject:
    badge = sample_badges.small_badge()
    badge["credentialStatus"] = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "message",
        "statusListIndex": "3",
        "statusListCredential": "https://college.example.edu/status/2",
        "statusSize": 2,
        "statusMessage": [{"status": "0x0", "message": "ok"}, {"status": "0x1", "message": "held"}],
    }
    return badge


def _equal_endorsements() -> JsonObject:
    """Two unnamed endorsements that are equal in every part, in two places; their graphs and proofs are twins."""
    badge = cast("Any", sample_badges.endorsed_badge())
    endorsement = badge["endorsement"][0]
    del endorsement["id"]
    badge["endorsement"] = [endorsement]
    badge["credentialSubject"]["achievement"]["endorsement"] = [copy.deepcopy(endorsement)]
    return cast("JsonObject", badge)


@pytest.mark.parametrize(
    "document",
    [BASES["status list"][0], _presentation, _multi_status, BASES["vocabulary"][0], _equal_endorsements],
    ids=["status list", "presentation", "multi-status", "vocabulary", "equal endorsements"],
)
def test_other_documents_equal_pyld(document: Callable[[], JsonObject]) -> None:
    """Status lists, presentations, scoped contexts and vocabularies are read as PyLD reads them."""
    assert canonicalize(document()).decode() == canonicalize_with_pyld(document())


@pytest.mark.parametrize("value", [0, 1, -1, 2**53 - 1, 3.0, 3.5, -0.25, 1.5e-7, 1e-5, 123456.789, 0.1])
def test_numbers_equal_pyld(value: float) -> None:
    """Numbers get the literal that PyLD writes, with a datatype and without."""
    badge = sample_badges.small_badge()
    cast("Any", badge)["credentialSubject"]["achievement"]["creditsAvailable"] = value
    cast("Any", badge)["credentialSubject"]["achievement"]["version"] = value
    assert canonicalize(badge).decode() == canonicalize_with_pyld(badge)


@pytest.mark.parametrize("value", [2**53, -(2**53), 10**30, 0.1 + 0.2, 1e-7, -3e-9, float("inf"), float("nan"), 1e300])
def test_numbers_that_readers_would_round_are_refused(value: float) -> None:
    """A number whose canonical form drops digits could be changed unnoticed."""
    badge = sample_badges.small_badge()
    cast("Any", badge)["credentialSubject"]["achievement"]["creditsAvailable"] = value
    with pytest.raises(DataModelError) as caught:
        canonicalize(badge)
    assert caught.value.code == "data_model.data_loss"


def _walk(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    yield path
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _walk(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _walk(entry, (*path, index))


def _mutate(badge: JsonObject, steps: list[tuple[int, int, JsonValue]]) -> JsonObject:
    """Change, delete or insert at places that the numbers choose."""
    document: Any = copy.deepcopy(badge)
    for place, action, value in steps:
        paths = [path for path in _walk(document) if path and path[0] != "@context"]
        path = paths[place % len(paths)]
        parent = document
        for token in path[:-1]:
            parent = parent[token]
        words = sorted({str(token) for other in paths for token in other if isinstance(token, str)})
        if action % 4 == 0:
            parent[path[-1]] = value
        elif action % 4 == 1:
            del parent[path[-1]]
        elif action % 4 == 2 and isinstance(parent, list):
            parent.insert(action % (len(parent) + 1), value)
        elif isinstance(parent, dict):
            parent[words[action % len(words)]] = value
        if len(document) < 3:
            break
    return cast("JsonObject", document)


LEAVES = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_characters="\b\f\x0b\x7f", min_codepoint=32), max_size=8),
    st.sampled_from(["urn:x:1", "https://example.org/", "did:example:z", "Alignment", "Profile", "name", "12", ""]),
    st.integers(-5, 10**6),
    st.sampled_from([0.5, 2.25, True, False, None]),
)
VALUES = st.one_of(
    LEAVES,
    st.lists(LEAVES, max_size=3),
    st.dictionaries(
        st.sampled_from(["id", "type", "name", "url", "narrative", "targetName", "value"]), LEAVES, max_size=3
    ),
)


@settings(max_examples=400, suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(
    name=st.sampled_from(sorted(BADGES)),
    steps=st.lists(st.tuples(st.integers(0, 10**4), st.integers(0, 10**4), VALUES), min_size=1, max_size=4),
)
def test_whatever_we_accept_equals_pyld(name: str, steps: list[tuple[int, int, JsonValue]]) -> None:
    """A changed badge is refused, or has exactly PyLD's statements with nothing dropped by PyLD."""
    document = _mutate(BADGES[name](), steps)
    try:
        ours = canonicalize(document).decode()
    except BadgeError:
        return
    assert ours == canonicalize_with_pyld(document)


@settings(max_examples=200, deadline=None)
@given(text=st.text(st.characters(codec="utf-8"), max_size=20))
def test_every_text_is_one_line_of_canonical_nquads(text: str) -> None:
    """Whatever a name holds, it stays inside its own literal."""
    badge = sample_badges.small_badge()
    badge["name"] = text
    lines = canonicalize(badge).decode().split("\n")
    assert len(lines) == 16
    assert sum(line.startswith(f'<{badge["id"]}> <https://schema.org/name> "') for line in lines) == 1


def test_sha_384_is_passed_on() -> None:
    """The hash function decides the labels."""
    graph = sample_badges.rich_badge()
    assert canonicalize(graph, algorithm=HashAlgorithm.SHA384) != canonicalize(graph)


@pytest.mark.parametrize("url", sorted(CONTEXT_URLS))
def test_every_pinned_context_compiles(url: str) -> None:
    """No pinned context uses what the compiler does not know, at any depth of scoped contexts."""

    def visit(table: TermTable, depth: int) -> None:
        for word, term in table.terms.items():
            if term and term.has_scope and depth < 3:
                visit(table.for_property(word), depth + 1)
                with suppress(DataModelError):  # two types inside one node may contradict each other
                    visit(table.for_types([word]), depth + 1)

    visit(compile_contexts([url]), 0)


@pytest.mark.parametrize("url", [OB_3_0_1_CONTEXT, OB_UNVERSIONED_CONTEXT])
def test_contexts_that_contradict_each_other_are_refused(url: str) -> None:
    """VC 2.0 with an old Open Badges context redefines protected terms (a JSON-LD error)."""
    badge = sample_badges.small_badge()
    badge["@context"] = [VC_V2_CONTEXT, url]
    with pytest.raises(DataModelError) as caught:
        check_lossless(badge)
    assert caught.value.code == "data_model.context_conflict"


@pytest.mark.parametrize("url", [OB_3_0_1_CONTEXT, OB_UNVERSIONED_CONTEXT])
def test_old_contexts_work_with_version_1(url: str) -> None:
    """VC 1.1 with an old Open Badges context is read as PyLD reads it."""
    badge = sample_badges.version_1_badge()
    badge["@context"] = [VC_V1_CONTEXT, url]
    assert canonicalize(badge).decode() == canonicalize_with_pyld(badge)


def test_half_a_surrogate_pair_is_refused() -> None:
    """A text that is not Unicode has no bytes to sign."""
    badge = sample_badges.small_badge()
    badge["name"] = "\ud800"
    with pytest.raises(DecodingError) as caught:
        canonicalize(badge)
    assert caught.value.code == "decoding.lone_surrogate"


def test_depth_is_limited() -> None:
    """Objects nested deeper than the limit are refused before Python's own limit is near."""
    value: JsonObject = {"x": "1"}
    for _ in range(MAX_DEPTH + 1):
        value = {"x": value}
    document: JsonObject = {"@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT], "type": "VerifiableCredential", "x": value}
    with pytest.raises(DataModelError) as caught:
        check_lossless(document)
    assert caught.value.code == "data_model.too_many_nodes"


def test_the_pointer_names_the_place() -> None:
    """The error of a nested member carries its JSON Pointer, escaped as RFC 6901 wants."""
    badge = sample_badges.rich_badge()
    cast("Any", badge)["credentialSubject"]["achievement"]["alignment"][1]["a/b~c"] = "x"
    with pytest.raises(DataModelError) as caught:
        check_lossless(badge)
    assert caught.value.pointer == "/credentialSubject/achievement/alignment/1/a~1b~0c"


def test_contexts_can_be_given_from_outside() -> None:
    """A proof configuration is read under the contexts of its document."""
    options: JsonObject = {"type": "DataIntegrityProof", "nonce": "a"}
    assert b'<https://w3id.org/security#nonce> "a"' in canonicalize_under(options, (VC_V2_CONTEXT, OB_3_0_3_CONTEXT))


def test_every_leaf_stands_in_the_statements() -> None:
    """Each value of a badge is a literal or an IRI of its statements."""
    quads = read_statements(sample_badges.rich_badge()).quads
    terms = {term for quad in quads for term in (quad[0], quad[2])}
    texts = {re.sub(r'^[<"](.*?)[>"](\^\^<.*>)?$', r"\1", term) for term in terms}
    badge = sample_badges.rich_badge()
    for path in _walk(badge):
        value: Any = badge
        for token in path:
            value = value[token]
        if isinstance(value, str) and "@context" not in path and "type" not in path:
            assert value.replace('"', '\\"').replace("\n", "\\n") in texts, path


def _endorsement_with(contexts: JsonValue) -> JsonObject:
    badge = cast("Any", sample_badges.endorsed_badge())
    badge["endorsement"][0]["@context"] = contexts
    return cast("JsonObject", badge)


@pytest.mark.parametrize(
    ("document", "code"),
    [
        ({"@context": [VC_V2_CONTEXT], "type": ["a", "b", "c", "d", "e", "f", "g", "h", "i"]}, "too_many_nodes"),
        ({"@context": [VC_V2_CONTEXT], "type": "VerifiableCredential", "proof": "urn:x"}, "data_loss"),
        ({"@context": [VC_V2_CONTEXT], "type": "VerifiableCredential", "proof": {}}, "data_loss"),
        ({"@context": [VC_V2_CONTEXT], "type": "VerifiableCredential", "proof": {"id": "urn:x"}}, "data_loss"),
        (_endorsement_with([OB_3_0_3_CONTEXT]), "context_order"),
        (_endorsement_with([VC_V1_CONTEXT]), "context_order"),
        (_endorsement_with(None), "context_order"),
        (
            {"@context": [VC_V2_CONTEXT], "type": "VerifiablePresentation", "verifiableCredential": {"id": "urn:a"}},
            "undefined_term",
        ),
        (
            {"@context": [VC_V2_CONTEXT], "type": "VerifiablePresentation", "verifiableCredential": {"type": "a"}},
            "undefined_term",
        ),
    ],
)
def test_what_could_not_be_covered_is_refused(document: JsonObject, code: str) -> None:
    """Graphs without a statement, foreign contexts inside and words before any context are refused."""
    with pytest.raises(DataModelError) as caught:
        check_lossless(document)
    assert caught.value.code == f"data_model.{code}"


def test_an_embedded_part_cannot_take_back_a_later_context() -> None:
    """Repeating an earlier of two unprotected contexts would change words, and is refused."""
    contexts: list[JsonValue] = [VC_V1_CONTEXT, OB_3_0_1_CONTEXT, OB_UNVERSIONED_CONTEXT]
    badge = cast("Any", sample_badges.version_1_badge())
    badge["@context"] = contexts
    badge["endorsement"] = [{"@context": contexts[:2], "type": ["VerifiableCredential"], "name": "x"}]
    with pytest.raises(DataModelError) as caught:
        check_lossless(badge)
    assert (caught.value.code, caught.value.pointer) == ("data_model.context_order", "/endorsement/0/@context")


@pytest.mark.parametrize("value", ["a", {"id": "urn:a"}])
def test_an_ordered_list_stands_as_an_array(value: JsonValue) -> None:
    """A single value in place of an ordered list is refused."""
    badge = cast("Any", sample_badges.rich_badge())
    badge["credentialSubject"]["achievement"]["resultDescription"][0]["allowedValue"] = value
    with pytest.raises(DataModelError) as caught:
        check_lossless(badge)
    assert caught.value.code == "data_model.not_compacted"


@pytest.mark.parametrize("member", ["id", "credentialSchema"])
def test_an_iri_shortened_by_a_prefix(member: str) -> None:
    """VC 1.1 defines prefixes inside some types; an id that uses one would be signed as another IRI."""
    badge = sample_badges.version_1_badge()
    badge[member] = "cred:x" if member == "id" else {"id": "cred:x", "type": "JsonSchemaValidator2018"}
    with pytest.raises(DataModelError) as caught:
        check_lossless(badge)
    assert caught.value.code == "data_model.not_compacted"


def test_a_scheme_that_is_also_a_word() -> None:
    """`tag:` is a word of Open Badges and a scheme of addresses; such ids stay as they are."""
    badge = cast("Any", sample_badges.rich_badge())
    badge["credentialSubject"]["achievement"]["id"] = "tag:college.example.edu,2026:cmm"
    assert canonicalize(badge).decode() == canonicalize_with_pyld(badge)


def test_accreditation_and_assessment_extensions_are_read_as_pyld_reads_them() -> None:
    """Both 1EdTech extensions go with VC 2.0 and OB 3.0.3 and lose nothing."""
    badge = sample_badges.small_badge()
    badge["@context"] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_ACCREDITATION_CONTEXT, OB_ASSESSMENT_CONTEXT]
    badge["issuer"] = {
        "id": sample_badges.issuer_id(),
        "type": ["Profile", "IssuerAccreditationProfile"],
        "name": "Example College",
        "accreditations": [
            {
                "type": ["Profile", "AccreditationProfile"],
                "id": "https://accreditor.example.org/",
                "name": "Example Accreditor",
                "contactInstructions": "Write to the office.",
                "accreditationDate": "2020-01-01",
                "educationalSector": "Postsecondary",
            }
        ],
    }
    subject = badge["credentialSubject"]
    assert isinstance(subject, dict)
    achievement = subject["achievement"]
    assert isinstance(achievement, dict)
    achievement["resultDescription"] = [
        {
            "id": "urn:uuid:0f0f0f0f-0000-4000-8000-000000000900",
            "type": ["ResultDescription", "AssessmentResultDescription"],
            "name": "Driving test",
            "resultType": "Percent",
            "assessmentOutput": "A drive",
            "hasGroupEvaluation": False,
        }
    ]
    assert canonicalize(badge).decode() == canonicalize_with_pyld(badge)
