"""A wallet shows by itself what became of badges of this site: corrected, renewed, taken back, paused or back."""

from __future__ import annotations

import io
import re
from datetime import date
from typing import TYPE_CHECKING

import pytest
import sqlalchemy as sa

from issuer import BadgeEdit, Claims, plan_correction, plan_renewal, replace_badge
from schemas import encode_json
from skillmark.settings import load_link_secret
from tests.doubles import sample_badges
from tests.doubles.proofs import compose_proof_options, sign_with_options
from tests.web.wallet_visits import (
    ANA,
    add_file,
    claim,
    get,
    hand_out,
    make_record,
    make_share,
    send,
    shared_path,
    sign_in,
)
from wallet import Card, Origin
from wallet.holding_store import insert_holding
from wallet.model import NewHolding

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

NEW_NAME = "Dana Whitfield-Reyes"
IN_PLACE = "It took the place of your old one."


def correct(shop: Workshop, slug: str = "", name: str = NEW_NAME) -> str:
    """Correct a badge at the desk; return the slug of the right one."""
    planned = plan_correction(shop.ledger, slug or shop.slugs[0], BadgeEdit(name=name))
    return replace_badge(shop.ledger, planned.replacement, by="desk")


def renew(shop: Workshop) -> str:
    """Renew the first badge two years later; return the slug of the new one."""
    shop.clock.move(days=700)
    day = date(2028, 4, 1)
    planned = plan_renewal(shop.ledger, shop.slugs[0], BadgeEdit(awarded_on=day), today=day)
    return replace_badge(shop.ledger, planned.replacement, by="desk")


def marks(browser: FlaskClient, path: str = "/wallet") -> list[str]:
    """Return the states that a page shows; not what a kept page shows after the badge has ended."""
    page = re.sub(r"<span data-after hidden>.*?</span></span>", "", get(browser, path).text, flags=re.DOTALL)
    return re.findall(r'class="mark mark--([a-z_]+)"', page)


def rows(browser: FlaskClient) -> list[str]:
    """Return the paths of what stands in the list."""
    return re.findall(r'class="held" href="([^"]+)"', get(browser, "/wallet").text)


def test_corrected_badge_stands_in_its_place_without_a_press(fresh_shop: Workshop) -> None:
    """The page of the badge has the right name, code and bytes the first time it is opened, and says so once."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    newest = correct(fresh_shop)
    page = get(browser, badge).text
    assert NEW_NAME in page
    assert "mark--in_force" in page
    assert IN_PLACE in page
    assert f"/b/{newest}.pdf" in page
    assert fresh_shop.slugs[0] not in page
    original = fresh_shop.ledger.find_published(newest)
    assert original is not None
    assert get(browser, f"{badge}/file").data == original.original
    assert IN_PLACE not in get(browser, badge).text


def test_corrected_badge_never_stands_twice(fresh_shop: Workshop) -> None:
    """With a proven address too it is one row, and nothing is offered beside it, however often it is corrected."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], sign_in(fresh_shop, ANA))
    claim(fresh_shop, Claims(fresh_shop.ledger, load_link_secret(fresh_shop.home)), fresh_shop.slugs[1], browser)
    correct(fresh_shop, correct(fresh_shop), "Dana W. Reyes")
    correct(fresh_shop, fresh_shop.slugs[1], "Luis Ortega Prado")
    page = get(browser, "/wallet").text
    assert "The issuer made 2 newer badges." in page
    assert "Found for you" not in page
    assert len(rows(browser)) == len(set(rows(browser))) == 2
    assert "Dana W. Reyes" in get(browser, badge).text


def test_two_rows_of_one_badge_become_one(fresh_shop: Workshop) -> None:
    """Who has the wrong and the right one keeps the right one once; links to either go on showing it."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], sign_in(fresh_shop, ANA))
    newest = correct(fresh_shop)
    taken = send(browser, f"/wallet/found/{newest}", "/wallet/add")
    assert taken.status_code == 303
    assert taken.location != badge
    first, second = badge.rsplit("/", 1)[1], taken.location.rsplit("/", 1)[1]
    share = send(browser, "/wallet/share", "/wallet/add", badge=[second], name="x", days="30").location
    both = send(browser, "/wallet/share", "/wallet/add", badge=[first, second], name="y", days="30").location
    paths = shared_path(browser, share), shared_path(browser, both)
    assert rows(browser) == [badge]
    assert [get(fresh_shop.client(), path).text.count(f"<h2>{NEW_NAME}") for path in paths] in ([0, 0], [1, 1])
    with fresh_shop.database.read() as connection:
        shown = connection.exec_driver_sql("SELECT holding_id FROM wallet_share_items").scalars().all()
    assert shown == [first, first]
    assert all(NEW_NAME in get(fresh_shop.client(), path).text for path in paths)


@pytest.mark.parametrize("first", ["wrong", "right"])
def test_row_that_gave_its_place_is_not_missed(first: str, fresh_shop: Workshop) -> None:
    """The wrong badge, and the right one that was paused since, become one row, whichever is looked at first."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], sign_in(fresh_shop, ANA))
    newest = correct(fresh_shop)
    send(browser, f"/wallet/found/{newest}", "/wallet/add")
    right = fresh_shop.ledger.find_published(newest)
    assert right is not None
    fresh_shop.ledger.suspend(right.id, reason="Test to be repeated.", by="desk")
    with fresh_shop.database.write() as connection:
        for slug, is_first in ((newest, first == "right"), (fresh_shop.slugs[0], first == "wrong")):
            mark = "0000" if is_first else "ffff"
            connection.exec_driver_sql(
                f"UPDATE wallet_holdings SET id = '{mark}' || substr(id, 5) WHERE slug = '{slug}'"  # noqa: S608
            )
    assert marks(browser) == ["suspended"]
    assert len(rows(browser)) == 1


