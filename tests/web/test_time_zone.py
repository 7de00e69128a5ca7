"""Times are shown as the clocks of the people show them; what is signed stays as it is."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from tests.web.desk_visits import get, issue, post, upload, wait_for_job
from tests.web.record_visits import get_pdf, open_wallet, read_text
from tests.web.workshop import BASE_URL, open_desk, open_workshop

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

_LIST = "Name,E-mail\nAna Núñez,ana@example.org\n"
_LATE = datetime(2026, 5, 15, 1, 30, tzinfo=UTC)  # still May 14 in New York, at half past nine in the evening


@pytest.fixture
def new_york(tmp_path: Path) -> Iterator[Workshop]:
    """A site whose people live in New York."""
    shop = open_workshop(tmp_path, time_zone=ZoneInfo("America/New_York"))
    yield shop
    shop.database.close()


@pytest.fixture
def auckland(tmp_path: Path) -> Iterator[Workshop]:
    """A site whose people live in Auckland, where a day is half over before it begins in UTC."""
    shop = open_workshop(tmp_path, time_zone=ZoneInfo("Pacific/Auckland"))
    yield shop
    shop.database.close()


@pytest.mark.parametrize(
    ("zone", "english", "spanish"),
    [
        ("America/New_York", "May 14, 2026, 08:00 EDT", "14 may 2026, 08:00 EDT"),
        ("Pacific/Auckland", "May 15, 2026, 00:00 NZST", "15 may 2026, 00:00 NZST"),
        ("America/Sao_Paulo", "May 14, 2026, 09:00 UTC-03", "14 may 2026, 09:00 UTC-03"),
    ],
)
def test_time_at_the_desk_has_its_zone(zone: str, english: str, spanish: str, tmp_path: Path) -> None:
    """The hour is the one on the wall, and the name of the zone stands beside it in both languages."""
    shop = open_workshop(tmp_path, time_zone=ZoneInfo(zone))
    trainer = open_desk(shop)
    assert english in get(trainer, "/desk?lang=en").text
    assert spanish in get(trainer, "/desk?lang=es").text
    shop.database.close()


def test_without_a_setting_times_are_utc(trainer: FlaskClient) -> None:
    """Nobody is told an hour without being told whose."""
    assert "May 14, 2026, 12:00 UTC" in get(trainer, "/desk").text


def test_signed_days_stay_as_they_are(auckland: Workshop, shop: Workshop) -> None:
    """The days of a badge are those that were signed, wherever the site is."""
    for place in (auckland, shop):
        page = place.client().get(f"/b/{place.slugs[0]}", base_url=BASE_URL).text
        assert "<dt>Issued on</dt><dd>May 14, 2026</dd>" in page
        assert "<dt>Valid until</dt><dd>May 14, 2029</dd>" in page


def test_day_of_the_award_is_the_trainers_day(new_york: Workshop) -> None:
    """In the evening of a class the form offers the day that it is there, and the badge says so."""
    new_york.clock.now = _LATE
    trainer = open_desk(new_york)
    draft = upload(trainer, _LIST).location
    assert 'name="awarded_on" value="2026-05-14" max="2026-05-14"' in get(trainer, draft).text


def test_day_that_has_not_begun_in_utc_is_good(auckland: Workshop) -> None:
    """The morning of a class in Auckland is no day in the future."""
    auckland.clock.move(hours=10)  # 10 o'clock on May 15
    trainer = open_desk(auckland)
    draft = upload(trainer, _LIST).location
    assert 'name="awarded_on" value="2026-05-15"' in get(trainer, draft).text
    job_id = wait_for_job(auckland, issue(trainer, draft, awarded_on="2026-05-15").location)
    assert len(auckland.ledger.list_issued(job_id)) == 1


def _count_lines(browser: FlaskClient, since: str, until: str) -> int:
    page = get(browser, f"/desk/log?event=status.changed&since={since}&until={until}")
    assert page.status_code == 200
    return page.text.count("A badge was suspended</td>")


def test_days_of_the_log_are_the_trainers_days(new_york: Workshop) -> None:
    """What happened late in the evening is found under the day that the people remember."""
    new_york.clock.now = _LATE
    new_york.ledger.suspend(new_york.badge().id, reason="The test is repeated.", by="desk")
    trainer = open_desk(new_york)
    assert _count_lines(trainer, "2026-05-14", "2026-05-14") == 1
    assert _count_lines(trainer, "2026-05-15", "2026-05-15") == 0


@pytest.mark.parametrize("place", ["new_york", "auckland"])
def test_ends_of_the_calendar_are_days_too(place: str, request: pytest.FixtureRequest) -> None:
    """The first and the last day that a form can send ask for everything, east and west of Greenwich."""
    shop = request.getfixturevalue(place)
    shop.ledger.suspend(shop.badge().id, reason="The test is repeated.", by="desk")
    assert _count_lines(open_desk(shop), "0001-01-01", "9999-12-31") == 1


def test_mail_names_the_workers_day(new_york: Workshop) -> None:
    """A link that ends at half past nine in the evening there does not end on the next day."""
    new_york.clock.now = _LATE
    trainer = open_desk(new_york)
    job = f"/desk/jobs/{wait_for_job(new_york, issue(trainer, upload(trainer, _LIST).location).location)}"
    post(trainer, f"{job}/delivery", f"{job}/delivery", way="email", second_step="none")
    new_york.app.extensions["skillmark.mailing"].run()
    (file,) = (new_york.home / "outbox").glob("*.eml")
    text = message_from_bytes(file.read_bytes(), policy=policy.default).get_body(("plain",)).get_content()  # type: ignore[union-attr]
    # 180 days from the evening of May 14; winter time has begun.
    assert "until November 10, 2026" in " ".join(text.split())
    assert "hasta el 10 de noviembre de 2026" in " ".join(text.split())


def test_paper_and_links_of_a_wallet_name_the_workers_day(new_york: Workshop) -> None:
    """A skills record that was made in the evening is of that day, on paper and in the list of links."""
    new_york.clock.now = _LATE
    browser, badge, _ = open_wallet(new_york)
    form = {"badge": badge.rsplit("/", 1)[1], "person": "Luis Ortega", "name": "Mill", "days": "30"}
    record = post(browser, "/wallet/record", "/wallet/record", **form).location
    assert "works until June 13, 2026" in get(browser, record).text
    text = read_text(get_pdf(browser, f"{record}/record-letter.pdf"))
    assert "until June 13, 2026" in text
    assert "May 14, 2026" in text
    assert "May 15, 2026" not in text
