"""The course editor at the desk: every way through the form, without scripts."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from credentials import BADGE_COLOURS
from issuer import read_achievement
from issuer.course_file import render_course_file
from issuer.people import HOME
from issuer.web.course_drafts import MAX_COURSE_DRAFTS, CourseDraft, CourseDraftStore
from keys import KeyType
from schemas import OrganizationKind
from tests.pictures import png
from tests.web.course_visits import GOOD, begin, read_shown, step
from tests.web.desk_visits import TWO_PEOPLE, get, post
from tests.web.workshop import BASE_URL, NOON, SteppedClock, open_desk, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

EXAMPLES = sorted((Path(__file__).resolve().parents[2] / "examples" / "achievements").glob("*.yaml"))


def test_new_course_is_written_in_the_browser(fresh_shop: Workshop) -> None:
    """Three needed fields make a course with a public page."""
    browser = open_desk(fresh_shop)
    answer = step(browser, "/desk/courses/new", "save", GOOD)
    assert answer.headers["Location"] == "/desk/courses/cnc-basics"
    saved = fresh_shop.ledger.find_achievement("cnc-basics")
    assert saved is not None
    assert saved.can_do == (GOOD["can_do/0"],)
    assert "CNC Basics" in get(browser, "/achievements/cnc-basics").text
    assert not list((fresh_shop.home / "course-drafts").glob("*.json"))


def test_nothing_typed_is_lost_when_rows_are_added(trainer: FlaskClient) -> None:
    """Each button brings the form back with all that was typed, and the new row."""
    draft = begin(trainer, GOOD | {"description": 'Odd "text" & <b>more</b>\nsecond line'})
    answer = step(trainer, draft, "add:results", read_shown(get(trainer, draft)))
    assert answer.headers["Location"].endswith("#row-results-0")
    answer = step(trainer, draft, "add:results/0/levels", read_shown(get(trainer, draft)) | {"results/0/name": "Test"})
    shown = read_shown(get(trainer, draft))
    assert shown["description"] == 'Odd "text" & <b>more</b>\nsecond line'
    assert (shown["results/0/name"], shown["results/0/levels/0/name"]) == ("Test", "")
    step(trainer, draft, "remove:results/0", shown)
    assert "results/0/name" not in read_shown(get(trainer, draft))


def test_each_fault_stands_at_its_field(trainer: FlaskClient) -> None:
    """A wrong field is marked, told with what to do, named in the list on top, and nothing typed is lost."""
    wrong = GOOD | {"name": "", "hours": "many", "criteria_url": "javascript:alert(1)", "valid_months": "soon"}
    answer = step(trainer, "/desk/courses/new", "save", wrong)
    page = get(trainer, answer.headers["Location"].partition("#")[0])
    assert "4 fields have to be mended" in page.text
    for field in ("name", "hours", "criteria_url", "valid_months"):
        assert f'id="e-{field}"' in page.text
        assert f'href="#f-{field}"' in page.text
        control = re.search(rf'<input[^>]*id="f-{field}"[^>]*>', page.text)
        assert control is not None
        assert f"e-{field}" in control[0]
        assert 'aria-invalid="true"' in control[0]
    assert read_shown(page)["hours"] == "many"
    assert 'href="javascript:' not in page.text


def test_usual_kinds_come_first_and_say_what_they_are_for(trainer: FlaskClient) -> None:
    """A few kinds with a line each, the others below them; the kind of a copied course is kept, whatever it is."""
    page = get(trainer, "/desk/courses/new").text
    select = page[page.index('id="f-type"') :].partition("</select>")[0]
    usual, other = re.findall(r'<optgroup label="[^"]+">(.*?)</optgroup>', select, re.DOTALL)
    assert re.findall(r'value="([^"]+)"', usual)[0] == "Certificate"
    assert "a training that ended with a test" in usual
    assert usual.count("<option") < other.count("<option")
    draft = begin(trainer, GOOD | {"type": "Diploma"})
    assert read_shown(get(trainer, draft))["type"] == "Diploma"
    assert read_shown(get(trainer, begin(trainer, GOOD | {"type": "Competency"})))["type"] == "Competency"


def test_advice_never_stops_anybody(trainer: FlaskClient) -> None:
    """Hints are shown at their fields, and the course is saved all the same."""
    jargon = GOOD | {"description": "Utilize stuff", "criteria": "Be nice.", "can_do/0": "Understand"}
    page = get(trainer, begin(trainer, jargon))
    assert 'id="c-description"' in page.text
    assert "“utilize” is office language. Plainer: “use”." in page.text
    assert 'id="c-can_do-0"' in page.text
    assert "Who watched or marked it?" in page.text
    assert step(trainer, "/desk/courses/new", "save", jargon).headers["Location"] == "/desk/courses/cnc-basics"


def test_change_is_asked_about_and_shown(fresh_shop: Workshop) -> None:
    """Saving says what differs from the newest revision; badges that were issued keep theirs."""
    browser = open_desk(fresh_shop)
    edit = "/desk/courses/cmm-operator/edit"
    before = get(browser, f"/b/{fresh_shop.slugs[0]}").text
    fields = read_shown(get(browser, edit)) | {"hours": "48", "can_do/0": "Set up a big part"}
    answer = step(browser, edit, "save", fields)
    asked = get(browser, answer.headers["Location"])
    assert "Nothing is saved yet." in asked.text
    assert "keep the old text" in asked.text
    assert re.search(r"Length of the training.*?40.*?48", asked.text, re.DOTALL)
    assert "Name of the badge" not in asked.text
    assert fresh_shop.ledger.find_achievement("cmm-operator") == fresh_shop.course
    done = browser.post(answer.headers["Location"], data={"csrf_token": read_token(asked)}, base_url=BASE_URL)
    assert done.headers["Location"] == "/desk/courses/cmm-operator"
    saved = fresh_shop.ledger.find_achievement("cmm-operator")
    assert saved is not None
    assert saved.hours == "48"
    assert (
        get(browser, f"/b/{fresh_shop.slugs[0]}").text.count("Set up a big part")
        == before.count("Set up a big part")
        == 0
    )


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_form_saves_a_course_as_it_was(path: Path, fresh_shop: Workshop) -> None:
    """What the page shows is the course: sent back untouched, nothing differs; skills are terms of the badge."""
    course = read_achievement(path.read_bytes(), filename=path.name, folder=path.parent)
    fresh_shop.ledger.save_achievement(fresh_shop.issuer_slug, course)
    browser = open_desk(fresh_shop)
    edit = f"/desk/courses/{course.slug}/edit"
    answer = step(browser, edit, "save", read_shown(get(browser, edit)))
    asked = get(browser, answer.headers["Location"])
    assert "Nothing differs from the course as it is." in asked.text
    browser.post(answer.headers["Location"], data={"csrf_token": read_token(asked)}, base_url=BASE_URL)
    assert fresh_shop.ledger.find_achievement(course.slug) == course
    document = get(browser, f"/achievements/{course.slug}.json").get_json()
    assert [term["targetUrl"] for term in document.get("alignment", [])] == [skill.url for skill in course.skills]
    assert read_achievement(render_course_file(course), filename="x.yaml", folder=None).skills == course.skills


def test_taken_short_name_is_told(trainer: FlaskClient) -> None:
    """A new course never replaces another one."""
    answer = step(trainer, "/desk/courses/new", "save", GOOD | {"name": "CMM operator"})
    page = get(trainer, answer.headers["Location"].partition("#")[0])
    assert "Another course has this short name already." in page.text


def test_last_terms_course_is_copied(fresh_shop: Workshop) -> None:
    """A copy has a name and short name of its own, and nothing that was issued."""
    browser = open_desk(fresh_shop)
    copied = post(browser, "/desk/courses/cmm-operator/copy", "/desk/courses/cmm-operator")
    draft = copied.headers["Location"]
    shown = read_shown(get(browser, draft))
    assert (shown["name"], shown["slug"]) == ("CMM Operator (copy)", "cmm-operator-2")
    saved = step(browser, draft, "save", shown | {"name": "CMM Operator, autumn"})
    assert saved.headers["Location"] == "/desk/courses/cmm-operator-2"
    assert fresh_shop.ledger.list_issued(achievement_slug="cmm-operator-2") == ()
    copy = fresh_shop.ledger.find_achievement("cmm-operator-2")
    assert copy is not None
    assert copy.results == fresh_shop.course.results
    assert fresh_shop.issue(TWO_PEOPLE)


def test_preview_is_marked_and_claims_nothing(trainer: FlaskClient) -> None:
    """The page of the foreman from a draft: marked, without a verdict, before anything is saved."""
    draft = begin(trainer, GOOD)
    answer = step(trainer, draft, "preview", GOOD)
    page = get(trainer, answer.headers["Location"])
    assert "Preview, not a badge" in page.text
    assert GOOD["can_do/0"] in page.text
    assert "Genuine" not in page.text
    assert "verdict" not in page.text


def test_preview_has_the_parts_of_the_real_page(fresh_shop: Workshop) -> None:
    """What stands on the page of a badge about the course stands in the preview, in the same order."""
    browser = open_desk(fresh_shop)
    edit = "/desk/courses/cmm-operator/edit"
    draft = step(browser, edit, "keep", read_shown(get(browser, edit))).headers["Location"].partition("#")[0]
    preview = re.findall(r"<h2[^>]*>([^<]+)</h2>", get(browser, f"{draft}/preview").text)
    real = re.findall(r"<h2[^>]*>([^<]+)</h2>", get(browser, f"/b/{fresh_shop.slugs[0]}").text)
    assert preview
    assert [title for title in real if title in preview] == preview


def test_preview_of_an_empty_draft_is_a_page(trainer: FlaskClient) -> None:
    """Looking too early does no harm."""
    draft = begin(trainer, {})
    assert "(no name yet)" in get(trainer, f"{draft}/preview").text
    assert get(trainer, f"{draft}/preview.svg").mimetype == "image/svg+xml"


def test_picture_is_drawn_from_the_choices(trainer: FlaskClient) -> None:
    """Choices in the address are tried, those of the form are kept, and both draw something else."""
    draft = begin(trainer, GOOD)
    first = get(trainer, f"{draft}/preview.svg").data
    tried = get(trainer, f"{draft}/preview.svg?shape=cog&colour=wine&icon=wrench&words=CNC+1&level=3").data
    assert first != tried
    assert get(trainer, f"{draft}/preview.svg").data == first
    choice = {"shape": "cog", "colour": "wine", "icon": "wrench", "words": "CNC 1", "level": "3"}
    answer = post(trainer, f"{draft}/picture", f"{draft}/picture", action="done", **choice)
    assert answer.headers["Location"] == draft
    assert get(trainer, f"{draft}/preview.svg").data == tried
    assert step(trainer, draft, "save", read_shown(get(trainer, draft))).status_code == 303
    assert get(trainer, "/achievements/cnc-basics/image.svg").data == tried


def test_pale_colour_is_made_darker(trainer: FlaskClient) -> None:
    """Somebody who asks for yellow is told what is drawn instead."""
    draft = begin(trainer, GOOD)
    post(trainer, f"{draft}/picture", f"{draft}/picture", action="try", colour="own", own_colour="#ffee00")
    page = get(trainer, f"{draft}/picture").text
    assert "White letters cannot be read on #ffee00." in page
    assert b"#ffee00" not in get(trainer, f"{draft}/preview.svg").data


def test_long_name_is_told_to_be_too_small(trainer: FlaskClient) -> None:
    """On 120 pixels a long name cannot be read: the page says so and asks for fewer words."""
    draft = begin(
        trainer, GOOD | {"name": "Coordinate Measuring Machine Operator with Geometric Tolerances, Level Two"}
    )
    assert "too small to read" in get(trainer, f"{draft}/picture").text
    assert "too small to read" not in get(trainer, f"{begin(trainer, GOOD)}/picture").text


def test_swatches_show_the_colours_that_are_drawn() -> None:
    """Beside each name stands the colour itself, the one that the drawing has."""
    style = (Path(__file__).resolve().parents[2] / "pages" / "static" / "desk.css").read_text("utf-8")
    for name, colour in BADGE_COLOURS.items():
        assert f".swatch--{name} {{ background: {colour}; }}" in style


def test_own_picture_is_used_and_taken_out(fresh_shop: Workshop) -> None:
    """A PNG of the trainer's own becomes the picture of the course."""
    browser = open_desk(fresh_shop)
    draft = begin(browser, GOOD)
    image = png()
    post(browser, f"{draft}/picture", f"{draft}/picture", action="upload", file=(io.BytesIO(image), "logo.png"))
    assert get(browser, f"{draft}/preview.png").data == image
    step(browser, draft, "save", GOOD)
    assert get(browser, "/achievements/cnc-basics/image.png").data == image
    draft = begin(browser, GOOD)
    post(browser, f"{draft}/picture", f"{draft}/picture", action="upload", file=(io.BytesIO(image), "logo.png"))
    post(browser, f"{draft}/picture", f"{draft}/picture", action="remove")
    assert get(browser, f"{draft}/preview.png").data != image


