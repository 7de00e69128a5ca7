"""An issuer's address shows other keys than it did: taken over, or moved. The reader is told, nothing is blocked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from keys import KeyType, LocalSigner
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator, SimulatedIssuer
from verifier import CheckName, FileKeyPinStore, MemoryKeyPinStore, VerificationContext
from verifier.key_pin_check import PinFinding, compare_with_pins

if TYPE_CHECKING:
    from pathlib import Path

    from verifier import KeyPinStore, VerificationReport

KINDS = [IssuerIdKind.DID_WEB, IssuerIdKind.HTTPS_DOCUMENT, IssuerIdKind.HTTPS_KEY_SET]


@pytest.fixture(params=["memory", "file"])
def pins(request: pytest.FixtureRequest, tmp_path: Path) -> KeyPinStore:
    return MemoryKeyPinStore() if request.param == "memory" else FileKeyPinStore(tmp_path / "pins.json")


def verify(issuer: SimulatedIssuer, pins: KeyPinStore) -> VerificationReport:
    badge = issuer.issue_jwt() if issuer.kind is IssuerIdKind.HTTPS_KEY_SET else issuer.issue()
    report = issuer.world.verify(badge, key_pins=pins)
    assert report
    return report


def replace_key(issuer: SimulatedIssuer) -> None:
    """Publish a new key only, under the same address."""
    issuer.signer = LocalSigner.generate(KeyType.ED25519)
    issuer.publish_keys()


@pytest.mark.parametrize("kind", KINDS)
def test_first_sight_is_remembered(kind: IssuerIdKind, pins: KeyPinStore) -> None:
    """The first keys are taken as they are, and stay known."""
    issuer = IssuerSimulator().add_issuer(kind)
    assert verify(issuer, pins).notes == ()
    assert verify(issuer, pins).notes == ()
    assert list(pins.find_pins(issuer.id) or ()) == [issuer.signer.public_key.thumbprint]


@pytest.mark.parametrize("kind", KINDS)
def test_all_keys_changed(kind: IssuerIdKind, pins: KeyPinStore) -> None:
    """No key of before is left: the badge stays genuine, and the report remarks on it every time."""
    issuer = IssuerSimulator().add_issuer(kind)
    verify(issuer, pins)
    replace_key(issuer)
    assert verify(issuer, pins).notes == ("trust.key_changed",)
    assert verify(issuer, pins).notes == ("trust.key_changed",)


def test_rotation_that_keeps_the_old_key_listed(pins: KeyPinStore) -> None:
    """A new key beside the old one is how keys are changed; later the old one may go."""
    issuer = IssuerSimulator().add_issuer()
    verify(issuer, pins)
    old = replace(issuer.method, revoked=NOW - timedelta(days=30))
    issuer.method_id = f"{issuer.id}#key-2"
    issuer.signer = LocalSigner.generate(KeyType.ED25519)
    issuer.methods = [old, issuer.method]
    issuer.publish_keys()
    assert verify(issuer, pins).notes == ()
    issuer.methods = [issuer.method]
    issuer.publish_keys()
    assert verify(issuer, pins).notes == ()


def test_forgotten_pin(pins: KeyPinStore) -> None:
    """A person who asked the issuer may start anew."""
    issuer = IssuerSimulator().add_issuer()
    verify(issuer, pins)
    replace_key(issuer)
    pins.forget(issuer.id)
    assert verify(issuer, pins).notes == ()


def test_unproven_issuer_is_not_remembered(pins: KeyPinStore) -> None:
    """Who only claims an address does not set the keys that it is measured by."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    stranger = LocalSigner.generate(KeyType.ED25519)
    assert not world.verify(issuer.issue(signer=stranger), key_pins=pins)
    assert pins.find_pins(issuer.id) is None


def test_a_key_that_is_its_own_name(pins: KeyPinStore) -> None:
    """A did:key cannot change its key; nothing is remembered."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)
    verify(issuer, pins)
    assert pins.find_pins(issuer.id) is None


def test_nothing_more_is_asked(pins: KeyPinStore) -> None:
    """Comparing costs no request that the issuer check did not make."""
    issuer = IssuerSimulator().add_issuer()
    verify(issuer, pins)
    assert issuer.world.asked == [issuer.document_url]


def test_known_since(pins: KeyPinStore) -> None:
    """The report says since when the keys are known here."""
    issuer = IssuerSimulator().add_issuer()
    verify(issuer, pins)
    later = issuer.world.verify(issuer.issue(), key_pins=pins, now=NOW + timedelta(days=3))
    assert later.check(CheckName.TRUST).detail["keysKnownSince"] == "2026-11-22T09:00:00Z"


def test_so_many_issuers_and_no_more(tmp_path: Path) -> None:
    """Nobody can fill the disk with issuers."""
    for store in (MemoryKeyPinStore(max_issuers=2), FileKeyPinStore(tmp_path / "pins.json", max_issuers=2)):
        for number in range(3):
            store.keep_pins(f"did:web:{number}.example.org", {"thumbprint": NOW})
        assert [store.find_pins(f"did:web:{number}.example.org") is None for number in range(3)] == [True, False, False]


def test_endless_id_is_not_remembered(pins: KeyPinStore) -> None:
    """An id of three thousand characters is not written down."""
    endless = "did:web:" + "a" * 3_000
    pins.keep_pins(endless, {"thumbprint": NOW})
    assert pins.find_pins(endless) is None


def test_issuer_whose_document_lists_no_key(pins: KeyPinStore) -> None:
    """Nothing shown, nothing compared and nothing remembered."""
    world = IssuerSimulator()
    world.publish("https://empty.example.org/.well-known/did.json", {"id": "did:web:empty.example.org"})
    context = VerificationContext(now=NOW, fetcher=world, key_pins=pins)
    for issuer_id in ("did:web:empty.example.org", "https://silent.example.org/issuer"):
        assert compare_with_pins(issuer_id, context=context, fetcher=world) == PinFinding()
        assert pins.find_pins(issuer_id) is None


def test_disk_that_refuses_does_not_stop_checking(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """F3: the badge is judged, and the log says that the keys were not remembered."""
    folder = tmp_path / "gone"
    folder.mkdir()
    pins = FileKeyPinStore(folder / "pins.json")
    folder.rmdir()
    verify(IssuerSimulator().add_issuer(), pins)
    assert "could not be remembered" in caplog.text
