"""Steps 2, 4, 5 and 6 for anything signed: a badge, an endorsement or a status list."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from verifier.data_model_check import CredentialKind, check_data_model
from verifier.proof_check import check_proof
from verifier.report import Check, CheckName, Outcome
from verifier.schema_check import check_schema
from verifier.steps import compose_not_run, run_check
from verifier.validity_check import check_validity_period

if TYPE_CHECKING:
    from datetime import datetime

    from credentials import VerifiedDocument
    from keys import Fetcher
    from verifier.received import ReceivedCredential


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredFindings:
    """How the steps ended; `verified` is None unless the proof passed."""

    data_model: Check
    schema: Check
    proof: Check
    issuer: Check
    validity_period: Check
    verified: VerifiedDocument | None = None

    @property
    def checks(self) -> tuple[Check, ...]:
        """The checks in plan order."""
        return (self.data_model, self.schema, self.proof, self.issuer, self.validity_period)

    @property
    def first_open(self) -> Check | None:
        """The first check that failed, or else that could not be made; None when there is neither."""
        open_checks = [check for check in self.checks if check.outcome in {Outcome.FAILED, Outcome.INDETERMINATE}]
        return min(open_checks, key=lambda check: check.outcome is not Outcome.FAILED, default=None)


_NOTHING_RUN = SecuredFindings(
    data_model=compose_not_run(CheckName.DATA_MODEL),
    schema=compose_not_run(CheckName.SCHEMA),
    proof=compose_not_run(CheckName.PROOF),
    issuer=compose_not_run(CheckName.ISSUER),
    validity_period=compose_not_run(CheckName.VALIDITY_PERIOD),
)


def check_secured(
    received: ReceivedCredential, *, kind: CredentialKind, fetcher: Fetcher, now: datetime
) -> SecuredFindings:
    """Run the steps that every signed document goes through; a step that failed leaves the later ones not run."""
    # (2) VCDM 2.0 §4, OB 3.0 App. B
    data_model = run_check(CheckName.DATA_MODEL, lambda: check_data_model(received, kind=kind))
    findings = replace(_NOTHING_RUN, data_model=data_model)
    if data_model.outcome is not Outcome.PASSED:
        return findings
    # (3) OB 3.0 §8.1 step 1
    if kind is not CredentialKind.STATUS_LIST:
        schema = run_check(CheckName.SCHEMA, lambda: check_schema(received.document, kind=kind))
        findings = replace(findings, schema=schema)
    # (4) OB 3.0 §8.2, and (5) CID 1.0 §3.3
    finding = check_proof(received, fetcher=fetcher, now=now)
    findings = replace(findings, proof=finding.proof, issuer=finding.issuer, verified=finding.verified)
    if finding.verified is None:
        return _withhold_issuer(findings)
    # (6) VCDM 2.0 §4.9, from what the signature covers
    verified = finding.verified
    return replace(
        findings,
        validity_period=run_check(CheckName.VALIDITY_PERIOD, lambda: check_validity_period(verified, now=now)),
    )


def _withhold_issuer(findings: SecuredFindings) -> SecuredFindings:
    """An issuer is never called proven for a document whose signature does not hold."""
    if findings.issuer.outcome is Outcome.PASSED:
        return replace(findings, issuer=compose_not_run(CheckName.ISSUER))
    return findings
