"""What a list of badges needs of one, read without what all badges of its course share.

Most of a badge is its achievement, the same to the byte for everybody who took the course. An outline holds of that,
and of the issuer, the few members that are asked for when nobody looks at the badge itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credentials.template_marks import Marker, split_at_marks
from schemas import encode_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import JsonObject, JsonValue

_OF_ISSUER: Final = ("id", "type", "name")
_OF_ACHIEVEMENT: Final = ("id", "type", "name", "creator")
# Members that a schema asks for, as short as it allows: what stood there was compared with it already.
_EMPTY: Final[JsonObject] = {"description": "", "criteria": {"narrative": ""}}


class Outline:
    """Made by `compile_outline`. Safe to share between threads: nothing in it changes.

    Args:
        pieces: JSON with a gap between each and the next.
    """

    def __init__(self, pieces: Sequence[bytes]) -> None:
        self._parts = [b""] * (2 * len(pieces) - 1)
        self._parts[::2] = pieces

    @property
    def weight(self) -> int:
        """How much memory its text takes, in bytes."""
        return sum(map(len, self._parts))

    def write(self, values: Sequence[bytes]) -> bytes:
        """Return the outline of one badge as JSON.

        Args:
            values: As `IssueTemplate.read_values` returns them.
        """
        parts = self._parts.copy()
        parts[1::2] = values
        return b"".join(parts)


def compile_outline(document: JsonObject, *, staying: frozenset[int]) -> Outline | None:
    """Return the outline of badges that differ from one in marked texts only; None for what has no one achievement.

    Args:
        document: That one, without its proof; it fits its schema.
        staying: As for `compile_template`.
    """
    marker = Marker(staying)
    marked = marker.mark_members(document)
    subject, issuer = marked.get("credentialSubject"), marked.get("issuer")
    achievement = subject.get("achievement") if isinstance(subject, dict) else None
    if not isinstance(subject, dict) or not isinstance(achievement, dict):
        return None
    # No text below the two may change, so that each mark still stands in its place.
    short: JsonValue = {**subject, "achievement": {**_pick(achievement, _OF_ACHIEVEMENT), **_EMPTY}}
    profile = _pick(issuer, _OF_ISSUER) if isinstance(issuer, dict) else issuer
    encoded = encode_json({**marked, "issuer": profile, "credentialSubject": short})
    return Outline(split_at_marks(encoded, marker.marks))


def _pick(value: JsonObject, names: Sequence[str]) -> JsonObject:
    return {name: value[name] for name in names if name in value}
