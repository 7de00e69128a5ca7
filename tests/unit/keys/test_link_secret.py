"""Links and codes that are made again and never kept."""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64encode

import pytest

from keys import CODE_LETTERS, LINK_SECRET_BYTES, LinkSecret, hash_token, is_same_secret, read_code, show_code

SECRET = b"TEST ONLY secret of the links, 32 bytes"
LINKS = LinkSecret(SECRET)


def test_token_is_the_hmac_of_its_parts_with_their_lengths() -> None:
    """A token is HMAC-SHA256 (RFC 2104) over length and text of each part, in base64url without padding."""
    message = b"".join(len(part).to_bytes(4, "big") + part for part in (b"token", b"claim", b"row", b"1"))
    expected = urlsafe_b64encode(hmac.new(SECRET, message, hashlib.sha256).digest()).rstrip(b"=").decode()
    assert LINKS.make_token("claim", "row", 1) == expected
    assert len(expected) == 43


def test_parts_cannot_be_shifted() -> None:
    """What ends one part does not begin the next."""
    made = {LINKS.make_token("a", "bc", 1), LINKS.make_token("ab", "c", 1), LINKS.make_token("a", "b", 1)}
    assert len(made) == 3


def test_purposes_generations_and_kinds_differ() -> None:
    """A code tells nothing of a token, one generation nothing of the next."""
    assert LINKS.make_token("claim", "r", 1) != LINKS.make_token("claim", "r", 2)
    assert LINKS.make_code("class", "r", 1, letters=8) != LINKS.make_code("hand-out", "r", 1, letters=8)
    assert LINKS.lock("class", "x") != LINKS.lock("hand-out", "x")


def test_codes_are_consonants() -> None:
    """Two thousand codes spell no word: no vowels, no digits."""
    letters = {letter for row in range(2_000) for letter in LINKS.make_code("class", str(row), 1, letters=12)}
    assert letters == set(CODE_LETTERS)
    assert not letters & set("AEIOUY0123456789")


def test_digits_keep_their_zeros() -> None:
    """Six digits are six, also when the first are zeros."""
    made = [LINKS.make_digits("second", str(row), 1, digits=6) for row in range(200)]
    assert {len(code) for code in made} == {6}
    assert any(code.startswith("0") for code in made)


def test_hash_of_a_token_is_sha_256() -> None:
    """RFC 6234: the hash of "abc"."""
    assert hash_token("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@pytest.mark.parametrize(
    ("typed", "code"),
    [("bcdf-ghjk", "BCDFGHJK"), ("  B C D F\n", "BCDF"), ("a1e2", ""), ("ñÇ", ""), ("x" * 99, "X" * 64)],
)
def test_typed_code_is_read(typed: str, code: str) -> None:
    """Whatever is no letter of a code does not count."""
    assert read_code(typed) == code


def test_code_is_shown_in_fours() -> None:
    """Twelve letters are three groups."""
    assert show_code("BCDFGHJKLMNP") == "BCDF-GHJK-LMNP"


def test_short_secret_is_refused() -> None:
    """A secret of fewer than 32 bytes is none."""
    with pytest.raises(ValueError, match="at least 32 bytes"):
        LinkSecret(b"x" * (LINK_SECRET_BYTES - 1))


def test_comparing_takes_any_text() -> None:
    """Letters beyond ASCII are compared, not an error."""
    assert is_same_secret("ñ", "ñ")
    assert not is_same_secret("ñ", "n")
