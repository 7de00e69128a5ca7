"""People of the desk sign in through another site; nobody who is not a member or invited gets in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, urlsplit

import pytest
import sqlalchemy as sa

from issuer.oidc_tables import OIDC_IDENTITIES, OIDC_QUESTIONS
from issuer.people import Role, list_memberships
from issuer.people_changes import Actor, create_organisation, remove_person
from issuer.people_store import HOME
from storage import AuditFilter, list_audit
from tests.doubles.oidc_provider import Account
from tests.web.oidc_visits import KIM, begin, come_back, open_oidc_shop, provider_settings, sign_in, who_is
from tests.web.workshop import BASE_URL

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.web.oidc_visits import OidcShop


@pytest.fixture
def site(tmp_path: Path) -> Iterator[OidcShop]:
    """A site with one provider, and nobody at the desk but the shared password."""
    opened = open_oidc_shop(tmp_path)
    yield opened
    opened.shop.database.close()


def test_member_signs_in(site: OidcShop) -> None:
    """A member with the checked address of the account is signed in, as themselves."""
    site.add_person()
    browser = site.client()
    answer = sign_in(site, browser=browser)
    assert (answer.status_code, answer.location) == (303, "/desk")
    assert KIM in who_is(browser)


def test_what_the_provider_is_asked(site: OidcShop) -> None:
    """State, nonce and the hash of a verifier go along, each random; the way back is of this provider alone."""
    one, two = (parse_qs(urlsplit(begin(site.client())).query) for _ in range(2))
    assert one["redirect_uri"] == [f"{BASE_URL}/desk/oidc/college/return"]
    assert one["code_challenge_method"] == ["S256"]
    for name in ("state", "nonce", "code_challenge"):
        assert len(one[name][0]) == 43
        assert one[name] != two[name]


def test_capital_letters_of_an_address(site: OidcShop) -> None:
    """Addresses are compared in small letters."""
    site.add_person()
    assert sign_in(site, Account(email="Kim@Example.EDU")).status_code == 303


def test_invited_person_becomes_a_member(site: OidcShop) -> None:
    """Whoever is invited with that address joins with the role that was offered, without a password."""
    site.invite(KIM, Role.VIEWER)
    browser = site.client()
    assert sign_in(site, browser=browser).status_code == 303
    page = who_is(browser)
    assert KIM in page
    assert "Viewer" in page


def test_nobody_registers(site: OidcShop) -> None:
    """An account whose address is neither known nor invited gets in nowhere and leaves nothing behind."""
    browser = site.client()
    answer = sign_in(site, browser=browser)
    assert answer.status_code == 403
    assert "Nobody with this account works at this desk." in answer.text
    assert who_is(browser) == ""
    with site.shop.database.read() as connection:
        for table in (OIDC_IDENTITIES, OIDC_QUESTIONS):
            assert connection.scalar(sa.select(sa.func.count()).select_from(table)) == 0


@pytest.mark.parametrize("said", [False, None, "true", 1, "false"])
def test_address_that_nobody_checked(site: OidcShop, said: object) -> None:
    """Without the word of the provider that it checked the address, the address counts for nothing."""
    site.add_person()
    answer = sign_in(site, Account(is_email_checked=said))
    assert answer.status_code == 403
    assert "does not say that your e-mail address is really yours" in answer.text


def test_account_is_bound(site: OidcShop) -> None:
    """From the first time on the account counts, whatever its address is now and whether it was checked."""
    site.add_person()
    sign_in(site)
    browser = site.client()
    changed = Account(email="boss@example.edu", is_email_checked=False)
    assert sign_in(site, changed, browser=browser).status_code == 303
    assert KIM in who_is(browser)


def test_address_that_somebody_else_has_now(site: OidcShop) -> None:
    """A new account with an old address does not become the person who had it before."""
    site.add_person()
    sign_in(site)
    browser = site.client()
    answer = sign_in(site, Account(subject="a-new-colleague"), browser=browser)
    assert answer.status_code == 403
    assert "another account of the same site" in answer.text
    assert who_is(browser) == ""


def test_new_account_takes_no_invitation_of_the_old_person(site: OidcShop) -> None:
    """Somebody with a person's old address uses up no invitation that was meant for the person."""
    person_id = site.add_person()
    sign_in(site)
    other = create_organisation(site.shop.ledger, "Other place")
    site.invite(KIM, Role.OWNER, organisation_id=other.id)
    assert sign_in(site, Account(subject="a-new-colleague")).status_code == 403
    with site.shop.database.read() as connection:
        assert [organisation.id for organisation, _ in list_memberships(connection, person_id)] == [HOME]


def test_removed_person(site: OidcShop) -> None:
    """Who was removed gets in no more; invited again, they come back as somebody new."""
    person_id = site.add_person()
    sign_in(site)
    remove_person(site.shop.ledger, Actor(organisation_id=HOME), person_id)
    assert sign_in(site).status_code == 403
    site.invite(KIM, Role.TRAINER)
    assert sign_in(site).status_code == 303


