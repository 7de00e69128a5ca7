"""The page of the desk that says how a course goes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.web.desk_visits import get
from tests.web.workshop import BASE_URL, open_desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def test_looks_of_strangers_are_counted(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Two people open a badge; a program that asks for the data, and a look at the headers, count nothing."""
    slug = fresh_shop.slugs[0]
    for _ in range(2):
        assert fresh_shop.client().get(f"/b/{slug}", base_url=BASE_URL).status_code == 200
    fresh_shop.client().get(f"/b/{slug}.json", base_url=BASE_URL)
    fresh_shop.client().get(f"/b/{slug}", base_url=BASE_URL, headers={"Accept": "application/json"})
    fresh_shop.client().head(f"/b/{slug}", base_url=BASE_URL)
    page = get(trainer, "/desk/courses/cmm-operator/counts").text
    assert "<b>3</b>badges issued" in page
    assert "<b>2</b>times looked at" in page


def test_badges_that_end_soon_can_be_renewed_there(fresh_shop: Workshop) -> None:
    """Each badge that ends soon stands there with the way to renew it."""
    fresh_shop.clock.move(days=36 * 30)
    page = get(open_desk(fresh_shop), "/desk/courses/cmm-operator/counts").text
    assert "<b>3</b>end within 90 days" in page
    assert f'href="/desk/badges/{fresh_shop.slugs[0]}/renew"' in page


def test_page_is_behind_the_sign_in(fresh_shop: Workshop) -> None:
    """A stranger does not read it; a course that is none is not found."""
    assert get(fresh_shop.client(), "/desk/courses/cmm-operator/counts").status_code in {302, 303}
    assert get(open_desk(fresh_shop), "/desk/courses/none/counts").status_code == 404
