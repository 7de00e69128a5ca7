"""Every stable code, with its sentence for a person in English and Spanish.

The tables stand in `schemas/code_tables/<area>.yaml`, one file for each first
word of a code. An entry has `en` and `es` (one plain sentence each), `next_en`
and `next_es` (what the reader can do now), `spec` (the clause) and `problem`
(the last part of a W3C problem type, or nothing).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Literal

from schemas.yaml_files import read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

Language = Literal["en", "es"]

_VC = "https://www.w3.org/TR/vc-data-model#"
_DI = "https://w3id.org/security#"
_STATUS = "https://www.w3.org/ns/credentials/status-list#"
# VCDM 2.0 §7.2, VC-DATA-INTEGRITY 1.0 §4.7, BITSTRING-STATUS-LIST 1.0 §3.5.
PROBLEM_TYPES: Mapping[str, str] = MappingProxyType(
    {
        **{
            name: _VC + name
            for name in (
                "PARSING_ERROR",
                "CRYPTOGRAPHIC_SECURITY_ERROR",
                "MALFORMED_VALUE_ERROR",
                "RANGE_ERROR",
            )
        },
        **{
            name: _DI + name
            for name in (
                "PROOF_GENERATION_ERROR",
                "PROOF_VERIFICATION_ERROR",
                "PROOF_TRANSFORMATION_ERROR",
                "INVALID_DOMAIN_ERROR",
                "INVALID_CHALLENGE_ERROR",
            )
        },
        **{
            name: _STATUS + name
            for name in (
                "STATUS_RETRIEVAL_ERROR",
                "STATUS_VERIFICATION_ERROR",
                "STATUS_LIST_LENGTH_ERROR",
            )
        },
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeInfo:
    """What is written down about one code."""

    code: str
    en: str
    es: str
    next_en: str
    next_es: str
    spec: str
    problem_type: str | None

    def sentence(self, language: Language = "en") -> str:
        """Return what happened, in one sentence."""
        return self.es if language == "es" else self.en

    def next_step(self, language: Language = "en") -> str:
        """Return what the reader can do now; may be empty."""
        return self.next_es if language == "es" else self.next_en


def _read_table(text: str) -> list[CodeInfo]:
    table = read_yaml(text)
    if table is None:
        return []
    if not isinstance(table, dict):
        raise TypeError("a code table is a mapping")
    entries = []
    for code, entry in table.items():
        if not isinstance(entry, dict):
            raise TypeError(f"{code} is not a mapping")
        words = {key: str(entry.get(key) or "") for key in ("en", "es", "next_en", "next_es", "spec")}
        problem = entry.get("problem")
        entries.append(CodeInfo(code=code, problem_type=PROBLEM_TYPES[str(problem)] if problem else None, **words))
    return entries


@lru_cache(maxsize=1)
def all_codes() -> Mapping[str, CodeInfo]:
    """Return every code that stands in the tables."""
    found: dict[str, CodeInfo] = {}
    for file in sorted(Path(__file__).with_name("code_tables").iterdir(), key=lambda entry: entry.name):
        if file.name.endswith(".yaml"):
            found.update((info.code, info) for info in _read_table(file.read_text("utf-8")))
    return MappingProxyType(found)


def describe_code(code: str) -> CodeInfo:
    """Return what is written down about `code`.

    Raises:
        KeyError: The code stands in no table; that is a bug of ours.
    """
    return all_codes()[code]
