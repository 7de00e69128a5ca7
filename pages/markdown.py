"""Markdown from strangers becomes harmless HTML: no raw HTML, no images, https and mailto links only."""

from __future__ import annotations

from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markupsafe import Markup

MAX_MARKDOWN_BYTES = 8 * 1024
_TAGS = {"p", "br", "em", "strong", "ul", "ol", "li", "a", "code", "blockquote", "hr"}
_ATTRIBUTES = {"a": {"href"}}
_SCHEMES = {"https", "mailto"}


@lru_cache(maxsize=1)
def _parser() -> MarkdownIt:
    # Headings inside a description would break the outline of our page; tables are not CommonMark.
    return MarkdownIt("commonmark", {"html": False, "linkify": False}).disable(["image", "heading", "lheading"])


def render_markdown(text: str) -> Markup:
    """Return `text` as HTML from a short allow-list; text beyond 8 KiB is left out."""
    capped = text.encode("utf-8", "replace")[:MAX_MARKDOWN_BYTES].decode("utf-8", "ignore")
    clean = nh3.clean(
        _parser().render(capped),
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes=_SCHEMES,
        url_relative="deny",
        link_rel="nofollow noopener noreferrer",
    )
    return Markup(clean)  # noqa: S704 - the allow-list above made it


def plain_text(text: str) -> str:
    """Return Markdown without its marks, for a place that holds one line."""
    return " ".join(nh3.clean(_parser().render(text[:MAX_MARKDOWN_BYTES]), tags=set()).split())
