"""RDF Dataset Canonicalization against the W3C evaluation tests."""

from __future__ import annotations

import json
from itertools import permutations
from pathlib import Path

import pytest

from credentials.rdfc import (
    HashAlgorithm,
    canonicalize_quads,
    distinct_orders,
    escape_literal,
    label_blank_nodes,
    write_lines,
)
from schemas import CanonicalizationError
from tests.doubles.nquads_reader import read_nquads

VECTORS = Path(__file__).parents[2] / "vectors" / "w3c-rdf-canon"
INPUTS = sorted(path.name.removesuffix("-in.nq") for path in VECTORS.glob("*-in.nq"))
MAPS = sorted(path.name.removesuffix("-rdfc10map.json") for path in VECTORS.glob("*-rdfc10map.json"))
# The evaluation tests of the manifest, without 074, which has no result: it must be refused.
MANIFEST = {*range(1, 7), *range(8, 12), 13, 14, *range(16, 31), *range(33, 37), 38, 39, 40, *range(43, 49)} | {
    *range(53, 74),
    *range(75, 78),
}
WITH_SHA_384 = {"test075", "test075-2023"}
# The diamond of today took the number of this one, whose published labels are of the graph of 044 with SHA-384.
SAME_INPUT = {"test075-2023": "test044"}


def _read(name: str) -> str:
    return (VECTORS / name).read_text("utf-8")


def _algorithm(name: str) -> HashAlgorithm:
    return HashAlgorithm.SHA384 if name in WITH_SHA_384 else HashAlgorithm.SHA256


def test_vectors_are_complete() -> None:
    """All 64 evaluation tests of the W3C manifest are stored."""
    assert len(MANIFEST) == 64
    assert {f"test{number:03}" for number in MANIFEST} <= set(INPUTS)


@pytest.mark.parametrize("name", INPUTS)
def test_evaluation(name: str) -> None:
    """The canonical form equals the expected file byte for byte."""
    quads = read_nquads(_read(f"{name}-in.nq"))
    assert canonicalize_quads(quads, algorithm=_algorithm(name)) == _read(f"{name}-rdfc10.nq")


@pytest.mark.parametrize("name", MAPS)
def test_issued_identifiers(name: str) -> None:
    """The published map names the same nodes; where a graph has symmetries, it gives the same canonical form."""
    text = _read(f"{SAME_INPUT.get(name, name)}-in.nq").replace("_:b", "_:e")  # the copy of the inputs calls them so
    quads = read_nquads(text)
    published = {f"_:{node}": f"_:{label}" for node, label in json.loads(_read(f"{name}-rdfc10map.json")).items()}
    ours = label_blank_nodes(quads, algorithm=_algorithm(name))
    assert ours.keys() == published.keys()
    assert write_lines(dict.fromkeys(quads), ours) == write_lines(dict.fromkeys(quads), published)


def test_poison_is_refused() -> None:
    """W3C test074, a clique of ten blank nodes, is refused by its own code."""
    nodes = [f"_:e{number}" for number in range(10)]
    clique = [(one, "<http://example.org/vocab#p>", other, "") for one in nodes for other in nodes if one != other]
    with pytest.raises(CanonicalizationError) as caught:
        canonicalize_quads(clique)
    assert caught.value.code == "proof.canonicalization_budget"


@pytest.mark.parametrize("name", INPUTS)
def test_canonical_form_does_not_depend_on_labels(name: str) -> None:
    """Other blank-node labels give the same canonical form, in the same order of quads."""
    quads = read_nquads(_read(f"{name}-in.nq").replace("_:", "_:renamed"))
    assert canonicalize_quads(quads, algorithm=_algorithm(name)) == _read(f"{name}-rdfc10.nq")


@pytest.mark.parametrize("name", INPUTS)
def test_canonical_form_does_not_depend_on_order(name: str) -> None:
    """The dataset backwards, and odd lines before even ones, gives the same canonical form."""
    quads = read_nquads(_read(f"{name}-in.nq"))
    for order in (quads[::-1], quads[1::2] + quads[::2]):
        assert canonicalize_quads(order, algorithm=_algorithm(name)) == _read(f"{name}-rdfc10.nq")


def test_sha_384_is_a_fixed_point() -> None:
    """The expected output of the older test075, made with SHA-384, canonicalizes to itself and not under SHA-256."""
    expected = _read("test075-2023-rdfc10.nq")
    quads = read_nquads(expected)
    assert canonicalize_quads(quads, algorithm=HashAlgorithm.SHA384) == expected
    assert canonicalize_quads(quads) != expected


def test_escaping_of_control_characters() -> None:
    """Only what N-Quads must escape is escaped, with the short form where there is one (N-Quads 1.2 §4)."""
    text = '\x00\x07\b\t\n\x0b\f\r\x1f "\\~\x7f\x80\u2028é'
    assert escape_literal(text) == '\\u0000\\u0007\\b\\t\\n\\u000B\\f\\r\\u001F \\"\\\\~\\u007F\x80\u2028é'


def test_a_quad_said_twice_counts_once() -> None:
    """A dataset is a set."""
    quad = ("_:a", "<urn:p>", '"x"', "")
    assert canonicalize_quads([quad, quad]) == '_:c14n0 <urn:p> "x" .\n'


def test_lines_are_sorted_by_code_point() -> None:
    """A character beyond the basic plane sorts after U+FFFD, as code points do and UTF-16 units do not."""
    lines = canonicalize_quads([("<urn:s>", "<urn:p>", f'"{text}"', "") for text in ("\U0001f303", "\ufffd")])
    assert lines.index("\ufffd") < lines.index("\U0001f303")


def test_every_blank_node_gets_a_label() -> None:
    """Labels are numbered from zero without a gap."""
    quads = read_nquads(_read("test044-in.nq"))
    assert sorted(label_blank_nodes(quads).values()) == sorted(f"_:c14n{number}" for number in range(12))


def test_budget_is_exact() -> None:
    """The same graph passes or fails at the same budget every time."""
    quads = read_nquads(_read("test044-in.nq"))
    canonicalize_quads(quads, budget=20_000)
    for _ in range(2):
        with pytest.raises(CanonicalizationError) as caught:
            canonicalize_quads(quads, budget=100)
        assert caught.value.code == "proof.canonicalization_budget"


@pytest.mark.parametrize("nodes", ["", "a", "ab", "aa", "aab", "abc", "aabb", "abacb", "abcde"])
def test_each_order_once(nodes: str) -> None:
    """The orders of nodes of which some are mentioned several times are those of `itertools`, without repetitions."""
    orders = list(distinct_orders(list(nodes)))
    assert len(orders) == len(set(orders))
    assert set(orders) == set(permutations(nodes))


def test_many_mentions_of_one_node_have_one_order() -> None:
    """Two equal unnamed graphs of 300 statements each, which rdf-canonize labels, are labelled here too."""
    quads = [("_:s" + name, f"<urn:p{number}>", '"x"', "_:g" + name) for name in "ab" for number in range(300)]
    assert sorted(label_blank_nodes(quads).values()) == [f"_:c14n{number}" for number in range(4)]
