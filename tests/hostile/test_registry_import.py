"""Registries that others keep: what a hostile or careless one can put into the reader's own list."""

from __future__ import annotations

import json

import pytest

from schemas import ConfigurationError, OrganizationKind
from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, Outcome, TrustEntry, TrustList, encode_trust_list, merge_registry, read_trust_list

SOURCE = "Example community registry"
# The form of digitalcredentials/community-registry `registry.json` (commit 3b9e9947), with invented issuers.
REGISTRY: dict[str, object] = {
    "meta": {"created": "2022-10-27T17:57:31+00:00", "updated": "2022-10-27T17:57:31+00:00"},
    "registry": {
        "did:web:college.example.edu:issuers:training": {
            "name": "Example Valley College",
            "location": "Prato, Italy",
            "url": "https://college.example.edu",
        },
        "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH": {"name": "Example Makers"},
    },
}
OWN = TrustEntry(
    name="Our college", id="did:web:college.example.edu:issuers:training", kind=OrganizationKind.COLLEGE, note="Good."
)


def encode(registry: object) -> bytes:
    return json.dumps(registry).encode("utf-8")


def test_registry_is_merged_with_its_source() -> None:
    """Each entry keeps the id exactly, the name, the place as a note, and where it came from."""
    merged = merge_registry(TrustList(), encode(REGISTRY), source=SOURCE)
    assert merged.trust_list.entries[0] == TrustEntry(
        name="Example Valley College",
        id="did:web:college.example.edu:issuers:training",
        note="Prato, Italy",
        source=SOURCE,
    )
    assert len(merged.added) == 2


def test_report_names_the_registry() -> None:
    """A registry's word is told from the reader's own."""
    issuer = IssuerSimulator().add_issuer()
    trust_list = merge_registry(TrustList(), encode(REGISTRY), source=SOURCE).trust_list
    check = issuer.world.verify(issuer.issue(), trust_list=trust_list).check(CheckName.TRUST)
    assert (check.outcome, check.code, check.detail["registry"]) == (
        Outcome.PASSED,
        "trust.listed_by_registry",
        SOURCE,
    )


def test_own_entry_stays_first() -> None:
    """What the reader wrote is neither changed nor hidden by a registry."""
    merged = merge_registry(TrustList(entries=(OWN,)), encode(REGISTRY), source=SOURCE)
    assert merged.trust_list.find(OWN.id) == OWN


def test_import_again_replaces_its_own_entries_only() -> None:
    """An issuer that the registry dropped is dropped; entries of others stay."""
    first = merge_registry(TrustList(entries=(OWN,)), encode(REGISTRY), source=SOURCE).trust_list
    other = merge_registry(first, encode({"registry": {"did:web:b.example.org": {"name": "B"}}}), source="B's")
    again = merge_registry(other.trust_list, encode({"registry": {}}), source=SOURCE)
    assert {entry.source for entry in again.trust_list.entries} == {"", "B's"}
    assert len(again.removed) == 2


def test_registry_makes_no_domain_trusted() -> None:
    """The `url` of an entry is a claim: neither issuers nor scanned codes on that host are believed for it."""
    merged = merge_registry(TrustList(), encode(REGISTRY), source=SOURCE)
    assert [entry.domain for entry in merged.trust_list.entries] == ["", ""]
    assert merged.trust_list.find("https://college.example.edu/issuers/1") is None


def test_merged_list_can_be_written_and_read() -> None:
    """The written list reads back the same, with sources."""
    trust_list = merge_registry(TrustList(entries=(OWN,)), encode(REGISTRY), source=SOURCE).trust_list
    assert read_trust_list(encode_trust_list(trust_list)) == trust_list


@pytest.mark.parametrize(
    ("issuer_id", "row"),
    [
        ("college.example.edu", {"name": "A bare host"}),
        ("http://college.example.edu", {"name": "No https"}),
        ("javascript:alert(1)", {"name": "A script"}),
        ("did:web:a b", {"name": "A space"}),
        ("did:web:" + "a" * 3_000, {"name": "Endless"}),
        ("did:web:a.example.org", {"name": ""}),
        ("did:web:a.example.org", {"name": 7}),
        ("did:web:a.example.org", {"name": "Example\u202eegelloC"}),
        ("did:web:a.example.org", {"name": "Example\u200bCollege"}),
        ("did:web:a.example.org", {"name": "Two\nlines"}),
        ("did:web:a.example.org", "a name"),
        ("did:web:a.example.org", None),
    ],
)
def test_entry_that_cannot_be_used_is_left_out(issuer_id: str, row: object) -> None:
    """One bad entry is counted and does not spoil the others."""
    merged = merge_registry(
        TrustList(), encode({"registry": {issuer_id: row, "did:web:b.example.org": {"name": "B"}}}), source=SOURCE
    )
    assert [entry.name for entry in merged.trust_list.entries] == ["B"]
    assert len(merged.skipped) == 1


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "trust.registry_malformed"),
        (b"<html>", "trust.registry_malformed"),
        (b'{"registry": []}', "trust.registry_malformed"),
        (b'{"registry": {"a": {}, "a": {}}}', "trust.registry_malformed"),
        (b"{}", "trust.registry_malformed"),
        (b'["a", {"url": "http://example.org/r.json"}]', "trust.registry_index"),
        (b'[{"type": "dcc-legacy", "name": "R", "url": "https://example.org/registry.json"}]', "trust.registry_index"),
        (
            encode({"registry": {f"did:web:{number}.example.org": {"name": "N"} for number in range(10_001)}}),
            "trust.registry_too_long",
        ),
    ],
)
def test_file_that_is_no_registry(data: bytes, code: str) -> None:
    """The list stays as it was, and the reader is told what the file is."""
    with pytest.raises(ConfigurationError) as caught:
        merge_registry(TrustList(), data, source=SOURCE)
    assert caught.value.code == code


def test_index_of_registries_names_where_to_go() -> None:
    """`known-did-registries.json` lists registries; the error names their addresses."""
    data = encode([{"type": "dcc-legacy", "name": "R", "url": "https://example.org/registry.json"}])
    with pytest.raises(ConfigurationError, match=r"https://example\.org/registry\.json"):
        merge_registry(TrustList(), data, source=SOURCE)


def test_registry_without_a_name() -> None:
    """Entries without a source would pass for the reader's own; a mistake of the caller."""
    with pytest.raises(ValueError, match="has a name"):
        merge_registry(TrustList(), encode(REGISTRY), source=" ")
