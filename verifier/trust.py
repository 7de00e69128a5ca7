"""The reader's own list of issuers to trust: a YAML or JSON file, kept by the employer.

An entry names an issuer by DID, by address or by domain. Nothing that a badge
says of its issuer (name, `url`) is ever matched: only the id that the issuer
check has proven.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from schemas import ConfigurationError, OrganizationKind, YamlError, encode_json, read_yaml

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from schemas import JsonObject, JsonValue

MAX_TRUST_LIST_BYTES = 1024 * 1024
MAX_TRUST_ENTRIES = 10_000
_KEYS = frozenset({"id", "url", "domain", "name", "kind", "note", "status_issuers", "source"})


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustEntry:
    """One issuer that the reader trusts.

    Args:
        name: How the reader calls this issuer; shown instead of what the badge says.
        kind: What sort of organisation it is.
        note: The reader's own words, such as "12 hires, 11 passed our check".
        id: The issuer's DID or address, matched exactly; may be empty.
        domain: Host name; matches https and did:web issuers on it and below it; may be empty.
        status_issuers: Ids that may sign status lists for this issuer.
        source: The registry that named this issuer; empty for an entry of the reader's own.
    """

    name: str
    kind: OrganizationKind = OrganizationKind.OTHER
    note: str = ""
    id: str = ""
    domain: str = ""
    status_issuers: tuple[str, ...] = ()
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustList:
    """Entries in the order of the file; the first that matches counts."""

    entries: tuple[TrustEntry, ...] = ()

    def find(self, issuer_id: str) -> TrustEntry | None:
        """Return the entry for an issuer by its proven id (DID or https address)."""
        host = read_issuer_host(issuer_id)
        return next((entry for entry in self.entries if _is_match(entry, issuer_id, host)), None)

    def hosts(self) -> frozenset[str]:
        """Return the hosts of all entries, lower-case ASCII."""
        named = ({entry.domain, read_issuer_host(entry.id)} for entry in self.entries)
        return frozenset().union(*named) - {""}


def read_issuer_host(issuer_id: str) -> str:
    """Return the host that stands behind an issuer id, lower-case ASCII; empty for a DID without one."""
    if issuer_id.startswith("did:web:"):
        authority = unquote(issuer_id.removeprefix("did:web:").split(":", 1)[0])
        return _fold_host(_read_hostname(f"https://{authority}"))
    if issuer_id.startswith("https://"):
        return _fold_host(_read_hostname(issuer_id))
    return ""


def _read_hostname(url: str) -> str:
    try:
        return urlsplit(url).hostname or ""
    except ValueError:  # such as a bracket that is not closed: no host to match
        return ""


def _fold_host(host: str) -> str:
    try:
        return host.rstrip(".").encode("idna").decode("ascii").lower()
    except UnicodeError:  # not a host name: matches nothing
        return ""


def _is_match(entry: TrustEntry, issuer_id: str, host: str) -> bool:
    if entry.id:
        return entry.id == issuer_id
    return bool(host) and (host == entry.domain or host.endswith(f".{entry.domain}"))


def load_trust_list(path: Path) -> TrustList:
    """Read a trust list from the reader's own disk.

    Raises:
        ConfigurationError: `trust.list_malformed`; the message names the entry.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_TRUST_LIST_BYTES + 1)
    except OSError as error:
        raise ConfigurationError("trust.list_malformed", f"cannot be opened: {error.strerror}") from error
    return read_trust_list(data)


def read_trust_list(data: bytes) -> TrustList:
    """Read a trust list: `{issuers: [{id|url|domain, name, kind?, note?, status_issuers?}, …]}` as YAML or JSON.

    Raises:
        ConfigurationError: `trust.list_malformed`; the message names the entry.
    """
    if len(data) > MAX_TRUST_LIST_BYTES:
        raise ConfigurationError("trust.list_malformed", f"longer than {MAX_TRUST_LIST_BYTES} bytes")
    try:
        table = read_yaml(data.decode("utf-8"))  # JSON is YAML
    except (UnicodeDecodeError, YamlError) as error:
        raise ConfigurationError("trust.list_malformed", str(error)) from error
    rows = table.get("issuers") if isinstance(table, dict) else table
    if not isinstance(rows, list) or len(rows) > MAX_TRUST_ENTRIES:
        raise ConfigurationError("trust.list_malformed", "give a list named `issuers`")
    return TrustList(entries=tuple(_read_entry(row, f"/issuers/{number}") for number, row in enumerate(rows)))


def encode_trust_list(trust_list: TrustList) -> bytes:
    """Write a trust list as JSON that `read_trust_list` reads back, one entry a line; comments of YAML are lost."""
    rows = [encode_json(_compose_row(entry)).decode("utf-8") for entry in trust_list.entries]
    return ('{"issuers": [\n' + ",\n".join(rows) + "\n]}\n").encode("utf-8")


def _compose_row(entry: TrustEntry) -> JsonObject:
    row: JsonObject = {"id": entry.id, "domain": entry.domain, "name": entry.name, "kind": entry.kind.value}
    row |= {"note": entry.note, "status_issuers": list(entry.status_issuers), "source": entry.source}
    return {name: value for name, value in row.items() if value}


def _read_entry(row: JsonValue, pointer: str) -> TrustEntry:
    if not isinstance(row, dict) or not row.keys() <= _KEYS:
        raise ConfigurationError("trust.list_malformed", f"an entry has only {sorted(_KEYS)}", pointer=pointer)
    named = [key for key in ("id", "url", "domain") if row.get(key)]
    if len(named) != 1 or not _read_text(row, "name", pointer):
        raise ConfigurationError("trust.list_malformed", "give a name and one of id, url, domain", pointer=pointer)
    domain = _fold_host(_read_text(row, "domain", pointer))
    if named == ["domain"] and "." not in domain:
        raise ConfigurationError("trust.list_malformed", "this is not a domain", pointer=f"{pointer}/domain")
    return TrustEntry(
        name=_read_text(row, "name", pointer),
        kind=_read_kind(row, pointer),
        note=_read_text(row, "note", pointer),
        id=_read_text(row, "id", pointer) or _read_text(row, "url", pointer),
        domain=domain,
        status_issuers=_read_status_issuers(row, pointer),
        source=_read_text(row, "source", pointer),
    )


def _read_text(row: Mapping[str, JsonValue], key: str, pointer: str) -> str:
    value = row.get(key, "")
    if not isinstance(value, str):
        raise ConfigurationError("trust.list_malformed", "give text", pointer=f"{pointer}/{key}")
    return value.strip()


def _read_kind(row: Mapping[str, JsonValue], pointer: str) -> OrganizationKind:
    word = _read_text(row, "kind", pointer) or OrganizationKind.OTHER.value
    try:
        return OrganizationKind(word)
    except ValueError as error:
        kinds = [kind.value for kind in OrganizationKind]
        raise ConfigurationError(
            "trust.list_malformed", f"kind is one of {kinds}", pointer=f"{pointer}/kind"
        ) from error


def _read_status_issuers(row: Mapping[str, JsonValue], pointer: str) -> tuple[str, ...]:
    ids = row.get("status_issuers", [])
    if not isinstance(ids, list) or not all(isinstance(entry, str) for entry in ids):
        raise ConfigurationError("trust.list_malformed", "give a list of ids", pointer=f"{pointer}/status_issuers")
    return tuple(str(entry) for entry in ids)
