"""The quick walks and the thorough one never differ: the same bytes, and nothing that is accepted by one alone.

That the thorough walk is right is shown beside PyLD in `test_canonical_identity`.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from credentials.canonical import Statements
from credentials.lossless import MAX_DEPTH, MAX_TYPE_SETS, MAX_VALUES_PER_PROPERTY, QuadWalk, read_context
from credentials.plain_check import check_plainly, find_plainly_lossless
from credentials.plain_rules import MAX_PLAIN_DEPTH
from credentials.plain_walk import read_plain_statements
from credentials.rdfc import HashAlgorithm
from credentials.shapes import KEPT_SHAPES, MAX_KEPT_SHAPES
from credentials.term_tables import compile_contexts
from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, BadgeError, is_pointed_float
from tests.doubles import sample_badges
from tests.doubles.document_variants import VARIANTS, make_variant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials.plain_check import PlainFindings
    from credentials.plain_walk import PlainStatements
    from schemas import JsonObject

SLICE = 400
ODD_VALUES: tuple[Any, ...] = (
    *(None, True, False, 0, 1, -7, 1.5, 1e30, 2**60, float("nan"), "", " ", "a", 'q"\\\n\x7f', "\ud800", "é😀"),
    *("https://example.org/x", "https://example.org/<x>", "did:key:z1", "schema:name", "xsd:string", "urn:x y", "_:b0"),
    *([], {}, [[]], [{}], ["a", "a"], ["a", 1], [1, True, 1.0], {"id": "https://example.org/x"}, {"@value": "a"}),
    *({"type": "Image"}, {"type": ["Profile", "Profile"]}, {"type": 5}, {"type": [5]}, {"type": [{}]}, {"type": []}),
    *({"id": 5}, {"id": None}, {"id": "x"}, {"@context": []}, {"proof": []}, {"@graph": []}, {"__proto__": 1}),
)
NAMES = ("id", "type", "name", "description", "url", "image", "alignment", "proof", "@context", "@id", "ext", "points")


def _tell_quickly(document: JsonObject) -> PlainStatements | None:
    try:
        return read_plain_statements(document, compile_contexts(read_context(document.get("@context"))))
    except BadgeError:
        return None  # the contexts: the same code reads them for both


def _check_quickly(document: JsonObject) -> PlainFindings | None:
    root = {word: value for word, value in document.items() if word != "@context"}
    try:
        return check_plainly(root, compile_contexts(read_context(document.get("@context"))))
    except BadgeError:
        return None


def _tell_thoroughly(document: JsonObject) -> Statements | None:
    walk = QuadWalk()
    try:
        walk.read_document(document, read_context(document.get("@context")))
    except BadgeError:
        return None
    return Statements(document, walk.quads)


def _canonicalize(statements: Statements, algorithm: HashAlgorithm) -> bytes | str:
    try:
        return statements.canonicalize(algorithm)
    except BadgeError as error:
        return error.code


def _agree(document: JsonObject) -> bool:
    """Whether all say the same, or a quick walk says nothing; and leave the document alone."""
    before = copy.deepcopy(document)
    quick, checked, thorough = _tell_quickly(document), _check_quickly(document), _tell_thoroughly(document)
    assert repr(document) == repr(before)
    if thorough is None:
        return quick is None and checked is None
    if checked is not None and checked.has_odd_floats != any(
        isinstance(parent[token], float) and not is_pointed_float(parent[token]) for parent, token in _places(document)
    ):
        return False
    if quick is None:
        return True
    ours = Statements(document, quick)
    return all(_canonicalize(ours, one) == _canonicalize(thorough, one) for one in HashAlgorithm)


@pytest.mark.parametrize("first", range(0, VARIANTS, SLICE))
def test_variants_are_told_the_same(first: int) -> None:
    """Thousands of changed documents of every kind."""
    assert [number for number in range(first, first + SLICE) if not _agree(make_variant(number).document)] == []


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON of any shape
    for token in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, token
        if isinstance(value[token], (dict, list)):
            yield from _places(value[token])


@pytest.mark.parametrize(
    "badge", [sample_badges.rich_badge, sample_badges.version_1_badge, sample_badges.endorsed_badge]
)
def test_every_place_with_every_odd_value(badge: Any) -> None:  # noqa: ANN401
    """Each value of a badge in turn becomes each odd thing; nothing odd passes by one walk alone."""
    differing = []
    document = badge()
    for place, (parent, token) in enumerate(list(_places(document))):
        kept = parent[token]
        # Every odd value at some places, and some odd values at every place.
        for value in ODD_VALUES[place % 5 :: 5]:
            parent[token] = copy.deepcopy(value)
            if not _agree(document):
                differing.append((token, value))
        parent[token] = kept
    assert differing == []


@pytest.mark.parametrize("name", NAMES)
def test_added_members(name: str) -> None:
    """A member added to any object is judged alike by both."""
    differing = []
    document = sample_badges.rich_badge()
    objects = [document, *(parent[token] for parent, token in _places(document) if isinstance(parent[token], dict))]
    for number, node in enumerate(objects):
        kept = dict(node)
        for value in ODD_VALUES[number % 3 :: 3]:
            node[name] = copy.deepcopy(value)
            if not _agree(document):
                differing.append((name, value))
            node.clear()
            node.update(kept)
    assert differing == []


OTHER_KINDS: tuple[Any, ...] = ("a", "https://example.org/x", 7, ["a", "b"], {"id": "https://example.org/x"})


def test_no_object_decides_for_the_next_one_of_its_words() -> None:
    """Whatever kind of value the first object of some words had, the next one is told as it stands."""
    differing = []
    document = sample_badges.rich_badge()
    for place, (parent, token) in enumerate(list(_places(document))):
        kept = parent[token]
        KEPT_SHAPES.clear()
        parent[token] = copy.deepcopy(OTHER_KINDS[place % len(OTHER_KINDS)])
        before = _agree(document)
        parent[token] = kept
        if not (before and _agree(document)):
            differing.append(token)
    assert differing == []


@pytest.mark.parametrize("is_object_first", [True, False])
def test_text_and_object_of_one_member_are_both_told_quickly(is_object_first: bool) -> None:  # noqa: FBT001
    """Badges that write one member in two ways need no second walk, whichever of them came first."""
    badges: list[dict[str, Any]] = [copy.deepcopy(sample_badges.small_badge()) for _ in range(2)]
    for badge, creator in zip(badges, ({"type": ["Profile"], "name": "A"}, "https://example.org/a"), strict=True):
        badge["credentialSubject"]["achievement"]["creator"] = creator
    KEPT_SHAPES.clear()
    for badge in badges if is_object_first else badges[::-1]:
        assert _tell_quickly(badge) is not None
        assert _agree(badge)


def _nested(depth: int) -> JsonObject:
    document: dict[str, Any] = sample_badges.small_badge()
    node = document["credentialSubject"]["achievement"]
    for number in range(depth):
        node["creator" if not number else "parentOrg"] = {"type": ["Profile"], "name": f"Level {number}"}
        node = node["creator" if not number else "parentOrg"]
    return document


@pytest.mark.parametrize(
    "depth", [2, MAX_PLAIN_DEPTH - 2, MAX_PLAIN_DEPTH - 1, MAX_DEPTH - 3, MAX_DEPTH - 2, MAX_DEPTH - 1, MAX_DEPTH]
)
def test_depth_is_judged_alike(depth: int) -> None:
    """Objects inside objects are bounded alike."""
    assert _agree(_nested(depth))
    is_refused = _tell_thoroughly(_nested(depth)) is None
    assert (_tell_quickly(_nested(depth)) is None) == (_check_quickly(_nested(depth)) is None) == is_refused
    found = _check_quickly(_nested(depth))
    assert found is None or found.depth == 2 + depth  # subject and achievement
    in_bounds = find_plainly_lossless(_nested(depth), (VC_V2_CONTEXT, OB_3_0_3_CONTEXT))
    assert (in_bounds is None) == (2 + depth > MAX_PLAIN_DEPTH)


@pytest.mark.parametrize("count", [MAX_VALUES_PER_PROPERTY, MAX_VALUES_PER_PROPERTY + 1])
def test_numbers_of_values_are_judged_alike(count: int) -> None:
    """Values of one property are bounded alike."""
    document: dict[str, Any] = sample_badges.small_badge()
    document["credentialSubject"]["achievement"]["tag"] = [f"tag {number}" for number in range(count)]
    assert (
        (_tell_quickly(document) is None) == (count > MAX_VALUES_PER_PROPERTY) == (_tell_thoroughly(document) is None)
    )
    assert (_check_quickly(document) is None) == (count > MAX_VALUES_PER_PROPERTY)
    assert _agree(document)


def test_usual_badges_need_no_second_walk() -> None:
    """The samples that most badges look like are told by the quick walks; they would be of no use otherwise."""
    for badge in (sample_badges.small_badge, sample_badges.rich_badge, sample_badges.version_1_badge):
        assert _tell_quickly(badge()) is not None
        assert _check_quickly(badge()) is not None


def test_shapes_are_forgotten_in_time() -> None:
    """However many shapes strangers make up, a bounded number of them is kept, and the sense of a shape stays."""
    names = ["name", "description", "humanCode", "fieldOfStudy", "specialization", "version", "inLanguage"]
    expected = _tell_thoroughly(sample_badges.small_badge())
    assert expected is not None
    for number in range(MAX_TYPE_SETS * 30):
        document: dict[str, Any] = sample_badges.small_badge()
        words = {name: "x" for place, name in enumerate(names) if number >> place & 1}
        creator = {"type": [f"https://example.org/{number}"], **words}
        document["credentialSubject"]["achievement"]["creator"] = creator
        _tell_quickly(document)
        assert len(KEPT_SHAPES) <= MAX_KEPT_SHAPES
    quick = _tell_quickly(sample_badges.small_badge())
    assert quick is not None
    assert Statements({}, quick).canonicalize() == expected.canonicalize()
