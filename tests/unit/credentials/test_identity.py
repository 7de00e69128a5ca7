"""Hashed and plain identity (OB 3.0 IdentityObject, IdentityHash)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import compose_identity, hash_identity, is_identity_match

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

# OB 3.0 IdentityHash and the sample of the OB 3.0 specification: identifier, salt, SHA-256.
PUBLISHED = [
    ("a@example.com", "Kosher", "b5809d8a92f8858436d7e6b87c12ebc0ae1eac4baecc2c0b913aee2c922ef399"),
    ("jjefferson18@example.com", "FleurDeSel", "658625b25ab3d75d613ca97d9a5a77f70e2192feca5557f4ad09a4d4f121f5fc"),
]
# RFC 1321 §A.5: MD5 of "abc".
MD5_OF_ABC = "900150983cd24fb0d6963f7d28e17f72"


def _hashed(identity_hash: JsonValue, salt: JsonValue = "") -> JsonObject:
    return {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": identity_hash,
        "identityType": "emailAddress",
        "salt": salt,
    }


def _plain(written: JsonValue, identity_type: str = "emailAddress") -> JsonObject:
    return {"type": "IdentityObject", "hashed": False, "identityHash": written, "identityType": identity_type}


@pytest.mark.parametrize(("identifier", "salt", "digest"), PUBLISHED)
def test_hash_is_the_published_one(identifier: str, salt: str, digest: str) -> None:
    """The salt stands behind the identifier, and the hash is hexadecimal behind `sha256$`."""
    assert hash_identity(identifier, salt) == f"sha256${digest}"


@pytest.mark.parametrize(("identifier", "salt", "digest"), PUBLISHED)
def test_published_identity_names_its_person(identifier: str, salt: str, digest: str) -> None:
    """A published hashed identity matches the address it was made of, in either letter case of the hash."""
    assert is_identity_match(_hashed(f"sha256${digest}", salt), identifier)
    assert is_identity_match(_hashed(f"sha256${digest.upper()}", salt), identifier)


def test_hashed_identity_has_every_member() -> None:
    """With a salt the object is hashed and carries the salt; the address is lower-cased first."""
    assert compose_identity(" A@Example.com ", salt="Kosher") == {
        "type": "IdentityObject",
        "hashed": True,
        "identityHash": f"sha256${PUBLISHED[0][2]}",
        "identityType": "emailAddress",
        "salt": "Kosher",
    }


def test_plain_identity_has_no_salt() -> None:
    """Without a salt the identifier stands in plain text."""
    assert compose_identity("Sam Sample", identity_type="name") == {
        "type": "IdentityObject",
        "hashed": False,
        "identityHash": "Sam Sample",
        "identityType": "name",
    }


def test_only_addresses_are_lower_cased() -> None:
    """The letter case of an account number is kept."""
    assert compose_identity("Op-17A", identity_type="ext:badgeNumber")["identityHash"] == "Op-17A"


@pytest.mark.parametrize("known", ["sam@example.org", "SAM@Example.org", " sam@example.org "])
def test_letter_case_of_an_address_never_counts(known: str) -> None:
    """However the address is typed, plain and hashed identity match."""
    assert is_identity_match(_plain("Sam@example.org"), known)
    assert is_identity_match(compose_identity("sam@example.org", salt="s"), known)


def test_hash_of_an_address_with_capitals_matches_as_written() -> None:
    """An issuer that hashed capitals is matched by the same capitals."""
    identity = _hashed(hash_identity("Sam@example.org", "s"), "s")
    assert is_identity_match(identity, "Sam@example.org")
    assert not is_identity_match(identity, "sam@example.org")


def test_md5_is_read() -> None:
    """The specification also allows `md5`."""
    assert is_identity_match(_hashed(f"md5${MD5_OF_ABC}"), "abc")


@pytest.mark.parametrize(
    "identity",
    [
        _plain("other@example.org"),
        _plain("Sam@example.org", "userName"),
        _plain(7),
        _plain(""),
        _hashed(hash_identity("sam@example.org", "s"), "t"),
        _hashed(hash_identity("sam@example.org", "s"), None),
        _hashed("sam@example.org"),
        _hashed("sha512$" + "0" * 128),
        _hashed("sha256$"),
        _hashed("sha256$é"),
        _hashed(["sha256$"]),
        {**_plain("sam@example.org"), "hashed": "false"},
        {**_plain("sam@example.org"), "hashed": 0},
        {},
    ],
)
def test_other_or_malformed_identity_names_nobody(identity: JsonObject) -> None:
    """What does not match, or is malformed, is no match and no error."""
    assert not is_identity_match(identity, "sam@example.org")


@pytest.mark.parametrize("known", ["", "  "])
def test_nobody_is_not_matched(known: str) -> None:
    """An empty question matches not even an empty identity."""
    assert not is_identity_match(_plain(""), known)
    assert not is_identity_match(_hashed(hash_identity("", "")), known)
