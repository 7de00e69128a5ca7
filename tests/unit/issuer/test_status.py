"""Revoke, suspend, reinstate, and the published status lists."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from credentials import decode_status_list, read_vc_jwt, verify_data_integrity_proof, verify_vc_jwt
from issuer import Ledger, ProofChoice
from keys import KeyType
from schemas import LedgerError, read_json_object
from tests.doubles.ledgers import FORKLIFT, TRIAL_URL, issue, make_issuer, make_roster

if TYPE_CHECKING:
    from issuer import IssuedCredential, IssuerProfile
    from tests.doubles.ledgers import SetClock

REASON = "given to the wrong person"


@pytest.fixture
def badges(ledger: Ledger, issuer: IssuerProfile) -> tuple[IssuedCredential, ...]:
    """Three issued badges."""
    issue(ledger, issuer, make_roster(3))
    return ledger.list_issued()


def _index(issued: IssuedCredential, purpose: str) -> tuple[int, int]:
    """Return the number of the list and the index in it, read from the signed bytes."""
    (entry,) = [
        entry for entry in json.loads(issued.json_bytes)["credentialStatus"] if entry["statusPurpose"] == purpose
    ]
    return int(entry["statusListCredential"].rpartition("/")[2]), int(entry["statusListIndex"])


def _set_bits(ledger: Ledger, number: int) -> set[int]:
    published = ledger.status_list(number)
    assert published is not None
    bits = decode_status_list(json.loads(published.body)["credentialSubject"]["encodedList"])
    assert len(bits) == 131_072
    return {index for index in range(131_072) if bits.read(index)}


def test_new_badges_have_clear_bits(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """Both lists of a new badge exist and say nothing against it."""
    for purpose in ("revocation", "suspension"):
        assert _set_bits(ledger, _index(badges[0], purpose)[0]) == set()


def test_revocation_is_in_the_next_document(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """The bit of the revoked badge, and no other, is set at once; the badge and its reason are shown as revoked."""
    number, index = _index(badges[1], "revocation")
    assert _set_bits(ledger, number) == set()
    ledger.revoke(badges[1].id, reason=REASON, by="desk")
    assert _set_bits(ledger, number) == {index}
    shown = ledger.find_published(badges[1].slug)
    assert shown is not None
    assert (shown.revoked, shown.suspended, shown.reason) == (True, False, REASON)
    assert shown.json_bytes == badges[1].json_bytes


def test_suspension_comes_and_goes(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """A suspended badge is in the suspension list only, until it is reinstated."""
    number, index = _index(badges[0], "suspension")
    ledger.suspend(badges[0].id, reason="being looked into", by="desk")
    assert _set_bits(ledger, number) == {index}
    assert _set_bits(ledger, _index(badges[0], "revocation")[0]) == set()
    shown = ledger.find_published(badges[0].slug)
    assert shown is not None
    assert (shown.revoked, shown.suspended, shown.reason) == (False, True, "being looked into")
    ledger.reinstate(badges[0].id, reason="all is well", by="desk")
    assert _set_bits(ledger, number) == set()
    assert ledger.find_published(badges[0].slug) == badges[0]


def test_revocation_is_final(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """Nothing can be done with a revoked badge, neither again nor back."""
    ledger.revoke(badges[0].id, reason=REASON, by="desk")
    for change in (ledger.revoke, ledger.suspend, ledger.reinstate):
        with pytest.raises(LedgerError) as caught:
            change(badges[0].id, reason=REASON, by="desk")
        assert caught.value.code == "ledger.already_revoked"


def test_database_refuses_to_take_a_revocation_back(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """A trigger forbids a revocation bit that goes from 1 to 0."""
    statement = sa.text("INSERT INTO status_changes VALUES (1, :slug, 'revocation', 0, 'r', 'desk', 't')")
    with pytest.raises(sa.exc.IntegrityError, match="never taken back"), ledger.database.write() as connection:
        connection.execute(statement, {"slug": badges[0].slug})


def test_repeated_or_pointless_change_is_refused(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """Suspended twice, or reinstated without a suspension, is answered with a code."""
    with pytest.raises(LedgerError) as caught:
        ledger.reinstate(badges[0].id, reason=REASON, by="desk")
    assert caught.value.code == "ledger.not_suspended"
    ledger.suspend(badges[0].id, reason=REASON, by="desk")
    with pytest.raises(LedgerError) as caught:
        ledger.suspend(badges[0].id, reason=REASON, by="desk")
    assert caught.value.code == "ledger.already_suspended"


def test_suspended_badge_can_be_revoked(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """Revocation wins over suspension, with its own reason."""
    ledger.suspend(badges[0].id, reason="being looked into", by="desk")
    ledger.revoke(badges[0].id, reason=REASON, by="desk")
    shown = ledger.find_published(badges[0].slug)
    assert shown is not None
    assert (shown.revoked, shown.suspended, shown.reason) == (True, True, REASON)


def test_change_needs_a_reason_and_a_badge(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """A reason that is blank, too long or holds hidden signs is refused, and so is an unknown badge."""
    for credential_id, reason, code in (
        (badges[0].id, " ", "ledger.reason_missing"),
        (badges[0].id, "x" * 301, "ledger.reason_too_long"),
        (badges[0].id, "wrong\nperson", "ledger.reason_hidden_sign"),
        (badges[0].id, "wrong \u202eperson", "ledger.reason_hidden_sign"),
        ("urn:uuid:none", REASON, "ledger.credential_unknown"),
    ):
        with pytest.raises(LedgerError) as caught:
            ledger.revoke(credential_id, reason=reason, by="desk")
        assert caught.value.code == code


def test_list_is_signed_by_the_issuer(
    ledger: Ledger, issuer: IssuerProfile, badges: tuple[IssuedCredential, ...]
) -> None:
    """The list document names the issuer of the badges and verifies with its key."""
    number, _ = _index(badges[0], "revocation")
    published = ledger.status_list(number)
    assert published is not None
    assert published.media_type == "application/vc"
    document = read_json_object(published.body)
    assert (document["id"], document["issuer"]) == (f"{TRIAL_URL}/status/{number}", issuer.id)
    with ledger.database.read() as connection:
        key_id = connection.scalar(sa.text("SELECT method_id FROM signing_keys"))
        public_key = ledger.load_signer(connection, key_id).public_key
    proof = document["proof"]
    assert isinstance(proof, dict)
    verified = verify_data_integrity_proof(document, proof, public_key=public_key, original=published.body)
    assert verified.verification_method == key_id


def test_list_of_a_p256_issuer_is_a_jwt(ledger: Ledger) -> None:
    """A key that makes no Data Integrity proof signs the list as a VC-JWT."""
    profile = make_issuer(ledger, "P-256 shop", KeyType.P256)
    issue(ledger, profile, make_roster(1), proof=ProofChoice.VC_JWT)
    published = ledger.status_list(1)
    assert published is not None
    with ledger.database.read() as connection:
        key_id = connection.scalar(sa.text("SELECT method_id FROM signing_keys"))
        public_key = ledger.load_signer(connection, key_id).public_key
    verified = verify_vc_jwt(read_vc_jwt(published.body), public_key=public_key)
    assert verified.document["issuer"] == profile.id
    assert published.media_type == "application/vc+jwt"


def test_document_stays_the_same_until_it_is_half_way_to_its_end(
    ledger: Ledger, badges: tuple[IssuedCredential, ...], clock: SetClock
) -> None:
    """The same bytes are served for 12 of 24 hours; then a new document is signed."""
    number, _ = _index(badges[0], "revocation")
    first = ledger.status_list(number)
    clock.advance(timedelta(hours=11, minutes=59))
    assert ledger.status_list(number) == first
    clock.advance(timedelta(minutes=1))
    renewed = ledger.status_list(number)
    assert renewed is not None
    assert renewed != first
    document = json.loads(renewed.body)
    assert (document["validFrom"], document["validUntil"]) == ("2026-11-22T21:00:00Z", "2026-11-23T21:00:00Z")
    assert document["credentialSubject"]["ttl"] == 300_000
    assert renewed.max_age_seconds == 300


def test_change_of_one_list_leaves_the_other_document(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """A suspension does not make a new revocation list."""
    revocation, suspension = (_index(badges[0], purpose)[0] for purpose in ("revocation", "suspension"))
    before = ledger.status_list(revocation), ledger.status_list(suspension)
    ledger.suspend(badges[0].id, reason=REASON, by="desk")
    assert ledger.status_list(revocation) == before[0]
    assert ledger.status_list(suspension) != before[1]


def test_start_of_a_list_never_goes_back(ledger: Ledger, badges: tuple[IssuedCredential, ...], clock: SetClock) -> None:
    """After a small step of the clock backwards the next list does not start before the one it follows."""
    number, _ = _index(badges[0], "revocation")
    ledger.status_list(number)
    clock.advance(timedelta(seconds=-60))
    ledger.revoke(badges[0].id, reason=REASON, by="desk")
    published = ledger.status_list(number)
    assert published is not None
    assert json.loads(published.body)["validFrom"] == "2026-11-22T09:00:00Z"


def test_list_from_the_future_is_replaced(
    ledger: Ledger, badges: tuple[IssuedCredential, ...], clock: SetClock
) -> None:
    """A list that was signed while the clock ran a year ahead is not served once the clock is right."""
    number, _ = _index(badges[0], "revocation")
    clock.advance(timedelta(days=365))
    ledger.status_list(number)
    clock.advance(timedelta(days=-365))
    published = ledger.status_list(number)
    assert published is not None
    assert json.loads(published.body)["validFrom"] == "2026-11-22T09:00:00Z"


def test_unknown_list_is_none(ledger: Ledger) -> None:
    """A number that was never given has no list."""
    assert ledger.status_list(1) is None


def test_certified_form_has_the_revocation_entry_alone(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """With one purpose `credentialStatus` is a single object (OB 3.0 App. B.1), and suspension is refused."""
    plain = Ledger(
        ledger.database,
        ledger.keystore,
        clock=clock,
        base_url=TRIAL_URL,
        status_purposes=("revocation",),
    )
    issue(plain, issuer, make_roster(1))
    (issued,) = plain.list_issued()
    assert json.loads(issued.json_bytes)["credentialStatus"]["statusPurpose"] == "revocation"
    with pytest.raises(LedgerError) as caught:
        plain.suspend(issued.id, reason=REASON, by="desk")
    assert caught.value.code == "ledger.suspension_not_offered"
    plain.revoke(issued.id, reason=REASON, by="desk")


def test_two_issuers_have_lists_of_their_own(ledger: Ledger, badges: tuple[IssuedCredential, ...]) -> None:
    """Each issuer signs its own lists, so no list holds badges of two."""
    other = make_issuer(ledger, "Other")
    issue(
        ledger,
        other,
        make_roster(1),
        key="other",
        proof=ProofChoice.DATA_INTEGRITY,
        achievement=replace(FORKLIFT, slug="other"),
    )
    theirs = ledger.list_issued(achievement_slug="other")[0]
    assert _index(theirs, "revocation")[0] != _index(badges[0], "revocation")[0]
