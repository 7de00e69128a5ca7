"""Badges that 1EdTech's validator ships, signed by others' software (tests/vectors/SOURCES.md)."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, Headline, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

SAMPLES = Path(__file__).parents[2] / "vectors" / "1edtech" / "ob30"
# Issuer, and the key that stands in the fragment of the sample's verification method.
CORP = ("https://example.com/issuers/876543", "z6MknNHHrBzPytzu6CUBP9Lg7fg4KSBjzimc2Frh693YbMiv")


def publish(world: IssuerSimulator, issuer_id: str, multikey: str) -> None:
    """Let the sample's issuer publish the key that the sample names."""
    method: JsonObject = {
        "id": f"{issuer_id}#{multikey}",
        "type": "Ed25519VerificationKey2020",
        "controller": issuer_id,
        "publicKeyMultibase": multikey,
    }
    methods: list[JsonValue] = [method]
    world.publish(issuer_id, {"id": issuer_id, "verificationMethod": methods, "assertionMethod": [method["id"]]})


@pytest.mark.parametrize("name", ["simple_v1.json", "simple-multiple-proofs.json"])
def test_old_badge_of_an_issuer_that_publishes_its_key(name: str) -> None:
    """VC 1.1 with Ed25519Signature2020, alone and beside a proof of an unknown kind."""
    world = IssuerSimulator()
    publish(world, *CORP)
    report = world.verify((SAMPLES / name).read_bytes())
    assert report
    assert report.credential is not None
    assert report.credential.achievement.name == "Teamwork"


def test_old_badge_of_an_issuer_that_publishes_nothing() -> None:
    """The sample's issuer does not exist: unchanged, and not proven whose it is."""
    report = IssuerSimulator().verify((SAMPLES / "simple_v1.json").read_bytes())
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED
    assert report.check(CheckName.ISSUER).code == "issuer.unproven"
    assert report.headline is Headline.COULD_NOT_CHECK


def test_old_badge_with_one_word_changed() -> None:
    """The official sample with another achievement."""
    world = IssuerSimulator()
    publish(world, *CORP)
    changed = (SAMPLES / "simple_v1.json").read_bytes().replace(b'"Teamwork"', b'"Welding"')
    assert world.verify(changed).check(CheckName.PROOF).code == "proof.signature_mismatch"


def test_key_that_no_issuer_published() -> None:
    """The official sample signs with a did:key in the name of a `urn:uuid:`; a strict verifier refuses it."""
    report = IssuerSimulator().verify((SAMPLES / "simple-did-key-method.json").read_bytes())
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED
    assert report.check(CheckName.ISSUER).code == "issuer.controller_mismatch"
    assert report.verdict is Verdict.REJECTED


def test_index_written_as_a_number() -> None:
    """The official sample writes its index as a JSON number; it is read, and its silent host is named."""
    report = IssuerSimulator().verify((SAMPLES / "credential-status-revoked.json").read_bytes())
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED
    assert report.check(CheckName.STATUS).code == "status.unavailable"
