"""Baking into PNG follows OB 3.0 §5.3.1, and the picture stays a picture."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from credentials import bake_png, extract_png
from schemas import DecodingError
from tests.pictures import (
    END,
    JSON_BADGE,
    JWS,
    KEYWORD,
    OTHER_BADGE,
    PIXELS,
    SIGNATURE,
    chunk,
    header,
    itxt,
    png,
    squeezed,
)


def _code(image: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        extract_png(image)
    return caught.value.code


def test_baked_bytes_are_those_of_the_standard() -> None:
    """One uncompressed iTXt with the exact keyword, empty language and translation, right CRC, before the pixels."""
    expected = SIGNATURE + header() + chunk(b"iTXt", b"openbadgecredential\0\0\0\0\0" + JSON_BADGE) + PIXELS + END
    assert bake_png(png(), JSON_BADGE) == expected


@pytest.mark.parametrize("credential", [JSON_BADGE, JWS])
def test_baked_credential_comes_out_again(credential: bytes) -> None:
    """What was baked is what is extracted, to the byte."""
    assert extract_png(bake_png(png(), credential)) == credential


def test_baked_picture_has_the_same_pixels() -> None:
    """Another reader still opens the picture and sees the same."""
    before, after = (Image.open(io.BytesIO(data)) for data in (png(), bake_png(png(), JSON_BADGE)))
    assert after.tobytes() == before.tobytes()


def test_another_reader_finds_the_text() -> None:
    """Pillow reads our chunk as international text under the keyword."""
    with Image.open(io.BytesIO(bake_png(png(), JSON_BADGE))) as picture:
        picture.load()
        assert picture.info[KEYWORD.decode()] == JSON_BADGE.decode()


def test_baking_again_replaces() -> None:
    """There is never a second credential in one picture."""
    assert bake_png(bake_png(png(), JSON_BADGE), OTHER_BADGE) == bake_png(png(), OTHER_BADGE)


def test_baking_removes_other_text_chunks_with_our_keyword() -> None:
    """A tEXt or zTXt of that keyword, which some readers would take, does not survive."""
    old = chunk(b"tEXt", KEYWORD + b"\0" + OTHER_BADGE) + chunk(b"zTXt", KEYWORD + b"\0\0xx")
    assert bake_png(png(old), JSON_BADGE) == bake_png(png(), JSON_BADGE)


def test_baking_keeps_other_chunks() -> None:
    """Gamma, animation and comments stay."""
    others = chunk(b"gAMA", b"\0\0\xb1\x8f") + chunk(b"tEXt", b"Comment\0hello")
    assert others in bake_png(png(others), JSON_BADGE)


def test_same_credential_twice_is_one() -> None:
    """Two equal copies leave no doubt."""
    assert extract_png(png(itxt(JSON_BADGE), itxt(JSON_BADGE))) == JSON_BADGE


def test_compressed_text_is_read() -> None:
    """A badge of another issuer who compressed the text is not lost."""
    assert extract_png(png(squeezed(JSON_BADGE))) == JSON_BADGE


def test_text_after_the_pixels_is_read() -> None:
    """The chunk may stand anywhere."""
    assert extract_png(SIGNATURE + header() + PIXELS + itxt(JSON_BADGE) + END) == JSON_BADGE


@pytest.mark.parametrize(
    ("extra", "found"),
    [
        (b"", ""),
        (chunk(b"tEXt", b"openbadges\0https://example.org/assertion/1"), "open_badges_2"),
        (itxt(JSON_BADGE, keyword=b"openbadges"), "open_badges_2"),
        (itxt(JSON_BADGE, keyword=b"clrcredential"), "comprehensive_learner_record"),
        (chunk(b"tEXt", KEYWORD + b"\0" + JSON_BADGE), "tEXt chunk"),
        (chunk(b"zTXt", KEYWORD + b"\0\0"), "zTXt chunk"),
        (itxt(b""), "iTXt chunk"),
        (itxt(JSON_BADGE, keyword=b"openbadgecredentialX"), ""),
        (itxt(JSON_BADGE, keyword=b"OpenBadgeCredential"), ""),
    ],
)
def test_no_credential_says_what_is_there_instead(extra: bytes, found: str) -> None:
    """Older generations and wrong chunks are named."""
    with pytest.raises(DecodingError) as caught:
        extract_png(png(extra))
    assert (caught.value.code, caught.value.detail["found"]) == ("decoding.image_no_credential", found)


@pytest.mark.parametrize(
    "text",
    [b"\1\1\0\0x", b"\2\0\0\0x", b"\1\0\0\0not zlib", b"\0\0", b"\0\0en", b"\0\0en\0tr"],
    ids=["method 1", "flag 2", "no zlib", "two fields", "no end of language", "no end of translation"],
)
def test_broken_text_chunk_is_malformed(text: bytes) -> None:
    """A chunk that is no iTXt is not guessed at."""
    assert _code(png(chunk(b"iTXt", KEYWORD + b"\0" + text))) == "decoding.image_malformed"


@pytest.mark.parametrize("size", [8, 20, 33, 40, -1, -12])
def test_cut_picture_is_malformed(size: int) -> None:
    """A picture cut anywhere is refused, also when the credential stood before the cut."""
    assert _code(png(itxt(JSON_BADGE))[:size]) == "decoding.image_malformed"


@pytest.mark.parametrize("credential", [b"", b"a\0b", b"x" * (256 * 1024 + 1)])
def test_what_cannot_be_baked_is_refused(credential: bytes) -> None:
    """Nothing, a NUL, or more than a badge may hold."""
    with pytest.raises(ValueError, match="baked credential"):
        bake_png(png(), credential)
