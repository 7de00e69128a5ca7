"""Correct and renew at the desk, and what people see of it behind the old link."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

from tests.web.desk_visits import get, post, upload
from tests.web.workshop import BASE_URL, CLASS_LIST, open_desk, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

RIGHT = {"name": "Dana Whitfield-Ruiz", "email": "dana@example.org", "awarded_on": "2026-05-14"}
RESULTS = {"result:practical": "alone", "result:written": "92"}


def _correct(trainer: FlaskClient, slug: str, **fields: object) -> str:
    """Correct the badge; return the slug of the right one."""
    form = f"/desk/badges/{slug}/correct"
    answer = post(trainer, form, form, confirmed="yes", **{**RIGHT, **RESULTS, **fields})
    assert answer.status_code == 303
    return answer.location.rsplit("/", 1)[1]


def test_form_shows_what_the_badge_says_now(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Name, address, day and results stand in the form as they were issued."""
    page = get(trainer, f"/desk/badges/{fresh_shop.slugs[0]}/correct").text
    assert 'value="Dana Whitfield"' in page
    assert 'value="dana@example.org"' in page
    assert 'value="2026-05-14"' in page
    assert '<option value="alone" selected>' in page


def test_question_comes_before_anything_is_issued(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The first click shows old and new words side by side; nothing is issued or revoked by it."""
    form = f"/desk/badges/{fresh_shop.slugs[0]}/correct"
    page = post(trainer, form, form, **RIGHT, **RESULTS).text
    assert "<td>Dana Whitfield</td><td><strong>Dana Whitfield-Ruiz</strong></td>" in page
    assert fresh_shop.ledger.count_issued() == 3
    assert not fresh_shop.badge().revoked


def test_old_link_opens_the_right_badge(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The worker's link shows the newest badge and says so; the code on the page is that of the newest."""
    newer = _correct(trainer, fresh_shop.slugs[0])
    page = fresh_shop.client().get(f"/b/{fresh_shop.slugs[0]}", base_url=BASE_URL)
    assert page.status_code == 200
    assert "Dana Whitfield-Ruiz" in page.text
    assert "This badge was corrected on" in page.text
    assert f"/b/{newer}/qr.svg" in page.text


def test_bytes_of_the_old_badge_stay(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Whoever asks for the data of the old badge gets the very bytes that were signed."""
    old = fresh_shop.badge()
    _correct(trainer, old.slug)
    visitor = fresh_shop.client()
    assert visitor.get(f"/b/{old.slug}.json", base_url=BASE_URL).data == old.json_bytes
    assert visitor.get(f"/b/{old.slug}.jwt", base_url=BASE_URL).text == old.jwt
    asked = visitor.get(f"/b/{old.slug}", base_url=BASE_URL, headers={"Accept": "application/json"})
    assert asked.data == old.json_bytes


def test_verifier_reads_why_and_where_the_right_one_is(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The headline over a copy of the old badge is that it was replaced, with the way to the newest one first."""
    old = fresh_shop.badge()
    newer = _correct(trainer, old.slug)
    visitor = fresh_shop.client()
    token = read_token(visitor.get("/verify", base_url=BASE_URL))
    page = visitor.post(
        "/verify",
        data={"csrf_token": token, "file": (io.BytesIO(old.json_bytes), "badge.json")},
        base_url=BASE_URL,
    ).text
    assert re.search(r'<h1 id="verdict">Replaced by a corrected badge <span', page)
    assert "verdict--replaced" in page
    assert "verdict--revoked" not in page
    assert "Only the newest badge counts." in page
    assert f'class="button button--quiet" href="/b/{newer}"' in page


def test_verifier_reads_it_in_spanish(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The headline is said in the language of the reader."""
    _correct(trainer, fresh_shop.slugs[0])
    visitor = fresh_shop.client()
    token = read_token(visitor.get("/verify?lang=es", base_url=BASE_URL))
    data = {"csrf_token": token, "text": fresh_shop.badge().jwt}
    page = visitor.post("/verify?lang=es", data=data, base_url=BASE_URL).text
    assert re.search(r'<h1 id="verdict">Reemplazada por una insignia corregida <span', page)


def test_wrong_address_is_explained_in_the_form(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """What was typed stays in the form, with what is wrong with it; nothing is issued."""
    form = f"/desk/badges/{fresh_shop.slugs[0]}/correct"
    answer = post(trainer, form, form, confirmed="yes", **{**RIGHT, **RESULTS, "email": "dana@example"})
    assert answer.status_code == 400
    assert "“dana@example”" in answer.text
    assert fresh_shop.ledger.count_issued() == 3


def test_second_click_leads_to_the_badge_and_issues_nothing(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A form that is sent twice makes one badge."""
    slug = fresh_shop.slugs[0]
    form = f"/desk/badges/{slug}/correct"
    token = read_token(get(trainer, form))
    data = {"csrf_token": token, "confirmed": "yes", **RIGHT, **RESULTS}
    answers = [trainer.post(form, data=data, base_url=BASE_URL) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 303]
    assert fresh_shop.ledger.count_issued() == 4
    assert "There is a newer badge" in get(trainer, f"/desk/badges/{slug}").text


def test_stranger_cannot_correct(fresh_shop: Workshop) -> None:
    """The form is behind the sign-in."""
    answer = get(fresh_shop.client(), f"/desk/badges/{fresh_shop.slugs[0]}/correct")
    assert answer.status_code in {302, 303}
    assert "/desk/login" in answer.location


def test_renewed_badge_stands_behind_the_old_link(fresh_shop: Workshop) -> None:
    """Renewing keeps the older badge in force, and its link opens the newer one."""
    fresh_shop.clock.move(days=900)
    trainer = open_desk(fresh_shop)
    slug = fresh_shop.slugs[0]
    form = f"/desk/badges/{slug}/renew"
    answer = post(trainer, form, form, confirmed="yes", **{**RIGHT, **RESULTS, "awarded_on": "2028-10-30"})
    assert answer.status_code == 303
    assert not fresh_shop.badge().revoked
    page = fresh_shop.client().get(f"/b/{slug}", base_url=BASE_URL).text
    assert "This badge was renewed on" in page


def test_list_that_differs_is_corrected_with_one_box(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The dry run names each change; one box and one click correct them all, and the list is then as issued."""
    draft = upload(trainer, CLASS_LIST.replace("Dana Whitfield", "Dana Whitfield-Ruiz").replace("88", "89")).location
    page = get(trainer, draft).text
    assert "Dana Whitfield → <strong>Dana Whitfield-Ruiz</strong>" in page
    assert "Written test: 88 → <strong>89</strong>" in page
    assert post(trainer, f"{draft}/correct", draft).status_code == 400
    assert post(trainer, f"{draft}/correct", draft, confirmed="yes").status_code == 303
    assert [fresh_shop.badge(place).revoked for place in range(3)] == [True, True, False]
    assert fresh_shop.ledger.count_issued() == 5
    assert "with other details" not in get(trainer, draft).text


def test_corrected_badge_tells_the_right_name(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The name stands in the signed bytes, not only in the ledger."""
    newer = fresh_shop.ledger.find_published(_correct(trainer, fresh_shop.slugs[0]))
    assert newer is not None
    assert "Dana Whitfield-Ruiz" in json.dumps(json.loads(newer.json_bytes), ensure_ascii=False)
