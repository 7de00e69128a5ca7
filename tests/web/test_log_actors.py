"""The log of the desk names the person for every act of the desk, to their organisation and to nobody else."""

from __future__ import annotations

import csv
import io
import re
from typing import TYPE_CHECKING

import pytest

from issuer import Role
from issuer.people import DESK_PERSON, HOME, find_person_by_email
from issuer.people_changes import Actor, remove_person
from tests.doubles.desk_people import add_organisation, add_person, join
from tests.web.desk_visits import TWO_PEOPLE, get, issue, post, upload, wait_for_job
from tests.web.workshop import BASE_URL, CLASS_LIST, COURSE, open_desk, read_token

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

ROSA = "rosa@example.org"
COURSE_PAGE = "/desk/courses/cmm-operator"
AS_IT_IS = {
    "name": "Dana Whitfield",
    "email": "dana@example.org",
    "awarded_on": "2026-05-14",
    "result:practical": "alone",
    "result:written": "92",
    "confirmed": "yes",
}


def _log(browser: FlaskClient, query: str = "") -> list[dict[str, str]]:
    text = get(browser, f"/desk/log.csv{query}").data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def _give_class(shop: Workshop, browser: FlaskClient) -> None:
    draft = upload(browser, TWO_PEOPLE).headers["Location"]
    wait_for_job(shop, issue(browser, draft).headers["Location"])


def _correct_class(_: Workshop, browser: FlaskClient) -> None:
    draft = upload(browser, CLASS_LIST.replace("Dana Whitfield", "Dana Whitfield-Ruiz")).headers["Location"]
    post(browser, f"{draft}/correct", draft, confirmed="yes")


def _change_status(shop: Workshop, browser: FlaskClient) -> None:
    for change in ("suspend", "reinstate", "revoke"):
        form = f"/desk/badges/{shop.slugs[0]}/{change}"
        post(browser, form, form, reason="A test.")


def _replace(shop: Workshop, browser: FlaskClient, remedy: str, **fields: str) -> None:
    form = f"/desk/badges/{shop.slugs[0]}/{remedy}"
    assert post(browser, form, form, **{**AS_IT_IS, **fields}).status_code == 303


def _correct(shop: Workshop, browser: FlaskClient) -> None:
    _replace(shop, browser, "correct", name="Dana Whitfield-Ruiz")


def _change_phone(shop: Workshop, browser: FlaskClient) -> None:
    _replace(shop, browser, "correct", phone="+1 414 555 0142")


def _renew(shop: Workshop, _: FlaskClient) -> None:
    shop.clock.move(days=900)
    with shop.database.read() as connection:
        rosa = find_person_by_email(connection, ROSA)
    assert rosa is not None
    later = open_desk(shop, person_id=rosa.id)
    _replace(shop, later, "renew", awarded_on="2028-10-30")


def _hand_out(shop: Workshop, browser: FlaskClient) -> None:
    with shop.database.read() as connection:
        job = connection.exec_driver_sql("SELECT id FROM jobs").scalar_one()
    page = f"/desk/jobs/{job}/delivery"
    post(browser, page, page, way="email", second_step="none")
    post(browser, page.replace("delivery", f"send-again/{shop.slugs[0]}"), page)
    post(browser, page.replace("delivery", "class-code"), page)
    post(browser, page.replace("delivery", "class-code/close"), page)


def _save_course(_: Workshop, browser: FlaskClient) -> None:
    text = COURSE.replace("slug: cmm-operator", "slug: gauges").replace("name: CMM Operator", "name: Gauges")
    assert post(browser, "/desk/courses", "/desk", file=(io.BytesIO(text.encode()), "c.yaml")).status_code == 303


def _offer(_: Workshop, browser: FlaskClient) -> None:
    for offered in ("yes", "no"):
        post(browser, f"{COURSE_PAGE}/on-the-job", COURSE_PAGE, offered=offered)


def _give_on_the_job(_: Workshop, browser: FlaskClient) -> None:
    post(browser, f"{COURSE_PAGE}/on-the-job", COURSE_PAGE, offered="yes")
    page = get(browser, "/desk/on-the-job/cmm-operator")
    form_id = re.search(r'name="form_id" value="([^"]+)"', page.text)
    assert form_id is not None
    typed = {"name": "Nadia Forge", "result:practical": "alone", "evidence": "Measured part 4711 alone."}
    data = {"csrf_token": read_token(page), "form_id": form_id[1], **typed}
    assert browser.post("/desk/on-the-job/cmm-operator", data=data, base_url=BASE_URL).status_code == 303


