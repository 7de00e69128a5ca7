"""Handing out by text message to whoever has no e-mail; contacts that are corrected; mails that came back."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import (
    BadgeEdit,
    Claims,
    DeliveryState,
    DeliveryWay,
    Roster,
    RosterRow,
    RowFate,
    SecondStep,
    change_phone,
    choose_delivery,
    correct_roster,
    deliver_class,
    list_to_call,
    nudge_unclaimed,
    plan_correction,
    plan_roster,
    read_deliveries,
    replace_badge,
    send_again,
    text_unreached,
)
from issuer.delivery_messages import claim_renderers
from pages import MAX_PARTS, count_parts
from storage import (
    MessageChannel,
    OutboxMessage,
    lease_due,
    list_messages,
    note_bounce,
    note_refusal,
    note_sent,
)
from tests.doubles.classes import LINKS, token_of
from tests.doubles.ledgers import issue

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock

ANA, BO = "+15745550100", "+15745550101"
PEOPLE = (
    RosterRow(number=2, name="Ana Pérez", email="ana@example.org", phone=ANA),
    RosterRow(number=3, name="Bo Lindqvist", phone=BO),
    RosterRow(number=4, name="Cy Adams"),
)


def hand_out(
    ledger: Ledger, issuer: IssuerProfile, *people: RosterRow, key: str = "key", step: SecondStep = SecondStep.NONE
) -> tuple[Claims, str, list[str]]:
    job = issue(ledger, issuer, Roster(rows=people or PEOPLE, problems=()), key=key)
    claims = Claims(ledger, LINKS)
    choose_delivery(claims, job.job_id, way=DeliveryWay.EMAIL, second_step=step)
    deliver_class(claims, job.job_id)
    return claims, job.job_id, [badge.slug for badge in ledger.list_issued(job.job_id)]


def outbox(claims: Claims) -> list[OutboxMessage]:
    with claims.ledger.database.read() as connection:
        return list(list_messages(connection, limit=1_000))


def to(claims: Claims, recipient: str) -> list[OutboxMessage]:
    return [message for message in outbox(claims) if message.recipient == recipient]


def send_all(claims: Claims) -> None:
    now = claims.ledger.clock()
    with claims.ledger.database.write() as connection:
        for message in lease_due(connection, now=now, limit=1_000):
            note_sent(connection, message.id, now=now)


def bounce(claims: Claims, recipient: str) -> None:
    (message,) = to(claims, recipient)
    with claims.ledger.database.write() as connection:
        note_refusal(connection, message.id, "message.refused")


def correct(claims: Claims, slug: str, edit: BadgeEdit) -> str:
    planned = plan_correction(claims.ledger, slug, edit)
    return replace_badge(claims.ledger, planned.replacement, by="desk", links=LINKS)


def text_of(claims: Claims, message: OutboxMessage) -> str:
    written = claim_renderers(claims)[message.template](message)
    assert written is not None
    return written.short


def test_each_is_reached_by_what_they_have(ledger: Ledger, issuer: IssuerProfile) -> None:
    """E-mail first, else a text, else paper."""
    claims, _, slugs = hand_out(ledger, issuer)
    assert {(message.channel, message.recipient) for message in outbox(claims)} == {
        (MessageChannel.EMAIL, "ana@example.org"),
        (MessageChannel.TEXT, BO),
    }
    assert [read_deliveries(claims, [slug])[slug].contact for slug in slugs] == ["ana@example.org", BO, ""]


def test_number_is_not_in_the_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Neither the signed bytes nor the token hold any of its digits."""
    hand_out(ledger, issuer)
    for badge in ledger.list_issued():
        for digits in (b"5745550100", b"5745550101"):
            assert digits not in badge.json_bytes
            assert digits not in badge.jwt.encode()


