"""RDF Dataset Canonicalization against the W3C evaluation tests."""

from __future__ import annotations

from pathlib import Path

import pytest

from credentials.rdfc import HashAlgorithm, canonicalize_quads, escape_literal, label_blank_nodes
from schemas import CanonicalizationError
from tests.doubles.nquads_reader import read_nquads

VECTORS = Path(__file__).parents[2] / "vectors" / "w3c-rdf-canon"
INPUTS = sorted(path.name.removesuffix("-in.nq") for path in VECTORS.glob("*-in.nq"))


def _read(name: str) -> str:
    return (VECTORS / name).read_text("utf-8")


def test_vectors_are_complete() -> None:
    """At least 57 evaluation tests are stored."""
    assert len(INPUTS) >= 57


@pytest.mark.parametrize("name", INPUTS)
def test_evaluation(name: str) -> None:
    """The canonical form equals the expected file byte for byte."""
    assert canonicalize_quads(read_nquads(_read(f"{name}-in.nq"))) == _read(f"{name}-rdfc10.nq")


@pytest.mark.parametrize("name", INPUTS)
def test_canonical_form_does_not_depend_on_labels(name: str) -> None:
    """Other blank-node labels give the same canonical form, in the same order of quads."""
    quads = read_nquads(_read(f"{name}-in.nq").replace("_:", "_:renamed"))
    assert canonicalize_quads(quads) == _read(f"{name}-rdfc10.nq")


@pytest.mark.parametrize("name", INPUTS)
def test_canonical_form_does_not_depend_on_order(name: str) -> None:
    """The dataset backwards, and odd lines before even ones, gives the same canonical form."""
    quads = read_nquads(_read(f"{name}-in.nq"))
    for order in (quads[::-1], quads[1::2] + quads[::2]):
        assert canonicalize_quads(order) == _read(f"{name}-rdfc10.nq")


def test_sha_384_is_a_fixed_point_on_test075() -> None:
    """W3C test075's expected output, made with SHA-384, canonicalizes to itself under SHA-384 and not under SHA-256."""
    expected = _read("test075-rdfc10.nq")
    quads = read_nquads(expected)
    assert canonicalize_quads(quads, algorithm=HashAlgorithm.SHA384) == expected
    assert canonicalize_quads(quads) != expected


def test_sha_384_labels_the_diamond_as_published() -> None:
    """The diamond of test020 gets the labels that other implementations publish for SHA-384."""
    assert canonicalize_quads(read_nquads(_read("test020-in.nq")), algorithm=HashAlgorithm.SHA384) == (
        "<http://example.org/vocab#test> <http://example.org/vocab#A> _:c14n0 .\n"
        "<http://example.org/vocab#test> <http://example.org/vocab#B> _:c14n2 .\n"
        "_:c14n0 <http://example.org/vocab#next> _:c14n1 .\n"
        "_:c14n2 <http://example.org/vocab#next> _:c14n1 .\n"
    )


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
