"""Baking into SVG follows OB 3.0 §5.3.2, and changes nothing else in the file."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from credentials import bake_svg, extract_svg
from schemas import DecodingError
from tests.pictures import JSON_BADGE, JWS, OTHER_BADGE, SVG

_NS = b"https://purl.imsglobal.org/ob/v3p0"


def _with(content: bytes) -> bytes:
    return b'<svg xmlns="http://www.w3.org/2000/svg" xmlns:o="' + _NS + b'">' + content + b"</svg>"


def _code(image: bytes) -> str:
    with pytest.raises(DecodingError) as caught:
        extract_svg(image)
    return caught.value.code


def test_jws_stands_in_the_attribute_verify() -> None:
    """A compact JWS goes into `verify`; the element follows the root tag and is empty."""
    root = ET.fromstring(bake_svg(SVG, JWS))  # noqa: S314 - our own output
    assert root[0].tag == "{https://purl.imsglobal.org/ob/v3p0}credential"
    assert (root[0].attrib, root[0].text) == ({"verify": JWS.decode()}, None)


def test_document_stands_in_the_body() -> None:
    """A document with embedded proof is the text of the element, without `verify`."""
    root = ET.fromstring(bake_svg(SVG, JSON_BADGE))  # noqa: S314 - our own output
    assert (root[0].attrib, root[0].text) == ({}, JSON_BADGE.decode())


def test_root_declares_the_prefix() -> None:
    """`xmlns:openbadges` stands on the root, and everything after it is as it was."""
    baked = bake_svg(SVG, JSON_BADGE)
    assert baked.startswith(b'<svg xmlns:openbadges="' + _NS + b'" xmlns="http://www.w3.org/2000/svg"')
    assert baked.endswith(SVG[SVG.index(b"<circle") :])


@pytest.mark.parametrize("credential", [JWS, JSON_BADGE, b'{"a":"]]>","b":"]]","c":">","d":"<![CDATA[ & &amp;"}'])
def test_baked_credential_comes_out_again(credential: bytes) -> None:
    """What was baked is what is extracted, also with the end of CDATA inside."""
    assert extract_svg(bake_svg(SVG, credential)) == credential


@pytest.mark.parametrize(
    "image",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b'<?xml version="1.0" encoding="UTF-8"?><!-- > --><svg xmlns="http://www.w3.org/2000/svg" a="x>y"\n></svg >',
        b'<s:svg xmlns:s="http://www.w3.org/2000/svg"><s:g/></s:svg>',
        b'\xef\xbb\xbf<svg xmlns="http://www.w3.org/2000/svg">\xc3\xa9</svg>',
        b'<svg xmlns:openbadges="http://openbadges.org" xmlns="http://www.w3.org/2000/svg"></svg>',
        b'<svg xmlns:openbadges="https://purl.imsglobal.org/ob/v3p0" xmlns="http://www.w3.org/2000/svg"></svg>',
    ],
    ids=["empty element", "comment and brackets", "prefix", "byte order mark", "older prefix", "declared before"],
)
def test_any_way_to_write_the_root_can_be_baked(image: bytes) -> None:
    """Insertion works on bytes, whatever the root tag looks like."""
    assert extract_svg(bake_svg(image, JSON_BADGE)) == JSON_BADGE


def test_baking_again_replaces() -> None:
    """There is never a second credential in one picture."""
    once = bake_svg(SVG, JSON_BADGE)
    assert bake_svg(once, JSON_BADGE) == once
    assert extract_svg(bake_svg(once, OTHER_BADGE)) == OTHER_BADGE


def test_noncharacters_come_back_as_escapes() -> None:
    """XML cannot carry U+FFFF; the JSON value stays the same."""
    assert extract_svg(bake_svg(SVG, '{"a":"\uffff"}'.encode())) == b'{"a":"\\uffff"}'


@pytest.mark.parametrize("credential", [b"", b"\x07", b"a\rb", b"x" * (256 * 1024 + 1)])
def test_what_xml_cannot_carry_is_refused(credential: bytes) -> None:
    """Nothing, control characters, or more than a badge may hold."""
    with pytest.raises(ValueError, match="baked credential"):
        bake_svg(SVG, credential)


def test_prefix_and_place_do_not_matter() -> None:
    """The element is found by namespace and local name, also deep inside."""
    assert extract_svg(_with(b'<g><o:credential verify="' + JWS + b'"/></g>')) == JWS


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"", ""),
        (b"<o:credential/>", "empty element"),
        (b'<o:credential o:verify="' + JWS + b'"/>', "empty element"),
        (b"<credential>x</credential>", ""),
        (b'<b:assertion xmlns:b="http://openbadges.org" verify="x"/>', "open_badges_2"),
        (b'<b:credential xmlns:b="https://purl.imsglobal.org/clr/v2p0"/>', "comprehensive_learner_record"),
        (b'<b:credential xmlns:b="https://purl.imsglobal.org/spec/ob/v3p0">x</b:credential>', ""),
    ],
)
def test_no_credential_says_what_is_there_instead(content: bytes, found: str) -> None:
    """Older generations, near misses and empty elements are named."""
    with pytest.raises(DecodingError) as caught:
        extract_svg(_with(content))
    assert (caught.value.code, caught.value.detail["found"]) == ("decoding.image_no_credential", found)


@pytest.mark.parametrize(
    "content",
    [
        b'<o:credential verify="a.b.c"/><o:credential verify="a.b.c"/>',
        b"<o:credential>{}</o:credential><g><o:credential>{}</o:credential></g>",
        b'<o:credential verify="a.b.c">{}</o:credential>',
    ],
)
def test_two_credentials_are_ambiguous(content: bytes) -> None:
    """Exactly one element, and either attribute or body."""
    assert _code(_with(content)) == "decoding.image_ambiguous"


@pytest.mark.parametrize(
    ("image", "code"),
    [
        (_with(b"<o:credential>{<b/>}</o:credential>"), "decoding.image_malformed"),
        (b"<svg", "decoding.image_malformed"),
        (b"", "decoding.image_malformed"),
        (SVG.decode().encode("utf-16"), "decoding.image_malformed"),
        (b'<?xml version="1.0" encoding="utf-7"?>' + SVG, "decoding.image_malformed"),
        (b'<svg xmlns="http://www.w3.org/2000/svg">\xff</svg>', "decoding.image_malformed"),
        (_with(b"<g>" * 70 + b"</g>" * 70), "decoding.image_malformed"),
        (_with(b"<g/>" * 20_001), "decoding.image_malformed"),
        (b'<html xmlns="http://www.w3.org/1999/xhtml"/>', "image.type_mismatch"),
        (b"<svg/>", "image.type_mismatch"),
        (b" " * (4 * 1024 * 1024) + SVG, "image.too_large"),
    ],
    ids=[
        "element inside", "cut", "empty", "utf-16", "utf-7", "no utf-8", "deep", "many", "html", "no namespace", "big",
    ],
)  # fmt: skip
def test_what_is_no_plain_svg_is_refused(image: bytes, code: str) -> None:
    """Damaged, foreign and oversized files each have their code."""
    assert _code(image) == code
