"""The reader's own list of issuers."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from schemas import ConfigurationError, OrganizationKind
from verifier import TrustEntry, TrustList, load_trust_list, read_issuer_host, read_trust_list

LIST = b"""
issuers:
  - id: did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
    name: Robot maker
    kind: oem
    note: 12 hires, 11 passed our check
  - url: https://college.example.edu/issuers/training
    name: Example Valley College
    kind: college
  - domain: example.org
    name: Our own shop
    kind: employer
    status_issuers: [did:web:status.example.net]
"""


@pytest.fixture
def trust_list() -> TrustList:
    return read_trust_list(LIST)


@pytest.mark.parametrize(
    ("issuer_id", "name"),
    [
        ("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK", "Robot maker"),
        ("https://college.example.edu/issuers/training", "Example Valley College"),
        ("https://example.org/issuer", "Our own shop"),
        ("https://badges.example.org/issuer", "Our own shop"),
        ("did:web:example.org", "Our own shop"),
        ("did:web:badges.example.org%3A8443:issuers:training", "Our own shop"),
        ("https://EXAMPLE.org./issuer", "Our own shop"),
    ],
)
def test_finds_an_issuer_by_its_id(trust_list: TrustList, issuer_id: str, name: str) -> None:
    """A DID and an address match exactly; a domain matches its own host and the hosts below it."""
    entry = trust_list.find(issuer_id)
    assert entry is not None
    assert entry.name == name


@pytest.mark.parametrize(
    "issuer_id",
    [
        "did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doKx",
        "https://college.example.edu/issuers/other",
        "https://example.org.evil.example.com/",
        "https://notexample.org/",
        "https://example.org@evil.example.com/",
        "http://example.org/issuer",
        "did:web:example.org.evil.example.com",
        "did:web:notexample.org",
        "https://[example.org/",
        "urn:example.org",
        "",
    ],
)
def test_does_not_find_a_look_alike(trust_list: TrustList, issuer_id: str) -> None:
    """A host that only contains a listed domain, or another path of a listed address, is not listed."""
    assert trust_list.find(issuer_id) is None


def test_keeps_kind_note_and_status_issuers(trust_list: TrustList) -> None:
    """What the reader wrote about an issuer comes back."""
    assert trust_list.entries[0].kind is OrganizationKind.OEM
    assert trust_list.entries[0].note == "12 hires, 11 passed our check"
    assert trust_list.entries[2].status_issuers == ("did:web:status.example.net",)


def test_reads_json(tmp_path: Path) -> None:
    """A trust list may be JSON."""
    file = tmp_path / "trust.json"
    file.write_text(json.dumps({"issuers": [{"domain": "example.edu", "name": "College"}]}))
    assert load_trust_list(file).entries == (TrustEntry(name="College", domain="example.edu"),)


@pytest.mark.parametrize(
    "text",
    [
        "issuers: 7",
        "issuers: [{domain: example.org}]",
        "issuers: [{name: No id}]",
        "issuers: [{name: Two, domain: example.org, id: did:web:example.org}]",
        "issuers: [{name: One, domain: org}]",
        "issuers: [{name: One, domain: example.org, kind: friend}]",
        "issuers: [{name: One, domain: example.org, colour: red}]",
        "issuers: [{name: [], domain: example.org}]",
        "issuers: [{name: One, domain: example.org, status_issuers: did:web:example.net}]",
        "issuers: [{name: One, name: Two, domain: example.org}]",
        "issuers: [",
        "issuers: [[1]]",
    ],
)
def test_refuses_a_malformed_list(text: str) -> None:
    """A list that is not clear stops the program instead of trusting less or more than was meant."""
    with pytest.raises(ConfigurationError) as caught:
        read_trust_list(text.encode())
    assert caught.value.code == "trust.list_malformed"


def test_refuses_bytes_that_are_no_text() -> None:
    """A list in another encoding is refused."""
    with pytest.raises(ConfigurationError):
        read_trust_list(b"issuers: [{name: M\xfcller, domain: example.org}]")


def test_refuses_a_list_that_is_too_long() -> None:
    """One byte more than 1 MiB is refused unread."""
    with pytest.raises(ConfigurationError, match="1048576"):
        read_trust_list(b" " * (1024 * 1024 + 1))


def test_refuses_a_file_that_is_not_there(tmp_path: Path) -> None:
    """A missing file is our setting that is wrong."""
    with pytest.raises(ConfigurationError):
        load_trust_list(tmp_path / "none.yaml")


def test_example_trust_list_can_be_read() -> None:
    """The example that the error text names is a good list."""
    example = Path(__file__).parents[3] / "examples" / "trust-list.yaml"
    assert len(load_trust_list(example).entries) >= 3


def test_host_that_is_no_host_name_matches_nothing() -> None:
    """A label that no host name may have has no host."""
    assert read_issuer_host("https://" + "a" * 64 + ".example.org/") == ""
    assert read_issuer_host("https://example..org/") == ""


def test_host_is_shown_in_punycode() -> None:
    """A host with other letters is shown in the form that the network uses."""
    assert read_issuer_host("https://exаmple.org/") == "xn--exmple-4nf.org"  # noqa: RUF001 - Cyrillic a
