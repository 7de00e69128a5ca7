"""Badges of ours for other people's software, and what it takes to change a document after it was signed."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from benchmarks.inputs import rich
from credentials import Cryptosuite, UnsecuredDocument, add_data_integrity_proof
from issuer import read_achievement, read_roster, run_job, start_job
from keys import decode_base64url, did_key, did_key_method_id, encode_base64url
from schemas import encode_json
from tests.architecture.source import ROOT
from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.ledgers import make_issuer
from tests.unit.keys.published import fresh_signer
from verifier import CheckName, Outcome

if TYPE_CHECKING:
    from collections.abc import Callable

    from issuer import IssuedCredential, Ledger, ProofChoice
    from keys import KeyType
    from schemas import JsonObject

CREATED = datetime(2026, 5, 1, tzinfo=UTC)
CHANGED_NAME = "Master machinist"


def issue_first(ledger: Ledger, key_type: KeyType, proof: ProofChoice) -> IssuedCredential:
    """Issue the example class list without expiry and return the first badge."""
    course_file = ROOT / "examples" / "achievements" / "cmm-operator.yaml"
    roster_file = ROOT / "examples" / "rosters" / "cmm-spring.csv"
    course = read_achievement(course_file.read_bytes(), filename=course_file.name, folder=course_file.parent)
    course = replace(course, valid_months=0)
    roster = read_roster(roster_file.read_bytes(), filename=roster_file.name, achievement=course)
    issuer = make_issuer(ledger, key_type=key_type)
    job = start_job(
        ledger, roster, course, issuer_slug=issuer.slug, proof=proof, awarded_on=None, idempotency_key="interop"
    )
    run_job(ledger, job.job_id)
    return ledger.list_issued(job.job_id)[0]


def endless_badge(issuer_id: str) -> JsonObject:
    """Return a rich badge that never expires, since peers read the real clock, and has no status to look up."""
    document: dict[str, Any] = copy.deepcopy(rich(issuer_id))
    del document["validUntil"], document["credentialStatus"]
    # Open Badges gives `geo` the IRI of its type, so that peers that compact what they read get another word back.
    del document["issuer"]["address"]["geo"]
    return document


def badge_without_lists(issuer_id: str) -> JsonObject:
    """Return the badge without the one member whose order counts in JSON-LD, `allowedValue`."""
    document: dict[str, Any] = endless_badge(issuer_id)
    for description in document["credentialSubject"]["achievement"]["resultDescription"]:
        description.pop("allowedValue", None)
    return document


def sign_badge(
    key_type: KeyType, suite: Cryptosuite, *, compose: Callable[[str], JsonObject] = endless_badge
) -> JsonObject:
    """Return a badge of ours with a Data Integrity proof."""
    signer = fresh_signer(key_type)
    return add_data_integrity_proof(
        UnsecuredDocument(document=compose(did_key(signer.public_key))),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=CREATED,
        suite=suite,
    ).document


def change(document: JsonObject) -> JsonObject:
    """Return the document with another name in it."""
    return {**document, "name": CHANGED_NAME}


def change_token(token: str) -> str:
    """Return the compact JWS with another name in its payload."""
    header, payload, signature = token.split(".")
    changed = change(json.loads(decode_base64url(payload)))
    return ".".join((header, encode_base64url(encode_json(changed)), signature))


def assert_accepted_here(theirs: JsonObject | str) -> None:
    """Our verifier finds nothing wrong with the badge, and the proof is bad once the badge was changed."""
    report = IssuerSimulator().verify(theirs)
    for name in (CheckName.DATA_MODEL, CheckName.SCHEMA, CheckName.PROOF, CheckName.ISSUER, CheckName.VALIDITY_PERIOD):
        assert report.check(name).outcome is Outcome.PASSED, report.check(name)
    changed = change_token(theirs) if isinstance(theirs, str) else change(theirs)
    assert IssuerSimulator().verify(changed).check(CheckName.PROOF).code == "proof.signature_mismatch"
