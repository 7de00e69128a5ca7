"""What one organisation sees of another at the desk: nothing, by whatever field, list, filter or name."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from issuer.people import HOME
from issuer.web.log_pages import EVENT_LABELS
from tests.web.two_organisations import HARBOUR, SITE_URL, open_two_organisations, sign_in_at
from tests.web.workshop import COURSE

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from werkzeug.test import TestResponse

    from tests.web.two_organisations import TwoOrganisations


def _leave_out_token(page: str) -> str:
    """Return a page without the token of its forms, which is another one in each second."""
    text, count = re.subn(r'name="csrf_token" value="[^"]+"', "", page)
    assert count
    return text


@pytest.fixture(scope="module")
def two(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoOrganisations]:
    """Two organisations with everything."""
    site = open_two_organisations(tmp_path_factory.mktemp("walls") / "home")
    yield site
    site.shop.database.close()


@pytest.fixture(autouse=True)
def begin_anew(two: TwoOrganisations) -> Iterator[None]:
    """Each test finds the site as it was."""
    yield
    two.restore()


def _get(two: TwoOrganisations, path: str, *, organisation: str = HARBOUR, role: str = "owner") -> TestResponse:
    client, _ = two.browser(organisation, role)
    return client.get(path, base_url=SITE_URL)


def _send(
    two: TwoOrganisations,
    path: str,
    fields: Mapping[str, object],
    *,
    organisation: str = HARBOUR,
    role: str = "trainer",
) -> TestResponse:
    client, token = two.browser(organisation, role)
    return client.post(path, base_url=SITE_URL, data={"csrf_token": token, **fields})


def _post(two: TwoOrganisations, path: str, **fields: object) -> TestResponse:
    return _send(two, path, fields)


def _course_file(slug: str, name: str = "CMM Operator") -> tuple[io.BytesIO, str]:
    text = COURSE.replace("slug: cmm-operator", f"slug: {slug}").replace("name: CMM Operator", f"name: {name}")
    return io.BytesIO(text.encode()), "course.yaml"


@pytest.mark.parametrize(
    ("path", "fields"),
    [
        ("/desk/courses", {"file": True}),
        ("/desk/courses/new", {"name": "Deck", "action": "keep"}),
        ("/desk/courses/{course}/class-lists", {"text": "Name,Practical test\nOna Line,Works alone\n"}),
        ("/desk/course-drafts/{course_draft}", {"name": "Deck", "action": "keep"}),
    ],
)
def test_issuer_of_another_organisation_in_a_form_is_not_found(
    two: TwoOrganisations, path: str, fields: dict[str, object]
) -> None:
    """Named in a hidden field, another's issuer gets the page of one that never was, and nothing is kept."""
    own, other = two.things[HARBOUR], two.things[HOME]
    before = two.fingerprint()
    target = path.format(course=own.course, course_draft=own.course_draft)

    def sent() -> dict[str, object]:
        return fields | ({"file": _course_file("deck")} if "file" in fields else {})

    foreign = _send(two, target, sent() | {"issuer": other.issuer})
    never = _send(two, target, sent() | {"issuer": "never-was"})
    assert (foreign.status_code, never.status_code) == (404, 404)
    assert foreign.text == never.text
    assert two.fingerprint() == before


def test_own_class_cannot_send_anothers_link(two: TwoOrganisations) -> None:
    """A badge of another organisation under an own class is not found, and no message is put out."""
    before = two.fingerprint()
    answer = _post(two, f"/desk/jobs/{two.things[HARBOUR].job}/send-again/{two.things[HOME].badge}")
    assert answer.status_code == 404
    assert two.fingerprint() == before


