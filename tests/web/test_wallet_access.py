"""Every route of the wallet, with nobody, its owner and somebody else, with every method (T-55, T-56)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from issuer import list_jobs, open_class_code
from keys import show_code
from skillmark.settings import load_link_secret
from tests.web.wallet_visits import (
    add_note,
    ask_for_link,
    claim,
    claim_token_of,
    get,
    hand_out,
    make_record,
    messages,
    send,
    shared_path,
    sign_in,
)
from tests.web.workshop import BASE_URL
from wallet.notice_store import keep_stop
from wallet.tokens import make_stop_token, make_supervisor_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

OTHER = "other@example.com"
# Method and rule of each route, and what it answers to nobody, to its owner and to somebody else.
# 303 for nobody is the way to the sign-in page; 401 is a form without an open wallet.
MATRIX: dict[tuple[str, str], tuple[int, int, int]] = {
    ("GET", "/claim"): (200, 200, 200),
    ("POST", "/claim"): (404, 404, 404),
    ("GET", "/claim/<token>"): (200, 200, 200),
    ("POST", "/claim/<token>"): (303, 303, 303),
    ("POST", "/claim/<token>/send-code"): (404, 404, 404),
    ("GET", "/claim/class/<code>"): (200, 200, 200),
    ("POST", "/claim/class/<code>"): (404, 404, 404),
    ("GET", "/s/<token>"): (200, 200, 200),
    ("GET", "/wallet/sign-in"): (200, 200, 200),
    ("POST", "/wallet/sign-in"): (400, 400, 400),
    ("GET", "/wallet/link/<token>"): (200, 200, 200),
    ("POST", "/wallet/link/<token>"): (303, 303, 303),
    ("GET", "/wallet"): (303, 200, 200),
    ("POST", "/wallet"): (401, 200, 200),
    ("POST", "/wallet/found/<slug>"): (401, 303, 404),
    ("GET", "/wallet/sign-out"): (303, 303, 303),  # nobody asks whoever has a way back in
    ("POST", "/wallet/sign-out"): (401, 303, 303),
    ("GET", "/wallet/badges/<holding_id>"): (303, 200, 404),
    ("GET", "/wallet/badges/<holding_id>/earned"): (303, 200, 404),
    ("GET", "/wallet/badges/<holding_id>/show"): (303, 200, 404),
    ("POST", "/wallet/badges/<holding_id>/show"): (401, 303, 404),
    ("GET", "/wallet/badges/<holding_id>/qr.svg"): (303, 200, 404),
    ("GET", "/wallet/badges/<holding_id>/file"): (303, 200, 404),
    ("POST", "/wallet/badges/<holding_id>/check"): (401, 303, 404),
    ("GET", "/wallet/badges/<holding_id>/remove"): (303, 200, 404),
    ("POST", "/wallet/badges/<holding_id>/remove"): (401, 303, 404),
    ("GET", "/wallet/add"): (303, 200, 200),
    ("POST", "/wallet/add"): (401, 400, 400),
    ("POST", "/wallet/add/training"): (401, 400, 400),
    ("POST", "/wallet/import"): (401, 400, 400),
    ("GET", "/wallet/share"): (303, 200, 200),
    ("POST", "/wallet/share"): (401, 303, 400),
    ("POST", "/wallet/share/choose"): (401, 200, 200),
    ("GET", "/wallet/share/<share_id>"): (303, 200, 404),
    ("GET", "/wallet/share/<share_id>/qr.svg"): (303, 200, 404),
    ("POST", "/wallet/share/<share_id>/withdraw"): (401, 303, 404),
    ("GET", "/wallet/share/<share_id>/badges.json"): (303, 200, 404),
    ("GET", "/wallet/record"): (303, 200, 200),
    ("POST", "/wallet/record"): (401, 303, 400),
    ("GET", "/wallet/record/<share_id>"): (303, 200, 404),
    ("POST", "/wallet/record/<share_id>/sign"): (401, 303, 404),
    ("POST", "/wallet/record/<share_id>/withdraw"): (401, 303, 404),
    ("GET", "/wallet/record/<share_id>/record-<paper>.pdf"): (303, 200, 404),
    ("GET", "/wallet/record/<share_id>/cards-<paper>.pdf"): (303, 200, 404),
    ("GET", "/wallet/record/<share_id>/signed.json"): (303, 200, 404),
    ("GET", "/wallet/export.zip"): (303, 200, 200),
    ("GET", "/wallet/account"): (303, 200, 200),
    ("POST", "/wallet/account/addresses"): (401, 400, 400),
    ("POST", "/wallet/account/addresses/<identifier_id>/remove"): (401, 400, 404),
    ("POST", "/wallet/account/phones"): (401, 400, 400),
    ("GET", "/wallet/phone"): (200, 200, 200),
    ("POST", "/wallet/phone"): (400, 400, 400),
    ("POST", "/wallet/phone/code"): (400, 400, 400),
    ("GET", "/wallet/reminders"): (303, 200, 200),
    ("POST", "/wallet/reminders"): (401, 303, 303),
    ("POST", "/wallet/reminders/people"): (401, 400, 400),
    ("POST", "/wallet/reminders/people/<supervisor_id>/remove"): (401, 303, 404),
    ("GET", "/wallet/stop/<any(reminders, monthly):notice>/<token>"): (200, 200, 200),
    ("POST", "/wallet/stop/<any(reminders, monthly):notice>/<token>"): (200, 200, 200),
    ("GET", "/wallet/told/<token>"): (200, 200, 200),
    ("POST", "/wallet/told/<token>"): (200, 200, 200),
    ("POST", "/wallet/told/<token>/yes"): (200, 200, 200),
    ("POST", "/wallet/account/calendar"): (401, 303, 303),
    ("POST", "/wallet/account/calendar/remove"): (401, 303, 303),
    ("GET", "/wallet/calendar/<token>.ics"): (404, 404, 404),
    ("POST", "/wallet/account/sign-out-everywhere"): (401, 303, 303),
    ("GET", "/wallet/account/delete"): (303, 200, 200),
    ("POST", "/wallet/account/delete"): (401, 200, 200),
    ("GET", "/wallet/sw.js"): (200, 200, 200),
    ("GET", "/wallet/app/<language>.webmanifest"): (200, 200, 200),
    ("GET", "/wallet/offline/<language>/<kind>"): (200, 200, 200),
    ("GET", "/wallet/kept"): (303, 200, 200),
    ("GET", "/wallet/kept/list"): (303, 200, 200),
    ("GET", "/wallet/kept/badges/<holding_id>"): (303, 200, 404),
    ("GET", "/wallet/kept/badges/<holding_id>/code"): (303, 200, 404),
}
CHOOSING = frozenset({"/wallet/share", "/wallet/record"})
# The same for everybody, so a browser may ask whether it has changed.
PUBLIC_FILES = ("/wallet/sw.js", "/wallet/app/<language>.webmanifest")
# A mail program posts to these without a form (RFC 8058): the address says who is meant, and only ends something.
ONE_CLICK = ("/wallet/stop/<any(reminders, monthly):notice>/<token>", "/wallet/told/<token>")
UNSAFE = [route for route in MATRIX if route[0] == "POST"]


@dataclass(slots=True, kw_only=True)
class Town:
    """A site with two wallets: of one there is a badge, a note, a link and an address; of the other an address."""

    shop: Workshop
    owner: FlaskClient
    other: FlaskClient
    holding_id: str
    share_id: str
    identifier_id: str
    share_path: str
    class_code: str
    supervisor_id: str
    stop_token: str

    def fill(self, rule: str) -> str:
        """Return the address of a route, of what belongs to the owner."""
        shop = self.shop
        if rule.startswith("/s/"):
            return self.share_path
        if rule.startswith("/claim/<token>"):
            token = claim_token_of(hand_out(shop), shop.slugs[2])
            return rule.replace("<token>", token)
        if rule.startswith("/wallet/link/"):
            return ask_for_link(shop, shop.client(), "third@example.com")
        if rule.startswith("/wallet/told/"):
            return rule.replace("<token>", make_supervisor_token(load_link_secret(shop.home), self.supervisor_id))
        values = {
            "any(reminders, monthly):notice": "monthly",
            "token": self.stop_token,
            "supervisor_id": self.supervisor_id,
            "holding_id": self.holding_id,
            "share_id": self.share_id,
            "identifier_id": self.identifier_id,
            "code": self.class_code,
            "slug": shop.slugs[1],
            "language": "es",
            "kind": "signal",
            "paper": "a4",
        }
        for name, value in values.items():
            rule = rule.replace(f"<{name}>", value)
        return rule


@pytest.fixture
def town(fresh_shop: Workshop) -> Town:
    """The two wallets."""
    claims = hand_out(fresh_shop)
    owner = sign_in(fresh_shop, "luis@example.org")  # issued to: the second badge of the class
    _, badge = claim(fresh_shop, claims, fresh_shop.slugs[0], owner)
    share = make_record(owner, badge)  # a link like any other, with a paper
    account = get(owner, "/wallet/account").text
    assert "luis@example.org" in account
    with fresh_shop.database.read() as connection:
        query = "SELECT id FROM wallet_identifiers"
        identifier_id = str(connection.exec_driver_sql(query).scalar())
    asked = {"name": "Luis", "email": "lead@example.org", "agreed": "1"}
    assert send(owner, "/wallet/reminders/people", "/wallet/reminders", **asked).status_code == 303
    with fresh_shop.database.write() as connection:
        (holder_id,) = connection.exec_driver_sql("SELECT holder_id FROM wallet_identifiers").scalars()
        stop_token = make_stop_token(load_link_secret(fresh_shop.home), holder_id)
        keep_stop(connection, load_link_secret(fresh_shop.home), holder_id)
        supervisor_id = str(connection.exec_driver_sql("SELECT id FROM wallet_supervisors").scalar())
    return Town(
        shop=fresh_shop,
        supervisor_id=supervisor_id,
        stop_token=stop_token,
        owner=owner,
        other=sign_in(fresh_shop, OTHER),
        holding_id=badge.rsplit("/", 1)[1],
        share_id=share.rsplit("/", 1)[1],
        identifier_id=identifier_id,
        share_path=shared_path(owner, share),
        class_code=show_code(open_class_code(claims, list_jobs(fresh_shop.ledger)[0].job_id)),
    )


def answer(town: Town, browser: FlaskClient, route: tuple[str, str]) -> int:
    """Ask for a route; a form carries its token, and what belongs to the owner."""
    method, rule = route
    path = town.fill(rule)
    if method == "GET":
        return get(browser, path).status_code
    fields = {"badge": town.holding_id, "person": "Dana", "days": "7"} if rule in CHOOSING else {}
    return send(browser, path, "/claim", **fields).status_code


def test_matrix_has_every_route(shop: Workshop) -> None:
    """A route that the wallet has and the matrix has not fails here."""
    routes = {
        (method, rule.rule)
        for rule in shop.app.url_map.iter_rules()
        if rule.endpoint.startswith("wallet.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert routes == set(MATRIX)


def check_route(town: Town, route: tuple[str, str]) -> None:
    nobody, owner, other = MATRIX[route]
    assert answer(town, town.other, route) == other, route
    if route not in {("POST", "/claim/<token>"), ("POST", "/wallet/link/<token>")}:  # worth nothing when spent
        assert answer(town, town.shop.client(), route) == nobody, route
        assert answer(town, town.owner, route) == owner, route


def test_page_answers_each_person_rightly(town: Town) -> None:
    """What is somebody else's does not exist: 404, as for what never was."""
    assert answer(town, town.owner, ("POST", "/wallet/record/<share_id>/sign")) == 303
    for route in MATRIX:
        if route[0] == "GET":
            check_route(town, route)