def _keep_skills(_: Workshop, browser: FlaskClient) -> None:
    sent = (io.BytesIO(b"name,url\nRope splicing,https://skills.example.org/rope\n"), "ropes.csv")
    post(browser, "/desk/skill-lists", "/desk/skill-lists", name="Ropes", file=sent)
    post(browser, "/desk/skill-lists/ropes/remove", "/desk/skill-lists")


_GIVEN = {"job.started", "credential.issued", "job.finished"}
ACTS: list[tuple[Callable[[Workshop, FlaskClient], None], set[str]]] = [
    (_give_class, _GIVEN),
    (_correct_class, _GIVEN | {"credential.corrected", "status.changed"}),
    (_change_status, {"status.changed"}),
    (_correct, _GIVEN | {"credential.corrected", "status.changed"}),
    (_change_phone, {"contact.changed"}),
    (_renew, _GIVEN | {"credential.renewed"}),
    (_hand_out, {"delivery.chosen", "delivery.repeated", "class_code.opened", "class_code.closed"}),
    (_save_course, {"achievement.saved"}),
    (_offer, {"achievement.offered_on_the_job", "achievement.withdrawn_on_the_job"}),
    (_give_on_the_job, _GIVEN | {"achievement.offered_on_the_job", "delivery.chosen"}),
    (_keep_skills, {"skill_list.saved", "skill_list.removed"}),
]


@pytest.mark.parametrize(("act", "events"), ACTS, ids=[act.__name__.strip("_") for act, _ in ACTS])
def test_act_names_its_actor(
    fresh_shop: Workshop, act: Callable[[Workshop, FlaskClient], None], events: set[str]
) -> None:
    """Every line that an act of the desk leaves names whoever did it, also to a viewer; the record holds an id."""
    rosa = add_person(fresh_shop.ledger, ROSA, Role.TRAINER, name="Rosa Vale")
    before = len(_log(open_desk(fresh_shop)))
    act(fresh_shop, open_desk(fresh_shop, person_id=rosa))
    viewer = open_desk(
        fresh_shop, person_id=add_person(fresh_shop.ledger, "vic@example.org", Role.VIEWER, name="Vic Sand")
    )
    rows = _log(viewer)
    fresh = rows[: len(rows) - before]
    assert {row["event"] for row in fresh} == events
    assert {(row["by"], row["person"]) for row in fresh} == {("desk", "Rosa Vale")}
    with fresh_shop.database.read() as connection:
        records = connection.exec_driver_sql("SELECT record FROM audit WHERE seq > ?", (before,)).scalars().all()
    assert all(f'"by_person":"{rosa}"'.encode() in record for record in records)
    assert not any(b"Rosa" in record or ROSA.encode() in record for record in records)


