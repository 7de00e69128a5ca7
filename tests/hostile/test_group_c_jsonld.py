"""Group C of the corpus: Data Integrity and JSON-LD. Each attack on a genuine badge ends in its own code."""

from __future__ import annotations

import copy
from itertools import permutations
from typing import TYPE_CHECKING, Any, cast

import pytest

from credentials import canonicalize, list_proofs, verify_data_integrity_proof
from schemas import (
    OB_3_0_3_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    BadgeError,
    DataModelError,
    JsonObject,
    JsonValue,
    encode_json,
)
from tests.doubles import sample_badges

if TYPE_CHECKING:
    from collections.abc import Iterator

    from credentials import VerifiedDocument

Document = dict[str, Any]


def _genuine() -> Document:
    return cast("Document", copy.deepcopy(sample_badges.sign(sample_badges.rich_badge()).document))


def _verify(document: JsonObject) -> VerifiedDocument:
    return verify_data_integrity_proof(
        document,
        list_proofs(document)[0],
        public_key=sample_badges.test_only_signer().public_key,
        original=encode_json(document),
    )


def _code_of(document: JsonObject) -> str:
    with pytest.raises(BadgeError) as caught:
        _verify(document)
    return caught.value.code


def _objects(value: JsonValue, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        yield path
        for key, entry in value.items():
            yield from _objects(entry, (*path, key))
    elif isinstance(value, list):
        for index, entry in enumerate(value):
            yield from _objects(entry, (*path, index))


def _at(document: Document, path: tuple[str | int, ...]) -> Document:
    value: Any = document
    for token in path:
        value = value[token]
    return cast("Document", value)


POSITIONS = list(_objects(sample_badges.sign(sample_badges.rich_badge()).document))


def test_the_genuine_badge_verifies() -> None:
    """The badge that every attack below changes is good."""
    assert _verify(_genuine()).verification_method == sample_badges.method_id()


@pytest.mark.parametrize("path", POSITIONS, ids=lambda path: "/".join(map(str, path)) or "root")
def test_an_undefined_member_anywhere(path: tuple[str | int, ...]) -> None:
    """A member that no context defines is refused at every object of a badge (T-01, 47)."""
    document = _genuine()
    _at(document, path)["grade"] = "A+"
    assert _code_of(document) == "data_model.undefined_term"


def test_there_are_enough_positions() -> None:
    """T-01 wants 40 object positions; a rich badge offers at least 30 and every one is tried."""
    assert len(POSITIONS) >= 30


@pytest.mark.parametrize(
    "word", ["__proto__", "constructor", "toString", "expirationDate", "issuanceDate", "vc", " name"]
)
def test_words_of_elsewhere(word: str) -> None:
    """Words of other versions, languages and spellings are undefined here (19, 52)."""
    document = _genuine()
    document[word] = "2030-01-01T00:00:00Z"
    assert _code_of(document) == "data_model.undefined_term"


KEYWORDS = [
    *("@reverse", "@included", "@index", "@graph", "@nest", "@direction", "@value", "@language", "@set"),
    *("@list", "@id", "@type", "@json", "@none", "@vocab", "@base", "@import", "@unknown"),
]


@pytest.mark.parametrize("keyword", KEYWORDS)
@pytest.mark.parametrize("path", [(), ("credentialSubject",), ("credentialSubject", "achievement"), ("proof", 0)])
def test_a_keyword_as_member(keyword: str, path: tuple[str | int, ...]) -> None:
    """No keyword but `@context` stands in a badge (53)."""
    document = _genuine()
    _at(document, path)[keyword] = {"name": "x"} if keyword in {"@reverse", "@included", "@graph", "@nest"} else "x"
    assert _code_of(document) == "data_model.not_compacted"


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
    document = _genuine()
    document[spelling] = document.pop(word)
    assert _code_of(document) == "data_model.not_compacted"


@pytest.mark.parametrize(
    ("path", "word", "twin"),
    [
        (("credentialSubject", "achievement"), "criteria", "Criteria"),
        (("issuer", "address"), "geo", "GeoCoordinates"),
    ],
)
def test_a_member_under_the_name_of_a_class(path: tuple[str, ...], word: str, twin: str) -> None:
    """OB 3.0 gives some classes the IRI of a property; the class is no second spelling of the property."""
    document = _genuine()
    parent = _at(document, path)
    parent[twin] = parent.pop(word)
    assert _code_of(document) == "data_model.not_compacted"


def test_a_type_spelled_out() -> None:
    """A type as full IRI is refused where there is a word for it."""
    document = _genuine()
    document["type"][1] = "https://purl.imsglobal.org/spec/vc/ob/vocab.html#OpenBadgeCredential"
    assert _code_of(document) == "data_model.not_compacted"


def test_a_value_object() -> None:
    """`{"@value": …}` is refused as a second spelling of a plain value."""
    document = _genuine()
    document["name"] = {"@value": document["name"]}
    assert _code_of(document) == "data_model.not_compacted"


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
    document = _genuine()
    _at(document, path)[member] = value
    assert _code_of(document) == "data_model.not_compacted"


@pytest.mark.parametrize(
    "member", ["credentialStatus", "name", "evidence", "credentialSubject", "type", "credentialSchema"]
)
def test_a_nested_array(member: str) -> None:
    """`[[x]]` says what `x` says to a JSON-LD reader, and is refused (50)."""
    document = _genuine()
    document[member] = [[document[member]]]
    assert _code_of(document) == "data_model.nested_array"


CONTEXT_FORMS: list[JsonValue] = [
    {"@vocab": "urn:x:"},
    {"name": "https://schema.org/description"},
    {"grade": "urn:x:grade"},
    {"@base": "https://evil.example/"},
    {"@import": VC_V2_CONTEXT},
    {"@context": {"@vocab": "urn:x:"}},
    {"@version": 1.1, "name": None},
    {"@protected": False},
    {"@propagate": False},
    {"@language": "en"},
    {},
    None,
]


@pytest.mark.parametrize("form", CONTEXT_FORMS, ids=str)
@pytest.mark.parametrize("place", ["first", "last", "only", "subject", "achievement", "proof"])
def test_an_inline_context(form: JsonValue, place: str) -> None:
    """A badge may not bring a meaning of its own for any word (T-03, 55, 57)."""
    document = _genuine()
    match place:
        case "first":
            document["@context"].insert(0, form)
        case "last":
            document["@context"].append(form)
        case "only":
            document["@context"] = form
        case "subject":
            document["credentialSubject"]["@context"] = [VC_V2_CONTEXT, form]
        case "achievement":
            document["credentialSubject"]["achievement"]["@context"] = form
        case _:
            document["proof"][0]["@context"] = form
    expected = {"data_model.context_inline_forbidden"}
    if form is None and place in {"only", "achievement"}:
        expected = {"data_model.context_order"}
    if place == "proof":
        expected = {"proof.context_mismatch"}
    assert _code_of(document) in expected


@pytest.mark.parametrize(
    "contexts",
    [
        [OB_3_0_3_CONTEXT, VC_V2_CONTEXT],
        [OB_3_0_3_CONTEXT],
        [],
        [VC_V2_CONTEXT] * 2,
        [VC_V2_CONTEXT] * 1_000,
        [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, VC_V1_CONTEXT],
        [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_3_0_3_CONTEXT],
        None,
    ],
    ids=lambda contexts: f"{len(contexts or [])} contexts",
)
def test_contexts_in_another_order(contexts: JsonValue) -> None:
    """Swapped, missing or repeated contexts are refused (58, 59)."""
    document = _genuine()
    document["@context"] = contexts
    assert _code_of(document) == "data_model.context_order"


@pytest.mark.parametrize(
    "contexts",
    [VC_V2_CONTEXT, [VC_V2_CONTEXT], [VC_V2_CONTEXT, OB_3_0_3_CONTEXT], [VC_V1_CONTEXT, OB_3_0_3_CONTEXT]],
    ids=str,
)
def test_fewer_or_older_contexts(contexts: JsonValue) -> None:
    """Without the context that defines them, words are undefined; nothing is dropped in silence."""
    document = _genuine()
    document["@context"] = contexts
    assert _code_of(document) in {"data_model.undefined_term", "data_model.data_loss"}


def test_a_context_that_adds_words_changes_nothing_else() -> None:
    """Another pinned context gives new words a meaning, and with it a statement that was not signed."""
    document = _genuine()
    document["@context"].append("https://www.w3.org/ns/credentials/examples/v2")
    document["grade"] = "A+"
    assert _code_of(document) == "proof.signature_mismatch"


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
    document = _genuine()
    _at(document, path)["id"] = identifier
    assert _code_of(document) == "data_model.relative_iri"


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
    document = _genuine()
    del _at(document, path)["type"]
    assert _code_of(document) == "data_model.data_loss"


@pytest.mark.parametrize("value", [None, [], [None], ["x", None]], ids=str)
@pytest.mark.parametrize("member", ["endorsement", "name", "evidence", "termsOfUse"])
def test_a_member_that_says_nothing(member: str, value: JsonValue) -> None:
    """Null and empty arrays make no statement and so are not covered."""
    document = _genuine()
    document[member] = value
    assert _code_of(document) in {"data_model.data_loss", "data_model.relative_iri"}


@pytest.mark.parametrize(
    "types", ["NoSuchType", ["OpenBadgeCredential", "NoSuchType"], "", "@id", "id", "urn", []], ids=str
)
def test_an_undefined_type(types: JsonValue) -> None:
    """A type that no context defines is refused, not signed as a relative address."""
    document = _genuine()
    document["type"] = types
    assert _code_of(document) in {"data_model.undefined_term", "data_model.data_loss"}


def test_a_value_said_twice() -> None:
    """A signature covers a set; an entry doubled by hand is refused."""
    document = _genuine()
    document["credentialSubject"]["achievement"]["tag"].append("cmm")
    assert _code_of(document) == "data_model.data_loss"


def test_an_ordered_list_in_another_order() -> None:
    """`allowedValue` is ordered, and its order is signed."""
    document = _genuine()
    document["credentialSubject"]["achievement"]["resultDescription"][0]["allowedValue"].reverse()
    assert _code_of(document) == "proof.signature_mismatch"


def test_dates_moved_to_another_mention_of_the_badge() -> None:
    """`validUntil` and the status cannot be hung under the id of the badge inside an endorsement."""
    badge = sample_badges.endorsed_badge()
    badge["validUntil"] = "2026-12-01T00:00:00Z"
    document = cast("Document", copy.deepcopy(sample_badges.sign(badge).document))
    subject = document["endorsement"][0]["credentialSubject"]
    subject["type"].append("VerifiableCredential")
    subject["validUntil"] = document.pop("validUntil")
    assert _code_of(document) == "data_model.data_loss"


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
    assert _verify(signed).document == badge


def test_an_embedded_credential_with_contexts_of_its_own() -> None:
    """An endorsement may repeat the contexts of the badge, not bring others."""
    badge = cast("Document", sample_badges.endorsed_badge())
    badge["endorsement"][0]["@context"].append("https://www.w3.org/ns/credentials/examples/v2")
    with pytest.raises(DataModelError) as caught:
        canonicalize(badge)
    assert caught.value.code == "data_model.context_order"


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
    document = _genuine()
    document["credentialSubject"]["achievement"][member] = value
    assert _code_of(document) == "data_model.too_many_nodes"


def test_far_too_many_sets_of_types() -> None:
    """Types that bring words are combined in a bounded number of ways."""
    words = ("Alignment", "Related", "Image", "Evidence", "EndorsementSubject")
    nodes: JsonValue = [{"type": list(types)} for count in range(1, 6) for types in permutations(words, count)]
    document = _genuine()
    document["credentialSubject"]["achievement"]["related"] = nodes
    assert _code_of(document) == "data_model.too_many_nodes"


def test_far_too_many_embedded_contexts() -> None:
    """Embedded credentials name a bounded number of different context lists."""
    contexts = [
        VC_V2_CONTEXT,
        OB_3_0_3_CONTEXT,
        OB_EXTENSIONS_CONTEXT,
        "https://w3id.org/security/data-integrity/v2",
        "https://www.w3.org/ns/credentials/examples/v2",
    ]
    lists = [[VC_V2_CONTEXT, *rest] for count in range(4) for rest in permutations(contexts[1:], count)]
    document = _genuine()
    document["@context"] = contexts
    document["endorsement"] = [
        {"@context": entry, "type": ["VerifiableCredential"], "name": str(number)} for number, entry in enumerate(lists)
    ]
    assert _code_of(document) == "data_model.too_many_nodes"