def test_removed_while_signed_in(site: OidcShop) -> None:
    """A session that began at the other site ends with the membership, at the next request."""
    person_id = site.add_person()
    browser = site.client()
    sign_in(site, browser=browser)
    assert who_is(browser)
    remove_person(site.shop.ledger, Actor(organisation_id=HOME), person_id)
    assert who_is(browser) == ""


def test_domain_that_the_provider_may_not_vouch_for(tmp_path: Path) -> None:
    """With a list of domains, a provider signs in nobody of another one, however checked the address is."""
    site = open_oidc_shop(tmp_path, provider_settings(email_domains=("college.example",)))
    site.add_person()
    site.add_person("lee@college.example")
    assert sign_in(site).status_code == 403
    assert sign_in(site, Account(subject="lee", email="lee@college.example")).status_code == 303
    assert sign_in(site, Account(subject="x", email="lee@sub.college.example")).status_code == 403
    site.shop.database.close()


def test_the_page_that_was_wanted(site: OidcShop) -> None:
    """After the way there and back the person is where they wanted to be."""
    site.add_person()
    browser = site.client()
    answer = come_back(browser, site.provider.sign_in(begin(browser, target="/desk/log"), Account()))
    assert answer.location == "/desk/log"


def test_target_of_another_site(site: OidcShop) -> None:
    """Nobody is sent on to another site afterwards."""
    answer = site.client().get("/desk/oidc/college?next=https://evil.example.org", base_url=BASE_URL)
    assert answer.status_code == 400


def test_button_on_the_sign_in_page(site: OidcShop) -> None:
    """The page has a link with the name of the site, which works without scripts; the label is text."""
    page = site.client().get("/desk/login?next=/desk/log", base_url=BASE_URL).text
    assert "Go on with College account" in page
    assert 'href="/desk/oidc/college?next=/desk/log"' in page


def test_site_without_providers(site: OidcShop) -> None:
    """Without settings there is no button and no address."""
    browser = site.shop.client()
    assert "Go on with" not in browser.get("/desk/login", base_url=BASE_URL).text
    for path in ("/desk/oidc/college", "/desk/oidc/college/return"):
        assert browser.get(path, base_url=BASE_URL).status_code == 404


def test_cancelled(site: OidcShop) -> None:
    """Whoever stops at the other site sees the sign-in page again, with what happened."""
    browser = site.client()
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    answer = come_back(browser, {"error": "access_denied", "state": state})
    assert "You stopped signing in at the other site." in answer.text


def test_cancelled_in_spanish(site: OidcShop) -> None:
    """The same in Spanish."""
    browser = site.client()
    browser.get("/desk/login?lang=es", base_url=BASE_URL)
    state = parse_qs(urlsplit(begin(browser)).query)["state"][0]
    answer = come_back(browser, {"error": "access_denied", "state": state})
    assert "Usted detuvo el inicio de sesión en el otro sitio." in answer.text


def test_provider_that_takes_the_secret_in_the_body(site: OidcShop) -> None:
    """A provider that wants the secret in the form gets it there."""
    site.provider.metadata_members = {"token_endpoint_auth_methods_supported": ["client_secret_post"]}
    site.add_person()
    assert sign_in(site).status_code == 303


def test_new_key(site: OidcShop) -> None:
    """A provider that signs with a new key is asked for its keys again, at once."""
    site.add_person()
    assert sign_in(site).status_code == 303
    site.provider.rotate()
    assert sign_in(site).status_code == 303


def test_documents_are_kept_for_minutes(site: OidcShop) -> None:
    """Five minutes long a provider is not asked again for its documents."""
    site.add_person()
    sign_in(site)
    sign_in(site)
    documents = [url for url in site.provider.asked if not url.endswith("/token")]
    assert len(documents) == 2
    site.shop.clock.move(minutes=5)
    sign_in(site)
    assert len([url for url in site.provider.asked if not url.endswith("/token")]) == 4


def test_log(site: OidcShop) -> None:
    """The first time stands in the audit log, by the random id of the person and without address."""
    person_id = site.add_person()
    sign_in(site)
    sign_in(site)
    with site.shop.database.read() as connection:
        entries = list_audit(connection, AuditFilter(event="person.account_bound"), limit=10)
    assert [entry.facts["person"] for entry in entries] == [person_id]
    assert "@" not in json.dumps([[entry.subject, dict(entry.facts)] for entry in entries])


def test_every_invitation_counts(site: OidcShop) -> None:
    """Whoever signs in for the first time joins each place that invited the address, with the role of each."""
    other = create_organisation(site.shop.ledger, "Other place")
    site.invite(KIM, Role.TRAINER)
    site.invite(KIM, Role.OWNER, organisation_id=other.id)
    assert sign_in(site).status_code == 303
    with site.shop.database.read() as connection:
        person_id = connection.scalar(sa.select(OIDC_IDENTITIES.c.person_id))
        assert person_id is not None
        found = {organisation.id: role for organisation, role in list_memberships(connection, person_id)}
    assert found == {HOME: Role.TRAINER, other.id: Role.OWNER}
