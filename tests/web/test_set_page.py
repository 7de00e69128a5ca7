"""Several badges in one file: each is shown with its own verdict, and the banner is the worst of them."""

from __future__ import annotations

import io
import json
import re
from typing import TYPE_CHECKING

import pytest

from schemas import encode_json
from tests.doubles.issuer_simulator import IssuerIdKind, IssuerSimulator, SimulatedIssuer
from tests.doubles.learner_records import issue_badges, issue_record
from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from schemas import JsonObject

BEFORE = "2026-01-02T09:00:00Z"


@pytest.fixture
def issuer() -> SimulatedIssuer:
    """An issuer that no network is needed for."""
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


def _record(issuer: SimulatedIssuer) -> bytes:
    """Two badges and the record around them, all in force on the day of these tests."""
    return issue_record(issuer, issue_badges(issuer, validFrom=BEFORE), validFrom=BEFORE)


def _show(client: FlaskClient, record: bytes, language: str = "en") -> str:
    token = read_token(client.get("/verify", base_url=BASE_URL))
    fields = {"csrf_token": token, "file": (io.BytesIO(record), "record.json")}
    page = client.post(f"/verify?lang={language}", data=fields, base_url=BASE_URL)
    assert page.status_code == 200
    return page.text


@pytest.mark.parametrize(("language", "count"), [("en", "2 badges stand in this file"), ("es", "hay 2 insignias")])
def test_each_badge_of_a_record_is_listed(
    client: FlaskClient, issuer: SimulatedIssuer, language: str, count: str
) -> None:
    """A learner record shows every badge in it, not only the first, in both languages."""
    page = _show(client, _record(issuer), language)
    assert count in page
    assert len(re.findall(r'id="part-\d+"', page)) == 2
    assert page.count("CNC Mill Operator") >= 2


def test_name_that_nothing_proves_is_no_green_banner(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """A record of a stranger's did:key is not called genuine without a word."""
    page = _show(client, _record(issuer))
    assert "verdict--genuine" not in page
    assert "Genuine, issuer not known" in page


def test_one_forged_badge_makes_the_banner_bad(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """A changed badge inside a record that is signed: the banner is red, and the forged badge shows no claim."""
    good, forged = issue_badges(issuer)
    assert isinstance(forged, dict)
    changed = json.loads(encode_json(forged))
    changed["name"] = "Master of everything"
    page = _show(client, issue_record(issuer, [good, changed]))
    assert "Not all are genuine" in page
    assert "Master of everything" not in page


def _named(name: str) -> JsonObject:
    """Return the members of a subject that say its name (OB 3.0 IdentityObject)."""
    identity: JsonObject = {"type": "IdentityObject", "hashed": False, "identityHash": name, "identityType": "name"}
    return {"identifier": [identity]}


def test_badges_of_different_people(client: FlaskClient, issuer: SimulatedIssuer) -> None:
    """Genuine badges of two people are not one person's: the banner names both. Accents make nobody another person."""

    def show(*names: str) -> str:
        subject = issuer.compose_badge()["credentialSubject"]
        assert isinstance(subject, dict)
        badges = [
            badge
            for number, name in enumerate(names)
            for badge in issue_badges(
                issuer, 1, first_number=number, validFrom=BEFORE, credentialSubject={**subject, **_named(name)}
            )
        ]
        return _show(client, issue_record(issuer, badges, validFrom=BEFORE)).partition("</section>")[0]

    banner = show("Robin Exampleson", "Kim Doe")
    assert "Given to different people" in banner
    assert "The badges name: Robin Exampleson, Kim Doe." in banner
    assert "verdict--genuine" not in banner
    assert "different people" not in show("Núria Exampleson", "NURIA  Exampleson")