def test_draft_is_kept_by_the_script_and_found_again(fresh_shop: Workshop) -> None:
    """What is typed is on the server before any button; the desk lists it."""
    browser = open_desk(fresh_shop)
    answer = step(browser, "/desk/courses/new", "autosave", GOOD)
    draft = answer.get_json()["url"]
    assert read_shown(get(browser, draft))["name"] == "CNC Basics"
    assert draft in get(browser, "/desk").text
    (kept,) = (fresh_shop.home / "course-drafts").glob("*.json")
    assert kept.stat().st_mode & 0o077 == 0
    post(browser, f"{draft}/discard", draft)
    assert get(browser, draft).status_code == 410


def test_issuer_is_chosen_also_after_the_first_step(fresh_shop: Workshop) -> None:
    """Where several issue, the choice of the last step counts; one that does not exist is not found."""
    second = fresh_shop.ledger.create_issuer(name="Second Shop", kind=OrganizationKind.OTHER, key_type=KeyType.ED25519)
    browser = open_desk(fresh_shop)
    draft = begin(browser, GOOD | {"issuer": fresh_shop.issuer_slug})
    assert step(browser, draft, "save", GOOD | {"issuer": "nobody"}).status_code == 404
    assert step(browser, draft, "save", GOOD | {"issuer": second.slug}).status_code == 303
    owner = fresh_shop.ledger.find_achievement_issuer("cnc-basics")
    assert owner == second


