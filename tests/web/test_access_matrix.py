"""Every page of the desk, by method, by role, and by whose thing is named: what is answered, and what it leaves."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import TYPE_CHECKING

import pytest

from issuer.people import HOME
from tests.web.access_table import NOBODY, ORDER, TABLE, Row
from tests.web.two_organisations import HARBOUR, NEVER, SITE_URL, open_two_organisations

if TYPE_CHECKING:
    from collections.abc import Iterator

    from werkzeug.test import TestResponse

    from tests.web.two_organisations import Things, TwoOrganisations

OTHER = {HOME: HARBOUR, HARBOUR: HOME}
_VARIABLE = re.compile(r"<(?:[^:<>]+:)?([a-z_]+)>")
_CHANGING = re.compile(r'value="[^"]*"|/desk/[A-Za-z0-9_\-./]*')


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TwoOrganisations]:
    """Two organisations with everything."""
    two = open_two_organisations(tmp_path_factory.mktemp("two") / "home")
    yield two
    two.shop.database.close()


@pytest.fixture(autouse=True)
def begin_anew(site: TwoOrganisations) -> Iterator[None]:
    """Each test finds the site as it was."""
    yield
    site.restore()


def _fill(row: Row, things: Things) -> str:
    def put(found: re.Match[str]) -> str:
        thing = row.places[found[1]]
        return thing[1:] if thing.startswith("=") else str(getattr(things, thing))

    return _VARIABLE.sub(put, row.rule)


def _ask(site: TwoOrganisations, row: Row, role: str, *, organisation: str, things: Things) -> TestResponse:
    client, token = site.browser(organisation, role)
    own = site.things[organisation]
    form = {name: re.sub(r"\{([a-z_]+)\}", lambda at: getattr(own, at[1]), text) for name, text in row.form.items()}
    data = {"csrf_token": token, **form} if row.method == "POST" else None
    answer = client.open(_fill(row, things), method=row.method, base_url=SITE_URL, data=data)
    answer.get_data()  # a file that is sent has to be closed
    answer.close()
    return answer


def _name(row: Row) -> str:
    return f"{row.method} {row.rule}"


def _refusal(row: Row, role: str) -> HTTPStatus | None:
    """Return what somebody gets whose role is too low; None for whoever may."""
    if ORDER.index(role) >= ORDER.index(row.least):
        return None
    if role != NOBODY:
        return HTTPStatus.FORBIDDEN
    return HTTPStatus.SEE_OTHER if row.method == "GET" else HTTPStatus.UNAUTHORIZED


def test_every_page_of_the_desk_has_a_row(site: TwoOrganisations) -> None:
    """A page that is new has to be thought about: no page without a row, and no row without a page."""
    pages = {
        f"{method} {rule.rule}"
        for rule in site.shop.app.url_map.iter_rules()
        if rule.endpoint.startswith("desk.")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }
    assert pages == {_name(row) for row in TABLE}


def test_no_page_below_the_desk_belongs_to_somebody_else(site: TwoOrganisations) -> None:
    """Whatever stands below `/desk` is a page of the desk, whose rules hold for it."""
    strays = [
        rule.rule
        for rule in site.shop.app.url_map.iter_rules()
        if rule.rule.startswith("/desk") and not rule.endpoint.startswith("desk.")
    ]
    assert strays == []


@pytest.mark.parametrize("organisation", [HOME, HARBOUR], ids=["home", "harbour"])
@pytest.mark.parametrize("role", ORDER)
@pytest.mark.parametrize("row", TABLE, ids=_name)
def test_own_thing(site: TwoOrganisations, row: Row, role: str, organisation: str) -> None:
    """A thing of one's own organisation: the page for whoever may, a refusal that changes nothing for the others."""
    refusal = _refusal(row, role)
    before = site.fingerprint() if refusal else ""
    answer = _ask(site, row, role, organisation=organisation, things=site.things[organisation])
    if refusal is None:
        assert answer.status_code == row.own
        return
    assert answer.status_code == refusal
    assert site.fingerprint() == before


@pytest.mark.parametrize("organisation", [HOME, HARBOUR], ids=["home", "harbour"])
@pytest.mark.parametrize("role", ORDER)
@pytest.mark.parametrize("row", [row for row in TABLE if row.names_a_thing], ids=_name)
def test_foreign_thing_is_as_one_that_never_was(site: TwoOrganisations, row: Row, role: str, organisation: str) -> None:
    """Another organisation's thing gets the page of one that never was, word for word, and nothing happens to it."""
    before = site.fingerprint()
    foreign = _ask(site, row, role, organisation=organisation, things=site.things[OTHER[organisation]])
    assert foreign.status_code == (_refusal(row, role) or row.foreign)
    assert site.fingerprint() == before
    never = _ask(site, row, role, organisation=organisation, things=NEVER)
    assert never.status_code == foreign.status_code
    assert _CHANGING.sub("", never.text) == _CHANGING.sub("", foreign.text)
    assert site.fingerprint() == before
