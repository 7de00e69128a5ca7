"""Claims: each badge once, to the person who has the link, the code, the name in class or the proven address."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from issuer import ClaimedBadge, DeliveryWay, SecondStep, close_class_code, open_class_code
from issuer.claim_store import end_link, find_by_slugs, move_claim
from issuer.claims import CLAIM_LIFE, SECOND_CODE_LIFE, TRY_WINDOW, hide_address
from issuer.delivery import CLASS_CODE_LIFE
from keys import show_code
from schemas import LedgerError
from storage import find_message, list_messages
from tests.doubles.classes import make_class, paper_code_of, token_of

if TYPE_CHECKING:
    from issuer import Claims, IssuerProfile, Ledger
    from storage import OutboxMessage
    from tests.doubles.ledgers import SetClock


def messages_of(claims: Claims) -> tuple[OutboxMessage, ...]:
    with claims.ledger.database.read() as connection:
        return list_messages(connection, limit=100)


def digits_of(claims: Claims, slug: str) -> str:
    with claims.ledger.database.read() as connection:
        return claims.second_code(find_by_slugs(connection, [slug])[slug])


def refusal(claims: Claims, token: str, *, holder: str = "holder", answer: str = "") -> str:
    with pytest.raises(LedgerError) as caught:
        claims.consume_claim(token, holder_ref=holder, answer=answer)
    return caught.value.code


def test_link_leads_to_its_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A link names its badge, and of the address only what its owner recognizes."""
    claims, _, slugs = make_class(ledger, issuer)
    found = claims.find_claim(token_of(claims, slugs[0]))
    assert found is not None
    assert (found.slug, found.second_step, found.hint) == (slugs[0], SecondStep.NONE, "a…@example.org")


