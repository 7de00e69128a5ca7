"""People of the desk on a phone: from an invitation to the desk with a keyboard and thumbs, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from issuer import Role
from issuer.people_passwords import request_password_link
from skillmark.settings import load_link_secret
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import Visit, when_loaded
from tests.doubles.desk_people import HARBOUR, PASSWORD, add_organisation, add_person, join
from tests.web.people_visits import make_invitation, password_path_of

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext, Page

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser


def faults(page: Page) -> list[str]:
    width = when_loaded(page).evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*find_violations(page), *find_small_targets(page), *(["wide"] if width > 0 else [])]


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_of_people(phone: BrowserContext, live_shop: Workshop, language: str) -> None:
    """No axe finding, no small target and no sideways scrolling, in both languages."""
    shop, organisation_id = live_shop, HARBOUR.replace("b", "c" if language == "en" else "d")
    add_organisation(shop.ledger, organisation_id, f"Harbour Works {language}")
    person_id = add_person(shop.ledger, f"rosa-{language}@example.org", Role.OWNER, name="Rosa Vale")
    join(shop.ledger, person_id, organisation_id, Role.TRAINER)
    long = f"somebody.with.a.very.long.address.indeed-{language}@department-of-metrology.example.org"
    add_person(shop.ledger, long, Role.VIEWER)
    path = make_invitation(shop, f"mei-{language}@example.org")
    request_password_link(shop.ledger, load_link_secret(shop.home), long)
    visit = Visit(phone)
    found = {
        each: faults(visit.open(f"{each}?lang={language}"))
        for each in ("/desk/login", "/desk/password", path, password_path_of(shop, long))
    }
    page = visit.open(f"/desk/login?lang={language}")
    page.fill("#email", f"rosa-{language}@example.org")
    page.fill("#password", PASSWORD)
    page.press("#password", "Enter")
    page.wait_for_url("**/desk/organisations*")
    found["organisations"] = faults(page)
    page.click("form[action$='/home/work'] button")
    page.wait_for_url("**/desk")
    for each in ("/desk/people", f"/desk/people/{person_id}", f"/desk/people/{person_id}/remove", "/desk/account"):
        found[each] = faults(visit.open(each))
        name = each.rpartition("/")[2]
        if name in {"people", "account"}:
            save_picture(when_loaded(page).screenshot(full_page=True), f"desk-{name}-360-{language}.png")
    assert {each: findings for each, findings in found.items() if findings} == {}


def test_from_invitation_to_desk(phone: BrowserContext, live_shop: Workshop) -> None:
    """A trainer opens the link of the mail, sets name and password, and stands at the desk; no code ran in the page."""
    path = make_invitation(live_shop, "piet@example.org", Role.TRAINER)
    visit = Visit(phone)
    page = visit.open(path)
    save_picture(when_loaded(page).screenshot(full_page=True), "desk-invitation-360-en.png")
    page.fill("#name", "Piet Marsh")
    page.fill("#password", PASSWORD)
    page.fill("#again", PASSWORD)
    page.get_by_role("button", name="Accept the invitation").click()
    page.wait_for_url("**/desk")
    assert page.get_by_role("link", name="New course").is_visible()
    assert not page.get_by_role("link", name="People", exact=True).is_visible()
    assert visit.open(path).get_by_text("This invitation cannot be used any more").is_visible()
