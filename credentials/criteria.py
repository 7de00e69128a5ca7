"""The parts of a criteria narrative: what was done, what the holder can do, how it was tested, how long it took.

Open Badges 3.0 has one field for all of this, `achievement.criteria.narrative` in Markdown. We write it so that
every wallet shows it sensibly, and so that its parts can be found again in what was signed:

    Finish the course and pass both tests.

    **What the holder can do**

    - Can set up a part on the granite table
    - Can run a measuring program

    **How it was tested**

    A practical test on three parts.

    **Length of training**

    24 hours
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_CAN_DO = "can_do"
_ASSESSMENT = "assessment"
_HOURS = "hours"
_PARTS = (_CAN_DO, _ASSESSMENT, _HOURS)  # in the order they are written
# Signed into badges: a wording may be added for reading, never taken away.
_HEADINGS: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {
        "en": {_CAN_DO: "What the holder can do", _ASSESSMENT: "How it was tested", _HOURS: "Length of training"},
        "es": {_CAN_DO: "Qué sabe hacer", _ASSESSMENT: "Cómo se evaluó", _HOURS: "Duración de la formación"},
    }
)
_PART_OF = {f"**{words}**": part for headings in _HEADINGS.values() for part, words in headings.items()}
# Signs that Markdown would take as markup inside a plain sentence (CommonMark 0.31 §2.4).
_MARKUP = re.compile(r"([\\`*_\[\]<>&|~])")
_LEADING = re.compile(r"^([-+#=]|[0-9]+(?=[.)]))")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")


@dataclass(frozen=True, slots=True, kw_only=True)
class CriteriaParts:
    """A narrative taken apart. `earned_by` and `assessment` are Markdown; `can_do` and `hours` are plain text.

    A narrative that was not written by `compose_criteria_narrative` is all `earned_by`.
    """

    earned_by: str
    can_do: tuple[str, ...] = ()
    assessment: str = ""
    hours: str = ""


def compose_criteria_narrative(parts: CriteriaParts, *, language: str = "en") -> str:
    """Write the parts as one Markdown text; empty parts are left out.

    Spec: OB 3.0 Criteria.narrative.

    Args:
        parts: `can_do` sentences and `hours` are plain text; their markup signs are escaped.
        language: BCP 47 tag of the text; headings are Spanish for `es…`, else English.
    """
    headings = _HEADINGS["es" if language.lower().startswith("es") else "en"]
    texts = {
        _CAN_DO: "\n".join(f"- {_escape(sentence)}" for sentence in parts.can_do),
        _ASSESSMENT: parts.assessment.strip(),
        _HOURS: _escape(parts.hours.strip()),
    }
    blocks = [parts.earned_by.strip()]
    for part in _PARTS:
        if texts[part]:
            blocks += [f"**{headings[part]}**", texts[part]]
    return "\n\n".join(block for block in blocks if block)


def read_criteria_parts(narrative: str) -> CriteriaParts:
    """Take a narrative apart again. Never fails: what cannot be told apart is all `earned_by`."""
    lines = narrative.splitlines()
    found = [(index, _PART_OF[line.strip()]) for index, line in enumerate(lines) if line.strip() in _PART_OF]
    parts = [part for _, part in found]
    if parts != [part for part in _PARTS if part in parts]:
        return CriteriaParts(earned_by=narrative.strip())
    bounds = [*(index for index, _ in found), len(lines)]
    texts = {
        part: "\n".join(lines[start + 1 : end]).strip()
        for part, start, end in zip(parts, bounds, bounds[1:], strict=False)
    }
    can_do = _read_list(texts.get(_CAN_DO, ""))
    if can_do is None:
        return CriteriaParts(earned_by=narrative.strip())
    return CriteriaParts(
        earned_by="\n".join(lines[: bounds[0]]).strip(),
        can_do=can_do,
        assessment=texts.get(_ASSESSMENT, ""),
        hours=_unescape(texts.get(_HOURS, "")),
    )


def _read_list(text: str) -> tuple[str, ...] | None:
    """Read the lines of a list; None when a line is something else."""
    lines: Sequence[str] = [line.strip() for line in text.splitlines() if line.strip()]
    if any(not line.startswith("- ") for line in lines):
        return None
    return tuple(_unescape(line[2:].strip()) for line in lines)


def _escape(text: str) -> str:
    return _LEADING.sub(r"\\\1" if not text[:1].isdigit() else r"\1\\", _MARKUP.sub(r"\\\1", " ".join(text.split())))


def _unescape(text: str) -> str:
    return _ESCAPED.sub(r"\1", text)
