"""Corpus A through the whole verifier: bytes that two readers could read in two ways, or that cost too much."""

from __future__ import annotations

import pytest

from tests.doubles.cost import within_cost
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from verifier import CheckName, Headline, Outcome, Verdict

WORLD = IssuerSimulator()
BADGE = WORLD.add_issuer(IssuerIdKind.DID_KEY).issue()
NAME = b'"name":"CNC Mill Operator 1"'
MAX_COST = 5.0  # yardsticks


def swap(new: bytes) -> bytes:
    assert BADGE.count(NAME) == 2  # the badge and its achievement
    return BADGE.replace(NAME, new, 1)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (swap(b'"issuer":"did:example:evil",' + NAME), "decoding.duplicate_key"),
        (swap(NAME + b"," + NAME), "decoding.duplicate_key"),
        (swap(b'"x":NaN'), "decoding.number_out_of_range"),
        (swap(b'"x":1e999'), "decoding.number_out_of_range"),
        (swap(b'"x":' + b"9" * 5000), "decoding.number_out_of_range"),
        (swap(b'"name":"\\ud800"'), "decoding.lone_surrogate"),
        (swap(b'"name":"\xff"'), "decoding.not_utf8"),
        (b'{"a":' + b"[" * 200_000, "decoding.too_deep"),
        (b'{"a":[' + b"{}," * 100_000 + b"{}]}", "decoding.too_large"),
        (BADGE.decode().encode("utf-16"), "decoding.not_utf8"),
        (b"\xef\xbb\xbf" + BADGE, "decoding.bom"),
        (BADGE + b"garbage", "decoding.trailing_data"),
        (BADGE + b" " * (256 * 1024), "decoding.too_large"),
        (b"// comment\n" + BADGE, "decoding.not_json"),
        (BADGE.replace(b'"', b"'"), "decoding.not_json"),
        (b"[" + BADGE + b"]", "decoding.not_object"),
        (b'{"payload":"e30","signatures":[]}', "decoding.jwt_malformed"),
    ],
)
def test_bytes(data: bytes, code: str) -> None:
    """Each gives its own code, no claim is shown, and it costs little."""
    report = within_cost(MAX_COST, lambda: WORLD.verify(data))
    assert report.check(CheckName.DECODING).code == code
    assert (report.verdict, report.headline) == (Verdict.REJECTED, Headline.COULD_NOT_CHECK)
    assert report.credential is None
    assert {check.outcome for check in report.checks[1:]} == {Outcome.NOT_RUN}


@pytest.mark.parametrize("key", [b"__proto__", b"constructor", b"grade"])
def test_member_that_no_word_list_knows(key: bytes) -> None:
    """Corpus A 19, C 47: such a member is not covered by any signature."""
    report = WORLD.verify(swap(b'"%s":"A+",' % key + NAME))
    assert report.check(CheckName.DATA_MODEL).code == "data_model.undefined_term"
    assert report.check(CheckName.PROOF).outcome is Outcome.NOT_RUN
