"""A DID document made to fill the memory of the verifier."""

from __future__ import annotations

from tests.doubles.issuer_simulator import IssuerSimulator
from verifier import CheckName, Verdict


def test_document_over_64_kib_proves_nothing() -> None:
    """It is not read to its end, and the issuer stays unproven."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    issuer.publish_keys(padding="x" * (64 * 1024))
    report = world.verify(issuer.issue())
    assert report.verdict is Verdict.INCONCLUSIVE
    issuer_check = report.check(CheckName.ISSUER)
    assert (issuer_check.code, issuer_check.detail["reason"]) == ("issuer.unproven", "fetch.too_large")
