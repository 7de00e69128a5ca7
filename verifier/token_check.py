"""Signatures around a credential: VC-JWT, SD-JWT and COSE. Which keys may have made one, and whether one did.

Spec: OB 3.0 §8.2.4; VC-JOSE-COSE 1.0 §3 and §4.1; RFC 9901 §7.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import credentials
from verifier.issuer_binding import find_token_keys

if TYPE_CHECKING:
    from credentials import VerifiedDocument
    from keys import Fetcher, PublicKey
    from verifier.issuer_binding import KeyFinding
    from verifier.received import Token


def find_signing_keys(token: Token, *, issuer_id: str, fetcher: Fetcher) -> tuple[KeyFinding, ...]:
    """Find the keys that may have signed, and what stands between each and the issuer (T-17 to T-19)."""
    key_id = token.kid
    if key_id is not None and key_id.startswith("#"):  # VC-JOSE-COSE 1.0 §4.1: relative to the issuer
        key_id = f"{issuer_id}{key_id}"
    header_key = None if isinstance(token, credentials.UnverifiedCose) else token.jwk
    return find_token_keys(key_id=key_id, header_key=header_key, issuer_id=issuer_id, fetcher=fetcher)


def verify_token(token: Token, *, public_key: PublicKey) -> VerifiedDocument:
    """Verify the signature and the claims; of an SD-JWT also the holder's part, when it has one.

    Raises:
        ProofError: It does not hold (`proof.…`, `presentation.key_binding_invalid`).
        DataModelError: A date is malformed (`data_model.date_invalid`).
        UnsupportedFeatureError: What was left out may decide how long the badge counts (`proof.lifecycle_hidden`), or
            it names its status or its holder in a way that is not read here.
    """
    if isinstance(token, credentials.UnverifiedJwt):
        return credentials.verify_vc_jwt(token, public_key=public_key)
    if isinstance(token, credentials.UnverifiedCose):
        return credentials.verify_cose(token, public_key=public_key)
    verified = credentials.verify_sd_jwt(token, public_key=public_key)
    if token.key_binding is not None:
        credentials.verify_unasked_key_binding(token)
    return verified


def list_token_notes(token: Token) -> tuple[str, ...]:
    """Return remarks for a token that holds."""
    if isinstance(token, credentials.UnverifiedJwt):
        return ("proof.claims_missing",) if token.missing_claims else ()
    if isinstance(token, credentials.UnverifiedSdJwt):
        chosen = ("proof.parts_chosen",) if token.revealed.hidden else ()
        if token.key_binding is not None:
            return (*chosen, "presentation.key_binding_not_asked")
        return (*chosen, "presentation.holder_key_not_shown") if "cnf" in token.claims else chosen
    return ()