def test_pictures_are_not_read_to_list_drafts(tmp_path: Path) -> None:
    """The list of drafts costs their words alone; a draft that is opened has its picture; both go together."""
    store = CourseDraftStore(tmp_path / "drafts", clock=lambda: NOON)
    draft = store.create(CourseDraft(id="", issuer_slug="x", image=b"P" * 1000, image_media_type="image/png"))
    assert [one.image for one in store.list_drafts(HOME)] == [b""]
    assert store.find(draft.id) == draft
    store.forget(draft.id)
    assert list((tmp_path / "drafts").iterdir()) == []


def test_oldest_drafts_go_first(tmp_path: Path) -> None:
    """There are never more than 200."""
    clock = SteppedClock()
    store = CourseDraftStore(tmp_path / "drafts", clock=clock)
    first = store.create(CourseDraft(id="", issuer_slug="x"))
    for _ in range(MAX_COURSE_DRAFTS):
        clock.move(seconds=1)
        store.create(CourseDraft(id="", issuer_slug="x"))
    assert len(store.list_drafts(HOME)) == MAX_COURSE_DRAFTS
    assert store.find(first.id) is None


def test_old_draft_is_gone(fresh_shop: Workshop) -> None:
    """A draft that nobody touched for a month is forgotten."""
    draft = begin(open_desk(fresh_shop), GOOD)
    fresh_shop.clock.move(days=31)
    assert get(open_desk(fresh_shop), draft).status_code == 410


@pytest.mark.parametrize("path", ["/desk/courses/new", "/desk/courses/cmm-operator/edit", "/desk/skill-lists"])
def test_editor_is_closed_to_strangers(path: str, client: FlaskClient) -> None:
    """Nobody sees or changes a course without signing in."""
    assert get(client, path).headers["Location"].startswith("/desk/login")


def test_unfinished_change_is_offered(trainer: FlaskClient) -> None:
    """Who opens the course again is led to the change that was begun."""
    edit = "/desk/courses/cmm-operator/edit"
    draft = step(trainer, edit, "keep", read_shown(get(trainer, edit))).headers["Location"].partition("#")[0]
    assert draft in get(trainer, edit).text
