"""Claims of a token that repeat what the credential or presentation in it says: they must agree.

Spec: RFC 7519 §4.1; OB 3.0 §8.2.4; VC-JOSE-COSE 1.0 §3.1.3 and §4.1.
"""

from __future__ import annotations

import enum
import math
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING

from schemas import ProofError, format_datetime, read_datetime

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

REGISTERED_CLAIMS = frozenset({"iss", "sub", "aud", "exp", "nbf", "iat", "jti"})  # RFC 7519 §4.1
WRAPPER_CLAIMS = frozenset({"vc", "vp"})  # VCDM 1.1 §6.3.1
MAX_KEPT_MOMENTS = 1_024  # all badges of a class begin and end alike
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class DateClaims(enum.Enum):
    """What `nbf` and `exp` of a token speak of."""

    CREDENTIAL = enum.auto()  # OB 3.0 §8.2.3, VCDM 1.1 §6.3.1: they repeat the dates of the credential
    SIGNATURE = enum.auto()  # VC-JOSE-COSE 1.0 §3.1.3: dates of their own


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenDates:
    """When the token was signed, begins and ends, as far as it says so."""

    signed_at: datetime | None
    not_before: datetime | None
    expires_at: datetime | None


def compare_credential_claims(
    payload: JsonObject, document: JsonObject, *, date_claims: DateClaims = DateClaims.SIGNATURE
) -> TokenDates:
    """Compare the claims with the credential. A claim may be missing; one that is there must agree.

    Where `nbf` and `exp` repeat the dates of the credential, `nbf` is `validFrom`, and `exp` may end the badge earlier
    than `validUntil`, never later.

    Raises:
        ProofError: A claim says something else than the credential (`proof.claims_mismatch`).
        DataModelError: A date of the credential is malformed (`data_model.date_invalid`).
    """
    compare_claim(payload, "iss", party_id(document, "issuer"))
    compare_claim(payload, "jti", document.get("id"))
    compare_claim(payload, "sub", subject_id(document))
    valid_from = _read_date(document, "validFrom", "issuanceDate")
    valid_until = _read_date(document, "validUntil", "expirationDate")
    if date_claims is DateClaims.CREDENTIAL:
        not_before, expires = read_numeric_date(payload, "nbf"), read_numeric_date(payload, "exp")
        if not_before is not None and (valid_from is None or not_before != epoch_seconds(valid_from)):
            raise claims_mismatch("nbf")
        if expires is not None and valid_until is not None and expires > epoch_seconds(valid_until):
            raise claims_mismatch("exp")
    dates = read_token_dates(payload)
    if dates.signed_at:
        return dates
    return TokenDates(signed_at=valid_from, not_before=dates.not_before, expires_at=dates.expires_at)


def read_token_dates(payload: JsonObject) -> TokenDates:
    """Return `iat`, `nbf` and `exp`.

    Raises:
        ProofError: One is no NumericDate (`proof.claims_mismatch`).
    """
    return TokenDates(
        signed_at=_read_moment(payload, "iat"),
        not_before=_read_moment(payload, "nbf"),
        expires_at=_read_moment(payload, "exp"),
    )


def compare_header_claims(header: JsonObject, payload: JsonObject) -> None:
    """Compare claims that the header repeats (RFC 7519 §5.3).

    Raises:
        ProofError: They differ (`proof.claims_mismatch`).
    """
    for name in ("iss", "sub", "aud"):
        if name in header and header[name] != payload.get(name):
            raise claims_mismatch(name)


def compare_claim(payload: JsonObject, claim: str, expected: JsonValue) -> None:
    """Compare one claim of text.

    Raises:
        ProofError: It is there and says something else (`proof.claims_mismatch`).
    """
    if claim in payload and (not isinstance(payload[claim], str) or payload[claim] != expected):
        raise claims_mismatch(claim)


def claims_mismatch(claim: str) -> ProofError:
    """Return the error for one claim that does not agree."""
    return ProofError("proof.claims_mismatch", f"{claim} does not agree with the credential", pointer=f"/{claim}")


def without_claims(payload: JsonObject, *further: str) -> JsonObject:
    """Return the payload without its registered claims and without `further` ones."""
    document = payload.copy()
    for name in (*REGISTERED_CLAIMS, *further):
        document.pop(name, None)
    return document


def complete_from_claims(document: JsonObject, payload: JsonObject) -> JsonObject:
    """Return the `vc` claim of VC 1.1 with what its issuer wrote as a registered claim only (VCDM 1.1 §6.3.1).

    What the `vc` claim says itself is left as it is, and compared with the claims in verifying.
    """
    completed = dict(document)
    for claim, name in (("iss", "issuer"), ("jti", "id")):
        if name not in completed and isinstance(payload.get(claim), str):
            completed[name] = payload[claim]
    subject = completed.get("credentialSubject")
    if isinstance(subject, dict) and "id" not in subject and isinstance(payload.get("sub"), str):
        completed["credentialSubject"] = {"id": payload["sub"], **subject}
    dates = (("nbf", "issuanceDate", "validFrom"), ("exp", "expirationDate", "validUntil"))
    for claim, name, new_name in dates:
        if completed.keys().isdisjoint({name, new_name}) and (moment := _read_moment(payload, claim)) is not None:
            completed[name] = format_datetime(moment)
    return completed


def party_id(document: JsonObject, name: str) -> str | None:
    """Return the id of `issuer` or `holder`, which may be text or an object with an `id`."""
    party = document.get(name)
    value = party.get("id") if isinstance(party, dict) else party
    return value if isinstance(value, str) else None


def subject_id(document: JsonObject) -> str | None:
    """Return the id of the one subject."""
    subject = document.get("credentialSubject")
    if isinstance(subject, list) and len(subject) == 1:
        subject = subject[0]
    value = subject.get("id") if isinstance(subject, dict) else None
    return value if isinstance(value, str) else None


def read_numeric_date(payload: JsonObject, claim: str) -> int | None:
    """Return a NumericDate (RFC 7519 §2) in whole seconds, None when it is missing.

    Raises:
        ProofError: Not a number (`proof.claims_mismatch`).
    """
    if claim not in payload:
        return None
    value = payload[claim]
    if type(value) is int:
        return value
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise claims_mismatch(claim)
    return math.floor(value)


@lru_cache(maxsize=MAX_KEPT_MOMENTS)
def epoch_seconds(moment: datetime) -> int:
    """Return a moment as a NumericDate."""
    return (moment - _EPOCH) // timedelta(seconds=1)


def _read_date(document: JsonObject, name: str, old_name: str) -> datetime | None:
    """Return a date by its VC 2.0 name, or by its VC 1.1 name."""
    found = name if name in document else old_name
    text = document.get(found)
    return read_datetime(text, pointer=f"/{found}") if isinstance(text, str) else None


def _read_moment(payload: JsonObject, claim: str) -> datetime | None:
    seconds = read_numeric_date(payload, claim)
    if seconds is None:
        return None
    try:
        return _find_moment(seconds)
    except OverflowError as error:
        raise claims_mismatch(claim) from error


@lru_cache(maxsize=MAX_KEPT_MOMENTS)  # whole numbers only, so that no two that are equal are written in two ways
def _find_moment(seconds: int) -> datetime:
    return _EPOCH + timedelta(seconds=seconds)
