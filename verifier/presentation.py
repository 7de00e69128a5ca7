"""Verifies what a holder shows: who shows it, in answer to whose question, and every credential in it.

Spec: VCDM 2.0 §4.13; VC-DATA-INTEGRITY 1.0 §4.4 (`challenge`, `domain`); VC-JOSE-COSE 1.0 §3.1.2.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from credentials import (
    EnvelopeKind,
    MediaType,
    Showing,
    check_lossless,
    compose_envelope,
    read_presentation,
    read_verification_method,
    share_work,
)
from credentials import verify_presentation as verify_signed_presentation
from schemas import (
    BadgeError,
    CannotCheckError,
    InvalidCredentialError,
    KeyNotAuthorizedError,
    ProofError,
    ResolutionError,
    encode_json,
    read_json_object,
    use_contexts,
)
from verifier.containers import MAX_CONTAINER_BYTES, ContainerKind
from verifier.fetch_once import FetchOnce
from verifier.holder_key import find_holder_method
from verifier.report import Outcome
from verifier.report_set import (
    CredentialSetReport,
    PresentationCheck,
    PresentationCheckName,
    PresentationReport,
    ReportPart,
)
from verifier.sniff import Presented, PresentedKind
from verifier.verify import verify_opened

if TYPE_CHECKING:
    from credentials import PresentedCredential, UnverifiedPresentation
    from keys import Fetcher, PublicKey
    from schemas import JsonObject, JsonValue
    from verifier.challenges import ChallengeBook
    from verifier.context import VerificationContext

# One door for the whole set; the guarded fetcher may allow fewer.
MAX_FETCHES_PER_SET = 24
# Each costs a canonicalization; a holder signs once.
MAX_PRESENTATION_PROOFS = 2
_DID = "did:"
_SAID_BY_ENVELOPE = frozenset({MediaType.VC_SD_JWT, MediaType.DC_SD_JWT})
_NAMES = PresentationCheckName


@dataclass(slots=True, kw_only=True)
class _Findings:
    checks: dict[PresentationCheckName, PresentationCheck] = field(default_factory=dict)
    holder: str = ""

    def add(
        self,
        name: PresentationCheckName,
        outcome: Outcome,
        code: str,
        detail: JsonObject | None = None,
        notes: tuple[str, ...] = (),
    ) -> None:
        self.checks[name] = PresentationCheck(name=name, outcome=outcome, code=code, detail=detail or {}, notes=notes)

    def add_error(self, name: PresentationCheckName, error: BadgeError) -> None:
        outcome = Outcome.FAILED if isinstance(error, InvalidCredentialError) else Outcome.INDETERMINATE
        self.add(name, outcome, error.code, dict(error.detail))

    def add_passed(self, name: PresentationCheckName, detail: JsonObject | None = None) -> None:
        self.add(name, Outcome.PASSED, "presentation.passed", detail)


@share_work()
def verify_presentation(
    data: bytes | JsonObject,
    *,
    context: VerificationContext,
    expected_challenge: str | None = None,
    expected_domain: str | None = None,
    challenges: ChallengeBook | None = None,
) -> CredentialSetReport:
    """Verify a presentation and every credential in it; the verdict is the AND of all.

    Args:
        data: As received: JSON with a proof inside, an envelope, or a token alone.
        context: Clock, network, trust and policy.
        expected_challenge: The question that this must answer. Without one, and without `challenges`, whether this is
            a replay cannot be told, and the verdict is never VERIFIED.
        expected_domain: For whom it must be made; None when nobody said.
        challenges: Where questions are kept. The expected one, or else the one that is answered, is burnt by this
            call, whatever else is wrong.

    Returns:
        A report, also for something that is no presentation.
    """
    with use_contexts(context.contexts):
        return _verify_showing(
            data, context, challenge=expected_challenge, domain=expected_domain, challenges=challenges
        )


def _verify_showing(
    data: bytes | JsonObject,
    context: VerificationContext,
    *,
    challenge: str | None,
    domain: str | None,
    challenges: ChallengeBook | None,
) -> CredentialSetReport:
    fetcher = FetchOnce(context.fetcher, max_fetches=MAX_FETCHES_PER_SET)
    shared = replace(context, fetcher=fetcher)
    findings = _Findings()
    presentation, is_signed = _read(data, findings, is_asked=challenge is not None or challenges is not None)
    if presentation is not None and is_signed:
        showing = Showing(challenge=challenge, domain=domain, now=context.now)
        _check_holder_proof(presentation, findings, showing=showing, fetcher=fetcher)
    _check_challenge(presentation, findings, expected=challenge, challenges=challenges, context=context)
    parts = tuple(
        ReportPart(
            pointer=f"/verifiableCredential/{place}",
            report=verify_opened(Presented(kind=PresentedKind.JSON, credential=_take_out(part)), context=shared),
        )
        for place, part in enumerate(presentation.credentials if presentation else ())
    )
    _check_binding(findings, parts)
    container = PresentationReport(
        checks=tuple(
            findings.checks.get(name)
            or PresentationCheck(name=name, outcome=Outcome.NOT_RUN, code="presentation.not_run")
            for name in PresentationCheckName
        ),
        verified_at=context.now,
        holder=findings.holder,
    )
    return CredentialSetReport(kind=ContainerKind.PRESENTATION, container=container, parts=parts)


def _take_out(part: PresentedCredential) -> bytes:
    """Return one credential as if it had come alone; an SD-JWT in its envelope, which says what it is."""
    if part.media_type not in _SAID_BY_ENVELOPE:
        return part.original
    return encode_json(compose_envelope(part.original, kind=EnvelopeKind.CREDENTIAL, media_type=part.media_type))


def _read(
    data: bytes | JsonObject, findings: _Findings, *, is_asked: bool
) -> tuple[UnverifiedPresentation | None, bool]:
    """Return the presentation, and whether somebody signed it."""
    try:
        presentation = read_presentation(data)
    except ProofError as error:
        if error.code == "proof.missing" and not is_asked:
            return _read_unsigned(data, findings), False
        findings.add_passed(_NAMES.DECODING)
        findings.add_error(_NAMES.PROOF, error)
        return None, False
    except (InvalidCredentialError, CannotCheckError) as error:
        findings.add_error(_NAMES.DECODING, error)
        return None, False
    findings.add_passed(_NAMES.DECODING)
    return presentation, True


def _read_unsigned(data: bytes | JsonObject, findings: _Findings) -> UnverifiedPresentation:
    """Take a bundle apart that nobody signed, as wallets export it: its credentials can still be verified."""
    document = read_json_object(data, max_bytes=MAX_CONTAINER_BYTES) if isinstance(data, bytes) else data
    findings.add_passed(_NAMES.DECODING)
    findings.add_error(_NAMES.PROOF, ResolutionError("presentation.unsigned"))
    # The reader found nothing amiss but the missing proof, and insists on one; this one is looked at by nobody.
    return read_presentation(document | {"proof": {"type": "none"}})


def _check_holder_proof(
    presentation: UnverifiedPresentation, findings: _Findings, *, showing: Showing, fetcher: Fetcher
) -> None:
    holders: set[str] = set()
    try:
        if len(presentation.proofs) > MAX_PRESENTATION_PROOFS:
            raise ProofError("proof.multiple_ambiguous", detail={"limit": MAX_PRESENTATION_PROOFS})
        if presentation.signed is None:
            check_lossless({name: value for name, value in presentation.document.items() if name != "proof"})
        for proof in presentation.proofs or (None,):
            key, holder = _find_key(presentation, proof, showing=showing, fetcher=fetcher)
            verify_signed_presentation(presentation, public_key=key, showing=showing, proof=proof)
            holders.add(holder)
        if len(holders) != 1:
            raise KeyNotAuthorizedError("presentation.holder_mismatch", pointer="/holder")
    except (InvalidCredentialError, CannotCheckError) as error:
        _sort_error(error, findings, showing)
        return
    findings.holder = holders.pop()
    findings.add_passed(_NAMES.PROOF)
    findings.add_passed(_NAMES.HOLDER, {"holder": findings.holder})
    if showing.challenge is not None:
        findings.add_passed(_NAMES.CHALLENGE)
    if showing.domain is not None:
        findings.add_passed(_NAMES.DOMAIN, {"domain": showing.domain})
    else:
        findings.add(_NAMES.DOMAIN, Outcome.NOT_APPLICABLE, "presentation.domain_not_asked")


def _find_key(
    presentation: UnverifiedPresentation, proof: JsonObject | None, *, showing: Showing, fetcher: Fetcher
) -> tuple[PublicKey, str]:
    """Return the key of one signature and whose it is; a key in a token's header is a hint and never used."""
    if proof is not None:
        method_id = read_verification_method(proof)
    else:
        signed = presentation.signed
        method_id = (signed.kid if signed is not None else None) or ""
        if method_id.startswith("#"):
            method_id = f"{presentation.holder or ''}{method_id}"
    method = find_holder_method(method_id, holder=presentation.holder, now=showing.now, fetcher=fetcher)
    return method.public_key, method.controller


