"""Who may do what at the desk, written by hand from what the roles mean. A page without a row fails the tests.

`A viewer reads everything but changes nothing, and sees no mail and no code that fetches a badge; a trainer works with
courses, lists, badges and their delivery; an owner also with the people. Signing in and out is everybody's.`
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

NOBODY, VIEWER, TRAINER, OWNER = "nobody", "viewer", "trainer", "owner"
ORDER = (NOBODY, VIEWER, TRAINER, OWNER)
OK, SEE_OTHER, BAD, GONE = HTTPStatus.OK, HTTPStatus.SEE_OTHER, HTTPStatus.BAD_REQUEST, HTTPStatus.GONE
NOT_FOUND = HTTPStatus.NOT_FOUND


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One page and method.

    Args:
        method: GET or POST.
        rule: As in the map of addresses.
        least: The lowest role that may use it.
        places: For each `<name>` of the rule the thing that stands there: a field of `Things`, or `=text` for a word.
        form: What is sent; `{name}` stands for a thing of the visitor's organisation.
        own: The answer for a thing of the visitor's organisation.
        foreign: The answer for another organisation's thing, and for one that never was.
    """

    method: str
    rule: str
    least: str
    places: Mapping[str, str] = field(default_factory=dict)
    form: Mapping[str, str] = field(default_factory=dict)
    own: HTTPStatus = OK
    foreign: HTTPStatus = NOT_FOUND

    @property
    def names_a_thing(self) -> bool:
        """Whether somebody's thing stands in the address."""
        return any(not thing.startswith("=") for thing in self.places.values())


def _get(rule: str, least: str, own: HTTPStatus = OK, foreign: HTTPStatus = NOT_FOUND, **places: str) -> Row:
    return Row(method="GET", rule=rule, least=least, places=places, own=own, foreign=foreign)


def _post(
    rule: str,
    least: str,
    own: HTTPStatus = SEE_OTHER,
    foreign: HTTPStatus = NOT_FOUND,
    form: Mapping[str, str] | None = None,
    **places: str,
) -> Row:
    return Row(method="POST", rule=rule, least=least, places=places, form=form or {}, own=own, foreign=foreign)


_JOB, _BADGE = "/desk/jobs/<job_id>", "/desk/badges/<slug>"
_COURSE, _COURSE_DRAFT = "/desk/courses/<slug>", "/desk/course-drafts/<draft_id>"
_LIST, _CHANGE = "/desk/class-lists/<draft_id>", "<any(revoke, suspend, reinstate):change>"
_GIVEN = "/desk/on-the-job/given/<job_id>"
_NO_TOKEN = f"={'x' * 43}"
_REMEDY = "<any(correct, renew):remedy>"
_DELIVERY = {"way": "paper", "second_step": "none"}
_COURSE_FORM = {"name": "Deck work", "action": "keep", "issuer": "{issuer}"}

