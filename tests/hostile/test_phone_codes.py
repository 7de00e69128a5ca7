"""A code that was texted is used once, whoever races for it, and guesses at once are counted each (T-53, T-60)."""

from __future__ import annotations

import hashlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING

import pytest

from issuer import Claims
from issuer.phone_store import save_phones
from schemas import LedgerError
from skillmark.wallet_wiring import compose_wallet_deps
from tests.doubles.classes import LINKS, make_class
from wallet import delete_account
from wallet.code_store import UNLISTED_PARTS
from wallet.holders import open_new_wallet
from wallet.phones import (
    MAX_CLIENT_CODES_PER_DAY,
    MAX_CODES_PER_DAY,
    MAX_OPEN_CODES,
    make_phone_code,
    request_phone,
    request_phone_sign_in,
    use_phone_code,
)
from wallet.tokens import new_id

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger
    from tests.doubles.ledgers import SetClock
    from verifier import VerificationContext
    from wallet.deps import WalletDeps

NUMBER, PREMIUM = "+15745550100", "+15745550190"
PLACE = "192.0.2.1"
THREADS = 8


def no_context() -> VerificationContext:
    """Nothing is verified here."""
    raise AssertionError


@pytest.fixture
def deps(ledger: Ledger, issuer: IssuerProfile) -> WalletDeps:
    """A site whose class list knows the number."""
    _, _, slugs = make_class(ledger, issuer)
    with ledger.database.write() as connection:
        save_phones(connection, {slugs[0]: NUMBER})
    return compose_wallet_deps(Claims(ledger, LINKS), no_context)


def try_code(deps: WalletDeps, ticket: str, code: str) -> str:
    try:
        return use_phone_code(deps, ticket, code, open_holder_id="").holder_id
    except LedgerError as error:
        return error.code


def test_eight_at_once_open_one_wallet(deps: WalletDeps) -> None:
    """The right digits, eight times in the same moment: one session, one wallet, seven refusals."""
    ticket = request_phone_sign_in(deps, NUMBER, client=PLACE)
    code = make_phone_code(deps.links, ticket)
    with ThreadPoolExecutor(THREADS) as pool:
        found = list(pool.map(lambda _: try_code(deps, ticket, code), range(THREADS)))
    assert found.count("wallet.code_wrong") == THREADS - 1
    with deps.database.read() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wallet_sessions").scalar() == 1
        assert connection.exec_driver_sql("SELECT count(*) FROM wallet_holders").scalar() == 1


def test_guesses_at_once_are_all_counted(deps: WalletDeps) -> None:
    """Forty wrong digits in the same moment: no more than five are looked at, and the right ones come too late."""
    ticket = request_phone_sign_in(deps, NUMBER, client=PLACE)
    right = int(make_phone_code(deps.links, ticket))
    guesses = [f"{(right + step) % 1_000_000:06}" for step in range(1, 41)]
    with ThreadPoolExecutor(THREADS) as pool:
        assert set(pool.map(partial(try_code, deps, ticket), guesses)) == {"wallet.code_wrong"}
    with deps.database.read() as connection:
        assert connection.exec_driver_sql("SELECT tries FROM wallet_codes").scalar() == 5
    assert try_code(deps, ticket, f"{right:06}") == "wallet.code_wrong"


@pytest.mark.parametrize("ticket", ["", "0" * 32, "%", "' OR 1=1 --", "0" * 33])
def test_made_up_tickets_open_nothing(deps: WalletDeps, ticket: str) -> None:
    """A form with another ticket is refused in the same words."""
    request_phone_sign_in(deps, NUMBER, client=PLACE)
    assert try_code(deps, ticket, "000000") == "wallet.code_wrong"


def test_code_of_one_form_does_not_open_another(deps: WalletDeps) -> None:
    """The digits of somebody's text are worth nothing in the form that a stranger asked for."""
    theirs, mine = (request_phone_sign_in(deps, NUMBER, client=PLACE) for _ in range(2))
    assert try_code(deps, mine, make_phone_code(deps.links, theirs)) == "wallet.code_wrong"


