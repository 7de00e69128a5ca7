"""A badge that waits for its person: looking changes nothing, pressing takes it, once (T-53, T-54)."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from issuer import SecondStep, list_jobs, open_class_code
from issuer.claim_store import find_by_slugs
from keys import show_code
from tests.doubles.classes import paper_code_of
from tests.web.wallet_visits import claim, claim_token_of, get, hand_out, messages, send
from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from issuer import Claims
    from tests.web.workshop import Workshop


@pytest.fixture
def claims(fresh_shop: Workshop) -> Claims:
    """The badges of the class, handed out on paper."""
    return hand_out(fresh_shop)


def test_page_says_who_issued_what(fresh_shop: Workshop, claims: Claims) -> None:
    """Before anything is taken a person reads the course, the issuer, and to whom it was issued, all but hidden."""
    page = get(fresh_shop.client(), f"/claim/{claim_token_of(claims, fresh_shop.slugs[0])}")
    assert page.status_code == 200
    assert all(word in page.text for word in ("CMM Operator", "Lakeshore Technical College", "d…@example.org"))
    assert "Dana" not in page.text


def test_looking_changes_nothing(fresh_shop: Workshop, claims: Claims) -> None:
    """A mail scanner may open the link a hundred times: claims, wallets, messages and the audit stay as they were."""
    watched = tuple(f'INSERT INTO "{name}' for name in ("claims", "wallet_", "outbox", "audit", "class_deliveries"))

    def dump() -> list[str]:
        with fresh_shop.database.read() as connection:
            lines = connection.connection.driver_connection.iterdump()  # type: ignore[union-attr]
            return [line for line in lines if line.startswith(watched)]

    path, before = f"/claim/{claim_token_of(claims, fresh_shop.slugs[0])}", dump()
    scanner = fresh_shop.client()
    assert {get(scanner, path).status_code for _ in range(100)} == {200}
    assert dump() == before


def test_claimed_badge_is_in_the_wallet(fresh_shop: Workshop, claims: Claims) -> None:
    """Pressing the button opens a wallet with the badge, and a page that says what it is good for."""
    browser, badge = claim(fresh_shop, claims, fresh_shop.slugs[0])
    warm = get(browser, f"{badge}/earned").text
    assert "You earned it!" in warm
    assert "Set up a part on the machine and align it to the drawing" in warm
    assert "CMM Operator" in get(browser, "/wallet").text


def test_spent_link_answers_as_an_unknown_one(fresh_shop: Workshop, claims: Claims) -> None:
    """Of a used, a made-up and a misspelled link nobody can tell which is which."""
    path = f"/claim/{claim_token_of(claims, fresh_shop.slugs[0])}"
    claim(fresh_shop, claims, fresh_shop.slugs[0])
    pages = [get(fresh_shop.client(), link) for link in (path, f"/claim/{'x' * 43}", "/claim/short")]
    assert {page.status_code for page in pages} == {404}
    assert len({re.sub(r'href="[^"]*lang=es"', "", page.text) for page in pages}) == 1


def test_eight_at_once_are_one_claim(fresh_shop: Workshop, claims: Claims) -> None:
    """Of eight browsers that press at the same moment one has the badge."""
    path = f"/claim/{claim_token_of(claims, fresh_shop.slugs[0])}"
    browsers = [fresh_shop.client() for _ in range(8)]
    tokens = [read_token(get(browser, path)) for browser in browsers]

    def press(place: int) -> int:
        data = {"csrf_token": tokens[place]}
        return browsers[place].post(path, data=data, base_url=BASE_URL).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = sorted(pool.map(press, range(8)))
    assert answers[0] == 303
    assert set(answers[1:]) <= {404, 429}  # after five that came late the limit of the link answers


def test_wrong_answer_leaves_no_wallet_behind(fresh_shop: Workshop) -> None:
    """Whoever does not know the class word gets neither badge nor wallet."""
    claims = hand_out(fresh_shop, second_step=SecondStep.CLASS_WORD, word="lathe")
    path, browser = f"/claim/{claim_token_of(claims, fresh_shop.slugs[0])}", fresh_shop.client()
    refused = send(browser, path, path, answer="drill")
    assert refused.status_code == 400
    assert "That is not the right code or word." in refused.text
    assert get(browser, "/wallet").status_code == 303
    assert send(browser, path, path, answer="Lathe").status_code == 303


def test_second_step_by_mail(fresh_shop: Workshop) -> None:
    """With a code asked for, the badge goes only to whoever reads the mail of its address."""
    claims = hand_out(fresh_shop, second_step=SecondStep.EMAIL_CODE)
    slug = fresh_shop.slugs[0]
    path, browser = f"/claim/{claim_token_of(claims, slug)}", fresh_shop.client()
    assert send(browser, path, path, answer="000000").status_code == 400
    assert send(browser, f"{path}/send-code", path).status_code == 303
    assert [message.recipient for message in messages(fresh_shop)] == ["dana@example.org"]
    with fresh_shop.database.read() as connection:
        digits = claims.second_code(find_by_slugs(connection, [slug])[slug])
    assert send(browser, path, path, answer=digits).status_code == 303


def test_class_code_and_name(fresh_shop: Workshop, claims: Claims) -> None:
    """In class one code on the wall and the own name lead to the own badge; another name leads nowhere."""
    job_id = list_jobs(fresh_shop.ledger)[0].job_id
    code = show_code(open_class_code(claims, job_id))
    form, browser = f"/claim/class/{code}", fresh_shop.client()
    assert "CMM Operator" in get(browser, form).text
    assert send(browser, form, form, who="Nobody Here").status_code == 404
    found = send(browser, form, form, who="dana whitfield")
    assert found.status_code == 303
    assert send(browser, found.location, found.location).status_code == 303
    assert "Given to" in get(browser, get_first_badge(browser)).text


def get_first_badge(browser: object) -> str:
    """Return the path of the first badge in a wallet."""
    page = get(browser, "/wallet").text  # type: ignore[arg-type]
    found = re.search(r'href="(/wallet/badges/[0-9a-f]{32})"', page)
    assert found is not None
    return found[1]


def test_guessing_is_slowed_down(fresh_shop: Workshop, claims: Claims) -> None:
    """After ten links that lead nowhere in a minute the eleventh is not looked up; right ones never count."""
    browser = fresh_shop.client()
    right = f"/claim/{claim_token_of(claims, fresh_shop.slugs[0])}"
    assert {get(browser, right).status_code for _ in range(15)} == {200}
    assert [get(browser, f"/claim/{'x' * 42}{place}").status_code for place in range(11)] == [404] * 10 + [429]


def test_second_badge_goes_into_the_open_wallet(fresh_shop: Workshop, claims: Claims) -> None:
    """Whoever claims with an open wallet has one wallet with two badges."""
    browser, _ = claim(fresh_shop, claims, fresh_shop.slugs[0])
    claim(fresh_shop, claims, fresh_shop.slugs[1], browser)
    assert "2 badges" in get(browser, "/wallet").text


@pytest.mark.parametrize(
    ("language", "sentence", "none"),
    [
        ("en", "Your trainer took this badge back.", "does not lead to a badge"),
        ("es", "Su instructor retiró esta insignia.", "no lleva a ninguna insignia"),
    ],
)
def test_true_link_of_a_badge_taken_back_says_so(language: str, sentence: str, none: str, fresh_shop: Workshop) -> None:
    """Link and code of a revoked badge tell what happened; a made-up link still says that there is nothing."""
    claims, slug = hand_out(fresh_shop), fresh_shop.slugs[0]
    path, code = f"/claim/{claim_token_of(claims, slug)}", paper_code_of(claims, slug)
    fresh_shop.ledger.revoke(fresh_shop.badge(0).id, "wrong person", "desk")
    browser, said = fresh_shop.client(), {"Accept-Language": language}
    answer = get(browser, path, **said)
    assert answer.status_code == 410
    assert sentence in answer.text
    typed = send(browser, "/claim", "/claim", code=code)
    assert typed.status_code == 303
    assert sentence in get(browser, typed.location, **said).text
    made_up = get(browser, f"/claim/{'A' * 43}", **said)
    assert made_up.status_code == 404
    assert none in made_up.text
    assert sentence not in made_up.text


def test_paused_badge_is_not_taken_by_a_form_that_was_open(fresh_shop: Workshop) -> None:
    """Between looking and pressing the trainer paused it: the answer says so, and the wallet stays empty."""
    claims, slug, browser = hand_out(fresh_shop), fresh_shop.slugs[0], fresh_shop.client()
    path = f"/claim/{claim_token_of(claims, slug)}"
    token = read_token(get(browser, path))
    fresh_shop.ledger.suspend(fresh_shop.badge(0).id, "test is repeated", "desk")
    answer = browser.post(path, data={"csrf_token": token}, base_url=BASE_URL)
    assert answer.status_code == 410
    assert "Your trainer has paused this badge." in answer.text
    assert not [cookie for cookie in answer.headers.getlist("Set-Cookie") if cookie.startswith("wallet=")]
