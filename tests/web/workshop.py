"""Builds a real site in a temporary folder: one invented college, one course, a few people."""

from __future__ import annotations

import atexit
import itertools
import re
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from issuer import Ledger, ProofChoice, list_jobs, read_achievement, read_roster, run_job, start_job
from issuer.people import DESK_PERSON, HOME
from issuer.web import DeskSessions
from keys import Keystore, KeyType, OfflineFetcher
from pages import hash_password
from schemas import OrganizationKind
from skillmark.site import SiteSettings, create_site
from storage import open_database
from verifier import TrustList, read_trust_list

if TYPE_CHECKING:
    from datetime import tzinfo

    from flask import Flask
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from issuer import Achievement, IssuedCredential
    from skillmark.mail_settings import MailSettings
    from storage import Database

BASE_URL = "http://127.0.0.1:8000"
PASSWORD = "correct horse battery staple"
NOON = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)

COURSE = """\
slug: cmm-operator
name: CMM Operator
description: A course on running a **bridge-type** coordinate measuring machine.
type: Certificate
language: en
criteria: Attend 36 of 40 hours and pass both tests.
criteria_url: https://lakeshore.example.edu/cmm/rules
can_do:
  - Set up a part on the machine and align it to the drawing
  - Write and run a simple measuring program
  - Read the report and say if the part is good
assessment: Each person measured two parts in front of an examiner.
hours: 40
valid_months: 36
tags: [metrology]
skills:
  - name: Quality Control Analysis
    url: https://www.onetonline.org/find/descriptor/result/2.B.3.m
    framework: O*NET
    code: 2.B.3.m
    description: Conducting tests and inspections of products.
results:
  - key: practical
    name: Practical test
    type: RubricCriterionLevel
    levels:
      - {key: helped, name: Works with help, description: Needs a colleague nearby.}
      - {key: alone, name: Works alone, description: Measures the part without help.}
      - {key: teaches, name: Teaches others, description: Can train a colleague.}
  - key: written
    name: Written test
    type: Percent
    min: "0"
    max: "100"
"""

CLASS_LIST = """\
Name,E-mail,Date,Practical test,Written test,Evidence,License number
Dana Whitfield,dana@example.org,2026-05-14,Works alone,92,https://lakeshore.example.edu/evidence/1,CMM-20418
Luis Ortega,luis@example.org,2026-05-14,Teaches others,88,,
Mei Tanaka,mei@example.org,2026-05-14,Works with help,75,,
"""


_ADDRESSES = itertools.count()


