"""An uploaded SVG that could run, move, load or hide anything is refused (T-43, corpus 123)."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

import pytest

from credentials import BadgeArt, bake_svg, check_image, check_svg_inert, extract_svg, render_badge_svg, render_qr_svg
from schemas import DecodingError
from tests.doubles.cost import within_cost
from tests.pictures import JSON_BADGE

if TYPE_CHECKING:
    from collections.abc import Callable

_MAX_COST = 65.0  # yardsticks
_HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:h="http://www.w3.org/1999/xhtml" xmlns:ev="http://www.w3.org/2001/xml-events" viewBox="0 0 9 9">'
)


def _svg(body: str) -> bytes:
    return f"{_HEAD}{body}</svg>".encode()


_ACTIVE = (
    "<script>alert(1)</script>",
    "<script/>",
    '<script href="//evil.example.org/x.js"/>',
    '<script xlink:href="data:text/javascript,alert(1)"/>',
    "<h:script>alert(1)</h:script>",
    "<g><g><h:script>alert(1)</h:script></g></g>",
    '<s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script>',
    "<SCRIPT>alert(1)</SCRIPT>",
    "<\u017fcript>alert(1)</\u017fcript>",
    '<script xmlns="">alert(1)</script>',
    '<circle onload="alert(1)"/>',
    '<circle ONLOAD="alert(1)"/>',
    '<g onclick="alert(1)"/>',
    '<g onbegin="alert(1)"/>',
    '<g ev:event="load"/>',
    '<handler xmlns="http://www.w3.org/2001/xml-events">x</handler>',
    '<animate attributeName="href" to="javascript:alert(1)"/>',
    '<animate onbegin="alert(1)"/>',
    '<set attributeName="onmouseover" to="alert(1)"/>',
    '<animateTransform attributeName="transform"/>',
    '<animateMotion path="M0 0"/>',
    '<discard begin="1s"/>',
    '<foreignObject><h:iframe src="https://evil.example.org"/></foreignObject>',
    "<foreignObject/>",
    '<h:iframe src="javascript:alert(1)"/>',
    '<h:img src="x" onerror="alert(1)"/>',
    '<a href="javascript:alert(1)"><text>x</text></a>',
    '<a xlink:href="https://evil.example.org"><text>x</text></a>',
    '<use href="//evil.example.org/x.svg#a"/>',
    '<use xlink:href="data:image/svg+xml;base64,PHN2Zy8+#a"/>',
    '<use href="other.svg#a"/>',
    '<use href=" #a"/>',
    '<use href="&#106;avascript:alert(1)"/>',
    '<image href="https://evil.example.org/pixel.png"/>',
    '<image xlink:href="data:image/svg+xml,&lt;svg/>"/>',
    '<feImage href="https://evil.example.org/pixel.png"/>',
    "<style>@import url(https://evil.example.org/x.css);</style>",
    "<style>circle{fill:url(https://evil.example.org/x)}</style>",
    "<style>circle{fill:url(&quot;//evil.example.org/x&quot;)}</style>",
    "<style>circle{fill:u\\72l(//evil.example.org)}</style>",
    "<style>circle{background:image-set('//evil.example.org/x' 1x)}</style>",
    "<style>circle{fill:ur/**/l(//evil.example.org)}</style>",
    "<style>circle{width:calc(url(//evil.example.org))}</style>",
    "<style>@font-face{font-family:x;src:url(//evil.example.org)}</style>",
    "<style><![CDATA[@import '//evil.example.org']]></style>",
    '<style type="text/css">a{behavior:url(#x)}</style>',
    "<style>a{-moz-binding:url(#x)}</style>",
    '<circle style="fill:url(https://evil.example.org/x)"/>',
    '<circle style="background-image:url(javascript:alert(1))"/>',
    '<circle style="width:expression(alert(1))"/>',
    '<circle fill="url(https://evil.example.org/x#a)"/>',
    "<circle filter=\"url( '//evil.example.org/f#x' )\"/>",
    '<circle mask="url(data:image/svg+xml;base64,AAAA)"/>',
    '<circle cursor="url(https://evil.example.org/c)"/>',
    '<circle xml:base="https://evil.example.org/"/>',
    '<circle href="https://evil.example.org"/>',
    '<circle unknown="1"/>',
    '<video src="x"/>',
    '<audio src="x"/>',
    '<h:link rel="stylesheet" href="//evil.example.org"/>',
    '<h:meta http-equiv="refresh" content="0;url=//evil.example.org"/>',
    '<h:form action="//evil.example.org"><h:input/></h:form>',
    "<metadata><h:script>alert(1)</h:script></metadata>",
    '<x:thing xmlns:x="https://example.org/ns"/>',
    '<?xml-stylesheet href="//evil.example.org/x.css"?>',
    '<cursor href="//evil.example.org"/>',
    '<font-face-uri href="//evil.example.org"/>',
    '<g id="a">' + '<use href="#a"/>' * 33 + "</g>",
)


@pytest.mark.parametrize("body", _ACTIVE)
def test_active_svg_is_refused(body: str) -> None:
    """Script, handlers, animation, links, foreign content, outside references, hidden CSS."""
    with pytest.raises(DecodingError) as caught:
        check_svg_inert(_svg(body))
    assert caught.value.code == "image.active_content"


def test_there_are_enough_of_them() -> None:
    """The threat model asks for sixty."""
    assert len(set(_ACTIVE)) >= 60


def test_handler_on_the_root_is_refused() -> None:
    """The root is judged like any other element."""
    with pytest.raises(DecodingError, match="active_content"):
        check_svg_inert(b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>')


def test_stylesheet_before_the_root_is_refused() -> None:
    """A processing instruction stands outside of every element."""
    with pytest.raises(DecodingError, match="active_content"):
        check_svg_inert(b'<?xml-stylesheet href="x.css"?>' + _svg("<g/>"))


@pytest.mark.parametrize("entity", ["<!DOCTYPE svg>", '<!DOCTYPE svg [<!ATTLIST svg onload CDATA "alert(1)">]>'])
def test_document_type_is_refused(entity: str) -> None:
    """A document type could add attributes that nobody sees."""
    with pytest.raises(DecodingError, match="xml_dtd_forbidden"):
        check_svg_inert(entity.encode() + _svg("<g/>"))


def test_other_encoding_is_refused() -> None:
    """In UTF-7 a script would look like plain text to us."""
    body = b'<?xml version="1.0" encoding="UTF-7"?>' + _svg("<title>+ADw-script+AD4-</title>")
    with pytest.raises(DecodingError, match="image_malformed"):
        check_svg_inert(body)


def test_detail_names_what_was_found() -> None:
    """The trainer learns which part to remove."""
    with pytest.raises(DecodingError) as caught:
        check_svg_inert(_svg('<g onclick="x"/>'))
    assert caught.value.detail["found"] == "attribute onclick"


_INERT = (
    '<circle cx="5" cy="5" r="4" fill="#064" stroke="rgb(1,2,3)" transform="translate(1 2) rotate(3)"/>',
    '<defs><linearGradient id="a"><stop offset="0" stop-color="red"/></linearGradient></defs><rect fill="url(#a)"/>',
    '<defs><symbol id="s"><path d="M0 0h1"/></symbol></defs><use href="#s"/><use xlink:href="#s"/>',
    "<style>.a{fill:#123;stroke-width:2px;clip-path:url(#c)} .b{fill:rgba(1,2,3,.5)}</style>",
    '<circle style="fill:url(\'#a\');opacity:0.5"/>',
    '<text x="1" y="2" font-family="sans-serif" xml:space="preserve">a &lt;b&gt; <tspan dy="3">c</tspan></text>',
    "<title>Title</title><desc>Words about javascript: and url(x) are words</desc>",
    '<filter id="f"><feGaussianBlur stdDeviation="2"/><feOffset dx="1"/></filter><g filter="url(#f)"/>',
    '<g aria-label="x" role="img" data-name="Layer 1" class="a"/>',
    '<metadata><r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:li r:about=""/></r:RDF></metadata>',
    '<metadata><c:Work xmlns:c="http://creativecommons.org/ns#" c:x="https://example.org/"/></metadata>',
    '<n:namedview xmlns:n="http://sodipodi.sourceforge.net/DTD/sodipodi-0.dtd" pagecolor="#fff"/>',
    '<g xmlns:i="http://www.inkscape.org/namespaces/inkscape" i:label="Layer 1" i:groupmode="layer"/>',
    "<!-- a comment -->",
)  # fmt: skip


@pytest.mark.parametrize("body", _INERT)
def test_plain_drawing_passes(body: str) -> None:
    """What drawing programs write, without anything active, is accepted."""
    check_svg_inert(_svg(body))


@pytest.mark.parametrize(
    "svg",
    [
        render_badge_svg(BadgeArt(title="CMM Operator", issuer_name="Blue Ridge", level=3)),
        render_qr_svg("https://example.org/b/1").encode(),
        bake_svg(render_badge_svg(BadgeArt(title="CMM Operator")), JSON_BADGE),
    ],
    ids=["drawn badge", "QR code", "baked badge"],
)
def test_our_own_pictures_pass(svg: bytes) -> None:
    """We draw nothing that we would refuse."""
    assert check_image(svg) == "image/svg+xml"


_N = 2_000_000
_COSTLY = {
    "one long name": _svg('<g id="' + "a" * _N + '"/>'),
    "one long word of CSS": _svg("<style>" + "a-" * (_N // 2) + "</style>"),
    "many functions of CSS": _svg("<style>" + "rgb(" * (_N // 4) + "</style>"),
    "words and spaces": _svg("<style>" + ("rgb" + " " * 1000) * (_N // 1003) + "</style>"),
    "many comments": _svg("<!---->" * (_N // 7)),
    "many elements": _svg("<g/>" * (_N // 4)),
    "many attributes": _svg("<g" + "".join(f' a{number}=""' for number in range(_N // 12)) + "/>"),
    "many namespaces": _svg("<g" + "".join(f' xmlns:a{number}="u"' for number in range(_N // 20)) + "/>"),
    "only brackets": b"<" * _N,
    "long declaration": b'<?xml version="1.0" ' + b" encoding" * (_N // 9) + b"?><svg/>",
}


@pytest.mark.parametrize("read", [check_svg_inert, extract_svg], ids=["judge", "extract"])
@pytest.mark.parametrize("name", _COSTLY)
def test_costly_svg_is_judged_soon(name: str, read: Callable[[bytes], object]) -> None:
    """Two megabytes made to keep the parser or our patterns busy cost little (G6)."""

    def judge() -> None:
        with contextlib.suppress(DecodingError):
            read(_COSTLY[name])

    within_cost(_MAX_COST, judge)
