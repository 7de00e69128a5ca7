"""Bad cells of a class list are mended in the page of the dry run, without another upload."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.desk_visits import NEW_CLASS, get, issue, post, upload, wait_for_job

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

FIXES = {
    "fix:3:E-mail": "bob@example.org",
    "was:3:E-mail": "bob@example",
    "fix:3:Practical test": "Works alone",
    "was:3:Practical test": "Works sideways",
    "fix:3:Written test": "92",
    "was:3:Written test": "192",
}


def test_bad_cell_has_a_field(trainer: FlaskClient) -> None:
    """What stands in a bad cell stands in a field beside what is wrong with it."""
    page = get(trainer, upload(trainer, NEW_CLASS).location).text
    assert 'name="fix:3:E-mail" value="bob@example"' in page
    assert "Save the fixes and look again" in page


def test_levels_stand_beside_a_level_that_is_none(trainer: FlaskClient) -> None:
    """Who wrote a level that the course does not have sees which ones it has."""
    page = get(trainer, upload(trainer, NEW_CLASS).location).text
    assert "Works sideways" in page
    assert "Levels: Works with help · Works alone" in page


def test_mended_row_is_issued(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """After all its cells are mended the row gets a badge with the new words."""
    draft = upload(trainer, NEW_CLASS).location
    assert post(trainer, f"{draft}/fix", draft, **FIXES).status_code == 303
    page = get(trainer, draft).text
    assert "needs a fix" not in page
    wait_for_job(fresh_shop, issue(trainer, draft).location)
    (bob,) = fresh_shop.ledger.search_issued("bob@example.org", limit=5)
    assert bob.recipient_name == "Bob Stone"


def test_fixes_add_up(trainer: FlaskClient) -> None:
    """What was mended before stays when more is mended later; a fix that is wrong is explained as a cell is."""
    draft = upload(trainer, NEW_CLASS).location
    post(trainer, f"{draft}/fix", draft, **{name: text for name, text in FIXES.items() if "E-mail" in name})
    post(trainer, f"{draft}/fix", draft, **{"fix:3:Written test": "500", "was:3:Written test": "192"})
    page = get(trainer, draft).text
    assert 'name="fix:3:E-mail"' not in page
    assert 'name="fix:3:Written test" value="500"' in page


def test_field_that_was_left_alone_is_no_fix(trainer: FlaskClient) -> None:
    """A value that the page shows cut short does not replace the whole one by being sent back."""
    draft = upload(trainer, NEW_CLASS).location
    before = get(trainer, draft).text.count("fix:3:")
    post(trainer, f"{draft}/fix", draft, **{"fix:3:E-mail": "bob@example", "was:3:E-mail": "bob@example"})
    after = get(trainer, draft).text
    assert "Your fixes are in." not in after
    assert after.count("fix:3:") == before


def test_nonsense_is_no_fix(trainer: FlaskClient) -> None:
    """Rows and columns that are none change nothing."""
    draft = upload(trainer, NEW_CLASS).location
    rows = {"fix:999:E-mail": "x", "fix:²:E-mail": "x", "fix:3:No such column": "x", "fix:": "x", "fix:1:Name": "Evil"}
    assert post(trainer, f"{draft}/fix", draft, **rows).status_code == 303
    page = get(trainer, draft)
    assert page.status_code == 200
    assert "Evil" not in page.text
