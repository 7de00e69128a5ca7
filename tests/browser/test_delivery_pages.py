"""Handing out, on the trainer's phone and on the projector: accessible, no wider than the screen, code readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import read_qr_photo
from issuer import Claims, DeliveryWay, SecondStep, choose_delivery, deliver_class, list_jobs, open_class_code
from skillmark.settings import load_link_secret
from tests.browser.test_accessibility import find_small_targets, find_violations
from tests.browser.visits import Visit, when_loaded

if TYPE_CHECKING:
    from playwright.sync_api import BrowserContext

    from tests.web.workshop import Workshop

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("language", ["en", "es"])
def test_pages_of_handing_out(phone: BrowserContext, live_shop: Workshop, language: str) -> None:
    """No axe finding, no small target and no sideways scrolling, in both languages."""
    job = list_jobs(live_shop.ledger)[-1]
    claims = Claims(live_shop.ledger, load_link_secret(live_shop.home))
    choose_delivery(claims, job.job_id, way=DeliveryWay.EMAIL, second_step=SecondStep.NONE)
    deliver_class(claims, job.job_id)
    code = open_class_code(claims, job.job_id)
    visit = Visit(phone)
    visit.sign_in()
    page = visit.page
    found = {}
    for path in (f"/desk/jobs/{job.job_id}/delivery", "/desk/to-call", "/desk/messages"):
        page = visit.open(f"{path}?lang={language}")
        width = when_loaded(page).evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        found[path] = [*find_violations(page), *find_small_targets(page), *(["wide"] if width > 0 else [])]
    page = visit.open(f"/desk/jobs/{job.job_id}/class-code")
    found["slide"] = find_violations(page)
    assert {path: findings for path, findings in found.items() if findings} == {}
    page.set_viewport_size({"width": 1280, "height": 720})
    assert read_qr_photo(when_loaded(page).screenshot()) == (f"{live_shop.ledger.base_url}/claim/class/{code}",)
