"""Credentials hashed by a template are hashed as they are alone, or not by the template."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.inputs import rich, small
from credentials import HashAlgorithm, canonicalize
from credentials.issue_template import MAX_TEMPLATE_BYTES, MAX_VALUES_BYTES, compile_template
from credentials.template_graph import compile_graph
from schemas import encode_json
from tests.doubles.cost import cost_of, within_cost

if TYPE_CHECKING:
    from credentials.issue_template import IssueTemplate
    from schemas import JsonObject

ISSUER = "did:key:z6MkiTBz1ymuepAQ4HEHYSF1H8quG5GLVVQR3djdX3mDooWp"


def _person(number: int, **changes: Any) -> Any:  # noqa: ANN401 - JSON of a known shape
    document: Any = copy.deepcopy(rich(ISSUER))
    document["id"] = f"https://badges.example.edu/b/{number}"
    document["credentialStatus"][0]["statusListIndex"] = str(number)
    document["credentialStatus"][0]["id"] = f"https://badges.example.edu/status/1#{number}"
    subject = document["credentialSubject"]
    subject["id"] = f"urn:uuid:6f1c1d7e-6d57-4f4e-8c2e-{number:012}"
    subject["identifier"][0]["identityHash"] = f"sha256${number:064x}"
    subject["licenseNumber"] = f"CMM-{number}"
    subject["result"][0]["value"] = str(number % 100)
    for member, value in changes.items():
        subject[member] = value
    return document


def _template(document: JsonObject) -> IssueTemplate:
    template = compile_template(encode_json(document))
    assert template is not None
    return template


@pytest.mark.parametrize("algorithm", list(HashAlgorithm))
def test_form_is_that_of_the_single_way(algorithm: HashAlgorithm) -> None:
    """Two hundred people of one class get the canonical form that each would get alone."""
    template = compile_template(encode_json(_person(0)), algorithm=algorithm)
    assert template is not None
    for number in range(1, 200):
        document = _person(number)
        assert template.canonicalize(encode_json(document)) == canonicalize(document, algorithm=algorithm)


def test_minimal_badge_has_a_template() -> None:
    """A badge with next to nothing in it goes the same way."""
    document: Any = copy.deepcopy(small(ISSUER))
    template = _template(document)
    document["id"], document["validFrom"] = "https://badges.example.edu/b/other", "2026-05-02T00:00:00Z"
    assert template.canonicalize(encode_json(document)) == canonicalize(document)


@pytest.mark.parametrize(
    "text",
    ['say "yes"', "back\\slash", "two\nlines\ttab\r", "Ñandú 工 😀", "\u2028", "é\u0301", " ", "", "]}\\", '"', "\\"],
)
def test_odd_texts_are_signed_as_alone(text: str) -> None:
    """Quotes, line ends and letters from everywhere stand in the form as the single way writes them."""
    document = _person(1, licenseNumber=text)
    assert _template(_person(0)).canonicalize(encode_json(document)) == canonicalize(document)


@pytest.mark.parametrize("text", ["\x7f", "\x00", "\x1b", "\x85\x00"])
def test_texts_that_the_two_forms_escape_differently_are_left_alone(text: str) -> None:
    """What JSON and N-Quads spell in two ways goes the single way, which can sign it."""
    document = _person(1, licenseNumber=text)
    assert _template(_person(0)).canonicalize(encode_json(document)) is None
    assert canonicalize(document)


@pytest.mark.parametrize(
    "value",
    [
        "b/7",
        "",
        "no iri",
        "https://example.org/a b",
        "https://example.org/<b>",
        "xsd:string",
        "cred:1",
        "ob:x",
        "a\\b:c",
    ],
)
def test_ids_that_are_refused_alone_are_not_hashed(value: str) -> None:
    """A relative, broken or shortened id never passes by way of a template."""
    template = _template(_person(0))
    for change in ("root", "subject", "status"):
        document = _person(1)
        target = {"root": document, "subject": document["credentialSubject"], "status": document["credentialStatus"][0]}
        target[change]["id"] = value
        assert template.canonicalize(encode_json(document)) is None


@pytest.mark.parametrize(
    "same",
    [
        ISSUER,
        "https://badges.example.edu/achievements/cmm",
        "https://badges.example.edu/achievements/cmm#level1",
        "https://badges.example.edu/b/1",
        "https://badges.example.edu/evidence/1",
    ],
)
def test_two_things_with_one_id_are_left_alone(same: str) -> None:
    """A person with the id of the issuer, of the course, of the badge or of a report is no case for a template."""
    document = _person(1, id=same)
    assert _template(_person(0)).canonicalize(encode_json(document)) is None


def test_blank_nodes_that_become_equal_are_left_alone() -> None:
    """A template whose gaps can make two results equal gives nothing when they do."""
    template = _template(_person(0))
    document = _person(1)
    first, second, _ = document["credentialSubject"]["result"]
    second.update(first)
    assert template.read_values(encode_json(document)) is not None
    assert template.canonicalize(encode_json(document)) is None
    assert canonicalize(document).count(b"#Result>") == 3


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("name",), "Another course"),
        (("issuer", "name"), "Another college"),
        (("type",), ["VerifiableCredential", "AchievementCredential"]),
        (("credentialSubject", "achievement", "tag"), ["one"]),
        (("credentialSubject", "identifier", 0, "hashed"), 1),
        (("credentialSubject", "identifier", 0, "hashed"), False),
        (("credentialSubject", "identifier", 0, "identityType"), "name"),
        (("credentialStatus", 0, "statusPurpose"), "suspension"),
        (("credentialSubject", "result"), []),
        (("credentialSubject", "licenseNumber"), 7),
        (("evidence",), {}),
        (("proof",), {}),
        (("validFrom",), None),
    ],
)
def test_what_differs_elsewhere_does_not_fit(place: tuple[str | int, ...], value: object) -> None:
    """Only texts of the person's members may differ; anything else, or another kind of value, is no fit."""
    template = _template(_person(0))
    document = _person(0)
    target: Any = document
    for token in place[:-1]:
        target = target[token]
    target[place[-1]] = value
    assert template.canonicalize(encode_json(document)) is None