@pytest.mark.parametrize("route", UNSAFE, ids=" ".join)
def test_form_answers_each_person_rightly(route: tuple[str, str], town: Town) -> None:
    """Nobody changes what is somebody else's, and nobody is told that it is there."""
    check_route(town, route)


def test_form_without_its_token_changes_nothing(town: Town) -> None:
    """Without the CSRF token even the owner is refused."""
    for _, rule in UNSAFE:
        if rule in ONE_CLICK:
            continue
        page = town.owner.post(town.fill(rule), base_url=BASE_URL)
        assert page.status_code == 400, rule
        assert "auth.csrf" in page.text


def test_pages_are_kept_by_nobody(town: Town) -> None:
    """No cache, no search engine and no other site gets anything from a page of the wallet."""
    for method, rule in MATRIX:
        if method == "GET":
            headers = get(town.owner, town.fill(rule)).headers
            assert headers["Cache-Control"] == ("no-cache" if rule in PUBLIC_FILES else "no-store"), rule
            assert "noindex" in headers["X-Robots-Tag"], rule
            assert headers["Referrer-Policy"] == "no-referrer", rule


def test_address_of_the_site_is_the_configured_one(town: Town) -> None:
    """A forged host is refused, and no link carries it (T-59)."""
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-Host": "evil.example"}):
        page = town.owner.get("/wallet/share", headers=headers, base_url=BASE_URL)
        assert "evil.example" not in page.text


def test_no_url_says_who_somebody_is(town: Town) -> None:
    """No address on any page of a wallet holds a name, an e-mail address or a word of what was earned."""
    add_note(town.owner, "Crane safety")
    pages = [
        get(town.owner, town.fill(rule)).text
        for method, rule in MATRIX
        if method == "GET" and not rule.endswith((".svg", ".zip", ".pdf", ".json"))
    ]
    links = {part.split('"')[0].lower() for page in pages for part in page.split('href="')[1:]}
    assert len(links) > 20
    for word in ("dana", "luis", "whitfield", "example.org", "example.com", "crane"):
        assert [link for link in links if word in link] == []


def test_messages_are_only_the_owners(town: Town) -> None:
    """Nothing of the above sent anything to anybody but those who asked, and whom the owner named."""
    assert {message.recipient for message in messages(town.shop)} == {"luis@example.org", OTHER, "lead@example.org"}
