"""Headers, hosts, CSRF and limits on every page (T-56, T-59, T-63, T-69)."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from issuer import list_jobs
from tests.web.workshop import BASE_URL, PASSWORD, open_desk, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop

PUBLIC_PAGES = (
    "/",
    "/worker",
    "/verify",
    "/b/{slug}",
    "/achievements/cmm-operator",
    "/issuers/{issuer}",
    "/desk/login",
    "/nothing-here",
    "/b/unknown",
)
DESK_PAGES = (
    "/desk",
    "/desk/courses/cmm-operator",
    "/desk/jobs/{job}",
    "/desk/badges",
    "/desk/badges/{slug}",
    "/desk/badges/{slug}/revoke",
    "/desk/badges/{slug}/suspend",
)
LANGUAGES = ("en", "es")


def fill(path: str, shop: Workshop) -> str:
    job = list_jobs(shop.ledger)[0].job_id if "{job}" in path else ""
    return path.format(slug=shop.slugs[0], issuer=shop.issuer_slug, job=job)


@pytest.fixture
def signed_in(shop: Workshop) -> FlaskClient:
    """A trainer who only looks."""
    return open_desk(shop)


class _Sources(HTMLParser):
    """Everything that a page loads or runs by itself, and every inline script or style."""

    def __init__(self) -> None:
        super().__init__()
        self.loads: list[str] = []
        self.inline: list[str] = []
        self.links: list[tuple[str, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        if tag == "script" and "src" not in values:
            self.inline.append(tag)
        if tag == "style" or "style" in values:
            self.inline.append(tag)
        self.inline += [name for name in values if name.startswith("on")]
        if tag in {"script", "img", "iframe", "video", "audio", "source", "embed", "object"}:
            self.loads += [values[name] or "" for name in ("src", "srcset", "data", "poster") if name in values]
        if tag == "link" and values.get("rel") != "alternate":
            self.loads.append(values.get("href") or "")
        if tag == "a":
            self.links.append((values.get("href") or "", values.get("rel") or ""))


def read_sources(page: TestResponse) -> _Sources:
    parser = _Sources()
    parser.feed(page.text)
    return parser


def check_page(page: TestResponse) -> None:
    policy = page.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert "form-action 'self'" in policy
    assert "base-uri 'none'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy
    assert page.headers["X-Content-Type-Options"] == "nosniff"
    assert page.headers["Referrer-Policy"] == "no-referrer"
    sources = read_sources(page)
    assert sources.inline == []
    for address in sources.loads:
        assert address.startswith(("/", "data:image/")), address
        assert not address.startswith("//")
    for href, rel in sources.links:
        assert href.startswith(("/", "https://", "mailto:", "#"))
        if href.startswith("https://"):
            assert "noopener" in rel
            assert "noreferrer" in rel


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_public_page_is_closed_to_others(path: str, language: str, client: FlaskClient, shop: Workshop) -> None:
    """A strict policy stands on every page, nothing is inline, nothing is loaded from elsewhere."""
    page = client.get(fill(path, shop), query_string={"lang": language}, base_url=BASE_URL)
    check_page(page)
    assert f'<html lang="{language}">' in page.text
    assert page.headers["Content-Language"] == language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", DESK_PAGES)
def test_desk_page_is_closed_to_others(path: str, language: str, signed_in: FlaskClient, shop: Workshop) -> None:
    """The pages of the desk hold the same policy and are never stored."""
    page = signed_in.get(fill(path, shop), query_string={"lang": language}, base_url=BASE_URL)
    assert page.status_code == 200
    check_page(page)
    assert page.headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("path", PUBLIC_PAGES)
def test_every_page_leads_to_the_other_language(path: str, client: FlaskClient, shop: Workshop) -> None:
    """A link on each page switches to Spanish and stays on the page."""
    page = client.get(fill(path, shop), query_string={"lang": "en"}, base_url=BASE_URL)
    assert re.search(r'<a href="[^"]*[?&]lang=es" lang="es" hreflang="es"', page.text)


def test_only_the_verify_page_may_use_the_camera(client: FlaskClient, shop: Workshop) -> None:
    """The camera is allowed where it is used and nowhere else."""
    assert "camera=(self)" in client.get("/verify", base_url=BASE_URL).headers["Permissions-Policy"]
    for path in ("/", f"/b/{shop.slugs[0]}"):
        assert "camera=()" in client.get(path, base_url=BASE_URL).headers["Permissions-Policy"]


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1", "127.0.0.1:80", "127.0.0.1:8000.evil.example", "evil.example:8000", "a b"]
)
def test_foreign_host_is_refused(host: str, client: FlaskClient) -> None:
    """A spoofed Host gets 400 and no page."""
    page = client.get("/", headers={"Host": host}, base_url=BASE_URL)
    assert page.status_code == 400
    assert "request.host_forbidden" in page.text


@pytest.mark.parametrize(
    "headers",
    [{"X-Forwarded-Host": "evil.example"}, {"Forwarded": "host=evil.example"}, {"X-Forwarded-Proto": "https"}],
)
def test_forwarded_headers_are_not_believed(headers: dict[str, str], client: FlaskClient, shop: Workshop) -> None:
    """A forwarded host changes nothing that the page says."""
    page = client.get(f"/b/{shop.slugs[0]}", headers=headers, base_url=BASE_URL)
    assert page.status_code == 200
    assert "evil.example" not in page.text


def _unsafe_routes(shop: Workshop) -> list[tuple[str, str]]:
    values = {
        "slug": shop.slugs[0],
        "change": "revoke",
        "job_id": "unknown",
        "draft_id": "A" * 22,
        "way": "off",
        "remedy": "correct",
        "notice": "monthly",
        "place": "1",
        "message_id": "unknown",
    }
    adapter = shop.app.url_map.bind("127.0.0.1:8000")
    return [
        (method, adapter.build(rule.endpoint, {name: values.get(name, "unknown") for name in rule.arguments}))
        for rule in shop.app.url_map.iter_rules()
        for method in sorted((rule.methods or set()) - {"GET", "HEAD", "OPTIONS"})
    ]


def test_every_unsafe_route_wants_a_token(shop: Workshop) -> None:
    """Without its CSRF token no form changes anything (T-56).

    The API reads no cookie: it wants a key. The end of mails is pressed by mail programs (RFC 8058): it wants its link.
    """
    without_form = re.compile(r"/api/|/wallet/stop/[^/]+/[^/]+$|/wallet/told/[^/]+$")
    routes = [(method, path) for method, path in _unsafe_routes(shop) if not without_form.match(path)]
    assert len(routes) >= 9
    for method, path in routes:
        page = shop.client().open(path, method=method, data={"password": PASSWORD}, base_url=BASE_URL)
        assert page.status_code == 400, path
        assert "auth.csrf" in page.text


# Ways in: each of them asks for a password, a link of a mail, a passkey or another site's word.
WAYS_IN = re.compile(r"/desk/(?:login|password|passkey|invitation|oidc)(?:/|$)")


def test_every_unsafe_route_of_the_desk_wants_a_sign_in(shop: Workshop) -> None:
    """With a token but without the password the desk answers 401."""
    browser = shop.client()
    token = read_token(browser.get("/desk/login", base_url=BASE_URL))
    routes = [path for _, path in _unsafe_routes(shop) if path.startswith("/desk") and not WAYS_IN.match(path)]
    assert len(routes) >= 6
    for path in routes:
        page = browser.post(path, data={"csrf_token": token}, base_url=BASE_URL)
        assert page.status_code == 401, path
        assert "auth.required" in page.text


def test_every_page_of_the_desk_leads_to_the_sign_in(shop: Workshop) -> None:
    """A stranger who opens any page of the desk sees only the sign-in form."""
    values = {
        "slug": shop.slugs[0],
        "change": "revoke",
        "remedy": "renew",
        "ending": "svg",
        "draft_id": "A" * 22,
    }
    adapter = shop.app.url_map.bind("127.0.0.1:8000")
    paths = [
        adapter.build(rule.endpoint, {name: values.get(name, "unknown") for name in rule.arguments})
        for rule in shop.app.url_map.iter_rules()
        if rule.endpoint.startswith("desk.") and "GET" in (rule.methods or set()) and not WAYS_IN.match(rule.rule)
    ]
    assert len(paths) >= 9
    for path in paths:
        page = shop.client().get(path, base_url=BASE_URL)
        assert page.status_code == 303, path
        assert page.headers["Location"].startswith("/desk/login")


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_an_issued_badge_cannot_be_changed_from_outside(method: str, client: FlaskClient, shop: Workshop) -> None:
    """There is no way to overwrite or delete a badge over the web."""
    page = client.open(f"/b/{shop.slugs[0]}.json", method=method, base_url=BASE_URL)
    assert page.status_code in {400, 405}
    assert client.get(f"/b/{shop.slugs[0]}.json", base_url=BASE_URL).data == shop.badge().json_bytes


def test_too_many_parts_are_refused(client: FlaskClient) -> None:
    """A form with 101 parts gets 413 before any of it is looked at (T-69)."""
    token = read_token(client.get("/verify", base_url=BASE_URL))
    data = {"csrf_token": token} | {f"field{number}": "x" for number in range(101)}
    page = client.post("/verify", data=data, content_type="multipart/form-data", base_url=BASE_URL)
    assert page.status_code == 413
    assert "request.too_many_parts" in page.text


def test_too_large_upload_is_refused(client: FlaskClient) -> None:
    """A body above the limit gets 413 with a sentence."""
    page = client.post("/verify", data=b"x" * (13 * 1024 * 1024), content_type="multipart/form-data", base_url=BASE_URL)
    assert page.status_code == 413
    assert "request.too_large" in page.text


def test_session_cookie_is_guarded(shop: Workshop) -> None:
    """The cookie is out of reach for scripts and for other sites."""
    cookie = sign_in_cookie(shop)
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie


def sign_in_cookie(shop: Workshop) -> str:
    page = shop.client().get("/desk/login", base_url=BASE_URL)
    return page.headers["Set-Cookie"]


def test_badge_page_sets_no_cookie(shop: Workshop) -> None:
    """Who opens a badge gets no cookie at all."""
    page = shop.client().get(f"/b/{shop.slugs[0]}", base_url=BASE_URL)
    assert "Set-Cookie" not in page.headers
