"""The badge behind an https address: the document itself, or the one that a badge page points to."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from schemas import DecodingError
from verifier.sniff import Presented, PresentedKind, is_web_page, read_presented, read_url_host

if TYPE_CHECKING:
    from keys import FetchedDocument, Fetcher

MAX_FETCHED_BADGE_BYTES = 4 * 1024 * 1024
BADGE_ACCEPT = (
    "application/vc, application/vc+ld+json, application/ld+json, application/vc+jwt, application/jwt, "
    "application/vc+sd-jwt, application/dc+sd-jwt, application/vc+cose, "
    "application/json, image/png;q=0.8, image/svg+xml;q=0.8, application/pdf;q=0.7, text/plain;q=0.6, text/html;q=0.5"
)
# Bytes of a web page that are searched: a page names its other forms in its head.
MAX_SEARCHED_PAGE_BYTES = 64 * 1024
_PAGE_TYPES = frozenset({"text/html", "application/xhtml+xml"})
_PICTURES = frozenset({PresentedKind.PNG, PresentedKind.SVG})
_LINK = re.compile(r"<link\b([^<>]{1,2000})>", re.IGNORECASE)
_ATTRIBUTE = re.compile(r"([a-z]{1,16})\s*=\s*(?:\"([^\"]{0,1000})\"|'([^']{0,1000})')", re.IGNORECASE)
_BADGE_TYPES = frozenset({"application/vc", "application/vc+ld+json"})


def fetch_presented(url: str, *, fetcher: Fetcher) -> Presented:
    """Fetch what stands at `url`; from a badge page follow its one link to the badge, on the same host only.

    Raises:
        FetchError: `fetch.…`.
        DecodingError: There is no badge (`decoding.page_without_badge`), or it cannot be read.
    """
    fetched = fetcher.fetch(url, max_bytes=MAX_FETCHED_BADGE_BYTES, accept=BADGE_ACCEPT)
    if _is_page(fetched):
        link = _find_badge_link(fetched)
        if not link or read_url_host(link) != read_url_host(url):
            raise DecodingError("decoding.page_without_badge", detail={"host": read_url_host(url)})
        fetched = fetcher.fetch(link, max_bytes=MAX_FETCHED_BADGE_BYTES, accept=BADGE_ACCEPT)
        if _is_page(fetched):
            raise DecodingError("decoding.page_without_badge", detail={"host": read_url_host(url)})
    presented = read_presented(fetched.body)
    if presented.url and presented.kind in _PICTURES:  # Open Badges 2.0 bakes the address of the badge
        presented = read_presented(
            fetcher.fetch(presented.url, max_bytes=MAX_FETCHED_BADGE_BYTES, accept=BADGE_ACCEPT).body
        )
    if presented.url:  # a chain of addresses would let a page send us anywhere
        raise DecodingError("decoding.not_recognized")
    return presented


def _is_page(fetched: FetchedDocument) -> bool:
    return fetched.media_type in _PAGE_TYPES or is_web_page(fetched.body)


def _find_badge_link(fetched: FetchedDocument) -> str:
    head = fetched.body[:MAX_SEARCHED_PAGE_BYTES].decode("utf-8", "replace")
    for link in _LINK.finditer(head):
        attributes = {name.lower(): double or single for name, double, single in _ATTRIBUTE.findall(link[1])}
        if attributes.get("rel", "").lower() == "alternate" and attributes.get("type", "").lower() in _BADGE_TYPES:
            return _join(fetched.url, attributes["href"]) if attributes.get("href") else ""
    return ""


def _join(base: str, reference: str) -> str:
    try:
        return urljoin(base, reference)
    except ValueError:  # such as a bracket that is not closed: no address
        return ""