@pytest.mark.parametrize("organisation", [HOME, HARBOUR])
@pytest.mark.parametrize("path", ["/desk", "/desk/badges", "/desk/messages", "/desk/to-call", "/desk/skill-lists"])
def test_lists_hold_only_own_things(two: TwoOrganisations, path: str, organisation: str) -> None:
    """Nothing that names another organisation's course, badge, job, draft, address or list stands on a page."""
    two.shop.clock.move(days=40)
    try:
        browser = sign_in_at(two.shop, two.things[organisation].member, organisation)
        text = browser.get(path, base_url=SITE_URL).text
    finally:
        two.shop.clock.move(days=-40)
    own, other = (two.things[name] for name in ((HOME, HARBOUR) if organisation == HOME else (HARBOUR, HOME)))
    names = ("course", "badge", "job", "running_job", "class_list", "course_draft", "message", "skill_list")
    assert [name for name in names if getattr(other, name) in text] == []
    assert f"@{other.course}.example.org" not in text
    shown = [name for name in names if getattr(own, name) in text]
    assert shown or path == "/desk/skill-lists"


def test_search_finds_only_own_people(two: TwoOrganisations) -> None:
    """The same name in both organisations: each finds its own badge."""
    text = _post(two, "/desk/badges", sought="Dana").text
    assert two.things[HARBOUR].badge in text
    assert two.things[HOME].badge not in text


def test_anothers_address_is_not_found(two: TwoOrganisations) -> None:
    """Whoever knows an address of another organisation learns nothing from the search."""
    assert two.things[HOME].badge not in _post(two, "/desk/badges", sought="dana@cmm-operator.example.org").text


def test_skill_of_anothers_list_cannot_be_picked(two: TwoOrganisations) -> None:
    """The place of a skill in another's list, typed into the form, adds nothing."""
    own = two.things[HARBOUR]
    _post(two, f"/desk/course-drafts/{own.course_draft}/skills", skill=f"{two.things[HOME].skill_list}:2")
    assert "skills.example.org" not in _get(two, f"/desk/course-drafts/{own.course_draft}").text
    _post(two, f"/desk/course-drafts/{own.course_draft}/skills", skill=f"{own.skill_list}:2")
    assert "skills.example.org" in _get(two, f"/desk/course-drafts/{own.course_draft}").text


def test_list_of_the_same_name_is_anothers_untouched(two: TwoOrganisations) -> None:
    """Each organisation has its own names of lists: one that is replaced or removed leaves the other's alone."""
    other = two.things[HOME].skill_list
    sent = (io.BytesIO(b"name,url\nKnots,https://skills.example.org/knots\n"), "l.csv")
    assert _post(two, "/desk/skill-lists", name=other, file=sent).status_code == 200
    _post(two, f"/desk/skill-lists/{other}/remove")
    assert f"/desk/skill-lists/{other}/remove" not in _get(two, "/desk/skill-lists").text
    assert f"/desk/skill-lists/{other}/remove" in _get(two, "/desk/skill-lists", organisation=HOME).text


def test_two_organisations_may_have_a_course_of_the_same_name(two: TwoOrganisations) -> None:
    """The second one gets a short name of its own without being told why, and the first one stays as it is."""
    before = two.shop.ledger.find_achievement("cmm-operator")
    answer = _post(two, "/desk/courses", file=_course_file("cmm-operator"), issuer=two.things[HARBOUR].issuer)
    assert answer.location == "/desk/courses/cmm-operator-2"
    assert two.shop.ledger.find_achievement("cmm-operator") == before
    owner = two.shop.ledger.find_achievement_issuer("cmm-operator-2")
    assert owner is not None
    assert owner.slug == two.things[HARBOUR].issuer


def test_same_file_again_is_the_same_course(two: TwoOrganisations) -> None:
    """Brought again with other words, the file asks whether to replace the organisation's own course."""
    issuer = two.things[HARBOUR].issuer
    _post(two, "/desk/courses", file=_course_file("cmm-operator"), issuer=issuer)
    answer = _post(two, "/desk/courses", file=_course_file("cmm-operator", "CMM Operator II"), issuer=issuer)
    assert answer.status_code == 200
    assert "cmm-operator-3" not in answer.text
    _post(two, "/desk/courses", file=_course_file("cmm-operator", "CMM Operator II"), issuer=issuer, confirmed="yes")
    course = two.shop.ledger.find_achievement("cmm-operator-2")
    assert course is not None
    assert course.name == "CMM Operator II"


