"""Skills that are picked for a course that is being written, from the library and from lists of one's own."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from issuer import read_own_credential
from keys import OfflineFetcher
from skillmark.wiring import with_own_documents
from tests.web.course_visits import GOOD, begin, read_shown, step
from tests.web.desk_visits import get, post
from tests.web.workshop import open_desk
from verifier import VerificationContext, verify_any
from wallet.cards import compose_card

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop


def test_skills_are_found_picked_and_saved(fresh_shop: Workshop) -> None:
    """From a search to the terms and sentences of the course."""
    browser = open_desk(fresh_shop)
    draft = begin(browser, GOOD)
    assert "Robotics" in get(browser, f"{draft}/skills?q=robtics").text
    page = f"{draft}/skills"
    answer = post(browser, page, page, skill=["starter:robotics", "starter:work-ethic"], with_can_do="yes")
    assert answer.headers["Location"] == page
    step(browser, draft, "save", read_shown(get(browser, draft)))
    saved = fresh_shop.ledger.find_achievement("cnc-basics")
    assert saved is not None
    assert ("O*NET", "2.B.3.h") in {(skill.framework, skill.code) for skill in saved.skills}
    assert len(saved.can_do) == 3
    document = get(browser, "/achievements/cnc-basics.json").get_json()
    assert document["alignment"][0]["targetName"] == "Robotics"
    codes = [
        alignment.get("targetCode")
        for alignment in document["alignment"]
        if alignment["targetUrl"].startswith("https://www.onetonline.org/")
    ]
    assert "2.B.3.h" in codes
    assert document["alignment"][-1]["targetName"] == "Work ethic"


def test_skill_keeps_its_own_name(fresh_shop: Workshop) -> None:
    """Who picks Welding gives a badge for Welding: terms of public lists stand beside that name, never instead."""
    browser = open_desk(fresh_shop)
    draft = begin(browser, GOOD)
    post(browser, f"{draft}/skills", f"{draft}/skills", skill="starter:welding")
    step(browser, draft, "save", read_shown(get(browser, draft)))
    saved = fresh_shop.ledger.find_achievement("cnc-basics")
    assert saved is not None
    names = [skill.name for skill in saved.skills]
    assert (names[0], saved.skills[0].url) == ("Welding", "")
    assert "Handling and Moving Objects" in names[1:]
    page = get(browser, "/achievements/cnc-basics").text
    shown = page[page.index('id="skills"') :]
    assert '<strong lang="en">Welding</strong>' in shown
    assert '<strong lang="en">Handling and Moving Objects</strong>' not in shown
    assert shown.index("Near it in public lists:") < shown.index("Handling and Moving Objects")
    own = get(browser, "/skills/lakeshore-technical-college/welding?lang=es").text
    assert "Soldadura" in own
    assert "Handling and Moving Objects" not in own


def test_foreman_and_wallet_read_the_name_of_the_skill(fresh_shop: Workshop) -> None:
    """On the badge's page the own name is the skill, and in a wallet it is the only one; the signed terms stay."""
    browser = open_desk(fresh_shop)
    draft = begin(browser, GOOD)
    post(browser, f"{draft}/skills", f"{draft}/skills", skill="starter:welding")
    step(browser, draft, "save", read_shown(get(browser, draft)))
    post(browser, "/desk/courses/cnc-basics/on-the-job", "/desk/courses/cnc-basics", offered="yes")
    form = "/desk/on-the-job/cnc-basics"
    given = post(browser, form, form, name="Wanda Welder", evidence="Seen.", seen="yes", form_id="x")
    (issued,) = fresh_shop.ledger.list_issued(given.location.rsplit("/", 1)[1])
    page = get(browser, f"/b/{issued.slug}").text
    shown = page[page.index('id="skills"') :].partition("</section>")[0]
    assert re.findall(r"<strong[^>]*>(.*?)</strong>", shown) == ["Welding"]
    assert "Handling and Moving Objects" in shown.partition("Near it in public lists:")[2]
    credential = read_own_credential(fresh_shop.ledger, issued)
    assert "Handling and Moving Objects" in {skill.name for skill in credential.skills}
    context = VerificationContext(
        now=fresh_shop.clock(), fetcher=with_own_documents(fresh_shop.ledger, OfflineFetcher())
    )
    card = compose_card(verify_any(issued.original, context=context))
    assert card is not None
    assert card.skills == ("Welding",)


def test_spanish_course_gets_the_spanish_name_of_a_skill(trainer: FlaskClient) -> None:
    """The own name comes in the language of the course and counts as chosen in both."""
    draft = begin(trainer, GOOD | {"language": "es"})
    for _ in range(2):
        post(trainer, f"{draft}/skills", f"{draft}/skills", skill="starter:welding")
    shown = read_shown(get(trainer, draft))
    assert next(text for name, text in shown.items() if re.fullmatch(r"skills/\d+/name", name)) == "Soldadura"
    assert list(shown.values()).count("Soldadura") == 1


def test_same_skill_is_not_added_twice(trainer: FlaskClient) -> None:
    """A second press of the button changes nothing, and the page says that it is there."""
    draft = begin(trainer, GOOD)
    page = f"{draft}/skills"
    for _ in range(2):
        post(trainer, page, page, skill="starter:teamwork", with_can_do="yes")
    shown = read_shown(get(trainer, draft))
    assert len([name for name in shown if re.fullmatch(r"skills/\d+/url", name)]) == 3
    assert "In the course already" in get(trainer, f"{page}?q=teamwork").text


def test_spanish_course_gets_spanish_sentences(trainer: FlaskClient) -> None:
    """The sentence of a skill comes in the language of the course."""
    draft = begin(trainer, GOOD | {"language": "es", "can_do/0": ""})
    post(trainer, f"{draft}/skills", f"{draft}/skills", skill="starter:forklift", with_can_do="yes")
    assert "montacargas" in read_shown(get(trainer, draft))["can_do/0"]


def test_own_list_is_brought_searched_and_removed(fresh_shop: Workshop) -> None:
    """A CSV of one's own: its good rows can be picked, its bad rows are told."""
    browser = open_desk(fresh_shop)
    text = "name,url\nPipe bending,https://skills.example.org/1\n=BAD(),https://skills.example.org/2\n"
    page = post(
        browser, "/desk/skill-lists", "/desk/skill-lists", name="Pipe trade", file=(io.BytesIO(text.encode()), "l.csv")
    )
    assert "1 skill was saved." in page.text
    assert "Row 3" in page.text
    draft = begin(browser, GOOD)
    assert "Pipe bending" in get(browser, f"{draft}/skills?q=pipe").text
    post(browser, f"{draft}/skills", f"{draft}/skills", skill="pipe-trade:2")
    assert read_shown(get(browser, draft))["skills/0/framework"] == "Pipe trade"
    post(browser, "/desk/skill-lists/pipe-trade/remove", "/desk/skill-lists")
    assert "Pipe bending" not in get(browser, f"{draft}/skills?q=pipe").text


def test_bad_list_is_explained(trainer: FlaskClient) -> None:
    """A file that is no list comes back with a sentence and the name that was typed."""
    page = post(trainer, "/desk/skill-lists", "/desk/skill-lists", name="X", file=(io.BytesIO(b"a;b\n"), "l.csv"))
    assert page.status_code == 400
    assert "skills.no_name_column" in page.text
