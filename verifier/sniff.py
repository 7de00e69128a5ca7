"""What was presented: a file, a pasted text, an address or the content of a QR code.

Reads only as much as is needed to tell the forms apart and takes the credential out of
its wrapping (OB 3.0 §5.3 Baking). Nothing is fetched and nothing is believed here.
"""

from __future__ import annotations

import binascii
import enum
import re
from base64 import b64decode
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import credentials
from schemas import VC_V2_CONTEXT, CannotCheckError, DecodingError, encode_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from schemas import JsonObject

# The largest of the forms is a phone's photo; the reader of each form has its own, smaller limit.
MAX_PRESENTED_BYTES = 12 * 1024 * 1024
MAX_TEXT_BYTES = 256 * 1024
# ISO/IEC 18004 version 40, level L, byte mode.
MAX_QR_BYTES = 2_953
MAX_URL_CHARS = 2_048

_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_PDF_SIGNATURE = b"%PDF-"
_PHOTO_SIGNATURES = (b"\xff\xd8\xff", b"RIFF", b"GIF8", b"BM", b"II*\x00", b"MM\x00*")
# HEIC and AVIF name themselves after four bytes of length.
_ISO_MEDIA_BOX = b"ftyp"
_BYTE_ORDER_MARKS = (b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")
# What pasting adds around a text, and the marks that people put around an address.
_BLANK = " \t\r\n\u00a0\u200b\u200c\u200d\u2060\ufeff"
_QUOTES = _BLANK + "\"'<>`"
_SVG_START = re.compile(rb"<(?:\?xml|!DOCTYPE|!--|(?:[A-Za-z_][\w.-]*:)?svg)[\s>?\-]", re.IGNORECASE)
_PAGE_START = re.compile(rb"\s*<(?:!doctype\s+html|html)\b", re.IGNORECASE)
_PICTURE_ENDINGS = (".png", ".svg", ".jpg", ".jpeg", ".webp", ".heic", ".heif", ".gif")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_HTTPS_IN_TEXT = re.compile(r"https://[^\s<>\"'`]+", re.IGNORECASE)
# An address as it is printed on paper, without its scheme: a host with a dot, and a path.
_BARE_ADDRESS = re.compile(r"(?<![\w.@/:-])(?:[A-Za-z0-9-]+\.)+[A-Za-z]{2,}(?::[0-9]{1,5})?/[^\s<>\"'`]+")
# No start inside a token and nothing given back: the time is linear in the length of the text.
_JWS_IN_TEXT = re.compile(
    r"(?<![\w-])eyJ[A-Za-z0-9_-]++\.[A-Za-z0-9_-]++\.[A-Za-z0-9_-]++(?:~(?:[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*+)?)*+"
)
# A COSE message has no text form of its own; people paste what the `data:` URL of an envelope holds.
_COSE_TEXT = re.compile(r"(?:0oR|hE)[A-Za-z0-9+/_-]{200,}={0,2}")  # far longer than the code of a badge page
_DATA_URL_STARTS = ("data:application/vc+", "data:application/dc+sd-jwt", "data:application/jwt")
# What the extracting functions say when a picture holds a badge of another version.
_OTHER_GENERATIONS = frozenset({"open_badges_2", "comprehensive_learner_record"})
# The first characters of base64url('{"'), with which every JOSE header begins.
_JOSE_START = "eyJ"


class PresentedKind(enum.Enum):
    """The outer form of what was presented."""

    JSON = "json"
    JWS = "jws"
    SD_JWT = "sd_jwt"
    COSE = "cose"
    PNG = "png"
    SVG = "svg"
    PDF = "pdf"
    QR_PHOTO = "qr_photo"
    URL = "url"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Presented:
    """What was found: the bytes of one credential, or an address where one may be.

    Args:
        kind: The outer form.
        credential: A JSON document, a token or a COSE message as it stood there; empty when only an address was found.
        url: The address, not yet fetched; empty when there is a credential.
        scanned: The content came out of a QR code, so that nobody read the address before.
    """

    kind: PresentedKind
    credential: bytes = b""
    url: str = ""
    scanned: bool = False

    @property
    def host(self) -> str:
        """The host of `url` as it will be asked, lower-case; empty when there is none."""
        return read_url_host(self.url)


def read_url_host(url: str) -> str:
    """Return the host of an address in ASCII (punycode), lower-case; empty when it names none."""
    try:
        host = urlsplit(url).hostname or ""
        return host.encode("idna").decode("ascii").lower()
    except ValueError:  # UnicodeError is one; such an address leads nowhere
        return ""


def read_presented(data: bytes | str, *, filename: str = "") -> Presented:
    """Tell what was presented and take the credential out of it.

    Args:
        data: An uploaded file, or text that somebody pasted; in pasted text line breaks inside a JWS are dropped.
        filename: Name of the file; only makes the error clearer when the bytes are of no known form.

    Raises:
        DecodingError: `decoding.too_large`, `decoding.empty`, `decoding.not_recognized`, `decoding.page_without_badge`,
            or what the reader of that form raises (`decoding.image_no_credential`, `decoding.xml_dtd_forbidden`, …).
        CannotCheckError: A photo in which no code, or more than one, can be seen (`scan.…`).
    """
    if isinstance(data, str):
        return _read_text(data)
    if len(data) > MAX_PRESENTED_BYTES:
        raise DecodingError("decoding.too_large", detail={"bytes": len(data), "limit": MAX_PRESENTED_BYTES})
    head = data.lstrip()[:1024]
    if not head:
        raise DecodingError("decoding.empty")
    if data.startswith(_PNG_SIGNATURE):
        return _read_png(data)
    if data.startswith(_PDF_SIGNATURE):
        return Presented(kind=PresentedKind.PDF, credential=credentials.extract_pdf(data))
    if data.startswith(_PHOTO_SIGNATURES) or data[4:8] == _ISO_MEDIA_BOX:
        return _read_photo(data)
    if is_web_page(head):
        raise DecodingError("decoding.page_without_badge")
    if _SVG_START.match(head):
        return _read_svg(data)
    is_json = head.startswith((b"{", b"[")) or data.startswith(_BYTE_ORDER_MARKS)
    if is_json or credentials.is_cose_message(data):
        return Presented(kind=PresentedKind.JSON if is_json else PresentedKind.COSE, credential=data)
    try:
        return _read_text_file(data)
    except DecodingError as error:
        if error.code == "decoding.not_recognized" and filename.lower().endswith(_PICTURE_ENDINGS):
            raise DecodingError("image.type_mismatch", "its name says picture, its bytes do not") from error
        raise


def is_plainly_json(data: bytes) -> bool:
    """Say whether `read_presented` would take a file for JSON, its first character an opening brace."""
    return data.startswith(b"{") and data[4:8] != _ISO_MEDIA_BOX


def is_plainly_token(data: bytes) -> bool:
    """Say whether `read_presented` would take a file for a JWS when no tilde stands in it; white space aside."""
    return data.lstrip().startswith(_JOSE_START.encode("ascii")) and data[4:8] != _ISO_MEDIA_BOX


def encode_plain_text(text: str) -> bytes:
    """Return the bytes of a pasted text, JSON or a token, as `read_presented` would; none when it cannot be encoded."""
    try:
        return text.strip(_BLANK).encode("utf-8")
    except UnicodeEncodeError:
        return b""


def is_web_page(data: bytes) -> bool:
    """Say whether the bytes begin as an HTML page does."""
    return _PAGE_START.match(data) is not None


def _read_png(data: bytes) -> Presented:
    try:
        return Presented(kind=PresentedKind.PNG, credential=credentials.extract_png(data))
    except DecodingError as error:
        if error.detail.get("found") in _OTHER_GENERATIONS:
            return _read_older(PresentedKind.PNG, credentials.extract_other_png(data))
        if error.code not in {"decoding.image_no_credential", "image.too_large"}:
            raise
        # A screenshot of a QR code is a PNG too; when there is no code in it either, the first error is the true one.
        return _read_photo(data, otherwise=error)


def _read_svg(data: bytes) -> Presented:
    try:
        return Presented(kind=PresentedKind.SVG, credential=credentials.extract_svg(data))
    except DecodingError as error:
        if error.detail.get("found") not in _OTHER_GENERATIONS:
            raise
        return _read_older(PresentedKind.SVG, credentials.extract_other_svg(data))


def _read_older(kind: PresentedKind, content: bytes) -> Presented:
    """Read what a picture of an earlier version holds: a badge, or only its address."""
    if not content.lower().startswith((b"https://", b"http://")):
        return Presented(kind=kind, credential=content)
    inner = _read_text_file(content)
    return Presented(kind=kind, credential=inner.credential, url=inner.url)


def _read_photo(data: bytes, *, otherwise: DecodingError | None = None) -> Presented:
    found = tuple(dict.fromkeys(credentials.read_qr_photo(data)))
    if not found:
        raise otherwise or CannotCheckError("scan.no_code_in_photo")
    if len(found) > 1:
        raise CannotCheckError("scan.several_codes", detail={"codes": len(found)})
    inner = read_scanned(found[0])
    return Presented(kind=PresentedKind.QR_PHOTO, credential=inner.credential, url=inner.url, scanned=True)


def read_scanned(text: str) -> Presented:
    """Read what a QR code holds: a signed badge, or the https address of one. Never opens it.

    Raises:
        DecodingError: `decoding.qr_unsupported_scheme` for any other kind of address, or one without a host,
            `decoding.too_large`, `decoding.empty`, `decoding.not_recognized`.
    """
    content = text.strip(_BLANK)
    if len(content.encode("utf-8", "surrogatepass")) > MAX_QR_BYTES:
        raise DecodingError("decoding.too_large", detail={"limit": MAX_QR_BYTES})
    if _SCHEME.match(content) and not content.lower().startswith(("https://", *_DATA_URL_STARTS)):
        raise DecodingError("decoding.qr_unsupported_scheme", detail={"scheme": content.split(":", 1)[0].lower()[:32]})
    inner = _read_text(content)
    if inner.url and not inner.host:
        raise DecodingError("decoding.qr_unsupported_scheme", "an address without a host")
    return Presented(kind=inner.kind, credential=inner.credential, url=inner.url, scanned=True)


def _read_text_file(data: bytes) -> Presented:
    # A JWS in a file is taken byte for byte: only white space around it is dropped.
    if data.lstrip().startswith(_JOSE_START.encode("ascii")):
        return _compose_token(data.strip())
    if len(data) > MAX_TEXT_BYTES:
        raise DecodingError("decoding.not_recognized")
    try:
        return _read_text(data.decode("utf-8"))
    except UnicodeDecodeError as error:
        raise DecodingError("decoding.not_recognized") from error


def _read_text(text: str) -> Presented:
    try:
        size = len(text.encode("utf-8"))
    except UnicodeEncodeError as error:
        raise DecodingError("decoding.lone_surrogate") from error
    if size > MAX_TEXT_BYTES:
        raise DecodingError("decoding.too_large", detail={"bytes": size, "limit": MAX_TEXT_BYTES})
    content = text.strip(_BLANK)
    if not content:
        raise DecodingError("decoding.empty")
    for read in _TEXT_FORMS:
        presented = read(content)
        if presented is not None:
            return presented
    raise DecodingError("decoding.not_recognized")


def _read_json_text(content: str) -> Presented | None:
    if not content.startswith(("{", "[", "//", "/*")):
        return None
    return Presented(kind=PresentedKind.JSON, credential=content.encode("utf-8"))


def _read_svg_text(content: str) -> Presented | None:
    data = content.encode("utf-8")
    return _read_svg(data) if _SVG_START.match(data) else None


def _read_jws_text(content: str) -> Presented | None:
    token = "".join(content.strip(_QUOTES).split())
    if not token.startswith(_JOSE_START):
        return None
    return _compose_token(token.encode("utf-8"))


def _compose_token(token: bytes) -> Presented:
    return Presented(kind=PresentedKind.SD_JWT if b"~" in token else PresentedKind.JWS, credential=token)


def _read_cose_text(content: str) -> Presented | None:
    text = "".join(content.strip(_QUOTES).split())
    if not _COSE_TEXT.fullmatch(text):
        return None
    unpadded = text.rstrip("=").translate(str.maketrans("-_", "+/"))
    try:
        message = b64decode(unpadded + "=" * (-len(unpadded) % 4), validate=True)
    except binascii.Error:  # some other word
        return None
    return Presented(kind=PresentedKind.COSE, credential=message) if credentials.is_cose_message(message) else None


def _read_data_url(content: str) -> Presented | None:
    """Read the `data:` URL that an envelope has for its id (VCDM 2.0 §4.13.1) as that envelope."""
    url = "".join(content.strip(_QUOTES).split())
    if not url.lower().startswith(_DATA_URL_STARTS):
        return None
    envelope: JsonObject = {"@context": [VC_V2_CONTEXT], "id": url, "type": credentials.EnvelopeKind.CREDENTIAL.value}
    return Presented(kind=PresentedKind.TEXT, credential=encode_json(envelope))


def _read_url_text(content: str) -> Presented | None:
    address = content.strip(_QUOTES)
    if _BARE_ADDRESS.fullmatch(address):
        address = f"https://{address}"
    if not _SCHEME.match(address) or any(part.isspace() for part in address):
        return None
    if len(address) > MAX_URL_CHARS:
        raise DecodingError("decoding.too_large", detail={"limit": MAX_URL_CHARS})
    if not address.lower().startswith(("https://", "http://")):
        raise DecodingError("decoding.not_recognized")
    return Presented(kind=PresentedKind.URL, url=address)


def _read_sentence(content: str) -> Presented | None:
    """Find the one badge or the one address inside a message that somebody pasted whole."""
    tokens = set(_JWS_IN_TEXT.findall(content))
    if len(tokens) == 1:
        return Presented(kind=PresentedKind.TEXT, credential=tokens.pop().encode("ascii"))
    found = _HTTPS_IN_TEXT.findall(content) or _BARE_ADDRESS.findall(content)
    addresses = {address.rstrip(".,;:!?)]}") for address in found}
    if not tokens and len(addresses) == 1:
        return _read_url_text(addresses.pop())
    return None


_TEXT_FORMS: tuple[Callable[[str], Presented | None], ...] = (
    _read_json_text,
    _read_svg_text,
    _read_jws_text,
    _read_data_url,
    _read_cose_text,
    _read_url_text,
    _read_sentence,
)
