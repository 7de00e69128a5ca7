"""Phone numbers at the desk: from the column of a sheet to a text, a correction, a bounce and the list to call."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from issuer import Claims
from skillmark.mail_bounces import note_bounces
from skillmark.settings import load_link_secret
from storage import MessageChannel, OutboxMessage, list_messages
from tests.doubles.bounced_mails import write_bounce
from tests.doubles.classes import token_of
from tests.web.desk_visits import get, issue, post, upload, wait_for_job
from tests.web.workshop import BASE_URL, open_desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

SHEET = """\
Nombre,Correo,Celular,Fecha,Practical test,Written test
Ana Ruiz,ana@example.org,(574) 555-0100,2026-05-13,Works alone,90
Bo Lund,,574-555-010,2026-05-13,Works alone,80
"""
ANA, BO = "+15745550100", "+15745550101"


@pytest.fixture
def page(fresh_shop: Workshop, trainer: FlaskClient) -> str:
    """The page of handing out, after the class was issued and its messages were sent."""
    draft = upload(trainer, SHEET).location
    fix = {"fix:3:Celular": "574 555 0101", "was:3:Celular": "574-555-010"}
    assert post(trainer, f"{draft}/fix", draft, **fix).status_code == 303
    job = issue(trainer, draft).location
    wait_for_job(fresh_shop, job)
    path = f"{job}/delivery"
    post(trainer, path, path, way="email", second_step="none")
    run(fresh_shop)
    return path


def run(shop: Workshop) -> None:
    """Do what a site does within the hour."""
    mailing = shop.app.extensions["skillmark.mailing"]
    mailing.run()
    mailing.remind()
    mailing.run()


def messages_to(shop: Workshop, recipient: str) -> list[OutboxMessage]:
    with shop.database.read() as connection:
        return [message for message in list_messages(connection, limit=100) if message.recipient == recipient]


def slug_of(shop: Workshop, name: str) -> str:
    (badge,) = [badge for badge in shop.ledger.search_issued(name, limit=5) if not badge.revoked]
    return badge.slug


def test_bad_number_is_explained_and_mended_in_the_page(trainer: FlaskClient) -> None:
    """The cell says what is wrong and has a field; the others show the number as it was read."""
    page = get(trainer, upload(trainer, SHEET).location).text
    assert "This is not a complete phone number." in page
    assert 'name="fix:3:Celular" value="574-555-010"' in page
    assert "+1 574 555 0100" in page
    assert "phone number" in page  # what the column was read as


def test_who_has_no_mail_gets_a_text(fresh_shop: Workshop, trainer: FlaskClient, page: str) -> None:
    """One mail, one text; without a gateway the text is a file at the desk, and nobody says that it was sent."""
    (text,) = messages_to(fresh_shop, BO)
    assert text.channel is MessageChannel.TEXT
    assert BO in get(trainer, page).text
    assert "ready as a file: nobody has sent it yet" in get(trainer, page).text
    file = trainer.get(f"/desk/messages/{text.id}.eml", base_url=BASE_URL)
    assert file.mimetype == "text/plain"
    assert file.text.startswith(f"{BO}\n\nYour badge is ready / Su insignia esta lista: CMM Operator")
    assert "message-" in file.headers["Content-Disposition"]
    assert ".txt" in file.headers["Content-Disposition"]


def test_number_is_on_no_public_page(fresh_shop: Workshop, page: str) -> None:
    """Whoever opens the badge or its files sees nothing of the number."""
    assert page
    slug = slug_of(fresh_shop, "Bo Lund")
    for path in (f"/b/{slug}", f"/b/{slug}.json", f"/b/{slug}.jwt"):
        answer = fresh_shop.client().get(path, base_url=BASE_URL)
        assert answer.status_code == 200
        assert "5745550101" not in answer.text.replace(" ", "")


def test_wrong_number_is_corrected_without_a_new_badge(fresh_shop: Workshop, trainer: FlaskClient, page: str) -> None:
    """The right number is texted once and at once, the link at the wrong one ends, the badge stays."""
    slug = slug_of(fresh_shop, "Bo Lund")
    claims = Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home))
    old, count = token_of(claims, slug), fresh_shop.ledger.count_issued()
    form = f"/desk/badges/{slug}/correct"
    typed = {"name": "Bo Lund", "phone": "574 555 0177"}
    question = post(trainer, form, form, **typed)
    assert "+15745550177" in question.text
    assert messages_to(fresh_shop, "+15745550177") == []
    answer = post(trainer, form, form, confirmed="yes", **typed)
    assert answer.location.endswith(f"/desk/badges/{slug}")
    run(fresh_shop)
    assert len(messages_to(fresh_shop, "+15745550177")) == 1
    assert fresh_shop.client().get(f"/claim/{old}", base_url=BASE_URL).status_code == 404
    assert fresh_shop.ledger.count_issued() == count
    assert "+15745550177" in get(trainer, page).text


def test_mail_that_came_back_is_told_and_followed_by_a_text(
    fresh_shop: Workshop, trainer: FlaskClient, page: str
) -> None:
    """The page says came back and what to do; within the hour the same link goes to the phone."""
    (mail,) = messages_to(fresh_shop, "ana@example.org")
    report = write_bounce(mail.id, "ana@example.org", fresh_shop.clock())
    assert note_bounces(fresh_shop.database, [report], clock=fresh_shop.clock)["noted"] == 1
    told = get(trainer, page).text
    assert "came back" in told
    assert "The mail came back." in told
    run(fresh_shop)
    (text,) = messages_to(fresh_shop, ANA)
    slug = slug_of(fresh_shop, "Ana Ruiz")
    token = token_of(Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home)), slug)
    assert token in (fresh_shop.home / "outbox" / f"{text.id}.txt").read_text("utf-8")


def test_list_to_call_has_the_number_to_press(fresh_shop: Workshop, page: str) -> None:
    """Who did not answer for thirty days can be called from the page."""
    assert page
    fresh_shop.clock.move(days=31)
    listed = get(open_desk(fresh_shop), "/desk/to-call").text
    assert re.search(rf'<a class="tap" href="tel:{re.escape(BO)}">\+1 574 555 0101</a>', listed)