def test_text_has_the_link_in_two_parts(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A plain sentence in two languages, the link whole, and never more than two parts."""
    claims, _, slugs = hand_out(ledger, issuer, RosterRow(number=2, name="María " * 30, phone=BO))
    (message,) = outbox(claims)
    text = text_of(claims, message)
    assert text.endswith(f"{ledger.base_url}/claim/{token_of(claims, slugs[0])}")
    assert "Your badge is ready / Su insignia esta lista" in text
    assert count_parts(text) <= MAX_PARTS


def test_second_code_goes_by_text(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Who has only a telephone gets the six digits there; the page shows two digits of the number."""
    claims, _, slugs = hand_out(ledger, issuer, PEOPLE[1], step=SecondStep.EMAIL_CODE)
    token = token_of(claims, slugs[0])
    offer = claims.find_claim(token)
    assert offer is not None
    assert (offer.second_step, offer.hint) == (SecondStep.EMAIL_CODE, "…01")
    claims.send_second_code(token)
    (code,) = [message for message in outbox(claims) if message.template == "claim-code"]
    assert (code.channel, code.recipient) == (MessageChannel.TEXT, BO)
    digits = text_of(claims, code).partition(":")[0]
    assert claims.consume_claim(token, holder_ref="h", answer=digits).slug == slugs[0]


def test_proved_number_finds_the_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """What was issued to a number is found by it, and by no other."""
    claims, _, slugs = hand_out(ledger, issuer)
    assert claims.badges_for_identifier("phone", BO) == (slugs[1],)
    assert claims.badges_for_identifier("phone", "+15745550199") == ()
    assert claims.badges_for_identifier("email", BO) == ()
    claims.claim_found(slugs[1], kind="phone", value=BO, holder_ref="h")
    assert read_deliveries(claims, slugs)[slugs[1]].state is DeliveryState.CLAIMED


def test_reminder_goes_the_same_way(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """After three days the person with a telephone is texted again, with the same link."""
    claims, _, slugs = hand_out(ledger, issuer)
    send_all(claims)
    clock.advance(timedelta(days=3))
    assert nudge_unclaimed(claims) == 2
    first, nudge = sorted(to(claims, BO), key=lambda message: message.template)
    assert (first.template, nudge.template, nudge.channel) == ("claim", "claim-nudge", MessageChannel.TEXT)
    assert text_of(claims, nudge).endswith(token_of(claims, slugs[1]))


def test_text_follows_a_mail_that_came_back(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Once, with the same link; whoever has no number is not texted."""
    claims, _, slugs = hand_out(ledger, issuer)
    send_all(claims)
    (mail,) = to(claims, "ana@example.org")
    with ledger.database.write() as connection:
        assert note_bounce(connection, mail.id, "message.bounced", recipient="ANA@example.org", before=ledger.clock())
    assert read_deliveries(claims, slugs)[slugs[0]].state is DeliveryState.BOUNCED
    assert [text_unreached(claims), text_unreached(claims)] == [1, 0]
    (text,) = to(claims, ANA)
    assert text_of(claims, text).endswith(token_of(claims, slugs[0]))
    assert read_deliveries(claims, slugs)[slugs[0]].state is DeliveryState.QUEUED


def test_who_is_reached_by_text_is_not_called_at_first(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """After three days only the person with neither address nor number is on the list; after thirty everybody is."""
    claims, _, _ = hand_out(ledger, issuer)
    send_all(claims)
    clock.advance(timedelta(days=3))
    assert [person.name for person in list_to_call(claims)] == ["Cy Adams"]
    clock.advance(timedelta(days=27))
    assert {person.name: person.phone for person in list_to_call(claims)} == {
        "Ana Pérez": ANA,
        "Bo Lindqvist": BO,
        "Cy Adams": "",
    }


def test_corrected_address_gets_the_link_at_once(ledger: Ledger, issuer: IssuerProfile) -> None:
    """One message to the right address with a new link; the link at the wrong address ends; nothing a second time."""
    claims, job_id, slugs = hand_out(ledger, issuer)
    send_all(claims)
    old = token_of(claims, slugs[0])
    newer = correct(claims, slugs[0], BadgeEdit(email="ana.perez@example.org"))
    (message,) = to(claims, "ana.perez@example.org")
    written = claim_renderers(claims)["claim"](message)
    assert written is not None
    assert written.link.endswith(token_of(claims, newer))
    assert claims.find_claim(old) is None
    deliver_class(claims, job_id)
    assert len(outbox(claims)) == 3


def test_corrected_number_needs_no_new_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The badge stays, the right number is texted once, and what went to the wrong one opens nothing."""
    claims, job_id, slugs = hand_out(ledger, issuer)
    send_all(claims)
    old = token_of(claims, slugs[1])
    planned = plan_correction(ledger, slugs[1], BadgeEdit(phone="574 555 0177"))
    assert planned.is_only_phone
    change_phone(claims, slugs[1], planned.replacement.row.phone)
    change_phone(claims, slugs[1], planned.replacement.row.phone)
    deliver_class(claims, job_id)
    (message,) = to(claims, "+15745550177")
    assert text_of(claims, message).endswith(token_of(claims, slugs[1]))
    assert claims.find_claim(old) is None
    assert [badge.slug for badge in ledger.list_issued(job_id)] == slugs


def test_wrong_name_moves_the_number_along(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A badge that is corrected keeps its number, its link and the message that is out."""
    claims, _, slugs = hand_out(ledger, issuer)
    send_all(claims)
    token = token_of(claims, slugs[1])
    newer = correct(claims, slugs[1], BadgeEdit(name="Bo Lindquist"))
    assert token_of(claims, newer) == token
    assert claims.badges_for_identifier("phone", BO)[0] == newer
    assert len(to(claims, BO)) == 1


def test_paper_keeps_its_code_when_an_address_comes_later(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A link that was only printed is in the right hands: it goes on, and the new address gets the same one."""
    claims, _, slugs = hand_out(ledger, issuer)
    token = token_of(claims, slugs[2])
    newer = correct(claims, slugs[2], BadgeEdit(email="cy@example.org"))
    assert token_of(claims, newer) == token
    assert len(to(claims, "cy@example.org")) == 1


def test_number_comes_with_a_later_list(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The list again, with another number for somebody who is known by an address: no new badge, only the number."""
    _, _, slugs = hand_out(ledger, issuer)
    again = RosterRow(number=2, name="Ana Pérez", email="ana@example.org", phone="+15745550102")
    claims, _, members = hand_out(ledger, issuer, again, key="again")
    assert members == [slugs[0]]
    assert claims.badges_for_identifier("phone", "+15745550102") == (slugs[0],)
    assert claims.badges_for_identifier("phone", ANA) == ()


@pytest.mark.parametrize("name", ["Cy Adams", "Bo Lindqvist"])
def test_bare_name_with_another_number_may_be_somebody_else(ledger: Ledger, issuer: IssuerProfile, name: str) -> None:
    """Nobody is sent the badge of a namesake: the row differs, and the trainer says whether it is the same person."""
    claims, _, slugs = hand_out(ledger, issuer)
    roster = Roster(rows=(RosterRow(number=2, name=name, phone="+15745550199"),), problems=())
    course = ledger.find_achievement("forklift") or ledger.achievements()[0]
    (outcome,) = plan_roster(ledger, roster, course, issuer_slug=issuer.slug)
    assert outcome.fate is RowFate.DIFFERS
    again, _, _ = hand_out(ledger, issuer, *roster.rows, key="again")
    assert to(again, "+15745550199") == []
    (after,) = correct_roster(ledger, roster, course, issuer_slug=issuer.slug, by="desk", links=LINKS)
    assert (after.fate, after.slug) == (RowFate.ALREADY_ISSUED, outcome.slug)
    (text,) = to(claims, "+15745550199")
    assert text.channel is MessageChannel.TEXT
    assert outcome.slug in slugs


def test_stray_text_is_not_written(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A text that still waits for a number that was corrected says nothing to it."""
    claims, _, slugs = hand_out(ledger, issuer)
    (waiting,) = to(claims, BO)
    change_phone(claims, slugs[1], "+15745550177")
    assert claim_renderers(claims)["claim"](waiting) is None


@pytest.mark.parametrize("had_mail", [True, False])
def test_sent_again_by_what_reaches_them(ledger: Ledger, issuer: IssuerProfile, *, had_mail: bool) -> None:
    """Sent again after a bounce the link goes by text; a text goes again as a text."""
    claims, _, slugs = hand_out(ledger, issuer)
    send_all(claims)
    slug, number = (slugs[0], ANA) if had_mail else (slugs[1], BO)
    if had_mail:
        bounce(claims, "ana@example.org")
    assert send_again(claims, slug)
    (text,) = to(claims, number)
    assert read_deliveries(claims, [slug])[slug].state is DeliveryState.QUEUED
    assert text_of(claims, text).endswith(token_of(claims, slug))
