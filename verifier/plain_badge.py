"""The whole report on a badge as nearly all are, in one straight line.

A usual badge is a token (`plain_token`), or plain JSON with one `eddsa-rdfc-2022` or `eddsa-jcs-2022` proof by a key
that is its issuer's (`plain_signer`), without endorsements and without a refresh service. Every check of
`verifier.verify` is made here too, in the cheapest order. At the first thing that is wrong, rare or not plain the
answer is None: then the thorough way starts from the beginning, and says what it is. So nothing passes here that does
not pass there, and both give the same report (docs/adr/0030; `tests/property/test_plain_badges.py`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from credentials import (
    Cryptosuite,
    SecuringForm,
    find_known_badge,
    learn_form,
    verify_known_proof,
    verify_plain_jcs_proof,
    verify_plain_proof,
)
from schemas import (
    BadgeError,
    has_no_escapes,
    read_plain_json_of_any_depth,
)
from verifier.plain_form import (
    compose_usual_report,
    has_usual_schema,
    read_known_form,
    read_usual_form,
)
from verifier.plain_signer import find_plain_signer
from verifier.plain_token import MAX_TOKEN_BYTES, verify_token_plainly
from verifier.report import CheckName
from verifier.sniff import PresentedKind, encode_plain_text, is_plainly_json, is_plainly_token
from verifier.steps import compose_passed
from verifier.validity_check import judge_period

if TYPE_CHECKING:
    from typing import Any

    from credentials import KnownBadge, VerifiedDocument
    from verifier.context import VerificationContext
    from verifier.plain_form import UsualForm
    from verifier.plain_signer import PlainSigner
    from verifier.report import VerificationReport

# A larger one is rare, and to walk it twice when it is not plain would cost too much.
MAX_PLAIN_BYTES: Final = 32 * 1024

_READ: Final = compose_passed(CheckName.DECODING, {"kind": PresentedKind.JSON.value})
_SIGNED: Final = {
    suite.value: compose_passed(CheckName.PROOF, {"form": SecuringForm.DATA_INTEGRITY.value, "suite": suite.value})
    for suite in (Cryptosuite.EDDSA_RDFC_2022, Cryptosuite.EDDSA_JCS_2022)
}


def verify_plainly(data: bytes | str, *, context: VerificationContext) -> VerificationReport | None:
    """Return the report on a usual badge, be it JSON or a token; None when the thorough way has to make it.

    Args:
        data: What was presented, of whatever form.
        context: Clock, network, trust and policy.
    """
    if isinstance(data, str):
        data = encode_plain_text(data) if len(data) <= MAX_TOKEN_BYTES else b""
    if len(data) > MAX_TOKEN_BYTES:
        return None
    if is_plainly_token(data):
        return verify_token_plainly(data.strip(), context=context)
    if len(data) > MAX_PLAIN_BYTES or not is_plainly_json(data):
        return None
    try:
        known = find_known_badge(data)
        if known is not None:
            return _verify(known.outline, data, context, known)
        # How deep it is, the walk over its statements sees.
        reading = read_plain_json_of_any_depth(data)
        if reading is None or type(reading.value) is not dict:
            return None
        return _verify(reading.value, data, context, None)
    except (BadgeError, TypeError):  # TypeError: something that cannot be looked up, such as an object among types
        return None


def _verify(
    document: dict[str, Any], data: bytes, context: VerificationContext, known: KnownBadge | None
) -> VerificationReport | None:
    form = read_usual_form(document, context) if known is None else read_known_form(document, context)
    if form is None:
        return None
    signer = find_plain_signer(document, issuer_id=form.issuer_id, context=context)
    if signer is None or not has_usual_schema(document):
        return None
    # Before the signature, which costs more.
    validity = judge_period(form.start, form.end, now=context.now)
    method, public_key = signer.method_id, signer.public_key
    verified = (
        _verify_proof(document, data, form, signer)
        if known is None
        else verify_known_proof(known, urls=form.urls, method=method, public_key=public_key, original=data)
    )
    if verified is None:
        return None
    signer.verify_not_retired(verified)
    checks = (_READ, _SIGNED[verified.cryptosuite], signer.proven, validity)
    return compose_usual_report(verified, form, signer=signer, checks=checks, context=context)


def _verify_proof(
    document: dict[str, Any], data: bytes, form: UsualForm, signer: PlainSigner
) -> VerifiedDocument | None:
    method, public_key = signer.method_id, signer.public_key
    verified = verify_plain_proof(
        document,
        urls=form.urls,
        method=method,
        public_key=public_key,
        original=data,
        has_escapes=not has_no_escapes(data),
    )
    if verified is None:
        return verify_plain_jcs_proof(document, urls=form.urls, method=method, public_key=public_key, original=data)
    learn_form(verified)  # its schema fits
    return verified
