"""The whole report on a badge as a token, as nearly all of those are, in one straight line.

A usual token is a VC-JWT of VC 2.0 by a key that is its issuer's (`plain_signer`). What else a usual badge is,
`plain_form` says. As `plain_badge`: every check of `verifier.verify` is made here too; at the first thing that is
wrong, rare or not plain the answer is None, and the thorough way starts from the beginning. So nothing passes here that
does not pass there, and both give the same report (docs/adr/0030; `tests/property/test_plain_tokens.py`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

import credentials
from schemas import BadgeError
from verifier.plain_form import compose_usual_report, has_usual_schema, read_usual_form
from verifier.plain_signer import find_plain_token_signer
from verifier.report import Check, CheckName
from verifier.sniff import PresentedKind
from verifier.steps import compose_passed
from verifier.token_check import list_token_notes
from verifier.validity_check import judge_period

if TYPE_CHECKING:
    from credentials import UnverifiedJwt
    from verifier.context import VerificationContext
    from verifier.report import VerificationReport

MAX_TOKEN_BYTES: Final = 44 * 1024  # a badge of 32 KiB

_READ: Final = compose_passed(CheckName.DECODING, {"kind": PresentedKind.JWS.value})


def verify_token_plainly(token: bytes, *, context: VerificationContext) -> VerificationReport | None:
    """Return the report on a usual token; None when the thorough way has to make it.

    Args:
        token: What was presented, without white space around it; of at most `MAX_TOKEN_BYTES`.
        context: Clock, network, trust and policy.
    """
    try:
        jwt = credentials.read_plain_vc_jwt(token)
        return None if jwt is None else _verify(jwt, context)
    except (BadgeError, TypeError):  # TypeError: something that cannot be looked up, such as an object among types
        return None


def _verify(jwt: UnverifiedJwt, context: VerificationContext) -> VerificationReport | None:
    document = jwt.document
    form = read_usual_form(document, context)
    if form is None:
        return None
    signer = find_plain_token_signer(jwt.kid, jwt.jwk, issuer_id=form.issuer_id, context=context)
    if (
        signer is None
        or credentials.find_plainly_lossless(document, form.urls) is None
        or not has_usual_schema(document)
    ):
        return None
    verified = credentials.verify_vc_jwt(jwt, public_key=signer.public_key)
    period = credentials.read_validity_period(verified)
    if period.start is None:
        return None
    validity = judge_period(period.start, period.end, now=context.now)
    signer.verify_not_retired(verified)
    signed = _compose_signed(verified.form.value, verified.cryptosuite, list_token_notes(jwt))
    checks = (_READ, signed, signer.proven, validity)
    form = form._replace(start=period.start, end=period.end)
    return compose_usual_report(verified, form, signer=signer, checks=checks, context=context)


@lru_cache(maxsize=32)  # there are no more
def _compose_signed(form: str, suite: str, notes: tuple[str, ...]) -> Check:
    return compose_passed(CheckName.PROOF, {"form": form, "suite": suite}, notes=notes)
