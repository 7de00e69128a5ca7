"""A site with two organisations that have everything a desk can have, and a browser for each role in each."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from issuer import (
    Claims,
    DeliveryWay,
    ProofChoice,
    SecondStep,
    choose_delivery,
    deliver_class,
    list_jobs,
    open_class_code,
    read_achievement,
    read_roster,
    run_job,
    start_job,
)
from issuer.desk import Desk
from issuer.desk_scope import DeskScope
from issuer.on_the_job import TypedBadge, job_key, read_typed
from issuer.people import HOME, Role
from issuer.people_changes import Actor
from issuer.people_invitations import invite
from issuer.people_store import insert_membership, insert_organisation, insert_person
from issuer.skill_import import read_skill_list
from issuer.skill_store import save_skill_list
from issuer.web import CourseDraft, CourseDraftStore, DeskSessions, DraftStore
from keys import KeyType
from schemas import OrganizationKind
from skillmark.settings import load_link_secret
from storage import PasskeyStore, list_messages
from tests.web.workshop import CLASS_LIST, COURSE, open_workshop, password_hash, read_token

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from issuer import Achievement, JobProgress
    from tests.web.workshop import Workshop

HARBOUR = "a" * 32
SITE_URL = "http://localhost:8000"  # where browsers take passkeys, so that their pages are there
HOST = "localhost"
ROLES = ("viewer", "trainer", "owner")
NOBODY = "nobody"
SKILL_CSV = b"name,url\nRope splicing,https://skills.example.org/rope\n"


@dataclass(frozen=True, slots=True, kw_only=True)
class Things:
    """One of everything that belongs to an organisation; the names are those of the places in addresses."""

    issuer: str
    course: str
    badge: str
    job: str
    running_job: str
    class_list: str
    course_draft: str
    message: str
    skill_list: str
    member: str
    invitation: str
    given: str
    organisation: str
    colleagues_passkey: str


NEVER = Things(
    issuer="never-was",
    course="never-was",
    badge="N" * 22,
    job="N" * 16,
    running_job="N" * 16,
    class_list="N" * 22,
    course_draft="N" * 22,
    message="0" * 32,
    skill_list="never-was",
    member="0" * 32,
    invitation="0" * 32,
    given="N" * 16,
    organisation="0" * 32,
    colleagues_passkey="0" * 32,
)


@dataclass(slots=True, kw_only=True)
class TwoOrganisations:
    """The site, what each organisation has, and who is signed in: cookie and form token by organisation and role."""

    shop: Workshop
    things: dict[str, Things]
    tickets: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    snapshot: Path | None = None

    def browser(self, organisation_id: str, role: str) -> tuple[FlaskClient, str]:
        """Return a fresh browser of somebody, and the token that their forms carry."""
        client = self.shop.client()
        cookie, token = self.tickets[organisation_id, role]
        client.set_cookie("session", cookie, domain=HOST)
        return client, token

    def keep(self) -> None:
        """Remember everything as it is now."""
        self.snapshot = self.shop.home.with_name("snapshot")
        shutil.copytree(self.shop.home, self.snapshot, ignore=shutil.ignore_patterns("*.sqlite3*", "keys"))
        with sqlite3.connect(self.shop.home / "skillmark.sqlite3") as live:
            with sqlite3.connect(self.snapshot / "skillmark.sqlite3") as kept:
                live.backup(kept)
            kept.close()
        live.close()

    def restore(self) -> None:
        """Put back everything as it was at `keep`, when no job runs any more."""
        assert self.snapshot is not None
        for job in list_jobs(self.shop.ledger):
            self.shop.app.extensions["skillmark.jobs"].wait(job.job_id, timeout_seconds=60)
        with sqlite3.connect(self.snapshot / "skillmark.sqlite3") as kept:
            with sqlite3.connect(self.shop.home / "skillmark.sqlite3") as live:
                kept.backup(live)
            live.close()
        kept.close()
        for path in self.shop.home.rglob("*"):
            place = path.relative_to(self.shop.home)
            is_ours = "sqlite3" in path.name or place.parts[0] == "keys"
            if path.is_file() and not is_ours and not (self.snapshot / place).exists():
                path.unlink()
        shutil.copytree(
            self.snapshot, self.shop.home, dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sqlite3*", "keys")
        )

    def fingerprint(self) -> str:
        """Return what would differ if anything had changed: every row of every table, and every file."""
        digest = hashlib.sha256()
        with sqlite3.connect(self.shop.home / "skillmark.sqlite3") as connection:
            for line in connection.iterdump():
                digest.update(line.encode())
        connection.close()
        for path in sorted(self.shop.home.rglob("*")):
            if path.is_file() and "sqlite3" not in path.name:
                digest.update(str(path).encode() + path.read_bytes())
        return digest.hexdigest()


def open_two_organisations(home: Path) -> TwoOrganisations:
    """Open a site with the organisation that it began with, and another one on a harbour; each has all there is."""
    shop = open_workshop(home, base_url=SITE_URL)
    ledger = shop.ledger
    with ledger.database.write() as connection:
        insert_organisation(connection, HARBOUR, "Harbour Works", now=shop.clock())
    harbour = ledger.create_issuer(
        name="Harbour Works",
        kind=OrganizationKind.EMPLOYER,
        key_type=KeyType.ED25519,
        organisation_id=HARBOUR,
    )
    site = TwoOrganisations(shop=shop, things={})
    site.things[HOME] = _furnish(shop, HOME, shop.issuer_slug, course_slug="cmm-operator")
    site.things[HARBOUR] = _furnish(shop, HARBOUR, harbour.slug, course_slug="harbour-crane")
    shop.app.extensions["skillmark.mailing"].run()
    for organisation_id in (HOME, HARBOUR):
        for role in ROLES:
            site.tickets[organisation_id, role] = _ticket(shop, organisation_id, role)
    stranger = shop.client()
    token = read_token(stranger.get("/desk/login", base_url=SITE_URL))
    site.tickets[HOME, NOBODY] = site.tickets[HARBOUR, NOBODY] = _cookie(stranger), token
    site.keep()
    return site


def _cookie(browser: FlaskClient) -> str:
    cookie = browser.get_cookie("session", domain=HOST)
    assert cookie is not None
    return cookie.value


def _ticket(shop: Workshop, organisation_id: str, role: str) -> tuple[str, str]:
    person = _insert_person(shop, organisation_id, role, name=f"{role} of {organisation_id}")
    browser = sign_in_at(shop, person, organisation_id)
    token = read_token(browser.get("/desk", base_url=SITE_URL))
    return _cookie(browser), token


def sign_in_at(shop: Workshop, person_id: str, organisation_id: str) -> FlaskClient:
    """Return a browser of somebody who is signed in now."""
    browser = shop.client()
    sessions = DeskSessions(shop.database, clock=shop.clock, desk_password_hash=password_hash)
    person = sessions.read_person(person_id)
    assert person is not None
    with browser.session_transaction(base_url=SITE_URL) as session:
        session["desk"] = sessions.open(person, organisation_id)
    return browser


def _insert_person(shop: Workshop, organisation_id: str, role: str, *, name: str) -> str:
    with shop.database.write() as connection:
        email = f"{role}-{hashlib.sha256(name.encode()).hexdigest()[:8]}@example.org"
        person = insert_person(connection, name=name, email=email, now=shop.clock())
        insert_membership(connection, person, organisation_id, role, now=shop.clock())
    return person


def _furnish(shop: Workshop, organisation_id: str, issuer_slug: str, *, course_slug: str) -> Things:
    ledger = shop.ledger
    claims = Claims(ledger, load_link_secret(shop.home))
    course = read_achievement(
        COURSE.replace("slug: cmm-operator", f"slug: {course_slug}").encode(), filename="c.yaml", folder=None
    )

    def start(text: str) -> JobProgress:
        roster = read_roster(text.encode(), filename="class.csv", achievement=course)
        key = f"{organisation_id}-{roster.sha256}"
        return start_job(
            ledger,
            roster,
            course,
            issuer_slug=issuer_slug,
            proof=ProofChoice.BOTH,
            awarded_on=None,
            idempotency_key=key,
        )

    job = start(CLASS_LIST.replace("@example.org", f"@{course_slug}.example.org"))
    run_job(ledger, job.job_id)
    choose_delivery(claims, job.job_id, way=DeliveryWay.EMAIL, second_step=SecondStep.NONE)
    deliver_class(claims, job.job_id)
    open_class_code(claims, job.job_id)
    badge = ledger.list_issued(job.job_id)[0]
    waiting = start("Name,Practical test\nPiet Halfway,Works alone\n")
    drafts = DraftStore(shop.home / "drafts", clock=shop.clock)
    draft = drafts.create(
        organisation_id=organisation_id,
        achievement_slug=course_slug,
        issuer_slug=issuer_slug,
        filename="next.csv",
        data=b"Name,Date,Practical test\nNora Next,2026-05-13,Works alone\n",
    )
    course_drafts = CourseDraftStore(shop.home / "course-drafts", clock=shop.clock)
    course_draft = course_drafts.create(
        CourseDraft(
            id="",
            organisation_id=organisation_id,
            issuer_slug=issuer_slug,
            fields={"name": f"Rigging at {course_slug}", "language": "en", "type": "Certificate"},
        )
    )
    with ledger.database.write() as connection:
        skills = read_skill_list(SKILL_CSV, framework="Ropes").skills
        slug = f"ropes-{course_slug}"
        save_skill_list(connection, organisation_id, slug=slug, name="Ropes", skills=skills, now=shop.clock())
    with ledger.database.read() as connection:
        own = [
            message
            for message in list_messages(connection, limit=100)
            if message.recipient.endswith(f"@{course_slug}.example.org")
        ]
    member = _insert_person(shop, organisation_id, "viewer", name=f"colleague at {course_slug}")
    return Things(
        issuer=issuer_slug,
        course=course_slug,
        badge=badge.slug,
        job=job.job_id,
        running_job=waiting.job_id,
        class_list=draft.id,
        course_draft=course_draft.id,
        message=own[0].id,
        skill_list=slug,
        member=member,
        colleagues_passkey=_add_passkey(shop, member),
        invitation=_invite(shop, organisation_id),
        given=_give(claims, organisation_id, issuer_slug, course),
        organisation=organisation_id,
    )


def _add_passkey(shop: Workshop, person_id: str) -> str:
    store = PasskeyStore(shop.database, "person")
    store.add(
        person_id,
        credential_id=person_id.encode(),
        user_handle=person_id.encode(),
        public_key=b"TEST ONLY",
        sign_count=0,
        is_synced=False,
        name="Phone",
        now=shop.clock(),
        max_passkeys=10,
    )
    return store.list_passkeys(person_id)[0].id


def _invite(shop: Workshop, organisation_id: str) -> str:
    owner = _insert_person(shop, organisation_id, "owner", name=f"first owner of {organisation_id}")
    actor = Actor(person_id=owner, organisation_id=organisation_id)
    links = load_link_secret(shop.home)
    return invite(shop.ledger, links, actor, "guest@example.org", Role.VIEWER).id


def _give(claims: Claims, organisation_id: str, issuer_slug: str, course: Achievement) -> str:
    """Give a badge on the job, as the page does, and let the course stand in the short list."""
    scope = DeskScope(
        organisation_id=organisation_id,
        person_id="",
        issuer_slugs=frozenset({issuer_slug}),
        sees_codes=True,
        sees_installation=False,
    )
    desk = Desk(claims, scope)
    desk.on_the_job.offer(course, by="desk")
    roster = read_typed(
        TypedBadge(name="Gale Given", evidence="Seen.", results={"practical": "alone"}), course, calling_code="1"
    )
    key = job_key(roster, person_id="somebody", form_id="x", course_slug=course.slug)
    class_list = desk.open_class_list(course.slug, issuer_slug)
    assert class_list is not None
    job = class_list.start(roster, awarded_on=claims.ledger.clock().date(), idempotency_key=key)
    desk.on_the_job.choose_delivery(job, way=DeliveryWay.PAPER)
    run_job(claims.ledger, job.id)
    deliver_class(claims, job.id)
    return job.id
