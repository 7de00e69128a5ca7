"""Verifies any presentation: who shows it, for this showing, and every credential in it.

Spec: VCDM 2.0 §4.13 and §4.13.3; VC-DATA-INTEGRITY 1.0 §4.4; VC-JOSE-COSE 1.0 §3.3.2.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from credentials import (
    CompactJws,
    PresentedCredential,
    ProofPurpose,
    Showing,
    UnverifiedSdJwt,
    check_lossless,
    read_presentation,
    read_verification_method,
    share_work,
    verify_presentation,
)
from schemas import (
    CannotCheckError,
    InvalidCredentialError,
    KeyNotAuthorizedError,
    ProofError,
    UnsupportedFeatureError,
    read_json_object,
)
from skillmark.vc_checks import verify_credential, verify_token
from skillmark.vc_keys import find_key
from skillmark.vc_policy import VcFindings
from skillmark.vc_tokens import find_token_key

if TYPE_CHECKING:
    from credentials import UnverifiedPresentation
    from schemas import JsonObject
    from skillmark.vc_keys import FoundKey
    from skillmark.vc_policy import VcPolicy

VerifyPart: TypeAlias = Callable[[PresentedCredential], VcFindings]
ReadShowing: TypeAlias = Callable[["UnverifiedPresentation"], "VcPolicy"]


@share_work()
def verify_any_presentation(
    document: JsonObject,
    policy: VcPolicy,
    *,
    verify_part: VerifyPart | None = None,
    max_credentials: int | None = None,
    read_showing: ReadShowing | None = None,
) -> tuple[VcFindings, tuple[VcFindings, ...]]:
    """Verify a presentation as it came in JSON, and return what was found of it and of each credential.

    The presentation holds only when all of them do; the first part of the result says so.

    Args:
        document: As received.
        policy: Clock, network, challenge and domain.
        max_credentials: What one presentation may hold; None for no limit but its size.
        verify_part: Judges each credential; None for the general checks of the suites.
        read_showing: Returns the policy with the challenge and the domain that this presentation must answer to, and
            raises an error of ours when it answers to none; None when `policy` says all.
    """
    try:
        presentation = read_presentation(document)
        if read_showing is not None:
            policy = read_showing(presentation)
        if max_credentials is not None and len(presentation.credentials) > max_credentials:
            detail: JsonObject = {"credentials": len(presentation.credentials), "limit": max_credentials}
            raise UnsupportedFeatureError("presentation.too_many_credentials", detail=detail)
        keys = _verify_signatures(presentation, policy)
        _check_holder(presentation, keys)
    except (InvalidCredentialError, CannotCheckError) as error:
        return VcFindings(errors=(error,)), ()
    # Challenge and domain are the holder's answer; what an issuer signed knows of neither.
    judge = verify_part or partial(_verify_part, policy=replace(policy, challenge=None, domain=None))
    parts = tuple(judge(part) for part in presentation.credentials)
    problems = _list_self_asserted_problems(presentation, keys)
    # Only the suites' callers may leave it out, and are told what that means.
    remarks = (CannotCheckError("presentation.challenge_not_asked"),) if policy.challenge is None else ()
    return sum(parts, VcFindings(errors=problems, warnings=remarks)), parts


def _verify_signatures(presentation: UnverifiedPresentation, policy: VcPolicy) -> tuple[FoundKey, ...]:
    """Verify every signature of the holder."""
    showing = Showing(challenge=policy.challenge, domain=policy.domain, now=policy.now)
    signed = presentation.signed
    if signed is not None:
        jws = signed if isinstance(signed, CompactJws) else signed.jws if isinstance(signed, UnverifiedSdJwt) else None
        key = find_token_key(
            signed.kid,
            jws.jwk if jws else None,
            presentation.claims.get("iss"),
            presentation.holder,
            policy,
            purpose=ProofPurpose.AUTHENTICATION,
        )
        verify_presentation(presentation, public_key=key.public_key, showing=showing, contexts=policy.contexts)
        return (key,)
    unsigned = {name: value for name, value in presentation.document.items() if name != "proof"}
    check_lossless(unsigned, contexts=policy.contexts)
    keys = []
    for proof in presentation.proofs:
        method_id = read_verification_method(proof)
        key = find_key(method_id, purpose=ProofPurpose.AUTHENTICATION, now=policy.now, fetcher=policy.fetcher)
        verify_presentation(
            presentation, public_key=key.public_key, showing=showing, proof=proof, contexts=policy.contexts
        )
        keys.append(key)
    return tuple(keys)


def _check_holder(presentation: UnverifiedPresentation, keys: tuple[FoundKey, ...]) -> None:
    """Insist that a holder who is named is the one who signed.

    Raises:
        KeyNotAuthorizedError: `presentation.holder_mismatch`.
    """
    if presentation.holder is None:
        return
    if not any(key.controller == presentation.holder and key.is_published for key in keys):
        raise KeyNotAuthorizedError("presentation.holder_mismatch", pointer="/holder")


def _list_self_asserted_problems(
    presentation: UnverifiedPresentation, keys: tuple[FoundKey, ...]
) -> tuple[ProofError, ...]:
    """VCDM 2.0 §4.13.3: who vouches for claims of their own says so in `holder`."""
    controllers = {key.controller for key in keys}
    if presentation.holder is not None or presentation.signed is not None:
        return ()
    credentials = presentation.document.get("verifiableCredential", [])
    for credential in credentials if isinstance(credentials, list) else [credentials]:
        issuer = credential.get("issuer") if isinstance(credential, dict) else None
        issuer_id = issuer.get("id") if isinstance(issuer, dict) else issuer
        if issuer_id in controllers:
            return (KeyNotAuthorizedError("presentation.holder_mismatch", "no holder is named", pointer="/holder"),)
    return ()


def _verify_part(part: PresentedCredential, policy: VcPolicy) -> VcFindings:
    try:
        if part.media_type is not None:
            return verify_token(part.original, part.media_type, policy)
        return verify_credential(read_json_object(part.original), policy)
    except InvalidCredentialError as error:
        return VcFindings(errors=(error,))