@dataclass(slots=True)
class SteppedClock:
    """A clock that stands still until a test moves it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now

    def move(self, **amount: float) -> None:
        self.now += timedelta(**amount)


@dataclass(slots=True, kw_only=True)
class Workshop:
    """One site with everything behind it."""

    app: Flask
    home: Path
    ledger: Ledger
    database: Database
    clock: SteppedClock
    course: Achievement
    issuer_slug: str
    slugs: list[str] = field(default_factory=list)

    def client(self) -> FlaskClient:
        """A browser at an address of its own, so that the limits of one test do not touch another."""
        browser = self.app.test_client()
        browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{next(_ADDRESSES) % 250 + 1}"
        return browser

    def badge(self, index: int = 0) -> IssuedCredential:
        found = self.ledger.find_published(self.slugs[index])
        assert found is not None
        return found

    def issue(self, class_list: str, *, proof: ProofChoice = ProofChoice.BOTH) -> list[str]:
        return _issue(self.ledger, self.issuer_slug, class_list, proof)


@lru_cache(maxsize=1)
def password_hash() -> str:
    """Return the hash of the test password; argon2 is slow on purpose."""
    return hash_password(PASSWORD)


@lru_cache(maxsize=1)
def _course() -> Achievement:
    return read_achievement(COURSE.encode(), filename="cmm-operator.yaml", folder=None)


def _open_ledger(home: Path, base_url: str, clock: SteppedClock, time_zone: tzinfo = UTC) -> Ledger:
    keystore = Keystore(home / "keys", b"TEST ONLY passphrase")
    database = open_database(home / "skillmark.sqlite3")
    return Ledger(database, keystore, clock=clock, base_url=base_url, time_zone=time_zone)


@lru_cache(maxsize=8)
def _make_home(base_url: str) -> Path:
    """Make a data folder with the issuer, the course and the badges of the class list; to copy."""
    home = Path(tempfile.mkdtemp(prefix="workshop-"))
    atexit.register(shutil.rmtree, home, ignore_errors=True)
    ledger = _open_ledger(home, base_url, SteppedClock())
    profile = ledger.create_issuer(
        name="Lakeshore Technical College",
        kind=OrganizationKind.COLLEGE,
        url="https://lakeshore.example.edu",
        email="badges@lakeshore.example.edu",
        description="An invented college.",
        key_type=KeyType.ED25519,
    )
    ledger.save_achievement(profile.slug, _course())
    _issue(ledger, profile.slug, CLASS_LIST, ProofChoice.BOTH)
    ledger.database.close()
    return home


def _issue(ledger: Ledger, issuer_slug: str, class_list: str, proof: ProofChoice) -> list[str]:
    roster = read_roster(class_list.encode(), filename="class.csv", achievement=_course())
    assert roster.problems == ()
    job = start_job(
        ledger,
        roster,
        _course(),
        issuer_slug=issuer_slug,
        proof=proof,
        awarded_on=None,
        idempotency_key=f"test-{roster.sha256}-{proof.value}",
    )
    run_job(ledger, job.job_id)
    return [issued.slug for issued in ledger.list_issued(job.job_id)]


def open_workshop(
    home: Path,
    *,
    base_url: str = BASE_URL,
    is_known: bool = True,
    time_zone: tzinfo = UTC,
    mail: MailSettings | None = None,
) -> Workshop:
    """Open a site of its own with the issuer, the course and the badges of the class list."""
    clock = SteppedClock()
    shutil.copytree(_make_home(base_url), home, dirs_exist_ok=True)
    ledger = _open_ledger(home, base_url, clock, time_zone)
    (profile,) = ledger.issuers()
    trusted = (
        read_trust_list(f'issuers: [{{id: "{profile.id}", name: Lakeshore, kind: college}}]'.encode())
        if is_known
        else TrustList()
    )
    hashed = password_hash()
    app = create_site(
        SiteSettings(
            base_url=base_url,
            home=home,
            session_secret="TEST ONLY session secret",
            desk_password_hash=lambda: hashed,
            ledger=ledger,
            trust_list=trusted,
            network=OfflineFetcher,
            clock=clock,
            mail=mail,
        )
    )
    app.testing = True
    (job,) = list_jobs(ledger)
    return Workshop(
        app=app,
        home=home,
        ledger=ledger,
        database=ledger.database,
        clock=clock,
        course=_course(),
        issuer_slug=profile.slug,
        slugs=[issued.slug for issued in ledger.list_issued(job.job_id)],
    )


def read_token(page: TestResponse) -> str:
    """Return the CSRF token of the first form on a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return found[1]


def sign_in(client: FlaskClient, *, password: str = PASSWORD) -> TestResponse:
    """Send the sign-in form as a browser would."""
    token = read_token(client.get("/desk/login", base_url=BASE_URL))
    return client.post("/desk/login", data={"csrf_token": token, "password": password, "next": ""}, base_url=BASE_URL)


def open_desk(shop: Workshop, *, person_id: str = DESK_PERSON, organisation_id: str = HOME) -> FlaskClient:
    """Return a browser that is signed in; the form itself and its limits have tests of their own."""
    browser = shop.client()
    with browser.session_transaction(base_url=BASE_URL) as session:
        sessions = DeskSessions(shop.database, clock=shop.clock, desk_password_hash=password_hash)
        person = sessions.read_person(person_id)
        assert person is not None
        session["desk"] = sessions.open(person, organisation_id)
    return browser
