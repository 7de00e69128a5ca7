"""SD-JWT VC of a badge: the form that wallets of the European kind hold.

Spec: SD-JWT VC (draft-ietf-oauth-sd-jwt-vc) §2.2. The badge stands in the payload as it is; claims of the token stand
beside it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.jws import TokenType
from credentials.jwt_claims import epoch_seconds, party_id
from credentials.sd_jwt import sign_sd_jwt
from credentials.sd_jwt_payload import new_salt
from schemas import ProofError, read_datetime

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from keys import PublicKey, Signer
    from schemas import JsonObject


def sign_sd_jwt_vc(
    document: JsonObject,
    *,
    vct: str,
    hideable: Sequence[str],
    signer: Signer,
    verification_method: str,
    holder_key: PublicKey | None = None,
    salts: Callable[[], bytes] = new_salt,
) -> str:
    """Secure a badge as `dc+sd-jwt`, with every disclosure.

    Args:
        document: VC 2.0 credential; left unchanged.
        vct: Name of the type of credential, a URI that its maker controls.
        hideable: JSON Pointers of what the holder may leave out, as in `sign_sd_jwt`.
        signer: The issuer's key.
        verification_method: Absolute id of that key.
        holder_key: Key that the holder will have to prove.
        salts: Source of random salts.

    Raises:
        ProofError: `issuer` or `vct` is missing (`proof.claims_incomplete`), or as `sign_sd_jwt`.
        DataModelError: A date is malformed (`data_model.date_invalid`).
        DecodingError: `decoding.too_large`.
    """
    issuer = party_id(document, "issuer")
    if issuer is None or not vct:
        raise ProofError("proof.claims_incomplete", "issuer and vct are needed")
    claims: JsonObject = {"iss": issuer, "vct": vct}
    for claim, name in (("nbf", "validFrom"), ("exp", "validUntil")):
        if isinstance(text := document.get(name), str):
            claims[claim] = epoch_seconds(read_datetime(text, pointer=f"/{name}"))
    return sign_sd_jwt(
        {**claims, **document},
        hideable=hideable,
        signer=signer,
        verification_method=verification_method,
        token_type=TokenType.DC_SD_JWT,
        holder_key=holder_key,
        salts=salts,
    )
