"""A wallet a page at a time: every badge once and in order, and two hundred of them in the time of ten."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.doubles.cost import TRIES, cost_of
from tests.web.wallet_visits import add_note, claim, get, hand_out, send, sign_in
from wallet import Card, Origin
from wallet.holding_store import insert_holding
from wallet.model import NewHolding
from wallet.shelf import MAX_ENDING, PAGE_HOLDINGS

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

MANY, FEW = 200, 10
MAX_RATIO = 2.0  # a full page has 25; drawing all of them would be four times as much
NOW = datetime(2026, 5, 14, 12, tzinfo=UTC)


@pytest.fixture
def holder(fresh_shop: Workshop) -> FlaskClient:
    """A browser with an empty wallet."""
    return sign_in(fresh_shop, "keeper@example.com")


def fill(shop: Workshop, count: int, compose: Callable[[int], Card]) -> None:
    """Put so many badges into the wallet that was opened last."""
    with shop.database.write() as connection:
        query = "SELECT holder_id FROM wallet_sessions ORDER BY rowid DESC LIMIT 1"
        holder_id = str(connection.exec_driver_sql(query).scalar())
        for place in range(count):
            new = NewHolding(
                origin=Origin.ADDED,
                badge_key=f"{count}-{place}",
                original=b"{}",
                media_type="application/vc+ld+json",
                headline="genuine",
                card=compose(place),
                report={},
                checked_at=NOW,
            )
            insert_holding(connection, holder_id, new, now=NOW + timedelta(seconds=place))


def read_titles(browser: FlaskClient, path: str) -> list[str]:
    """Return the badges on a page, in its order."""
    return re.findall(r'held__name"[^>]*>([^<]+)<', get(browser, path).text)


def test_pages_have_each_badge_once_newest_first(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """By the day on which it was earned, those without a day after them, what was added last first; notes last."""
    count = PAGE_HOLDINGS * 2 + 3
    days = [NOW.date() - timedelta(days=place * 7 % 60) if place % 10 else None for place in range(count)]
    fill(fresh_shop, count, lambda place: Card(title=f"B{place}", earned_on=days[place]))
    add_note(holder, "Crane safety", day="2030-01-01")
    wanted = sorted(
        range(count), key=lambda place: (days[place] is not None, days[place] or date.min, place), reverse=True
    )
    shown = [title for page in (1, 2, 3) for title in read_titles(holder, f"/wallet?page={page}")]
    assert shown == [*(f"B{place}" for place in wanted), "Crane safety"]
    assert len(read_titles(holder, "/wallet")) == PAGE_HOLDINGS


def test_pages_by_skill_have_each_badge_under_each_skill(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """A skill is one whatever its capitals; those without a skill come last; the name stands again on the next page."""
    skills = [("Welding", "driving"), ("Driving",), ()]
    fill(fresh_shop, 60, lambda place: Card(title=f"B{place}", skills=skills[place % 3]))
    pages = [get(holder, f"/wallet?by=skill&page={page}").text for page in (1, 2, 3, 4)]
    heads = [re.findall(r"<h3>([^<]+)</h3>", page) for page in pages]
    assert [[head.casefold() for head in on_page] for on_page in heads] == [
        ["driving"],
        ["driving", "welding"],
        ["welding", "without a skill"],
        ["without a skill"],
    ]
    shown = [title for page in (1, 2, 3, 4) for title in read_titles(holder, f"/wallet?by=skill&page={page}")]
    assert len(shown) == 80
    assert sorted(set(shown)) == sorted(f"B{place}" for place in range(60))


def test_page_leads_to_its_neighbours(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """The first has a next one, the last has one before; a small wallet has neither."""
    fill(fresh_shop, PAGE_HOLDINGS, lambda place: Card(title=f"B{place}"))
    assert "shelf-pages" not in get(holder, "/wallet").text
    fill(fresh_shop, PAGE_HOLDINGS + 1, lambda place: Card(title=f"C{place}"))
    first, last = get(holder, "/wallet").text, get(holder, "/wallet?page=3").text
    assert 'rel="next" href="/wallet?page=2"' in first
    assert 'rel="prev"' not in first
    assert 'rel="prev" href="/wallet?page=2"' in last
    assert 'rel="next"' not in last
    assert "Page 3 of 3" in last
    assert 'href="/wallet?by=skill&amp;page=2"' in get(holder, "/wallet?by=skill").text


@pytest.mark.parametrize("page", ["0", "-3", "999999999999999999999", "x", ""])
def test_page_that_is_not_there_is_the_nearest(page: str, holder: FlaskClient, fresh_shop: Workshop) -> None:
    """No number breaks the list."""
    fill(fresh_shop, PAGE_HOLDINGS + 1, lambda place: Card(title=f"B{place}"))
    assert len(read_titles(holder, f"/wallet?page={page}")) in {1, PAGE_HOLDINGS}


def test_search_finds_what_is_on_no_first_page(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """The question goes through the whole wallet."""
    fill(fresh_shop, MANY, lambda place: Card(title=f"Badge {place}", earned_on=NOW.date() - timedelta(days=place)))
    found = send(holder, "/wallet", "/wallet", q="badge 199")
    assert re.findall(r'held__name"[^>]*>([^<]+)<', found.text) == ["Badge 199"]
    assert "200 badges" in send(holder, "/wallet", "/wallet", q=" ").text


def test_what_ends_when_is_not_longer_than_its_share(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """Those that end soon come before those that ended long ago, and only on the first page."""
    fill(fresh_shop, 60, lambda place: Card(title=f"B{place}", valid_until=NOW + timedelta(days=5 - place * 10)))
    page = get(holder, "/wallet").text
    ending = re.search(r'<section class="card" aria-labelledby="ending">.*?</section>', page, re.DOTALL)
    assert ending is not None
    titles = re.findall(r'held__name"[^>]*>([^<]+)<', ending[0])
    assert titles == [f"B{place}" for place in reversed(range(MAX_ENDING))]
    assert 'id="ending"' not in get(holder, "/wallet?page=2").text


@pytest.mark.parametrize("path", ["/wallet", "/wallet?by=skill"])
def test_two_hundred_badges_open_in_the_time_of_ten(path: str, holder: FlaskClient, fresh_shop: Workshop) -> None:
    """The first page of a large wallet costs what that of a small one does, and the little that a full page is more."""
    fill(fresh_shop, FEW, lambda place: Card(title=f"A{place}", skills=("Driving",)))
    other = sign_in(fresh_shop, "collector@example.com")
    fill(fresh_shop, MANY, lambda place: Card(title=f"B{place}", skills=("Driving",)))
    ratios = []
    for _ in range(2 * TRIES):
        few = cost_of(lambda: get(holder, path))
        ratios.append(cost_of(lambda: get(other, path)) / few)
        if ratios[-1] <= MAX_RATIO:
            return
    pytest.fail(f"two hundred badges cost {min(ratios):.2f} times as much as ten")


def read_named(browser: FlaskClient, path: str) -> list[str]:
    """Return whom the badges on a page were given to, where the page says so."""
    return re.findall(r">Given to ([^<]+)<", get(browser, path).text)


def test_list_says_whose_badge_it_is_when_it_is_somebody_elses(fresh_shop: Workshop) -> None:
    """Own badges stand without a name, however it is spelled; another person's has theirs, everywhere it is listed."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    assert read_named(browser, "/wallet") == []
    names = ["Dana Whitfield", "dana whitfield", "Luis <Prado>", ""]
    soon = NOW + timedelta(days=30)
    fill(fresh_shop, len(names), lambda place: Card(title="Welding", recipient=names[place], valid_until=soon))
    other = "Luis &lt;Prado&gt;"
    assert read_named(browser, "/wallet") == [other, other]  # what ends soon, and all
    assert read_named(browser, "/wallet?by=skill") == [other, other]
    assert read_named(browser, "/wallet/kept/list") == [other]
    found = send(browser, "/wallet", "/wallet", q="welding").text
    assert re.findall(r">Given to ([^<]+)<", found) == [other]


