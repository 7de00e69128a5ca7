"""Base58 and base64url have one spelling for each value."""

from __future__ import annotations

import pytest

from keys import decode_base58, decode_base64url, encode_base58, encode_base64url
from schemas import DecodingError, ProofError
from tests.doubles.cost import within_cost

MAX_COST = 0.2  # yardsticks
# draft-msporny-base58 §4 (Test Vectors).
BASE58_VECTORS = (
    (b"Hello World!", "2NEpo7TZRRrLZSi2U"),
    (b"The quick brown fox jumps over the lazy dog.", "USm3fpXnKG5EUBx2ndxBDMPVciP5hGey2Jh4NDv6gmeo1LkMeiKrLJUUBk6Z"),
    (bytes.fromhex("0000287fb4cd"), "11233QC4"),
)
# RFC 4648 §10, without padding.
BASE64_VECTORS = (
    (b"", ""),
    (b"f", "Zg"),
    (b"fo", "Zm8"),
    (b"foo", "Zm9v"),
    (b"foob", "Zm9vYg"),
    (b"fooba", "Zm9vYmE"),
    (b"foobar", "Zm9vYmFy"),
)


@pytest.mark.parametrize(("data", "text"), BASE58_VECTORS)
def test_base58_vectors_encode(data: bytes, text: str) -> None:
    """Encoding gives the draft's text."""
    assert encode_base58(data) == text


@pytest.mark.parametrize(("data", "text"), BASE58_VECTORS)
def test_base58_vectors_decode(data: bytes, text: str) -> None:
    """Decoding gives the draft's bytes."""
    assert decode_base58(text) == data


@pytest.mark.parametrize("text", ["", "0", "O", "I", "l", "2NEpo7TZRRrLZSi2U ", "2NE po7", "é", "+", "1" * 129])
def test_base58_refuses_other_text(text: str) -> None:
    """Empty, foreign characters and too long text are malformed."""
    with pytest.raises(ProofError) as caught:
        decode_base58(text)
    assert caught.value.code == "proof.value_malformed"


def test_base58_of_100_000_characters_costs_nothing() -> None:
    """The length is checked before any arithmetic (T-22)."""
    text = "z" * 100_000

    def refuse() -> None:
        with pytest.raises(ProofError):
            decode_base58(text)

    within_cost(MAX_COST, refuse)


@pytest.mark.parametrize(("data", "text"), BASE64_VECTORS)
def test_base64url_vectors(data: bytes, text: str) -> None:
    """Encoding and decoding agree with RFC 4648."""
    assert (encode_base64url(data), decode_base64url(text)) == (text, data)


@pytest.mark.parametrize(
    "text",
    [
        "Zg==",
        "Zg=",
        "Zh",  # spare bits that are not zero
        "Zm9",
        "Zm9vYn",
        "A",
        "AAAAA",
        "Zm9v\n",
        " Zm9v",
        "Zm 9v",
        "Zm9v\t",
        "+w",
        "/w",
        "Zm9v.",
        "Zm9vé",
        "Zm9v\x00",
        "\uff3am9v",
    ],
)
def test_base64url_refuses_every_second_spelling(text: str) -> None:
    """Padding, blanks, the other alphabet and spare bits are refused (T-65)."""
    with pytest.raises(DecodingError) as caught:
        decode_base64url(text)
    assert caught.value.code == "decoding.base64_not_canonical"
