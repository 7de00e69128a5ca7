"""No single change of a signed badge verifies: any leaf changed, deleted or moved, any bit of the signature."""

from __future__ import annotations

import copy
from functools import lru_cache
from typing import TYPE_CHECKING, Any, cast

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from credentials import OpenBadgeCredential, list_proofs, verify_data_integrity_proof
from credentials.canonical import read_statements
from credentials.rdfc import escape_literal
from keys import decode_base58, encode_base58
from schemas import BadgeError, JsonObject, JsonValue
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials import VerifiedDocument

Path = tuple[str | int, ...]
# Two words for one IRI by the standard itself (OB 3.0 App. B.1): either says the same.
SYNONYMS = {"OpenBadgeCredential", "AchievementCredential"}


@lru_cache(maxsize=1)
def _signed() -> JsonObject:
    return sample_badges.sign(sample_badges.rich_badge()).document


def _fresh() -> Any:  # noqa: ANN401 - a document that tests change at will
    return copy.deepcopy(_signed())


def _verify(document: JsonObject) -> VerifiedDocument:
    return verify_data_integrity_proof(
        document,
        list_proofs(document)[0],
        public_key=sample_badges.test_only_signer().public_key,
        original=b"",
    )


def _verifies(document: JsonObject) -> bool:
    try:
        _verify(document)
    except BadgeError:
        return False
    return True


