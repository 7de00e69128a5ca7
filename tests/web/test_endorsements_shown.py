"""Praise on the badge page: only what its endorser signed, and with what proves the endorser's name (T-14, A47)."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from schemas import OB_3_0_3_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue, encode_json
from tests.doubles.issuer_simulator import (
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_subject,
)
from tests.web.workshop import BASE_URL, read_token

if TYPE_CHECKING:
    from flask.testing import FlaskClient

HEADING = '<h2 id="endorsed">'


def compose_endorsement(endorser: SimulatedIssuer, comment: str) -> JsonObject:
    return {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT],
        "id": "urn:uuid:1b3d5f70-0000-4000-8000-0000000000e1",
        "type": ["VerifiableCredential", "EndorsementCredential"],
        "name": "Endorsement",
        "issuer": {"id": endorser.id, "type": ["Profile"], "name": "Example Maker"},
        "validFrom": "2026-01-10T00:00:00Z",
        "credentialSubject": {
            "id": "https://college.example.edu/achievements/cnc-mill-1",
            "type": ["EndorsementSubject"],
            "endorsementComment": comment,
        },
    }


@pytest.fixture
def endorser() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


def show_badge(client: FlaskClient, endorser: SimulatedIssuer, endorsement: JsonValue) -> str:
    issuer = endorser.world.add_issuer(IssuerIdKind.DID_KEY)
    subject = compose_subject(achievement=compose_achievement(endorsement=[endorsement]))
    unsigned = issuer.compose_badge(credentialSubject=subject, validFrom="2026-01-15T09:00:00Z")
    badge = encode_json(issuer.sign(unsigned)).decode("utf-8")
    token = read_token(client.get("/verify", base_url=BASE_URL))
    page = client.post("/verify", data={"csrf_token": token, "text": badge}, base_url=BASE_URL)
    assert '<h1 id="verdict">Genuine</h1>' in page.text
    return page.text


def test_verified_endorsement_is_shown(client: FlaskClient, endorser: SimulatedIssuer) -> None:
    """The words, who gave them and about what; a name that nothing proves is called so."""
    page = show_badge(client, endorser, endorser.sign(compose_endorsement(endorser, "We hire **these** people.")))
    shown = page.partition(HEADING)[2].partition("</section>")[0]
    assert "<strong>these</strong>" in shown
    assert "Example Maker" in shown
    assert "This name is not proven." in shown
    assert "About this training" in shown


def test_forged_endorsement_is_not_shown(client: FlaskClient, endorser: SimulatedIssuer) -> None:
    """Neither the words nor the name, but a warning that there was something unproven."""
    page = show_badge(client, endorser, compose_endorsement(endorser, "Best of all."))
    assert HEADING not in page
    assert "Best of all." not in page
    assert "Example Maker" not in page
    assert "could not be proven. We do not show it." in page


def test_comment_is_text_and_not_a_page(client: FlaskClient, endorser: SimulatedIssuer) -> None:
    """T-46: what an endorser writes runs nowhere."""
    page = show_badge(client, endorser, endorser.sign(compose_endorsement(endorser, "<script>alert(1)</script>")))
    assert HEADING in page
    assert "<script>alert(1)" not in page
