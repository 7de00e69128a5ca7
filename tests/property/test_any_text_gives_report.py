"""Whatever is presented, there is a report in both languages, and never an exception (G3)."""

from __future__ import annotations

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from keys import OfflineFetcher
from schemas import JsonValue, encode_json
from tests.doubles.issuer_simulator import NOW, IssuerIdKind, IssuerSimulator
from verifier import CheckName, VerificationContext, VerificationReport, verify_presented, verify_scanned, verify_url

CONTEXT = VerificationContext(now=NOW, fetcher=OfflineFetcher(), recipient="Robin Exampleson")
WORLD = IssuerSimulator()
BADGE = WORLD.add_issuer(IssuerIdKind.DID_KEY).issue()
TOKEN = WORLD.add_issuer(IssuerIdKind.DID_KEY).issue_jwt()
WORDS = st.sampled_from(
    [
        "@context",
        "id",
        "type",
        "issuer",
        "proof",
        "credentialSubject",
        "credentialStatus",
        "achievement",
        "validFrom",
        "validUntil",
        "endorsement",
        "endorsementJwt",
        "refreshService",
        "identifier",
        "name",
        "evidence",
        "credentialSchema",
    ]
)
LEAVES = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text()
JSON_VALUES: st.SearchStrategy[JsonValue] = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(WORDS | st.text(max_size=8), inner, max_size=5)
)
MANY = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def insist(report: VerificationReport) -> None:
    """A report that can be shown and stored."""
    assert not report
    json.dumps(report.to_json())
    assert len(report.checks) == len(CheckName)
    for check in report.checks:
        assert check.explain("en")
        assert check.explain("es")


@MANY
@given(st.binary(max_size=400))
def test_any_bytes(data: bytes) -> None:
    """Random bytes."""
    insist(verify_presented(data, context=CONTEXT))


@MANY
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    """Random text, pasted, scanned, or given as an address."""
    insist(verify_presented(text, context=CONTEXT))
    insist(verify_scanned(text, context=CONTEXT))
    insist(verify_url(text, context=CONTEXT))


@MANY
@given(JSON_VALUES)
def test_any_json(value: JsonValue) -> None:
    """Random JSON with the words of a badge in it."""
    insist(verify_presented(encode_json(value), context=CONTEXT))


@MANY
@given(st.dictionaries(WORDS, JSON_VALUES, min_size=1, max_size=3))
def test_good_badge_with_members_replaced(changes: dict[str, JsonValue]) -> None:
    """A genuine badge in which whole members are something else."""
    badge = json.loads(BADGE)
    if all(badge.get(name) == value and name in badge for name, value in changes.items()):
        return
    insist(verify_presented(encode_json({**badge, **changes}), context=CONTEXT))


@MANY
@given(
    st.sampled_from(["issuer", "credentialSubject", "achievement", "proof"]),
    st.dictionaries(WORDS | st.sampled_from(["verificationMethod", "created", "cryptosuite"]), JSON_VALUES, min_size=1),
)
def test_good_badge_with_inner_members_replaced(place: str, changes: dict[str, JsonValue]) -> None:
    """A genuine badge in which members of its parts are something else."""
    badge = json.loads(BADGE)
    parts = {
        "issuer": badge["issuer"],
        "credentialSubject": badge["credentialSubject"],
        "achievement": badge["credentialSubject"]["achievement"],
        "proof": badge["proof"],
    }
    if all(name in parts[place] and parts[place][name] == value for name, value in changes.items()):
        return
    parts[place].update(changes)
    insist(verify_presented(encode_json(badge), context=CONTEXT))


@MANY
@given(st.integers(min_value=0, max_value=len(TOKEN) - 1), st.binary(min_size=1, max_size=3))
def test_token_with_bytes_replaced(place: int, data: bytes) -> None:
    """A genuine token with some bytes replaced is never genuine."""
    changed = TOKEN[:place] + data + TOKEN[place + len(data) :]
    if changed.strip() != TOKEN:
        insist(verify_presented(changed, context=CONTEXT))


@MANY
@given(st.integers(min_value=0, max_value=len(BADGE) - 1), st.integers(min_value=1, max_value=255))
def test_badge_with_a_byte_changed(place: int, mask: int) -> None:
    """A genuine JSON badge with one byte changed gives a report; it is true only when the JSON still says the same."""
    changed = BADGE[:place] + bytes([BADGE[place] ^ mask]) + BADGE[place + 1 :]
    report = verify_presented(changed, context=CONTEXT)
    if report:
        assert json.loads(changed) == json.loads(BADGE)
    else:
        insist(report)
