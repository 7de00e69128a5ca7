"""The key of who shows: the holder's own, for showing, and in use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import KeyType, LocalSigner, did_key, did_key_method_id, did_web_url
from schemas import BadgeError
from tests.doubles.issuer_simulator import NOW, IssuerSimulator
from verifier.holder_key import find_holder_method

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

DID = "did:web:people.example.org:robin"
KEY = LocalSigner.generate(KeyType.ED25519).public_key


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


def _publish(world: IssuerSimulator, **changes: JsonValue) -> None:
    method: JsonObject = {
        "id": f"{DID}#1",
        "type": "Multikey",
        "controller": DID,
        "publicKeyMultibase": KEY.multikey,
    }
    document: JsonObject = {"id": DID, "verificationMethod": [method | changes], "authentication": [f"{DID}#1"]}
    world.publish(did_web_url(DID), document)


def _code(world: IssuerSimulator, method_id: str, holder: str | None) -> str:
    with pytest.raises(BadgeError) as caught:
        find_holder_method(method_id, holder=holder, now=NOW, fetcher=world)
    return caught.value.code


@pytest.mark.parametrize("method_id", [did_key_method_id(KEY), did_key(KEY), ""])
def test_holder_that_is_its_key(world: IssuerSimulator, method_id: str) -> None:
    """A did:key names one key: with its fragment, without, or not at all."""
    method = find_holder_method(method_id, holder=did_key(KEY), now=NOW, fetcher=world)
    assert method.public_key == KEY


def test_holder_that_is_not_named(world: IssuerSimulator) -> None:
    """Without a holder the controller of the key is the one who shows."""
    assert find_holder_method(did_key_method_id(KEY), holder=None, now=NOW, fetcher=world).controller == did_key(KEY)


@pytest.mark.parametrize(
    ("method_id", "holder", "code"),
    [
        ("", None, "proof.key_unavailable"),
        ("", DID, "proof.key_unavailable"),
        ("key-1", DID, "proof.key_unavailable"),
        (f"{DID}#1", "did:web:people.example.org:kim", "presentation.holder_mismatch"),
        (f"{DID}#2", DID, "presentation.not_authentication_method"),
    ],
)
def test_key_that_is_not_the_holders(world: IssuerSimulator, method_id: str, holder: str | None, code: str) -> None:
    """Nothing but the holder's own document says which keys show."""
    _publish(world)
    assert _code(world, method_id, holder) == code


def test_key_of_another_controller(world: IssuerSimulator) -> None:
    """A document may list a key that it says belongs to somebody else."""
    _publish(world, controller="did:web:people.example.org:kim")
    assert _code(world, f"{DID}#1", DID) == "presentation.holder_mismatch"


@pytest.mark.parametrize("member", ["expires", "revoked"])
def test_key_put_away(world: IssuerSimulator, member: str) -> None:
    """A key that was put away shows nothing any more (CID 1.0 §2.2)."""
    _publish(world, **{member: "2026-11-22T09:00:00Z"})
    assert _code(world, f"{DID}#1", DID) == "issuer.key_retired"