SIGNING_IN = (
    _get("/desk/login", NOBODY),
    _post("/desk/login", NOBODY, HTTPStatus.UNAUTHORIZED, form={"password": "wrong"}),
    _post("/desk/logout", VIEWER),
)
COURSES = (
    _get("/desk", VIEWER),
    _post("/desk/courses", TRAINER, BAD, form={"issuer": "{issuer}"}),
    _get("/desk/courses/new", TRAINER),
    _post("/desk/courses/new", TRAINER, form=_COURSE_FORM),
    _get(_COURSE, VIEWER, slug="course"),
    _get(f"{_COURSE}/edit", TRAINER, slug="course"),
    _post(f"{_COURSE}/edit", TRAINER, form={"name": "New words", "action": "keep"}, slug="course"),
    _post(f"{_COURSE}/copy", TRAINER, slug="course"),
    _get(f"{_COURSE}/counts", VIEWER, slug="course"),
    _get(f"{_COURSE}/class-list.csv", VIEWER, slug="course"),
    _get(f"{_COURSE}/course.yaml", VIEWER, slug="course"),
    _get("/desk/example-course.yaml", VIEWER),
    _post(
        f"{_COURSE}/class-lists",
        TRAINER,
        form={"issuer": "{issuer}", "text": "Name,Practical test\nOna Line,Works alone\n"},
        slug="course",
    ),
)
COURSE_DRAFTS = (
    _get(_COURSE_DRAFT, TRAINER, OK, GONE, draft_id="course_draft"),
    _post(_COURSE_DRAFT, TRAINER, SEE_OTHER, GONE, form={"name": "X", "action": "keep"}, draft_id="course_draft"),
    _post(f"{_COURSE_DRAFT}/discard", TRAINER, SEE_OTHER, GONE, draft_id="course_draft"),
    _get(f"{_COURSE_DRAFT}/save", TRAINER, SEE_OTHER, GONE, draft_id="course_draft"),
    _post(f"{_COURSE_DRAFT}/save", TRAINER, SEE_OTHER, GONE, draft_id="course_draft"),
    _get(f"{_COURSE_DRAFT}/preview", TRAINER, OK, GONE, draft_id="course_draft"),
    _get(f"{_COURSE_DRAFT}/preview.<any(png, svg):ending>", TRAINER, OK, GONE, draft_id="course_draft", ending="=svg"),
    _get(f"{_COURSE_DRAFT}/picture", TRAINER, OK, GONE, draft_id="course_draft"),
    _post(f"{_COURSE_DRAFT}/picture", TRAINER, SEE_OTHER, GONE, form={"action": "try"}, draft_id="course_draft"),
    _get(f"{_COURSE_DRAFT}/skills", TRAINER, OK, GONE, draft_id="course_draft"),
    _post(
        f"{_COURSE_DRAFT}/skills", TRAINER, SEE_OTHER, GONE, form={"skill": "starter:welding"}, draft_id="course_draft"
    ),
    _get("/desk/skill-lists", VIEWER),
    _post("/desk/skill-lists", TRAINER, BAD, form={"name": "Knots"}),
    # Of a list that is not there nothing can be removed: the answer is the same, and nothing happens.
    _post("/desk/skill-lists/<slug>/remove", TRAINER, SEE_OTHER, SEE_OTHER, slug="skill_list"),
)
CLASS_LISTS = (
    _get(_LIST, TRAINER, OK, GONE, draft_id="class_list"),
    _post(f"{_LIST}/fix", TRAINER, SEE_OTHER, GONE, form={"fix:2:Name": "Nora Nexter"}, draft_id="class_list"),
    _post(f"{_LIST}/correct", TRAINER, SEE_OTHER, GONE, form={"confirmed": "yes"}, draft_id="class_list"),
    _post(f"{_LIST}/issue", TRAINER, SEE_OTHER, GONE, form={"awarded_on": "2026-05-14"}, draft_id="class_list"),
)
JOBS = (
    _get(_JOB, VIEWER, job_id="job"),
    _get(f"{_JOB}/counts.json", VIEWER, job_id="job"),
    _post(f"{_JOB}/resume", TRAINER, job_id="running_job"),
    _get(f"{_JOB}/stop", TRAINER, job_id="running_job"),
    _post(f"{_JOB}/stop", TRAINER, job_id="running_job"),
    _get(f"{_JOB}/badges.zip", VIEWER, job_id="job"),
    _get(f"{_JOB}/codes.pdf", VIEWER, job_id="job"),
    _get(f"{_JOB}/badges.xlsx", VIEWER, job_id="job"),
)
DELIVERY = (
    _get(f"{_JOB}/delivery", VIEWER, job_id="job"),
    _post(f"{_JOB}/delivery", TRAINER, form=_DELIVERY, job_id="job"),
    _post(f"{_JOB}/send-again/<slug>", TRAINER, job_id="job", slug="badge"),
    # The badge is not claimed yet: both lead back to the table and say so.
    _get(f"{_JOB}/new-link/<slug>", TRAINER, SEE_OTHER, job_id="job", slug="badge"),
    _post(f"{_JOB}/new-link/<slug>", TRAINER, job_id="job", slug="badge"),
    _get(f"{_JOB}/hand-out.pdf", TRAINER, job_id="job"),
    _post(f"{_JOB}/class-code", TRAINER, job_id="job"),
    _post(f"{_JOB}/class-code/close", TRAINER, job_id="job"),
    _get(f"{_JOB}/class-code", TRAINER, job_id="job"),
    _get(f"{_JOB}/class-code.svg", TRAINER, job_id="job"),
    _get("/desk/to-call", VIEWER),
    _get("/desk/messages", VIEWER),
    _get("/desk/messages/<message_id>.eml", TRAINER, message_id="message"),
)
BADGES = (
    _get("/desk/badges", VIEWER),
    _post("/desk/badges", VIEWER, OK, form={"sought": "Dana"}),
    _get(_BADGE, VIEWER, slug="badge"),
    _get(f"{_BADGE}/{_CHANGE}", TRAINER, slug="badge", change="=suspend"),
    _post(f"{_BADGE}/{_CHANGE}", TRAINER, form={"reason": "A test."}, slug="badge", change="=suspend"),
    _get(f"{_BADGE}/{_REMEDY}", TRAINER, slug="badge", remedy="=correct"),
    _post(
        f"{_BADGE}/{_REMEDY}",
        TRAINER,
        form={"name": "Dana Whitfeld", "confirmed": "yes"},
        slug="badge",
        remedy="=correct",
    ),
    _get("/desk/log", VIEWER),
    _get("/desk/log.csv", VIEWER),
)
ON_THE_JOB = (
    _get("/desk/on-the-job", TRAINER, SEE_OTHER),  # with one course in the short list its form opens at once
    _post(f"{_COURSE}/on-the-job", TRAINER, form={"offered": "no"}, slug="course"),
    _get("/desk/on-the-job/<slug>", TRAINER, slug="course"),
    _post(
        "/desk/on-the-job/<slug>",
        TRAINER,
        form={"name": "Nadia Forge", "result:practical": "alone", "evidence": "Seen."},
        slug="course",
    ),
    _get(_GIVEN, TRAINER, job_id="given"),
    _get(f"{_GIVEN}/code.svg", TRAINER, job_id="given"),
    _post(f"{_GIVEN}/undo", TRAINER, form={"reason": "A test.", "confirmed": "yes"}, job_id="given"),
)
_PERSON, _INVITATION = "/desk/people/<person_id>", "/desk/people/invitations"
PEOPLE = (
    _get("/desk/people", OWNER),
    _get(_PERSON, OWNER, person_id="member"),
    _post(f"{_PERSON}/role", OWNER, form={"role": "trainer"}, person_id="member"),
    _get(f"{_PERSON}/remove", OWNER, person_id="member"),
    _post(f"{_PERSON}/remove", OWNER, form={"confirmed": "yes"}, person_id="member"),
    _post(_INVITATION, OWNER, form={"email": "new@example.org", "role": "viewer"}),
    _post(f"{_INVITATION}/<invitation_id>/withdraw", OWNER, invitation_id="invitation"),
    _post("/desk/organisation", OWNER, form={"name": "Harbour & Sons"}),
)
ONESELF = (
    _get("/desk/account", VIEWER),
    _post("/desk/account/name", VIEWER, form={"name": "Kim"}),
    _post("/desk/account/sign-out-everywhere", VIEWER),
    _post("/desk/account/password", VIEWER, BAD, form={"password": "a", "again": "b"}),
    _post("/desk/account/password-link", VIEWER),
    _get("/desk/organisations", VIEWER),
    _post("/desk/organisations/<organisation_id>/work", VIEWER, organisation_id="organisation"),
)
# Links that were sent to somebody: without a right token they open nothing to anybody.
LINKS = (
    _get("/desk/invitation/<token>", NOBODY, NOT_FOUND, token=_NO_TOKEN),
    _post("/desk/invitation/<token>", NOBODY, NOT_FOUND, token=_NO_TOKEN),
    _get("/desk/password", NOBODY),
    _post("/desk/password", NOBODY, OK, form={"email": "nobody@example.org"}),
    _get("/desk/password/<token>", NOBODY, NOT_FOUND, token=_NO_TOKEN),
    _post("/desk/password/<token>", NOBODY, NOT_FOUND, token=_NO_TOKEN),
    _get("/desk/oidc/<name>", NOBODY, NOT_FOUND, name="=nowhere"),
    _get("/desk/oidc/<name>/return", NOBODY, NOT_FOUND, name="=nowhere"),
)
_PASSKEYS = "/desk/account/passkeys"
PASSKEYS = (
    _post("/desk/passkey/question", NOBODY, OK),
    _post("/desk/passkey", NOBODY, HTTPStatus.UNAUTHORIZED, form={"answer": "{}"}),
    _get(_PASSKEYS, VIEWER),
    _post(f"{_PASSKEYS}/question", VIEWER, OK),
    _post(_PASSKEYS, VIEWER, BAD, form={"answer": "{}", "name": "Phone"}),
    # Whatever the role, nobody sees or removes the passkey of a colleague.
    _get(f"{_PASSKEYS}/<passkey_id>/remove", VIEWER, NOT_FOUND, passkey_id="colleagues_passkey"),
    _post(f"{_PASSKEYS}/<passkey_id>/name", VIEWER, NOT_FOUND, passkey_id="colleagues_passkey", form={"name": "x"}),
    _post(f"{_PASSKEYS}/<passkey_id>/remove", VIEWER, NOT_FOUND, passkey_id="colleagues_passkey"),
)
TABLE = (
    *SIGNING_IN,
    *COURSES,
    *COURSE_DRAFTS,
    *CLASS_LISTS,
    *JOBS,
    *DELIVERY,
    *BADGES,
    *ON_THE_JOB,
    *PEOPLE,
    *ONESELF,
    *LINKS,
    *PASSKEYS,
)
