"""Finding the key that a proof names, in the corners that the hostile matrix leaves out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import KeyType, LocalSigner
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.doubles.tokens import compose_claims, forge_token
from verifier import CheckName, Outcome, VerificationReport

if TYPE_CHECKING:
    from schemas import JsonValue


def find(report: VerificationReport) -> tuple[str, str]:
    return report.check(CheckName.PROOF).code, report.check(CheckName.ISSUER).code


def test_did_key_without_its_fragment() -> None:
    """A did:key names exactly one key, so the bare DID is enough."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    assert world.verify(issuer.issue(method_id=issuer.id))


def test_did_web_without_its_fragment() -> None:
    """A did:web may publish many keys, so the bare DID names none."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    report = world.verify(issuer.issue(method_id=issuer.id))
    assert find(report) == ("proof.key_unavailable", "issuer.not_assertion_method")


def test_published_key_of_a_kind_that_is_not_used() -> None:
    """The method is there, its key cannot be used, and that is what the report says."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    method: JsonValue = {"id": issuer.method_id, "type": "X25519KeyAgreementKey2019", "controller": issuer.id}
    issuer.publish_keys(verificationMethod=[method])
    report = world.verify(issuer.issue())
    assert report.check(CheckName.PROOF).outcome is Outcome.FAILED
    assert find(report) == ("proof.algorithm_not_allowed", "proof.algorithm_not_allowed")


def test_malformed_key_in_a_fragment() -> None:
    """A fragment that starts like a key and is none."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    report = world.verify(issuer.issue(method_id=f"{issuer.id}#z6MkNotAKey"))
    assert report.check(CheckName.PROOF).outcome is Outcome.FAILED
    assert report.check(CheckName.ISSUER).code == "issuer.not_assertion_method"


@pytest.mark.parametrize("key_id", ["https://[bad/#key", "https://college.example.edu:444/keys#1", "urn:key:1"])
def test_key_id_that_leads_nowhere(key_id: str) -> None:
    """A stranger's token whose `kid` is no place of the issuer."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET)
    stranger = LocalSigner.generate(KeyType.ED25519)
    token = forge_token({"alg": "EdDSA", "kid": key_id}, compose_claims(issuer.compose_badge()), signer=stranger)
    report = world.verify(token)
    assert not report
    assert report.check(CheckName.PROOF).outcome is not Outcome.PASSED


def test_key_id_that_is_no_address_and_a_published_key() -> None:
    """A `kid` that names no place: any key that the issuer publishes may have signed."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET)
    header: dict[str, JsonValue] = {"alg": "EdDSA", "kid": "urn:key:1"}
    assert world.verify(forge_token(header, compose_claims(issuer.compose_badge()), signer=issuer.signer))


def test_key_id_on_the_issuer_s_host() -> None:
    """OB 3.0 lets `kid` be the address of a JWK; it counts when the host's key set holds the key."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET)
    key_id = "https://college.example.edu/keys/1"
    assert world.verify(issuer.issue_jwt(method_id=key_id))
    assert issuer.key_set_url in world.asked


def test_key_set_that_publishes_nothing() -> None:
    """An empty key set lacks the key that signed."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET)
    world.publish(issuer.key_set_url, {"keys": []})
    header: dict[str, JsonValue] = {"alg": "EdDSA", "kid": "urn:key:1"}
    report = world.verify(forge_token(header, compose_claims(issuer.compose_badge()), signer=issuer.signer))
    assert report.check(CheckName.ISSUER).code == "issuer.key_not_bound"


def test_key_set_does_not_overrule_the_document() -> None:
    """A key that the issuer's document keeps for logging in signs no badge, although the key set holds it."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_DOCUMENT)
    issuer.publish_keys(assertionMethod=[], authentication=[issuer.method_id])
    world.publish(issuer.key_set_url, {"keys": [issuer.signer.public_key.jwk]})
    report = world.verify(issuer.issue_jwt())
    assert report.check(CheckName.ISSUER).code == "issuer.not_assertion_method"


def test_two_keys_in_the_set() -> None:
    """The one that made the signature is found."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET)
    other = LocalSigner.generate(KeyType.ED25519)
    keys: list[JsonValue] = [{**key.jwk, "iss": issuer.id} for key in (other.public_key, issuer.signer.public_key)]
    world.publish(issuer.key_set_url, {"keys": keys})
    assert world.verify(issuer.issue_jwt(method_id="urn:key:1"))
    stranger = LocalSigner.generate(KeyType.ED25519)
    report = world.verify(issuer.issue_jwt(method_id="urn:key:1", signer=stranger))
    assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"
