"""One badge in each state that a foreman can meet, shown by a real site in the in-memory world.

Every exhibit has a site and a world of its own: what one of them teaches the site is unknown to the next.
"""

from __future__ import annotations

import io
from dataclasses import dataclass, replace
from datetime import timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING

from credentials import (
    CriteriaParts,
    Cryptosuite,
    UnsecuredDocument,
    add_data_integrity_proof,
    compose_criteria_narrative,
    derive_selective_disclosure,
)
from issuer import Ledger
from keys import Keystore, KeyType
from schemas import ED25519_2020_CONTEXT, OB_3_0_3_CONTEXT, VC_V1_CONTEXT, OrganizationKind, encode_json
from skillmark.site import SiteSettings, create_site
from storage import open_database
from tests.doubles.holders import Holder
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
    format_moment,
)
from tests.doubles.learner_records import issue_badges, issue_record
from tests.doubles.old_badges import OldIssuer
from tests.doubles.proofs import compose_proof_options, sign_with_options
from tests.web.workshop import SteppedClock, password_hash, read_token
from verifier import TrustEntry, TrustList

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from schemas import JsonObject, JsonValue
    from storage import Database

BASE_URL = "http://127.0.0.1:8766"
COLLEGE = "Example Valley College"
_LISTED = TrustList(
    entries=(
        TrustEntry(name=COLLEGE, id="did:web:college.example.edu:issuers:training", kind=OrganizationKind.COLLEGE),
        TrustEntry(name=COLLEGE, id="https://badges.example.edu/issuers/7", kind=OrganizationKind.COLLEGE),
    )
)
_SKILLS = CriteriaParts(
    earned_by="Attend the course and pass the test at the machine.",
    can_do=(
        "Set up a part in the vise and find its corner",
        "Choose the tool, the speed and the feed",
        "Measure the finished part and correct the offset",
    ),
    assessment="Made the test part within 0.1 mm while an examiner watched.",
    hours="32 hours",
)


@dataclass(kw_only=True)
class Showroom:
    """A site that knows one college, and the world that it asks."""

    app: Flask
    world: IssuerSimulator
    clock: SteppedClock
    database: Database
    college: SimulatedIssuer

    def client(self) -> FlaskClient:
        """A stranger's browser."""
        return self.app.test_client()

    def check(self, badge: bytes, *, language: str = "en", address: str = "127.0.0.1") -> TestResponse:
        """Send a file through the verify page, as a browser at that address would."""
        browser = self.client()
        browser.environ_base["REMOTE_ADDR"] = address
        token = read_token(browser.get("/verify", base_url=BASE_URL))
        fields = {"csrf_token": token, "file": (io.BytesIO(badge), "badge.json")}
        return browser.post(f"/verify?lang={language}", data=fields, base_url=BASE_URL)

    def wait(self, **amount: float) -> None:
        """Let time pass for the site and for the world."""
        self.clock.move(**amount)
        self.world.now = self.clock.now


def open_showroom(home: Path) -> Showroom:
    """Open a site without badges of its own."""
    clock = SteppedClock(NOW)
    world = IssuerSimulator()
    database = open_database(home / "skillmark.sqlite3")
    hashed = password_hash()
    app = create_site(
        SiteSettings(
            base_url=BASE_URL,
            home=home,
            session_secret="TEST ONLY session secret",
            desk_password_hash=lambda: hashed,
            ledger=Ledger(database, Keystore(home / "keys", b"TEST ONLY passphrase"), clock=clock, base_url=BASE_URL),
            trust_list=_LISTED,
            network=lambda: world,
            clock=clock,
        )
    )
    app.testing = True
    return Showroom(app=app, world=world, clock=clock, database=database, college=world.add_issuer())


def _subject(**achievement: JsonValue) -> JsonObject:
    criteria: JsonObject = {"narrative": compose_criteria_narrative(_SKILLS)}
    return compose_subject(achievement=compose_achievement(**({"criteria": criteria} | achievement)))


def _issue(issuer: SimulatedIssuer, **changes: JsonValue) -> bytes:
    return encode_json(issuer.sign(issuer.compose_badge(**({"credentialSubject": _subject()} | changes))))


def _genuine(room: Showroom) -> bytes:
    room.college.publish_status_list()
    return _issue(room.college, credentialStatus=compose_status_entry(), validUntil="2029-11-01T09:00:00Z")


def _tampered(room: Showroom) -> bytes:
    return _issue(room.college).replace(b"Robin Exampleson", b"Sam Otherperson")


def _expired(room: Showroom) -> bytes:
    return _issue(room.college, validUntil="2026-11-20T09:00:00Z")


def _suspended(room: Showroom) -> bytes:
    room.college.publish_status_list(purpose="suspension", set_indexes=(94567,))
    return _issue(room.college, credentialStatus=compose_status_entry(purpose="suspension"))


def _revoked(room: Showroom) -> bytes:
    room.college.publish_status_list(set_indexes=(94567,))
    return _issue(room.college, credentialStatus=compose_status_entry())


