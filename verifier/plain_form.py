"""What every usual badge has in common, whatever secures it: its form, its schema, and the checks of what is signed.

As `plain_badge` and `plain_token`, which ask here: at the first thing that is wrong, rare or not plain there is no
answer, and the thorough way starts from the beginning. Each function names the check that it stands for.
"""

from __future__ import annotations

from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from credentials import OpenBadgeCredential, share_work
from schemas import (
    ACHIEVEMENT_CREDENTIAL,
    CONTEXT_URLS,
    NO_PINNED_CONTEXTS,
    OPEN_BADGE_CREDENTIAL,
    VC_V1_CONTEXT,
    VC_V2_CONTEXT,
    VERIFIABLE_CREDENTIAL,
    BadgeError,
    SchemaName,
    fits,
    pinned_hashes,
    read_datetime,
    use_contexts,
)
from verifier.data_model_check import CredentialKind, verify_contexts
from verifier.fetch_once import FetchOnce
from verifier.key_pin_check import NO_PINS
from verifier.members import iterate_objects
from verifier.plain_status import check_plain_status
from verifier.recipient_check import check_recipient
from verifier.report import Check, CheckName, VerificationReport
from verifier.schema_check import list_foreign_schemas
from verifier.status_budget import StatusBudget
from verifier.status_check import MAX_STATUS_ENTRIES, check_status
from verifier.steps import compose_not_applicable, compose_passed, run_check
from verifier.trust_check import check_trust

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from credentials import VerifiedDocument
    from schemas import JsonObject, JsonValue
    from verifier.context import VerificationContext
    from verifier.key_pin_check import PinFinding
    from verifier.plain_signer import PlainSigner
    from verifier.trust import TrustList

_TYPES: Final = frozenset({VERIFIABLE_CREDENTIAL, ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})
_BADGE_TYPES: Final = frozenset({ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})
# Members that are judged the thorough way.
_RARE_MEMBERS: Final = frozenset({"endorsement", "endorsementJwt", "accreditations"})

_WELL_FORMED: Final = compose_passed(CheckName.DATA_MODEL, {"version": "2.0"})
_FITTING: Final = compose_passed(CheckName.SCHEMA, {"schema": SchemaName.ACHIEVEMENT_CREDENTIAL.value})
_NO_STATUS: Final = compose_not_applicable(CheckName.STATUS, "status.none")
_NOT_ASKED: Final = compose_not_applicable(CheckName.RECIPIENT, "recipient.not_asked")
_NO_REFRESH: Final = compose_not_applicable(CheckName.REFRESH, "refresh.none")
_NO_ENDORSEMENTS: Final = compose_not_applicable(CheckName.ENDORSEMENTS, "endorsement.none")
# Of moments since when keys are known, and remarks on them.
MAX_KEPT_UNLISTED: Final = 256
_NO_TRUST_LIST: Final = compose_not_applicable(CheckName.TRUST, "trust.no_list")


class UsualForm(NamedTuple):
    """What was read of a badge that has the usual form; its dates as it says them itself."""

    urls: tuple[str, ...]
    issuer_id: str
    start: datetime
    end: datetime | None
    awarded: datetime | None


def read_usual_form(document: dict[str, Any], context: VerificationContext) -> UsualForm | None:
    """Check what `data_model_check` checks, but for what the statements say of it.

    Raises:
        BadgeError: A date cannot be read.
        TypeError: Something cannot be looked up, such as an object among types.
    """
    return read_known_form(document, context) if _has_usual_form(document) else None


def read_known_form(document: dict[str, Any], context: VerificationContext) -> UsualForm | None:
    """Check the same of a badge of a known form, which has the members and the types of one that was checked.

    Raises:
        BadgeError: As `read_usual_form`; so is the other error.
    """
    urls = _read_contexts(document.get("@context"), context)
    issuer = document.get("issuer")
    issuer_id = issuer.get("id") if type(issuer) is dict else issuer
    if urls is None or type(issuer_id) is not str or not issuer_id:
        return None
    start, end, awarded = [_read_moment(document, name) for name in ("validFrom", "validUntil", "awardedDate")]
    if start is None or (end is not None and end < start):
        return None
    return UsualForm(urls, issuer_id, start, end, awarded)


def has_usual_schema(document: dict[str, Any]) -> bool:
    """Say whether `schema_check` would pass it without a remark.

    Whether an object fits a schema is decided by what stands in it, member by member. So of a badge of a known form
    its outline will do: its achievement and its issuer fit, for they are others' to the byte.
    """
    return fits(document, SchemaName.ACHIEVEMENT_CREDENTIAL) and not (
        "credentialSchema" in document and list_foreign_schemas(document)
    )


