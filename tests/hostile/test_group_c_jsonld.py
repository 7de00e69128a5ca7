"""Group C of the corpus: Data Integrity and JSON-LD. Each attack on a genuine badge ends in its own code."""

from __future__ import annotations

import copy
from itertools import permutations
from typing import cast

import pytest

from credentials import canonicalize
from schemas import (
    DataModelError,
    JsonValue,
)
from tests.doubles import sample_badges
from tests.doubles.changed_badges import POSITIONS, Document, code_of, genuine_badge, object_at


def test_the_genuine_badge_verifies() -> None:
    """The badge that every attack below changes is good."""
    assert sample_badges.verify(genuine_badge()).verification_method == sample_badges.method_id()


@pytest.mark.parametrize("path", POSITIONS, ids=lambda path: "/".join(map(str, path)) or "root")
def test_an_undefined_member_anywhere(path: tuple[str | int, ...]) -> None:
    """A member that no context defines is refused at every object of a badge (T-01, 47)."""
    document = genuine_badge()
    object_at(document, path)["grade"] = "A+"
    assert code_of(document) == "data_model.undefined_term"


def test_there_are_enough_positions() -> None:
    """T-01 wants 40 object positions; a rich badge offers at least 30 and every one is tried."""
    assert len(POSITIONS) >= 30


@pytest.mark.parametrize(
    "word", ["__proto__", "constructor", "toString", "expirationDate", "issuanceDate", "vc", " name"]
)
def test_words_of_elsewhere(word: str) -> None:
    """Words of other versions, languages and spellings are undefined here (19, 52)."""
    document = genuine_badge()
    document[word] = "2030-01-01T00:00:00Z"
    assert code_of(document) == "data_model.undefined_term"


KEYWORDS = [
    *("@reverse", "@included", "@index", "@graph", "@nest", "@direction", "@value", "@language", "@set"),
    *("@list", "@id", "@type", "@json", "@none", "@vocab", "@base", "@import", "@unknown"),
]


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("path", [(), ("credentialSubject",), ("credentialSubject", "achievement"), ("proof",)])
def test_a_keyword_as_member(keyword: str, path: tuple[str | int, ...]) -> None:
    """No keyword but `@context` stands in a badge (53)."""
    document = genuine_badge()
    object_at(document, path)[keyword] = (
        {"name": "x"} if keyword in {"@reverse", "@included", "@graph", "@nest"} else "x"
    )
    assert code_of(document) == "data_model.not_compacted"


@pytest.mark.parametrize(
    ("word", "spelling"),
    [
        ("validUntil", "https://www.w3.org/2018/credentials#validUntil"),
        ("credentialStatus", "https://www.w3.org/2018/credentials#credentialStatus"),
        ("name", "https://schema.org/name"),
        ("evidence", "cred:evidence"),
        ("id", "@id"),
    ],
)
def test_a_member_spelled_out(word: str, spelling: str) -> None:
    """The same statement under a full IRI, a prefix or a keyword is refused (49)."""
    document = genuine_badge()
    document[spelling] = document.pop(word)
    assert code_of(document) == "data_model.not_compacted"


@pytest.mark.parametrize(
    ("path", "word", "twin"),
    [
        (("credentialSubject", "achievement"), "criteria", "Criteria"),
        (("issuer", "address"), "geo", "GeoCoordinates"),
    ],
)
def test_a_member_under_the_name_of_a_class(path: tuple[str, ...], word: str, twin: str) -> None:
    """OB 3.0 gives some classes the IRI of a property; the class is no second spelling of the property."""
    document = genuine_badge()
    parent = object_at(document, path)
    parent[twin] = parent.pop(word)
    assert code_of(document) == "data_model.not_compacted"


def test_a_type_spelled_out() -> None:
    """A type as full IRI is refused where there is a word for it."""
    document = genuine_badge()
    document["type"][1] = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
    assert code_of(document) == "data_model.not_compacted"


def test_a_value_object() -> None:
    """`{"@value": …}` is refused as a second spelling of a plain value."""
    document = genuine_badge()
    document["name"] = {"@value": document["name"]}
    assert code_of(document) == "data_model.not_compacted"


@pytest.mark.parametrize(
    ("path", "member", "value"),
    [
        (("credentialSubject", "identifier", 0), "hashed", "false"),
        (("credentialSubject",), "creditsEarned", "36"),
        (("credentialSubject", "achievement"), "creditsAvailable", "3.75E1"),
        ((), "validFrom", True),
        (("credentialSubject", "achievement", "alignment", 0), "targetUrl", 5),
    ],
)
def test_a_scalar_of_another_kind(path: tuple[str | int, ...], member: str, value: JsonValue) -> None:
    """A number or truth value written as text would sign the same, and so is refused."""
    document = genuine_badge()
    object_at(document, path)[member] = value
    assert code_of(document) == "data_model.not_compacted"


@pytest.mark.parametrize(
    "member", ["credentialStatus", "name", "evidence", "credentialSubject", "type", "credentialSchema"]
)
def test_a_nested_array(member: str) -> None:
    """`[[x]]` says what `x` says to a JSON-LD reader, and is refused (50)."""
    document = genuine_badge()
    document[member] = [[document[member]]]
    assert code_of(document) == "data_model.nested_array"