def _old_signed(room: Showroom) -> bytes:
    return OldIssuer(world=room.world).issue_signed()


def _old_hosted(room: Showroom) -> bytes:
    return OldIssuer(world=room.world).issue_hosted()


def _data_model_1_1(room: Showroom) -> bytes:
    contexts: JsonValue = [VC_V1_CONTEXT, OB_3_0_3_CONTEXT, ED25519_2020_CONTEXT]
    dates: JsonObject = {"validFrom": None, "issuanceDate": "2026-11-01T09:00:00Z", "@context": contexts}
    badge = room.college.compose_badge(**({"credentialSubject": _subject()} | dates))
    options = compose_proof_options(room.college.method_id, type="Ed25519Signature2020", cryptosuite=None)
    return encode_json(sign_with_options(badge, options, signer=room.college.signer))


def _issuer_not_on_the_list(room: Showroom) -> bytes:
    return _issue(room.world.add_issuer(host="hillside.example.org", name="Hillside Training Center"))


def _issuer_not_known(room: Showroom) -> bytes:
    return _issue(room.world.add_issuer(IssuerIdKind.DID_KEY, name="Hillside Training Center"))


def _key_retired_after(room: Showroom) -> bytes:
    room.college.methods = [replace(room.college.method, revoked=NOW - timedelta(days=5))]
    room.college.publish_keys()
    return _issue(room.college)


def _key_retired_before(room: Showroom) -> bytes:
    room.college.methods = [replace(room.college.method, revoked=NOW - timedelta(days=300))]
    room.college.publish_keys()
    return _issue(room.college)


def _status_host_down(room: Showroom) -> bytes:
    badge = _genuine(room)
    room.check(badge)
    room.wait(days=2)
    room.world.break_down(STATUS_URL)
    return badge


def _list_rolled_back(room: Showroom) -> bytes:
    badge = _genuine(room)
    older = room.world.answers[STATUS_URL]
    room.wait(hours=1)
    room.college.publish_status_list(set_indexes=(94567,))
    room.check(badge)
    room.wait(hours=1)
    room.world.answers[STATUS_URL] = older
    return badge


def _endorsement_forged(room: Showroom) -> bytes:
    forged: JsonObject = {
        "@context": room.college.compose_badge()["@context"],
        "id": "urn:uuid:1b3d5f70-0000-4000-8000-0000000000e1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": "did:web:maker.example.com", "type": ["Profile"], "name": "Example Maker"},
        "validFrom": "2026-10-01T00:00:00Z",
        "credentialSubject": {
            "id": "https://college.example.edu/achievements/cnc-mill-1",
            "type": ["EndorsementSubject"],
            "endorsementComment": "The best people that we ever hired.",
        },
    }
    return _issue(room.college, credentialSubject=_subject(endorsement=[forged]))


def _derived(room: Showroom) -> bytes:
    room.college = room.world.add_issuer(key_type=KeyType.P256)
    base = add_data_integrity_proof(
        UnsecuredDocument(
            document=room.college.compose_badge(
                credentialSubject=_subject(),
                validUntil="2029-11-01T09:00:00Z",
                evidence=[{"id": "https://college.example.edu/e/1", "type": ["Evidence"], "name": "Milled a vise jaw"}],
            )
        ),
        signer=room.college.signer,
        verification_method=room.college.method_id,
        created=room.world.now - timedelta(days=20),
        suite=Cryptosuite.ECDSA_SD_2023,
    ).document
    return encode_json(derive_selective_disclosure(base, ["/credentialSubject/identifier"]))


def _learner_record(room: Showroom) -> bytes:
    badges = issue_badges(room.college, credentialSubject=_subject())
    return issue_record(room.college, badges)


def _record_with_an_expired_badge(room: Showroom) -> bytes:
    old = issue_badges(
        room.college, 1, first_number=7, credentialSubject=_subject(), validUntil=format_moment(NOW - timedelta(days=2))
    )
    return issue_record(room.college, [*issue_badges(room.college, 1, credentialSubject=_subject()), *old])


def _presentation(room: Showroom) -> bytes:
    holder = Holder()
    return encode_json(holder.show([holder.earn(room.college)]))


EXHIBITS: Mapping[str, Callable[[Showroom], bytes]] = MappingProxyType(
    {
        "genuine": _genuine,
        "tampered": _tampered,
        "expired": _expired,
        "suspended": _suspended,
        "revoked": _revoked,
        "ob2-signed": _old_signed,
        "ob2-hosted": _old_hosted,
        "vc-1-1": _data_model_1_1,
        "issuer-not-on-the-list": _issuer_not_on_the_list,
        "issuer-not-known": _issuer_not_known,
        "key-retired-after": _key_retired_after,
        "key-retired-before": _key_retired_before,
        "status-host-down": _status_host_down,
        "list-rolled-back": _list_rolled_back,
        "endorsement-forged": _endorsement_forged,
        "derived": _derived,
        "learner-record": _learner_record,
        "record-with-an-expired-badge": _record_with_an_expired_badge,
        "presentation": _presentation,
    }
)
