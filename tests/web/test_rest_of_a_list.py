"""Rows that were left out of a class list when it was issued: found from its page, fixed and issued alone."""

from __future__ import annotations

import os
import re
from typing import TYPE_CHECKING

import pytest

from issuer.desk_scope import DeskScope
from issuer.people import Role
from issuer.web.drafts import OwnDrafts
from tests.doubles.desk_people import add_person
from tests.web.desk_visits import NEW_CLASS, TWO_PEOPLE, get, issue, post, upload, wait_for_job
from tests.web.test_drafts_and_jobs import make_store
from tests.web.test_fixed_cells import FIXES
from tests.web.workshop import NOON, open_desk

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def _issue(shop: Workshop, browser: FlaskClient, draft: str) -> str:
    """Issue a list that was looked at, and return the path of its job."""
    return f"/desk/jobs/{wait_for_job(shop, issue(browser, draft).location)}"


def _rest_of(browser: FlaskClient, job: str) -> str:
    found = re.search(r'href="(/desk/class-lists/[^"]+)">Fix these rows', get(browser, job).text)
    assert found is not None
    return found[1]


def test_only_the_rows_that_need_a_fix_are_shown(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """From the page of the class a button leads to the fields of the bad row; the others are not there again."""
    job = _issue(fresh_shop, trainer, upload(trainer, NEW_CLASS).location)
    page = get(trainer, _rest_of(trainer, job)).text
    assert 'name="fix:3:E-mail" value="bob@example"' in page
    assert "Only these rows of your list are shown." in page
    assert f'href="{job}"' in page
    assert "Ana Núñez" not in page
    assert "Mei Tanaka" not in page


def test_fixed_rows_are_issued_alone(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The mended row gets its badge, nobody gets a second one, and the first page leads to the second."""
    job = _issue(fresh_shop, trainer, upload(trainer, NEW_CLASS).location)
    rest = _rest_of(trainer, job)
    post(trainer, f"{rest}/fix", rest, **FIXES)
    assert "Issue 1 badge" in get(trainer, rest).text
    second = _issue(fresh_shop, trainer, rest)
    people = [issued.recipient_name for issued in fresh_shop.ledger.list_issued(None, limit=50)]
    assert sorted(people) == sorted(
        ["Dana Whitfield", "Luis Ortega", "Mei Tanaka", "Ana Núñez", "Bob Stone"]  # Mei has hers from before
    )
    page = get(trainer, job).text
    assert "Fix these rows" not in page
    assert f'href="{second}">Go to the list of the fixed rows' in page
    assert "Fix these rows" not in get(trainer, second).text


def test_columns_are_understood_from_the_whole_list(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A day that only the other rows tell from a month is still read their way."""
    sheet = "Name,E-mail,Date\nAna Núñez,ana@example.org,13/05/2026\nBob Stone,bob@example,05/04/2026\n"
    rest = _rest_of(trainer, _issue(fresh_shop, trainer, upload(trainer, sheet).location))
    post(trainer, f"{rest}/fix", rest, **{"fix:3:E-mail": "bob@example.org", "was:3:E-mail": "bob@example"})
    page = get(trainer, rest).text
    assert "April 5, 2026" in page
    assert "May 4, 2026" not in page


def test_row_whose_badge_would_be_over_is_left_over_too(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A row that reads well and only the plan speaks against waits with the others."""
    sheet = "Name,E-mail,Date\nAna Núñez,ana@example.org,2026-05-13\nBob Stone,bob@example.org,2019-05-13\n"
    draft = upload(trainer, sheet).location
    assert "1</b>needs a fix" in get(trainer, draft).text
    page = get(trainer, _rest_of(trainer, _issue(fresh_shop, trainer, draft))).text
    assert "Bob Stone" in page
    assert "Ana Núñez" not in page


def test_list_without_faults_leaves_nothing(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Nothing of a list is kept when every row of it was issued."""
    job = _issue(fresh_shop, trainer, upload(trainer, TWO_PEOPLE).location)
    assert "Fix these rows" not in get(trainer, job).text
    assert len(list((fresh_shop.home / "drafts").iterdir())) == 1


def test_rest_is_kept_for_a_day(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """After that the page offers it no more."""
    job = _issue(fresh_shop, trainer, upload(trainer, NEW_CLASS).location)
    assert "Fix these rows" in get(trainer, job).text
    (rest,) = [path for path in (fresh_shop.home / "drafts").iterdir() if "rest_of" in path.read_text()][:1]
    assert rest.exists()
    fresh_shop.clock.move(days=366)  # files have the real time, which is not long after the clock's
    assert "Fix these rows" not in get(open_desk(fresh_shop), job).text


def test_viewer_is_not_offered_it(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Who may only look gets no button that would be refused."""
    job = _issue(fresh_shop, trainer, upload(trainer, NEW_CLASS).location)
    viewer = open_desk(fresh_shop, person_id=add_person(fresh_shop.ledger, "viewer@example.org", Role.VIEWER))
    page = get(viewer, job).text
    assert "needs a fix" in page
    assert "Fix these rows" not in page


@pytest.mark.parametrize(("organisation_id", "is_found"), [("home", True), ("other", False)])
def test_rest_of_another_organisation_is_not_there(tmp_path: Path, organisation_id: str, is_found: bool) -> None:  # noqa: FBT001 - a column of the table
    """Whoever knows the number of a job of others finds nothing of its people."""
    store = make_store(tmp_path, NOON)
    draft = store.create(
        organisation_id="home", achievement_slug="cmm", issuer_slug="college", filename="a.csv", data=b"Name\nDana\n"
    )
    store.keep_rest(draft, job_id="job", rows=(2,))
    scope = DeskScope(
        organisation_id=organisation_id,
        person_id="",
        issuer_slugs=frozenset({"college"}),
        sees_codes=True,
        sees_installation=False,
    )
    found = OwnDrafts(store, lambda: scope).find_rest("job")
    assert (found is not None) is is_found
    assert found is None or (found.data, found.rows, found.rest_of) == (b"Name\nDana\n", (2,), "job")


def test_rows_that_nobody_fixed_are_deleted(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """After a day no file names these people, also where nobody sends another list."""
    _rest_of(trainer, _issue(fresh_shop, trainer, upload(trainer, NEW_CLASS).location))
    folder, mailing = fresh_shop.home / "drafts", fresh_shop.app.extensions["skillmark.mailing"]
    noon = NOON.timestamp()
    for path in folder.iterdir():
        os.utime(path, (noon, noon))
    fresh_shop.clock.move(hours=23)
    mailing.remind()
    assert len(list(folder.iterdir())) == 2
    fresh_shop.clock.move(hours=2)
    mailing.remind()
    assert list(folder.iterdir()) == []
