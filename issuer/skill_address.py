"""The address of a skill of an issuer's own: a badge needs one for each skill, and these have a page of this site."""

from __future__ import annotations

import hashlib

from issuer.field_reading import make_key

MAX_SLUG_CHARS = 64
_DIGEST_CHARS = 6


def own_skill_slug(name: str) -> str:
    """Return the last part of the address of a skill: from its name alone, so that the same name is the same skill.

    A name that loses something on the way (`C++`, `Soldadura básica`) gets a mark, so that no two names meet.
    """
    words = " ".join(name.casefold().split())
    key = make_key(words)
    if key.replace("-", " ") == words:
        return key
    mark = hashlib.sha256(words.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGEST_CHARS]
    return "-".join(part for part in (key[: MAX_SLUG_CHARS - _DIGEST_CHARS - 1].strip("-"), mark) if part)


def own_skill_url(base_url: str, issuer_slug: str, name: str) -> str:
    """Return the address of a skill of an issuer's own (OB 3.0 Alignment targetUrl)."""
    return f"{base_url}/skills/{issuer_slug}/{own_skill_slug(name)}"