IRIS: list[JsonValue] = [
    *("6f2e-1234", "/badges/1", "#x", "", " urn:x", "urn:", "https://a b", "urn:x>\n<urn:y", "_:b0"),
    *("urn:a\\b", "urn:\u007f", 'urn:"', "urn:<", "urn:{}"),
    5,
    None,
    ["urn:a"],
    {"id": "urn:a"},
]


@pytest.mark.parametrize("identifier", IRIS, ids=repr)
@pytest.mark.parametrize("path", [(), ("issuer",), ("credentialSubject", "achievement"), ("evidence", 0)])
def test_an_id_that_is_no_absolute_iri(path: tuple[str | int, ...], identifier: JsonValue) -> None:
    """A relative, blank or broken id would lose its statements or forge others (T-06, 61)."""
    document = genuine_badge()
    object_at(document, path)["id"] = identifier
    assert code_of(document) == "data_model.relative_iri"


@pytest.mark.parametrize(
    "path",
    [
        ("credentialSubject", "achievement", "alignment", 0),
        ("credentialSubject", "result", 0),
        ("credentialSubject", "identifier", 0),
        ("credentialSubject", "achievement", "resultDescription", 0),
        ("issuer",),
    ],
)
def test_a_node_without_its_type(path: tuple[str | int, ...]) -> None:
    """Without `type` the members of the class would vanish from the signature (62)."""
    document = genuine_badge()
    del object_at(document, path)["type"]
    assert code_of(document) == "data_model.data_loss"


@pytest.mark.parametrize("value", [None, [], [None], ["x", None]], ids=str)
@pytest.mark.parametrize("member", ["endorsement", "name", "evidence", "termsOfUse"])
def test_a_member_that_says_nothing(member: str, value: JsonValue) -> None:
    """Null and empty arrays make no statement and so are not covered."""
    document = genuine_badge()
    document[member] = value
    assert code_of(document) in {"data_model.data_loss", "data_model.relative_iri"}


@pytest.mark.parametrize(
    "types", ["NoSuchType", ["OpenBadgeCredential", "NoSuchType"], "", "@id", "id", "urn", []], ids=str
)
def test_an_undefined_type(types: JsonValue) -> None:
    """A type that no context defines is refused, not signed as a relative address."""
    document = genuine_badge()
    document["type"] = types
    assert code_of(document) in {"data_model.undefined_term", "data_model.data_loss"}


def test_a_value_said_twice() -> None:
    """A signature covers a set; an entry doubled by hand is refused."""
    document = genuine_badge()
    document["credentialSubject"]["achievement"]["tag"].append("cmm")
    assert code_of(document) == "data_model.data_loss"


def test_an_ordered_list_in_another_order() -> None:
    """`allowedValue` is ordered, and its order is signed."""
    document = genuine_badge()
    document["credentialSubject"]["achievement"]["resultDescription"][0]["allowedValue"].reverse()
    assert code_of(document) == "proof.signature_mismatch"


def test_dates_moved_to_another_mention_of_the_badge() -> None:
    """`validUntil` and the status cannot be hung under the id of the badge inside an endorsement."""
    badge = sample_badges.endorsed_badge()
    badge["validUntil"] = "2026-12-01T00:00:00Z"
    document = cast("Document", copy.deepcopy(sample_badges.sign(badge).document))
    subject = document["endorsement"][0]["credentialSubject"]
    subject["type"].append("VerifiableCredential")
    subject["validUntil"] = document.pop("validUntil")
    assert code_of(document) == "data_model.data_loss"


def test_names_swapped_between_two_mentions_of_one_issuer() -> None:
    """Two names for one id could trade places unseen, so they are refused, at issue and at verify."""
    badge = cast("Document", sample_badges.small_badge())
    badge["credentialSubject"]["source"] = {**badge["issuer"], "name": "Famous University"}
    with pytest.raises(DataModelError) as caught:
        canonicalize(badge)
    assert caught.value.code == "data_model.data_loss"


def test_one_profile_mentioned_twice_alike_is_fine() -> None:
    """Issuer and creator may be the same organisation, described alike or in part."""
    badge = cast("Document", sample_badges.small_badge())
    badge["credentialSubject"]["achievement"]["creator"] = dict(badge["issuer"])
    badge["credentialSubject"]["source"] = {"id": badge["issuer"]["id"], "type": ["Profile"]}
    signed = sample_badges.sign(badge).document
    assert sample_badges.verify(signed).document == badge


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("tag", [str(number) for number in range(1_300)]),
        ("type", ["Achievement"] * 22_500),
        ("type", ["Achievement", *(f"urn:t:{number}" for number in range(8))]),
        ("alignment", [{"type": ["Alignment"], "targetName": str(number)} for number in range(1_001)]),
    ],
)
def test_far_too_many_values(member: str, value: JsonValue) -> None:
    """Counts are checked before work is done (72)."""
    document = genuine_badge()
    document["credentialSubject"]["achievement"][member] = value
    assert code_of(document) == "data_model.too_many_nodes"


def test_far_too_many_sets_of_types() -> None:
    """Types that bring words are combined in a bounded number of ways."""
    words = ("Alignment", "Related", "Image", "Evidence", "EndorsementSubject")
    nodes: JsonValue = [{"type": list(types)} for count in range(1, 6) for types in permutations(words, count)]
    document = genuine_badge()
    document["credentialSubject"]["achievement"]["related"] = nodes
    assert code_of(document) == "data_model.too_many_nodes"
