"""Pages and machine documents that are open to everyone: achievements, issuers, keys, status lists."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

DOCUMENTS = (
    "/achievements/cmm-operator.json",
    "/achievements/cmm-operator/image.png",
    "/achievements/cmm-operator/image.svg",
    "/issuers/lakeshore-technical-college.json",
    "/.well-known/jwks.json",
    "/status/1",
)


@pytest.mark.parametrize("path", DOCUMENTS)
def test_document_is_kept_and_revalidated(path: str, client: FlaskClient) -> None:
    """Each document has an ETag and a life time, and 304 saves the second transfer."""
    first = client.get(path, base_url=BASE_URL)
    assert first.status_code == 200
    assert "max-age" in first.headers["Cache-Control"]
    assert "stale-if-error" in first.headers["Cache-Control"]
    again = client.get(path, headers={"If-None-Match": first.headers["ETag"]}, base_url=BASE_URL)
    assert again.status_code == 304


@pytest.mark.parametrize("path", DOCUMENTS)
def test_document_is_open_to_programs_of_other_sites(path: str, client: FlaskClient) -> None:
    """A checker in a browser may read it, and it can run nothing."""
    page = client.get(path, base_url=BASE_URL)
    assert page.headers["Access-Control-Allow-Origin"] == "*"
    assert page.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "Set-Cookie" not in page.headers


def test_pages_for_people_are_not_open_to_scripts_of_other_sites(client: FlaskClient, shop: Workshop) -> None:
    """Only machine documents carry the CORS header."""
    for path in ("/", f"/b/{shop.slugs[0]}", "/verify", "/desk/login"):
        assert "Access-Control-Allow-Origin" not in client.get(path, base_url=BASE_URL).headers


def test_achievement_document_is_the_one_in_the_badge(client: FlaskClient, shop: Workshop) -> None:
    """The published achievement says what the badges say."""
    published = client.get("/achievements/cmm-operator.json", base_url=BASE_URL).json
    embedded = json.loads(shop.badge().json_bytes)["credentialSubject"]["achievement"]
    assert published == embedded


def test_status_list_is_the_one_that_badges_name(client: FlaskClient, shop: Workshop) -> None:
    """The address in `credentialStatus` answers with a signed list of that id."""
    entries = json.loads(shop.badge().json_bytes)["credentialStatus"]
    first = entries[0] if isinstance(entries, list) else entries
    path = first["statusListCredential"].removeprefix(BASE_URL)
    page = client.get(path, base_url=BASE_URL)
    document = json.loads(page.data)
    assert document["id"] == first["statusListCredential"]
    assert document["proof"]["cryptosuite"] == "eddsa-rdfc-2022"


def test_revocation_changes_the_list_at_once(fresh_shop: Workshop) -> None:
    """The list that is served after a revocation is another one (I5)."""
    browser = fresh_shop.client()
    before = browser.get("/status/1", base_url=BASE_URL).headers["ETag"]
    fresh_shop.ledger.revoke(fresh_shop.badge().id, reason="Wrong person", by="desk")
    assert browser.get("/status/1", base_url=BASE_URL).headers["ETag"] != before


@pytest.mark.parametrize(
    "path",
    [
        "/status/0",
        "/status/999999",
        "/status/-1",
        "/achievements/unknown",
        "/achievements/unknown.json",
        "/achievements/unknown/image.png",
        "/issuers/unknown",
        "/issuers/unknown.json",
        "/issuers/unknown/did.json",
        "/static/../setup.py",
        "/static/%2e%2e/setup.py",
        "/b/x.exe",
    ],
)
def test_unknown_document_is_not_found(path: str, client: FlaskClient) -> None:
    """What is not there gets 404 and a page with a way on."""
    page = client.get(path, base_url=BASE_URL)
    assert page.status_code == 404
    assert 'href="/verify"' in page.text


def test_program_gets_a_problem_document(client: FlaskClient) -> None:
    """Who asks for JSON gets RFC 9457, not HTML."""
    answer = client.get("/b/unknown.json", headers={"Accept": "application/json"}, base_url=BASE_URL)
    assert answer.mimetype == "application/problem+json"
    problem = json.loads(answer.data)
    assert (problem["status"], problem["code"]) == (404, "page.badge_not_found")


def test_achievement_page_shows_every_level(client: FlaskClient) -> None:
    """The public page of a course says what each level means."""
    text = client.get("/achievements/cmm-operator", base_url=BASE_URL).text
    for level in ("Works with help", "Works alone", "Teaches others"):
        assert level in text


def test_issuer_page_names_its_badges(client: FlaskClient, shop: Workshop) -> None:
    """The issuer's page leads to its courses and its keys."""
    text = client.get(f"/issuers/{shop.issuer_slug}", base_url=BASE_URL).text
    assert 'href="/achievements/cmm-operator"' in text
    assert 'href="/.well-known/jwks.json"' in text