def test_other_order_or_spelling_does_not_fit() -> None:
    """The bytes decide: the same credential with its members in another order, or with spaces, is no fit."""
    template = _template(_person(0))
    document = _person(1)
    encoded = encode_json(document)
    assert template.canonicalize(encoded) is not None
    assert template.canonicalize(encode_json(dict(reversed(document.items())))) is None
    for other in (
        b" " + encoded,
        encoded + b" ",
        encoded[:-1],
        b"",
        encoded.replace(b":", b": ", 1),
        encoded + encoded,
    ):
        assert template.canonicalize(other) is None


def test_bytes_that_are_no_json_do_not_fit() -> None:
    """Half a letter, a quote that ends too early, a raw line end or an unknown escape in a gap is no fit."""
    template = _template(_person(0))
    encoded = encode_json(_person(1))
    for text in (b"\xff", b"\xc3", b'x","y":"z', b"\n", b"\\x", b"\\u0041", b"\\/", b"\\", b"\xed\xa0\x80"):
        changed = encoded.replace(b'"licenseNumber":"CMM-1"', b'"licenseNumber":"' + text + b'"')
        assert changed != encoded
        assert template.canonicalize(changed) is None


def test_long_values_are_left_alone() -> None:
    """A class of very long texts goes the way that counts what it costs."""
    document = _person(1, licenseNumber="x" * MAX_VALUES_BYTES)
    assert _template(_person(0)).canonicalize(encode_json(document)) is None


@pytest.mark.parametrize("language", [{"@value": "L", "@language": "en"}, ["a", "b"]])
def test_value_objects_and_arrays_of_texts_stay(language: object) -> None:
    """A text with a language, and texts in an array, belong to what all must share."""
    document = _person(0, licenseNumber=language)
    template = compile_template(encode_json(document))
    if template is not None:
        assert template.canonicalize(encode_json(document)) == canonicalize(document)
        assert template.canonicalize(encode_json(_person(0, licenseNumber="L"))) is None


