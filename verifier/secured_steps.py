"""Steps 2, 4, 5 and 6 for anything signed: a badge, an endorsement or a status list."""

from __future__ import annotations

from dataclasses import dataclass
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


_NO_SCHEMA = compose_not_run(CheckName.SCHEMA)
_NO_PROOF = compose_not_run(CheckName.PROOF)
_NO_ISSUER = compose_not_run(CheckName.ISSUER)
_NO_VALIDITY_PERIOD = compose_not_run(CheckName.VALIDITY_PERIOD)


@dataclass(frozen=True, slots=True, kw_only=True)
class SecuredFindings:
    """How the steps ended; those not named were not run, and `verified` is None unless the proof passed."""

    data_model: Check
    schema: Check = _NO_SCHEMA
    proof: Check = _NO_PROOF
    issuer: Check = _NO_ISSUER
    validity_period: Check = _NO_VALIDITY_PERIOD
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


def check_secured(
    received: ReceivedCredential, *, kind: CredentialKind, fetcher: Fetcher, now: datetime
) -> SecuredFindings:
    """Run the steps that every signed document goes through; a step that failed leaves the later ones not run."""
    # (2) VCDM 2.0 §4, OB 3.0 App. B
    data_model = run_check(CheckName.DATA_MODEL, lambda: check_data_model(received, kind=kind))
    if data_model.outcome is not Outcome.PASSED:
        return SecuredFindings(data_model=data_model)
    # (3) OB 3.0 §8.1 step 1
    schema = _NO_SCHEMA
    if kind is not CredentialKind.STATUS_LIST:
        schema = run_check(CheckName.SCHEMA, lambda: check_schema(received.document, kind=kind))
    # (4) OB 3.0 §8.2, and (5) CID 1.0 §3.3
    finding = check_proof(received, fetcher=fetcher, now=now)
    verified = finding.verified
    if verified is None:
        # An issuer is never called proven for a document whose signature does not hold.
        is_proven = finding.issuer.outcome is Outcome.PASSED
        issuer = _NO_ISSUER if is_proven else finding.issuer
        return SecuredFindings(data_model=data_model, schema=schema, proof=finding.proof, issuer=issuer)
    return SecuredFindings(
        data_model=data_model,
        schema=schema,
        proof=finding.proof,
        issuer=finding.issuer,
        # (6) VCDM 2.0 §4.9, from what the signature covers
        validity_period=run_check(CheckName.VALIDITY_PERIOD, lambda: check_validity_period(verified, now=now)),
        verified=verified,
    )
