"""The numbered procedure of Open Badges 3.0 §8: from what was presented to one report.

Everything below raises; here, and only here, it becomes a report. A bad badge never raises.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from credentials import OpenBadgeCredential, share_work
from schemas import (
    CannotCheckError,
    InvalidCredentialError,
    UnsupportedFeatureError,
    use_contexts,
)
from verifier.address import fetch_presented
from verifier.containers import find_container
from verifier.data_model_check import CredentialKind
from verifier.endorsement_check import check_endorsements
from verifier.fetch_once import FetchOnce
from verifier.key_pin_check import compare_with_pins
from verifier.members import read_issuer_id
from verifier.ob2_check import check_old_badge
from verifier.ob2_reading import find_old_badge
from verifier.plain_badge import verify_plainly
from verifier.received import read_received
from verifier.recipient_check import check_recipient
from verifier.refresh_check import follow_refresh
from verifier.report import PLAN, Check, CheckName, Outcome, VerificationReport
from verifier.secured_steps import check_secured
from verifier.sniff import Presented, PresentedKind, read_presented, read_scanned
from verifier.status_budget import MAX_LISTS_OF_UNPROVEN_ISSUER, StatusBudget
from verifier.status_check import MAX_STATUS_ENTRIES, check_status
from verifier.steps import compose_from_error, compose_not_run, compose_passed, run_check
from verifier.trust_check import check_trust

if TYPE_CHECKING:
    from collections.abc import Callable

    from keys import Fetcher
    from schemas import BadgeError
    from verifier.context import VerificationContext
    from verifier.endorsements import VerifiedEndorsement
    from verifier.secured_steps import SecuredFindings


def verify_presented(data: bytes | str, *, context: VerificationContext, filename: str = "") -> VerificationReport:
    """Verify a file, a photo, a pasted text or an address.

    Args:
        data: The bytes of a file, or text that somebody pasted.
        context: Clock, network, trust and policy.
        filename: Name of the file; may be empty.

    Returns:
        A report, also for a bad badge or for something that is none.
    """
    plain = verify_plainly(data, context=context)
    return _verify(lambda: read_presented(data, filename=filename), context) if plain is None else plain


def verify_scanned(text: str, *, context: VerificationContext) -> VerificationReport:
    """Verify what a QR code holds. An address on a foreign host is shown, not opened (`scan.foreign_host`)."""
    return _verify(lambda: read_scanned(text), context)


def verify_url(url: str, *, context: VerificationContext) -> VerificationReport:
    """Verify the badge at an address that the reader chose to open; fetched through the guarded door only."""
    return _verify(lambda: Presented(kind=PresentedKind.URL, url=url.strip()), context)


def open_presented(read: Callable[[], Presented], *, context: VerificationContext, fetcher: Fetcher) -> Presented:
    """Read what was presented, and fetch what stands at its address when it is one.

    Raises:
        InvalidCredentialError: There is no credential in it (`decoding.…`, `image.…`).
        CannotCheckError: It is out of reach (`fetch.…`), or not opened (`scan.foreign_host`).
    """
    presented = read()
    return _open_address(presented, context=context, fetcher=fetcher) if presented.url else presented


def verify_opened(presented: Presented, *, context: VerificationContext) -> VerificationReport:
    """Verify one badge that was taken out of its wrapping."""
    return _verify(lambda: presented, context)


def compose_unread(
    error: BadgeError, *, context: VerificationContext, decoding: Check | None = None
) -> VerificationReport:
    """Return the report of something that could not be read or opened.

    Args:
        error: Why not. A token that can be read, and whose header asks for something that no proof may ask for, or that
            is not read here, is a matter of its proof.
        context: Clock and policy.
        decoding: How far reading came.
    """
    if error.code.startswith("proof."):
        proof = compose_from_error(CheckName.PROOF, error)
        return compose_report(
            {CheckName.DECODING: decoding or compose_passed(CheckName.DECODING), proof.name: proof}, context
        )
    return compose_report({CheckName.DECODING: compose_from_error(CheckName.DECODING, error)}, context)


def _verify(read: Callable[[], Presented], context: VerificationContext) -> VerificationReport:
    with share_work(), use_contexts(context.contexts):
        return _verify_one(read, context)


def _verify_one(read: Callable[[], Presented], context: VerificationContext) -> VerificationReport:
    fetcher = FetchOnce(context.fetcher)
    decoding = compose_passed(CheckName.DECODING)
    # (1) OB 3.0 §5 and §8: take the credential out of what was presented
    try:
        presented = open_presented(read, context=context, fetcher=fetcher)
        decoding = compose_passed(CheckName.DECODING, {"kind": presented.kind.value})
        if find_container(presented.credential) is not None:
            raise UnsupportedFeatureError("decoding.several_credentials")  # see `verify_any`
        old_badge = find_old_badge(presented.credential)
        if old_badge is not None:
            old = check_old_badge(old_badge, context=context, fetcher=fetcher)
            return compose_report({decoding.name: decoding} | old.checks, context, credential=old.credential)
        received = read_received(presented.credential)
    except (InvalidCredentialError, CannotCheckError) as error:
        return compose_unread(error, context=context, decoding=decoding)
    # (2) to (6)
    findings = _remark_on_age(
        check_secured(received, kind=CredentialKind.BADGE, fetcher=fetcher, now=context.now), fetcher
    )
    # (9) before the others: a newer version is judged in place of this one
    refresh = follow_refresh(findings, context=context, fetcher=fetcher)
    findings = refresh.newer or findings
    checks = {check.name: check for check in (decoding, *findings.checks, refresh.check)}
    credential = OpenBadgeCredential.from_verified(findings.verified) if findings.verified else None
    # (7), (8), (10) and (11) look at what is judged
    claims = check_claims(findings, context=context, fetcher=fetcher)
    checks |= {check.name: check for check in claims.checks}
    return compose_report(checks, context, credential=credential, endorsements=claims.endorsements)


def _open_address(presented: Presented, *, context: VerificationContext, fetcher: Fetcher) -> Presented:
    """Fetch the badge behind an address; one that came out of a QR code only on a host that the reader knows."""
    domains = frozenset(entry.domain for entry in context.trust_list.entries if entry.domain)
    if presented.scanned and presented.host not in context.own_hosts | domains:
        raise CannotCheckError("scan.foreign_host", detail={"host": presented.host, "url": presented.url})
    return fetch_presented(presented.url, fetcher=fetcher)


def _remark_on_age(findings: SecuredFindings, fetcher: FetchOnce) -> SecuredFindings:
    """Say beside a proven issuer that its keys were read some time ago, because its host is silent now."""
    kept = fetcher.list_stand_ins()
    if findings.issuer.outcome is not Outcome.PASSED or not kept:
        return findings
    as_of = min(document.fetched_at for document in kept).isoformat()
    issuer = replace(
        findings.issuer,
        detail=dict(findings.issuer.detail) | {"asOf": as_of},
        notes=(*findings.issuer.notes, "issuer.document_kept"),
    )
    return replace(findings, issuer=issuer)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimFindings:
    """Checks of what is signed, and the endorsements among it that held."""

    checks: tuple[Check, ...] = ()
    endorsements: tuple[VerifiedEndorsement, ...] = ()


def check_claims(findings: SecuredFindings, *, context: VerificationContext, fetcher: Fetcher) -> ClaimFindings:
    """Look at what is signed; an issuer that is false, or whose id names nobody, is not even asked for its lists."""
    if findings.verified is None:
        return ClaimFindings()
    document = findings.verified.document
    # (8) OB 3.0 §8.1 step 5
    checks = [run_check(CheckName.RECIPIENT, lambda: check_recipient(document, recipient=context.recipient))]
    endorsements: tuple[VerifiedEndorsement, ...] = ()
    if findings.issuer.outcome is not Outcome.FAILED:
        max_lists = MAX_STATUS_ENTRIES if findings.issuer.outcome is Outcome.PASSED else MAX_LISTS_OF_UNPROVEN_ISSUER
        budget = StatusBudget(fetcher, max_lists=max_lists)
        # (7) BITSTRING-STATUS-LIST §3.2, and (10) OB 3.0 §8.4
        if findings.issuer.code != "issuer.did_malformed":
            checks.append(check_status(document, context=context, budget=budget))
        endorsed = check_endorsements(document, context=context, budget=budget)
        checks.append(endorsed.check)
        endorsements = endorsed.verified
    if findings.issuer.outcome is Outcome.PASSED:
        # (11) no clause: whom to trust is the reader's own matter
        pinned = compare_with_pins(read_issuer_id(document), context=context, fetcher=fetcher)
        checks.append(check_trust(document, trust_list=context.trust_list, pinned=pinned))
    return ClaimFindings(checks=tuple(checks), endorsements=endorsements)


def compose_report(
    checks: dict[CheckName, Check],
    context: VerificationContext,
    *,
    credential: OpenBadgeCredential | None = None,
    endorsements: tuple[VerifiedEndorsement, ...] = (),
) -> VerificationReport:
    """Return the report of the checks that were made; those that were not are said to be not run."""
    return VerificationReport(
        checks=tuple([checks.get(name) or compose_not_run(name) for name in PLAN]),
        required=context.required,
        verified_at=context.now,
        credential=credential,
        endorsements=endorsements,
    )
