"""A signed skills record is genuine, holds each badge as it came, can be taken back, and leaves no person behind."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from credentials import is_identity_match
from issuer import (
    ProofChoice,
    RecordOrder,
    find_record_issuer,
    sign_learner_record,
    take_back_record,
)
from keys import KeyType, OfflineFetcher
from schemas import MAX_CREDENTIAL_BYTES, CannotCheckError, IssuanceError, LedgerError, encode_json
from skillmark.wiring import with_own_documents
from storage import AUDIT
from tests.doubles.ledgers import NOW, SetClock, find_faults, issue, make_issuer, make_roster, open_ledger
from verifier import CredentialSetReport, Headline, VerificationContext, verify_any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import Ledger

EMAIL = "dana.whitfield@example.org"
ORDER = RecordOrder(
    id="urn:uuid:7b0e6a52-4f0c-4f6e-9a8e-0d3c2b1a9f01",
    subject_id="urn:uuid:7b0e6a52-4f0c-4f6e-9a8e-0d3c2b1a9f02",
    emails=(EMAIL,),
    salt="a1b2c3d4e5f60718",
    made_at=NOW,
    valid_until=NOW + timedelta(days=90),
    badges=(),
)


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """A ledger with one issuer and two badges."""
    opened = open_ledger(tmp_path, SetClock())
    issue(opened, make_issuer(opened), make_roster(2), proof=ProofChoice.BOTH)
    yield opened
    opened.database.close()


def _badges(ledger: Ledger) -> tuple[bytes, bytes]:
    """One badge as JSON and one as a token."""
    first, second = ledger.list_issued()
    return first.json_bytes, second.jwt.encode("ascii")


def _verify(ledger: Ledger, record: bytes) -> CredentialSetReport:
    context = VerificationContext(now=NOW, fetcher=with_own_documents(ledger, OfflineFetcher()))
    report = verify_any(record, context=context)
    assert isinstance(report, CredentialSetReport)
    return report


def test_record_and_every_badge_in_it_are_genuine(ledger: Ledger) -> None:
    """Our verifier finds the record genuine and checks both badges, JSON and token, on their own."""
    record = sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    report = _verify(ledger, record)
    assert report.headline is Headline.GENUINE
    assert [part.report.headline for part in report.parts] == [Headline.GENUINE, Headline.GENUINE]


def test_badges_stand_in_it_as_they_came(ledger: Ledger) -> None:
    """The JSON badge is the same value, member for member and in order; the token is the same text in its envelope."""
    as_json, as_token = _badges(ledger)
    document = json.loads(sign_learner_record(ledger, replace(ORDER, badges=(as_json, as_token))))
    inside = document["credentialSubject"]["verifiableCredential"]
    assert encode_json(inside[0]) == as_json
    assert inside[1] == {
        "@context": ["https://www.w3.org/ns/credentials/v2"],
        "id": f"data:application/vc+jwt,{as_token.decode()}",
        "type": "EnvelopedVerifiableCredential",
    }


def test_thirty_badges_fit(tmp_path: Path) -> None:
    """As many badges as one wallet link shows make a genuine record."""
    ledger = open_ledger(tmp_path, SetClock())
    issue(ledger, make_issuer(ledger), make_roster(30))
    badges = tuple(issued.json_bytes for issued in ledger.list_issued())
    report = _verify(ledger, sign_learner_record(ledger, replace(ORDER, badges=badges)))
    assert len(report.parts) == 30
    assert report.headline is Headline.GENUINE
    ledger.database.close()


def test_record_names_its_person_by_a_hash_only(ledger: Ledger) -> None:
    """The address stands in it as a salted hash that matches it, and nowhere in plain text."""
    record = sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)[:1]))
    subject = json.loads(record)["credentialSubject"]
    assert is_identity_match(subject["identifier"][0], EMAIL)
    assert EMAIL.encode() not in record


def test_holder_takes_a_record_back(ledger: Ledger) -> None:
    """A record that was taken back is revoked; the badges in it are as good as before. Doing it twice is no error."""
    record = sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    take_back_record(ledger, ORDER.id)
    take_back_record(ledger, ORDER.id)
    report = _verify(ledger, record)
    assert report.headline is Headline.GENUINE_BUT
    assert "status.revoked" in report.deciding_codes
    assert {part.report.headline for part in report.parts} == {Headline.GENUINE}


def test_taking_back_what_was_never_signed_changes_nothing(ledger: Ledger) -> None:
    """An id that the ledger does not know is left alone."""
    take_back_record(ledger, ORDER.id)
    assert ledger.find_by_id(ORDER.id) is None


def test_ledger_keeps_nothing_of_the_person(ledger: Ledger) -> None:
    """The note in the ledger has the id and the dates of the record; no badge, no name, no address, no subject."""
    sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    note = ledger.find_by_id(ORDER.id)
    assert note is not None
    assert not note.has_page
    assert (note.recipient_name, note.recipient_email) == ("Skills record", "")
    document = json.loads(note.json_bytes)
    assert document["credentialSubject"] == {"name": "Skills record"}
    assert set(document) == {
        "@context", "id", "type", "name", "issuer", "validFrom", "validUntil", "credentialSubject", "credentialStatus",
        "proof",
    }  # fmt: skip


def test_ledger_with_a_record_is_sound(ledger: Ledger) -> None:
    """The doctor finds nothing amiss after a record was signed and taken back."""
    sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    take_back_record(ledger, ORDER.id)
    assert find_faults(ledger) == set()


def test_same_order_has_one_place(ledger: Ledger) -> None:
    """After a crash the same order is signed again under the same place in the status lists."""
    order = replace(ORDER, badges=_badges(ledger))
    first, second = (json.loads(sign_learner_record(ledger, order)) for _ in range(2))
    assert first["credentialStatus"] == second["credentialStatus"]
    with ledger.database.read() as connection:
        places = connection.exec_driver_sql("SELECT count(*) FROM status_slots").scalar_one()
    assert places == 2 + 1  # two badges and one record


def test_desk_does_not_list_notes(ledger: Ledger) -> None:
    """Notes of records stand in no list, no count and no search of badges; their id still finds them."""
    sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    assert {issued.title for issued in ledger.list_issued()} == {""}
    assert ledger.count_issued() == 2
    assert ledger.search_issued("Skills record", limit=10) == ()
    assert ledger.find_by_id(ORDER.id) is not None


def test_another_record_has_another_place(ledger: Ledger) -> None:
    """Two records share no place: taking one back leaves the other."""
    other = replace(ORDER, id=ORDER.subject_id, subject_id=ORDER.id, badges=_badges(ledger))
    sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    kept = sign_learner_record(ledger, other)
    take_back_record(ledger, ORDER.id)
    assert _verify(ledger, kept).headline is Headline.GENUINE


@pytest.mark.parametrize("key_type", [KeyType.P256, KeyType.P384])
def test_other_keys_sign_records_too(tmp_path: Path, key_type: KeyType) -> None:
    """An issuer with a key of another kind signs with the suite that goes with it."""
    ledger = open_ledger(tmp_path, SetClock())
    issue(ledger, make_issuer(ledger, key_type=key_type), make_roster(2), proof=ProofChoice.BOTH)
    record = sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    assert _verify(ledger, record).headline is Headline.GENUINE
    ledger.database.close()


def test_rsa_issuer_signs_none(tmp_path: Path) -> None:
    """A key that makes no embedded proof signs no record, and the site says so instead of trying."""
    ledger = open_ledger(tmp_path, SetClock())
    make_issuer(ledger, key_type=KeyType.RSA)
    assert find_record_issuer(ledger) is None
    with pytest.raises(LedgerError, match=r"record\.no_signer"):
        sign_learner_record(ledger, replace(ORDER, badges=(b"{}",)))
    ledger.database.close()


def test_oldest_issuer_signs(ledger: Ledger) -> None:
    """A second issuer changes nothing about who signs."""
    make_issuer(ledger, name="South Shop College")
    signer = find_record_issuer(ledger)
    assert signer is not None
    assert signer.name == "North Shop College"


OLD_BADGE = b'{"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"]}'


@pytest.mark.parametrize("badge", [OLD_BADGE, b"eyJhbGciOiJFUzI1NiJ9.e30.c2ln~", b"\xd2\x84"])
def test_form_that_cannot_stand_inside_is_refused(ledger: Ledger, badge: bytes) -> None:
    """Nothing is signed, and no place is taken, around a form whose signature would not survive in a record."""
    with pytest.raises(CannotCheckError, match=r"record\.form_unsupported"):
        sign_learner_record(ledger, replace(ORDER, badges=(badge,)))
    assert ledger.find_by_id(ORDER.id) is None


def test_record_is_no_larger_than_a_verifier_reads(ledger: Ledger) -> None:
    """Badges that together are larger than one credential may be are refused before a place is taken."""
    as_json, _ = _badges(ledger)
    with pytest.raises(IssuanceError, match=r"record\.too_large"):
        sign_learner_record(ledger, replace(ORDER, badges=(as_json + b" " * MAX_CREDENTIAL_BYTES,)))
    assert ledger.find_by_id(ORDER.id) is None


def test_signing_is_in_the_audit_chain(ledger: Ledger) -> None:
    """Each signature leaves one record with the hash of the bytes, so that it can be shown what was signed."""
    record = sign_learner_record(ledger, replace(ORDER, badges=_badges(ledger)))
    with ledger.database.read() as connection:
        rows = connection.execute(AUDIT.select().where(AUDIT.c.event == "record.signed")).mappings().all()
    (kept,) = [json.loads(row["record"]) for row in rows]
    assert kept["sha256"] == hashlib.sha256(record).hexdigest()
    assert EMAIL not in json.dumps(kept)
