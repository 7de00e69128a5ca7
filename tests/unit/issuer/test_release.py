"""Nothing leaves before it passes our own check."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from credentials import sign_vc_jwt
from issuer import IssuedCredential, Ledger, ProofChoice
from issuer.credential_store import PlannedRow, SecuredBytes, load_planned
from issuer.issuer_store import current_key
from issuer.release import SigningMethod, secure, verify_release
from keys import KeyType, LocalSigner
from schemas import LedgerError
from tests.doubles.ledgers import issue, make_roster

if TYPE_CHECKING:
    from issuer import IssuerProfile
    from issuer.issuer_store import SigningKey


@pytest.fixture
def released(ledger: Ledger, issuer: IssuerProfile) -> tuple[IssuedCredential, PlannedRow, SigningKey]:
    """One badge with both proofs, its plan and its key."""
    issue(ledger, issuer, make_roster(1), proof=ProofChoice.BOTH)
    (issued,) = ledger.list_issued()
    with ledger.database.read() as connection:
        (planned,) = load_planned(connection, [issued.slug])
        return issued, planned, current_key(connection, issuer.slug)


def _verify(planned: PlannedRow, key: SigningKey, json_bytes: bytes, jwt: bytes) -> None:
    verify_release(
        SecuredBytes(slug="s", json_bytes=json_bytes, jwt=jwt),
        unsecured=planned.unsecured,
        method_id=key.method.id,
        public_key=key.method.public_key,
    )


def test_signed_again_gives_the_same_bytes(
    ledger: Ledger, released: tuple[IssuedCredential, PlannedRow, SigningKey]
) -> None:
    """A plan and a key make one and only one badge."""
    issued, planned, key = released
    method = SigningMethod(signer=ledger.keystore.load(key.keystore_name), method_id=key.method.id)
    again = secure(planned, method)
    assert (again.json_bytes, again.jwt) == (issued.json_bytes, issued.jwt.encode())


def test_own_output_passes(released: tuple[IssuedCredential, PlannedRow, SigningKey]) -> None:
    """A badge as it was made passes."""
    issued, planned, key = released
    _verify(planned, key, issued.json_bytes, issued.jwt.encode())


def test_every_kind_of_wrong_output_is_stopped(
    ledger: Ledger, released: tuple[IssuedCredential, PlannedRow, SigningKey]
) -> None:
    """A changed name, a changed proof, another plan, another key, and a stranger's signature do not leave."""
    issued, planned, key = released
    jwt = issued.jwt.encode()
    signer = ledger.keystore.load(key.keystore_name)
    document = json.loads(issued.json_bytes)
    renamed = issued.json_bytes.replace(b"Forklift operator", b"Forklift engineer")
    stranger = LocalSigner.generate(KeyType.ED25519)
    wrong_method = sign_vc_jwt(document, signer=signer, verification_method=f"{issued.issuer_id}#other").encode()
    by_stranger = sign_vc_jwt(document, signer=stranger, verification_method=key.method.id).encode()
    other_plan = replace(planned, unsecured=planned.unsecured.replace(b"Forklift operator", b"Forklift engineer"))
    cases = [
        (planned, renamed, b""),
        (planned, issued.json_bytes[:-20], b""),
        (planned, b"", jwt[:-4] + b"AAAA"),
        (planned, b"", wrong_method),
        (planned, b"", by_stranger),
        (other_plan, issued.json_bytes, b""),
        (other_plan, b"", jwt),
    ]
    for plan, json_bytes, token in cases:
        with pytest.raises(LedgerError) as caught:
            _verify(plan, key, json_bytes, token)
        assert caught.value.code == "job.own_output_invalid"


def test_output_that_breaks_the_schema_is_stopped(
    ledger: Ledger, released: tuple[IssuedCredential, PlannedRow, SigningKey]
) -> None:
    """A rightly signed document that is no Open Badge does not leave."""
    _, planned, key = released
    document = json.loads(planned.unsecured)
    del document["credentialSubject"]["achievement"]["criteria"]
    broken = replace(
        planned,
        unsecured=json.dumps(document).encode(),
        plan=replace(planned.plan, proof=ProofChoice.VC_JWT),
    )
    secured = secure(broken, SigningMethod(signer=ledger.keystore.load(key.keystore_name), method_id=key.method.id))
    with pytest.raises(LedgerError) as caught:
        _verify(broken, key, secured.json_bytes, secured.jwt)
    assert caught.value.code == "job.own_output_invalid"
    assert "/credentialSubject/achievement" in caught.value.message


def test_job_that_makes_wrong_output_stops_and_keeps_its_rows(
    ledger: Ledger, issuer: IssuerProfile, monkeypatch: pytest.MonkeyPatch
) -> None:
    """When our own check fails, nothing is recorded, and after the repair the job goes on."""

    def spoil(planned: PlannedRow, method: SigningMethod) -> SecuredBytes:
        secured = secure(planned, method)
        return replace(secured, json_bytes=secured.json_bytes.replace(b"Forklift", b"Fork-lift"))

    with monkeypatch.context() as patch:
        patch.setattr("issuer.job_run.secure", spoil)
        with pytest.raises(LedgerError) as caught:
            issue(ledger, issuer, make_roster(2))
    assert caught.value.code == "job.own_output_invalid"
    assert ledger.list_issued() == ()
    assert issue(ledger, issuer, make_roster(2)).issued == 2