def _leaves(value: JsonValue, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, dict):
        for key, entry in value.items():
            yield from _leaves(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _leaves(entry, (*path, index))
    else:
        yield path


def _containers(value: JsonValue, path: Path = ()) -> Iterator[Path]:
    if isinstance(value, (dict, list)):
        yield path
        for key, entry in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _containers(entry, (*path, key))


def _at(document: JsonValue, path: Path) -> Any:  # noqa: ANN401 - a part of a document
    value: Any = document
    for token in path:
        value = value[token]
    return value


LEAVES = list(_leaves(_signed()))
OBJECTS = [path for path in _containers(_signed()) if isinstance(_at(_signed(), path), dict)]
# Who adds a second proof says nothing about the badge; which proof counts is decided by whose key made it.
ARRAYS = [path for path in _containers(_signed()) if isinstance(_at(_signed(), path), list) and path != ("proof",)]


def _name(path: Path) -> str:
    return "/".join(map(str, path)) or "root"


def _other_values(value: JsonValue) -> list[JsonValue]:
    others: list[JsonValue] = ["", "x", "urn:x:1", "https://evil.example/", 0, 1, True, False, None, [], {}]
    others.append({"id": "urn:x:1"})
    if isinstance(value, str):
        others += [value + " ", value.upper() + "X", value[:-1], value + "\u200b", [value, "x"], {"@value": value}]
    elif isinstance(value, bool):
        others += [not value, str(value).lower()]
    elif isinstance(value, (int, float)):
        others += [value + 1, -value, str(value)]
    return others


def test_the_signed_badge_verifies() -> None:
    """The badge that is changed below is good, and its view can be read."""
    assert OpenBadgeCredential.from_verified(_verify(_fresh())).subject.name == "Pat Example"


def test_there_are_many_leaves() -> None:
    """The badge offers more than 150 leaves to change."""
    assert len(LEAVES) > 150


@pytest.mark.parametrize("path", LEAVES, ids=_name)
def test_a_changed_leaf(path: Path) -> None:
    """Every leaf replaced by each of many values is refused."""
    original = _at(_signed(), path)
    for value in _other_values(original):
        if type(value) is type(original) and value == original:
            continue
        document = _fresh()
        _at(document, path[:-1])[path[-1]] = value
        assert not _verifies(document), value


@pytest.mark.parametrize(
    "path", [path for path in LEAVES if path[0] != "proof"] + [path for path in OBJECTS if path], ids=_name
)
def test_a_deleted_part(path: Path) -> None:
    """Every leaf and every object deleted is refused."""
    document = _fresh()
    del _at(document, path[:-1])[path[-1]]
    assert not _verifies(document)


@pytest.mark.parametrize("path", [path for path in LEAVES if isinstance(path[-1], str)], ids=_name)
def test_a_moved_leaf(path: Path) -> None:
    """Every leaf moved, or copied, to every other object is refused."""
    value = _at(_signed(), path)
    for target in OBJECTS:
        if target == path[:-1] or path[-1] in _at(_signed(), target):
            continue
        moved = _fresh()
        _at(moved, target)[path[-1]] = value
        assert not _verifies(moved), ("copied", target)
        del _at(moved, path[:-1])[path[-1]]
        assert not _verifies(moved), ("moved", target)


@pytest.mark.parametrize("path", LEAVES, ids=_name)
def test_two_swapped_leaves(path: Path) -> None:
    """Every leaf swapped with every other of the same name is refused."""
    for other in LEAVES:
        if LEAVES.index(other) <= LEAVES.index(path) or other[-1] != path[-1] or not isinstance(path[-1], str):
            continue
        one, two = _at(_signed(), path), _at(_signed(), other)
        if one == two:
            continue
        document = _fresh()
        _at(document, path[:-1])[path[-1]] = two
        _at(document, other[:-1])[other[-1]] = one
        assert not _verifies(document), other


@pytest.mark.parametrize("path", ARRAYS, ids=_name)
def test_a_changed_array(path: Path) -> None:
    """Every array with an entry doubled, wrapped, emptied or from elsewhere is refused."""
    for change in ("double", "wrap", "empty", "foreign"):
        document = _fresh()
        array = _at(document, path)
        match change:
            case "double":
                array.append(copy.deepcopy(array[0]))
            case "wrap":
                array[0] = [array[0]]
            case "empty":
                array.clear()
            case _:
                array.append(copy.deepcopy(_signed()["issuer"]))
        assert not _verifies(document), change


@pytest.mark.parametrize("bit", range(64 * 8))
def test_a_flipped_bit_of_the_signature(bit: int) -> None:
    """Every single bit of the signature counts."""
    document = _fresh()
    signature = bytearray(decode_base58(document["proof"]["proofValue"][1:]))
    signature[bit // 8] ^= 1 << bit % 8
    document["proof"]["proofValue"] = "z" + encode_base58(bytes(signature))
    assert not _verifies(document)


@settings(max_examples=300, deadline=None)
@given(place=st.integers(0, len(LEAVES) - 1), value=st.one_of(st.text(max_size=12), st.integers(), st.booleans()))
def test_any_leaf_any_value(place: int, value: JsonValue) -> None:
    """Whatever replaces a leaf, the badge does not verify."""
    path = LEAVES[place]
    original = _at(_signed(), path)
    assume(not (type(value) is type(original) and value == original))
    assume(not {str(value), str(original)} <= SYNONYMS)
    document = _fresh()
    _at(document, path[:-1])[path[-1]] = value
    assert not _verifies(document)


def _respell(value: JsonValue, choices: Iterator[int]) -> JsonValue:
    """Write a value in another way that JSON-LD readers take for the same."""
    choice = next(choices, 0) % 5
    if isinstance(value, dict):
        members = {key: _respell(entry, choices) if key != "@context" else entry for key, entry in value.items()}
        return dict(reversed(members.items())) if choice % 2 else members
    if isinstance(value, list):
        entries = [_respell(entry, choices) for entry in value]
        if len(entries) == 1 and choice == 1:
            return entries[0]
        if choice == 2:
            return [cast("JsonValue", entries)]
        return entries[::-1] if choice == 3 else entries
    if choice == 4:
        return [value]
    return {"@value": value} if choice == 3 else value


def test_another_order_and_single_values_verify() -> None:
    """Some other spellings do verify: members reversed, one value without its array. So the test below is not empty."""
    document = _fresh()
    document["credentialStatus"] = document["credentialStatus"][0]
    document["credentialSubject"]["achievement"]["alignment"].reverse()
    assert _verifies(dict(reversed(document.items())))


@settings(max_examples=400, deadline=None)
@given(choices=st.lists(st.sampled_from([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 3, 4]), max_size=400))
def test_what_verifies_shows_only_signed_values(choices: list[int]) -> None:
    """Whichever spelling verifies, each of its values is a term of the statements that were signed (G1)."""
    document = cast("JsonObject", _respell(_fresh(), iter(choices)))
    try:
        verified = _verify(document)
    except BadgeError:
        return
    signed = {term for quad in read_statements(sample_badges.rich_badge()).quads for term in (quad[0], quad[2])}
    texts = {term.rpartition("^^")[0] or term for term in signed}
    shown = sorted(str(_at(verified.document, path)) for path in _leaves(verified.document) if path[0] != "@context")
    assert shown == sorted(str(_at(_signed(), path)) for path in LEAVES if path[0] not in {"@context", "proof"})
    for path in _leaves(verified.document):
        value = _at(verified.document, path)
        if path[0] != "@context" and "type" not in path and isinstance(value, str):
            assert {f'"{escape_literal(value)}"', f"<{value}>"} & texts, path
