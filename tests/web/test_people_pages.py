"""The list of people, their roles and invitations, as an owner sees and changes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from issuer import DESK_PERSON, HOME, Role, list_invitations, list_people
from issuer.people import list_organisations
from tests.doubles.desk_people import HARBOUR, add_organisation, add_person, join, messages_to
from tests.web.desk_visits import get, post
from tests.web.people_visits import make_invitation, sign_in_as, take_invitation
from tests.web.workshop import BASE_URL, open_desk

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

EMAIL = "rosa@example.org"


def role_of(shop: Workshop, person_id: str) -> Role | None:
    roles = {member.person.id: member.role for member in list_people(shop.database, HOME)}
    return roles.get(person_id)


def test_list_names_people_roles_and_days(fresh_shop: Workshop) -> None:
    """Each person stands there with name, address, role and the last day; whoever is invited too."""
    add_person(fresh_shop.ledger, EMAIL, Role.TRAINER, name="Rosa Vale")
    add_person(fresh_shop.ledger, "luis@example.org", Role.VIEWER, name="Luis Marsh")
    make_invitation(fresh_shop, "mei@example.org", Role.OWNER)
    sign_in_as(fresh_shop.client(), EMAIL)
    text = get(open_desk(fresh_shop), "/desk/people").text
    for words in ("Rosa Vale", EMAIL, "Trainer · last here on May 14, 2026", "Viewer · never signed in"):
        assert words in text
    assert "mei@example.org" in text
    assert "can be accepted until May 28, 2026" in text


def test_invited_by_a_form(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """An address and a role make an invitation, and a mail with it."""
    answer = post(trainer, "/desk/people/invitations", "/desk/people", email="Rosa@Example.org", role="viewer")
    assert answer.headers["Location"] == "/desk/people"
    ((invited, role),) = [(entry.email, entry.role) for entry in list_invitations(fresh_shop.ledger, HOME)]
    assert (invited, role) == (EMAIL, Role.VIEWER)
    assert len(messages_to(fresh_shop.ledger, EMAIL)) == 1


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"email": "rosa", "role": "viewer"}, "people.email_invalid"),
        ({"email": EMAIL}, "people.role_missing"),
        ({"email": EMAIL, "role": "superuser"}, "people.role_missing"),
    ],
)
def test_form_with_a_fault_says_so(trainer: FlaskClient, fields: dict[str, str], code: str) -> None:
    """What was typed stays, with a sentence on what to mend."""
    answer = post(trainer, "/desk/people/invitations", "/desk/people", **fields)
    assert answer.status_code == 400
    assert code in answer.text
    assert f'value="{fields["email"]}"' in answer.text


def test_link_is_shown_when_no_mail_leaves(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Without a mail server the owner hands the link over; it works."""
    path = make_invitation(fresh_shop, EMAIL)
    assert f"{BASE_URL}{path}" in get(trainer, "/desk/people").text
    assert take_invitation(fresh_shop.client(), path).headers["Location"] == "/desk"


