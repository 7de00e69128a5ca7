"""Two sheets of cards for a class, told apart by their names: one gives the badge, the other only shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from issuer.people import Role
from tests.doubles.desk_people import add_person
from tests.web.desk_visits import TWO_PEOPLE, get, issue, post, upload, wait_for_job
from tests.web.workshop import open_desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


@pytest.fixture
def job(fresh_shop: Workshop, trainer: FlaskClient) -> str:
    """The path of a class that is issued and handed out on paper."""
    draft = upload(trainer, TWO_PEOPLE).headers["Location"]
    path = f"/desk/jobs/{wait_for_job(fresh_shop, issue(trainer, draft).headers['Location'])}"
    post(trainer, f"{path}/delivery", f"{path}/delivery", way="paper", second_step="none")
    return path


def test_page_of_handing_out_names_both_sheets(trainer: FlaskClient, job: str) -> None:
    """Beside the cards that give a badge stands what the other sheet is for."""
    page = get(trainer, f"{job}/delivery").text
    assert f'href="{job}/hand-out.pdf"' in page
    assert f'href="{job}/codes.pdf"' in page
    assert "Cards to get the badge, for everybody (PDF)" in page
    assert "whoever scans its cards only sees the badge" in page


def test_page_of_a_class_offers_cards_to_show(trainer: FlaskClient, job: str) -> None:
    """The cards of the first page after issuing are named for what they do."""
    page = get(trainer, job).text
    assert "Cards to show the badge (PDF)" in page
    assert "Whoever scans such a card sees the badge" in page


@pytest.mark.parametrize(("sheet", "name"), [("codes.pdf", "cards-to-show"), ("hand-out.pdf", "cards-to-get")])
def test_files_keep_the_difference(sheet: str, name: str, trainer: FlaskClient, job: str) -> None:
    """In the folder of downloads too, the name says which sheet it is."""
    told = get(trainer, f"{job}/{sheet}").headers["Content-Disposition"]
    assert f"{name}-cmm-operator-" in told


def test_viewer_gets_no_cards_that_give_badges(fresh_shop: Workshop, job: str) -> None:
    """Who may only look sees the cards that show, and nothing that gives a badge away."""
    viewer = open_desk(fresh_shop, person_id=add_person(fresh_shop.ledger, "viewer@example.org", Role.VIEWER))
    page = get(viewer, job).text + get(viewer, f"{job}/delivery").text
    assert f'href="{job}/codes.pdf"' in page
    assert "hand-out.pdf" not in page
