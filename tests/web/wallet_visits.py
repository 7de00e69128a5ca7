"""What a worker does: claim a badge, open the wallet by a link, add, show and share."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from issuer import Claims, DeliveryWay, SecondStep, choose_delivery, deliver_class, list_jobs
from issuer.claim_store import claim_token, find_by_slugs
from skillmark.settings import load_link_secret
from storage import list_messages
from tests.web.workshop import BASE_URL, read_token
from wallet.tokens import make_sign_in_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from storage import OutboxMessage
    from tests.web.workshop import Workshop

ANA = "dana@example.org"  # as on the class list of the workshop


def hand_out(shop: Workshop, *, second_step: SecondStep = SecondStep.NONE, word: str = "", job_id: str = "") -> Claims:
    """Hand the badges of the class list out on paper, or those of another one."""
    claims = Claims(shop.ledger, load_link_secret(shop.home))
    job_id = job_id or list_jobs(shop.ledger)[-1].job_id
    choose_delivery(claims, job_id, way=DeliveryWay.PAPER, second_step=second_step, word=word)
    deliver_class(claims, job_id)
    return claims


def claim_token_of(claims: Claims, slug: str) -> str:
    """Return the token in the claim link of a badge."""
    with claims.ledger.database.read() as connection:
        claim = find_by_slugs(connection, [slug])[slug]
    return claim_token(claims.links, claim.id, claim.generation)


def get(browser: FlaskClient, path: str, **headers: str) -> TestResponse:
    """Open a page."""
    return browser.get(path, base_url=BASE_URL, headers=headers)


def send(browser: FlaskClient, path: str, form: str = "/wallet/sign-in", **fields: object) -> TestResponse:
    """Send a form; `form` is any page with one, for its token."""
    token = read_token(get(browser, form))
    return browser.post(path, data={"csrf_token": token, **fields}, base_url=BASE_URL)


def messages(shop: Workshop) -> tuple[OutboxMessage, ...]:
    """Return the outbox, newest first."""
    with shop.database.read() as connection:
        return list_messages(connection, limit=100)


def link_of(shop: Workshop, message: OutboxMessage) -> str:
    """Return the path of the link that a message of the wallet carries."""
    token = make_sign_in_token(load_link_secret(shop.home), str(message.facts["signIn"]))
    return f"/wallet/link/{token}"


def ask_for_link(shop: Workshop, browser: FlaskClient, address: str) -> str:
    """Ask for a link to an address and return its path, as the mail has it."""
    known = {message.id for message in messages(shop)}
    assert send(browser, "/wallet/sign-in", email=address).status_code == 200
    (message,) = [message for message in messages(shop) if message.id not in known]
    assert message.recipient == address
    return link_of(shop, message)


def sign_in(shop: Workshop, address: str = ANA) -> FlaskClient:
    """Return a browser in which the wallet of an address is open."""
    browser = shop.client()
    path = ask_for_link(shop, browser, address)
    assert send(browser, path, path).status_code == 303
    return browser


def claim(shop: Workshop, claims: Claims, slug: str, browser: FlaskClient | None = None) -> tuple[FlaskClient, str]:
    """Claim a badge by its link; return the browser and the path of the badge in the wallet."""
    browser = browser or shop.client()
    path = f"/claim/{claim_token_of(claims, slug)}"
    answer = send(browser, path, path)
    assert answer.status_code == 303, answer.text
    return browser, answer.location.removesuffix("/earned")


def add_file(browser: FlaskClient, body: bytes, name: str) -> TestResponse:
    """Add a file to the wallet."""
    return send(browser, "/wallet/add", "/wallet/add", file=(io.BytesIO(body), name))


def add_note(browser: FlaskClient, title: str, **fields: object) -> str:
    """Write a training down; return its path."""
    answer = send(browser, "/wallet/add/training", "/wallet/add", title=title, **fields)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def make_share(browser: FlaskClient, *badges: str, name: str = "Job at the mill", days: str = "30") -> str:
    """Share badges by their paths; return the path of the holder's page of the link."""
    ids = [path.rsplit("/", 1)[1] for path in badges]
    answer = send(browser, "/wallet/share", "/wallet/share", badge=ids, name=name, days=days)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def make_record(browser: FlaskClient, *holdings: str, person: str = "Dana Whitfield", days: str = "90") -> str:
    """Make a skills record of badges and notes by their paths; return its path."""
    ids = [path.rsplit("/", 1)[1] for path in holdings]
    answer = send(browser, "/wallet/record", "/wallet/record", badge=ids, person=person, days=days)
    assert answer.status_code == 303, answer.text
    return str(answer.location)


def shared_path(browser: FlaskClient, share: str) -> str:
    """Return the path that a link leads others to."""
    found = re.search(re.escape(BASE_URL) + r"(/s/[A-Za-z0-9_-]+)", get(browser, share).text)
    assert found is not None
    return found[1]
