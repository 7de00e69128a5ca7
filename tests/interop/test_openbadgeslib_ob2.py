"""Signed badges of Open Badges 2.0 as openbadgeslib, from the registry, makes them."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from cryptography.hazmat.primitives import serialization
from openbadgeslib.ob2 import (
    Assertion,
    BadgeClass,
    CryptographicKey,
    IdentityObject,
    OB2Signer,
    Profile,
    RevocationList,
    Verification,
)

from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.old_badges import issuer_key, public_pem
from tests.interop.table import Direction, Peer, interop
from tests.pictures import SVG, png
from verifier import CheckName, Outcome, Verdict

SITE = "https://their.example.edu"
EMAIL = "kim@example.org"


@pytest.fixture
def world() -> IssuerSimulator:
    """Serve what their publisher writes."""
    world = IssuerSimulator()
    achievement = BadgeClass(
        id=f"{SITE}/badge.json",
        name="Lathe operator",
        description="Runs a manual lathe.",
        image=f"{SITE}/badge.png",
        criteria=f"{SITE}/criteria.html",
        issuer=f"{SITE}/issuer.json",
    )
    profile = Profile(
        id=f"{SITE}/issuer.json",
        name="Their College",
        url=SITE,
        public_key=[f"{SITE}/key.json"],
        revocation_list=f"{SITE}/revoked.json",
    )
    key = CryptographicKey(id=f"{SITE}/key.json", owner=f"{SITE}/issuer.json", public_key_pem=public_pem())
    revoked = RevocationList(id=f"{SITE}/revoked.json", issuer=f"{SITE}/issuer.json")
    for document in (achievement, profile, key, revoked):
        world.publish(document.id, document.to_dict())
    return world


@pytest.fixture
def assertion() -> Assertion:
    return Assertion(
        recipient=IdentityObject.create(EMAIL, "pepper"),
        badge=f"{SITE}/badge.json",
        verification=Verification(type="SignedBadge", creator=f"{SITE}/key.json"),
        issued_on=datetime(2026, 10, 1, tzinfo=UTC),
    )


@pytest.fixture
def signer() -> OB2Signer:
    pem = issuer_key("issuer").private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    return OB2Signer(pem)


@interop(Peer.OPENBADGESLIB, "Open Badges 2.0, signed", Direction.WE_READ_THEIRS)
def test_we_read_their_signed_badge(world: IssuerSimulator, signer: OB2Signer, assertion: Assertion) -> None:
    """Their JWS verifies, and their hashed address is that of the person asked about."""
    report = world.verify(signer.sign(assertion), recipient=EMAIL)
    assert report.verdict is Verdict.VERIFIED
    assert report.check(CheckName.RECIPIENT).outcome is Outcome.PASSED
    assert report.credential is not None
    assert report.credential.achievement.criteria.url == f"{SITE}/criteria.html"


@interop(Peer.OPENBADGESLIB, "Open Badges 2.0, signed, baked into PNG and SVG", Direction.WE_READ_THEIRS)
def test_we_read_their_pictures(world: IssuerSimulator, signer: OB2Signer, assertion: Assertion) -> None:
    """Their PNG and SVG hold the same badge."""
    assert world.verify(signer.sign_into_png(assertion, png())).verdict is Verdict.VERIFIED
    assert world.verify(signer.sign_into_svg(assertion, SVG)).verdict is Verdict.VERIFIED


def test_their_badge_when_it_was_changed(world: IssuerSimulator, signer: OB2Signer, assertion: Assertion) -> None:
    """The checks above can fail: a signature of another badge does not pass."""
    token = signer.sign(assertion)
    assertion.narrative = "Head of the shop"
    changed = signer.sign(assertion)
    mixed = ".".join((*changed.split(".")[:2], token.split(".")[2]))
    assert world.verify(mixed).check(CheckName.PROOF).code == "proof.signature_mismatch"
