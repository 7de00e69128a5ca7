"""What the site gives a phone to keep: the worker, the manifest, pages without tokens, and when all of it is wiped."""

from __future__ import annotations

import inspect
import io
import json
import re
from datetime import timedelta
from importlib import resources
from typing import TYPE_CHECKING

import pytest
from PIL import Image, ImageChops

from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator
from tests.web.wallet_visits import add_file, add_note, claim, get, hand_out, messages, send, sign_in
from tests.web.workshop import BASE_URL, NOON, open_workshop
from tools.draw_app_icons import INK, PICTURES, STATIC, draw_icon
from wallet.web.kept_pages import MAX_KEPT_BADGES
from wallet.web.offline_pages import OfflineInfo

if TYPE_CHECKING:
    from pathlib import Path

    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from schemas import JsonObject
    from tests.web.workshop import Workshop

WIPED = '"cache", "storage"'
LANGUAGES = ("en", "es")


@pytest.fixture
def holder(fresh_shop: Workshop) -> tuple[FlaskClient, str]:
    """A browser with one claimed badge in its wallet, and the path of the badge."""
    return claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0])


def read_index(browser: FlaskClient) -> dict[str, JsonObject]:
    """Return what the phone is told to keep, by path."""
    return {page["path"]: page for page in get(browser, "/wallet/kept").json["pages"]}  # type: ignore[index]


def cookies_after(answer: TestResponse) -> dict[str, str]:
    """Return the cookies that an answer sets; an empty text is one that it takes away."""
    pairs = [value.split(";")[0].partition("=") for value in answer.headers.getlist("Set-Cookie")]
    return {name: value for name, _, value in pairs}


def test_worker_may_serve_the_wallet_and_reach_this_site_only(client: FlaskClient) -> None:
    """Its scope is the wallet, its own policy lets it ask this site and nobody else, and no copy is used unasked."""
    worker = get(client, "/wallet/sw.js")
    assert worker.headers["Service-Worker-Allowed"] == "/wallet"
    assert worker.mimetype == "text/javascript"
    assert worker.headers["Cache-Control"] == "no-cache"
    policy = worker.headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; connect-src 'self';")
    assert "unsafe" not in policy
    assert get(client, "/wallet/sw.js", **{"If-None-Match": worker.headers["ETag"]}).status_code == 304


def test_worker_keeps_what_its_pages_load(client: FlaskClient) -> None:
    """Each file and page that the worker takes with it is there, in both languages, and says nothing of a person."""
    first_line = get(client, "/wallet/sw.js").text.partition("\n")[0]
    settings = json.loads(first_line.removeprefix("const SETTINGS = ").removesuffix(";"))
    assert set(settings["info"]) == set(LANGUAGES)
    pages = [path for kinds in settings["info"].values() for path in kinds.values()]
    assert len(pages) == len(LANGUAGES) * len(OfflineInfo)
    loaded = set()
    for path in pages:
        page = get(client, path)
        assert page.status_code == 200
        assert "csrf_token" not in page.text
        loaded |= set(re.findall(r'<(?:link rel="stylesheet"|script)[^>]*(?:href|src)="([^"]+)"', page.text))
    assert loaded <= set(settings["assets"])
    for path in settings["assets"]:
        answer = get(client, path)
        assert answer.status_code == 200
        answer.close()


@pytest.mark.parametrize(("language", "words"), [("en", "This needs a signal"), ("es", "Esto necesita señal")])
def test_page_for_a_place_without_a_signal_speaks_its_language(language: str, words: str, client: FlaskClient) -> None:
    """Whatever the browser prefers, the address decides; and it changes no choice."""
    page = get(client, f"/wallet/offline/{language}/signal", **{"Accept-Language": "en" if language == "es" else "es"})
    assert words in page.text
    assert f'<html lang="{language}">' in page.text
    assert "Set-Cookie" not in page.headers


@pytest.mark.parametrize(
    "path", ["/wallet/offline/en/other", "/wallet/offline/fr/signal", "/wallet/app/fr.webmanifest"]
)
def test_unknown_language_or_page_is_not_there(path: str, client: FlaskClient) -> None:
    """No other address is made up."""
    assert get(client, path).status_code == 404


