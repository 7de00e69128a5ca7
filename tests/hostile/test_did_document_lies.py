"""T-21, corpus D 80-87: the issuer's document is not what it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import KeyType, LocalSigner, encode_base58
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue


def multikey(signer: LocalSigner) -> str:
    return signer.public_key.multikey


def method(issuer: SimulatedIssuer, **changes: JsonValue) -> JsonObject:
    entry: JsonObject = {
        "id": issuer.method_id,
        "type": "Multikey",
        "controller": issuer.id,
        "publicKeyMultibase": issuer.signer.public_key.multikey,
    }
    return entry | changes


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


@pytest.fixture
def issuer(world: IssuerSimulator) -> SimulatedIssuer:
    return world.add_issuer(IssuerIdKind.DID_WEB)


def find_issuer_code(world: IssuerSimulator, issuer: SimulatedIssuer) -> tuple[Verdict, str]:
    report = world.verify(issuer.issue())
    return report.verdict, report.check(CheckName.ISSUER).code


def test_document_of_another_id(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A document that names another controller proves nothing."""
    issuer.publish_keys(id="did:web:evil.example.com")
    assert find_issuer_code(world, issuer) == (Verdict.REJECTED, "issuer.did_document_id_mismatch")


def test_method_of_another_controller(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A method that another party controls is not the issuer's."""
    issuer.publish_keys(verificationMethod=[method(issuer, controller="did:web:evil.example.com")])
    assert find_issuer_code(world, issuer) == (Verdict.REJECTED, "issuer.controller_mismatch")


def test_key_only_for_authentication(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A key that is published for logging in does not sign badges."""
    issuer.publish_keys(assertionMethod=[], authentication=[issuer.method_id])
    assert find_issuer_code(world, issuer) == (Verdict.REJECTED, "issuer.not_assertion_method")


def test_no_such_method(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A proof that names a method which the document lacks is not the issuer's."""
    issuer.publish_keys(verificationMethod=[], assertionMethod=[])
    assert find_issuer_code(world, issuer) == (Verdict.REJECTED, "issuer.not_assertion_method")


def test_method_embedded_under_assertion_method(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """CID 1.0 lets a method stand as an object under the purpose; that is good."""
    issuer.publish_keys(verificationMethod=[], assertionMethod=[method(issuer)])
    assert find_issuer_code(world, issuer) == (Verdict.VERIFIED, "issuer.passed")


def test_one_id_with_two_keys(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Two keys under one id: nobody can say which one is meant."""
    other = LocalSigner.generate(KeyType.ED25519)
    issuer.publish_keys(verificationMethod=[method(issuer), method(issuer, publicKeyMultibase=multikey(other))])
    assert find_issuer_code(world, issuer) == (Verdict.REJECTED, "issuer.did_document_duplicate_method")


def test_published_private_key(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A document that publishes a private member makes every signature worthless."""
    jwk: JsonObject = {**issuer.signer.public_key.jwk, "d": "c2VjcmV0"}
    issuer.publish_keys(
        verificationMethod=[method(issuer), {**method(issuer, id=f"{issuer.id}#2"), "publicKeyJwk": jwk}]
    )
    assert find_issuer_code(world, issuer) == (Verdict.REJECTED, "proof.key_private_member")


def test_published_secret_multikey(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Corpus D 82: the prefix 8026 marks a secret key."""
    secret = "z" + encode_base58(bytes.fromhex("8026") + bytes(32))
    issuer.publish_keys(verificationMethod=[method(issuer, publicKeyMultibase=secret)])
    assert find_issuer_code(world, issuer) == (Verdict.REJECTED, "proof.key_private_member")


def test_web_page_in_place_of_the_document(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """A page for people says nothing against the badge: could not check."""
    world.publish(issuer.document_url, b"<!doctype html><p>Welcome", media_type="text/html")
    assert find_issuer_code(world, issuer) == (Verdict.INCONCLUSIVE, "issuer.did_document_unreadable")


def test_document_with_a_member_named_twice(world: IssuerSimulator, issuer: SimulatedIssuer) -> None:
    """Two readers could read two documents, so nobody may rely on it."""
    body = world.fetch(issuer.document_url, max_bytes=99_999, accept="").body
    world.publish(issuer.document_url, body.replace(b'"id":', b'"id":"did:web:evil.example.com","id":', 1))
    verdict, _ = find_issuer_code(world, issuer)
    assert verdict is Verdict.INCONCLUSIVE


def test_small_order_key(world: IssuerSimulator) -> None:
    """Corpus D 83: a key for which anybody can sign, with an all-zero signature."""
    weak = "z" + encode_base58(bytes.fromhex("ed01") + bytes(32))
    issuer = world.add_issuer()
    badge = issuer.sign(issuer.compose_badge(issuer=f"did:key:{weak}"), method_id=f"did:key:{weak}#{weak}")
    proof = badge["proof"]
    assert isinstance(proof, dict)
    proof["proofValue"] = "z" + encode_base58(bytes(64))
    report = world.verify(badge)
    assert report.check(CheckName.PROOF).outcome is Outcome.FAILED
    assert report.check(CheckName.PROOF).code in {"proof.signature_mismatch", "proof.value_malformed"}


def test_symmetric_did_jwk(world: IssuerSimulator) -> None:
    """Corpus D 86: a did:jwk of kind `oct` is a secret, not a public key."""
    did = "did:jwk:eyJrdHkiOiJvY3QiLCJrIjoiYzJWamNtVjAifQ"
    issuer = world.add_issuer()
    report = world.verify(issuer.issue(issuer=did, method_id=f"{did}#0"))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.PROOF).code == "proof.algorithm_not_allowed"


@pytest.mark.parametrize("did", ["did:plc:z72i7hdynmk6r22z27h6tvur", "did:ion:abc", "did:example:123", "urn:example:1"])
def test_kind_of_issuer_that_is_not_read(world: IssuerSimulator, did: str) -> None:
    """Corpus D 87: an identifier that this program cannot look up is neither good nor bad."""
    issuer = world.add_issuer()
    report = world.verify(issuer.issue(issuer=did, method_id=f"{did}#key-1"))
    assert report.verdict is Verdict.INCONCLUSIVE
    assert report.check(CheckName.ISSUER).code == "issuer.did_method_unsupported"
