"""A badge from a supervisor's phone: what is asked, what comes out, twice pressed, and taken back."""

from __future__ import annotations

import re
import threading
from typing import TYPE_CHECKING

import pytest

from issuer import read_achievement, read_own_credential
from tests.web.desk_visits import get, post
from tests.web.workshop import BASE_URL, COURSE, open_desk, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from issuer import IssuedCredential
    from tests.web.workshop import Workshop

FORM = "/desk/on-the-job/cmm-operator"
GIVEN = {"name": "Nadia Forge", "result:practical": "alone", "evidence": "Measured part 4711 alone."}


@pytest.fixture
def supervisor(fresh_shop: Workshop, trainer: FlaskClient) -> FlaskClient:
    """A trainer's browser; the course stands in the short list."""
    post(trainer, "/desk/courses/cmm-operator/on-the-job", "/desk/courses/cmm-operator", offered="yes")
    assert fresh_shop.slugs
    return trainer


def _give(browser: FlaskClient, **fields: str) -> TestResponse:
    page = get(browser, FORM)
    form_id = re.search(r'name="form_id" value="([^"]+)"', page.text)
    assert form_id is not None
    data = {"csrf_token": read_token(page), "form_id": form_id[1], **GIVEN, **fields}
    return browser.post(FORM, data=data, base_url=BASE_URL)


def _badge(shop: Workshop, location: str | None) -> IssuedCredential:
    (issued,) = shop.ledger.list_issued(str(location).rsplit("/", 1)[1])
    return issued


def _count(shop: Workshop) -> int:
    return shop.ledger.count_issued()