@pytest.mark.parametrize(("language", "name"), [("en", "My badges"), ("es", "Mis insignias")])
def test_manifest_is_all_that_a_phone_asks_for(language: str, name: str, client: FlaskClient) -> None:
    """Start, scope, name and pictures for any phone, with the sizes that they say they have."""
    answer = get(client, f"/wallet/app/{language}.webmanifest")
    assert answer.mimetype == "application/manifest+json"
    manifest = json.loads(answer.data)
    assert (manifest["start_url"], manifest["scope"], manifest["display"]) == ("/wallet", "/wallet", "standalone")
    assert (manifest["lang"], manifest["short_name"]) == (language, name)
    seen = set()
    for icon in manifest["icons"]:
        picture = get(client, icon["src"])
        width, height = Image.open(io.BytesIO(picture.data)).size
        picture.close()
        assert icon["sizes"] == f"{width}x{height}"
        seen.add((width, icon["purpose"]))
    assert seen == {(192, "any"), (512, "any"), (192, "maskable"), (512, "maskable")}


@pytest.mark.parametrize(("name", "size", "is_maskable"), PICTURES)
def test_picture_is_as_drawn(name: str, size: int, is_maskable: bool) -> None:  # noqa: FBT001 - a row of a table
    """The kept file shows what the tool draws; a maskable one has the mark within four fifths of its width."""
    kept = Image.open(STATIC / name).convert("RGBA")
    drawn = draw_icon(size, is_maskable=is_maskable)
    difference = ImageChops.difference(kept, drawn).convert("L").histogram()
    assert sum(difference[40:]) < size * size / 100
    if is_maskable:
        ground = Image.new("RGBA", kept.size, INK)
        box = ImageChops.difference(kept, ground).convert("L").point(lambda value: 255 if value > 40 else 0).getbbox()
        assert box is not None
        assert min(box) >= size * 0.1
        assert max(box) <= size * 0.9


def test_index_names_list_badge_and_code(holder: tuple[FlaskClient, str]) -> None:
    """A badge has its page and its code; a note of one's own has no code."""
    browser, badge = holder
    note = add_note(browser, "Crane safety")
    assert set(read_index(browser)) == {"/wallet", badge, f"{badge}/show", note}


@pytest.mark.parametrize("language", LANGUAGES)
def test_kept_page_has_nothing_to_send(language: str, holder: tuple[FlaskClient, str]) -> None:
    """No form, no token, no message of another page, and the day of the last check on each."""
    browser, _ = holder
    note = add_note(browser, "Crane safety")  # leaves a message for the next page
    for path, page in read_index(browser).items():
        kept = get(browser, str(page["source"]), **{"Accept-Language": language})
        assert kept.status_code == 200
        assert not re.search(r"<form|csrf|<input|role=\"status\">It is", kept.text)
        if path != note:
            assert {"en": "May 14, 2026, 12:00 UTC", "es": "14 may 2026, 12:00 UTC"}[language] in kept.text, path
        assert {"en": "No signal", "es": "Sin señal"}[language] in kept.text
        assert not [name for name in cookies_after(kept) if name != "wallet"]
    assert "flash" in get(browser, "/wallet").text  # the message waited for the page that it was meant for


def test_kept_code_leads_to_the_badge(holder: tuple[FlaskClient, str], fresh_shop: Workshop) -> None:
    """The page has the code in itself, and under it the address to type."""
    browser, badge = holder
    page = get(browser, str(read_index(browser)[f"{badge}/show"]["source"])).text
    assert "data:image/svg+xml;base64," in page
    assert f"{BASE_URL}/b/{fresh_shop.slugs[0]}" in page


