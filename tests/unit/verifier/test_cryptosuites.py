"""Badges in each cryptosuite through the whole procedure, and what the report says of a derived one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import Cryptosuite, UnsecuredDocument, add_data_integrity_proof, derive_selective_disclosure
from keys import KeyType
from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject


def _issue(world: IssuerSimulator, suite: Cryptosuite, key_type: KeyType) -> JsonObject:
    issuer = world.add_issuer(key_type=key_type)
    return add_data_integrity_proof(
        UnsecuredDocument(document=issuer.compose_badge(validUntil="2027-11-01T09:00:00Z")),
        signer=issuer.signer,
        verification_method=issuer.method_id,
        created=world.now,
        suite=suite,
    ).document


@pytest.mark.parametrize(
    ("suite", "key_type"),
    [
        (Cryptosuite.EDDSA_RDFC_2022, KeyType.ED25519),
        (Cryptosuite.EDDSA_JCS_2022, KeyType.ED25519),
        (Cryptosuite.ECDSA_RDFC_2019, KeyType.P256),
        (Cryptosuite.ECDSA_RDFC_2019, KeyType.P384),
        (Cryptosuite.ECDSA_JCS_2019, KeyType.P256),
        (Cryptosuite.ECDSA_JCS_2019, KeyType.P384),
    ],
)
def test_badge_of_each_suite_is_verified(suite: Cryptosuite, key_type: KeyType) -> None:
    """A did:web issuer's badge verifies in each suite and with each curve."""
    world = IssuerSimulator()
    assert world.verify(_issue(world, suite, key_type)).verdict is Verdict.VERIFIED


def test_derived_badge_is_verified_and_said_to_be_a_part() -> None:
    """A part of a badge verifies against OB 3.0's schema too, and the report says that the holder chose it."""
    world = IssuerSimulator()
    base = _issue(world, Cryptosuite.ECDSA_SD_2023, KeyType.P256)
    report = world.verify(derive_selective_disclosure(base, []))
    assert report.verdict is Verdict.VERIFIED
    assert report.check(CheckName.SCHEMA).outcome is Outcome.PASSED
    assert "proof.parts_chosen" in report.check(CheckName.PROOF).notes


def test_base_proof_is_rejected() -> None:
    """The holder's own copy, shown by mistake, is refused by name (§6 no. 74)."""
    world = IssuerSimulator()
    report = world.verify(_issue(world, Cryptosuite.ECDSA_SD_2023, KeyType.P256))
    assert report.check(CheckName.PROOF).code == "proof.base_proof_presented"
    assert report.verdict is Verdict.REJECTED