def test_renewed_badge_takes_the_place_of_the_old_one(fresh_shop: Workshop) -> None:
    """The new day stands in the same row; the older award is not offered beside it."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], sign_in(fresh_shop, ANA))
    assert "May 14, 2026" in get(browser, badge).text
    renew(fresh_shop)
    browser = sign_in(fresh_shop, ANA)
    page = get(browser, "/wallet").text
    assert "Found for you" not in page
    assert rows(browser) == [badge]
    told = get(browser, badge).text
    assert "April 1, 2028" in told
    assert "May 14, 2026" not in told


def test_only_the_newer_of_two_badges_is_offered(fresh_shop: Workshop) -> None:
    """Somebody who opens a first wallet after a renewal finds one badge, not two."""
    newest = renew(fresh_shop)
    page = get(sign_in(fresh_shop, ANA), "/wallet").text
    assert re.findall(r"/wallet/found/([A-Za-z0-9_-]+)", page) == [newest]


@pytest.mark.parametrize(("change", "state"), [("revoke", "revoked"), ("suspend", "suspended")])
@pytest.mark.parametrize("page", ["/wallet", "badge", "/wallet/share", "/wallet/record", "/wallet/kept/list"])
def test_badge_out_of_force_says_so_without_a_press(page: str, change: str, state: str, fresh_shop: Workshop) -> None:
    """The list, the badge, the forms that pick badges, and what the phone keeps tell what the desk did."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    path = badge if page == "badge" else page
    assert set(marks(browser, path)) == {"in_force"}
    getattr(fresh_shop.ledger, change)(fresh_shop.badge(0).id, reason="Test to be repeated.", by="desk")
    if page == "/wallet/kept/list":
        get(browser, "/wallet/kept")  # the worker asks for this first
    assert set(marks(browser, path)) == {state}


def test_badge_is_in_force_again_without_a_press(fresh_shop: Workshop) -> None:
    """What was paused and put back is in force in the list at once."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    fresh_shop.ledger.suspend(fresh_shop.badge(0).id, reason="Test to be repeated.", by="desk")
    assert marks(browser) == ["suspended"]
    fresh_shop.ledger.reinstate(fresh_shop.badge(0).id, reason="Test was passed.", by="desk")
    assert marks(browser) == ["in_force"]


def test_what_the_phone_keeps_is_asked_for_anew(fresh_shop: Workshop) -> None:
    """The versions of the kept list and the kept badge change with what the desk did, and of no other page."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[1], browser)
    before = {page["path"]: page["version"] for page in get(browser, "/wallet/kept").get_json()["pages"]}
    fresh_shop.ledger.revoke(fresh_shop.badge(0).id, reason="Test to be repeated.", by="desk")
    after = {page["path"]: page["version"] for page in get(browser, "/wallet/kept").get_json()["pages"]}
    changed = {path for path in before if before[path] != after[path]}
    assert changed == {"/wallet", badge, f"{badge}/show"}


def test_nothing_is_verified_while_nothing_changed(fresh_shop: Workshop) -> None:
    """Opening the list again leaves the day of the last check as it was."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    fresh_shop.clock.move(days=1)
    fresh_shop.ledger.suspend(fresh_shop.badge(0).id, reason="Test to be repeated.", by="desk")
    get(browser, "/wallet")
    checked = re.findall(r"Last checked ([^<]+)<", get(browser, badge).text)
    assert "May 15, 2026" in checked[0]
    fresh_shop.clock.move(days=1)
    get(browser, "/wallet")
    assert re.findall(r"Last checked ([^<]+)<", get(browser, badge).text) == checked


def test_record_of_a_wallet_with_both_shows_one(fresh_shop: Workshop) -> None:
    """Whoever ticks the wrong and the right badge has the right one on the record."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], sign_in(fresh_shop, ANA))
    newest = correct(fresh_shop)
    taken = send(browser, f"/wallet/found/{newest}", "/wallet/add").location
    record = make_record(browser, badge, taken)
    assert get(browser, record).status_code == 200
    with fresh_shop.database.read() as connection:
        slugs = connection.exec_driver_sql("SELECT slug FROM wallet_holdings").scalars().all()
    assert slugs == [newest]


