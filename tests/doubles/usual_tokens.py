"""Tokens as nearly all are, some with a flaw, and how the straight way and the thorough way judge them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from credentials import sign_vc_jwt
from keys import OfflineFetcher, encode_base64url
from schemas import encode_json
from tests.doubles import sample_badges
from tests.doubles.tokens import forge_token
from tests.doubles.usual_badges import NOW
from verifier import VerificationContext
from verifier.plain_badge import verify_plainly
from verifier.sniff import read_presented
from verifier.verify import _verify

if TYPE_CHECKING:
    from schemas import JsonObject
    from verifier import VerificationReport


def make_context(**changes: Any) -> VerificationContext:  # noqa: ANN401 - members of the context
    return VerificationContext(**{"now": NOW, "fetcher": OfflineFetcher(), **changes})


def judge_thoroughly(data: bytes | str, context: VerificationContext) -> VerificationReport:
    return _verify(lambda: read_presented(data), context)


def agree(data: bytes | str, **changes: Any) -> bool:  # noqa: ANN401 - members of the context
    """Whether both say the same, or the straight way says nothing. Each has a memory of its own."""
    plain = verify_plainly(data, context=make_context(**changes))
    if plain is None:
        return True
    thorough = judge_thoroughly(data, make_context(**changes))
    alike = plain == thorough and plain.to_json() == thorough.to_json() and plain.to_w3c() == thorough.to_w3c()
    return alike and repr(plain) == repr(thorough)


def is_plain(data: bytes | str, **changes: Any) -> bool:  # noqa: ANN401 - members of the context
    return verify_plainly(data, context=make_context(**changes)) is not None


def usual_header() -> dict[str, Any]:
    return {"alg": "EdDSA", "kid": sample_badges.method_id(), "typ": "JWT"}


def compose_sample_claims(document: JsonObject) -> JsonObject:
    """Return the claims that repeat a sample, whatever became of it."""
    sample = sample_badges.small_badge()
    claims: JsonObject = {"iss": sample_badges.issuer_id(), "nbf": 1795338000}
    for claim, holder, name in (("jti", document, "id"), ("sub", document.get("credentialSubject"), "id")):
        claims[claim] = holder.get(name, sample["id"]) if isinstance(holder, dict) else None
    return claims


def forge_badge(document: JsonObject, **header: Any) -> bytes:  # noqa: ANN401 - members of the header
    return forge_token(
        {**usual_header(), **header},
        {**document, **compose_sample_claims(document)},
        signer=sample_badges.test_only_signer(),
    )


def sign_badge(document: JsonObject) -> bytes:
    signer = sample_badges.test_only_signer()
    return sign_vc_jwt(document, signer=signer, verification_method=sample_badges.method_id()).encode()


def with_old_signature(payload: JsonObject, token: bytes) -> bytes:
    head, _, signature = token.split(b".")
    return b".".join((head, encode_base64url(encode_json(payload)).encode(), signature))
