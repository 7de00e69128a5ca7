"""The machine form of a report as bytes: what `to_json` gives, written in a fifth of the time.

Most checks of most reports say the same words, which are written once.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final

from schemas import encode_json, format_datetime, write_cache_key
from verifier.report import Check, CheckName, Headline, Outcome, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable

    from credentials import OpenBadgeCredential
    from verifier.endorsements import VerifiedEndorsement
    from verifier.report import VerificationReport

# What can be said of a check in our own codes and remarks is some hundreds of sentences; a badge adds none to them.
MAX_KEPT_FRAMES: Final = 1_024
_NO_DETAIL: Final = b'"detail":{}'
_NO_ENDORSEMENTS: Final = b',"endorsements":[],"accreditations":[]}'


def write_report(report: VerificationReport) -> bytes:
    """Return `report.to_json()` as `encode_json` writes it."""
    verdict = report.verdict
    headline = Headline.GENUINE if verdict is Verdict.VERIFIED else report.headline
    begin, required = _write_head(verdict, headline, report.required)
    parts = (
        begin,
        format_datetime(report.verified_at).encode(),
        required,
        b",".join([check.written or _write_check(check) for check in report.checks]),
        b'],"credential":',
        b"null" if report.credential is None else _write_credential(report.credential),
        _write_endorsements(report) if report.endorsements else _NO_ENDORSEMENTS,
    )
    return b"".join(parts)


@lru_cache(maxsize=64)  # verdicts and policies
def _write_head(verdict: Verdict, headline: Headline, required: frozenset[CheckName]) -> tuple[bytes, bytes]:
    """Return what stands before the moment of the verification and what comes behind it."""
    names = encode_json([name.value for name in CheckName if name in required])
    begin = b'{"verdict":"%b","headline":"%b","verifiedAt":"' % (verdict.value.encode(), headline.value.encode())
    return begin, b'","required":%b,"checks":[' % names


def _write_credential(credential: OpenBadgeCredential) -> bytes:
    encoded = credential.verified.encoded  # once, for another thread may read the document meanwhile
    if encoded and credential.found is None:
        return encoded
    document = credential.to_json()
    quickly = write_cache_key(document) if credential.verified.has_usual_numbers else None
    return encode_json(document) if quickly is None else quickly


def _write_endorsements(report: VerificationReport) -> bytes:
    written = _write_all(report.endorsements), _write_all(report.accreditations)
    return b',"endorsements":%b,"accreditations":%b}' % written


def _write_all(endorsements: Iterable[VerifiedEndorsement]) -> bytes:
    return b"[%b]" % b",".join([encode_json(endorsement.to_json()) for endorsement in endorsements])


def _write_check(check: Check) -> bytes:
    """Write a check, and leave what was written with it."""
    before, after = _write_frame(check.name, check.outcome, check.code, check.notes)
    written = b"%b%b%b" % (before, encode_json(dict(check.detail)) if check.detail else b"{}", after)
    object.__setattr__(check, "written", written)
    return written


@lru_cache(maxsize=MAX_KEPT_FRAMES)
def _write_frame(name: CheckName, outcome: Outcome, code: str, notes: tuple[str, ...]) -> tuple[bytes, bytes]:
    """Return what stands before and behind the detail of a check."""
    written = encode_json(Check(name=name, outcome=outcome, code=code, notes=notes).to_json())
    before, mark, after = written.rpartition(_NO_DETAIL)
    return before + mark[:-2], after
