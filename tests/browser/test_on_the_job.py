"""A badge from a supervisor's phone: three taps and a name at 360 pixels, without scripts, in both languages."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import read_qr_photo
from issuer import read_achievement
from tests.browser.conftest import ORIGIN
from tests.browser.offline_visits import VISIT
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import Visit, when_loaded
from tests.web.workshop import COURSE

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, BrowserContext, Page

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser
SHOP = "lakeshore-technical-college"
NAMES = {"en": "Nadia Forge", "es": "Otilia Núñez"}


@pytest.fixture
def plain_phone(browser: Browser) -> Iterator[BrowserContext]:
    """A small phone whose browser runs no script."""
    context = browser.new_context(
        viewport={"width": 360, "height": 740}, device_scale_factor=2, java_script_enabled=False, locale="en-US"
    )
    yield context
    context.close()


@pytest.fixture(scope="module")
def jobs_course(live_shop: Workshop) -> str:
    """A course that asks for a level, in the short list of the live site."""
    text = COURSE.replace("slug: cmm-operator", "slug: first-part").replace("CMM Operator", "Measures the First Part")
    text = text.replace("type: RubricCriterionLevel", "type: RubricCriterionLevel\n    required_level: helped")
    text = text[: text.index("  - key: written")]
    text = text.replace(
        "skills:\n", "skills:\n  - {name: First part check, description: Measuring the first part of a run.}\n"
    )
    course = read_achievement(text.encode(), filename="c.yaml", folder=None)
    live_shop.ledger.save_achievement(live_shop.issuer_slug, course)
    return course.slug


def _look(page: Page) -> list[object]:
    width = when_loaded(page).evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    return [*find_violations(page), *find_small_targets(page), *(["wide"] if width > 0 else [])]


def _put_in_short_list(visit: Visit, slug: str) -> None:
    page = visit.open(f"/desk/courses/{slug}")
    button = page.locator("button[name=offered]")
    if button.get_attribute("value") == "yes":
        button.click()


@pytest.mark.parametrize("language", ["en", "es"])
def test_three_taps_and_a_name(
    plain_phone: BrowserContext, live_shop: Workshop, jobs_course: str, language: str
) -> None:
    """Without scripts: name, tick, Issue; then the screen holds a code that a camera reads, for this person alone."""
    visit = Visit(plain_phone)
    visit.sign_in()
    _put_in_short_list(visit, jobs_course)
    page = visit.open(f"/desk/on-the-job/{jobs_course}?lang={language}")
    page.fill("#name", NAMES[language])
    page.locator("input[type=radio][value=alone]").check()
    save_picture(when_loaded(page).screenshot(full_page=True), f"on-the-job-form-360-{language}.png")
    page.locator("form:has(#name) button[type=submit]").click()
    assert "/desk/on-the-job/given/" in page.url
    page.wait_for_load_state("load")
    screen = when_loaded(page).screenshot()
    save_picture(screen, f"on-the-job-code-360-{language}.png")
    (link,) = read_qr_photo(screen)
    assert link.startswith(f"{ORIGIN}/claim/")
    assert NAMES[language] in page.locator("h1").inner_text()
    issued = live_shop.ledger.list_issued(page.url.rsplit("/", 1)[1])
    assert [(badge.recipient_name, badge.issued_at) for badge in issued] == [(NAMES[language], VISIT)]


def test_undo_on_the_same_page(plain_phone: BrowserContext, live_shop: Workshop, jobs_course: str) -> None:
    """A mistake is taken back where it was made: open, tick, press; then no code is on the screen."""
    visit = Visit(plain_phone)
    visit.sign_in()
    _put_in_short_list(visit, jobs_course)
    page = visit.open(f"/desk/on-the-job/{jobs_course}")
    page.fill("#name", "Wrong Person")
    page.locator("input[type=radio][value=alone]").check()
    page.locator("form:has(#name) button[type=submit]").click()
    page.locator("summary").last.click()
    page.locator("input[name=confirmed]").check()
    page.locator("button.button--stop").click()
    assert page.locator(".give__qr").count() == 0
    assert "taken back" in page.locator("h1").inner_text()
    (issued,) = live_shop.ledger.list_issued(page.url.rsplit("/", 1)[1])
    assert issued.revoked


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_are_accessible(phone: BrowserContext, jobs_course: str, language: str) -> None:
    """No axe finding, no small target, no sideways scrolling: list, form, form with faults, code, taken back."""
    visit = Visit(phone)
    visit.sign_in()
    _put_in_short_list(visit, jobs_course)
    found = {"list": _look(visit.open(f"/desk/on-the-job?choose=1&lang={language}"))}
    page = visit.open(f"/desk/on-the-job/{jobs_course}?lang={language}")
    page.locator("summary").click()
    found["form"] = _look(page)
    page.fill("#name", f"Ada Axe {language}")
    page.locator("input[type=radio][value=alone]").check()
    page.fill("#email", "nobody")
    page.locator("form:has(#name) button[type=submit]").click()
    assert page.locator("#email-error").count() == 1
    found["faults"] = _look(page)
    page.fill("#email", "")
    page.locator("form:has(#name) button[type=submit]").click()
    page.locator(".give__qr").wait_for()
    page.locator("summary").last.click()
    found["code"] = _look(page)
    page.locator("input[name=confirmed]").check()
    page.locator("button.button--stop").click()
    found["taken back"] = _look(page)
    found["own skill"] = _look(visit.open(f"/skills/{SHOP}/first-part-check?lang={language}"))
    assert "First part check" in page.locator("h1").inner_text()
    assert {place: findings for place, findings in found.items() if findings} == {}
    assert visit.problems == [] or all("400" in problem for problem in visit.problems)
    assert visit.foreign_requests() == []
