"""Handing out: everybody once, by what they have; reminders; and the list for the telephone."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from pypdf import PdfReader
from python_calamine import CalamineWorkbook

from issuer import (
    Claims,
    DeliveryState,
    DeliveryWay,
    HandOutPeople,
    RosterRow,
    SecondStep,
    choose_delivery,
    deliver_class,
    deliver_waiting,
    job_progress,
    list_hand_out,
    list_to_call,
    nudge_unclaimed,
    open_class_code,
    read_deliveries,
    send_again,
)
from issuer.claim_store import end_link
from issuer.claims import CLAIM_LIFE
from issuer.class_codes_sheet import render_job_pdf
from issuer.delivery_messages import claim_renderers
from issuer.job_sheet import render_job_sheet
from issuer.replacing import Replacement, replace_badge
from issuer.successors import SuccessorKind
from pages import render_mail_html, render_mail_plain
from schemas import LedgerError
from storage import OutboxMessage, lease_due, list_messages, note_refusal, note_sent
from tests.doubles.classes import LINKS, make_class, token_of
from tests.doubles.ledgers import make_roster, start

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock


def messages_of(claims: Claims, *templates: str) -> tuple[OutboxMessage, ...]:
    with claims.ledger.database.read() as connection:
        return list_messages(connection, templates=templates, limit=1_000)


def send_all(claims: Claims) -> None:
    """Note everything that waits as sent, as a mail server would have it."""
    now = claims.ledger.clock()
    with claims.ledger.database.write() as connection:
        for message in lease_due(connection, now=now, limit=1_000):
            note_sent(connection, message.id, now=now)


def state_of(claims: Claims, slug: str) -> DeliveryState:
    return read_deliveries(claims, [slug])[slug].state


def test_everyone_with_an_address_gets_one_mail(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Two of three have an address; the third waits for paper."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    assert sorted(message.recipient for message in messages_of(claims)) == ["ana@example.org", "bo@example.org"]
    assert [state_of(claims, slug) for slug in slugs] == [
        DeliveryState.QUEUED,
        DeliveryState.QUEUED,
        DeliveryState.WAITING,
    ]


def test_paper_sends_nothing(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever chose to print only sends no mail."""
    claims, _, _ = make_class(ledger, issuer, way=DeliveryWay.PAPER)
    assert messages_of(claims) == ()