def test_list_of_two_people_names_both(fresh_shop: Workshop) -> None:
    """A mother claims her badge and her son's into one wallet: each badge says whose it is."""
    claims = hand_out(fresh_shop)
    browser, _ = claim(fresh_shop, claims, fresh_shop.slugs[0])
    claim(fresh_shop, claims, fresh_shop.slugs[1], browser)
    assert len(set(read_named(browser, "/wallet"))) == 2


def test_list_names_everybody_when_nothing_was_claimed(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """Of a badge that came from elsewhere alone nobody knows whose wallet it is in."""
    fill(fresh_shop, 1, lambda _: Card(title="Welding", recipient="Luis Prado"))
    assert read_named(holder, "/wallet") == ["Luis Prado"]


def test_pages_of_what_was_found(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """A search that finds much comes a page at a time, each once; the question stands in no address."""
    count = PAGE_HOLDINGS + 4
    fill(fresh_shop, count, lambda place: Card(title=f"Weld {place}", earned_on=NOW.date() - timedelta(days=place)))
    fill(fresh_shop, 3, lambda place: Card(title=f"Crane {place}"))
    add_note(holder, "Weld course of my own")
    pages = [send(holder, "/wallet", "/wallet", q="weld", page=str(page)).text for page in (1, 2, 99)]
    assert all(f"Yes: {count} badges" in page for page in pages)
    titles = [re.findall(r'held__name"[^>]*>([^<]+)<', page) for page in pages]
    assert titles[0] + titles[1] == [*(f"Weld {place}" for place in range(count)), "Weld course of my own"]
    assert titles[2] == titles[1]
    assert re.findall(r'name="page" value="([0-9]+)"', pages[0]) == ["2"]
    assert re.findall(r'name="page" value="([0-9]+)"', pages[1]) == ["1"]
    assert "q=weld" not in pages[0] + pages[1]
    assert 'name="page"' not in send(holder, "/wallet", "/wallet", q="crane").text


def read_picks(page: str) -> list[str]:
    """Return the badges that can be chosen on a page, in its order."""
    return re.findall(r'<input type="checkbox" name="badge" value="([0-9a-f]{32})"', page)


def test_badges_are_chosen_on_several_pages(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """What was ticked on one page goes along to the next, with name and days, and all of it is in the link."""
    fill(fresh_shop, PAGE_HOLDINGS + 4, lambda place: Card(title=f"B{place}"))
    first = get(holder, "/wallet/share").text
    assert len(read_picks(first)) == PAGE_HOLDINGS
    typed = {"name": "Job <1>", "days": "7"}
    ticked = read_picks(first)[:2]
    second = send(holder, "/wallet/share/choose", "/wallet/share", badge=ticked, picks="2", **typed).text
    assert len(read_picks(second)) == 4
    assert set(read_picks(second)).isdisjoint(read_picks(first))
    assert re.findall(r'<input type="hidden" name="badge" value="([0-9a-f]{32})"', second) == ticked
    assert "2 badges on other pages are chosen too." in second
    assert 'value="Job &lt;1&gt;"' in second
    assert '<option value="7" selected>' in second
    everything = [*ticked, read_picks(second)[0]]
    back = send(holder, "/wallet/share/choose", "/wallet/share", badge=everything, picks="1", **typed).text
    assert re.findall(r'value="([0-9a-f]{32})" checked', back) == ticked
    made = send(holder, "/wallet/share", "/wallet/share", badge=everything, **typed)
    assert "3 badges" in get(holder, made.location).text


def test_badge_to_share_is_on_the_page_that_opens(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """From the page of an old badge its holder comes to the page of the choice on which it is ticked."""
    fill(fresh_shop, PAGE_HOLDINGS + 1, lambda place: Card(title=f"B{place}"))
    last = send(holder, "/wallet/share/choose", "/wallet/share", picks="2").text
    (old,) = read_picks(last)
    page = get(holder, f"/wallet/share?badge={old}").text
    assert re.findall(r'value="([0-9a-f]{32})" checked', page) == [old]
    assert 'name="picks" value="1"' in page


def test_badge_of_somebody_else_is_not_carried_along(holder: FlaskClient, fresh_shop: Workshop) -> None:
    """What is no badge of this wallet is dropped on the way."""
    fill(fresh_shop, PAGE_HOLDINGS + 1, lambda place: Card(title=f"B{place}"))
    page = send(holder, "/wallet/share/choose", "/wallet/share", badge=["0" * 32, '"><b>'], picks="2").text
    assert 'type="hidden" name="badge"' not in page