_CHECK_OF_CODE = {
    "proof.challenge_mismatch": _NAMES.CHALLENGE,
    "proof.domain_mismatch": _NAMES.DOMAIN,
    "presentation.holder_mismatch": _NAMES.HOLDER,
    "presentation.not_authentication_method": _NAMES.HOLDER,
}


def _sort_error(error: BadgeError, findings: _Findings, showing: Showing) -> None:
    """Put an error under the check that it is about. Challenge and domain are compared after the signature."""
    name = _CHECK_OF_CODE.get(error.code, _NAMES.PROOF)
    if error.code.startswith(("issuer.", "fetch.")):
        name = _NAMES.HOLDER
    findings.add_error(name, error)
    if name in {_NAMES.CHALLENGE, _NAMES.DOMAIN}:
        findings.add_passed(_NAMES.PROOF)
        if name is _NAMES.DOMAIN and showing.challenge is not None:
            findings.add_passed(_NAMES.CHALLENGE)
    elif name is _NAMES.HOLDER and isinstance(error, CannotCheckError):
        findings.add_error(_NAMES.PROOF, ResolutionError("proof.key_unavailable", detail={"reason": error.code}))


def _check_challenge(
    presentation: UnverifiedPresentation | None,
    findings: _Findings,
    *,
    expected: str | None,
    challenges: ChallengeBook | None,
    context: VerificationContext,
) -> None:
    """Burn the question, so that no second answer to it is ever taken; also when this one is wrong."""
    if challenges is None:
        if expected is None:
            findings.add(_NAMES.CHALLENGE, Outcome.INDETERMINATE, "presentation.challenge_not_asked")
        return
    answered = expected if expected is not None else _read_challenge(presentation)
    try:
        bound = challenges.burn(answered, now=context.now)
    except ProofError as error:
        findings.add_error(_NAMES.CHALLENGE, error)
        return
    if expected is None and _holds(findings, _NAMES.PROOF):
        findings.add_passed(_NAMES.CHALLENGE)
    if bound and not _is_for(presentation, bound):
        findings.add_error(_NAMES.DOMAIN, ProofError("proof.domain_mismatch"))
    elif bound and _holds(findings, _NAMES.PROOF):
        findings.add_passed(_NAMES.DOMAIN, {"domain": bound})


