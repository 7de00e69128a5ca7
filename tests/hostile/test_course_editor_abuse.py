"""A hostile trainer, or one whose browser was taken over, at the course editor."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

import pytest

from tests.web.course_visits import GOOD, begin, read_shown, step
from tests.web.desk_visits import get, post
from tests.web.workshop import BASE_URL, open_desk, open_workshop, read_token

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flask.testing import FlaskClient

EVIL = '"><script>alert(1)</script><img src=x onerror=alert(1)>'
PLACES = ("name", "description", "criteria", "assessment", "can_do/0", "tags", "hours", "results/0/name",
          "results/0/levels/0/name", "skills/0/name", "skills/0/url", "creator_name", "creator_url", "type", "language",
          "design/words", "design/colour", "results/0/type", "results/0/key", "skills/0/target_type")  # fmt: skip


@pytest.fixture
def trainer(tmp_path: Path) -> Iterator[FlaskClient]:
    """A browser that has signed in."""
    shop = open_workshop(tmp_path)
    yield open_desk(shop)
    shop.database.close()


def test_markup_in_any_field_stays_text(trainer: FlaskClient) -> None:
    """No field of a draft becomes markup on the form, in the preview, at the designer or in the picture."""
    draft = begin(trainer, GOOD | dict.fromkeys(PLACES, EVIL))
    step(trainer, draft, "save", GOOD | dict.fromkeys(PLACES, EVIL))
    for page in (
        draft,
        f"{draft}/preview",
        f"{draft}/picture",
        f"{draft}/skills?q={EVIL}",
        f"{draft}/preview.svg",
        "/desk",
    ):
        text = get(trainer, page).text
        assert "<script>alert" not in text
        assert "<img src=x" not in text
    assert read_shown(get(trainer, draft))["name"] == EVIL


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "data:text/html,x", "https://user:pw@example.org/", "//example.org"]
)
def test_unsafe_addresses_are_refused_and_no_link(url: str, trainer: FlaskClient) -> None:
    """An address that is no plain https address is told, and is no link in the preview."""
    fields = GOOD | {"criteria_url": url, "skills/0/name": "a", "skills/0/framework": "b", "skills/0/url": url}
    draft = begin(trainer, fields)
    step(trainer, draft, "save", fields)
    page = get(trainer, draft).text
    assert 'id="e-criteria_url"' in page
    assert 'id="e-skills-0-url"' in page
    assert f'href="{url}' not in get(trainer, f"{draft}/preview").text


def test_markdown_brings_no_links_or_pictures_from_elsewhere(trainer: FlaskClient) -> None:
    """Markdown of a draft goes through the same filter as that of a badge."""
    draft = begin(trainer, GOOD | {"criteria": "![x](https://evil.example/x.png) [y](javascript:alert(1)) <iframe>"})
    text = get(trainer, f"{draft}/preview").text
    assert "<iframe" not in text
    assert '<img src="https://evil' not in text
    assert 'href="javascript:' not in text


def test_huge_form_is_refused(trainer: FlaskClient) -> None:
    """A form of more than a megabyte is not read."""
    token = read_token(get(trainer, "/desk/courses/new"))
    data = {"csrf_token": token, "name": "x" * (1024 * 1024)}
    assert trainer.post("/desk/courses/new", data=data, base_url=BASE_URL).status_code == 413


def test_many_fields_and_rows_are_bounded(trainer: FlaskClient) -> None:
    """Thousands of fields and far rows neither fill the disk nor the page."""
    fields = {f"results/{row}/levels/{level}/name": "x" for row in range(60) for level in range(99)}
    fields |= {f"can_do/{row}": "x" for row in range(5_000)}
    draft = begin(trainer, fields)
    step(trainer, draft, "save", {})
    assert get(trainer, draft).status_code == 200


def test_long_lines_are_told_not_cut(trainer: FlaskClient) -> None:
    """A name of ten thousand letters comes back whole, with what to do."""
    answer = step(trainer, "/desk/courses/new", "save", GOOD | {"name": "x" * 10_000})
    page = get(trainer, answer.headers["Location"].partition("#")[0])
    assert "At most 300 letters" in page.text or "at most 300 letters" in page.text
    assert read_shown(page)["name"] == "x" * 10_000


@pytest.mark.parametrize(
    "place",
    ["remove:results/99999999999", "add:../../etc", "remove:", "add:results/0/levels/0/levels", "nonsense", "save:x"],
)
def test_odd_buttons_change_nothing(place: str, trainer: FlaskClient) -> None:
    """What no button of the form says keeps the draft and no more."""
    draft = begin(trainer, {})
    assert step(trainer, draft, place, {"name": "x"}).status_code == 303
    assert read_shown(get(trainer, draft))["name"] == "x"


@pytest.mark.parametrize("draft", ["../secrets/session", "x" * 22, "..%2f..%2fskillmark.toml", "a"])
def test_draft_of_another_name_is_not_looked_for(draft: str, trainer: FlaskClient) -> None:
    """Ids of drafts are no paths."""
    assert get(trainer, f"/desk/course-drafts/{draft}").status_code in {404, 410}


@pytest.mark.parametrize(
    "image",
    [
        b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
        b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
        b"GIF89a",
        b"",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    ],
)
def test_unsafe_picture_is_refused(image: bytes, trainer: FlaskClient) -> None:
    """A picture with scripts, of another kind or broken is told, and the drawn one stays."""
    draft = begin(trainer, GOOD)
    before = get(trainer, f"{draft}/preview.svg").data
    page = post(trainer, f"{draft}/picture", f"{draft}/picture", action="upload", file=(io.BytesIO(image), "x.svg"))
    assert page.status_code == 400
    assert get(trainer, f"{draft}/preview.svg").data == before


@pytest.mark.parametrize(
    "query", ["level=99999999", "level=-1", "colour=%23zzzzzz", "shape=%00", "words=" + "x" * 5_000]
)
def test_odd_choices_of_a_picture_are_left_out(query: str, trainer: FlaskClient) -> None:
    """An address made by hand draws a badge, and no more."""
    assert get(trainer, f"{begin(trainer, GOOD)}/preview.svg?{query}").mimetype == "image/svg+xml"


def test_steps_need_the_token_of_the_form(trainer: FlaskClient) -> None:
    """A page of another site can neither keep, copy, save nor import."""
    for path in (
        "/desk/courses/new",
        "/desk/courses/cmm-operator/copy",
        "/desk/skill-lists",
        "/desk/skill-lists/x/remove",
    ):
        assert trainer.post(path, data=GOOD, base_url=BASE_URL).status_code == 400


def test_list_of_twenty_thousand_skills_is_taken_and_one_more_is_not(trainer: FlaskClient) -> None:
    """The largest list is read and searched; a larger one is refused with a sentence."""
    rows = "".join(f"S{number},https://a.io/{number}\n" for number in range(20_001))
    whole, less = f"name,url\n{rows}", f"name,url\n{rows.rpartition('S')[0]}"
    page = post(
        trainer, "/desk/skill-lists", "/desk/skill-lists", name="Big", file=(io.BytesIO(whole.encode()), "l.csv")
    )
    assert "skills.too_many" in page.text
    page = post(
        trainer, "/desk/skill-lists", "/desk/skill-lists", name="Big", file=(io.BytesIO(less.encode()), "l.csv")
    )
    assert "20000 skills were saved." in page.text
    assert "S19999" in get(trainer, f"{begin(trainer, GOOD)}/skills?q=s19999").text
