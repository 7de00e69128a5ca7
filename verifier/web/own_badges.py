"""Badges of this very site, found by what people have in their hands: an address, a message, or a code on paper."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from pages import allowed_hosts
from verifier.web.views import StatusChange

if TYPE_CHECKING:
    from credentials import OpenBadgeCredential
    from verifier.web.deps import PublishedBadge, VerifierDeps

_SLUG = r"/b/([A-Za-z0-9_-]{1,64})"
_SLUG_END = r"(?:\.(?:json|jwt|png|svg|pdf))?/?(?:[?#].*)?"
_BARE_SLUG = re.compile(r"[A-Za-z0-9_-]{22}")  # 16 random bytes in base64url


def _compose_start(deps: VerifierDeps) -> str:
    """Return the pattern of this site's address as people write it: any case, with or without its scheme."""
    hosts = sorted(allowed_hosts(deps.base_url) | {urlsplit(deps.base_url).netloc})
    return rf"(?i:(?:https?://)?(?:{'|'.join(map(re.escape, hosts))}))"


def find_own_slug(deps: VerifierDeps, text: str) -> str:
    """Return the slug when `text` is the address of a badge page of this site, or the bare code of one; else empty."""
    joined = "".join(text.split())  # a long address on paper is printed on two lines
    match = re.fullmatch(_compose_start(deps) + _SLUG + _SLUG_END, joined)
    if match:
        return match[1]
    return joined if _BARE_SLUG.fullmatch(joined) and deps.find_badge(joined) else ""


def find_own_slug_in_message(deps: VerifierDeps, text: str) -> str:
    """Return the slug of the one badge page of this site that a message names; empty for none or several."""
    found = set(re.findall(r"(?<![\w.@-])" + _compose_start(deps) + _SLUG, text))
    return found.pop() if len(found) == 1 else ""


def find_own_badge(deps: VerifierDeps, credential: OpenBadgeCredential) -> PublishedBadge | None:
    """Return the badge of this site that a credential is, whose proof has passed, if anything became of it since.

    Anyone may sign a badge under an id of ours, so the issuer must be the one that our own badge has.
    """
    slug = find_own_slug(deps, credential.id)
    badge = deps.find_badge(slug) if slug else None
    if badge is None or (badge.status_changed_at is None and badge.newer is None):
        return None
    own = deps.verify(badge.original).credential
    if own is None or (own.id, own.issuer.id) != (credential.id, credential.issuer.id):
        return None
    return badge


def read_status_change(badge: PublishedBadge | None) -> StatusChange:
    """Return why and when a badge of ours was revoked or suspended."""
    if badge is None:
        return StatusChange()
    newer = badge.newer
    return StatusChange(
        reason=badge.status_reason, at=badge.status_changed_at, is_corrected=newer is not None and newer.is_correction
    )
