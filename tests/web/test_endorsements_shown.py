"""Praise on the badge page: only what its endorser signed, and with what proves the endorser's name (T-14, A47)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from keys import CachingFetcher, DocumentCache
from schemas import (
    OB_3_0_3_CONTEXT,
    OB_ACCREDITATION_CONTEXT,
    OB_EXTENSIONS_CONTEXT,
    VC_V2_CONTEXT,
    JsonObject,
    JsonValue,
    OrganizationKind,
    encode_json,
)
from tests.doubles.issuer_simulator import (
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from tests.web.workshop import BASE_URL, read_token
from verifier import StatusCache, TrustEntry, TrustList
from verifier.web.compose_view import compose_badge_view

if TYPE_CHECKING:
    from flask.testing import FlaskClient

    from tests.web.workshop import Workshop

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
    assert '<h1 id="verdict">Genuine' in page.text
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


def test_endorser_on_the_list_of_the_site(shop: Workshop, endorser: SimulatedIssuer) -> None:
    """A mark that counts here: the reader's own name for it and its kind, before all others."""
    issuer = endorser.world.add_issuer(IssuerIdKind.DID_KEY)
    stranger = endorser.world.add_issuer(IssuerIdKind.DID_KEY)
    praise: list[JsonValue] = [
        one.sign(compose_endorsement(one, "Good.") | {"id": f"urn:uuid:1b3d5f70-0000-4000-8000-00000000000{number}"})
        for number, one in enumerate((stranger, endorser))
    ]
    subject = compose_subject(achievement=compose_achievement(endorsement=praise))
    known = TrustEntry(name="Our certifier", id=endorser.id, kind=OrganizationKind.CERTIFICATION_BODY)
    report = endorser.world.verify(issuer.issue(credentialSubject=subject), trust_list=TrustList(entries=(known,)))
    with shop.app.test_request_context():
        first, second = compose_badge_view(report, image_url="").endorsements
    assert (first.endorser, first.kind, first.is_known) == ("Our certifier", "Certification body", True)
    assert (second.endorser, second.is_named) == ("Example Maker", False)


def test_page_says_what_was_not_read_just_now(shop: Workshop) -> None:
    """F7: the kept list and the kept keys are named, each with its age."""
    world = IssuerSimulator()
    issuer = world.add_issuer()
    issuer.publish_status_list()
    badge = issuer.issue(credentialStatus=compose_status_entry())
    fetcher = CachingFetcher(world, cache=DocumentCache(), clock=lambda: world.now)
    cache = StatusCache()
    assert world.verify(badge, fetcher=fetcher, status_cache=cache)
    kept = cache.find_any(STATUS_URL)
    assert kept is not None
    world.now += timedelta(minutes=10)
    cache.keep(replace(kept, usable_until=world.now + timedelta(hours=1)))
    world.break_down(issuer.document_url)
    world.break_down(STATUS_URL)
    report = world.verify(badge, fetcher=fetcher, status_cache=cache)
    with shop.app.test_request_context():
        remarks = compose_badge_view(report, image_url="").remarks
    assert len(remarks) == 2
    assert all("The copy is from Nov 22, 2026" in remark for remark in remarks)


def test_page_says_that_a_newer_version_is_shown(shop: Workshop) -> None:
    """The reader holds an old file; the page shows the newer version and says so."""
    world = IssuerSimulator()
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    url = "https://college.example.edu/refresh/1"
    contexts: JsonValue = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    old = issuer.compose_badge(refreshService={"id": url, "type": "1EdTechCredentialRefresh"}) | {"@context": contexts}
    world.publish(url, issuer.sign(old | {"validFrom": "2026-11-10T09:00:00Z"}))
    with shop.app.test_request_context():
        remarks = compose_badge_view(world.verify(issuer.sign(old)), image_url="").remarks
    assert remarks == ("The issuer has a newer version of this badge. You see the newer one.",)


def test_issuer_in_a_registry(shop: Workshop) -> None:
    """A registry's word is told from the site's own list."""
    issuer = IssuerSimulator().add_issuer()
    entry = TrustEntry(name="Example Valley College", id=issuer.id, source="Example registry")
    report = issuer.world.verify(issuer.issue(), trust_list=TrustList(entries=(entry,)))
    with shop.app.test_request_context():
        credential = compose_badge_view(report, image_url="").credential
    assert credential is not None
    assert credential.issuer.trust_lines == ("This issuer is in a registry that this site uses: Example registry.",)


def compose_accreditation(body: SimulatedIssuer, issuer_id: str) -> JsonObject:
    return compose_endorsement(body, "") | {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_ACCREDITATION_CONTEXT],
        "credentialSubject": {
            "id": issuer_id,
            "type": ["EndorsementSubject", "IssuerAccreditationProfile"],
            "accreditations": [
                {
                    "id": body.id,
                    "type": ["Profile", "AccreditationProfile"],
                    "name": "Example Maker",
                    "contactInstructions": "Write to the office.",
                    "accreditationDate": "2020-02-01",
                    "educationalSector": "Postsecondary",
                }
            ],
        },
    }


def show_accredited(
    client: FlaskClient, body: SimulatedIssuer, mark: JsonObject | None, *, language: str = "en"
) -> str:
    issuer = body.world.add_issuer(IssuerIdKind.DID_KEY)
    profile: JsonObject = {"id": issuer.id, "type": ["Profile", "IssuerAccreditationProfile"], "name": "Shop College"}
    signed = body.sign(compose_accreditation(body, issuer.id)) if mark is None else mark
    subject = signed["credentialSubject"]
    assert isinstance(subject, dict)
    profile |= {"accreditations": subject["accreditations"], "endorsement": [signed]}
    badge = issuer.compose_badge(issuer=profile) | {
        "@context": [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_ACCREDITATION_CONTEXT]
    }
    token = read_token(client.get("/verify", base_url=BASE_URL))
    text = encode_json(issuer.sign(badge)).decode("utf-8")
    headers = {"Accept-Language": language}
    return client.post("/verify", data={"csrf_token": token, "text": text}, base_url=BASE_URL, headers=headers).text


def test_accreditation_is_shown_with_its_body(client: FlaskClient, endorser: SimulatedIssuer) -> None:
    """What the body signed, since when, and that nobody here knows the body."""
    shown = show_accredited(client, endorser, None).partition(HEADING)[2].partition("</section>")[0]
    assert "Accredits the issuer since February 1, 2020." in shown
    assert "Postsecondary" in shown
    assert "This body is not on the list of this site." in shown


def test_accreditation_in_spanish(client: FlaskClient, endorser: SimulatedIssuer) -> None:
    """The same in the other language."""
    assert "Acredita a quien la emiti\u00f3 desde" in show_accredited(client, endorser, None, language="es")


def test_accreditation_that_nobody_signed_is_not_shown(client: FlaskClient, endorser: SimulatedIssuer) -> None:
    """The issuer's own word, and a copy without a signature: neither is shown, and the page says so."""
    page = show_accredited(client, endorser, compose_accreditation(endorser, "did:example:somebody"))
    assert "Accredits the issuer" not in page
    assert "nothing from that body proves it" in page
