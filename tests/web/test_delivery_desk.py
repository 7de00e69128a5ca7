"""Handing badges out at the desk: choose, print, show the class code, send again, call."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader

from issuer import Claims, list_jobs
from keys import show_code
from skillmark.settings import load_link_secret
from tests.doubles.classes import paper_code_of, token_of
from tests.web.desk_visits import TWO_PEOPLE, get, issue, post, upload, wait_for_job
from tests.web.workshop import BASE_URL, open_desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def delivery_page(shop: Workshop) -> str:
    return f"/desk/jobs/{list_jobs(shop.ledger)[0].job_id}/delivery"


def hand_out(shop: Workshop, trainer: FlaskClient, **fields: object) -> str:
    """Choose a way for the class of the workshop and return the page."""
    page = delivery_page(shop)
    post(trainer, page, page, **({"way": "paper", "second_step": "none"} | fields))
    return page


def claims_of(shop: Workshop) -> Claims:
    return Claims(shop.ledger, load_link_secret(shop.home))


def send_mail(shop: Workshop) -> None:
    shop.app.extensions["skillmark.mailing"].run()


def test_nothing_is_sent_before_the_trainer_says_so(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Issuing alone sends no mail; the page asks how."""
    send_mail(fresh_shop)
    assert not (fresh_shop.home / "outbox").exists()
    assert "How do they get it?" in get(trainer, delivery_page(fresh_shop)).text


