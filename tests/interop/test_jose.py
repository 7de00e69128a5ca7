"""jose, from npm, verifies the VC-JWTs that we sign, and we verify what it signs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from credentials import read_vc_jwt, sign_vc_jwt, sign_w3c_vc_jwt, verify_vc_jwt
from keys import KeyType, PublicKey, SignatureAlgorithm
from schemas import SignatureMismatchError
from tests.interop.samples import change_token, endless_badge
from tests.interop.table import Direction, Peer, interop
from tests.unit.keys.published import fresh_signer

if TYPE_CHECKING:
    from schemas import JsonObject
    from tests.interop.node_peer import NodePeer

pytestmark = pytest.mark.node

SCRIPT = "jose.mjs"
ISSUER = "https://college.example.edu/issuers/training"
KID = f"{ISSUER}#key-1"
USUAL = {"EdDSA": KeyType.ED25519, "ES256": KeyType.P256, "ES384": KeyType.P384, "RS256": KeyType.RSA}
RSA_ONLY = ("RS384", "RS512", "PS256")
ALL = [*USUAL, *RSA_ONLY]


def _claims(document: JsonObject) -> JsonObject:
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    # date -u -d 2026-05-01T00:00:00Z +%s
    return {"iss": ISSUER, "jti": document["id"], "sub": subject["id"], "nbf": 1_777_593_600}


@interop(Peer.JOSE, "VC-JWT of Open Badges, {algorithm}", Direction.THEY_READ_OURS)
@pytest.mark.parametrize("algorithm", USUAL)
def test_jose_verifies_our_badges(node_peer: NodePeer, algorithm: str) -> None:
    """A badge as a VC-JWT verifies with the JWK that we publish and gives the claims; a changed one does not."""
    signer, badge = fresh_signer(USUAL[algorithm]), endless_badge(ISSUER)
    token = sign_vc_jwt(badge, signer=signer, verification_method=KID)
    asked: JsonObject = {"token": token, "alg": algorithm, "jwk": signer.public_key.jwk}
    assert node_peer.run(SCRIPT, asked, "verify") == {"verified": True, "payload": {**badge, **_claims(badge)}}
    refused = node_peer.run(SCRIPT, {**asked, "token": change_token(token)}, "verify")
    assert refused == {"verified": False, "reason": "ERR_JWS_SIGNATURE_VERIFICATION_FAILED"}


@interop(Peer.JOSE, "`vc+jwt` of W3C, {algorithm}", Direction.THEY_READ_OURS)
@pytest.mark.parametrize("algorithm", ALL)
def test_jose_verifies_our_w3c_tokens(node_peer: NodePeer, algorithm: str) -> None:
    """Each algorithm that we sign a vc+jwt with verifies there, and a changed token does not."""
    signer, badge = fresh_signer(USUAL.get(algorithm, KeyType.RSA)), endless_badge(ISSUER)
    token = sign_w3c_vc_jwt(badge, signer=signer, verification_method=KID, algorithm=SignatureAlgorithm(algorithm))
    asked: JsonObject = {"token": token, "alg": algorithm, "jwk": signer.public_key.jwk}
    assert node_peer.run(SCRIPT, asked, "verify") == {"verified": True, "payload": badge}
    assert node_peer.run(SCRIPT, {**asked, "token": change_token(token)}, "verify")["verified"] is False


@interop(Peer.JOSE, "VC-JWT of Open Badges, {algorithm}", Direction.WE_READ_THEIRS)
@pytest.mark.parametrize("algorithm", ALL)
def test_we_verify_the_badges_of_jose(node_peer: NodePeer, algorithm: str) -> None:
    """A badge that jose signed verifies here with the JWK that it publishes, and a changed one does not."""
    badge = endless_badge(ISSUER)
    header: JsonObject = {"alg": algorithm, "typ": "JWT", "kid": KID}
    made: dict[str, Any] = node_peer.run(SCRIPT, {"payload": {**badge, **_claims(badge)}, "header": header}, "sign")
    key = PublicKey.from_jwk(made["jwk"])
    assert verify_vc_jwt(read_vc_jwt(made["token"]), public_key=key).document == badge
    with pytest.raises(SignatureMismatchError):
        verify_vc_jwt(read_vc_jwt(change_token(made["token"])), public_key=key)
