"""The links of a holder: those that ended long ago make room for others."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.web.wallet_visits import claim, get, hand_out, make_share, send, shared_path
from wallet.model import MAX_SHARES

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def copy_link(shop: Workshop, share: str, count: int) -> None:
    """Give the holder of a link so many more of the same."""
    copy = "SELECT ? || id, holder_id, name, ? || token_hash, created, expires, withdrawn, opened FROM wallet_shares"
    with shop.database.write() as connection:
        for place in range(count):
            values = (f"{place:02}", f"{place:02}", share.rsplit("/", 1)[1])
            connection.exec_driver_sql(f"INSERT INTO wallet_shares {copy} WHERE id = ?", values)


def wait(shop: Workshop, browser: FlaskClient, days: int) -> None:
    """Let days go by in which the wallet is used."""
    for _ in range(days):
        shop.clock.move(days=1)
        get(browser, "/wallet/account")


def count_rows(shop: Workshop, table: str) -> int:
    with shop.database.read() as connection:
        return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())  # noqa: S608 - ours


def test_links_that_ended_make_room(fresh_shop: Workshop) -> None:
    """A hundred are the most; what was taken back, or ended, thirty days ago counts no more."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    taken_back, over, lasting = (make_share(browser, badge, days=days) for days in ("90", "1", "365"))
    copy_link(fresh_shop, taken_back, MAX_SHARES - 3)
    assert send(browser, f"{taken_back}/withdraw", "/wallet/share").status_code == 303
    badge_id = badge.rsplit("/", 1)[1]
    full = send(browser, "/wallet/share", "/wallet/share", badge=[badge_id], name="x", days="1")
    assert full.status_code == 400
    wait(fresh_shop, browser, 29)
    full = send(browser, "/wallet/share", "/wallet/share", badge=[badge_id], name="x", days="1")
    assert full.status_code == 400
    wait(fresh_shop, browser, 1)
    make_share(browser, badge)
    assert get(browser, taken_back).status_code == 404
    assert get(browser, over).status_code == 200  # it ended a day later
    assert get(browser, lasting).status_code == 200


def test_links_of_people_who_do_not_come_back_go_too(fresh_shop: Workshop) -> None:
    """What is done each hour forgets links that ended thirty days ago, and codes and sign-in links that are over."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    over, lasting = shared_path(browser, make_share(browser, badge, days="1")), make_share(browser, badge, days="365")
    send(browser, "/wallet/account/phones", "/wallet/account", phone="+15745550199")
    send(browser, "/wallet/account/addresses", "/wallet/account", email="dana@example.com")
    assert [count_rows(fresh_shop, table) for table in ("wallet_codes", "wallet_sign_ins")] == [1, 1]
    chores = fresh_shop.app.extensions["skillmark.mailing"].remind
    wait(fresh_shop, browser, 30)
    chores()
    assert [count_rows(fresh_shop, table) for table in ("wallet_codes", "wallet_sign_ins")] == [0, 0]
    assert count_rows(fresh_shop, "wallet_shares") == 2
    wait(fresh_shop, browser, 1)
    chores()
    assert (count_rows(fresh_shop, "wallet_shares"), count_rows(fresh_shop, "wallet_share_items")) == (1, 1)
    assert get(browser, lasting).status_code == 200
    assert get(fresh_shop.client(), over).status_code == 404


def test_links_come_a_page_at_a_time(fresh_shop: Workshop) -> None:
    """The newest stand first, each on one page, and pages lead to each other."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    copy_link(fresh_shop, make_share(browser, badge), 27)
    pages = [get(browser, f"/wallet/share?page={page}").text for page in (1, 2)]
    shown = [re.findall(r'href="(/wallet/share/[0-9a-f]+)"', page) for page in pages]
    assert [len(set(links)) for links in shown] == [25, 3]
    assert set(shown[0]).isdisjoint(shown[1])
    assert 'rel="next" href="/wallet/share?page=2"' in pages[0]
    assert 'rel="prev" href="/wallet/share?page=1"' in pages[1]