def compose_usual_report(
    verified: VerifiedDocument,
    form: UsualForm,
    *,
    signer: PlainSigner,
    checks: tuple[Check, Check, Check, Check],
    context: VerificationContext,
) -> VerificationReport:
    """Return the report on what is signed, once it is known to be the issuer's.

    Args:
        verified: What the signature covers.
        form: What was read of it; its dates narrowed by those of the token, if it is one.
        signer: Whose key it was.
        checks: Of decoding, proof, issuer and validity period.
        context: Clock, network, trust and policy.
    """
    outline = verified.outline
    decoding, proof, issuer, validity = checks
    return VerificationReport(
        checks=(
            decoding,
            _WELL_FORMED,
            _FITTING,
            proof,
            issuer,
            validity,
            _check_status(verified, form.issuer_id, signer, context) if "credentialStatus" in outline else _NO_STATUS,
            _NOT_ASKED if context.recipient is None else _check_recipient(verified.document, context.recipient),
            _NO_REFRESH,
            _NO_ENDORSEMENTS,
            _check_trust(verified, signer.compare_with_pins(form.issuer_id, context=context), context.trust_list),
        ),
        required=context.required,
        verified_at=context.now,
        credential=OpenBadgeCredential(
            verified=verified,
            valid_from=form.start,
            valid_until=form.end,
            awarded_date=form.awarded,
        ),
    )


def _read_contexts(contexts: Any, context: VerificationContext) -> tuple[str, ...] | None:  # noqa: ANN401 - JSON
    """Return the contexts of a badge of version 2.0, all of them the program's own."""
    if type(contexts) is not list or not CONTEXT_URLS.issuperset(contexts):
        return None
    urls = tuple(contexts)
    # One that somebody has pinned here as well goes the thorough way, as does what runs inside of other pins.
    is_pinned = context.contexts is not NO_PINNED_CONTEXTS and any(context.contexts.find(url) for url in urls)
    return None if is_pinned or pinned_hashes(urls) or not _are_usual_contexts(urls) else urls


@lru_cache(maxsize=64)
def _are_usual_contexts(urls: tuple[str, ...]) -> bool:
    if not urls or urls[0] != VC_V2_CONTEXT or VC_V1_CONTEXT in urls:
        return False
    try:
        with use_contexts(NO_PINNED_CONTEXTS):
            verify_contexts(list(urls), CredentialKind.BADGE)
    except BadgeError:
        return False
    return True


def _has_usual_form(document: dict[str, Any]) -> bool:
    """Whether the badge has an id, no types but those of a badge, and one subject that has an achievement."""
    types, subject = document.get("type"), document.get("credentialSubject")
    if (
        type(types) is not list
        or not _TYPES.issuperset(types)
        or VERIFIABLE_CREDENTIAL not in types
        or _BADGE_TYPES.isdisjoint(types)
        or "id" not in document
        or "refreshService" in document
        or type(subject) is not dict
        or ("id" not in subject and not any(iterate_objects(subject.get("identifier"))))
    ):
        return False
    achievement = subject.get("achievement")
    if type(achievement) is not dict or not achievement:
        return False
    for holder in (document, achievement, document.get("issuer"), achievement.get("creator"), subject.get("source")):
        if type(holder) is dict and not _RARE_MEMBERS.isdisjoint(holder):
            return False
    return True


def _read_moment(document: dict[str, Any], name: str) -> datetime | None:
    """Return the date of a member.

    Raises:
        BadgeError: There is a member, and no date in it.
    """
    if name not in document:
        return None
    value = document[name]
    return read_datetime(value if type(value) is str else "")


def _check_status(
    verified: VerifiedDocument, issuer_id: str, signer: PlainSigner, context: VerificationContext
) -> Check:
    check = check_plain_status(
        verified.outline["credentialStatus"], issuer_id=issuer_id, cache=context.status_cache, now=context.now
    )
    if check is not None:
        return check
    fetcher = FetchOnce(context.fetcher, at_hand=signer.document)
    budget = StatusBudget(fetcher, max_lists=MAX_STATUS_ENTRIES)
    with share_work(), use_contexts(context.contexts):
        return check_status(verified.document, context=context, budget=budget)


def _check_trust(verified: VerifiedDocument, pinned: PinFinding, trust_list: TrustList) -> Check:
    outline: dict[str, Any] = verified.outline
    issuer = outline["issuer"]
    name = issuer.get("name") if type(issuer) is dict else None
    if (
        trust_list.entries
        or type(name) is not str
        or not (name.isascii() and name.isprintable())
        or "creator" in outline["credentialSubject"]["achievement"]
    ):
        return check_trust(verified.document, trust_list=trust_list, pinned=pinned)
    return _NO_TRUST_LIST if pinned is NO_PINS else _compose_unlisted(tuple(pinned.facts.items()), pinned.notes)


@lru_cache(maxsize=MAX_KEPT_UNLISTED)
def _compose_unlisted(facts: tuple[tuple[str, JsonValue], ...], notes: tuple[str, ...]) -> Check:
    """Return the check of an issuer who shows its keys where nobody is listed, which is the same for all its badges."""
    return replace(_NO_TRUST_LIST, detail=dict(facts), notes=notes)


def _check_recipient(signed: JsonObject, recipient: str) -> Check:
    return run_check(CheckName.RECIPIENT, lambda: check_recipient(signed, recipient=recipient))
