"""What a course file would change of the course that is there: said before anything is issued."""

from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from issuer import Achievement

MAX_SHOWN_CHARS = 80
# Bytes of a picture say nothing to a reader, and its kind goes with it.
_SAID_IN_ONE_WORD = frozenset({"image", "image_media_type"})


def list_changes(old: Achievement, new: Achievement) -> tuple[str, ...]:
    """Return one line for each part of a course that differs, in the words of the course file."""
    names = [field.name for field in fields(old) if getattr(old, field.name) != getattr(new, field.name)]
    lines = [
        f"{name}: {_show(getattr(old, name))} -> {_show(getattr(new, name))}"
        for name in names
        if name not in _SAID_IN_ONE_WORD
    ]
    return (*lines, *(["image: another picture"] if _SAID_IN_ONE_WORD & set(names) else []))


def _show(value: object) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(_show(one) for one in value)}]"[:MAX_SHOWN_CHARS]
    named = getattr(value, "name", value)  # a skill or a result is told by its name
    text = " ".join(str(named).split()) or "(nothing)"
    return text if len(text) <= MAX_SHOWN_CHARS else text[: MAX_SHOWN_CHARS - 1] + "…"