def test_badges_of_somebody_else_stay_as_they_are(fresh_shop: Workshop) -> None:
    """Opening one wallet changes nothing in another."""
    claims = hand_out(fresh_shop)
    _, badge = claim(fresh_shop, claims, fresh_shop.slugs[0])
    other, _ = claim(fresh_shop, claims, fresh_shop.slugs[1])
    fresh_shop.ledger.revoke(fresh_shop.badge(0).id, reason="Test to be repeated.", by="desk")
    assert get(other, badge).status_code == 404
    get(other, "/wallet")
    with fresh_shop.database.read() as connection:
        lost = connection.exec_driver_sql("SELECT lost FROM wallet_holdings").scalars().all()
    assert lost == ["", ""]


def test_ledger_is_asked_as_often_for_two_hundred_badges_as_for_ten(fresh_shop: Workshop) -> None:
    """The number of questions to the database does not grow with the wallet."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    asked: list[str] = []

    def note(_: object, __: object, statement: str, *___: object) -> None:
        asked.append(statement)

    def count_questions(badges: int) -> int:
        fill_with_own(fresh_shop, badges)
        asked.clear()
        get(browser, "/wallet")
        return len(asked)

    sa.event.listen(sa.Engine, "before_cursor_execute", note)
    try:
        few = count_questions(10)
        assert any("status_changes" in statement for statement in asked)
        assert count_questions(190) == few
    finally:
        sa.event.remove(sa.Engine, "before_cursor_execute", note)


def fill_with_own(shop: Workshop, count: int) -> None:
    """Put so many badges of this site into the wallet that was opened last."""
    with shop.database.write() as connection:
        query = "SELECT holder_id FROM wallet_sessions ORDER BY rowid DESC LIMIT 1"
        holder_id = str(connection.exec_driver_sql(query).scalar())
        for place in range(count):
            new = NewHolding(
                origin=Origin.CLAIMED,
                slug=f"own-{count}-{place}",
                badge_key=f"{count}-{place}",
                original=b"{}",
                media_type="application/vc+ld+json",
                headline="genuine",
                card=Card(title=f"B{place}"),
                report={},
                checked_at=shop.clock(),
            )
            insert_holding(connection, holder_id, new, now=shop.clock())


def test_link_of_the_wrong_badge_shows_the_right_one(fresh_shop: Workshop) -> None:
    """A link that was made before the correction leads to the right badge after the wallet caught up, too."""
    browser, badge = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    path = shared_path(browser, make_share(browser, badge))
    correct(fresh_shop)
    get(browser, "/wallet")
    assert NEW_NAME in get(fresh_shop.client(), path).text


def test_badge_out_of_a_copy_is_kept_up_too(fresh_shop: Workshop) -> None:
    """Whoever saved a copy, lost the wallet and opened another one reads the right name there."""
    lost, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    packed = get(lost, "/wallet/export.zip").data
    browser = sign_in(fresh_shop, ANA)
    answer = send(browser, "/wallet/import", "/wallet/add", copy=(io.BytesIO(packed), "copy.zip"))
    assert "1 is new in your wallet." in answer.text
    assert "Found for you" not in get(browser, "/wallet").text
    correct(fresh_shop)
    assert NEW_NAME in get(browser, rows(browser)[0]).text
    assert marks(browser) == ["in_force"]


def test_file_from_before_is_known_when_it_is_found(fresh_shop: Workshop) -> None:
    """A badge that was once added as a file is found for its person one time, not at each visit."""
    browser = sign_in(fresh_shop, ANA)
    add_file(browser, fresh_shop.badge(0).json_bytes, "badge.json")
    with fresh_shop.database.write() as connection:
        connection.exec_driver_sql("UPDATE wallet_holdings SET slug = ''")
    assert "Found for you" in get(browser, "/wallet").text
    assert send(browser, f"/wallet/found/{fresh_shop.slugs[0]}", "/wallet/add").status_code == 303
    assert "Found for you" not in get(browser, "/wallet").text
    assert len(rows(browser)) == 1


def test_badge_of_somebody_else_that_names_a_page_of_this_site_is_none_of_ours(fresh_shop: Workshop) -> None:
    """A badge that another key signed under our identifier stays what it is when ours is corrected."""
    foreign = {**sample_badges.small_badge(), "id": fresh_shop.badge(0).id, "validFrom": "2026-05-14T09:00:00Z"}
    options = compose_proof_options(sample_badges.method_id(), created="2026-05-14T09:00:00Z")
    body = encode_json(sign_with_options(foreign, options, signer=sample_badges.test_only_signer()))
    browser = sign_in(fresh_shop, "keeper@example.com")
    badge = add_file(browser, body, "badge.json").location
    correct(fresh_shop)
    assert rows(browser) == [badge]
    assert get(browser, f"{badge}/file").data == body
