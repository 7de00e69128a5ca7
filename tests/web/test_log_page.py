"""The audit log at the desk: what it shows, what it leaves away, and how it is filtered."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

from issuer import list_jobs
from issuer.web.log_pages import EVENT_LABELS
from tests.web.desk_visits import get
from tests.web.wallet_visits import claim, hand_out
from tests.web.workshop import CLASS_LIST

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

ROOT = Path(__file__).resolve().parents[2]
_RECORDED = re.compile(r'(?:record\(\s*connection,\s*|"event": )"([a-z_]+\.[a-z_]+)"')


def _csv(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = get(browser, f"/desk/log.csv{query}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_every_event_of_the_program_has_plain_words() -> None:
    """Whatever the program writes into the chain, the log can say."""
    written: set[str] = set()
    for folder in ("issuer", "skillmark", "storage", "wallet"):
        for path in (ROOT / folder).rglob("*.py"):
            written |= set(_RECORDED.findall(path.read_text("utf-8")))
    assert "credential.issued" in written
    assert written - set(EVENT_LABELS) == set()


def test_log_tells_what_happened_to_a_badge(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Filtered by the address of a badge, the lines of that badge alone are there, in plain words."""
    badge = fresh_shop.badge()
    fresh_shop.ledger.suspend(badge.id, "A test.", "desk")
    fresh_shop.ledger.reinstate(badge.id, "Passed.", "command line")
    rows = _csv(trainer, f"?badge={fresh_shop.ledger.base_url}/b/{badge.slug}")
    assert [(row["what"], row["by"]) for row in rows] == [
        ("A badge was reinstated", "command line"),
        ("A badge was suspended", "desk"),
        ("A badge was issued", ""),
    ]


def test_log_is_filtered_by_event(trainer: FlaskClient) -> None:
    """Only the events that were asked for are shown."""
    assert {row["event"] for row in _csv(trainer, "?event=credential.issued")} == {"credential.issued"}


def test_log_is_filtered_by_day(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Both days of a span count; what happened before and after is left out."""
    fresh_shop.clock.move(hours=4)
    fresh_shop.ledger.suspend(fresh_shop.badge().id, "A test.", "desk")
    day = fresh_shop.clock.now.date().isoformat()
    assert len(_csv(trainer, f"?since={day}&until={day}")) == len(_csv(trainer))
    assert _csv(trainer, "?since=2027-01-01") == []
    assert _csv(trainer, "?until=2026-05-13") == []


def test_lines_say_what_people_call_the_things(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A badge is its person and course, a list its course; each leads to its page."""
    page = get(trainer, "/desk/log").text
    slug, job = fresh_shop.slugs[0], list_jobs(fresh_shop.ledger)[-1].job_id
    assert f'<a class="tap" href="/desk/badges/{slug}">Dana Whitfield, CMM Operator</a>' in page
    assert f'<a class="tap" href="/desk/jobs/{job}">CMM Operator</a>' in page


def test_line_of_a_claim_leads_to_its_badge(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The record of a claim holds the last part of the address only; the line says the same as of any badge."""
    claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])
    page = get(trainer, "/desk/log?event=badge.claimed").text
    assert f'<a class="tap" href="/desk/badges/{fresh_shop.slugs[0]}">Dana Whitfield, CMM Operator</a>' in page


def test_record_itself_names_no_person(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The file for a spreadsheet is the record: neither names nor addresses, nor the made-up names of the chain."""
    text = get(trainer, "/desk/log.csv").text
    assert fresh_shop.slugs[0] in text
    for word in ("Dana", "Whitfield", "dana@example.org"):
        assert word not in text
    assert "recipient" not in text + get(trainer, "/desk/log").text


def test_log_has_pages(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A hundred lines on a page; the way to the older ones keeps the filter, and ends with the first line."""
    header, *_ = CLASS_LIST.splitlines()
    people = [f"Person Number {n},p{n}@example.org,2026-05-14,Works alone,9{n % 10},," for n in range(120)]
    fresh_shop.issue("\n".join((header, *people)))
    page = get(trainer, "/desk/log?event=credential.issued").text
    older = re.search(r'href="(/desk/log\?[^"]*before=\d+)"', page)
    assert older is not None
    assert page.count("A badge was issued</td>") == 100
    rest = get(trainer, older[1].replace("&amp;", "&")).text
    assert rest.count("A badge was issued</td>") == 23
    assert 'rel="next"' not in rest


def test_cells_of_the_download_are_no_formulas(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A subject that a spreadsheet program would run gets an apostrophe (T-48)."""
    with fresh_shop.ledger.transaction() as connection:
        fresh_shop.ledger.record(connection, "store.restored", "=HYPERLINK(1)", by="+cmd")
    newest = _csv(trainer)[0]
    assert (newest["about"], newest["by"]) == ("'=HYPERLINK(1)", "'+cmd")


def test_nonsense_in_the_filter_is_answered(trainer: FlaskClient) -> None:
    """A day that is none is a bad request; a page that is none is the first one; a far day is no fault."""
    assert get(trainer, "/desk/log?since=yesterday").status_code == 400
    assert get(trainer, "/desk/log?before=abc&event=%00").status_code == 200
    assert get(trainer, "/desk/log?until=9999-12-31").status_code == 200


def test_log_is_behind_the_sign_in(fresh_shop: Workshop) -> None:
    """A stranger reads neither the page nor the file."""
    for path in ("/desk/log", "/desk/log.csv"):
        assert get(fresh_shop.client(), path).status_code in {302, 303}
