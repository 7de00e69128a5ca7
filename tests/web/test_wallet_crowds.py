"""Many at once and much at once: a class that claims in one moment, a wallet with two hundred badges."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import sqlalchemy as sa

from issuer import DeliveryWay, SecondStep, choose_delivery, deliver_class, list_jobs
from tests.web.wallet_visits import claim_token_of, get, hand_out, sign_in
from tests.web.workshop import BASE_URL, read_token
from wallet import Card, Origin
from wallet.holding_store import insert_holding
from wallet.model import NewHolding

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

CLASS_SIZE = 30
HEADER = "Name,E-mail,Date,Practical test,Written test\n"


def test_class_claims_in_one_moment(fresh_shop: Workshop) -> None:
    """Thirty phones behind one address press at the same moment: each has its own badge, none sees an error."""
    rows = "".join(f"Person No{place},p{place}@example.org,2026-05-14,Works alone,90\n" for place in range(CLASS_SIZE))
    slugs = fresh_shop.issue(HEADER + rows)
    claims = hand_out(fresh_shop)
    for job in list_jobs(fresh_shop.ledger):
        choose_delivery(claims, job.job_id, way=DeliveryWay.PAPER, second_step=SecondStep.NONE)
        deliver_class(claims, job.job_id)

    def press(slug: str) -> int:
        browser = fresh_shop.app.test_client()
        path = f"/claim/{claim_token_of(claims, slug)}"
        token = read_token(browser.get(path, base_url=BASE_URL))
        return browser.post(path, data={"csrf_token": token}, base_url=BASE_URL).status_code

    with ThreadPoolExecutor(CLASS_SIZE) as pool:
        assert Counter(pool.map(press, slugs)) == {303: CLASS_SIZE}
    with fresh_shop.database.read() as connection:
        query = "SELECT count(DISTINCT holder_id), count(DISTINCT slug) FROM wallet_holdings"
        assert tuple(connection.exec_driver_sql(query).one()) == (CLASS_SIZE, CLASS_SIZE)


def fill(shop: Workshop, count: int) -> None:
    """Put so many badges into the one wallet."""
    now = datetime(2026, 5, 14, tzinfo=UTC)
    with shop.database.write() as connection:
        holder_id = str(connection.exec_driver_sql("SELECT id FROM wallet_holders").scalar())
        for place in range(count):
            new = NewHolding(
                origin=Origin.ADDED,
                badge_key=f"{count}-{place}",
                original=b"{}",
                media_type="application/vc+ld+json",
                headline="genuine",
                card=Card(title=f"Badge {place}", skills=("Driving",)),
                report={},
            )
            insert_holding(connection, holder_id, new, now=now)


def count_statements(shop: Workshop, browser: FlaskClient, path: str) -> int:
    """Return how often the database is asked for one page."""
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    engine = shop.database._reader
    sa.event.listen(engine, "before_cursor_execute", note)
    assert get(browser, path).status_code == 200
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(asked)


def test_two_hundred_badges_ask_the_database_no_more_than_ten(fresh_shop: Workshop) -> None:
    """The list asks as often for two hundred badges as for ten, by date and by skill, and no picture is fetched."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    fill(fresh_shop, 10)
    pages = ("/wallet", "/wallet?by=skill", "/wallet/share")
    few = [count_statements(fresh_shop, browser, page) for page in pages]
    fill(fresh_shop, 190)
    assert [count_statements(fresh_shop, browser, page) for page in pages] == few
    assert "200 badges" in get(browser, "/wallet").text
