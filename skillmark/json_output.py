"""JSON that a program prints and a person may see in a terminal: no sign in it steers what they see."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from schemas import JsonValue

# Controls of the second set, and signs that turn the direction of what follows or are not seen. The first set and
# the escape are escaped by every writer of JSON.
_STEERING = re.compile("[\x7f-\x9f\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]")


def render_json(value: JsonValue) -> str:
    """Return indented JSON with steering signs escaped; it reads back as the same value (RFC 8259 §7)."""
    return escape_steering(json.dumps(value, indent=2, ensure_ascii=False))


def escape_steering(text: str) -> str:
    """Escape the steering signs in JSON that is written already; outside of strings there are none."""
    return _STEERING.sub(lambda sign: f"\\u{ord(sign[0]):04x}", text)
