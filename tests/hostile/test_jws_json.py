"""A JWS written as JSON: no form of a badge, whatever is in it (T-07)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, Outcome, Verdict

if TYPE_CHECKING:
    from schemas import JsonObject
    from tests.doubles.issuer_simulator import SimulatedIssuer


@pytest.fixture
def issuer() -> SimulatedIssuer:
    """Return an issuer whose keys stand at its own address."""
    return IssuerSimulator().add_issuer()


@pytest.mark.parametrize("general", [True, False], ids=["general", "flattened"])
def test_jws_written_as_json(issuer: SimulatedIssuer, general: bool) -> None:  # noqa: FBT001 - two shapes
    """VC-JOSE-COSE §3.1 has the compact form only; a good signature in another form is could not check."""
    protected, payload, signature = issuer.issue_jwt().decode().split(".")
    part: JsonObject = {"protected": protected, "signature": signature}
    document: JsonObject = {"payload": payload, "signatures": [part]} if general else {"payload": payload, **part}
    report = issuer.world.verify(document)
    check = report.check(CheckName.DECODING)
    assert (check.outcome, check.code) == (Outcome.INDETERMINATE, "decoding.jws_json_unsupported")
    assert report.verdict is Verdict.INCONCLUSIVE


@pytest.mark.parametrize(
    "document",
    [
        {"payload": "e30", "signatures": []},
        {"payload": "e30", "signatures": [{"signature": "a"}, {"signature": "b"}]},
        {"payload": "e30", "signatures": [7]},
        {"payload": "e30", "signatures": {}},
        {"payload": "e30"},
        {"payload": {}, "signature": "a"},
        {"signature": "a"},
    ],
    ids=repr,
)
def test_jws_json_without_exactly_one_signature(issuer: SimulatedIssuer, document: JsonObject) -> None:
    """T-07: none or several signatures are no JWS that anybody could rely on."""
    check = issuer.world.verify(document).check(CheckName.DECODING)
    assert (check.outcome, check.code) == (Outcome.FAILED, "decoding.jwt_malformed")
