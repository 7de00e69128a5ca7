"""StatusList2021, which VC 1.1 badges name: the same bits under earlier names."""

from __future__ import annotations

import base64
import gzip

import pytest

from schemas import (
    ED25519_2020_CONTEXT,
    OB_3_0_3_CONTEXT,
    STATUS_LIST_2021_CONTEXT,
    VC_V1_CONTEXT,
    JsonObject,
    JsonValue,
)
from tests.doubles.issuer_simulator import STATUS_URL, IssuerIdKind, IssuerSimulator, SimulatedIssuer
from tests.doubles.proofs import compose_proof_options, sign_with_options
from verifier import Check, CheckName, Outcome


@pytest.fixture
def issuer() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


def sign_old(issuer: SimulatedIssuer, document: JsonObject) -> JsonObject:
    options = compose_proof_options(issuer.method_id, type="Ed25519Signature2020", cryptosuite=None)
    return sign_with_options(document, options, signer=issuer.signer)


def encode_bits(*set_indexes: int) -> bytes:
    """StatusList2021 §4.1: index 0 is the left-most bit of 16 KiB; then gzip."""
    bits = bytearray(16 * 1024)
    for index in set_indexes:
        bits[index // 8] |= 0x80 >> index % 8
    return gzip.compress(bytes(bits))


def check_status(issuer: SimulatedIssuer, encoded: str, *, purpose: str = "revocation") -> Check:
    contexts: JsonValue = [VC_V1_CONTEXT, STATUS_LIST_2021_CONTEXT, ED25519_2020_CONTEXT]
    status_list: JsonObject = {
        "@context": contexts,
        "id": STATUS_URL,
        "type": ["VerifiableCredential", "StatusList2021Credential"],
        "issuer": issuer.id,
        "issuanceDate": "2026-11-21T00:00:00Z",
        "credentialSubject": {
            "id": f"{STATUS_URL}#list",
            "type": "StatusList2021",
            "statusPurpose": purpose,
            "encodedList": encoded,
        },
    }
    issuer.world.publish(STATUS_URL, sign_old(issuer, status_list))
    entry: JsonObject = {
        "id": f"{STATUS_URL}#94567",
        "type": "StatusList2021Entry",
        "statusPurpose": "revocation",
        "statusListIndex": "94567",
        "statusListCredential": STATUS_URL,
    }
    badge_contexts: JsonValue = [VC_V1_CONTEXT, OB_3_0_3_CONTEXT, STATUS_LIST_2021_CONTEXT, ED25519_2020_CONTEXT]
    badge = issuer.compose_badge(validFrom=None, issuanceDate="2026-11-01T09:00:00Z", credentialStatus=entry)
    return issuer.world.verify(sign_old(issuer, badge | {"@context": badge_contexts})).check(CheckName.STATUS)


@pytest.mark.parametrize("encode", [base64.urlsafe_b64encode, base64.b64encode])
def test_both_alphabets(issuer: SimulatedIssuer, encode: object) -> None:
    """Lists were published in either base64 alphabet, with and without padding."""
    assert callable(encode)
    assert check_status(issuer, encode(encode_bits(1, 94567)).decode()).code == "status.revoked"
    assert check_status(issuer, encode(encode_bits(1, 94566)).decode().rstrip("=")).outcome is Outcome.PASSED


def test_purposes_must_agree(issuer: SimulatedIssuer) -> None:
    """A list of suspensions says nothing of revocation."""
    encoded = base64.urlsafe_b64encode(encode_bits()).decode()
    assert check_status(issuer, encoded, purpose="suspension").code == "status.purpose_mismatch"


def test_damaged_list(issuer: SimulatedIssuer) -> None:
    """What is no gzip is refused as it is in the standard's own form."""
    assert check_status(issuer, "AAAA").code == "status.list_malformed"
