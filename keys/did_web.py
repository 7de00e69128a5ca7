"""did:web: an identifier that is a place on the web.

Spec: did:web Method Specification (W3C CCG), §2.3 (method-specific identifier), §2.5.2 (read).
"""

from __future__ import annotations

import re
from urllib.parse import quote, urlsplit

from schemas import KeystoreError, ResolutionError

DID_WEB_PREFIX = "did:web:"
MAX_DID_WEB_CHARS = 1_024

_HOST = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?(?:%3[Aa][0-9]{1,5})?")
_SEGMENT = re.compile(r"(?:[A-Za-z0-9._-]|%[0-9A-Fa-f]{2})+")
# A segment that climbs or splits the path once it is decoded would lead elsewhere than it reads.
_FORBIDDEN_SEGMENT = re.compile(r"\.{1,2}|.*%(?:2[EeFf]|5[Cc]|00|23|3[Ff]).*")
_LOOPBACK_HOSTS = frozenset({"localhost", "127.0.0.1"})


def did_web_url(did: str) -> str:
    """Return the https URL of the document of a did:web.

    Raises:
        ResolutionError: Not a well-formed did:web (`issuer.did_malformed`).
    """
    if not did.startswith(DID_WEB_PREFIX) or len(did) > MAX_DID_WEB_CHARS:
        raise ResolutionError("issuer.did_malformed", "not a did:web, or too long")
    host, *path = did.removeprefix(DID_WEB_PREFIX).split(":")
    if not _HOST.fullmatch(host):
        raise ResolutionError("issuer.did_malformed", "the host of the did:web is malformed")
    for segment in path:
        if not _SEGMENT.fullmatch(segment) or _FORBIDDEN_SEGMENT.fullmatch(segment):
            raise ResolutionError("issuer.did_malformed", "a path segment of the did:web is malformed")
    authority = host.replace("%3A", ":").replace("%3a", ":")
    return f"https://{authority}/{'/'.join(path) or '.well-known'}/did.json"


def did_web_for(url: str) -> str:
    """Return the did:web of an https address such as `https://badges.example.org/issuers/weld`.

    Plain http is taken only for this machine, where Skillmark is tried out.

    Raises:
        KeystoreError: The address cannot be the place of a did:web (`key.did_web_address`).
    """
    parts = urlsplit(url)
    host = parts.hostname or ""
    secure = parts.scheme == "https" or (parts.scheme == "http" and host in _LOOPBACK_HOSTS)
    if not secure or parts.query or parts.fragment or "@" in parts.netloc:
        raise KeystoreError("key.did_web_address", "a did:web needs a plain https address")
    authority = f"{host}%3A{parts.port}" if parts.port is not None else host
    segments = [quote(segment, safe="") for segment in parts.path.split("/") if segment]
    did = DID_WEB_PREFIX + ":".join([authority, *segments])
    try:
        did_web_url(did)
    except ResolutionError as error:
        raise KeystoreError("key.did_web_address", "a did:web needs a plain https address") from error
    return did
