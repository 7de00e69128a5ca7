"""Steps 4 and 5: is the signature right, and is the key the issuer's own? Two checks, found together."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credentials import (
    Cryptosuite,
    list_previous_proofs,
    list_proofs,
    read_valid_from,
    verify_data_integrity_proof,
)
from schemas import BadgeError, InvalidCredentialError, KeyNotAuthorizedError, ProofError
from verifier.issuer_binding import find_method
from verifier.members import read_date_member, read_issuer_id
from verifier.report import Check, CheckName, Outcome
from verifier.steps import compose_from_error, compose_not_run, compose_passed, run_check
from verifier.token_check import find_signing_keys, list_token_notes, verify_token

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from credentials import VerifiedDocument
    from keys import Fetcher, PublicKey
    from schemas import JsonObject
    from verifier.issuer_binding import KeyFinding
    from verifier.received import ReceivedCredential, Token

# Each proof costs a canonicalization; real badges carry one or two.
MAX_PROOFS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class ProofFinding:
    """How steps 4 and 5 ended for one proof.

    Args:
        proof: The `proof` check.
        issuer: The `issuer` check.
        verified: What the signature covers; None unless the proof passed.
    """

    proof: Check
    issuer: Check
    verified: VerifiedDocument | None = None

    @property
    def holds(self) -> bool:
        """Both checks passed."""
        return self.proof.outcome is Outcome.PASSED and self.issuer.outcome is Outcome.PASSED


def check_proof(received: ReceivedCredential, *, fetcher: Fetcher, now: datetime) -> ProofFinding:
    """Verify the proofs of a credential and whose keys they are; one proof that holds is enough.

    Spec: OB 3.0 §8.2 (Proofs); VC-DATA-INTEGRITY 1.0 §4.4; VC-JOSE-COSE 1.0 §3.3.
    """
    try:
        findings = _list_findings(received, fetcher=fetcher, now=now)
    except InvalidCredentialError as error:
        return _compose_failed(error)
    good = next((finding for finding in findings if finding.holds), None)
    return good or _choose(findings)


def _compose_failed(error: InvalidCredentialError) -> ProofFinding:
    return ProofFinding(proof=compose_from_error(CheckName.PROOF, error), issuer=compose_not_run(CheckName.ISSUER))


def _choose(findings: tuple[ProofFinding, ...]) -> ProofFinding:
    """Choose what the report says when no proof holds: the issuer's own proof decides, a stranger's does not."""
    if len(findings) == 1:
        return findings[0]
    bound = next((one for one in findings if one.issuer.outcome is Outcome.PASSED), None)
    open_one = next((one for one in findings if _is_open(one)), None)
    failed = bound or open_one
    if failed is not None:
        return failed
    return _compose_failed(ProofError("proof.multiple_ambiguous", detail={"proofs": len(findings)}))


def _is_open(finding: ProofFinding) -> bool:
    outcomes = {finding.proof.outcome, finding.issuer.outcome}
    return Outcome.INDETERMINATE in outcomes and Outcome.FAILED not in outcomes


def _list_findings(received: ReceivedCredential, *, fetcher: Fetcher, now: datetime) -> tuple[ProofFinding, ...]:
    issuer_id = read_issuer_id(received.document)
    if received.token is None:
        proofs = list_proofs(received.document)
        if len(proofs) > MAX_PROOFS:
            raise ProofError("proof.multiple_ambiguous", detail={"proofs": len(proofs), "limit": MAX_PROOFS})
        findings = [_check_embedded(received, proof, issuer_id=issuer_id, fetcher=fetcher, now=now) for proof in proofs]
        if any("previousProof" in proof for proof in proofs):
            return tuple(_require_earlier(received.document, number, findings) for number in range(len(proofs)))
        return tuple(findings)
    return (_check_token(received.token, issuer_id=issuer_id, fetcher=fetcher),)


def _check_token(token: Token, *, issuer_id: str, fetcher: Fetcher) -> ProofFinding:
    notes = list_token_notes(token)
    tried = tuple(
        _check_key(key, lambda public_key: verify_token(token, public_key=public_key), notes=notes)
        for key in find_signing_keys(token, issuer_id=issuer_id, fetcher=fetcher)
    )
    good = next((finding for finding in tried if finding.holds), None)
    # A key that made the signature says more than those that did not.
    signed = next((finding for finding in tried if finding.verified is not None), None)
    return good or signed or tried[0]


def _require_earlier(document: JsonObject, number: int, findings: list[ProofFinding]) -> ProofFinding:
    """A proof that covers earlier ones holds only when each of their signatures does (VC-DATA-INTEGRITY 1.0 §4.5)."""
    proofs = list_proofs(document)
    chain = [number]
    for current in chain:
        if findings[current].verified is None:
            return replace(findings[number], proof=findings[current].proof, verified=None)
        earlier = (proofs.index(proof) for proof in list_previous_proofs(document, proofs[current]))
        chain += [other for other in earlier if other not in chain]
    return findings[number]


def _check_embedded(
    received: ReceivedCredential, proof: JsonObject, *, issuer_id: str, fetcher: Fetcher, now: datetime
) -> ProofFinding:
    method_id = proof.get("verificationMethod")
    if not isinstance(method_id, str) or not method_id:
        return _compose_failed(ProofError("proof.method_malformed", pointer="/proof/verificationMethod"))

    def verify(public_key: PublicKey) -> VerifiedDocument:
        verified = verify_data_integrity_proof(
            received.document,
            proof,
            public_key=public_key,
            original=received.original,
            statements=received.statements,
        )
        expires = read_date_member(proof, "expires", pointer="/proof")
        if expires is not None and now >= expires:
            raise ProofError("proof.expired", pointer="/proof/expires")
        return verified

    return _check_key(find_method(method_id, issuer_id=issuer_id, fetcher=fetcher), verify)


def _check_key(
    key: KeyFinding, verify: Callable[[PublicKey], VerifiedDocument], *, notes: tuple[str, ...] = ()
) -> ProofFinding:
    verified: list[VerifiedDocument] = []

    def step() -> Check:
        if isinstance(key.key, BadgeError):
            raise key.key.again()
        verified.append(verify(key.key))
        facts = {"form": verified[0].form.value, "suite": verified[0].cryptosuite}
        chosen = ("proof.parts_chosen",) if verified[0].cryptosuite == Cryptosuite.ECDSA_SD_2023.value else ()
        return compose_passed(CheckName.PROOF, facts, notes=(*notes, *chosen))

    proof = run_check(CheckName.PROOF, step)
    document = verified[0] if verified else None
    return ProofFinding(proof=proof, issuer=_check_issuer(key, document), verified=document)


def _check_issuer(key: KeyFinding, verified: VerifiedDocument | None) -> Check:
    """Say whether the key is the issuer's. Without a good signature only what speaks against it is said."""

    def step() -> Check:
        if key.binding_problem is not None:
            raise key.binding_problem.again()
        if verified is not None:
            verify_not_retired(key, verified)
        return compose_published(key)

    return run_check(CheckName.ISSUER, step)


def compose_published(key: KeyFinding) -> Check:
    """Return the check that a key is the issuer's: where it was published, and when it was put away if it was."""
    ends = _list_ends(key)
    retired: JsonObject = {"retiredAt": min(ends).isoformat()} if ends else {}
    return compose_passed(CheckName.ISSUER, {"publishedAt": key.source, **retired})


def verify_not_retired(key: KeyFinding, verified: VerifiedDocument) -> None:
    """Refuse a signature made with a key that the issuer had already put away (CID 1.0 §2.2).

    Raises:
        KeyNotAuthorizedError: `issuer.key_retired`.
    """
    ends = _list_ends(key)
    signed_at = verified.created or read_valid_from(verified.document)
    if ends and (signed_at is None or signed_at >= min(ends)):
        raise KeyNotAuthorizedError("issuer.key_retired", detail={"retiredAt": min(ends).isoformat()})


def _list_ends(key: KeyFinding) -> list[datetime]:
    return [end for end in (key.expires, key.revoked) if end is not None]