def test_nothing_is_handed_out_unasked(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Without a choice there is no claim and no class code."""
    job = start(ledger, issuer, make_roster(1))
    for step in (deliver_class, open_class_code):
        with pytest.raises(LedgerError) as caught:
            step(Claims(ledger, LINKS), job.job_id)
        assert caught.value.code == "claim.class_not_ready"


def test_handing_out_twice_sends_once(ledger: Ledger, issuer: IssuerProfile) -> None:
    """After a kill the next turn does what is left, and nothing again; the links stay."""
    claims, job_id, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    before = [token_of(claims, slug) for slug in slugs]
    deliver_class(claims, job_id)
    assert len(messages_of(claims)) == 2
    assert [token_of(claims, slug) for slug in slugs] == before


def test_choice_before_issuing_waits_for_the_badges(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A class that was chosen for while it was issued is handed out when it is done, and only once."""
    claims, job_id, _ = make_class(ledger, issuer)
    choose_delivery(claims, job_id, way=DeliveryWay.EMAIL, second_step=SecondStep.NONE)
    unfinished = start(ledger, issuer, make_roster(2), key="other")
    choose_delivery(claims, unfinished.job_id, way=DeliveryWay.EMAIL, second_step=SecondStep.NONE)
    assert (deliver_waiting(claims), deliver_waiting(claims)) == (1, 0)
    assert len(messages_of(claims)) == 2


def test_class_word_is_needed(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A word that nobody can say is refused; a word that was chosen stays when the form is saved again."""
    claims, job_id, slugs = make_class(ledger, issuer)
    with pytest.raises(LedgerError) as caught:
        choose_delivery(claims, job_id, way=DeliveryWay.PAPER, second_step=SecondStep.CLASS_WORD, word="¡!")
    assert caught.value.code == "claim.word_missing"
    for word in ("hammer", ""):
        choose_delivery(claims, job_id, way=DeliveryWay.PAPER, second_step=SecondStep.CLASS_WORD, word=word)
    assert claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h", answer="hammer").slug == slugs[0]


def test_states_follow_the_person(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Queued, sent, opened, claimed: each is told, and the code on paper goes with the claim."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    assert state_of(claims, slugs[0]) is DeliveryState.SENT
    claims.note_opened(token_of(claims, slugs[0]))
    assert state_of(claims, slugs[0]) is DeliveryState.OPENED
    assert read_deliveries(claims, slugs)[slugs[0]].code
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h")
    assert state_of(claims, slugs[0]) is DeliveryState.CLAIMED
    assert read_deliveries(claims, slugs)[slugs[0]].code == ""


def test_bounce_is_told_with_its_reason(ledger: Ledger, issuer: IssuerProfile) -> None:
    """An address that the server refuses stands there as come back."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    (ana,) = [message for message in messages_of(claims) if message.recipient == "ana@example.org"]
    with ledger.database.write() as connection:
        note_refusal(connection, ana.id, "message.refused")
    delivery = read_deliveries(claims, slugs)[slugs[0]]
    assert (delivery.state, delivery.failure) == (DeliveryState.BOUNCED, "message.refused")


def test_sent_again_is_the_same_link(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A link that was over holds again after it was sent again; nobody gets another one."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    token = token_of(claims, slugs[0])
    clock.advance(CLAIM_LIFE)
    assert claims.find_claim(token) is None
    assert send_again(claims, slugs[0])
    assert claims.find_claim(token) is not None
    assert token_of(claims, slugs[0]) == token
    assert state_of(claims, slugs[0]) is DeliveryState.QUEUED
    assert len(messages_of(claims)) == 2


def test_paper_class_can_send_one_mail(ledger: Ledger, issuer: IssuerProfile) -> None:
    """One person of a class on paper can be written to; one without address cannot."""
    claims, _, slugs = make_class(ledger, issuer)
    assert [send_again(claims, slug) for slug in slugs] == [True, True, False]
    assert len(messages_of(claims)) == 2


def test_claimed_badge_is_not_sent_again(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever has the badge gets no more mail about it."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h")
    assert not send_again(claims, slugs[0])


def test_mail_speaks_two_languages_and_has_one_link(ledger: Ledger, issuer: IssuerProfile) -> None:
    """English and Spanish, plain and HTML, the same link, no picture, nothing fetched."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    (ana,) = [message for message in messages_of(claims) if message.recipient == "ana@example.org"]
    text = claim_renderers(claims)["claim"](ana)
    assert text is not None
    assert [part.language for part in text.parts] == ["en", "es"]
    link = f"{ledger.base_url}/claim/{token_of(claims, slugs[0])}"
    assert render_mail_plain(text).count(link) == 2
    html = render_mail_html(text)
    assert html.count(f'href="{link}"') == 2
    assert "<img" not in html
    assert "src=" not in html
    assert "url(" not in html


def test_mail_to_a_claimed_revoked_or_corrected_badge_is_not_written(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Between promise and sending a badge may be claimed, taken back, or its link ended."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    by_person = {message.recipient: message for message in messages_of(claims)}
    render = claim_renderers(claims)["claim"]
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h")
    assert render(by_person["ana@example.org"]) is None
    badge = ledger.find_published(slugs[1])
    assert badge is not None
    ledger.revoke(badge.id, "wrong person", "desk")
    assert render(by_person["bo@example.org"]) is None


def test_nudges_come_after_3_10_and_30_days(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """Once each, counted from the day the mail went out."""
    claims, _, _ = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    sent_on = []
    for day in range(1, 60):
        clock.advance(timedelta(days=1))
        if nudge_unclaimed(claims):
            sent_on.append(day)
        assert nudge_unclaimed(claims) == 0
    assert sent_on == [3, 10, 30]
    assert len(messages_of(claims, "claim-nudge")) == 6


def test_nudges_that_were_missed_come_as_one(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A site that stood still for twelve days reminds each person once."""
    claims, _, _ = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    clock.advance(timedelta(days=12))
    assert (nudge_unclaimed(claims), nudge_unclaimed(claims)) == (2, 0)


def test_claimed_revoked_and_paper_badges_get_no_nudge(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """Reminders go to those who were written to and still have a badge to claim."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h")
    badge = ledger.find_published(slugs[1])
    assert badge is not None
    ledger.revoke(badge.id, "wrong person", "desk")
    clock.advance(timedelta(days=3))
    assert nudge_unclaimed(claims) == 0


def test_people_to_call(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """After 3 days those whom no mail reaches, after 30 those whom it did not move; nobody who has the badge."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h")
    assert list_to_call(claims) == ()
    clock.advance(timedelta(days=3))
    assert [person.name for person in list_to_call(claims)] == ["Cy Adams"]
    clock.advance(timedelta(days=27))
    assert [person.name for person in list_to_call(claims)] == ["Bo Lindqvist", "Cy Adams"]


def test_ended_link_is_nudged_no_more(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """After a wrong address was found, nothing goes out until somebody sends to the right one."""
    claims, _, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    with ledger.database.write() as connection:
        end_link(connection, LINKS, slugs[0])
    clock.advance(timedelta(days=3))
    assert nudge_unclaimed(claims) == 1


def test_corrected_badge_is_followed(ledger: Ledger, issuer: IssuerProfile) -> None:
    """After a wrong address was corrected, the old link is dead, and the right person can be written to."""
    claims, job_id, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    send_all(claims)
    old = token_of(claims, slugs[0])
    right = Replacement(
        slug=slugs[0],
        row=RosterRow(number=2, name="Ana Pérez", email="ana.perez@example.org"),
        awarded_on=None,
        course=None,
        kind=SuccessorKind.CORRECTED,
    )
    newer = replace_badge(ledger, right, by="desk", links=LINKS)
    assert claims.find_claim(old) is None
    assert read_deliveries(claims, slugs)[slugs[0]].slug == newer
    deliver_class(claims, job_id)
    (message,) = [message for message in messages_of(claims) if message.recipient == "ana.perez@example.org"]
    text = claim_renderers(claims)["claim"](message)
    assert text is not None
    assert text.link == f"{ledger.base_url}/claim/{token_of(claims, newer)}"
    details = CalamineWorkbook.from_filelike(io.BytesIO(render_job_sheet(ledger, job_id))).get_sheet_by_index(0)
    assert [row[11] for row in details.to_python()] == [
        "Delivery",
        "on its way",
        "sent or in a file",
        "not sent, on paper only",
    ]


@pytest.mark.parametrize(("change", "state"), [("revoke", DeliveryState.REVOKED), ("suspend", DeliveryState.SUSPENDED)])
def test_badge_out_of_force_is_handed_to_nobody(
    change: str, state: DeliveryState, ledger: Ledger, issuer: IssuerProfile, clock: SetClock
) -> None:
    """No card, no code, no mail, no reminder and no call for a badge that was taken back or is paused."""
    claims, job_id, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    badges = [ledger.find_published(slug) for slug in slugs]
    assert badges[1] is not None
    assert badges[2] is not None
    for badge in (badges[1], badges[2]):
        getattr(ledger, change)(badge.id, "wrong person", "desk")
    told = read_deliveries(claims, slugs)
    assert [told[slug].state for slug in slugs] == [DeliveryState.QUEUED, state, state]
    assert [bool(told[slug].code) for slug in slugs] == [True, False, False]
    assert [card.name for card in list_hand_out(claims, job_id, people=HandOutPeople.ALL)] == ["Ana Pérez"]
    to_show = PdfReader(io.BytesIO(render_job_pdf(ledger, job_progress(ledger, job_id)))).pages[0].extract_text()
    assert "Ana Pérez" in to_show
    assert "Bo Lindqvist" not in to_show
    assert not send_again(claims, slugs[1])
    mails = {message.recipient: message for message in messages_of(claims)}
    render = claim_renderers(claims)["claim"]
    assert render(mails["ana@example.org"]) is not None
    assert render(mails["bo@example.org"]) is None
    send_all(claims)
    clock.advance(timedelta(days=31))
    assert nudge_unclaimed(claims) == 1
    assert [person.name for person in list_to_call(claims)] == ["Ana Pérez"]


def test_badge_that_is_paused_before_the_mails_go_out_gets_none(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Handing out once more in the meantime puts nothing into the outbox for it; when it is in force again, it can."""
    claims, job_id, slugs = make_class(ledger, issuer)
    badge = ledger.find_published(slugs[0])
    assert badge is not None
    ledger.suspend(badge.id, "test is repeated", "desk")
    choose_delivery(claims, job_id, way=DeliveryWay.EMAIL, second_step=SecondStep.NONE)
    deliver_class(claims, job_id)
    assert [message.recipient for message in messages_of(claims)] == ["bo@example.org"]
    ledger.reinstate(badge.id, "test was passed", "desk")
    assert send_again(claims, slugs[0])
    assert {message.recipient for message in messages_of(claims)} == {"ana@example.org", "bo@example.org"}
