"""Any bytes give a reading or a code, and what was hidden comes back as it was."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from credentials import read_cose, read_envelope, read_presentation, read_sd_jwt
from credentials.cbor import decode_cbor, encode_cbor
from credentials.sd_jwt_disclosure import read_disclosure
from credentials.sd_jwt_payload import conceal, reveal, select_disclosures
from schemas import BadgeError
from tests.doubles.showings import cose_envelope, sd_jwt_text

if TYPE_CHECKING:
    from credentials.cbor import CborValue
    from schemas import JsonObject, JsonValue

SD_JWT = sd_jwt_text().encode()
COSE = read_envelope(cose_envelope()).token
NAMES = st.text("abc/~%é", max_size=3).filter(lambda name: name not in {"_sd", "_sd_alg", "..."})
LEAVES = st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.text(max_size=4))
VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(NAMES, inner, max_size=3)),
    max_leaves=12,
)
DOCUMENTS: st.SearchStrategy[JsonObject] = st.dictionaries(NAMES, VALUES, min_size=1, max_size=4)
CBOR_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(-(2**63), 2**63), st.text(max_size=4), st.binary(max_size=4)
)
CBOR_VALUES: st.SearchStrategy[CborValue] = st.recursive(
    CBOR_LEAVES,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.integers(-9, 9) | st.text(max_size=2), inner, max_size=3)
    ),
    max_leaves=12,
)


def pointers_of(value: JsonValue, pointer: str = "") -> list[str]:
    """Return the pointer of every part of a document, the document itself left out."""
    found = []
    if isinstance(value, dict):
        for name, member in value.items():
            below = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            found += [below, *pointers_of(member, below)]
    elif isinstance(value, list):
        for position, member in enumerate(value):
            found += [f"{pointer}/{position}", *pointers_of(member, f"{pointer}/{position}")]
    return found


@given(DOCUMENTS, st.data())
def test_hidden_parts_come_back(document: JsonObject, data: st.DataObject) -> None:
    """Whatever is hidden, all disclosures together give the document, and each is found under its pointer."""
    pointers = data.draw(st.lists(st.sampled_from(pointers_of(document)), unique=True))
    payload, disclosures = conceal(document, pointers)
    shuffled = data.draw(st.permutations([read_disclosure(one.encoded) for one in disclosures]))
    revealed = reveal(payload, shuffled)
    assert (revealed.claims, set(revealed.disclosures), revealed.hidden) == (document, set(pointers), ())


@given(DOCUMENTS, st.data())
def test_what_is_selected_is_seen(document: JsonObject, data: st.DataObject) -> None:
    """Showing some parts never fails, and shows nothing beyond the disclosures that were chosen."""
    every = pointers_of(document)
    payload, disclosures = conceal(document, data.draw(st.lists(st.sampled_from(every), unique=True)))
    whole = reveal(payload, disclosures)
    shown = select_disclosures(whole, data.draw(st.lists(st.sampled_from(every))))
    part = reveal(payload, shown)
    assert {one.encoded for one in part.disclosures.values()} == {one.encoded for one in shown}


@given(CBOR_VALUES)
def test_cbor_round_trip(value: CborValue) -> None:
    """What is encoded decodes to itself."""
    assert decode_cbor(encode_cbor(value)) == value


@given(st.binary(max_size=64))
def test_any_bytes_as_cbor(data: bytes) -> None:
    """Any bytes are one value in one spelling, or refused with a code."""
    with suppress(BadgeError):
        assert encode_cbor(decode_cbor(data)) == data


@given(st.binary(max_size=200))
def test_any_bytes_give_a_code(data: bytes) -> None:
    """No reader lets another exception out."""
    for read in (read_presentation, read_cose, read_sd_jwt):
        with suppress(BadgeError):
            read(data)


@given(st.integers(0, len(SD_JWT) - 1), st.integers(0, 255))
def test_any_byte_of_an_sd_jwt_changed(place: int, byte: int) -> None:
    """A damaged SD-JWT gives a reading or a code."""
    with suppress(BadgeError):
        read_sd_jwt(SD_JWT[:place] + bytes([byte]) + SD_JWT[place + 1 :])


@given(st.integers(0, len(COSE) - 1), st.integers(0, 255))
def test_any_byte_of_a_message_changed(place: int, byte: int) -> None:
    """A damaged COSE message gives a reading or a code."""
    with suppress(BadgeError):
        read_cose(COSE[:place] + bytes([byte]) + COSE[place + 1 :])


@given(DOCUMENTS, st.sampled_from(["EnvelopedVerifiablePresentation", "VerifiablePresentation", "x"]))
def test_any_object_gives_a_code(document: JsonObject, kind: str) -> None:
    """Any object is a presentation or refused with a code."""
    with suppress(BadgeError):
        read_presentation({**document, "type": kind, "@context": "https://www.w3.org/ns/credentials/v2"})
