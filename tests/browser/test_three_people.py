"""Trainer, worker and foreman, each with a phone of 360 pixels, in both languages; kept in docs/screenshots."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import read_qr_photo
from tests.browser.conftest import ORIGIN
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.test_screenshots import save_picture
from tests.browser.visits import Visit, when_loaded

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser

WIDTH = 360
SHEETS = {
    "en": "Name,E-mail,Date,Practical test,Written test\nRosa Delgado,,2026-11-20,Works alone,88\n",
    "es": "Nombre,Correo,Fecha,Practical test,Written test\nTomás Peña,,2026-11-20,Works alone,81\n",
}
PEOPLE = {"en": "Rosa Delgado", "es": "Tomás Peña"}
GENUINE = {"en": "Genuine", "es": "Auténtica"}
CAN_DO = "Set up a part on the machine and align it to the drawing"
TESTED = "Each person measured two parts in front of an examiner."


class Person:
    """One person with a phone of their own; each page is looked at before it is used."""

    def __init__(self, browser: Browser, role: str, language: str) -> None:
        self._role = role
        self._language = language
        self._context = browser.new_context(viewport={"width": WIDTH, "height": 780}, locale=language)
        self.visit = Visit(self._context)
        self.page: Page = self.visit.page

    def look(self, name: str) -> None:
        """Keep a picture, and find nothing wrong with the page."""
        assert self.page.locator("html").get_attribute("lang") == self._language
        assert when_loaded(self.page).evaluate("document.documentElement.scrollWidth") <= WIDTH, name
        assert find_violations(self.page) == [], name
        assert find_small_targets(self.page) == [], name
        save_picture(when_loaded(self.page).screenshot(), f"way-{self._role}-{name}-360-{self._language}.png")

    def press(self, form: str) -> None:
        """Press the button of the form whose address ends so."""
        self.page.locator(f"form[action$='{form}'] button[type=submit]").first.click()

    def leave(self) -> None:
        """Put the phone away; nothing went wrong on it, and it asked nobody else for anything."""
        assert self.visit.problems == []
        assert self.visit.foreign_requests() == []
        self._context.close()


def issue_class(trainer: Person, sheet: str) -> str:
    """Drop the sheet, look, issue, and put the code of the class on the screen; return the code as shown."""
    page = trainer.page
    trainer.visit.sign_in()
    trainer.look("desk")
    page.goto(f"{ORIGIN}/desk/courses/cmm-operator")
    page.set_input_files("#file", {"name": "class.csv", "mimeType": "text/csv", "buffer": sheet.encode()})
    page.locator("form:has(#file) button").click()
    trainer.look("rows")
    trainer.press("/issue")
    page.wait_for_selector("a[href$='/delivery']", timeout=30_000)
    trainer.look("issued")
    page.locator("a[href$='/delivery']").first.click()
    trainer.press("/delivery")
    trainer.look("delivery")
    trainer.press("/class-code")
    trainer.look("class-code")
    code: str = page.locator(".slide__code").inner_text()
    return code


def take_badge(worker: Person, class_code: str, name: str) -> str:
    """Type the code of the class and the own name, take the badge; return what the code on the screen leads to."""
    page = worker.page
    page.goto(f"{ORIGIN}/claim")
    page.fill("#code", class_code)
    worker.press("/claim")
    page.fill("#who", name)
    worker.look("name")
    page.locator("form:has(#who) button").click()
    worker.look("take")
    page.locator("#take button").click()
    worker.look("earned")
    page.locator("a[href$='/show']").first.click()
    page.wait_for_load_state("networkidle")
    if page.locator("form[action$='/code'] button").count():
        worker.press("/code")
    worker.look("code")
    (address,) = read_qr_photo(when_loaded(page).screenshot())
    return address


@pytest.mark.parametrize("language", ["en", "es"])
def test_three_people(language: str, browser: Browser, live_shop: Workshop) -> None:
    """A dropped sheet becomes a badge on a phone; a scan of that phone says who can do what, and how it was tested."""
    assert live_shop.slugs
    trainer = Person(browser, "trainer", language)
    class_code = issue_class(trainer, SHEETS[language])
    worker = Person(browser, "worker", language)
    address = take_badge(worker, class_code, PEOPLE[language])
    assert address.startswith(f"{ORIGIN}/b/")
    assert PEOPLE[language].split()[0] not in address
    foreman = Person(browser, "foreman", language)
    page = foreman.page
    page.goto(address)
    assert page.locator("h1").inner_text() == GENUINE[language]
    text = page.locator("main").inner_text()
    for words in (PEOPLE[language], "Lakeshore Technical College", CAN_DO, TESTED):
        assert words in text
    foreman.look("scan")
    for person in (trainer, worker, foreman):
        person.leave()
