"""Skills without an address of their own, from the form and from a list to the page that badges name."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from issuer import read_own_credential
from issuer.skill_address import own_skill_slug
from tests.web.desk_visits import get, post
from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

COURSE = {
    "name": "Rigger",
    "description": "Lifts loads safely with ropes and slings.",
    "criteria": "Lift three loads while the trainer watches.",
    "language": "en",
    "type": "Certificate",
    "skills/0/name": "Rope splicing",
    "skills/0/description": "Joining two ropes so that they hold.",
}
PAGE = "/skills/lakeshore-technical-college/rope-splicing"


def _save(trainer: FlaskClient) -> None:
    answer = post(trainer, "/desk/courses/new", "/desk/courses/new", **COURSE, action="save")
    assert answer.location == "/desk/courses/rigger"


def test_skill_typed_by_name_alone_gets_a_page(trainer: FlaskClient, fresh_shop: Workshop) -> None:
    """A name in the form is enough: the course is saved, and anybody may read what the skill means."""
    _save(trainer)
    page = fresh_shop.client().get(PAGE, base_url=BASE_URL)
    assert page.status_code == 200
    assert "Rope splicing" in page.text
    assert "Joining two ropes" in page.text
    assert "/achievements/rigger" in page.text


def test_badge_names_that_page(trainer: FlaskClient, fresh_shop: Workshop) -> None:
    """The credential, the public document and the public page of the course give the same address."""
    _save(trainer)
    post(trainer, "/desk/courses/rigger/on-the-job", "/desk/courses/rigger", offered="yes")
    form = "/desk/on-the-job/rigger"
    given = post(trainer, form, form, name="Ria Rigger", evidence="Seen.", seen="yes", form_id="x")
    (issued,) = fresh_shop.ledger.list_issued(given.location.rsplit("/", 1)[1])
    credential = read_own_credential(fresh_shop.ledger, issued)
    assert [skill.url for skill in credential.skills] == [BASE_URL + PAGE]
    stranger = fresh_shop.client()
    document = stranger.get("/achievements/rigger.json", base_url=BASE_URL).get_json(force=True)
    assert [term["targetUrl"] for term in document["alignment"]] == [BASE_URL + PAGE]
    assert f'href="{PAGE}"' in stranger.get("/achievements/rigger", base_url=BASE_URL).text


def test_page_stays_when_the_course_drops_the_skill(trainer: FlaskClient, fresh_shop: Workshop) -> None:
    """Badges that are out name the page for good."""
    _save(trainer)
    fields = {name: text for name, text in COURSE.items() if not name.startswith("skills/")}
    post(trainer, "/desk/courses/rigger/edit", "/desk/courses/rigger/edit", **fields, action="keep")
    draft = fresh_shop.home / "course-drafts"
    (draft_id,) = {path.stem for path in draft.glob("*.json")}
    post(trainer, f"/desk/course-drafts/{draft_id}/save", f"/desk/course-drafts/{draft_id}")
    course = fresh_shop.ledger.find_achievement("rigger")
    assert course is not None
    assert course.skills == ()
    assert fresh_shop.client().get(PAGE, base_url=BASE_URL).status_code == 200


def test_list_of_names_is_enough(trainer: FlaskClient, fresh_shop: Workshop) -> None:
    """From a CSV without addresses to a course: picked once, marked as chosen, its Spanish name on its page."""
    text = "name,nombre es,can do\nRope splicing,Empalme de cuerdas,Joins two ropes\n"
    sent = (io.BytesIO(text.encode()), "l.csv")
    assert "1 skill was saved" in post(trainer, "/desk/skill-lists", "/desk/skill-lists", name="Yard", file=sent).text
    fields = {name: value for name, value in COURSE.items() if not name.startswith("skills/")}
    draft = post(trainer, "/desk/courses/new", "/desk/courses/new", **fields, action="keep").location.partition("#")[0]
    for _ in range(2):
        post(trainer, f"{draft}/skills", f"{draft}/skills", skill="yard:2")
    assert "skills/1/" not in get(trainer, draft).text
    post(trainer, f"{draft}/save", draft)
    stranger = fresh_shop.client()
    assert "Empalme de cuerdas" in stranger.get(f"{PAGE}?lang=es", base_url=BASE_URL).text
    assert "Joins two ropes" in stranger.get(f"{PAGE}?lang=en", base_url=BASE_URL).text
    course = fresh_shop.ledger.find_achievement("rigger")
    assert course is not None
    assert [(skill.name, skill.url, skill.framework) for skill in course.skills] == [("Rope splicing", "", "Yard")]


def test_skill_that_never_was_is_not_found(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Neither another name nor another issuer has the page."""
    _save(trainer)
    stranger = fresh_shop.client()
    for path in ("/skills/lakeshore-technical-college/knots", "/skills/nobody/rope-splicing", "/skills/x/..%2f"):
        assert stranger.get(path, base_url=BASE_URL).status_code == 404


def test_words_of_a_skill_cannot_do_harm(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Markup in a name stands on the page as text."""
    fields = COURSE | {"skills/0/name": "<script>alert(1)</script>"}
    post(trainer, "/desk/courses/new", "/desk/courses/new", **fields, action="save")
    course = fresh_shop.ledger.find_achievement("rigger")
    assert course is not None
    slug = own_skill_slug(course.skills[0].name)
    page = fresh_shop.client().get(f"/skills/lakeshore-technical-college/{slug}", base_url=BASE_URL)
    assert page.status_code == 200
    assert "<script>alert" not in page.text
