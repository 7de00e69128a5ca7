"""Key binding: the holder signs over what is shown, to whom, and in answer to which challenge.

Spec: RFC 9901 §4.3 (Key Binding JWT) and §7.3 (verification).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from credentials.jws import TokenType, sign_compact_jws, verify_compact_jws
from credentials.jwt_claims import epoch_seconds, read_token_dates
from credentials.sd_jwt import read_sd_jwt
from schemas import ProofError, encode_json, read_json_object

if TYPE_CHECKING:
    from datetime import datetime

    from credentials.sd_jwt import UnverifiedSdJwt
    from keys import PublicKey, Signer
    from schemas import JsonObject

MAX_BINDING_BYTES: Final = 8 * 1024  # payload of the holder's token
MAX_BINDING_AGE_SECONDS: Final = 600
MAX_SKEW_SECONDS: Final = 120  # clocks of two machines may differ by this


def bind_to_holder(sd_jwt: str, *, signer: Signer, nonce: str, audience: str, now: datetime) -> str:
    """Return the SD-JWT with a token of the holder for one showing.

    Args:
        sd_jwt: Ends with a tilde; only the disclosures to show are in it.
        signer: The holder's key, to which the issuer bound the token.
        nonce: Challenge of the verifier.
        audience: Who the verifier is.
        now: When it is shown, aware.

    Raises:
        ProofError: The SD-JWT has a key binding already, or is bound to another key
            (`presentation.key_binding_invalid`).
    """
    read = read_sd_jwt(sd_jwt)
    if read.key_binding is not None or read.holder_key != signer.public_key:
        raise ProofError("presentation.key_binding_invalid", "bound already, or bound to another key")
    claims: JsonObject = {
        "iat": epoch_seconds(now),
        "aud": audience,
        "nonce": nonce,
        "sd_hash": read.digest_algorithm.digest(read.presented),
    }
    return sd_jwt + sign_compact_jws(encode_json(claims), signer=signer, kid=None, token_type=TokenType.KB_JWT)


def verify_key_binding(sd_jwt: UnverifiedSdJwt, *, nonce: str, audience: str, now: datetime) -> PublicKey:
    """Verify that the holder of the bound key shows exactly this, to `audience`, in answer to `nonce`, now.

    Call `verify_sd_jwt` first: it says that the issuer named this key. Burning the nonce is the caller's.

    Returns:
        The holder's key.

    Raises:
        ProofError: No key binding (`presentation.key_binding_missing`), made over something else or malformed
            (`presentation.key_binding_invalid`), another `nonce` (`proof.challenge_mismatch`) or `aud`
            (`proof.domain_mismatch`), too old or from the future (`presentation.not_fresh`), or
            `proof.algorithm_key_mismatch`.
        SignatureMismatchError: `proof.signature_mismatch`.
        UnsupportedFeatureError: `presentation.holder_key_unsupported`.
    """
    holder_key, claims = _verify_binding(sd_jwt)
    if claims.get("nonce") != nonce:
        raise ProofError("proof.challenge_mismatch", pointer="/nonce")
    if claims.get("aud") != audience:
        raise ProofError("proof.domain_mismatch", pointer="/aud")
    signed_at = read_token_dates(claims).signed_at
    if signed_at is None:
        raise ProofError("presentation.key_binding_invalid", "iat is missing", pointer="/iat")
    check_fresh(signed_at, now=now)
    return holder_key


def verify_unasked_key_binding(sd_jwt: UnverifiedSdJwt) -> PublicKey:
    """Verify that the holder of the bound key once showed exactly this, to somebody.

    It answers no question that was asked here, so whoever hands it over need not be the holder. Call `verify_sd_jwt`
    first.

    Returns:
        The holder's key.

    Raises:
        ProofError: As `verify_key_binding`, but for `nonce`, `aud` and age; nonce, audience or time are missing
            (`presentation.key_binding_invalid`).
        SignatureMismatchError: `proof.signature_mismatch`.
        UnsupportedFeatureError: `presentation.holder_key_unsupported`.
    """
    holder_key, claims = _verify_binding(sd_jwt)
    is_complete = isinstance(claims.get("nonce"), str) and isinstance(claims.get("aud"), str)
    if not is_complete or read_token_dates(claims).signed_at is None:
        raise ProofError("presentation.key_binding_invalid", "nonce, aud or iat is missing")
    return holder_key


def _verify_binding(sd_jwt: UnverifiedSdJwt) -> tuple[PublicKey, JsonObject]:
    """Verify the holder's signature, and that it was made over what is shown; return the claims."""
    holder_key, binding = sd_jwt.holder_key, sd_jwt.key_binding
    if holder_key is None or binding is None:
        raise ProofError("presentation.key_binding_missing")
    verify_compact_jws(binding, public_key=holder_key)
    claims = read_json_object(binding.payload, max_bytes=MAX_BINDING_BYTES)
    if claims.get("sd_hash") != sd_jwt.digest_algorithm.digest(sd_jwt.presented):
        raise ProofError("presentation.key_binding_invalid", "made over something else", pointer="/sd_hash")
    return holder_key, claims


def check_fresh(signed_at: datetime, *, now: datetime) -> None:
    """Insist that something was signed in the last ten minutes.

    Raises:
        ProofError: `presentation.not_fresh`.
    """
    age = now - signed_at
    if not -timedelta(seconds=MAX_SKEW_SECONDS) <= age <= timedelta(seconds=MAX_BINDING_AGE_SECONDS):
        raise ProofError("presentation.not_fresh", detail={"limitSeconds": MAX_BINDING_AGE_SECONDS})
