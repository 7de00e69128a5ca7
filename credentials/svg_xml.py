"""Read a stranger's SVG as a flat list of elements; the one door to defusedxml.

A document type, an entity or an inclusion is refused, whatever it holds. Byte offsets
are kept so that baking can cut and insert without writing the file anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping  # noqa: TC003 - the dataclass is inspected at run time
from dataclasses import dataclass, field

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from schemas import DecodingError

SVG_NAMESPACE = "http://www.w3.org/2000/svg"
MAX_SVG_BYTES = 4 * 1024 * 1024
MAX_DEPTH = 64
MAX_ELEMENTS = 20_000
MAX_EQUALS_SIGNS = 60_000  # no file has more attributes than these, and attributes cost the parser most
_XINCLUDE = "{http://www.w3.org/2001/XInclude}"
_ENCODING = re.compile(rb"\A(?:\xef\xbb\xbf)?<\?xml[^>]*?\sencoding\s*=\s*[\"']([^\"']*)[\"']")
_TAG = re.compile(rb"""<(?:[^"'>]|"[^"]*"|'[^']*')*>""")


@dataclass(slots=True)
class SvgElement:
    """One element. `name` is `{namespace}local`; offsets count bytes of the file."""

    name: str
    attributes: Mapping[str, str]
    depth: int  # 0 for the root
    start: int  # of `<`
    tag_end: int  # after the `>` of its first tag
    end: int = 0  # after the `>` of its last tag
    text: str = ""  # its own, without that of its children
    is_parent: bool = False


@dataclass(slots=True)
class SvgDocument:
    """Elements in document order, the root first, and the names of processing instructions."""

    elements: list[SvgElement] = field(default_factory=list)
    instructions: list[str] = field(default_factory=list)

    @property
    def root(self) -> SvgElement:
        """The `<svg>` element."""
        return self.elements[0]


class _Collector:
    """Parser target (see `xml.etree.ElementTree.XMLParser`) that keeps a flat list."""

    def __init__(self, data: bytes) -> None:
        self.document = SvgDocument()
        self.parser: DefusedXMLParser | None = None
        self._data = data
        self._open: list[SvgElement] = []
        self._texts: list[list[str]] = []

    def _offset(self) -> int:
        # The pure Python parser, which defusedxml always takes, shows its expat parser.
        offset: int = self.parser.parser.CurrentByteIndex  # type: ignore[union-attr]
        return offset

    def _tag_end(self, offset: int) -> int:
        found = _TAG.match(self._data, offset)
        if found is None:
            raise DecodingError("decoding.image_malformed", "tag without end")
        return found.end()

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name.startswith(_XINCLUDE):
            raise DecodingError("decoding.xml_dtd_forbidden", "XInclude")
        if len(self._open) >= MAX_DEPTH or len(self.document.elements) >= MAX_ELEMENTS:
            raise DecodingError("decoding.image_malformed", "too deep or too many elements")
        offset = self._offset()
        element = SvgElement(name, attributes, len(self._open), offset, self._tag_end(offset))
        if self._open:
            self._open[-1].is_parent = True
        self.document.elements.append(element)
        self._open.append(element)
        self._texts.append([])

    def data(self, text: str) -> None:
        self._texts[-1].append(text)

    def end(self, _name: str) -> None:
        element = self._open.pop()
        element.text = "".join(self._texts.pop())
        offset = self._offset()
        element.end = self._tag_end(offset) if self._data.startswith(b"</", offset) else element.tag_end

    def pi(self, target: str, _text: str) -> None:
        self.document.instructions.append(target)

    def close(self) -> SvgDocument:
        return self.document


def _is_utf8(data: bytes) -> bool:
    """Say whether a browser, which follows the declaration and the byte order mark, reads the same text as we do."""
    declared = _ENCODING.match(data)
    if b"\0" in data or (declared and declared.group(1).lower() not in (b"utf-8", b"us-ascii")):
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def read_svg(data: bytes) -> SvgDocument:
    """Read `data` as SVG in UTF-8.

    Raises:
        DecodingError: `decoding.xml_dtd_forbidden` (DTD, entity, XInclude), `image.too_large`,
            `decoding.image_malformed` (no XML, other encoding, too deep), `image.type_mismatch` (root is not `svg`).
    """
    if len(data) > MAX_SVG_BYTES:
        raise DecodingError("image.too_large", detail={"bytes": len(data), "max_bytes": MAX_SVG_BYTES})
    if data.count(b"=") > MAX_EQUALS_SIGNS:
        raise DecodingError("decoding.image_malformed", "too many attributes")
    if not _is_utf8(data):
        raise DecodingError("decoding.image_malformed", "SVG must be in UTF-8")
    collector = _Collector(data)
    parser = DefusedXMLParser(target=collector, encoding="utf-8", forbid_dtd=True)
    collector.parser = parser
    try:
        parser.feed(data)
        parser.close()
    except DefusedXmlException as error:
        raise DecodingError("decoding.xml_dtd_forbidden") from error
    except ParseError as error:
        raise DecodingError("decoding.image_malformed", f"not XML: {error}") from error
    if collector.document.root.name != f"{{{SVG_NAMESPACE}}}svg":
        raise DecodingError("image.type_mismatch", "root element is not svg")
    return collector.document