def test_code_of_a_badge_from_elsewhere_is_kept_while_it_works(fresh_shop: Workshop) -> None:
    """Without a link the page says what to do; with one it has the code, and the moment at which it ends."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    stranger = IssuerSimulator(now=NOON).add_issuer(IssuerIdKind.DID_KEY)
    badge = str(add_file(browser, stranger.issue(), "badge.json").location)
    before = read_index(browser)[f"{badge}/show"]
    assert "you need a signal" in get(browser, str(before["source"])).text
    assert send(browser, f"{badge}/show", "/wallet/add").status_code == 303
    after = read_index(browser)[f"{badge}/show"]
    assert after["version"] != before["version"]
    page = get(browser, str(after["source"])).text
    assert "data:image/svg+xml" in page
    assert f'data-until="{(NOON + timedelta(days=1)).isoformat()}"' in page


def test_version_changes_with_the_check_and_the_language(holder: tuple[FlaskClient, str], fresh_shop: Workshop) -> None:
    """A new check, a new state and another language are other pages; nothing else makes the phone fetch again."""
    browser, badge = holder
    first = read_index(browser)
    assert read_index(browser) == first
    spanish = {page["path"]: page for page in get(browser, "/wallet/kept", **{"Accept-Language": "es"}).json["pages"]}  # type: ignore[index]
    assert spanish[badge]["version"] != first[badge]["version"]
    fresh_shop.clock.move(hours=1)
    assert read_index(browser) == first
    assert send(browser, f"{badge}/check", badge).status_code == 303
    checked = read_index(browser)
    assert checked[badge]["version"] != first[badge]["version"]
    assert checked["/wallet"]["version"] != first["/wallet"]["version"]


def test_unchanged_index_costs_a_few_bytes(holder: tuple[FlaskClient, str], fresh_shop: Workshop) -> None:
    """304 while nothing changed; on another day the phone is told anew until when it may open its pages."""
    browser, _ = holder
    tag = get(browser, "/wallet/kept").headers["ETag"]
    assert get(browser, "/wallet/kept", **{"If-None-Match": tag}).status_code == 304
    fresh_shop.clock.move(days=1)
    assert get(browser, "/wallet/kept", **{"If-None-Match": tag}).status_code == 200


def test_phone_keeps_the_newest_only(fresh_shop: Workshop) -> None:
    """Of a large wallet the newest badges are kept, and the list says how many are not."""
    browser = sign_in(fresh_shop, "keeper@example.com")
    for place in range(MAX_KEPT_BADGES + 2):
        browser.environ_base["REMOTE_ADDR"] = f"192.0.2.{place % 250 + 1}"
        add_note(browser, f"Training {place}", day=str((NOON - timedelta(days=place)).date()))
    index = read_index(browser)
    assert len(index) == 1 + MAX_KEPT_BADGES
    page = get(browser, "/wallet/kept/list").text
    assert "2 older ones are not on this phone" in page
    assert "Training 0<" in page
    assert f"Training {MAX_KEPT_BADGES + 1}<" not in page


def test_session_is_named_but_not_told(holder: tuple[FlaskClient, str], fresh_shop: Workshop) -> None:
    """Each page names its session, another one for each sign-in, and nothing of the cookie or the holder in it."""
    browser, _ = holder
    cookie = browser.get_cookie("wallet", domain="127.0.0.1")
    assert cookie is not None
    name = get(browser, "/wallet").headers["Wallet-Session"]
    with fresh_shop.database.read() as connection:
        holder_id, stored = connection.exec_driver_sql("SELECT holder_id, hash FROM wallet_sessions").one()
    assert not {name} & {cookie.value, holder_id, stored, stored[:32]}
    assert get(browser, "/wallet/kept").json["session"] == name  # type: ignore[index]
    names = {get(sign_in(fresh_shop), "/wallet").headers["Wallet-Session"] for _ in range(2)}
    assert len(names | {name}) == 3
    assert "Wallet-Session" not in get(fresh_shop.client(), "/wallet/sign-in").headers


def test_new_session_wipes_what_an_earlier_one_kept(fresh_shop: Workshop) -> None:
    """Whoever signs in or claims first: the browser is told to forget what it stored."""
    browser = fresh_shop.client()
    path = f"/claim/{_claim_token(fresh_shop)}"
    assert send(browser, path, path).headers["Clear-Site-Data"] == '"storage"'
    other = fresh_shop.client()
    send(other, "/wallet/sign-in", email="other@example.com")
    from tests.web.wallet_visits import link_of  # noqa: PLC0415 - beside the one test that needs it

    link = link_of(fresh_shop, messages(fresh_shop)[0])
    assert send(other, link, link).headers["Clear-Site-Data"] == '"storage"'


def _claim_token(shop: Workshop) -> str:
    from tests.web.wallet_visits import claim_token_of  # noqa: PLC0415 - beside the one test that needs it

    return claim_token_of(hand_out(shop), shop.slugs[0])


def test_withdrawn_session_wipes_at_its_next_visit(holder: tuple[FlaskClient, str], fresh_shop: Workshop) -> None:
    """A phone whose session was ended elsewhere is wiped as soon as it is heard of, and the cookie goes."""
    browser, _ = holder
    fresh_shop.clock.move(days=31)
    answer = get(browser, "/wallet")
    assert answer.status_code == 303
    assert answer.headers["Clear-Site-Data"] == WIPED
    assert cookies_after(answer)["wallet"] == ""


@pytest.mark.parametrize("path", ["/wallet", "/wallet/kept", "/claim", "/wallet/sign-in"])
def test_who_left_without_a_signal_is_out_at_the_next_visit(path: str, holder: tuple[FlaskClient, str]) -> None:
    """The mark that the page set ends the session, whatever is opened first, and is taken away with it."""
    browser, _ = holder
    session = browser.get_cookie("wallet", domain="127.0.0.1")
    assert session is not None
    browser.set_cookie("wallet-left", "1", domain="127.0.0.1")
    answer = get(browser, path)
    assert answer.headers["Clear-Site-Data"] == WIPED
    assert {name: value for name, value in cookies_after(answer).items() if name != "session"} == {
        "wallet": "",
        "wallet-left": "",
    }
    browser.set_cookie("wallet", session.value, domain="127.0.0.1")
    assert get(browser, "/wallet").status_code == 303


def test_who_left_does_not_claim_into_the_old_wallet(holder: tuple[FlaskClient, str], fresh_shop: Workshop) -> None:
    """After somebody left without a signal, the next person's claim opens a wallet of their own."""
    browser, _ = holder
    browser.set_cookie("wallet-left", "1", domain="127.0.0.1")
    claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[1], browser)
    with fresh_shop.database.read() as connection:
        holders = connection.exec_driver_sql("SELECT count(DISTINCT holder_id) FROM wallet_holdings").scalar_one()
    assert holders == 2
    assert browser.get_cookie("wallet-left", domain="127.0.0.1") is None
    assert "1 badge" in get(browser, "/wallet").text


