"""Fixtures of the W3C suite for VC-JOSE-COSE: what it signed verifies, and what it broke is refused.

Its tokens carry an `iat` of text, which RFC 7519 §2 does not allow; their signatures are verified here, and the
claim is refused.
"""

from __future__ import annotations

import json
from base64 import b64decode
from datetime import UTC, datetime
from pathlib import Path

import pytest

from credentials import (
    MediaType,
    Showing,
    read_cose,
    read_presentation,
    read_sd_jwt,
    read_vc_jwt,
    verify_compact_jws,
    verify_cose,
    verify_presentation,
    verify_sd_jwt,
    verify_vc_jwt,
)
from keys import PublicKey
from schemas import BadgeError

FOLDER = Path(__file__).parents[2] / "vectors" / "w3c-vc-jose-cose-test-suite"
KEYS = {name: PublicKey.from_jwk(jwk) for name, jwk in json.loads((FOLDER / "keys.json").read_text()).items()}
ANY_SHOWING = Showing(challenge=None, domain=None, now=datetime(2026, 11, 22, tzinfo=UTC))


def text_of(name: str) -> str:
    """Return a fixture."""
    return (FOLDER / f"{name}.txt").read_text().strip()


def message_of(name: str) -> bytes:
    """Return a COSE fixture, which is in base64 without padding."""
    text = text_of(name)
    return b64decode(text + "=" * (-len(text) % 4))


def test_cose_credential() -> None:
    """credential-cose-minimal verifies with its P-256 key."""
    message = bytes.fromhex(text_of("credential-cose-minimal-not-base64"))
    verified = verify_cose(read_cose(message), public_key=KEYS["p256"])
    assert (verified.document["id"], verified.verification_method) == (
        "http://university.example/credentials/1872",
        "73voMXFNmNlOEpuYCSJlh8eN0dscykoO6gBukgRS1uU",
    )


def test_jose_credential() -> None:
    """credential-jose-minimal is signed by its P-256 key; its `iat` of text is refused."""
    jwt = read_vc_jwt(text_of("credential-jose-minimal"))
    verify_compact_jws(jwt.jws, public_key=KEYS["p256"])
    with pytest.raises(BadgeError) as caught:
        verify_vc_jwt(jwt, public_key=KEYS["p256"])
    assert (caught.value.code, caught.value.pointer) == ("proof.claims_mismatch", "/iat")


def test_sd_jwt_credential() -> None:
    """credential-sdjwt-selective: both disclosures open their digests, under the P-384 signature."""
    sd_jwt = read_sd_jwt(text_of("credential-sdjwt-selective"))
    verify_compact_jws(sd_jwt.jws, public_key=KEYS["p384"])
    assert sd_jwt.document["credentialSubject"] == {
        "id": "did:example:ebfeb1f712ebc6f1c276e12ec21",
        "birthDate": "1990-01-01",
        "firstName": "Jane",
        "lastName": "Doe",
    }
    with pytest.raises(BadgeError) as caught:
        verify_sd_jwt(sd_jwt, public_key=KEYS["p384"])
    assert caught.value.pointer == "/iat"


def test_sd_jwt_presentation() -> None:
    """presentation-sdjwt-selective verifies; its holder and its credential are disclosures."""
    presentation = read_presentation(text_of("presentation-sdjwt-selective").encode())
    verified = verify_presentation(presentation, public_key=KEYS["p384"], showing=ANY_SHOWING)
    assert (verified.holder, [one.media_type for one in verified.credentials]) == (
        "https://example.issuer/vc-jose-cose",
        [MediaType.VC_SD_JWT],
    )


def test_cose_presentation() -> None:
    """presentation-cose-single verifies with its P-384 key."""
    verified = verify_presentation(
        read_presentation(message_of("presentation-cose-single")), public_key=KEYS["p384"], showing=ANY_SHOWING
    )
    assert [one.media_type for one in verified.credentials] == [MediaType.VC_JWT]


def test_vc_and_vp_claims() -> None:
    """credential-jose-vc-vp-claims: neither may be there."""
    with pytest.raises(BadgeError) as caught:
        read_vc_jwt(text_of("credential-jose-vc-vp-claims"))
    assert caught.value.code == "decoding.jwt_malformed"


def test_cose_bad_media_type() -> None:
    """credential-cose-bad-media-type says that it is something else."""
    with pytest.raises(BadgeError) as caught:
        read_cose(message_of("credential-cose-bad-media-type"))
    assert caught.value.code == "proof.header_malformed"


def test_cose_bad_signature() -> None:
    """credential-cose-bad-signature does not verify."""
    with pytest.raises(BadgeError) as caught:
        verify_cose(read_cose(message_of("credential-cose-bad-signature")), public_key=KEYS["ed25519"])
    assert caught.value.code == "proof.signature_mismatch"


@pytest.mark.parametrize("name", ["presentation-jose-bad-credential", "presentation-cose-bad-credential"])
def test_envelopes_that_hold_no_credential(name: str) -> None:
    """An `id` that is no data: URL holds nothing."""
    data = message_of(name) if "cose" in name.split("-") else text_of(name).encode()
    with pytest.raises(BadgeError) as caught:
        read_presentation(data)
    assert caught.value.code == "decoding.envelope_malformed"
