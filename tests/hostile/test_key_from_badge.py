"""T-17, T-19, corpus B 30-32: the badge brings its own key."""

from __future__ import annotations

import pytest

from keys import KeyType, LocalSigner, OfflineFetcher
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.doubles.tokens import compose_claims, forge_token
from verifier import CheckName, Headline, Outcome


@pytest.mark.parametrize(
    "kind",
    [
        IssuerIdKind.DID_KEY,
        IssuerIdKind.DID_JWK,
        IssuerIdKind.DID_WEB,
        IssuerIdKind.HTTPS_DOCUMENT,
        IssuerIdKind.HTTPS_KEY_SET,
    ],
)
def test_header_key_that_the_issuer_did_not_publish(kind: IssuerIdKind) -> None:
    """A `jwk` in the header is a hint; when the issuer's published keys lack it the token is false."""
    world = IssuerSimulator()
    victim = world.add_issuer(kind)
    attacker = LocalSigner.generate(KeyType.ED25519)
    token = forge_token(
        {"alg": "EdDSA", "jwk": attacker.public_key.jwk}, compose_claims(victim.compose_badge()), signer=attacker
    )
    report = world.verify(token)
    assert report.check(CheckName.ISSUER).code == "issuer.key_not_bound"
    assert report.headline is Headline.NOT_GENUINE


@pytest.mark.parametrize("kind", [IssuerIdKind.DID_WEB, IssuerIdKind.HTTPS_DOCUMENT, IssuerIdKind.HTTPS_KEY_SET])
def test_header_key_offline(kind: IssuerIdKind) -> None:
    """When the published keys cannot be read the issuer is not proven, and that is all that is said."""
    world = IssuerSimulator()
    victim = world.add_issuer(kind)
    attacker = LocalSigner.generate(KeyType.ED25519)
    token = forge_token(
        {"alg": "EdDSA", "jwk": attacker.public_key.jwk}, compose_claims(victim.compose_badge()), signer=attacker
    )
    report = world.verify(token, fetcher=OfflineFetcher())
    assert (report.check(CheckName.ISSUER).outcome, report.check(CheckName.ISSUER).code) == (
        Outcome.INDETERMINATE,
        "issuer.unproven",
    )
    assert report.headline is Headline.COULD_NOT_CHECK


@pytest.mark.parametrize(
    "kind",
    [
        IssuerIdKind.DID_KEY,
        IssuerIdKind.DID_JWK,
        IssuerIdKind.DID_WEB,
        IssuerIdKind.HTTPS_DOCUMENT,
        IssuerIdKind.HTTPS_KEY_SET,
    ],
)
def test_header_key_that_the_issuer_published(kind: IssuerIdKind) -> None:
    """The same header with the issuer's own key is genuine."""
    world = IssuerSimulator()
    issuer = world.add_issuer(kind)
    token = forge_token(
        {"alg": "EdDSA", "jwk": issuer.signer.public_key.jwk},
        compose_claims(issuer.compose_badge()),
        signer=issuer.signer,
    )
    assert world.verify(token)


def test_fragment_key_offline() -> None:
    """T-17 offline: the key in the fragment shows that nothing was changed, and proves no issuer."""
    world = IssuerSimulator()
    victim = world.add_issuer(IssuerIdKind.HTTPS_DOCUMENT)
    attacker = LocalSigner.generate(KeyType.ED25519)
    badge = victim.issue(method_id=f"{victim.id}#{attacker.public_key.multikey}", signer=attacker)
    report = world.verify(badge, fetcher=OfflineFetcher())
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED
    assert report.check(CheckName.ISSUER).code == "issuer.unproven"
    assert report.headline is Headline.COULD_NOT_CHECK


def test_fragment_names_one_key_and_the_document_another() -> None:
    """The published key counts, not the one that the name of the method spells out."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_DOCUMENT)
    attacker = LocalSigner.generate(KeyType.ED25519)
    issuer.method_id = f"{issuer.id}#{attacker.public_key.multikey}"
    issuer.publish_keys()
    assert world.verify(issuer.issue())
    assert world.verify(issuer.issue(signer=attacker)).check(CheckName.PROOF).code == "proof.signature_mismatch"


@pytest.mark.parametrize("member", ["jku", "x5u"])
def test_header_address_of_a_key_is_never_opened(member: str) -> None:
    """A header that names an address is refused and nothing is fetched."""
    world = IssuerSimulator()
    victim = world.add_issuer()
    attacker = LocalSigner.generate(KeyType.ED25519)
    header = {"alg": "EdDSA", "kid": victim.method_id, member: "https://evil.example.com/keys"}
    report = world.verify(forge_token(header, compose_claims(victim.compose_badge()), signer=attacker))
    assert report.check(CheckName.PROOF).code == "proof.header_not_allowed"
    assert world.asked == []
