"""Attacks on claiming: guessing, spraying, racing, scanners, forwarded links (security.md T-53, T-54)."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

import pytest

from issuer import Claims, DeliveryWay, SecondStep, open_class_code
from keys import LinkSecret, hash_token
from schemas import LedgerError
from tests.doubles.classes import LINKS, make_class, paper_code_of, token_of

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger


def dump(ledger: Ledger) -> list[str]:
    """Return everything that the database says, but what it counts of wrong tries in class."""
    with ledger.database.read() as connection:
        driver = connection.connection.driver_connection
        return list(driver.iterdump())  # type: ignore[union-attr]


def test_eight_at_once_are_one_claim(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Of eight holders who press at the same moment, over two doors, one has the badge and seven get one answer."""
    claims, _, slugs = make_class(ledger, issuer)
    token = token_of(claims, slugs[0])
    doors = [Claims(ledger, LINKS), Claims(ledger, LINKS)]  # two processes share no lock in memory either
    start, outcomes = threading.Barrier(8), []

    def press(number: int) -> None:
        start.wait()
        try:
            outcomes.append(doors[number % 2].consume_claim(token, holder_ref=f"h{number}").slug)
        except LedgerError as error:
            outcomes.append(error.code)

    threads = [threading.Thread(target=press, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == sorted([slugs[0], *["claim.unknown"] * 7])


def test_hundred_looks_change_nothing(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A mail scanner that opens every link a hundred times leaves every byte of the database as it was."""
    claims, job_id, slugs = make_class(ledger, issuer, way=DeliveryWay.EMAIL)
    code, token = open_class_code(claims, job_id), token_of(claims, slugs[0])
    before = dump(ledger)
    for _ in range(100):
        assert claims.find_claim(token) is not None
        claims.find_by_code(paper_code_of(claims, slugs[0]))
        claims.find_class(code)
    assert dump(ledger) == before


@pytest.mark.parametrize(
    "token",
    ["", "A", "x" * 43, "x" * 44, "x" * 100_000, "' OR 1=1 --", "%", "\x00" * 43, "é" * 43, "../../secrets/links"],
    ids=lambda token: f"{len(token)}-{token[:8]!r}",
)
def test_made_up_links_are_unknown(ledger: Ledger, issuer: IssuerProfile, token: str) -> None:
    """Whatever stands in the place of a token finds nothing and raises nothing else."""
    claims, job_id, _ = make_class(ledger, issuer)
    code = open_class_code(claims, job_id)
    assert claims.find_claim(token) is None
    assert claims.find_by_code(token) is None
    assert claims.find_class(token) is None
    assert claims.find_in_class(code, token) is None
    claims.note_opened(token)
    with pytest.raises(LedgerError) as caught:
        claims.consume_claim(token, holder_ref="h")
    assert caught.value.code == "claim.unknown"


def test_hash_of_a_token_is_no_token(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Whoever reads the database cannot claim with what stands there."""
    claims, _, slugs = make_class(ledger, issuer)
    digest = hash_token(token_of(claims, slugs[0]))
    assert claims.find_claim(digest.hex()[:43]) is None


def test_tokens_need_the_secret(ledger: Ledger, issuer: IssuerProfile) -> None:
    """With every row of the database and another secret, no link comes out."""
    claims, _, slugs = make_class(ledger, issuer)
    thief = Claims(ledger, LinkSecret(b"TEST ONLY another secret, of 32 bytes."))
    assert claims.find_claim(token_of(thief, slugs[0])) is None


def test_tokens_of_one_badge_do_not_help_with_another(ledger: Ledger, issuer: IssuerProfile) -> None:
    """All links differ, and have 256 bits each."""
    claims, _, slugs = make_class(ledger, issuer)
    tokens = {token_of(claims, slug) for slug in slugs}
    assert len(tokens) == len(slugs)
    assert {len(token) for token in tokens} == {43}


def test_forwarded_link_shows_whose_badge_it_is(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A link in somebody else's hands tells at least that it was issued to another address (T-54)."""
    claims, _, slugs = make_class(ledger, issuer)
    found = claims.find_claim(token_of(claims, slugs[0]))
    assert found is not None
    assert found.hint == "a…@example.org"


def test_forwarded_link_is_worthless_with_a_second_step(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Without the owner's mailbox, ten guesses lead nowhere, and the right code then waits for the owner."""
    claims, _, slugs = make_class(ledger, issuer, second_step=SecondStep.EMAIL_CODE)
    token = token_of(claims, slugs[0])
    claims.send_second_code(token)
    codes = set()
    for number in range(10):
        with pytest.raises(LedgerError) as caught:
            claims.consume_claim(token, holder_ref="thief", answer=f"{number:06d}")
        codes.add(caught.value.code)
    assert codes == {"claim.second_step_wrong", "claim.too_many_tries"}


@pytest.mark.parametrize(("step", "word"), [(SecondStep.EMAIL_CODE, ""), (SecondStep.CLASS_WORD, "hammer")])
def test_empty_answer_is_never_right(ledger: Ledger, issuer: IssuerProfile, step: SecondStep, word: str) -> None:
    """Before any code was sent there is none to guess, and nothing is not a word."""
    claims, _, slugs = make_class(ledger, issuer, second_step=step, word=word)
    with pytest.raises(LedgerError) as caught:
        claims.consume_claim(token_of(claims, slugs[0]), holder_ref="thief", answer="")
    assert caught.value.code == "claim.second_step_wrong"


def test_code_of_another_class_finds_nobody(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The code on a hand-out opens only in its own class or at the general page."""
    claims, _, slugs = make_class(ledger, issuer)
    other, job_id, _ = make_class(ledger, issuer, (("Di Other", "di@example.org"),), key="other")
    code = open_class_code(other, job_id)
    assert other.find_in_class(code, paper_code_of(claims, slugs[0])) is None


def test_secret_never_shows() -> None:
    """The secret is not in the repr of what holds it."""
    assert "TEST ONLY" not in repr(LINKS)