def test_mail_now_writes_a_mail_for_each_person(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Three people, three files, and the page does not say that anybody sent them."""
    page = hand_out(fresh_shop, trainer, way="email")
    assert "on its way" in get(trainer, page).text
    send_mail(fresh_shop)
    assert len(list((fresh_shop.home / "outbox").glob("*.eml"))) == 3
    assert "ready as a file: nobody has sent it yet" in get(trainer, page).text
    assert "<b>3</b>sent" not in get(trainer, page).text


def test_box_at_issuing_sends_when_the_badges_are_ready(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Who ticks the e-mail at issuing needs no other step."""
    draft = upload(trainer, TWO_PEOPLE).headers["Location"]
    wait_for_job(fresh_shop, issue(trainer, draft, way="email").headers["Location"])
    send_mail(fresh_shop)
    assert len(list((fresh_shop.home / "outbox").glob("*.eml"))) == 2


def test_links_have_the_configured_address(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A request with another Host is refused, and no mail carries what a request said (T-59)."""
    page = delivery_page(fresh_shop)
    answer = trainer.post(
        page, data={"way": "email", "second_step": "none"}, base_url=BASE_URL, headers={"Host": "evil.example"}
    )
    assert answer.status_code == 400
    hand_out(fresh_shop, trainer, way="email")
    send_mail(fresh_shop)
    for file in (fresh_shop.home / "outbox").glob("*.eml"):
        text = file.read_text("utf-8").replace("=\n", "")
        assert set(re.findall(r"https?://[^/\s\"<]+", text)) == {BASE_URL}


@pytest.mark.parametrize(
    ("language", "sentence"),
    [("en", "A class word has at least three letters"), ("es", "La palabra de la clase tiene al menos tres letras")],
)
def test_missing_word_is_explained(fresh_shop: Workshop, trainer: FlaskClient, language: str, sentence: str) -> None:
    """The form says what is missing, in the language of the page."""
    page = delivery_page(fresh_shop)
    get(trainer, f"{page}?lang={language}")
    answer = post(trainer, page, page, way="paper", second_step="word", word="")
    assert answer.status_code == 400
    assert sentence in answer.text


@pytest.mark.parametrize("fields", [{}, {"way": "pigeon", "second_step": "none"}, {"way": "paper"}])
def test_form_with_anything_else_is_refused(fresh_shop: Workshop, trainer: FlaskClient, fields: dict[str, str]) -> None:
    """Nothing is chosen by accident."""
    page = delivery_page(fresh_shop)
    assert post(trainer, page, page, **fields).status_code == 400
    assert "On paper" not in get(trainer, page).text


def test_hand_out_has_a_card_for_each_person(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Names, codes and both languages stand on the sheet."""
    page = hand_out(fresh_shop, trainer)
    answer = get(trainer, page.replace("delivery", "hand-out.pdf"))
    assert answer.mimetype == "application/pdf"
    text = PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()
    claims = claims_of(fresh_shop)
    for slug, name in zip(fresh_shop.slugs, ("Dana Whitfield", "Luis Ortega", "Mei Tanaka"), strict=True):
        assert name in text
        code = paper_code_of(claims, slug)
        assert f"{code[:4]}-{code[4:8]}-{code[8:]}" in text
    assert "Your badge is ready" in text
    assert "Su insignia" in text
    assert text.count("Lakeshore Technical College") == 3


def test_claimed_badge_has_no_card_any_more(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A second print has only those who still wait."""
    page = hand_out(fresh_shop, trainer)
    claims = claims_of(fresh_shop)
    claims.consume_claim(token_of(claims, fresh_shop.slugs[0]), holder_ref="h")
    text = PdfReader(io.BytesIO(get(trainer, page.replace("delivery", "hand-out.pdf")).data)).pages[0].extract_text()
    assert "Dana Whitfield" not in text
    assert "Luis Ortega" in text


def test_sheet_for_people_without_mail_is_empty_here(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Everyone of this class has an address, so nobody is on the other sheet."""
    page = hand_out(fresh_shop, trainer)
    answer = get(trainer, page.replace("delivery", "hand-out.pdf") + "?who=without-email")
    assert "Dana" not in PdfReader(io.BytesIO(answer.data)).pages[0].extract_text()


def test_class_code_fills_a_slide(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The page for the projector has a code to scan, one to type, and where."""
    page = hand_out(fresh_shop, trainer)
    slide = page.replace("delivery", "class-code")
    assert get(trainer, slide).headers["Location"] == page
    assert post(trainer, slide, page).headers["Location"] == slide
    text = get(trainer, slide).text
    code = re.search(r'class="slide__code">([A-Z-]{9})<', text)
    assert code is not None
    assert "127.0.0.1:8000/claim" in text
    assert "The code on your card works there too." in text
    assert f"/claim/class/{code[1].replace('-', '')}" not in text  # only as a picture
    assert claims_of(fresh_shop).find_class(code[1]) is not None
    picture = get(trainer, f"{slide}.svg")
    assert picture.mimetype == "image/svg+xml"
    post(trainer, f"{slide}/close", page)
    assert claims_of(fresh_shop).find_class(code[1]) is None
    assert get(trainer, f"{slide}.svg").status_code == 404


def test_same_link_goes_out_again(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The button sends the same link in the same mail."""
    page = hand_out(fresh_shop, trainer, way="email")
    send_mail(fresh_shop)
    before = {file.name: file.read_bytes() for file in (fresh_shop.home / "outbox").glob("*.eml")}
    answer = post(trainer, page.replace("delivery", f"send-again/{fresh_shop.slugs[0]}"), page)
    assert answer.headers["Location"] == page
    assert "The same link goes out again." in get(trainer, page).text
    send_mail(fresh_shop)
    assert {file.name: file.read_bytes() for file in (fresh_shop.home / "outbox").glob("*.eml")} == before


def test_job_page_tells_where_each_badge_is(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Beside each name stands how far the badge has come."""
    page = hand_out(fresh_shop, trainer)
    claims = claims_of(fresh_shop)
    claims.consume_claim(token_of(claims, fresh_shop.slugs[0]), holder_ref="h")
    text = get(trainer, page.removesuffix("/delivery")).text
    assert "claimed" in text
    assert "not sent, on paper only" in text


def test_messages_are_listed_with_their_files(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Without a mail server a trainer can open each mail; a made-up one is not there."""
    hand_out(fresh_shop, trainer, way="email")
    send_mail(fresh_shop)
    text = get(trainer, "/desk/messages").text
    assert "dana@example.org" in text
    found = re.search(r"/desk/messages/[0-9a-f]{32}\.eml", text)
    assert found is not None
    answer = get(trainer, found[0])
    assert answer.mimetype == "message/rfc822"
    assert b"Subject: Your badge" in answer.data
    assert get(trainer, f"/desk/messages/{'0' * 32}.eml").status_code == 404


def test_code_mails_are_not_shown_to_the_trainer(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """What proves that somebody is the person is between the site and that person."""
    hand_out(fresh_shop, trainer, second_step="email")
    claims = claims_of(fresh_shop)
    claims.send_second_code(token_of(claims, fresh_shop.slugs[0]))
    send_mail(fresh_shop)
    (file,) = (fresh_shop.home / "outbox").glob("*.eml")
    assert "dana@example.org" not in get(trainer, "/desk/messages").text
    assert get(trainer, f"/desk/messages/{file.name}").status_code == 404


def test_people_to_call_are_listed(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Who was never written to stands on the list after three days."""
    hand_out(fresh_shop, trainer)
    assert "People whom no message reaches stand here after 3 days" in get(trainer, "/desk/to-call").text
    fresh_shop.clock.move(days=3)
    trainer = open_desk(fresh_shop)
    assert "Dana Whitfield" in get(trainer, "/desk/to-call").text


@pytest.mark.parametrize("what", ["delivery", "class-code", "class-code/close", "send-again/abc"])
def test_forms_need_their_token_and_a_sign_in(fresh_shop: Workshop, trainer: FlaskClient, what: str) -> None:
    """Another site cannot press these buttons, and a stranger cannot either (T-56)."""
    path = delivery_page(fresh_shop).replace("delivery", what)
    assert trainer.post(path, data={"way": "email", "second_step": "none"}, base_url=BASE_URL).status_code == 400
    assert fresh_shop.client().post(path, base_url=BASE_URL).status_code in {400, 401}


@pytest.mark.parametrize("what", ["delivery", "class-code", "class-code.svg", "hand-out.pdf"])
def test_pages_of_a_class_are_for_the_desk_only(fresh_shop: Workshop, what: str) -> None:
    """A stranger is asked to sign in; nothing of the class shows."""
    answer = fresh_shop.client().get(delivery_page(fresh_shop).replace("delivery", what), base_url=BASE_URL)
    assert answer.status_code == 303
    assert "/desk/login" in answer.headers["Location"]


def test_pages_are_not_kept(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Pages with people and codes stay in no cache and no search engine, and send no address on."""
    page = hand_out(fresh_shop, trainer)
    headers = get(trainer, page).headers
    assert headers["Cache-Control"] == "no-store"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert "noindex" in headers["X-Robots-Tag"]


def test_worker_types_a_name_in_class_and_has_the_badge(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """From the slide to the phone: code, name, button; the trainer's page then says claimed."""
    page = hand_out(fresh_shop, trainer)
    slide = page.replace("delivery", "class-code")
    post(trainer, slide, page)
    shown = re.search(r'class="slide__code">([A-Z-]{9})<', get(trainer, slide).text)
    assert shown is not None
    worker = fresh_shop.client()
    answer = post(worker, "/claim", "/claim", code=shown[1].lower())
    class_page = answer.headers["Location"]
    answer = post(worker, class_page, class_page, who="luis ORTEGA")
    link = answer.headers["Location"]
    for _ in range(100):
        assert get(fresh_shop.client(), link).status_code == 200
    assert "claimed" not in get(trainer, page).text
    answer = post(worker, link, link)
    assert answer.status_code == 303
    assert get(worker, answer.headers["Location"]).status_code == 200
    assert "claimed" in get(trainer, page).text
    assert get(fresh_shop.client(), link).status_code == 404


def test_people_whose_step_is_a_mailed_code_get_it(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The mail with six digits goes to the address on record, and the digits open the badge."""
    hand_out(fresh_shop, trainer, second_step="email")
    link = f"/claim/{token_of(claims_of(fresh_shop), fresh_shop.slugs[0])}"
    worker = fresh_shop.client()
    post(worker, f"{link}/send-code", link)
    send_mail(fresh_shop)
    (file,) = (fresh_shop.home / "outbox").glob("*.eml")
    text = file.read_text("utf-8")
    assert "To: dana@example.org" in text
    digits = re.search(r"Your code is (\d{6})", text)
    assert digits is not None
    assert post(worker, link, link, answer="000000" if digits[1] != "000000" else "1").status_code == 400
    assert post(worker, link, link, answer=digits[1]).status_code == 303


@pytest.mark.parametrize("language", ["en", "es"])
@pytest.mark.parametrize("change", ["revoke", "suspend"])
def test_badge_out_of_force_is_not_handed_out(
    change: str, language: str, fresh_shop: Workshop, trainer: FlaskClient
) -> None:
    """Its row says so without a code, it counts as nothing that is on its way, and the sheet has no card for it."""
    page, claims, slug = hand_out(fresh_shop, trainer), claims_of(fresh_shop), fresh_shop.slugs[0]
    code = show_code(paper_code_of(claims, slug))
    assert code in get(trainer, page).text
    getattr(fresh_shop.ledger, change)(fresh_shop.badge(0).id, "wrong person", "desk")
    told = trainer.get(page, base_url=BASE_URL, headers={"Accept-Language": language}).text
    words = {"en": {"revoke": "revoked", "suspend": "suspended"}, "es": {"revoke": "revocada", "suspend": "suspendida"}}
    row = told[told.index("Dana Whitfield") :]
    assert f"<td>{words[language][change]}</td>" in row[: row.index("</tr>")]
    assert code not in told
    assert re.search(r"<b>2</b>", told)
    assert not re.search(r"<b>[13]</b>", told)
    sheet = get(trainer, page.replace("/delivery", "/hand-out.pdf")).data
    printed = "".join(leaf.extract_text() for leaf in PdfReader(io.BytesIO(sheet)).pages)
    assert "Luis Ortega" in printed
    assert "Dana Whitfield" not in printed
    assert code not in printed
