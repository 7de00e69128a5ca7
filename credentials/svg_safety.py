"""Say whether an uploaded picture is inert: no script, no animation, no request, nothing unknown.

An allow-list over elements and attributes of SVG 2; whatever is not named here is refused.
"""

from __future__ import annotations

import re

from credentials.svg_xml import SVG_NAMESPACE, SvgElement, read_svg
from schemas import DecodingError


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MAX_USES = 32  # copies of copies grow by multiplication in the reader's browser
_XLINK = "{http://www.w3.org/1999/xlink}"
_XML = "{http://www.w3.org/XML/1998/namespace}"
# Notes that drawing programs leave; browsers neither draw nor run them.
_INERT_NAMESPACES = frozenset(
    {
        "http://creativecommons.org/ns#",
        "http://purl.org/dc/elements/1.1/",
        "http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd",
        "http://web.resource.org/cc/",
        "http://www.inkscape.org/namespaces/inkscape",
        "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
        "https://purl.imsglobal.org/ob/v3p0",
    }
)
_ELEMENTS = _words(
    """
    svg g defs symbol use title desc metadata style path rect circle ellipse line polyline polygon text tspan textPath
    linearGradient radialGradient stop pattern clipPath mask marker filter feBlend feColorMatrix feComponentTransfer
    feComposite feDropShadow feFlood feFuncA feFuncB feFuncG feFuncR feGaussianBlur feMerge feMergeNode feMorphology
    feOffset
    """
)
_ATTRIBUTES = _words(
    """
    id class style lang role version baseProfile viewBox preserveAspectRatio x y z width height cx cy r rx ry fx fy fr
    x1 y1 x2 y2 dx dy d points pathLength transform rotate textLength lengthAdjust startOffset method spacing side
    offset gradientUnits gradientTransform spreadMethod patternUnits patternContentUnits patternTransform
    clipPathUnits maskUnits maskContentUnits markerUnits markerWidth markerHeight refX refY orient filterUnits
    primitiveUnits in in2 result stdDeviation mode operator k1 k2 k3 k4 values radius tableValues slope intercept
    amplitude exponent edgeMode type media fill fill-opacity fill-rule stroke stroke-dasharray stroke-dashoffset
    stroke-linecap stroke-linejoin stroke-miterlimit stroke-opacity stroke-width color opacity display visibility
    overflow clip clip-path clip-rule mask filter flood-color flood-opacity stop-color stop-opacity marker-start
    marker-mid marker-end font-family font-size font-size-adjust font-stretch font-style font-variant font-weight
    text-anchor text-decoration text-rendering letter-spacing word-spacing word-wrap dominant-baseline alignment-
    baseline baseline-shift direction unicode-bidi writing-mode white-space shape-rendering image-rendering color-
    interpolation color-interpolation-filters color-rendering paint-order vector-effect mix-blend-mode isolation
    enable-background text-align line-height
    """
)
# "script" with a long s is a script to a reader that folds letters, and no XML to one that does not.
_LOOK_ALIKE_NAME = re.compile(rb"</?[\w:.-]*[\x80-\xff]")
_FREE_PREFIXES = ("aria-", "data-")
_NAMESPACED_ATTRIBUTES = frozenset({f"{_XML}space", f"{_XML}lang", f"{_XLINK}title"})
MAX_CSS_FUNCTIONS = 10_000  # in one text; a drawing has some dozens
_LOCAL_REFERENCE = re.compile(r"#[A-Za-z_][\w.:-]*")
_FUNCTION = re.compile(r"(?<![\w-])([\w-]++)\s*+\((?=\s*+([^()]*+))")  # linear in the length of the text
_HARMLESS_FUNCTIONS = _words(
    "rgb rgba hsl hsla matrix translate translatex translatey scale scalex scaley rotate skewx skewy calc rect var"
)
# Escapes, comments and at-rules could hide a request from the check of functions.
_CSS_TRICK = re.compile(r"[@\\<]|/\*|javascript:|expression|behavior|-moz-binding", re.IGNORECASE)


def check_svg_inert(svg: bytes) -> None:
    """Refuse an SVG that could run, move, load or hide anything.

    Raises:
        DecodingError: `image.active_content` (detail `found` names the element or attribute), and those of `read_svg`.
    """
    if _LOOK_ALIKE_NAME.search(svg):
        raise _active("element name of other letters")
    document = read_svg(svg)
    if document.instructions:
        raise _active("processing instruction")
    for element in document.elements:
        _check_element(element)
    if sum(_local_name(element) == "use" for element in document.elements) > MAX_USES:
        raise _active("too many use elements")


def _check_element(element: SvgElement) -> None:
    namespace, _, local = element.name.rpartition("}")
    if namespace.removeprefix("{") in _INERT_NAMESPACES:
        return
    if namespace != f"{{{SVG_NAMESPACE}" or local not in _ELEMENTS:
        raise _active(f"element {local}")
    if local == "style" and not _is_inert_css(element.text):
        raise _active("element style")
    for name, value in element.attributes.items():
        if not _is_inert_attribute(name, value):
            raise _active(f"attribute {name.rpartition('}')[2]}")


def _is_inert_attribute(name: str, value: str) -> bool:
    namespace, _, local = name.rpartition("}")
    if name in ("href", f"{_XLINK}href"):
        return _LOCAL_REFERENCE.fullmatch(value) is not None
    if namespace:
        return name in _NAMESPACED_ATTRIBUTES or namespace.removeprefix("{") in _INERT_NAMESPACES
    if local.startswith(_FREE_PREFIXES):
        return True
    return local in _ATTRIBUTES and _is_inert_css(value)


def _is_inert_css(text: str) -> bool:
    if _CSS_TRICK.search(text) or text.count("(") > MAX_CSS_FUNCTIONS:
        return False
    return all(_is_inert_function(name.lower(), inside) for name, inside in _FUNCTION.findall(text))


def _is_inert_function(name: str, inside: str) -> bool:
    if name == "url":
        return _LOCAL_REFERENCE.fullmatch(inside.strip(" \t\n\r\"'")) is not None
    return name in _HARMLESS_FUNCTIONS


def _local_name(element: SvgElement) -> str:
    return element.name.rpartition("}")[2]


def _active(found: str) -> DecodingError:
    return DecodingError("image.active_content", detail={"found": found[:80]})