def _read_challenge(presentation: UnverifiedPresentation | None) -> str:
    """Return the question that a presentation says it answers; empty when it says none, or several."""
    if presentation is None:
        return ""
    values: list[JsonValue] = [presentation.claims.get("nonce")] if presentation.signed is not None else []
    values += [proof.get("challenge") for proof in presentation.proofs]
    answered = {value if isinstance(value, str) else "" for value in values}
    return answered.pop() if len(answered) == 1 else ""


def _is_for(presentation: UnverifiedPresentation | None, domain: str) -> bool:
    """Whether every signature names the domain that the question was asked for."""
    if presentation is None:
        return False
    named = [presentation.claims.get("aud")] if presentation.signed is not None else []
    named += [proof.get("domain") for proof in presentation.proofs]
    return all(domain in (one if isinstance(one, list) else [one]) for one in named)


def _holds(findings: _Findings, name: PresentationCheckName) -> bool:
    check = findings.checks.get(name)
    return check is not None and check.outcome is Outcome.PASSED


def _check_binding(findings: _Findings, parts: tuple[ReportPart, ...]) -> None:
    """Compare the one who shows with the ones whom the credentials name; most badges name no wallet."""
    if not findings.holder or not _holds(findings, _NAMES.HOLDER):
        return
    bound: list[JsonValue] = []
    unbound: list[JsonValue] = []
    others: list[JsonValue] = []
    for part in parts:
        if part.report.credential is None:
            continue
        subject_id = part.report.credential.subject.id
        place = bound if subject_id == findings.holder else others if subject_id.startswith(_DID) else unbound
        place.append(part.pointer)
    detail: JsonObject = {"bound": bound, "notBound": unbound, "otherSubject": others}
    if others:
        findings.add(_NAMES.HOLDER_BINDING, Outcome.INDETERMINATE, "presentation.other_subject", detail)
    elif bound:
        notes = ("presentation.not_bound",) if unbound else ()
        findings.add(_NAMES.HOLDER_BINDING, Outcome.PASSED, "presentation.passed", detail, notes)
    else:
        findings.add(_NAMES.HOLDER_BINDING, Outcome.NOT_APPLICABLE, "presentation.not_bound", detail)
