"""A host with many issuers has one key set; a key in it speaks for the issuer that it names and for nobody else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from keys import KeyType, LocalSigner
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer
from tests.doubles.tokens import compose_claims, forge_token
from verifier import CheckName, Outcome, VerificationReport

if TYPE_CHECKING:
    from schemas import JsonObject

HOST = "platform.example.org"
KEY_SET_URL = f"https://{HOST}/.well-known/jwks.json"
TENANT_ID = f"https://{HOST}/issuers/other"
KEY_IDS = [
    f"{TENANT_ID}#key-1",
    f"https://{HOST}/keys/1",
    f"https://{HOST}/#key-1",
    f"https://{HOST}/issuers/training#no-such-key",
    f"did:web:{HOST}:issuers:other#key-1",
    "urn:key:1",
    "key-1",
    "",
]


@pytest.fixture
def tenant() -> LocalSigner:
    """Another tenant of the platform; its key is in the key set that all tenants share."""
    return LocalSigner.generate(KeyType.ED25519)


def verify_token(issuer: SimulatedIssuer, signer: LocalSigner, key_id: str) -> VerificationReport:
    """Verify a token in the name of `issuer`, signed by `signer`."""
    header: JsonObject = {"alg": "EdDSA", "jwk": signer.public_key.jwk}
    if key_id:
        header = {"alg": "EdDSA", "kid": key_id}
    return issuer.world.verify(forge_token(header, compose_claims(issuer.compose_badge()), signer=signer))


@pytest.mark.parametrize("key_id", KEY_IDS)
@pytest.mark.parametrize("names_tenant", ["iss of the tenant", "no iss"])
@pytest.mark.parametrize("kind", [IssuerIdKind.HTTPS_DOCUMENT, IssuerIdKind.HTTPS_KEY_SET])
def test_key_of_another_tenant(kind: IssuerIdKind, names_tenant: str, key_id: str, tenant: LocalSigner) -> None:
    """Whatever `kid` says, the tenant's key proves nothing of the victim on the same host."""
    world = IssuerSimulator()
    victim = world.add_issuer(kind, host=HOST)
    named: JsonObject = {"iss": TENANT_ID} if names_tenant == "iss of the tenant" else {}
    own: JsonObject = {**victim.signer.public_key.jwk, "iss": victim.id}
    world.publish(KEY_SET_URL, {"keys": [{**tenant.public_key.jwk, "kid": key_id, **named}, own]})
    report = verify_token(victim, tenant, key_id)
    assert not report
    assert report.check(CheckName.ISSUER).outcome is not Outcome.PASSED
    assert report.check(CheckName.TRUST).outcome is Outcome.NOT_RUN


@pytest.mark.parametrize("key_id", [f"https://{HOST}/keys/1", "urn:key:1", ""])
def test_document_with_keys_decides_alone(key_id: str, tenant: LocalSigner) -> None:
    """A key set that names the issuer in `iss` adds no key to those under `assertionMethod` of its document."""
    world = IssuerSimulator()
    victim = world.add_issuer(IssuerIdKind.HTTPS_DOCUMENT, host=HOST)
    world.publish(KEY_SET_URL, {"keys": [{**tenant.public_key.jwk, "iss": victim.id}]})
    report = verify_token(victim, tenant, key_id)
    assert not report
    assert report.check(CheckName.ISSUER).outcome is not Outcome.PASSED


@pytest.mark.parametrize("key_id", [f"https://{HOST}/keys/1", "urn:key:1", ""])
def test_document_without_keys_leaves_it_to_the_key_set(key_id: str) -> None:
    """A profile for programs that lists no key: the key set counts, for the issuer that it names."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET, host=HOST)
    world.publish(issuer.id, {"id": issuer.id, "type": ["Profile"], "name": "Example Valley College"})
    assert verify_token(issuer, LocalSigner.generate(KeyType.ED25519), key_id).check(CheckName.ISSUER).code != (
        "issuer.passed"
    )
    assert isinstance(issuer.signer, LocalSigner)
    assert verify_token(issuer, issuer.signer, key_id)


@pytest.mark.parametrize("issuer_id", [f"https://{HOST}", f"https://{HOST}/"])
@pytest.mark.parametrize("key_id", [f"https://{HOST}/keys/1", "urn:key:1", ""])
def test_issuer_that_is_the_host(issuer_id: str, key_id: str) -> None:
    """Where the host itself is the issuer, a key set without `iss` is its own."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET, host=HOST)
    issuer.id = issuer_id
    assert isinstance(issuer.signer, LocalSigner)
    world.publish(KEY_SET_URL, {"keys": [issuer.signer.public_key.jwk]})
    assert verify_token(issuer, issuer.signer, key_id)


@pytest.mark.parametrize("issuer_id", [f"https://{HOST}/?issuer=1", f"https://{HOST}/a", f"https://{HOST}//"])
def test_issuer_that_is_a_part_of_the_host(issuer_id: str, tenant: LocalSigner) -> None:
    """Anything after the host makes it one of many."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_KEY_SET, host=HOST)
    issuer.id = issuer_id
    world.publish(KEY_SET_URL, {"keys": [tenant.public_key.jwk]})
    assert verify_token(issuer, tenant, "urn:key:1").check(CheckName.ISSUER).outcome is not Outcome.PASSED
