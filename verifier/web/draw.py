"""Pictures for badges of others, drawn here: their own addresses are never fetched."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

from credentials import BadgeArt, render_badge_svg

if TYPE_CHECKING:
    from credentials import OpenBadgeCredential


def draw_badge(credential: OpenBadgeCredential) -> str:
    """Return a picture made from what the signature covers, as a data URI. The badge's own address is never fetched."""
    art = BadgeArt(title=credential.achievement.name, issuer_name=credential.issuer.name)
    return "data:image/svg+xml;base64," + base64.b64encode(render_badge_svg(art)).decode("ascii")
