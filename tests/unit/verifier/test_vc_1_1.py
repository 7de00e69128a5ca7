"""Badges of VC Data Model 1.1, which a displayer must still verify (OB 3.0 certification guide)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from schemas import ED25519_2020_CONTEXT, OB_3_0_3_CONTEXT, VC_V1_CONTEXT, JsonObject, JsonValue
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator, SimulatedIssuer, format_moment
from tests.doubles.proofs import compose_proof_options, sign_with_options
from tests.doubles.tokens import forge_token
from verifier import CheckName, Verdict


def compose_old_badge(issuer: SimulatedIssuer, **changes: JsonValue) -> JsonObject:
    contexts: JsonValue = [VC_V1_CONTEXT, OB_3_0_3_CONTEXT, ED25519_2020_CONTEXT]
    badge = issuer.compose_badge(validFrom=None, issuanceDate="2026-11-01T09:00:00Z", **{"@context": contexts})
    return badge | changes


def sign_old(issuer: SimulatedIssuer, **changes: JsonValue) -> JsonObject:
    options = compose_proof_options(issuer.method_id, type="Ed25519Signature2020", cryptosuite=None)
    return sign_with_options(compose_old_badge(issuer, **changes), options, signer=issuer.signer)


@pytest.mark.parametrize("kind", [IssuerIdKind.DID_KEY, IssuerIdKind.HTTPS_DOCUMENT])
def test_ed25519_signature_2020(kind: IssuerIdKind) -> None:
    """The proof type that came before cryptosuites verifies."""
    world = IssuerSimulator()
    report = world.verify(sign_old(world.add_issuer(kind)))
    assert report
    assert report.check(CheckName.DATA_MODEL).detail["version"] == "1.1"


def test_key_published_in_the_old_form() -> None:
    """An https document may publish Ed25519VerificationKey2020."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.HTTPS_DOCUMENT)
    method: JsonValue = {
        "id": issuer.method_id,
        "type": "Ed25519VerificationKey2020",
        "controller": issuer.id,
        "publicKeyMultibase": issuer.signer.public_key.multikey,
    }
    issuer.publish_keys(verificationMethod=[method])
    assert world.verify(sign_old(issuer))


def test_changed_after_signing() -> None:
    """One changed letter breaks it."""
    world = IssuerSimulator()
    signed = sign_old(world.add_issuer(IssuerIdKind.DID_KEY))
    report = world.verify({**signed, "name": "CNC Mill Operator 2"})
    assert report.check(CheckName.PROOF).code == "proof.signature_mismatch"


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"expirationDate": format_moment(NOW - timedelta(days=1))}, "validity.expired"),
        ({"issuanceDate": format_moment(NOW + timedelta(days=1))}, "validity.not_yet_valid"),
        ({"expirationDate": format_moment(NOW + timedelta(days=1))}, "validity.passed"),
    ],
)
def test_old_names_of_the_dates(changes: dict[str, JsonValue], code: str) -> None:
    """`issuanceDate` and `expirationDate` count as `validFrom` and `validUntil` do."""
    world = IssuerSimulator()
    report = world.verify(sign_old(world.add_issuer(IssuerIdKind.DID_KEY), **changes))
    assert report.check(CheckName.VALIDITY_PERIOD).code == code


def _days(number: int) -> str:
    return format_moment(NOW + timedelta(days=number))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"validUntil": _days(-1)}, "validity.expired"),
        ({"validUntil": _days(-1), "expirationDate": _days(9)}, "validity.expired"),
        ({"validUntil": _days(9), "expirationDate": _days(-1)}, "validity.expired"),
        ({"validFrom": _days(1)}, "validity.not_yet_valid"),
    ],
)
def test_narrower_of_old_and_new_names(changes: dict[str, JsonValue], code: str) -> None:
    """The context of 1.1 defines `validFrom` and `validUntil` too: what is signed under either name counts."""
    world = IssuerSimulator()
    report = world.verify(sign_old(world.add_issuer(IssuerIdKind.DID_KEY), **changes))
    assert report.check(CheckName.PROOF).code == "proof.passed"
    assert report.check(CheckName.VALIDITY_PERIOD).code == code


def test_view_has_the_earlier_end() -> None:
    """The page shows the end that counts."""
    world = IssuerSimulator()
    signed = sign_old(world.add_issuer(IssuerIdKind.DID_KEY), validUntil=_days(2), expirationDate=_days(9))
    credential = world.verify(signed).credential
    assert credential is not None
    assert credential.valid_until == NOW + timedelta(days=2)


def test_old_token_form() -> None:
    """The credential stands inside the `vc` claim."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    document = compose_old_badge(issuer)
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    claims: JsonObject = {
        "vc": document,
        "iss": issuer.id,
        "jti": document["id"],
        "sub": subject["id"],
        "nbf": 1793523600,
    }
    header: JsonObject = {"alg": "EdDSA", "kid": issuer.method_id}
    assert world.verify(forge_token(header, claims, signer=issuer.signer))
    forged = claims | {"iss": "did:web:evil.example.com"}
    assert world.verify(forge_token(header, forged, signer=issuer.signer)).verdict is Verdict.REJECTED


def test_date_of_the_new_version_does_not_count() -> None:
    """`validUntil` beside a 1.1 context is not covered by the signature, so it is refused."""
    world = IssuerSimulator()
    signed = sign_old(world.add_issuer(IssuerIdKind.DID_KEY))
    assert world.verify({**signed, "validUntil": "2030-01-01T00:00:00Z"}).verdict is Verdict.REJECTED
