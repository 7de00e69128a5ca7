"""Registries of issuers that others keep: read from a file, merged into the reader's own list with their source.

The form is that of the Digital Credentials Consortium: `{meta, registry: {<did>: {name, location?, url?}}}`. A registry
says that somebody knows the issuer behind an id. It never makes a domain trusted, and never changes an entry that
the reader wrote.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from schemas import ConfigurationError, DecodingError, read_json
from verifier.trust import MAX_TRUST_ENTRIES, TrustEntry, TrustList

if TYPE_CHECKING:
    from collections.abc import Iterator

    from schemas import JsonObject, JsonValue

MAX_REGISTRY_BYTES = 8 * 1024 * 1024
MAX_NAME_CHARS = 200
MAX_ISSUER_ID_CHARS = 2_048
_ISSUER_ID_STARTS = ("did:", "https://")
_HIDDEN_CATEGORIES = frozenset({"Cf", "Cc", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistryMerge:
    """What an import did.

    Args:
        trust_list: The merged list: the reader's entries first and unchanged, then those of the registries.
        added: Ids that are new.
        removed: Ids that an earlier import of the same source named and this one does not.
        skipped: Ids or positions whose entries could not be used.
    """

    trust_list: TrustList
    added: tuple[str, ...]
    removed: tuple[str, ...]
    skipped: tuple[str, ...]


def merge_registry(trust_list: TrustList, data: bytes, *, source: str) -> RegistryMerge:
    """Merge a registry into a trust list. Importing the same source again replaces what it brought before.

    Args:
        trust_list: The list so far; left unchanged.
        data: The registry, JSON.
        source: What the reader calls the registry; stands beside each of its entries.

    Raises:
        ConfigurationError: `trust.registry_malformed`; `trust.registry_index` for a list of registries in place of one;
            `trust.registry_too_long`.
        ValueError: No `source`; a mistake of the caller.
    """
    if not source.strip():
        raise ValueError("a registry has a name")
    source = source.strip()[:MAX_NAME_CHARS]
    skipped: list[str] = []
    found = {entry.id: entry for entry in _iterate_entries(_read_registry(data), source, skipped)}
    kept = tuple(entry for entry in trust_list.entries if entry.source != source)
    before = {entry.id for entry in trust_list.entries if entry.source == source}
    entries = kept + tuple(found.values())
    if len(entries) > MAX_TRUST_ENTRIES:
        raise ConfigurationError("trust.registry_too_long", f"{len(entries)} entries, at most {MAX_TRUST_ENTRIES}")
    return RegistryMerge(
        # The first match counts, so what the reader wrote stands before every registry.
        trust_list=replace(trust_list, entries=tuple(sorted(entries, key=lambda entry: bool(entry.source)))),
        added=tuple(sorted(found.keys() - before)),
        removed=tuple(sorted(before - found.keys())),
        skipped=tuple(skipped),
    )


def _read_registry(data: bytes) -> JsonObject:
    try:
        document = read_json(data, max_bytes=MAX_REGISTRY_BYTES)
    except DecodingError as error:
        raise ConfigurationError("trust.registry_malformed", f"not JSON that can be read: {error.code}") from error
    if isinstance(document, list):
        raise ConfigurationError("trust.registry_index", ", ".join(_list_addresses(document)))
    registry = document.get("registry") if isinstance(document, dict) else None
    if not isinstance(registry, dict):
        raise ConfigurationError("trust.registry_malformed", "no object named `registry`", pointer="/registry")
    return registry


def _list_addresses(index: list[JsonValue]) -> Iterator[str]:
    """Give the addresses that an index of registries names, as `known-did-registries.json` does."""
    for row in index[:16]:
        url = row.get("url") if isinstance(row, dict) else None
        if isinstance(url, str) and url.startswith("https://"):
            yield url[:MAX_ISSUER_ID_CHARS]


def _iterate_entries(registry: JsonObject, source: str, skipped: list[str]) -> Iterator[TrustEntry]:
    for issuer_id, row in registry.items():
        entry = _read_entry(issuer_id, row, source)
        if entry is None:
            skipped.append(issuer_id[:MAX_NAME_CHARS])
        else:
            yield entry


def _read_entry(issuer_id: str, row: JsonValue, source: str) -> TrustEntry | None:
    """Return the entry; None when id or name cannot stand beside a badge."""
    if not issuer_id.startswith(_ISSUER_ID_STARTS) or len(issuer_id) > MAX_ISSUER_ID_CHARS:
        return None
    if not isinstance(row, dict) or any(character.isspace() for character in issuer_id):
        return None
    name, place = _read_line(row.get("name")), _read_line(row.get("location"))
    return TrustEntry(name=name, note=place, id=issuer_id, source=source) if name else None


def _read_line(value: JsonValue) -> str:
    """Return one line of plain text; empty when it hides characters or turns the reading direction."""
    text = value.strip()[:MAX_NAME_CHARS] if isinstance(value, str) else ""
    return "" if any(unicodedata.category(character) in _HIDDEN_CATEGORIES for character in text) else text