def test_wallets_made_and_deleted_give_no_more_guesses(deps: WalletDeps) -> None:
    """Who deletes a wallet and makes another gets no new codes for a number, and the old ones open nothing."""
    tickets = []
    for _ in range(MAX_OPEN_CODES + 2):
        holder_id = new_id()
        open_new_wallet(deps, holder_id)
        tickets.append(request_phone(deps, holder_id, NUMBER, client=new_id()))
        delete_account(deps, holder_id)
    with deps.database.read() as connection:
        query = "SELECT count(*) FROM outbox WHERE template = 'wallet-phone-code'"
        assert connection.exec_driver_sql(query).scalar() == MAX_OPEN_CODES
        assert NUMBER not in connection.exec_driver_sql("SELECT value FROM wallet_codes").scalars().all()
    codes = [try_code(deps, ticket, make_phone_code(deps.links, ticket)) for ticket in tickets]
    assert set(codes) == {"wallet.code_wrong"}


def count_texts(deps: WalletDeps) -> int:
    with deps.database.read() as connection:
        query = "SELECT count(*) FROM outbox WHERE template = 'wallet-phone-code'"
        return int(connection.exec_driver_sql(query).scalar_one())


def test_wallets_of_a_costly_number_earn_little(deps: WalletDeps) -> None:
    """Whoever owns a number that earns by texts opens its wallet, deletes it and begins again: the day's cap holds."""
    deps = replace(deps, unlisted_texts_per_day=2)
    for _ in range(4):
        holder_id = new_id()
        open_new_wallet(deps, holder_id)
        ticket = request_phone(deps, holder_id, PREMIUM, client=new_id())
        code = make_phone_code(deps.links, ticket)
        with suppress(LedgerError):
            use_phone_code(deps, ticket, code, open_holder_id=holder_id)
            request_phone_sign_in(deps, PREMIUM, client=new_id())
        delete_account(deps, holder_id)
    assert count_texts(deps) == 2
    request_phone_sign_in(deps, NUMBER, client=PLACE)
    assert count_texts(deps) == 3


def test_texts_asked_for_at_once_keep_to_the_cap(deps: WalletDeps) -> None:
    """Eight wallets ask for eight numbers in the same moment: as many texts as the cap allows."""
    deps = replace(deps, unlisted_texts_per_day=3)
    holders = [new_id() for _ in range(THREADS)]
    for holder_id in holders:
        open_new_wallet(deps, holder_id)

    def ask(place: int) -> str:
        return request_phone(deps, holders[place], f"+1574555020{place}", client=f"192.0.2.{place}")

    with ThreadPoolExecutor(THREADS) as pool:
        assert len(set(pool.map(ask, range(THREADS)))) == THREADS
    assert count_texts(deps) == 3


def test_one_place_takes_a_part_of_the_texts_of_a_day(deps: WalletDeps) -> None:
    """Wallets that were opened from one place use up a quarter of the site's texts; another place still gets one."""
    deps = replace(deps, unlisted_texts_per_day=8)
    holders = [new_id() for _ in range(4)]
    for number, holder_id in enumerate(holders):
        open_new_wallet(deps, holder_id)
        request_phone(deps, holder_id, f"+1574555020{number}", client=PLACE)
    assert count_texts(deps) == 8 // UNLISTED_PARTS
    request_phone(deps, holders[0], PREMIUM, client="198.51.100.1")
    assert count_texts(deps) == 8 // UNLISTED_PARTS + 1


def test_place_is_not_kept_as_it_is(deps: WalletDeps) -> None:
    """The table has a name for it that nobody can turn back."""
    request_phone_sign_in(deps, NUMBER, client=PLACE)
    with deps.database.read() as connection:
        (kept,) = connection.exec_driver_sql("SELECT client FROM wallet_codes").scalars()
    assert len(kept) == 64
    assert kept != hashlib.sha256(PLACE.encode()).hexdigest()


def test_stranger_cannot_take_the_codes_of_somebodys_day(deps: WalletDeps, clock: SetClock) -> None:
    """Whoever asks all day long from one place gets four of the ten; the person still gets theirs, and it works."""
    for _ in range(3 * MAX_CODES_PER_DAY):
        request_phone_sign_in(deps, NUMBER, client=PLACE)
        clock.advance(timedelta(minutes=11))
    assert count_texts(deps) == MAX_CLIENT_CODES_PER_DAY
    ticket = request_phone_sign_in(deps, NUMBER, client="198.51.100.1")
    assert use_phone_code(deps, ticket, make_phone_code(deps.links, ticket), open_holder_id="").cookie