def test_editor_passes_over_a_name_that_is_anothers(two: TwoOrganisations) -> None:
    """A course written in the form under the name of another organisation's course is simply saved."""
    own = two.things[HARBOUR]
    fields = {"name": "CMM Operator", "description": "Runs the machine.", "criteria": "Pass both tests on the machine."}
    answer = _post(two, "/desk/courses/new", **fields, language="en", type="Certificate", action="save")
    assert answer.location == "/desk/courses/cmm-operator-2"
    assert _get(two, "/desk/courses/cmm-operator-2").status_code == 200
    assert own.course != "cmm-operator-2"


def _log(two: TwoOrganisations, organisation: str, role: str) -> list[dict[str, str]]:
    text = _get(two, "/desk/log.csv", organisation=organisation, role=role).data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.mark.parametrize("role", ["viewer", "owner"])
def test_log_tells_only_of_own_things(two: TwoOrganisations, role: str) -> None:
    """Issuer, key, course, lists, badges and messages of the organisation, and of no other one."""
    own, other = two.things[HARBOUR], two.things[HOME]
    rows = _log(two, HARBOUR, role)
    about = "\n".join(row["about"] for row in rows)
    assert {row["event"] for row in rows} >= {
        "issuer.created", "key.created", "achievement.saved", "job.started", "credential.issued", "delivery.chosen",
        "class_code.opened",
    }  # fmt: skip
    assert own.badge in about
    assert own.course in about
    assert [name for name in ("issuer", "course", "badge", "job", "running_job") if getattr(other, name) in about] == []


def test_log_of_the_installation_is_for_owners_of_home(two: TwoOrganisations) -> None:
    """That a backup was brought back is told to the owners of the first organisation only; never another's things."""
    two.shop.ledger.accept_clock("command line")
    seen = {
        (organisation, role)
        for organisation in (HOME, HARBOUR)
        for role in ("viewer", "trainer", "owner")
        if "clock.accepted" in {row["event"] for row in _log(two, organisation, role)}
    }
    assert seen == {(HOME, "owner")}
    about = "\n".join(row["about"] for row in _log(two, HOME, "owner"))
    assert two.things[HOME].badge in about
    assert two.things[HARBOUR].badge not in about
    assert two.things[HARBOUR].course not in about


def test_choice_of_events_says_nothing_of_others(two: TwoOrganisations) -> None:
    """The list of events to choose from is the same whatever happened elsewhere."""
    page = _get(two, "/desk/log").text
    two.shop.ledger.accept_clock("command line")
    assert _leave_out_token(_get(two, "/desk/log").text) == _leave_out_token(page)
    assert all(f'value="{event}"' in page for event in EVENT_LABELS)


def test_viewer_sees_no_code(two: TwoOrganisations) -> None:
    """The page of the delivery shows codes on paper and the class code to a trainer, and neither to a viewer."""
    path = f"/desk/jobs/{two.things[HARBOUR].job}/delivery"
    codes = set(re.findall(r'<span class="mono">([^<]+)</span>', _get(two, path, role="trainer").text))
    assert len(codes) == 3
    page = _get(two, path, role="viewer").text
    assert [code for code in codes if code in page] == []
    assert "mono" not in page


def test_strangers_reach_what_is_public(two: TwoOrganisations) -> None:
    """No page outside the desk asks for a session of the desk, whatever it answers."""
    client, _ = two.browser(HOME, "nobody")
    things = two.things[HOME]
    values = {
        "slug": things.badge,
        "ending": "png",
        "number": 1,
        "token": "x",
        "code": "x",
        "filename": "skillmark.css",
    }
    asked = 0
    for rule in two.shop.app.url_map.iter_rules():
        if rule.endpoint.startswith("desk.") or "GET" not in (rule.methods or set()):
            continue
        path = re.sub(r"<(?:[^:<>]+:)?([a-z_]+)>", lambda at: str(values.get(at[1], "x")), rule.rule)
        answer = client.get(path, base_url=SITE_URL)
        text = answer.text if answer.mimetype == "text/html" else ""
        answer.close()
        assert not (answer.location or "").startswith("/desk"), rule.rule
        assert "auth.required" not in text, rule.rule
        asked += 1
    assert asked > 20
