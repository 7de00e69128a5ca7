"""Issuers and their keys in the ledger."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import Ledger
from keys import Keystore, KeyType, PublicKey, read_controller_document
from schemas import ConfigurationError, LedgerError, OrganizationKind, encode_json
from tests.doubles.ledgers import NOW, PASSPHRASE, PUBLIC_URL, issue, make_issuer, make_roster, open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.doubles.ledgers import SetClock


@pytest.fixture
def public_ledger(tmp_path: Path, clock: SetClock) -> Iterator[Ledger]:
    """A ledger on an https address."""
    opened = open_ledger(tmp_path, clock, base_url=PUBLIC_URL)
    yield opened
    opened.database.close()


def test_issuer_on_this_machine_is_a_did_key(ledger: Ledger) -> None:
    """On a loopback address the issuer is named by its key, which anybody can resolve without a network."""
    assert make_issuer(ledger).id.startswith("did:key:z6Mk")


def test_issuer_on_https_is_a_did_web_below_its_page(public_ledger: Ledger) -> None:
    """On an https address the issuer is a did:web whose document lies beside its page."""
    assert make_issuer(public_ledger).id == "did:web:badges.example.edu:issuers:north-shop-college"


def test_slug_is_plain_and_free(ledger: Ledger) -> None:
    """Two issuers of one name get two slugs; accents and signs are left out."""
    first = make_issuer(ledger, "École d'Usinage № 1")
    second = make_issuer(ledger, "École d'Usinage № 1")
    third = make_issuer(ledger, "技術")
    assert [first.slug, second.slug, third.slug] == ["ecole-d-usinage-no-1", "ecole-d-usinage-no-1-2", "issuer"]


def test_issuer_is_kept_as_it_was_given(tmp_path: Path, clock: SetClock) -> None:
    """A profile is the same after the file is opened again."""
    first = open_ledger(tmp_path, clock)
    made = first.create_issuer(
        name=" Lakeshore ",
        kind=OrganizationKind.OEM,
        url="https://example.com",
        email="a@example.com",
        description="d",
        key_type=KeyType.P256,
    )
    first.database.close()
    second = open_ledger(tmp_path, clock)
    assert second.issuers() == (made,)
    assert second.find_issuer("lakeshore") == made
    assert made.name == "Lakeshore"
    assert second.find_issuer("other") is None
    second.database.close()


def test_issuer_without_a_name_is_refused(ledger: Ledger) -> None:
    """A name of blanks is no name."""
    with pytest.raises(LedgerError) as caught:
        make_issuer(ledger, "  ")
    assert caught.value.code == "ledger.issuer_name_missing"


@pytest.mark.parametrize(
    "base_url", ["http://badges.example.edu", "ftp://127.0.0.1", "badges.example.edu", "https://", "https://a/?q=1"]
)
def test_address_that_badges_cannot_carry_is_refused(ledger: Ledger, tmp_path: Path, base_url: str) -> None:
    """Only https, or http on this machine, may stand in a badge."""
    with pytest.raises(ConfigurationError) as caught:
        Ledger(ledger.database, Keystore(tmp_path / "k2", PASSPHRASE), clock=lambda: NOW, base_url=base_url)
    assert caught.value.code == "ledger.base_url_invalid"


def test_did_key_cannot_be_rotated(ledger: Ledger) -> None:
    """A did:key is its key: another key would be another issuer."""
    with pytest.raises(LedgerError) as caught:
        ledger.rotate_key(make_issuer(ledger).slug)
    assert caught.value.code == "ledger.key_not_rotatable"


def test_unknown_issuer_cannot_be_rotated(ledger: Ledger) -> None:
    """A slug that names nobody is refused."""
    with pytest.raises(LedgerError) as caught:
        ledger.rotate_key("nobody")
    assert caught.value.code == "ledger.issuer_unknown"


@pytest.mark.parametrize("key_type", list(KeyType))
def test_rotation_keeps_the_old_key_published(public_ledger: Ledger, clock: SetClock, key_type: KeyType) -> None:
    """After a rotation the document lists both keys; the old one says when it ended. Its reader takes the document."""
    profile = make_issuer(public_ledger, key_type=key_type)
    before = public_ledger.did_document(profile.slug)
    assert before is not None
    clock.advance(timedelta(days=1))
    public_ledger.rotate_key(profile.slug)
    after = public_ledger.did_document(profile.slug)
    assert after is not None
    controller = read_controller_document(encode_json(after), url_or_did=profile.id)
    old, new = controller.methods
    assert [method["id"] for method in before["verificationMethod"]] == [old.id]  # type: ignore[index, call-overload, union-attr]
    assert (old.expires, new.expires) == (clock.now + timedelta(seconds=1), None)
    assert controller.assertion_method_ids == {old.id, new.id}
    assert old.public_key.thumbprint != new.public_key.thumbprint


def test_new_badges_are_signed_with_the_new_key(public_ledger: Ledger) -> None:
    """The badge before a rotation names the old key, the one after it the new key."""
    profile = make_issuer(public_ledger)
    issue(public_ledger, profile, make_roster(1), key="a")
    public_ledger.rotate_key(profile.slug)
    issue(public_ledger, profile, make_roster(2), key="b")
    methods = {
        issued.recipient_name: json.loads(issued.json_bytes)["proof"]["verificationMethod"]
        for issued in public_ledger.list_issued()
    }
    document = public_ledger.did_document(profile.slug)
    assert document is not None
    assert document["assertionMethod"] == [methods["Person Number 0"], methods["Person Number 1"]]


def test_did_key_issuer_has_no_did_document(ledger: Ledger) -> None:
    """Nothing needs to be fetched for a did:key; an unknown slug has no document either."""
    assert ledger.did_document(make_issuer(ledger).slug) is None
    assert ledger.did_document("nobody") is None


def test_key_set_names_each_key_by_its_method(ledger: Ledger) -> None:
    """The key set of one issuer has its public key under the id of its method; that of all has everybody's."""
    first, second = make_issuer(ledger, "A"), make_issuer(ledger, "B", KeyType.P384)
    keys = ledger.jwks(first.slug)["keys"]
    assert isinstance(keys, list)
    (key,) = keys
    assert isinstance(key, dict)
    assert str(key["kid"]).startswith(first.id)
    assert "d" not in key
    assert PublicKey.from_jwk({name: key[name] for name in ("kty", "crv", "x")}).key_type is KeyType.ED25519
    assert [str(entry["kid"]).partition("#")[0] for entry in ledger.jwks()["keys"]] == [first.id, second.id]  # type: ignore[index, call-overload, union-attr]


def test_published_documents_are_found_by_path(public_ledger: Ledger) -> None:
    """did.json and jwks.json stand where verifiers look for them; other paths have nothing."""
    profile = make_issuer(public_ledger)
    did = public_ledger.published_document("/issuers/north-shop-college/did.json")
    jwks = public_ledger.published_document("/.well-known/jwks.json")
    assert did is not None
    assert jwks is not None
    assert json.loads(did.body) == public_ledger.did_document(profile.slug)
    assert json.loads(jwks.body) == public_ledger.jwks()
    assert (did.media_type, jwks.media_type) == ("application/did+json", "application/jwk-set+json")
    assert did.etag != jwks.etag
    for path in ("/issuers/x/did.json", "/status/1", "/status/0", "/status/01", "/", "/issuers/../did.json"):
        assert public_ledger.published_document(path) is None
