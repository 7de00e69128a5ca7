"""What is kept of one badge never changes what another says, however much strangers send (docs/adr/0019)."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from credentials import canonicalize
from credentials.lossless import QuadWalk, read_context
from credentials.plain_graph import PlainGraph
from credentials.plain_walk import read_plain_statements
from credentials.rdfc import HashAlgorithm, canonicalize_quads
from credentials.shared_parts import MAX_MARKS, MAX_PART_BYTES, MIN_PART_BYTES, PartStore, SharedPart
from credentials.term_tables import compile_contexts
from schemas import OB_3_0_2_CONTEXT, OB_3_0_3_CONTEXT, VC_V2_CONTEXT, BadgeError, DataModelError, encode_json
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas import JsonObject


def _badge() -> dict[str, Any]:
    return copy.deepcopy(dict(sample_badges.rich_badge()))


@pytest.fixture(autouse=True)
def _sample_is_kept() -> None:
    """What is seen twice is kept."""
    canonicalize(_badge())
    canonicalize(_badge())


def _thoroughly(document: JsonObject) -> bytes:
    walk = QuadWalk()
    walk.read_document(document, read_context(document.get("@context")))
    return canonicalize_quads(walk.quads).encode()


def test_sample_has_a_part_to_share() -> None:
    """The achievement of the sample is large enough to be kept, else nothing is tested here."""
    assert MIN_PART_BYTES <= len(encode_json(_badge()["credentialSubject"]["achievement"])) <= MAX_PART_BYTES


def test_changed_copy_changes_nothing_that_is_kept() -> None:
    """Who changes a document after it was read changes no other badge."""
    first = _badge()
    expected = canonicalize(first)
    achievement = first["credentialSubject"]["achievement"]
    achievement["name"] = "Brain surgeon"
    achievement["alignment"].clear()
    achievement.pop("criteria")
    assert canonicalize(_badge()) == expected == _thoroughly(_badge())


def test_each_changed_leaf_of_a_kept_part_is_seen() -> None:
    """A part that was kept stands in for no other one: every changed text gives other statements."""
    expected = canonicalize(_badge())
    for name in ("name", "description", "achievementType", "id"):
        other = _badge()
        other["credentialSubject"]["achievement"][name] += "x" if name != "achievementType" else ""
        if name == "achievementType":
            other["credentialSubject"]["achievement"][name] = "Badge"
        assert canonicalize(other) == _thoroughly(other) != expected
    assert canonicalize(_badge()) == expected


def _places(value: Any) -> Iterator[tuple[Any, Any]]:  # noqa: ANN401 - JSON of any shape
    for token in list(value) if isinstance(value, dict) else range(len(value)):
        yield value, token
        if isinstance(value[token], (dict, list)):
            yield from _places(value[token])


def _tell(document: JsonObject) -> bytes | str:
    try:
        return canonicalize(document)
    except BadgeError as error:
        return error.code


def _tell_thoroughly(document: JsonObject) -> bytes | str:
    try:
        return _thoroughly(document)
    except BadgeError as error:
        return error.code


@pytest.mark.parametrize("other", ["x", "https://example.org/%s", "%", 7, 1.5, True, None, [], {}, ["a", "b"], [{}]])
def test_every_place_of_a_kept_part(other: Any) -> None:  # noqa: ANN401 - any JSON
    """Whatever stands at any place of a shared part, the first badge, the second and the third say the same."""
    badge = _badge()
    badge["issuer"] |= {"description": "y" * MIN_PART_BYTES}
    expected = canonicalize(badge)
    differing = []
    for part in (badge["issuer"], badge["credentialSubject"]["achievement"]):
        for parent, token in list(_places(part)):
            kept = parent[token]
            parent[token] = copy.deepcopy(other)
            told = {_tell(badge) for _ in range(3)}
            if told != {_tell_thoroughly(badge)} or expected in told:
                differing.append((token, told))
            parent[token] = kept
    assert differing == []
    assert canonicalize(badge) == expected


def test_thing_described_twice_in_a_kept_part() -> None:
    """A part that speaks of one thing in two places, one of them of things without an id, is told quickly and right."""
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    achievement = badge["credentialSubject"]["achievement"]
    achievement["criteria"] = {"id": achievement["id"], "narrative": "100 % of the test " * MIN_PART_BYTES}
    creator = {"id": achievement["id"], "type": ["Profile"], "otherIdentifier": _identifiers()}
    for changed in ({}, {"creator": creator}):
        achievement |= changed
        plain = [_tell_plainly(badge) for _ in range(3)]
        assert plain == [_thoroughly(badge)] * 3


def _identifiers() -> list[dict[str, str]]:
    return [{"type": "IdentifierEntry", "identifier": name, "identifierType": "systemId"} for name in ("a", "b")]


def _tell_plainly(document: JsonObject) -> bytes | None:
    told = read_plain_statements(document, compile_contexts(read_context(document.get("@context"))))
    text = told.canonicalize(HashAlgorithm.SHA256) if told else None
    return None if text is None else text.encode()


def test_one_part_twice_in_a_badge() -> None:
    """A badge that holds the same achievement in two places is told as the thorough walk tells it."""
    badge = _badge()
    subject = badge["credentialSubject"]
    subject["achievement"] = [subject["achievement"], copy.deepcopy(subject["achievement"])]
    with pytest.raises(DataModelError, match="data_loss"):
        canonicalize(badge)
    issuer = {**badge["issuer"], "description": "x" * MIN_PART_BYTES} if isinstance(badge["issuer"], dict) else {}
    badge = {**_badge(), "issuer": issuer}
    badge["credentialSubject"]["achievement"]["creator"] = copy.deepcopy(issuer)
    assert canonicalize(badge) == _thoroughly(badge)


def test_kept_part_that_others_speak_of() -> None:
    """A statement about a kept thing that stands elsewhere is signed; two that disagree are refused."""
    badge = _badge()
    achievement_id = badge["credentialSubject"]["achievement"]["id"]
    badge["evidence"] = [{"id": achievement_id, "type": ["Evidence"], "genre": "Elsewhere"}]
    canonicalize(_badge())
    assert canonicalize(badge) == _thoroughly(badge)
    assert b"Elsewhere" in canonicalize(badge)
    badge["evidence"] = [{"id": achievement_id, "type": ["Evidence"], "name": "Another name"}]
    with pytest.raises(DataModelError, match="data_loss"):
        canonicalize(badge)
    assert canonicalize(_badge()) == _thoroughly(_badge())


def test_same_bytes_under_other_contexts_are_another_part() -> None:
    """What a part says depends on the contexts of its badge."""
    newer, older = _badge(), _badge()
    for document in (newer, older):
        document.pop("awardedDate")  # words of 3.0.3 only
        document["credentialSubject"]["achievement"].pop("inLanguage")
        document["credentialSubject"]["achievement"].pop("related")
    older["@context"] = [VC_V2_CONTEXT, OB_3_0_2_CONTEXT, *newer["@context"][2:]]
    assert newer["@context"][1] == OB_3_0_3_CONTEXT
    for document in (newer, older, newer):
        assert canonicalize(document) == _thoroughly(document)


def test_numbers_that_look_alike_are_another_part() -> None:
    """1, 1.0 and true are equal to Python, and not to a reader of JSON."""
    found = set()
    for value in (1, 1.0, 1.5):
        badge = _badge()
        badge["credentialSubject"]["achievement"]["creditsAvailable"] = value
        assert canonicalize(badge) == _thoroughly(badge)
        found.add(canonicalize(badge))
    badge = _badge()
    badge["credentialSubject"]["achievement"]["creditsAvailable"] = True
    with pytest.raises(DataModelError):
        canonicalize(badge)
    assert len(found) == 2


def _part(number: int) -> SharedPart:
    return SharedPart(
        subject=f"<urn:{number}>",
        graph=PlainGraph(),
        statements=1,
        objects=1,
        depth=0,
        has_odd_numbers=False,
        type_sets=frozenset(),
        described={},
    )


def test_store_is_bounded() -> None:
    """A store never holds more bytes than it may; what was used last stays."""
    table = compile_contexts((VC_V2_CONTEXT,))
    store: PartStore[SharedPart] = PartStore(max_bytes=1_000)
    first = _part(0)
    store.keep(table, b"0" * 100, first)
    for number in range(1, 500):
        store.keep(table, f"{number:0100}".encode(), _part(number))
        assert store.find(table, b"0" * 100) is first
    kept = [number for number in range(1, 500) if store.find(table, f"{number:0100}".encode()) is not None]
    assert kept == list(range(491, 500))


def test_only_what_comes_again_is_kept() -> None:
    """What strangers send once pushes nothing out, and of what was seen once a bounded number of marks is kept."""
    table = compile_contexts((VC_V2_CONTEXT,))
    store: PartStore[SharedPart] = PartStore()
    assert not store.is_known(table, b"once")
    assert store.is_known(table, b"once")
    for number in range(2 * MAX_MARKS):
        store.is_known(table, b"%d" % number)
    assert not store.is_known(table, b"once")


def test_part_that_is_too_large_is_read_and_not_kept() -> None:
    """An achievement of more than `MAX_PART_BYTES` gives the same statements."""
    badge = _badge()
    badge["credentialSubject"]["achievement"]["criteria"]["narrative"] = "x" * MAX_PART_BYTES
    assert canonicalize(badge) == _thoroughly(badge)