def test_badge_is_given_once(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The second holder gets the answer that a made-up link gets."""
    claims, _, slugs = make_class(ledger, issuer)
    token = token_of(claims, slugs[0])
    assert claims.consume_claim(token, holder_ref="first") == ClaimedBadge(slug=slugs[0])
    assert refusal(claims, token, holder="second") == refusal(claims, "x" * 43) == "claim.unknown"


def test_double_press_is_one_claim(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The same holder who asks twice is not sent away."""
    claims, _, slugs = make_class(ledger, issuer)
    token = token_of(claims, slugs[0])
    assert claims.consume_claim(token, holder_ref="h") == claims.consume_claim(token, holder_ref="h")


def test_link_ends(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A link that is over is as one that never was."""
    claims, _, slugs = make_class(ledger, issuer)
    token = token_of(claims, slugs[0])
    clock.advance(CLAIM_LIFE)
    assert claims.find_claim(token) is None
    assert refusal(claims, token) == "claim.unknown"


def test_badge_taken_back_cannot_be_claimed(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A badge that was revoked before anybody claimed it is no longer handed out."""
    claims, _, slugs = make_class(ledger, issuer)
    badge = ledger.find_published(slugs[0])
    assert badge is not None
    ledger.revoke(badge.id, "wrong person", "desk")
    assert claims.find_claim(token_of(claims, slugs[0])) is None
    assert refusal(claims, token_of(claims, slugs[0])) == "claim.revoked"


def test_paused_badge_can_be_claimed_when_it_is_in_force_again(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The same link that says that the badge is paused gives it after it was reinstated."""
    claims, _, slugs = make_class(ledger, issuer)
    badge, token = ledger.find_published(slugs[0]), token_of(claims, slugs[0])
    assert badge is not None
    ledger.suspend(badge.id, "test is repeated", "desk")
    assert refusal(claims, token) == "claim.suspended"
    ledger.reinstate(badge.id, "test was passed", "desk")
    assert claims.consume_claim(token, holder_ref="h").slug == slugs[0]


def test_code_of_a_badge_taken_back_leads_to_its_link(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The code on paper is a true one: the page of its link says what happened."""
    claims, _, slugs = make_class(ledger, issuer)
    badge = ledger.find_published(slugs[0])
    assert badge is not None
    ledger.revoke(badge.id, "wrong person", "desk")
    token = claims.find_by_code(paper_code_of(claims, slugs[0]))
    assert token == token_of(claims, slugs[0])
    assert claims.explain_refusal(token) == "claim.revoked"


def test_only_a_link_that_waits_tells_that_its_badge_was_taken_back(
    ledger: Ledger, issuer: IssuerProfile, clock: SetClock
) -> None:
    """A made-up link, a spent one and one that is over say the same whatever became of the badge."""
    claims, _, slugs = make_class(ledger, issuer)
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="h")
    for slug in slugs:
        badge = ledger.find_published(slug)
        assert badge is not None
        ledger.revoke(badge.id, "wrong class", "desk")
    assert claims.explain_refusal("A" * 43) == "claim.unknown"
    assert claims.explain_refusal(token_of(claims, slugs[0])) == "claim.unknown"
    assert claims.explain_refusal(token_of(claims, slugs[1])) == "claim.revoked"
    clock.advance(CLAIM_LIFE)
    assert claims.explain_refusal(token_of(claims, slugs[1])) == "claim.unknown"


def test_name_in_class_does_not_tell_that_a_badge_was_taken_back(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever knows only a name learns nothing about the badge of that person."""
    claims, job_id, slugs = make_class(ledger, issuer)
    code, badge = open_class_code(claims, job_id), ledger.find_published(slugs[0])
    assert badge is not None
    assert claims.find_in_class(code, "Ana Pérez") == token_of(claims, slugs[0])
    ledger.revoke(badge.id, "wrong person", "desk")
    assert claims.find_in_class(code, "Ana Pérez") is None


def test_code_on_paper_is_typed_freely(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Small letters, hyphens and spaces of a typed code do not matter."""
    claims, _, slugs = make_class(ledger, issuer)
    typed = show_code(paper_code_of(claims, slugs[2])).lower().replace("-", " ")
    assert claims.find_by_code(typed) == token_of(claims, slugs[2])


def test_code_of_a_claimed_badge_finds_nothing(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The code on paper is spent with its link."""
    claims, _, slugs = make_class(ledger, issuer)
    claims.consume_claim(token_of(claims, slugs[2]), holder_ref="h")
    assert claims.find_by_code(paper_code_of(claims, slugs[2])) is None


def test_second_code_is_sent_and_opens(ledger: Ledger, issuer: IssuerProfile) -> None:
    """With a second step by mail the link alone is not enough, and the six digits are."""
    claims, _, slugs = make_class(ledger, issuer, second_step=SecondStep.EMAIL_CODE)
    token = token_of(claims, slugs[0])
    assert refusal(claims, token) == "claim.second_step_wrong"
    claims.send_second_code(token)
    (message,) = messages_of(claims)
    assert (message.recipient, message.template) == ("ana@example.org", "claim-code")
    digits = digits_of(claims, slugs[0])
    assert digits not in str(message.facts)
    assert claims.consume_claim(token, holder_ref="h", answer=f" {digits} ").slug == slugs[0]


def test_second_code_is_sent_once_while_it_holds(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """Pressing again sends nothing; after its time a new code goes out and the old one is dead."""
    claims, _, slugs = make_class(ledger, issuer, second_step=SecondStep.EMAIL_CODE)
    token = token_of(claims, slugs[0])
    claims.send_second_code(token)
    claims.send_second_code(token)
    assert len(messages_of(claims)) == 1
    old = digits_of(claims, slugs[0])
    clock.advance(SECOND_CODE_LIFE)
    assert refusal(claims, token, answer=old) == "claim.second_step_wrong"
    claims.send_second_code(token)
    assert len(messages_of(claims)) == 2
    assert refusal(claims, token, answer=old) == "claim.second_step_wrong"
    assert claims.consume_claim(token, holder_ref="h", answer=digits_of(claims, slugs[0])).slug == slugs[0]


def test_paper_is_enough_without_an_address(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever has no address cannot be asked for a code by mail: the paper in their hand counts."""
    claims, _, slugs = make_class(ledger, issuer, second_step=SecondStep.EMAIL_CODE)
    assert claims.consume_claim(token_of(claims, slugs[2]), holder_ref="h").slug == slugs[2]


def test_class_word_is_heard_not_spelled(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Case, accents and blanks of a class word do not matter; another word does."""
    claims, _, slugs = make_class(ledger, issuer, second_step=SecondStep.CLASS_WORD, word="Camión Azul")
    token = token_of(claims, slugs[0])
    assert refusal(claims, token, answer="camion rojo") == "claim.second_step_wrong"
    assert claims.consume_claim(token, holder_ref="h", answer=" camion  azul").slug == slugs[0]


def test_class_word_is_not_kept(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Neither word nor links nor codes stand in the file of the database."""
    claims, job_id, slugs = make_class(
        ledger, issuer, way=DeliveryWay.EMAIL, second_step=SecondStep.CLASS_WORD, word="xylophone"
    )
    code = open_class_code(claims, job_id)
    ledger.database.close()
    held = b"".join(path.read_bytes() for path in ledger.database.path.parent.glob("ledger.sqlite3*") if path.is_file())
    for secret in ("xylophone", token_of(claims, slugs[0]), paper_code_of(claims, slugs[0]), code):
        assert secret.encode() not in held


def test_five_wrong_answers_close_a_badge_for_an_hour(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """The sixth try is refused even when it is right; the next hour begins anew."""
    claims, _, slugs = make_class(ledger, issuer, second_step=SecondStep.CLASS_WORD, word="hammer")
    token = token_of(claims, slugs[0])
    assert [refusal(claims, token, answer="nail") for _ in range(5)] == ["claim.second_step_wrong"] * 5
    assert refusal(claims, token, answer="hammer") == "claim.too_many_tries"
    clock.advance(TRY_WINDOW)
    assert claims.consume_claim(token, holder_ref="h", answer="hammer").slug == slugs[0]


@pytest.mark.parametrize("typed", ["Ana Pérez", "ana perez", "  PEREZ, ana "])
def test_name_in_class_finds_the_badge(ledger: Ledger, issuer: IssuerProfile, typed: str) -> None:
    """A name is found with or without accents, in either order."""
    claims, job_id, slugs = make_class(ledger, issuer)
    code = open_class_code(claims, job_id)
    assert claims.find_in_class(code, typed) == token_of(claims, slugs[0])


def test_code_of_the_hand_out_works_in_class(ledger: Ledger, issuer: IssuerProfile) -> None:
    """In class the code on paper is as good as the name."""
    claims, job_id, slugs = make_class(ledger, issuer)
    code = open_class_code(claims, job_id)
    assert claims.find_in_class(code, show_code(paper_code_of(claims, slugs[1]))) == token_of(claims, slugs[1])


def test_unknown_ambiguous_and_spent_names_are_alike(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Nobody learns from the answer who is in a class."""
    people = (("Ana Pérez", "a@example.org"), ("Ana Perez", "b@example.org"), ("Bo Lindqvist", ""))
    claims, job_id, slugs = make_class(ledger, issuer, people)
    code = open_class_code(claims, job_id)
    claims.consume_claim(token_of(claims, slugs[2]), holder_ref="h")
    assert [claims.find_in_class(code, name) for name in ("Ana Perez", "Bo Lindqvist", "Nobody Here", "")] == [None] * 4


def test_name_is_not_enough_where_a_mailed_code_is_wanted(ledger: Ledger, issuer: IssuerProfile) -> None:
    """With the second step by mail, a person without address needs the code on paper, not only the name."""
    claims, job_id, slugs = make_class(ledger, issuer, second_step=SecondStep.EMAIL_CODE)
    code = open_class_code(claims, job_id)
    assert claims.find_in_class(code, "Cy Adams") is None
    assert claims.find_in_class(code, paper_code_of(claims, slugs[2])) == token_of(claims, slugs[2])


def test_class_code_ends_by_itself(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """A code on a slide holds for half a day."""
    claims, job_id, _ = make_class(ledger, issuer)
    code = open_class_code(claims, job_id)
    assert claims.find_class(code) is not None
    clock.advance(CLASS_CODE_LIFE)
    assert claims.find_class(code) is None
    assert claims.find_in_class(code, "Ana Pérez") is None


def test_trainer_closes_a_class_code(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A closed code finds nothing, and the next one is another."""
    claims, job_id, _ = make_class(ledger, issuer)
    code = open_class_code(claims, job_id)
    close_class_code(claims, job_id)
    assert claims.find_class(code) is None
    assert open_class_code(claims, job_id) != code


def test_guessing_names_stops_the_class_for_a_while(ledger: Ledger, issuer: IssuerProfile, clock: SetClock) -> None:
    """After sixty wrong names in ten minutes, from wherever they come, right ones wait too."""
    claims, job_id, slugs = make_class(ledger, issuer)
    code = open_class_code(claims, job_id)
    for number in range(60):
        assert claims.find_in_class(code, f"Guess {number}") is None
    assert claims.find_in_class(code, "Ana Pérez") is None
    clock.advance(timedelta(minutes=10))
    assert claims.find_in_class(code, "Ana Pérez") == token_of(claims, slugs[0])


def test_proven_address_finds_its_badges(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Letters of either case are the same address; a telephone number finds nothing."""
    claims, _, slugs = make_class(ledger, issuer)
    assert claims.badges_for_identifier("email", "ANA@Example.org") == (slugs[0],)
    assert claims.badges_for_identifier("email", "") == ()
    assert claims.badges_for_identifier("phone", "ana@example.org") == ()


def test_proven_address_claims_even_what_a_forwarded_link_took(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever proves the address gets the badge; somebody else's address does not help."""
    claims, _, slugs = make_class(ledger, issuer)
    claims.consume_claim(token_of(claims, slugs[0]), holder_ref="thief")
    assert claims.claim_found(slugs[0], kind="email", value="Ana@example.org", holder_ref="ana").slug == slugs[0]
    with pytest.raises(LedgerError) as caught:
        claims.claim_found(slugs[0], kind="email", value="bo@example.org", holder_ref="bo")
    assert caught.value.code == "claim.unknown"


def test_found_badge_spends_its_link(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A badge that came by its address cannot be claimed by link again."""
    claims, _, slugs = make_class(ledger, issuer)
    claims.claim_found(slugs[0], kind="email", value="ana@example.org", holder_ref="ana")
    assert claims.find_claim(token_of(claims, slugs[0])) is None


def test_link_follows_a_corrected_badge(ledger: Ledger, issuer: IssuerProfile) -> None:
    """When a badge is replaced, the link that is out already leads to the new one."""
    claims, _, slugs = make_class(ledger, issuer)
    token = token_of(claims, slugs[0])
    with ledger.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM claims WHERE slug = ?", (slugs[1],))
        move_claim(connection, slugs[0], slugs[1])
    found = claims.find_claim(token)
    assert found is not None
    assert found.slug == slugs[1]


def test_link_to_a_wrong_address_is_ended(ledger: Ledger, issuer: IssuerProfile) -> None:
    """After its end the old link is worthless, and a new one works."""
    claims, _, slugs = make_class(ledger, issuer)
    old = token_of(claims, slugs[0])
    with ledger.database.write() as connection:
        end_link(connection, claims.links, slugs[0])
    assert claims.find_claim(old) is None
    assert claims.find_claim(token_of(claims, slugs[0])) is not None


@pytest.mark.parametrize(
    ("address", "shown"), [("dana@example.org", "d…@example.org"), ("", ""), ("@example.org", "…@example.org")]
)
def test_address_is_all_but_hidden(address: str, shown: str) -> None:
    """Of an address stand its first letter and its domain."""
    assert hide_address(address) == shown


def test_find_message_knows_the_code_mail(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The mail with the second code stands in the outbox under the claim, not under a name."""
    claims, _, slugs = make_class(ledger, issuer, second_step=SecondStep.EMAIL_CODE)
    claims.send_second_code(token_of(claims, slugs[0]))
    with ledger.database.read() as connection:
        claim = find_by_slugs(connection, [slugs[0]])[slugs[0]]
        assert find_message(connection, f"claim-code/{claim.id}/1") is not None
