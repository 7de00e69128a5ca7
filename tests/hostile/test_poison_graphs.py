"""Graphs made to be slow (T-66). Each is answered at little cost, by a verdict or by its own code."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from benchmarks.hostile_inputs import HEAVY, achievement_of, badge_of, tree
from credentials import canonicalize
from credentials.rdfc import canonicalize_quads
from schemas import (
    MAX_CREDENTIAL_BYTES,
    BadgeError,
    CanonicalizationError,
    JsonValue,
    encode_json,
)
from tests.doubles.cost import within_cost

if TYPE_CHECKING:
    from collections.abc import Callable

    from credentials.rdfc import Quad

MAX_COST = 10.0  # yardsticks


def _run(work: Callable[[], object]) -> str:
    """Return the code, or "accepted", and insist on the cost."""

    def run() -> str:
        try:
            work()
        except BadgeError as error:
            return error.code
        return "accepted"

    return within_cost(MAX_COST, run)


def _edges(pairs: list[tuple[int, int]]) -> list[Quad]:
    return [(f"_:e{left}", "<urn:p>", f"_:e{right}", "") for left, right in pairs]


CLIQUES = {size: [(i, j) for i in range(size) for j in range(size) if i != j] for size in (7, 8, 10, 12)}


@pytest.mark.parametrize("size", CLIQUES)
def test_clique(size: int) -> None:
    """A clique of blank nodes, W3C's own poison, is refused (70)."""
    assert _run(lambda: canonicalize_quads(_edges(CLIQUES[size]))) == "proof.canonicalization_budget"


def test_ring_of_400() -> None:
    """A ring of 400 blank nodes is refused, not followed."""
    ring = _edges([(i, (i + 1) % 400) for i in range(400)])
    assert _run(lambda: canonicalize_quads(ring)) == "proof.canonicalization_budget"


def test_hypercube() -> None:
    """A hypercube of 64 equal corners is refused."""
    corners = list(product((0, 1), repeat=6))
    pairs = [
        (corners.index(one), corners.index(two))
        for one in corners
        for two in corners
        if sum(a != b for a, b in zip(one, two, strict=True)) == 1
    ]
    assert _run(lambda: canonicalize_quads(_edges(pairs))) == "proof.canonicalization_budget"


def test_a_clique_spelled_as_abadge_of() -> None:
    """Blank-node ids, without which JSON cannot say a clique, are refused before any hashing."""
    nodes: list[JsonValue] = [{"id": f"_:b{i}", "p": [f"_:b{j}" for j in range(7) if j != i]} for i in range(7)]
    assert _run(lambda: canonicalize(badge_of(x=nodes))) == "data_model.relative_iri"


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_some_equal_profiles_are_fine(count: int) -> None:
    """Two equal unnamed profiles with a few equal parts can be a real badge."""
    parts: JsonValue = [{"type": "IdentifierEntry", "identifier": "a"} for _ in range(count)]
    profiles: JsonValue = [{"type": "Profile", "otherIdentifier": parts} for _ in range(2)]
    assert _run(lambda: canonicalize(achievement_of(creator=profiles))) == "accepted"


@pytest.mark.parametrize("count", [8, 9, 12, 50, 900])
def test_many_equal_profiles(count: int) -> None:
    """K equal parts of two equal profiles take k! orders; large k is refused."""
    parts: JsonValue = [{"type": "IdentifierEntry", "identifier": "a"} for _ in range(count)]
    profiles: JsonValue = [{"type": "Profile", "otherIdentifier": parts} for _ in range(2)]
    assert _run(lambda: canonicalize(achievement_of(creator=profiles))) in {
        "proof.canonicalization_budget",
        "data_model.too_many_nodes",
    }


@pytest.mark.parametrize(("depth", "width"), [(8, 2), (9, 2), (3, 5), (2, 7), (3, 8), (5, 3)])
def test_twin_trees(depth: int, width: int) -> None:
    """Two equal trees of unnamed nodes are refused."""
    trees: JsonValue = [tree(depth, width), tree(depth, width)]
    assert _run(lambda: canonicalize(badge_of(t=trees))) == "proof.canonicalization_budget"


@pytest.mark.parametrize("name", HEAVY)
def test_heavy_documents(name: str) -> None:
    """Documents near every limit are answered in time."""
    document = HEAVY[name]()
    assert len(encode_json(document)) <= MAX_CREDENTIAL_BYTES
    _run(lambda: canonicalize(document))


def test_the_budget_counts_work_not_time() -> None:
    """The same poison is refused at the same point however often it is tried."""
    for _ in range(2):
        with pytest.raises(CanonicalizationError) as caught:
            canonicalize_quads(_edges(CLIQUES[7]))
        assert caught.value.code == "proof.canonicalization_budget"
