"""The whole report on a badge as nearly all are, in one straight line.

A usual badge is plain JSON with one `eddsa-rdfc-2022` proof by the did:key of its issuer, without endorsements and
without a refresh service. Every check of `verifier.verify` is made here too, in the cheapest order. At the first thing
that is wrong, rare or not plain the answer is None: then the thorough way starts from the beginning, and says what it
is. So nothing passes here that does not pass there, and both give the same report (docs/adr/0019;
`tests/property/test_plain_badges.py`).
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from credentials import Cryptosuite, OpenBadgeCredential, SecuringForm, share_work, verify_plain_proof
from keys import OfflineFetcher, resolve_controller_document
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
    has_no_escapes,
    pinned_hashes,
    read_datetime,
    read_plain_json_of_any_depth,
    use_contexts,
)
from verifier.data_model_check import CredentialKind, verify_contexts
from verifier.fetch_once import FetchOnce
from verifier.issuer_binding import find_method
from verifier.members import iterate_objects
from verifier.plain_status import check_plain_status
from verifier.recipient_check import check_recipient
from verifier.report import Check, CheckName, VerificationReport
from verifier.schema_check import list_foreign_schemas
from verifier.sniff import PresentedKind, encode_plain_text, is_plainly_json
from verifier.status_budget import StatusBudget
from verifier.status_check import MAX_STATUS_ENTRIES, check_status
from verifier.steps import compose_not_applicable, compose_passed, run_check
from verifier.trust_check import check_trust
from verifier.validity_check import judge_period

if TYPE_CHECKING:
    from datetime import datetime
    from typing import Any

    from keys import PublicKey
    from schemas import JsonObject
    from verifier.context import VerificationContext
    from verifier.trust import TrustList

# A larger one is rare, and to walk it twice when it is not plain would cost too much.
MAX_PLAIN_BYTES: Final = 32 * 1024
MAX_KEPT_ISSUERS: Final = 1_024
MAX_ISSUER_CHARS: Final = 128  # of a did:key; one of a P-384 key has 75

_TYPES: Final = frozenset({VERIFIABLE_CREDENTIAL, ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})
_BADGE_TYPES: Final = frozenset({ACHIEVEMENT_CREDENTIAL, OPEN_BADGE_CREDENTIAL})
# Members that are judged the thorough way.
_RARE_MEMBERS: Final = frozenset({"endorsement", "endorsementJwt", "accreditations"})

_READ: Final = compose_passed(CheckName.DECODING, {"kind": PresentedKind.JSON.value})
_WELL_FORMED: Final = compose_passed(CheckName.DATA_MODEL, {"version": "2.0"})
_FITTING: Final = compose_passed(CheckName.SCHEMA, {"schema": SchemaName.ACHIEVEMENT_CREDENTIAL.value})
_SIGNED: Final = compose_passed(
    CheckName.PROOF, {"form": SecuringForm.DATA_INTEGRITY.value, "suite": Cryptosuite.EDDSA_RDFC_2022.value}
)
_NO_STATUS: Final = compose_not_applicable(CheckName.STATUS, "status.none")
_NOT_ASKED: Final = compose_not_applicable(CheckName.RECIPIENT, "recipient.not_asked")
_NO_REFRESH: Final = compose_not_applicable(CheckName.REFRESH, "refresh.none")
_NO_ENDORSEMENTS: Final = compose_not_applicable(CheckName.ENDORSEMENTS, "endorsement.none")
_NO_TRUST_LIST: Final = compose_not_applicable(CheckName.TRUST, "trust.no_list")


def verify_plainly(data: bytes | str, *, context: VerificationContext) -> VerificationReport | None:
    """Return the report on a usual badge; None when the thorough way has to make it.

    Args:
        data: What was presented, of whatever form.
        context: Clock, network, trust and policy.
    """
    if isinstance(data, str):
        data = encode_plain_text(data) if len(data) <= MAX_PLAIN_BYTES else b""
    if len(data) > MAX_PLAIN_BYTES or not is_plainly_json(data):
        return None
    # How deep it is, the walk over its statements sees.
    reading = read_plain_json_of_any_depth(data)
    if reading is None or type(reading.value) is not dict:
        return None
    try:
        return _verify(reading.value, data, context)
    except (BadgeError, TypeError):  # TypeError: something that cannot be looked up, such as an object among types
        return None


def _verify(document: dict[str, Any], data: bytes, context: VerificationContext) -> VerificationReport | None:
    # (2) as `data_model_check`, but for what the statements say of it
    urls = _read_contexts(document.get("@context"), context)
    issuer = document.get("issuer")
    issuer_id = issuer.get("id") if type(issuer) is dict else issuer
    if urls is None or type(issuer_id) is not str or not _has_usual_form(document):
        return None
    start, end, awarded = [_read_moment(document, name) for name in ("validFrom", "validUntil", "awardedDate")]
    if start is None or (end is not None and end < start):
        return None
    signer = _find_signer(issuer_id) if len(issuer_id) <= MAX_ISSUER_CHARS else None
    if signer is None:
        return None
    # (3) the schema, as `schema_check`
    if not fits(document, SchemaName.ACHIEVEMENT_CREDENTIAL) or (
        "credentialSchema" in document and list_foreign_schemas(document)
    ):
        return None
    # (6) before (4) and (5), which cost more
    validity = judge_period(start, end, now=context.now)
    method, public_key, proven = signer
    verified = verify_plain_proof(
        document,
        urls=urls,
        method=method,
        public_key=public_key,
        original=data,
        has_escapes=not has_no_escapes(data),
    )
    if verified is None:
        return None
    signed = verified.document
    # (7) to (11)
    checks = (
        _READ,
        _WELL_FORMED,
        _FITTING,
        _SIGNED,
        proven,
        validity,
        _check_status(signed, issuer_id, context) if "credentialStatus" in signed else _NO_STATUS,
        _NOT_ASKED if context.recipient is None else _check_recipient(signed, context.recipient),
        _NO_REFRESH,
        _NO_ENDORSEMENTS,
        _check_trust(signed, context.trust_list),
    )
    credential = OpenBadgeCredential(
        verified=verified, document=signed, valid_from=start, valid_until=end, awarded_date=awarded
    )
    return VerificationReport(checks=checks, required=context.required, verified_at=context.now, credential=credential)


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


@lru_cache(maxsize=MAX_KEPT_ISSUERS)
def _find_signer(issuer_id: str) -> tuple[str, PublicKey, Check] | None:
    """Return the one method of a did:key, its key, and the check that it is the issuer's; None of any other issuer."""
    if not issuer_id.startswith("did:key:"):
        return None
    try:
        method = resolve_controller_document(issuer_id, fetcher=OfflineFetcher()).methods[0]
    except BadgeError:
        return None
    key = find_method(method.id, issuer_id=issuer_id, fetcher=OfflineFetcher())
    if isinstance(key.key, BadgeError) or key.binding_problem or key.expires or key.revoked:
        return None
    return method.id, key.key, compose_passed(CheckName.ISSUER, {"publishedAt": key.source})


def _check_status(signed: JsonObject, issuer_id: str, context: VerificationContext) -> Check:
    check = check_plain_status(
        signed["credentialStatus"], issuer_id=issuer_id, cache=context.status_cache, now=context.now
    )
    if check is not None:
        return check
    budget = StatusBudget(FetchOnce(context.fetcher), max_lists=MAX_STATUS_ENTRIES)
    with share_work(), use_contexts(context.contexts):
        return check_status(signed, context=context, budget=budget)


def _check_trust(signed: dict[str, Any], trust_list: TrustList) -> Check:
    issuer = signed["issuer"]
    name = issuer.get("name") if type(issuer) is dict else None
    if (
        trust_list.entries
        or type(name) is not str
        or not (name.isascii() and name.isprintable())
        or "creator" in signed["credentialSubject"]["achievement"]
    ):
        return check_trust(signed, trust_list=trust_list)
    return _NO_TRUST_LIST


def _check_recipient(signed: JsonObject, recipient: str) -> Check:
    return run_check(CheckName.RECIPIENT, lambda: check_recipient(signed, recipient=recipient))
