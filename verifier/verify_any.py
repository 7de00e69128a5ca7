"""Verifies whatever was presented: one badge, a learner record, or a presentation of several."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, TypeAlias

from credentials import share_work
from schemas import CannotCheckError, InvalidCredentialError, use_contexts
from verifier.containers import ContainerKind, find_container
from verifier.fetch_once import FetchOnce
from verifier.learner_record import verify_learner_record
from verifier.plain_badge import verify_plainly
from verifier.presentation import MAX_FETCHES_PER_SET, verify_presentation
from verifier.report import VerificationReport
from verifier.report_set import CredentialSetReport
from verifier.sniff import read_presented, read_scanned
from verifier.verify import compose_unread, open_presented, verify_opened

if TYPE_CHECKING:
    from collections.abc import Callable

    from verifier.context import VerificationContext
    from verifier.sniff import Presented

AnyReport: TypeAlias = VerificationReport | CredentialSetReport


def verify_any(data: bytes | str, *, context: VerificationContext, filename: str = "") -> AnyReport:
    """Verify a file, a photo, a pasted text or an address, with one badge in it or several.

    A presentation is verified without a question to answer, so its verdict is never VERIFIED; see
    `verify_presentation` for a showing that was asked for. Its credentials have reports of their own.

    Args:
        data: The bytes of a file, or text that somebody pasted.
        context: Clock, network, trust and policy.
        filename: Name of the file; may be empty.

    Returns:
        A `VerificationReport` for one badge and for anything that is none, else a `CredentialSetReport`.
    """
    plain = verify_plainly(data, context=context)
    return verify_any_thoroughly(data, context=context, filename=filename) if plain is None else plain


def verify_any_thoroughly(data: bytes | str, *, context: VerificationContext, filename: str = "") -> AnyReport:
    """As `verify_any`, for what `verify_plainly` has given up already."""
    return _verify_any(lambda: read_presented(data, filename=filename), context)


def verify_any_scanned(text: str, *, context: VerificationContext) -> AnyReport:
    """Verify what a QR code holds, as `verify_any`. An address on a foreign host is shown, not opened."""
    return _verify_any(lambda: read_scanned(text), context)


def _verify_any(read: Callable[[], Presented], context: VerificationContext) -> AnyReport:
    with share_work(), use_contexts(context.contexts):
        return _verify_some(read, context)


def _verify_some(read: Callable[[], Presented], context: VerificationContext) -> AnyReport:
    fetcher = FetchOnce(context.fetcher, max_fetches=MAX_FETCHES_PER_SET)
    shared = replace(context, fetcher=fetcher)
    try:
        presented = open_presented(read, context=shared, fetcher=fetcher)
    except (InvalidCredentialError, CannotCheckError) as error:
        return compose_unread(error, context=context)
    kind = find_container(presented.credential)
    if kind is ContainerKind.LEARNER_RECORD:
        return verify_learner_record(presented, context=shared, fetcher=fetcher)
    if kind is ContainerKind.PRESENTATION:
        return verify_presentation(presented.credential, context=shared)
    return verify_opened(presented, context=shared)