def test_badge_is_issued_with_what_was_typed(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """Name, level and evidence stand in the credential; the day is today."""
    answer = _give(supervisor)
    assert answer.status_code == 303
    issued = _badge(fresh_shop, answer.location)
    credential = read_own_credential(fresh_shop.ledger, issued)
    assert issued.recipient_name == "Nadia Forge"
    assert [result.level.name for result in credential.results if result.level] == ["Works alone"]
    assert "Measured part 4711 alone." in issued.original.decode()
    assert b"2026-05-14" in issued.original


def test_page_after_it_shows_a_code_that_gives_the_badge(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """The picture leads to the claim page of this badge, and the typed code to the same."""
    page = get(supervisor, _give(supervisor).location)
    assert "Nadia Forge" in page.text
    svg = get(supervisor, f"{page.request.path}/code.svg").text
    assert "<svg" in svg
    code = re.search(r'give__code">([^<]+)<', page.text)
    assert code is not None
    worker = fresh_shop.client()
    entry = worker.get("/claim", base_url=BASE_URL)
    found = worker.post("/claim", data={"csrf_token": read_token(entry), "code": code[1]}, base_url=BASE_URL)
    assert found.status_code in {200, 303}
    assert found.status_code == 303 or "CMM Operator" in found.text


def test_pressed_twice_is_one_badge(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """The same form sent again leads to the same page, and nobody gets a second badge."""
    before = _count(fresh_shop)
    page = get(supervisor, FORM)
    form_id = re.search(r'name="form_id" value="([^"]+)"', page.text)
    assert form_id is not None
    data = {"csrf_token": read_token(page), "form_id": form_id[1], **GIVEN}
    first = supervisor.post(FORM, data=data, base_url=BASE_URL)
    second = supervisor.post(FORM, data=data, base_url=BASE_URL)
    assert first.location == second.location
    assert _count(fresh_shop) == before + 1


def test_pressed_again_after_a_crash_is_handed_out(
    fresh_shop: Workshop, supervisor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The program ends between starting the list and choosing its way: the same form again hands the badge out."""
    page = get(supervisor, FORM)
    data = {"csrf_token": read_token(page), "form_id": "the-same-form", **GIVEN}

    def crash(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("issuer.desk_on_the_job.choose_delivery", crash)
        with pytest.raises(KeyboardInterrupt):
            supervisor.post(FORM, data=data, base_url=BASE_URL)
    answer = supervisor.post(FORM, data=data, base_url=BASE_URL)
    assert answer.status_code == 303
    assert "give__code" in get(supervisor, answer.location).text
    assert _count(fresh_shop) == len(fresh_shop.slugs) + 1


def test_pressed_twice_at_once_is_one_badge(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """Two requests in the same moment make one badge and show one page."""
    before = _count(fresh_shop)
    page = get(supervisor, FORM)
    data = {"csrf_token": read_token(page), "form_id": "the-same-form", **GIVEN}
    cookie = supervisor.get_cookie("session", domain="127.0.0.1")
    assert cookie is not None
    answers: list[str | None] = []

    def press() -> None:
        browser = fresh_shop.client()
        browser.set_cookie("session", cookie.value, domain="127.0.0.1")
        answers.append(browser.post(FORM, data=data, base_url=BASE_URL).location)

    threads = [threading.Thread(target=press) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert len(set(answers)) == 1
    assert answers[0] is not None
    assert _count(fresh_shop) == before + 1


def test_back_and_another_name_is_another_badge(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """Whoever goes back in the browser and types the next name gives a second badge, not an error."""
    before = _count(fresh_shop)
    page = get(supervisor, FORM)
    data = {"csrf_token": read_token(page), "form_id": "from-the-history", **GIVEN}
    supervisor.post(FORM, data=data, base_url=BASE_URL)
    answer = supervisor.post(FORM, data={**data, "name": "Otis Lathe"}, base_url=BASE_URL)
    assert answer.status_code == 303
    assert _count(fresh_shop) == before + 2


def test_who_has_it_gets_no_second_one(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """The same person another day: the page says so, and leads to the badge that is there."""
    first = get(supervisor, _give(supervisor).location)
    before = _count(fresh_shop)
    answer = _give(supervisor)
    assert answer.status_code == 409
    assert "has this badge already" in answer.text
    slug = re.search(r"/desk/badges/([A-Za-z0-9_-]{22})", first.text)
    assert slug is not None
    assert f"/desk/badges/{slug[1]}" in answer.text
    assert _count(fresh_shop) == before


@pytest.mark.parametrize(
    ("fields", "code_field"),
    [
        ({"name": "  "}, "name"),
        ({"email": "nobody"}, "email"),
        ({"phone": "12"}, "phone"),
        ({"result:practical": "sideways"}, "result-1"),
        ({"result:written": "300"}, "result-2"),
        ({"evidence": "x" * 400 + "\x00"}, "evidence"),
    ],
)
def test_fault_is_told_at_its_field(
    fresh_shop: Workshop, supervisor: FlaskClient, fields: dict[str, str], code_field: str
) -> None:
    """Nothing is issued, what was typed stays, and the field says what to do."""
    before = _count(fresh_shop)
    answer = _give(supervisor, **fields)
    assert answer.status_code == 400
    assert f'id="{code_field}-error"' in answer.text
    assert "Measured part 4711" in answer.text or "evidence" in fields
    assert _count(fresh_shop) == before


def test_level_below_the_needed_one_is_not_offered(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """A course that needs a level shows that one and higher ones; a lower one, sent all the same, is refused."""
    text = COURSE.replace("type: RubricCriterionLevel", "type: RubricCriterionLevel\n    required_level: alone")
    course = read_achievement(text.encode(), filename="c.yaml", folder=None)
    fresh_shop.ledger.save_achievement(fresh_shop.issuer_slug, course)
    page = get(supervisor, FORM).text
    assert "Works alone" in page
    assert "Works with help" not in page
    assert _give(supervisor, **{"result:practical": "helped"}).status_code == 400


def test_course_without_results_asks_whether_it_was_seen(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """The words of the course about the test, a tick, and without the tick no badge."""
    text = COURSE[: COURSE.index("results:")].replace("slug: cmm-operator", "slug: sweeping")
    fresh_shop.ledger.save_achievement(
        fresh_shop.issuer_slug, read_achievement(text.encode(), filename="c.yaml", folder=None)
    )
    post(supervisor, "/desk/courses/sweeping/on-the-job", "/desk/courses/sweeping", offered="yes")
    form = "/desk/on-the-job/sweeping"
    assert "measured two parts" in get(supervisor, form).text
    fields = {"form_id": "x", "name": "Nadia Forge", "evidence": "Swept."}
    assert post(supervisor, form, form, **fields).status_code == 400
    assert post(supervisor, form, form, **fields, seen="yes").status_code == 303


def test_course_that_is_not_in_the_short_list_is_not_found(trainer: FlaskClient) -> None:
    """Only what is marked can be given from the phone."""
    assert get(trainer, FORM).status_code == 404
    assert "short list is empty" in get(trainer, "/desk/on-the-job").text


def test_mark_can_be_taken_away(supervisor: FlaskClient) -> None:
    """Taken out of the short list, the form is gone."""
    post(supervisor, "/desk/courses/cmm-operator/on-the-job", "/desk/courses/cmm-operator", offered="no")
    assert get(supervisor, FORM).status_code == 404


def test_last_course_is_remembered(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """Of several courses the one that this person gave last opens at once; the list is one tap away."""
    text = COURSE.replace("slug: cmm-operator", "slug: b-course").replace("CMM Operator", "Another Course")
    fresh_shop.ledger.save_achievement(
        fresh_shop.issuer_slug, read_achievement(text.encode(), filename="c.yaml", folder=None)
    )
    post(supervisor, "/desk/courses/b-course/on-the-job", "/desk/courses/b-course", offered="yes")
    assert get(supervisor, "/desk/on-the-job").status_code == 200
    _give(supervisor)
    assert get(supervisor, "/desk/on-the-job").location == FORM
    later = open_desk(fresh_shop)
    assert get(later, "/desk/on-the-job").location == FORM
    assert "Another Course" in get(supervisor, "/desk/on-the-job?choose=1").text


def test_short_list_is_searched(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """Words of the name, with or without accents, make the list shorter."""
    for number in range(6):
        text = COURSE.replace("slug: cmm-operator", f"slug: c{number}").replace(
            "CMM Operator", f"Soldadura básica {number}"
        )
        fresh_shop.ledger.save_achievement(
            fresh_shop.issuer_slug, read_achievement(text.encode(), filename="c.yaml", folder=None)
        )
        post(supervisor, f"/desk/courses/c{number}/on-the-job", "/desk/courses/cmm-operator", offered="yes")
    page = get(supervisor, "/desk/on-the-job?q=basica+3").text
    assert "Soldadura básica 3" in page
    assert "Soldadura básica 4" not in page


def test_mistake_is_taken_back_on_the_same_page(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """A tick and a reason: the badge is revoked, the code is gone, and the right one can be given."""
    path = _give(supervisor).location
    assert post(supervisor, f"{path}/undo", path, reason="Wrong name.").status_code == 400
    assert post(supervisor, f"{path}/undo", path, reason="Wrong name.", confirmed="yes").location == path
    issued = _badge(fresh_shop, path)
    assert (issued.revoked, issued.reason) == (True, "Wrong name.")
    page = get(supervisor, path)
    assert "was taken back" in page.text
    assert "give__code" not in page.text
    assert get(supervisor, f"{path}/code.svg").status_code == 404
    assert _give(supervisor, name="Nadine Forge").status_code == 303


def test_undo_twice_is_one(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """Pressed twice, the second press changes nothing and is no error."""
    path = _give(supervisor).location
    token = read_token(get(supervisor, path))
    data = {"csrf_token": token, "reason": "Wrong.", "confirmed": "yes"}
    answers = [supervisor.post(f"{path}/undo", data=data, base_url=BASE_URL).status_code for _ in range(2)]
    assert answers == [303, 303]
    assert _badge(fresh_shop, path).revoked


def test_claimed_badge_shows_no_code(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """Once the person has it, the page says so and nobody else can scan it from the phone."""
    path = _give(supervisor).location
    slug = _badge(fresh_shop, path).slug
    with fresh_shop.database.write() as connection:
        connection.exec_driver_sql(
            "UPDATE claims SET claimed_at = '2026-05-14T12:01:00Z', holder_ref = 'h' WHERE slug = ?", (slug,)
        )
    page = get(supervisor, path).text
    assert "has the badge" in page
    assert "give__code" not in page


def test_with_an_address_the_link_is_sent_too(fresh_shop: Workshop, supervisor: FlaskClient) -> None:
    """An e-mail address of the worker gets the link, beside the code on the screen."""
    _give(supervisor, email="nadia@example.org")
    fresh_shop.app.extensions["skillmark.mailing"].run()
    mails = [path.read_bytes() for path in (fresh_shop.home / "outbox").glob("*.eml")]
    assert len(mails) == 1
    assert b"nadia@example.org" in mails[0]


def test_log_tells_it(supervisor: FlaskClient) -> None:
    """The list of one, its badge and the mark of the course stand in the log as everything else does."""
    _give(supervisor)
    text = get(supervisor, "/desk/log.csv").data.decode("utf-8-sig")
    assert "achievement.offered_on_the_job" in text
    assert text.count('"job.started"') == 2


def test_badge_that_takes_long_is_handed_out_all_the_same(
    fresh_shop: Workshop, supervisor: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a long class list the page does not wait: it says so, and shows the code once the outbox has run."""
    monkeypatch.setattr("issuer.web.on_the_job_pages.WAIT_SECONDS", 0)
    jobs = fresh_shop.app.extensions["skillmark.jobs"]
    path = _give(supervisor).location
    first = get(supervisor, path)
    assert first.status_code == 200
    assert ("Look again" in first.text) != ("give__code" in first.text)
    jobs.wait(path.rsplit("/", 1)[1], timeout_seconds=60)
    fresh_shop.app.extensions["skillmark.mailing"].run()
    assert "give__code" in get(supervisor, path).text
