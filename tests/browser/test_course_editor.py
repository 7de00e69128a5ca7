"""A trainer writes a course on a phone: accessible, no wider than the screen, kept while typing; pictures for docs/."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from tests.browser.conftest import ORIGIN
from tests.browser.test_accessibility import find_small_targets, find_violations, open_details
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import Visit, when_loaded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

WIDTH = 360


def _check(page: Page, width: int = WIDTH) -> None:
    open_details(page)
    assert find_violations(page) == []
    assert find_small_targets(page) == []
    assert when_loaded(page).evaluate("document.documentElement.scrollWidth") <= width


def _write(page: Page, name: str) -> None:
    page.fill("[name=name]", name)
    page.fill("[name=description]", "People with this badge utilize a robot cell.")
    page.fill("[name=criteria]", "Start, stop and reset the cell three times without help.")
    page.fill("[name='can_do/0']", "Can start and stop the robot cell safely")
    page.fill("[name='can_do/1']", "Understand faults")


def test_course_is_written_on_a_phone(phone: BrowserContext, live_shop: Workshop) -> None:
    """From an empty form to a saved course: advice, levels, skills, picture, preview; each page is accessible."""
    visit = Visit(phone)
    page = visit.sign_in()
    _check(page)
    page.get_by_role("link", name="New course").click()
    _check(page)
    _write(page, "Robot Cell Operator")
    page.get_by_role("button", name="Keep the draft, show advice").click()
    assert page.locator("#c-description").count() == 1
    page.get_by_role("button", name="Add a result").click()
    page.fill("[name='results/0/name']", "Practical test")
    for row, level in enumerate(("With help", "Alone")):
        page.get_by_role("button", name="Add a level").click()
        page.fill(f"[name='results/0/levels/{row}/name']", level)
    page.check("[name='results/0/required_level'][value='1']")
    page.fill("[name=hours]", "many")
    page.get_by_role("button", name="Save the course").click()
    assert page.locator("#e-hours").count() == 1
    _check(page)
    save_picture(when_loaded(page).screenshot(full_page=True), "course-editor-360-en.png")
    page.fill("[name=hours]", "16")
    page.get_by_role("button", name="Pick skills").click()
    page.fill("#q", "robot")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox", name=re.compile("Robotics")).check()
    _check(page)
    save_picture(when_loaded(page).screenshot(full_page=True), "course-skills-360-en.png")
    page.get_by_role("button", name="Add to the course").click()
    page.get_by_role("link", name="Done").click()
    page.get_by_role("button", name="Choose the picture").click()
    before = page.locator("img[data-preview]").first.get_attribute("src")
    page.get_by_label("Cog wheel").check()
    page.get_by_label("Wine").check()
    page.wait_for_function(
        "(before) => document.querySelector('img[data-preview]').getAttribute('src') !== before", arg=before
    )
    page.wait_for_load_state("networkidle")
    _check(page)
    save_picture(when_loaded(page).screenshot(full_page=True), "course-picture-360-en.png")
    page.get_by_role("button", name="Take this picture").click()
    page.get_by_role("button", name="See what the foreman sees").click()
    assert page.locator("h1").inner_text() == "Preview, not a badge"
    _check(page)
    save_picture(when_loaded(page).screenshot(full_page=True), "course-preview-360-en.png")
    page.get_by_role("link", name="Back to the form").click()
    page.get_by_role("button", name="Save the course").click()
    page.wait_for_url("**/desk/courses/robot-cell-operator")
    saved = live_shop.ledger.find_achievement("robot-cell-operator")
    assert saved is not None
    assert (saved.design.shape, saved.results[0].required_level) == ("cog", "alone")
    _check(page)
    assert visit.foreign_requests() == []
    assert visit.problems == []


def test_what_is_typed_is_kept_without_a_button(phone: BrowserContext, live_shop: Workshop) -> None:
    """A phone that locks in the middle of a sentence loses nothing."""
    visit = Visit(phone)
    page = visit.sign_in()
    visit.open("/desk/courses/new")
    _write(page, "Half a course")
    page.wait_for_url("**/desk/course-drafts/*", timeout=15_000)
    page.goto(ORIGIN + "/desk")
    page.get_by_role("link", name="Half a course").first.click()
    assert page.input_value("[name='can_do/1']") == "Understand faults"
    assert visit.problems == []


def test_change_is_shown_before_it_is_saved(phone: BrowserContext, live_shop: Workshop) -> None:
    """The question what changes fits the screen of a phone."""
    visit = Visit(phone)
    page = visit.sign_in()
    visit.open("/desk/courses/cmm-operator/edit")
    page.fill("[name=hours]", "44")
    page.get_by_role("button", name="Save the course").click()
    assert page.get_by_text("What changes").count() == 1
    _check(page)
    save_picture(when_loaded(page).screenshot(full_page=True), "course-change-360-en.png")
    visit.open("/desk/skill-lists")
    _check(page)


def test_form_works_without_scripts_in_spanish(browser: Browser, live_shop: Workshop) -> None:
    """With scripts off, on a desk screen, in Spanish: rows, advice and saving."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="es", java_script_enabled=False)
    visit = Visit(context)
    page = visit.sign_in()
    page.goto(ORIGIN + "/desk/courses/new")
    page.fill("[name=name]", "Soldadura TIG")
    page.fill("[name=description]", "Las personas sueldan tubos delgados y revisan cada unión.")
    page.fill("[name=criteria]", "Soldar tres tubos sin fugas delante del instructor.")
    page.fill("[name='can_do/0']", "Puede soldar un tubo delgado sin fugas")
    page.locator("button[value='add:can_do']").click()
    assert page.input_value("[name='can_do/0']") == "Puede soldar un tubo delgado sin fugas"
    page.locator("button[value='picture']").click()
    save_picture(when_loaded(page).screenshot(full_page=True), "course-picture-desktop-es.png")
    page.get_by_label("Escudo").check()
    page.locator("button[value='done']").click()
    save_picture(when_loaded(page).screenshot(full_page=True), "course-editor-desktop-es.png")
    page.locator("button[value='save']").click()
    saved = live_shop.ledger.find_achievement("soldadura-tig")
    assert saved is not None
    assert (saved.language, saved.design.shape) == ("es", "shield")
    context.close()
