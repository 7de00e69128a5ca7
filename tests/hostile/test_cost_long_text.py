"""A quarter of a megabyte of one unit, wherever a text is read: pasted, in a file, or in a member of a badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas import MAX_CREDENTIAL_BYTES, encode_json
from tests.doubles.cost import within_cost
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.doubles.old_badges import OldIssuer

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

MAX_COST = 15.0  # yardsticks
LENGTH = 250_000
UNITS = (
    *(
        "-eyJ",
        "eyJ.",
        "x eyJa.",
        "a.",
        "a.bc/",
        "T",
        "T+",
        "2026-01-01T",
        "0",
        "+0",
        " ",
        "<",
        "<a ",
        '"',
        "\\",
        "/",
        "#",
    ),
    *(
        "https://",
        "https://a.b/ ",
        "data:",
        "data:image/png;base64,",
        "a:",
        "a@",
        "@",
        "%2e",
        "[](",
        "**",
        "\u202e",
        "\u0456",
    ),
)
WORLD = IssuerSimulator()
ISSUER = WORLD.add_issuer(IssuerIdKind.DID_KEY)
OLD_ISSUER = OldIssuer(world=WORLD)
# Room for the rest of the badge, so that its size is not what it is refused for.
ROOM = MAX_CREDENTIAL_BYTES - 16_000

Place = tuple[str, ...]
NEW_PLACES: tuple[Place, ...] = (
    *(("id",), ("name",), ("description",), ("validFrom",), ("validUntil",), ("awardedDate",), ("issuer", "id")),
    *(("issuer", "name"), ("issuer", "url"), ("credentialSubject", "id"), ("credentialSubject", "achievement", "id")),
    *(("credentialSubject", "achievement", "name"), ("credentialSubject", "achievement", "criteria", "narrative")),
    *(("credentialSubject", "achievement", "image"), ("credentialStatus",), ("image",), ("@context",), ("proof",)),
)
OLD_PLACES: tuple[Place, ...] = (
    *(("id",), ("issuedOn",), ("expires",), ("badge",), ("evidence",), ("image",), ("recipient", "identity")),
    *(("verification", "type"), ("verification", "creator"), ("recipient", "salt")),
)


def put(document: JsonObject, place: Place, value: JsonValue) -> JsonObject:
    """Return the document with `value` at `place`."""
    first, *rest = place
    inner = document.get(first)
    return {**document, first: put(inner if isinstance(inner, dict) else {}, tuple(rest), value) if rest else value}


@pytest.fixture(scope="module", autouse=True)
def warm_process() -> None:
    """Contexts and schemas are compiled once for a process; that is not what is measured."""
    WORLD.verify(ISSUER.issue())


@pytest.mark.parametrize("unit", UNITS)
def test_pasted_text(unit: str) -> None:
    """A pasted text is read once, from its beginning to its end."""
    text = "x " + unit * (LENGTH // len(unit.encode()))
    within_cost(MAX_COST, lambda: WORLD.verify(text))


@pytest.mark.parametrize("unit", UNITS)
def test_file(unit: str) -> None:
    """So is a file of the same bytes."""
    data = unit.encode() * (LENGTH // len(unit.encode()))
    within_cost(MAX_COST, lambda: WORLD.verify(data))


@pytest.mark.parametrize("place", NEW_PLACES, ids="/".join)
@pytest.mark.parametrize("unit", UNITS)
def test_member_of_a_badge(unit: str, place: Place) -> None:
    """No member of a badge is read in more than linear time, whether its text is what belongs there or not."""
    room = ROOM // len(encode_json(unit))
    badge = put({**ISSUER.compose_badge(), "proof": {}}, place, unit * room)
    within_cost(MAX_COST, lambda: WORLD.verify(badge))


@pytest.mark.parametrize("place", OLD_PLACES, ids="/".join)
@pytest.mark.parametrize("unit", UNITS)
def test_member_of_an_old_badge(unit: str, place: Place) -> None:
    """Nor one of a badge of version 2.0."""
    badge = put(OLD_ISSUER.compose_hosted(), place, unit * (ROOM // len(encode_json(unit))))
    within_cost(MAX_COST, lambda: WORLD.verify(badge))
