"""What the verification of a token ends in, whether it is a JWT, an SD-JWT or a COSE message."""

from __future__ import annotations

from typing import TYPE_CHECKING

from credentials.document import VerifiedDocument
from credentials.jws import name_key

if TYPE_CHECKING:
    from credentials.document import SecuringForm
    from credentials.jwt_claims import TokenDates
    from keys import PublicKey, SignatureAlgorithm
    from schemas import JsonObject


def verified_token(
    document: JsonObject,
    *,
    form: SecuringForm,
    original: bytes,
    algorithm: SignatureAlgorithm,
    kid: str | None,
    public_key: PublicKey,
    dates: TokenDates,
) -> VerifiedDocument:
    """Return the document of a token whose signature and claims were verified, without a proof of its own.

    Args:
        document: What the token secures.
        form: The kind of token.
        original: The token as received.
        algorithm: What it is signed with.
        kid: How the token names the key.
        public_key: The key that it was verified with.
        dates: What the token says of its own time.
    """
    return VerifiedDocument(
        form=form,
        original=original,
        document={name: value for name, value in document.items() if name != "proof"},
        verification_method=name_key(kid, public_key),
        created=dates.signed_at,
        cryptosuite=algorithm.value,
        not_before=dates.not_before,
        expires_at=dates.expires_at,
    )