def test_signing_out_with_the_mark_works_as_without(fresh_shop: Workshop) -> None:
    """The page sets the mark before the form is sent: the form does its work, and the mark goes."""
    browser, _ = claim(fresh_shop, hand_out(fresh_shop), fresh_shop.slugs[0], sign_in(fresh_shop))
    token = re.search(r'name="csrf_token" value="([^"]+)"', get(browser, "/wallet/account").text)
    assert token is not None
    browser.set_cookie("wallet-left", "1", domain="127.0.0.1")
    answer = browser.post("/wallet/sign-out", data={"csrf_token": token[1]}, base_url=BASE_URL)
    assert (answer.status_code, answer.location) == (303, "/")
    assert answer.headers["Clear-Site-Data"] == WIPED
    assert browser.get_cookie("wallet-left", domain="127.0.0.1") is None


def test_only_the_wallet_may_start_a_worker(holder: tuple[FlaskClient, str]) -> None:
    """Trusted Types allow one policy, on the pages of an open wallet; elsewhere none."""
    browser, badge = holder
    for path in ("/wallet", badge, f"{badge}/show"):
        assert "trusted-types wallet-worker" in get(browser, path).headers["Content-Security-Policy"]
    for path in ("/", "/verify", "/desk/login"):
        assert "trusted-types 'none'" in get(browser, path).headers["Content-Security-Policy"]


def test_worker_knows_every_way_in(tmp_path: Path) -> None:
    """Whatever under the wallet's address opens a session is a way in at which the worker forgets who was before."""
    shop = open_workshop(tmp_path, base_url="https://badges.example.edu")  # with passkeys
    opening = {
        rule.rule
        for rule in shop.app.url_map.iter_rules()
        if rule.rule.startswith("/wallet")
        and "set_cookie" in inspect.unwrap(shop.app.view_functions[rule.endpoint]).__code__.co_names
    }
    shop.database.close()
    assert opening == {"/wallet/link/<token>", "/wallet/phone/code", "/wallet/passkey"}
    script = resources.files("wallet").joinpath("web", "worker", "sw.js").read_text("utf-8")
    entering = re.search(r"const ENTERING = /(.+)/;", script)
    assert entering is not None
    for path in opening:
        assert re.fullmatch(entering[1].replace("\\/", "/"), path.replace("<token>", "a-Z_9")), path
