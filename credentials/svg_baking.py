"""Bake a credential into an SVG and take it out again.

Spec: OB 3.0 §5.3.2 (SVG baking): one `credential` element in the namespace below, directly after
`<svg>`; a compact JWS in its attribute `verify`, a document with embedded proof as CDATA.
"""

from __future__ import annotations

import re

from credentials.svg_xml import SvgDocument, SvgElement, read_svg
from schemas import MAX_CREDENTIAL_BYTES, DecodingError

BAKING_NAMESPACE = "https://purl.imsglobal.org/ob/v3p0"  # without `/spec/`: the standard has it so
_ELEMENT = f"{{{BAKING_NAMESPACE}}}credential"
_OTHER_GENERATIONS = {
    "{http://openbadges.org}assertion": "open_badges_2",
    "{https://purl.imsglobal.org/clr/v2p0}credential": "comprehensive_learner_record",
}
_COMPACT_JWS = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# XML 1.0 §2.2 cannot carry these two, and JSON has another way to write them.
_NONCHARACTERS = {0xFFFE: "\\ufffe", 0xFFFF: "\\uffff"}
_FORBIDDEN_TEXT = re.compile("[\x00-\x08\x0b-\x1f]")
_DECLARATION = f' xmlns:openbadges="{BAKING_NAMESPACE}"'.encode("ascii")


def bake_svg(image: bytes, credential: bytes) -> bytes:
    """Return `image` with `credential` in it; one baked before is replaced, of whichever standard. Other bytes stay.

    Args:
        image: An SVG in UTF-8.
        credential: Compact JWS, or the JSON document with its embedded proof, as UTF-8. The characters U+FFFE
            and U+FFFF, which XML cannot carry, come back as JSON escapes.

    Raises:
        DecodingError: See `read_svg`.
        ValueError: `credential` is empty, too large, not UTF-8, or holds a control character that XML cannot carry.
    """
    text = credential.decode("utf-8")
    if not text or len(credential) > MAX_CREDENTIAL_BYTES or _FORBIDDEN_TEXT.search(text):
        raise ValueError("a baked credential is 1 to MAX_CREDENTIAL_BYTES bytes of UTF-8 without control characters")
    clean = _remove_baked(image, read_svg(image))
    return _insert(clean, read_svg(clean).root, text)


def _remove_baked(image: bytes, document: SvgDocument) -> bytes:
    kept, position = [], 0
    for element in document.elements:
        if element.name in {_ELEMENT, *_OTHER_GENERATIONS} and element.start >= position:
            kept.append(image[position : element.start])
            position = element.end
    return b"".join([*kept, image[position:]])


def _insert(image: bytes, root: SvgElement, text: str) -> bytes:
    tag = image[root.start : root.tag_end]
    name = re.split(rb"[\s/>]", tag[1:], maxsplit=1)[0]
    declared = re.search(rb"\sxmlns:openbadges\s*=\s*[\"']([^\"']*)[\"']", tag)
    if declared is None:
        tag = b"<" + name + _DECLARATION + tag[1 + len(name) :]
    # The prefix may belong to an older generation on this root: then our own element declares it again.
    is_ours = declared is None or declared.group(1) == BAKING_NAMESPACE.encode("ascii")
    element = _render_element(text, b"" if is_ours else _DECLARATION)
    if root.end == root.tag_end:
        tag = tag[: tag.rindex(b"/")] + b">"
        return image[: root.start] + tag + element + b"</" + name + b">" + image[root.end :]
    return image[: root.start] + tag + element + image[root.tag_end :]


def _render_element(text: str, declaration: bytes) -> bytes:
    if _COMPACT_JWS.fullmatch(text):
        return b"<openbadges:credential" + declaration + b' verify="' + text.encode("ascii") + b'"/>'
    body = text.translate(_NONCHARACTERS).replace("]]>", "]]]]><![CDATA[>")
    opening = b"<openbadges:credential" + declaration + b"><![CDATA["
    return opening + body.encode("utf-8") + b"]]></openbadges:credential>"


def extract_svg(image: bytes) -> bytes:
    """Return the baked credential's bytes; what they are is for the caller to find out.

    Raises:
        DecodingError: `decoding.image_no_credential` (detail `found` hints at what is there instead),
            `decoding.image_ambiguous` (more than one, of whichever standard, or JWS and JSON together), and those
            of `read_svg`.
    """
    document = read_svg(image)
    found = [element for element in document.elements if element.name == _ELEMENT]
    others = [element for element in document.elements if element.name in _OTHER_GENERATIONS]
    if len(found) > 1 or (found and others):
        raise DecodingError("decoding.image_ambiguous", detail={"count": len(found) + len(others)})
    if not found:
        raise DecodingError("decoding.image_no_credential", detail={"found": _hint(document)})
    jws, body = found[0].attributes.get("verify", "").strip(), found[0].text.strip()
    if found[0].is_parent:
        raise DecodingError("decoding.image_malformed", "elements inside the credential")
    if jws and body:
        raise DecodingError("decoding.image_ambiguous", "both a verify attribute and a body")
    if not (jws or body):
        raise DecodingError("decoding.image_no_credential", detail={"found": "empty element"})
    return (jws or body).encode("utf-8")


def extract_other_svg(image: bytes) -> bytes:
    """Return what an Open Badges 2.0 or CLR 2.0 picture holds: JSON, a compact JWS or an address.

    Spec: OB 2.0 Baking: `verify` is a JWS, or the address of a hosted badge whose JSON may stand in the body.

    Raises:
        DecodingError: As `extract_svg`.
    """
    found = [element for element in read_svg(image).elements if element.name in _OTHER_GENERATIONS]
    if len(found) > 1:
        raise DecodingError("decoding.image_ambiguous", detail={"count": len(found)})
    if not found:
        raise DecodingError("decoding.image_no_credential", detail={"found": ""})
    verify, body = found[0].attributes.get("verify", "").strip(), found[0].text.strip()
    if found[0].is_parent:
        raise DecodingError("decoding.image_malformed", "elements inside the credential")
    if not (verify or body):
        raise DecodingError("decoding.image_no_credential", detail={"found": "empty element"})
    if body and _COMPACT_JWS.fullmatch(verify):
        raise DecodingError("decoding.image_ambiguous", "both a signature and a body")
    return (body or verify).encode("utf-8")


def _hint(document: SvgDocument) -> str:
    names = (element.name for element in document.elements)
    return next((_OTHER_GENERATIONS[name] for name in names if name in _OTHER_GENERATIONS), "")