@pytest.mark.parametrize(
    "encoded",
    [
        b"",
        b"[]",
        b"{",
        b"\xff",
        b'{"@context":[]}',
        encode_json({"@context": ["https://example.org/unknown"]}),
        encode_json({**_person(0), "proof": []}),
        encode_json({**_person(0), "unknownWord": "x"}),
        encode_json({**_person(0), "description": "skillmark-value-0-"}),
        encode_json({**_person(0), "description": "x" * MAX_TEMPLATE_BYTES}),
        encode_json(_person(0)) + b"\n",
    ],
)
def test_no_template_of_what_cannot_be_signed_so(encoded: bytes) -> None:
    """Bytes that are no credential, or one that cannot be signed, make no template and raise nothing."""
    assert compile_template(encoded) is None


def test_sets_and_named_graphs_have_no_template() -> None:
    """A badge with an endorsement in it, whose proof is a graph of its own, is canonicalized each time."""
    document = _person(0)
    document["endorsement"] = [
        {
            "@context": document["@context"],
            "id": "urn:uuid:endorsement",
            "type": ["VerifiableCredential", "EndorsementCredential"],
            "name": "Endorsement",
            "issuer": {"id": ISSUER, "type": ["Profile"], "name": "Example College"},
            "validFrom": "2026-05-01T00:00:00Z",
            "credentialSubject": {"id": document["issuer"]["id"], "type": ["EndorsementSubject"]},
            "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-rdfc-2022", "proofValue": "z1"},
        }
    ]
    assert canonicalize(document).count(b" _:c14n0 .\n") > 0
    assert compile_template(encode_json(document)) is None


def test_too_many_values_have_no_template() -> None:
    """A badge with hundreds of results is canonicalized each time."""
    results = [{"type": ["Result"], "value": str(number), "status": "Completed"} for number in range(200)]
    document = _person(0, result=results)
    assert canonicalize(document)
    assert compile_template(encode_json(document)) is None


def test_nodes_that_always_look_alike_have_no_template() -> None:
    """Two equal skills in the course have one hash in every badge: each is canonicalized."""
    document = _person(0)
    skills = document["credentialSubject"]["achievement"]["alignment"]
    skills[1] = copy.deepcopy(skills[0])
    assert canonicalize(document)
    assert compile_template(encode_json(document)) is None


def test_mark_that_stands_elsewhere_spoils_the_graph() -> None:
    """A value that is found twice, in part, or not at all makes no template of a graph."""
    line = b'<urn:mark> <urn:p> "mark" .\n'
    for canonical, marks in (
        (line + b'<urn:a> <urn:p> "a mark" .\n', [b"urn:mark", b"mark"]),
        (line, [b"urn:mark", b"mark", b"lost"]),
        (line.replace(b" .", b" <urn:graph> ."), [b"urn:mark", b"mark"]),
        (line[:-1], [b"urn:mark", b"mark"]),
    ):
        assert compile_graph(canonical, marks, algorithm=HashAlgorithm.SHA256) is None
    graph = compile_graph(line, [b"urn:mark", b"mark"], algorithm=HashAlgorithm.SHA256)
    assert graph is not None
    assert graph.write([b"urn:x", b"y"]) == b'<urn:x> <urn:p> "y" .\n'


def test_values_that_make_two_lines_equal_are_left_alone() -> None:
    """Where two values of one property become the same, a set has one line and the general way decides."""
    canonical = b"".join(
        b'%b <urn:p> "%b" .\n' % (subject, mark) for subject in (b"<urn:a>", b"_:c14n0") for mark in (b"x", b"y")
    )
    # Each mark stands twice here: below a thing with a name and below one without.
    graph = compile_graph(canonical, [b"x", b"y"], algorithm=HashAlgorithm.SHA256)
    assert graph is not None
    assert (
        graph.write([b"2", b"1"])
        == b'<urn:a> <urn:p> "1" .\n<urn:a> <urn:p> "2" .\n_:c14n0 <urn:p> "1" .\n_:c14n0 <urn:p> "2" .\n'
    )
    assert graph.write([b"1", b"1"]) is None


def test_template_costs_a_fraction() -> None:
    """A credential costs two thirds of what it costs alone, at the most."""
    documents = [_person(number) for number in range(60)]
    encoded = [encode_json(document) for document in documents]
    template = _template(documents[0])
    alone = min(cost_of(lambda: [canonicalize(document) for document in documents]) for _ in range(3))
    within_cost(alone * 2 / 3, lambda: [template.canonicalize(each) for each in encoded])