def test_shared_password_is_named_as_such(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Whoever signs in with the password of the desk is nobody in particular, in both languages."""
    _change_status(fresh_shop, trainer)
    assert "at the desk: Whoever knows the password of the desk" in get(trainer, "/desk/log").text
    page = trainer.get("/desk/log?lang=es", base_url=BASE_URL).text
    assert "Quién lo hizo" in page
    assert "todas las personas" in page
    assert f'href="/desk/log?person={DESK_PERSON}"' in page


def test_log_is_filtered_by_person(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Only what one person did is shown, on the page and in the file; the way to older lines keeps the person."""
    rosa = add_person(fresh_shop.ledger, ROSA, Role.TRAINER, name="Rosa Vale")
    _offer(fresh_shop, open_desk(fresh_shop, person_id=rosa))
    _save_course(fresh_shop, trainer)
    assert [row["event"] for row in _log(trainer, f"?person={rosa}")] == [
        "achievement.withdrawn_on_the_job",
        "achievement.offered_on_the_job",
    ]
    assert [row["event"] for row in _log(trainer, f"?person={DESK_PERSON}")] == ["achievement.saved"]
    page = get(trainer, f"/desk/log?person={rosa}").text
    assert f'<option value="{rosa}" selected>Rosa Vale</option>' in page
    assert f'href="/desk/log.csv?person={rosa}"' in page
    assert "A course was saved</td>" not in page


def test_whoever_left_has_no_name_but_a_filter(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The lines of a removed person stay, under no name; the link of one shows them all."""
    rosa = add_person(fresh_shop.ledger, ROSA, Role.TRAINER, name="Rosa Vale")
    _offer(fresh_shop, open_desk(fresh_shop, person_id=rosa))
    remove_person(fresh_shop.ledger, Actor(organisation_id=HOME), rosa)
    page = get(trainer, "/desk/log").text
    assert "at the desk: somebody who left" in page
    assert "Rosa" not in page
    shown = get(trainer, f"/desk/log?person={rosa}").text
    assert f'<option value="{rosa}" selected>somebody who left</option>' in shown
    assert shown.count("somebody who left</a>") == 2
    assert "en el escritorio: alguien que ya no está" in trainer.get("/desk/log?lang=es", base_url=BASE_URL).text


def test_person_who_works_elsewhere_now_is_not_named_here(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Who left this organisation and is in another one has no name in this log; nor do the others have one here."""
    other = add_organisation(fresh_shop.ledger)
    rosa = add_person(fresh_shop.ledger, ROSA, Role.TRAINER, name="Rosa Vale")
    join(fresh_shop.ledger, rosa, other, Role.TRAINER)
    _offer(fresh_shop, open_desk(fresh_shop, person_id=rosa))
    add_person(fresh_shop.ledger, "hal@example.org", Role.OWNER, organisation_id=other, name="Hal Reef")
    remove_person(fresh_shop.ledger, Actor(organisation_id=HOME), rosa)
    page = get(trainer, "/desk/log").text
    assert "at the desk: somebody who left" in page
    assert "Rosa Vale" not in page
    assert "Hal Reef" not in page


def test_filter_finds_nothing_of_another_organisation(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """What a person did in one organisation is not in the log of another, whoever asks for their id."""
    other = add_organisation(fresh_shop.ledger)
    rosa = add_person(fresh_shop.ledger, ROSA, Role.TRAINER, name="Rosa Vale")
    join(fresh_shop.ledger, rosa, other, Role.TRAINER)
    _keep_skills(fresh_shop, open_desk(fresh_shop, person_id=rosa, organisation_id=other))
    assert _log(trainer, f"?person={rosa}") == []
    there = open_desk(fresh_shop, person_id=rosa, organisation_id=other)
    assert [row["person"] for row in _log(there, f"?person={rosa}")] == ["Rosa Vale", "Rosa Vale"]


def test_older_records_read_as_before(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A record that names nobody says only where it happened, and its line leads to no person."""
    fresh_shop.ledger.suspend(fresh_shop.badge().id, "A test.", "desk")
    row = _log(trainer)[0]
    assert (row["by"], row["person"]) == ("desk", "")
    assert ">at the desk</td>" in get(trainer, "/desk/log").text


def test_public_never_reads_who_did_it(fresh_shop: Workshop) -> None:
    """The page, the data and the status list of a badge that was taken back name neither the person nor their id."""
    rosa = add_person(fresh_shop.ledger, ROSA, Role.TRAINER, name="Rosa Vale")
    _change_status(fresh_shop, open_desk(fresh_shop, person_id=rosa))
    visitor = fresh_shop.client()
    slug = fresh_shop.slugs[0]
    for path in (f"/b/{slug}", f"/b/{slug}.json", f"/b/{slug}.jwt", "/status/1"):
        data = visitor.get(path, base_url=BASE_URL).data
        assert data
        assert not any(word.encode() in data for word in (rosa, "Rosa", ROSA))


@pytest.mark.parametrize("person", ["%00", "%22", "%25", "'", "_", "%F0%9F%94%A7", "x" * 400])
def test_nonsense_as_a_person_finds_nothing(fresh_shop: Workshop, trainer: FlaskClient, person: str) -> None:
    """What is no id of a person matches no record."""
    _change_status(fresh_shop, trainer)
    assert _log(trainer, f"?person={person}") == []
    assert get(trainer, f"/desk/log?person={person}").status_code == 200
