"""What people of the desk do in their browsers: sign in, take an invitation, set a password."""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from issuer import HOME, Actor, Claims, Role, invitation_path, invite
from issuer.people_messages import people_renderers
from issuer.people_store import PASSWORD_TEMPLATE
from skillmark.settings import load_link_secret
from tests.doubles.desk_people import PASSWORD, messages_to
from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop


def sign_in_as(browser: FlaskClient, email: str, password: str = PASSWORD, *, target: str = "") -> TestResponse:
    """Send the sign-in form with an address."""
    token = read_token(browser.get("/desk/login", base_url=BASE_URL))
    form = {"csrf_token": token, "email": email, "password": password, "next": target}
    return browser.post("/desk/login", data=form, base_url=BASE_URL)


def make_invitation(shop: Workshop, email: str, role: Role = Role.TRAINER, *, organisation_id: str = HOME) -> str:
    """Invite somebody; return the path that their mail leads to."""
    links = load_link_secret(shop.home)
    invitation = invite(shop.ledger, links, Actor(organisation_id=organisation_id), email, role)
    return invitation_path(links, invitation.id)


def take_invitation(browser: FlaskClient, path: str, **fields: str) -> TestResponse:
    """Open the page of an invitation and press the button."""
    token = read_token(browser.get(path, base_url=BASE_URL))
    form = {"csrf_token": token, "name": "Rosa Vale", "password": PASSWORD, "again": PASSWORD, **fields}
    return browser.post(path, data=form, base_url=BASE_URL)


def ask_for_password(browser: FlaskClient, email: str) -> TestResponse:
    """Send the form of a forgotten password."""
    token = read_token(browser.get("/desk/password", base_url=BASE_URL))
    return browser.post("/desk/password", data={"csrf_token": token, "email": email}, base_url=BASE_URL)


def password_path_of(shop: Workshop, email: str) -> str:
    """Return the path in the newest mail with a link to set a password."""
    render = people_renderers(Claims(shop.ledger, load_link_secret(shop.home)))[PASSWORD_TEMPLATE]
    messages = [message for message in messages_to(shop.ledger, email) if message.template == PASSWORD_TEMPLATE]
    text = render(messages[-1])
    assert text is not None
    return urlsplit(text.link).path
