"""openbadgeslib, from the registry, reads what we issue, and we read what it issues."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from openbadgeslib.ob3 import (
    Achievement,
    Issuer,
    OB3LdpSigner,
    OB3LdpVerifier,
    OB3Signer,
    OB3VerificationError,
    OB3Verifier,
    OpenBadgeCredential,
)

from issuer import ProofChoice
from keys import KeyType
from tests.doubles.issuer_simulator import IssuerSimulator
from tests.interop.samples import change_token
from tests.interop.table import Direction, Peer, interop
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from tests.interop.conftest import IssueExample

# TEST ONLY: made for this file, protects nothing.
THEIR_KEY_PEM = b"""-----BEGIN PRIVATE KEY-----
MC4CAQAwBQYDK2VwBCIEIHRoaXMga2V5IGlzIFRFU1QgT05MWSwgbmV2ZXIgdXNl
-----END PRIVATE KEY-----
"""


@interop(Peer.OPENBADGESLIB, "Data Integrity `eddsa-rdfc-2022`, Ed25519", Direction.THEY_READ_OURS)
def test_their_verifier_accepts_our_embedded_proof(issue_example: IssueExample) -> None:
    """A badge with eddsa-rdfc-2022 passes their full Data Integrity check, bound to the issuer."""
    issued = issue_example(KeyType.ED25519, ProofChoice.DATA_INTEGRITY)
    read = OB3LdpVerifier.for_issuer_did(issued.issuer_id).verify(issued.json_bytes)
    assert read.id == issued.id
    assert read.achievement.name == "Coordinate Measuring Machine Operator"


def test_their_verifier_refuses_our_badge_when_it_was_changed(issue_example: IssueExample) -> None:
    """The check above can fail: another name does not pass."""
    issued = issue_example(KeyType.ED25519, ProofChoice.DATA_INTEGRITY)
    changed = json.loads(issued.json_bytes)
    changed["credentialSubject"]["achievement"]["name"] = "Master machinist"
    with pytest.raises(OB3VerificationError):
        OB3LdpVerifier.for_issuer_did(issued.issuer_id).verify(json.dumps(changed))


@interop(Peer.OPENBADGESLIB, "VC-JWT of Open Badges, {key_type}", Direction.THEY_READ_OURS)
@pytest.mark.parametrize("key_type", [KeyType.ED25519, KeyType.P256])
def test_their_verifier_accepts_our_jwt(issue_example: IssueExample, key_type: KeyType) -> None:
    """A VC-JWT (EdDSA, ES256) passes their check, bound to the issuer's did:key, and only unchanged."""
    issued = issue_example(key_type, ProofChoice.VC_JWT)
    read = OB3Verifier.for_issuer_did(issued.issuer_id).verify(issued.jwt)
    assert read.id == issued.id
    assert read.issuer.id == issued.issuer_id
    with pytest.raises(OB3VerificationError):
        OB3Verifier.for_issuer_did(issued.issuer_id).verify(change_token(issued.jwt))


@pytest.fixture
def their_issuer_id() -> str:
    """The did:key of their signing key, as they compute it."""
    return str(OB3LdpSigner(THEIR_KEY_PEM).verification_method).split("#", maxsplit=1)[0]


def _their_badge(issuer_id: str, created: datetime) -> OpenBadgeCredential:
    return OpenBadgeCredential(
        issuer=Issuer(id=issuer_id, name="Their College", url="https://their.example.edu"),
        recipient_id="urn:uuid:1f0d7c1e-7f4e-4b52-9d0f-2f9f6a3c4b11",
        achievement=Achievement(
            id="https://their.example.edu/achievements/lathe",
            name="Lathe operator",
            description="Runs a manual lathe.",
            criteria_narrative="Turn a shaft within 0.05 mm.",
        ),
        issuance_date=created,
    )


@interop(Peer.OPENBADGESLIB, "Data Integrity `eddsa-rdfc-2022`, Ed25519", Direction.WE_READ_THEIRS)
def test_our_verifier_accepts_their_embedded_proof(their_issuer_id: str) -> None:
    """A badge that they signed with eddsa-rdfc-2022 is VERIFIED here, and only unchanged."""
    created = datetime(2026, 5, 1, tzinfo=UTC)
    signed = OB3LdpSigner(THEIR_KEY_PEM).sign_to_json(_their_badge(their_issuer_id, created), created=created)
    report = IssuerSimulator().verify(signed)
    assert report.verdict is Verdict.VERIFIED, report.deciding_checks
    changed = IssuerSimulator().verify(json.dumps({**json.loads(signed), "name": "Master machinist"}))
    assert changed.check(CheckName.PROOF).code == "proof.signature_mismatch"


@interop(Peer.OPENBADGESLIB, "VC-JWT with a `vc` claim, Ed25519", Direction.WE_READ_THEIRS)
def test_our_verifier_accepts_their_jwt(their_issuer_id: str) -> None:
    """The signature of a VC-JWT that they signed passes here.

    They put VC 1.1 contexts and a `vc` claim inside, and name the key in no `kid`.
    """
    created = datetime(2026, 5, 1, tzinfo=UTC)
    token = OB3Signer(THEIR_KEY_PEM, algorithm="EdDSA").sign(_their_badge(their_issuer_id, created))
    report = IssuerSimulator().verify(token)
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED, report.deciding_checks
    changed = IssuerSimulator().verify(change_token(token))
    assert changed.check(CheckName.PROOF).code == "proof.signature_mismatch"
