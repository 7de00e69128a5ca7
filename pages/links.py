"""Which addresses from strangers may become links (security: only https and mailto, host in plain sight)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

_MAX_URL_CHARS = 2048
_UNSAFE = re.compile(r"[\x00-\x20\x7f-\xa0\\<>\"'`{}|^\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]")
_MAILBOX = re.compile(r"[A-Za-z0-9._+\-]{1,64}@[A-Za-z0-9\-]+(\.[A-Za-z0-9\-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeLink:
    """An address that may stand in `href`; `host` is shown beside it so that the reader knows where it leads."""

    href: str
    host: str


def host_of(url: str) -> str:
    """Return the host of an https address in its ASCII form (punycode); empty when it has none.

    A name with letters of other scripts is shown as `xn--…` on purpose: look-alikes stand out.
    """
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
        port = parts.port
        ascii_host = host.encode("idna").decode("ascii")
    except ValueError:
        return ""
    return f"{ascii_host}:{port}" if port not in {None, 443} else ascii_host


def safe_link(url: str) -> SafeLink | None:
    """Return a link for an https or mailto address; None for anything else."""
    if not url or len(url) > _MAX_URL_CHARS or _UNSAFE.search(url):
        return None
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "mailto":
        return SafeLink(href=f"mailto:{rest}", host=rest) if _MAILBOX.fullmatch(rest) else None
    if scheme.lower() != "https" or not rest.startswith("//"):
        return None
    host = host_of(url)
    if not host or "@" in rest.split("/")[2]:
        return None
    return SafeLink(href=url, host=host)


def secure_link(url: str) -> SafeLink | None:
    """Return a link that is followed over https, also when a framework names its terms with http (as ESCO does)."""
    return safe_link(f"https://{url.removeprefix('http://')}" if url.startswith("http://") else url)
