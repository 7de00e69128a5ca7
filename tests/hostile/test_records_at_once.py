"""Two presses at the same moment: sign twice, and sign while the link is taken back."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest

from keys import OfflineFetcher
from schemas import LedgerError
from skillmark.wallet_wiring import compose_wallet_deps
from skillmark.wiring import with_own_documents
from tests.web.record_visits import open_wallet, verify_set
from tests.web.wallet_visits import get, hand_out, make_record
from tests.web.workshop import BASE_URL, open_workshop, read_token
from verifier import Headline, VerificationContext
from wallet.records import sign_record, withdraw_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.web.workshop import Workshop
    from wallet.deps import RecordDesk, RecordWish, WalletDeps


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Workshop]:
    """A site of its own."""
    workshop = open_workshop(tmp_path)
    yield workshop
    workshop.database.close()


@dataclass(frozen=True, slots=True)
class _SlowDesk:
    """Signs as the real one does; something else happens before the signed bytes come back."""

    real: RecordDesk
    meanwhile: Callable[[], None]
    given: list[bytes]

    def signer_name(self) -> str:
        """Return the name of who signs."""
        return self.real.signer_name()

    def sign(self, wish: RecordWish) -> bytes:
        """Return the signed record, late."""
        self.given.append(self.real.sign(wish))
        self.meanwhile()
        return self.given[-1]

    def take_back(self, record_id: str) -> None:
        """Take a record back for good."""
        self.real.take_back(record_id)


def _deps(shop: Workshop) -> WalletDeps:
    def compose() -> VerificationContext:
        return VerificationContext(now=shop.clock(), fetcher=with_own_documents(shop.ledger, OfflineFetcher()))

    return compose_wallet_deps(hand_out(shop), compose)


def _holder_of(shop: Workshop, share_id: str) -> str:
    with shop.database.read() as connection:
        query = "SELECT holder_id FROM wallet_shares WHERE id = ?"
        return str(connection.exec_driver_sql(query, (share_id,)).scalar_one())


def test_record_that_is_taken_back_while_it_is_signed_never_holds(shop: Workshop) -> None:
    """The link goes while the signature is made: no bytes are kept, and whoever has them finds them revoked."""
    browser, badge, _ = open_wallet(shop)
    share_id = make_record(browser, badge).rsplit("/", 1)[1]
    deps, holder_id = _deps(shop), _holder_of(shop, share_id)
    given: list[bytes] = []
    desk = _SlowDesk(deps.records, lambda: withdraw_record(deps, holder_id, share_id), given)
    with pytest.raises(LedgerError, match=r"wallet\.share_unknown"):
        sign_record(replace(deps, records=desk), holder_id, share_id)
    assert get(browser, f"/wallet/record/{share_id}/signed.json").status_code == 404
    report = verify_set(shop, given[0])
    assert report.headline is Headline.GENUINE_BUT
    assert "status.revoked" in report.deciding_codes


@dataclass(slots=True)
class _BusyDesk:
    """Signs as the real one does, and cannot take anything back once, as when the store is busy."""

    real: RecordDesk
    is_busy: bool = True

    def signer_name(self) -> str:
        """Return the name of who signs."""
        return self.real.signer_name()

    def sign(self, wish: RecordWish) -> bytes:
        """Return the signed record."""
        return self.real.sign(wish)

    def take_back(self, record_id: str) -> None:
        """Take a record back for good, but not the first time."""
        if self.is_busy:
            self.is_busy = False
            raise LedgerError("store.busy")
        self.real.take_back(record_id)


def test_record_that_could_not_be_taken_back_can_be_once_more(shop: Workshop) -> None:
    """Whatever stops it half-way: the signed file holds as long as the page offers to take it back, and no longer."""
    browser, badge, _ = open_wallet(shop)
    share_id = make_record(browser, badge).rsplit("/", 1)[1]
    deps, holder_id = _deps(shop), _holder_of(shop, share_id)
    sign_record(deps, holder_id, share_id)
    signed = get(browser, f"/wallet/record/{share_id}/signed.json").data
    busy = replace(deps, records=_BusyDesk(deps.records))
    with pytest.raises(LedgerError, match=r"store\.busy"):
        withdraw_record(busy, holder_id, share_id)
    assert f"/wallet/record/{share_id}/withdraw" in get(browser, f"/wallet/record/{share_id}").text
    withdraw_record(busy, holder_id, share_id)
    assert "status.revoked" in verify_set(shop, signed).deciding_codes
    assert f"/wallet/record/{share_id}/withdraw" not in get(browser, f"/wallet/record/{share_id}").text


def test_two_presses_sign_once(shop: Workshop) -> None:
    """Many presses at once leave one file and one place in the status lists."""
    browser, badge, _ = open_wallet(shop)
    record = make_record(browser, badge)
    token = read_token(get(browser, record))
    cookies = [browser.get_cookie(name, domain="127.0.0.1") for name in ("wallet", "session")]

    def press(_: int) -> int:
        other = shop.client()
        for cookie in cookies:
            assert cookie is not None
            other.set_cookie(cookie.key, cookie.value, domain="127.0.0.1")
        return other.post(f"{record}/sign", data={"csrf_token": token}, base_url=BASE_URL).status_code

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(press, range(4))) == {303}
    with shop.database.read() as connection:
        count = connection.exec_driver_sql("SELECT count(*) FROM program_badges").scalar_one()
    assert count == 1
    assert re.match(rb'\{"@context"', get(browser, f"{record}/signed.json").data)
