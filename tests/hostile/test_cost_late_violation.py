"""A badge as large as may be, sound but for its last word, costs little more than it takes to say so."""

from __future__ import annotations

import copy
from datetime import UTC, datetime
from typing import Any

from credentials import list_proofs
from keys import OfflineFetcher
from schemas import MAX_CREDENTIAL_BYTES, read_json_object
from tests.doubles import sample_badges
from tests.doubles.cost import within_cost
from verifier import CheckName, Outcome, Verdict, VerificationContext, verify_presented

NOW = datetime(2026, 11, 23, tzinfo=UTC)
ALIGNMENTS = 900
MAX_COST = 4.0  # yardsticks
MAX_EXPLAINED_COST = 20.0  # yardsticks; jsonschema takes most of it


def _large(last: dict[str, Any]) -> bytes:
    badge: dict[str, Any] = copy.deepcopy(dict(sample_badges.small_badge()))
    alignments = [
        {
            "type": ["Alignment"],
            "targetName": f"Measure parts with tool {number}",
            "targetUrl": f"https://example.org/skills/{number}",
            "targetDescription": f"Set up tool {number}, measure the part and write down what was found.",
        }
        for number in range(ALIGNMENTS)
    ]
    alignments[-1] |= last
    badge["credentialSubject"]["achievement"]["alignment"] = alignments
    original = sample_badges.sign(badge).original
    assert 0.6 * MAX_CREDENTIAL_BYTES < len(original) <= MAX_CREDENTIAL_BYTES
    return original


def test_large_badge() -> None:
    """900 alignments are read, judged and verified."""
    data, context = _large({}), VerificationContext(now=NOW, fetcher=OfflineFetcher())
    assert len(list_proofs(read_json_object(data))) == 1
    report = within_cost(MAX_COST, lambda: verify_presented(data, context=context))
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED


def test_violation_in_the_last_entry() -> None:
    """The slow validator explains the last of 900 entries once."""
    data, context = _large({"targetType": "nonsense"}), VerificationContext(now=NOW, fetcher=OfflineFetcher())
    report = within_cost(MAX_EXPLAINED_COST, lambda: verify_presented(data, context=context))
    assert report.verdict is Verdict.REJECTED
    assert report.check(CheckName.SCHEMA).code == "schema.violation"