def test_withdrawn_by_a_button(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """A press withdraws; the page of the link is gone."""
    path = make_invitation(fresh_shop, EMAIL)
    (invitation,) = list_invitations(fresh_shop.ledger, HOME)
    post(trainer, f"/desk/people/invitations/{invitation.id}/withdraw", "/desk/people")
    answer = get(fresh_shop.client(), path)
    assert answer.status_code == 404
    assert "people.invitation_unknown" in answer.text


def test_role_is_changed_by_a_form(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The new role holds at the next request of the person, whose browser stays open."""
    person_id = add_person(fresh_shop.ledger, EMAIL, Role.VIEWER)
    browser = open_desk(fresh_shop, person_id=person_id)
    assert get(browser, "/desk/courses/new").status_code == 403
    post(trainer, f"/desk/people/{person_id}/role", f"/desk/people/{person_id}", role="trainer")
    assert get(browser, "/desk/courses/new").status_code == 200


def test_removing_asks_first(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The link leads to a question; the button of the question removes."""
    person_id = add_person(fresh_shop.ledger, EMAIL, Role.TRAINER, name="Rosa Vale")
    question = get(trainer, f"/desk/people/{person_id}/remove")
    assert "Rosa Vale" in question.text
    assert role_of(fresh_shop, person_id) is Role.TRAINER
    post(trainer, f"/desk/people/{person_id}/remove", f"/desk/people/{person_id}/remove")
    assert role_of(fresh_shop, person_id) is None


def test_last_owner_is_told_why_not(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """Removing or demoting the only owner says what to do first."""
    for path, fields in (
        (f"/desk/people/{DESK_PERSON}/role", {"role": "viewer"}),
        (f"/desk/people/{DESK_PERSON}/remove", {}),
    ):
        answer = post(trainer, path, f"/desk/people/{DESK_PERSON}", **fields)
        assert answer.status_code == 400
        assert "people.last_owner" in answer.text
    assert role_of(fresh_shop, DESK_PERSON) is Role.OWNER


def test_owner_who_steps_back_sees_the_desk(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """After giving up their own role they are led to a page that they may still see."""
    add_person(fresh_shop.ledger, EMAIL, Role.OWNER)
    answer = post(trainer, f"/desk/people/{DESK_PERSON}/role", f"/desk/people/{DESK_PERSON}", role="trainer")
    assert get(trainer, answer.headers["Location"]).status_code == 200
    assert get(trainer, "/desk/people").status_code == 403


def test_organisation_gets_another_name(fresh_shop: Workshop, trainer: FlaskClient) -> None:
    """The name of the desk changes, that of the issuer on badges does not."""
    post(trainer, "/desk/organisation", "/desk/people", name="North Campus")
    with fresh_shop.database.read() as connection:
        assert [entry.name for entry in list_organisations(connection)] == ["North Campus"]
    assert [issuer.name for issuer in fresh_shop.ledger.issuers()] == ["Lakeshore Technical College"]


def test_log_names_people_and_whoever_acted(fresh_shop: Workshop) -> None:
    """A line says who was changed by whom; the names are looked up, the record holds none."""
    owner = add_person(fresh_shop.ledger, "olga@example.org", Role.OWNER, name="Olga Pine")
    person_id = add_person(fresh_shop.ledger, EMAIL, Role.VIEWER, name="Rosa Vale")
    browser = open_desk(fresh_shop, person_id=owner)
    post(browser, f"/desk/people/{person_id}/role", f"/desk/people/{person_id}", role="trainer")
    text = get(browser, "/desk/log").text
    assert "A role was changed" in text
    assert "Rosa Vale · Trainer" in text
    assert "at the desk: Olga Pine" in text
    assert EMAIL not in text
    assert EMAIL not in get(browser, "/desk/log.csv").text


def test_two_organisations_are_chosen_between(fresh_shop: Workshop) -> None:
    """Who belongs to two is asked where they work, and can change it; the wish to see a page is kept."""
    add_organisation(fresh_shop.ledger)
    person_id = add_person(fresh_shop.ledger, EMAIL, Role.VIEWER)
    join(fresh_shop.ledger, person_id, HARBOUR, Role.OWNER)
    browser = fresh_shop.client()
    question = sign_in_as(browser, EMAIL, target="/desk/badges").headers["Location"]
    assert question == "/desk/organisations?next=/desk/badges"
    assert "Harbour Works" in get(browser, question).text
    answer = post(browser, f"/desk/organisations/{HARBOUR}/work", question, next="/desk/badges")
    assert answer.headers["Location"] == "/desk/badges"
    assert get(browser, "/desk/people").status_code == 200
    post(browser, f"/desk/organisations/{HOME}/work", "/desk/organisations")
    assert get(browser, "/desk/people").status_code == 403


@pytest.mark.parametrize("target", ["//evil.example", "https://evil.example/desk", "/verify"])
def test_choice_leads_only_to_the_desk(fresh_shop: Workshop, trainer: FlaskClient, target: str) -> None:
    """`next` to another place is refused on the way through the choice, too."""
    assert trainer.get("/desk/organisations", query_string={"next": target}, base_url=BASE_URL).status_code == 400
    answer = post(trainer, f"/desk/organisations/{HOME}/work", "/desk/organisations", next=target)
    assert answer.status_code == 400


def test_viewer_sees_no_button_that_is_not_theirs(fresh_shop: Workshop) -> None:
    """On the pages of a viewer no form and no link leads to what is refused."""
    browser = open_desk(fresh_shop, person_id=add_person(fresh_shop.ledger, EMAIL, Role.VIEWER))
    slug = fresh_shop.slugs[0]
    for path in ("/desk", "/desk/courses/cmm-operator", f"/desk/badges/{slug}", "/desk/skill-lists", "/desk/badges"):
        text = get(browser, path).text
        for part in ("/edit", "/copy", "/new", "/revoke", "/suspend", "/correct", 'class-lists"', "/desk/people"):
            assert part not in text, (path, part)
