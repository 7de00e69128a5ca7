"""The procedure as a whole: what runs after what, and what the context may say."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest

from credentials import UnsecuredDocument
from keys import FetchedDocument, FirstPartyFetcher, KeyType, OfflineFetcher
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, FetchError, JsonValue
from tests.doubles.issuer_simulator import (
    NOW,
    IssuerIdKind,
    IssuerSimulator,
    compose_achievement,
    compose_status_entry,
    compose_subject,
)
from verifier import MUST_PASS, CheckName, Outcome, VerificationContext
from verifier.received import ReceivedCredential


@pytest.fixture
def world() -> IssuerSimulator:
    return IssuerSimulator()


def test_now_must_know_its_offset() -> None:
    """A naive time would be read in some time zone by chance."""
    with pytest.raises(ValueError, match="aware"):
        VerificationContext(now=datetime(2026, 11, 22), fetcher=OfflineFetcher())  # noqa: DTZ001 - the claim under test


def test_policy_cannot_take_a_core_check_away() -> None:
    """The context refuses it before anything is verified."""
    with pytest.raises(ValueError, match="never remove"):
        VerificationContext(now=NOW, fetcher=OfflineFetcher(), required=MUST_PASS - {CheckName.PROOF})


def test_signature_is_checked_although_the_schema_fails(world: IssuerSimulator) -> None:
    """A badge of the issuer that is filled in wrongly: each finding stands on its own."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    badge = issuer.issue(credentialSubject=compose_subject(achievement=compose_achievement(description=None)))
    report = world.verify(badge)
    assert not report
    schema = report.check(CheckName.SCHEMA)
    assert schema.code == "schema.violation"
    assert schema.detail["count"] == 1
    violations = schema.detail["violations"]
    assert isinstance(violations, list)
    assert isinstance(violations[0], dict)
    assert "description" in str(violations[0]["sentence"])
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED


def test_signed_badge_without_an_achievement_shows_nothing(world: IssuerSimulator) -> None:
    """Signed by the issuer, and still nothing that a page could show."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    report = world.verify(issuer.issue(credentialSubject=compose_subject(achievement=None)))
    assert not report
    assert report.credential is None
    assert report.check(CheckName.DATA_MODEL).code == "data_model.achievement_missing"


def test_schema_of_its_own_is_not_followed(world: IssuerSimulator) -> None:
    """A schema address in the badge is remarked on and never fetched."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    contexts: JsonValue = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    schemas: JsonValue = [
        {"id": "https://evil.example.com/schema.json", "type": "1EdTechJsonSchemaValidator2019"},
        {
            "id": "https://purl.imsglobal.org/spec/ob/v3p0/schema/json/ob_v3p0_achievementcredential_schema.json",
            "type": "1EdTechJsonSchemaValidator2019",
        },
    ]
    badge = issuer.sign(issuer.compose_badge(credentialSchema=schemas) | {"@context": contexts})
    report = world.verify(badge)
    assert report
    assert report.notes == ("schema.other_schema_not_followed",)
    assert report.check(CheckName.SCHEMA).detail["notFollowed"] == ["https://evil.example.com/schema.json"]
    assert world.asked == []


@pytest.mark.parametrize("issuer_value", ["relative", {"type": ["Profile"]}, {"id": "x y", "type": ["Profile"]}, [], 7])
def test_issuer_that_is_no_id(world: IssuerSimulator, issuer_value: JsonValue) -> None:
    """Without an issuer's id there is nobody to ask for a key."""
    badge = world.add_issuer(IssuerIdKind.DID_KEY).compose_badge(issuer=issuer_value)
    assert world.verify(badge).check(CheckName.DATA_MODEL).outcome is Outcome.FAILED


def test_issuer_as_text(world: IssuerSimulator) -> None:
    """VCDM 2.0 §4.7: the issuer may be its id alone."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    assert world.verify(issuer.issue(issuer=issuer.id))


@pytest.mark.parametrize("field", ["validFrom", "validUntil", "awardedDate"])
@pytest.mark.parametrize("value", [7, {}, ["2026-11-01T09:00:00Z"], True])
def test_date_that_is_no_text(world: IssuerSimulator, field: str, value: JsonValue) -> None:
    """A date of another kind is refused, in a token too."""
    issuer = world.add_issuer(IssuerIdKind.DID_KEY)
    badge = issuer.compose_badge(**{field: value}) | {"proof": [{"type": "DataIntegrityProof"}]}
    assert world.verify(badge).check(CheckName.DATA_MODEL).code == "data_model.date_invalid"


def test_our_own_bug_is_never_a_verdict(world: IssuerSimulator) -> None:
    """An error that is no BadgeError passes through: it says nothing about the badge."""

    def look_up(_url: str) -> FetchedDocument | None:
        raise RuntimeError("a bug of ours")

    badge = world.add_issuer().issue()
    with pytest.raises(RuntimeError, match="a bug of ours"):
        world.verify(badge, fetcher=FirstPartyFetcher(look_up, world))


def test_status_is_not_asked_for_a_false_issuer(world: IssuerSimulator) -> None:
    """An attacker's badge cannot send us to an attacker's status host."""
    victim = world.add_issuer()
    attacker = world.add_issuer(IssuerIdKind.DID_KEY)
    badge = victim.issue(
        method_id=attacker.method_id,
        signer=attacker.signer,
        credentialStatus=compose_status_entry(url="https://evil.example.com/track-me"),
    )
    world.verify(badge)
    assert world.asked == []


def test_rsa_token_with_status(world: IssuerSimulator) -> None:
    """RS256, the algorithm that OB 3.0 names as the minimum, with its list signed in the same form."""
    issuer = world.add_issuer(key_type=KeyType.RSA)
    helper = world.add_issuer(IssuerIdKind.DID_KEY)
    list_method = replace(helper.method, id=f"{issuer.id}#list", controller=issuer.id)
    issuer.methods = [issuer.method, list_method]
    issuer.publish_keys()
    signed = issuer.sign(issuer.compose_status_list(), method_id=list_method.id, signer=helper.signer)
    world.publish("https://college.example.edu/status/1", signed)
    assert world.verify(issuer.issue_jwt(credentialStatus=compose_status_entry()))


def test_received_credential_is_kept_as_it_came(world: IssuerSimulator) -> None:
    """The view in the report stands on the bytes that were presented."""
    badge = world.add_issuer(IssuerIdKind.DID_KEY).issue()
    assert ReceivedCredential(original=badge, document={}).token is None
    assert UnsecuredDocument(document={}).document == {}
    report = world.verify(badge)
    assert report.credential is not None
    assert report.credential.to_json()["id"] == "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a11"


def test_silent_door_gives_its_own_reason(world: IssuerSimulator) -> None:
    """What the door says is kept in the detail of the check."""
    issuer = world.add_issuer()
    world.answers[issuer.document_url] = FetchError("fetch.tls")
    check = world.verify(issuer.issue()).check(CheckName.ISSUER)
    assert (check.code, check.detail["reason"]) == ("issuer.unproven", "fetch.tls")
