"""T-15: what a refresh service returns takes the badge's place only when it is the same badge, newer and proven."""

from __future__ import annotations

from datetime import timedelta

import pytest

from keys import OfflineFetcher
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue
from tests.doubles.issuer_simulator import (
    NOW,
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_achievement,
    compose_status_entry,
    compose_subject,
    format_moment,
)
from verifier import CheckName, Headline, Outcome, VerificationReport

REFRESH_URL = "https://college.example.edu/refresh/1"
CONTEXTS: JsonValue = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
SERVICE: JsonValue = {"id": REFRESH_URL, "type": "1EdTechCredentialRefresh"}
NEWER = "2026-11-10T09:00:00Z"


@pytest.fixture
def issuer() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


def compose_version(issuer: SimulatedIssuer, title: str, **changes: JsonValue) -> JsonObject:
    subject = compose_subject(achievement=compose_achievement(name=title))
    return issuer.compose_badge(**{"credentialSubject": subject, "refreshService": SERVICE, **changes}) | {
        "@context": CONTEXTS
    }


def verify_original(issuer: SimulatedIssuer, **context: object) -> VerificationReport:
    return issuer.world.verify(issuer.sign(compose_version(issuer, "Original")), **context)


def read_title(report: VerificationReport) -> str:
    assert report.credential is not None
    return report.credential.achievement.name


def test_newer_version_is_judged(issuer: SimulatedIssuer) -> None:
    """OB 3.0 §8.1 step 3: the newer version of the same badge takes its place, and the report says so."""
    issuer.world.publish(REFRESH_URL, issuer.sign(compose_version(issuer, "Newer", validFrom=NEWER)))
    report = verify_original(issuer)
    check = report.check(CheckName.REFRESH)
    assert report
    assert (read_title(report), check.code, check.detail["judged"]) == ("Newer", "refresh.newer_version", "newer")
    assert (check.detail["originalValidFrom"], check.detail["foundValidFrom"]) == ("2026-11-01T09:00:00Z", NEWER)


def test_newer_version_as_a_token(issuer: SimulatedIssuer) -> None:
    """VCCR: the answer may be a compact JWS."""
    token = issuer.issue_jwt(validFrom=NEWER)
    issuer.world.publish(REFRESH_URL, token, media_type="text/plain")
    assert verify_original(issuer).check(CheckName.REFRESH).code == "refresh.newer_version"


def test_newer_version_brings_an_expired_badge_back(issuer: SimulatedIssuer) -> None:
    """A badge that has run out and was renewed is in force again."""
    newer = compose_version(issuer, "Newer", validFrom=NEWER)
    issuer.world.publish(REFRESH_URL, issuer.sign(newer))
    old = compose_version(issuer, "Original", validUntil="2026-11-15T00:00:00Z")
    assert issuer.world.verify(issuer.sign(old))


def test_newer_version_that_was_revoked(issuer: SimulatedIssuer) -> None:
    """The newer version is the issuer's last word, also when it takes the badge back."""
    issuer.publish_status_list(set_indexes=(94567,))
    newer = compose_version(issuer, "Newer", validFrom=NEWER, credentialStatus=compose_status_entry())
    issuer.world.publish(REFRESH_URL, issuer.sign(newer))
    report = verify_original(issuer)
    assert (report.check(CheckName.STATUS).code, report.headline) == ("status.revoked", Headline.GENUINE_BUT)
    assert issuer.world.asked == [REFRESH_URL, STATUS_URL]


def test_newer_version_that_has_expired(issuer: SimulatedIssuer) -> None:
    """A newer version that ended ends the badge."""
    newer = compose_version(issuer, "Newer", validFrom=NEWER, validUntil="2026-11-15T00:00:00Z")
    issuer.world.publish(REFRESH_URL, issuer.sign(newer))
    assert verify_original(issuer).check(CheckName.VALIDITY_PERIOD).code == "validity.expired"


def test_same_version(issuer: SimulatedIssuer) -> None:
    """The service returns the badge itself: it is the newest."""
    issuer.world.publish(REFRESH_URL, issuer.sign(compose_version(issuer, "Original")))
    check = verify_original(issuer).check(CheckName.REFRESH)
    assert (check.outcome, check.code) == (Outcome.PASSED, "refresh.newest")


@pytest.mark.parametrize(
    "changes",
    [
        {"id": "urn:uuid:5f0a3c1e-7d0b-4c57-9c39-0d4c8a0a7a12"},
        {"validFrom": "2026-10-01T09:00:00Z"},
    ],
)
def test_another_badge_of_the_issuer(issuer: SimulatedIssuer, changes: JsonObject) -> None:
    """Somebody else's good badge, or an older edition of this one, does not take its place."""
    other = compose_version(issuer, "Somebody else's", validFrom=NEWER) | changes
    issuer.world.publish(REFRESH_URL, issuer.sign(other))
    report = verify_original(issuer)
    check = report.check(CheckName.REFRESH)
    assert report
    assert (read_title(report), check.outcome, check.code) == (
        "Original",
        Outcome.FAILED,
        "refresh.not_same_credential",
    )
    assert [warning.code for warning in report.warnings] == ["refresh.not_same_credential"]


def test_same_id_by_another_issuer(issuer: SimulatedIssuer) -> None:
    """A stranger gives his own badge the id of this one."""
    stranger = issuer.world.add_issuer(IssuerIdKind.DID_KEY)
    issuer.world.publish(REFRESH_URL, stranger.sign(compose_version(stranger, "Forged", validFrom=NEWER)))
    report = verify_original(issuer)
    assert (read_title(report), report.check(CheckName.REFRESH).code) == ("Original", "refresh.not_same_credential")


def test_newer_version_signed_by_another(issuer: SimulatedIssuer) -> None:
    """The newer version names the issuer, its key is another's: the original is judged."""
    stranger = issuer.world.add_issuer(IssuerIdKind.DID_KEY)
    forged = compose_version(issuer, "Forged", validFrom=NEWER)
    issuer.world.publish(REFRESH_URL, stranger.sign(forged, method_id=stranger.method_id))
    report = verify_original(issuer)
    check = report.check(CheckName.REFRESH)
    assert report
    assert (read_title(report), check.code) == ("Original", "refresh.newer_not_verified")
    assert check.detail["reason"] == "issuer.controller_mismatch"


def test_newer_version_without_proof(issuer: SimulatedIssuer) -> None:
    """Words without a signature do not change a badge."""
    issuer.world.publish(REFRESH_URL, compose_version(issuer, "Forged", validFrom=NEWER))
    report = verify_original(issuer)
    assert (read_title(report), report.check(CheckName.REFRESH).code) == ("Original", "refresh.newer_not_verified")


def test_newer_version_from_tomorrow(issuer: SimulatedIssuer) -> None:
    """A version that is not in force yet does not end the one that is."""
    newer = compose_version(issuer, "Newer", validFrom=format_moment(NOW + timedelta(days=1)))
    issuer.world.publish(REFRESH_URL, issuer.sign(newer))
    report = verify_original(issuer)
    assert report
    assert read_title(report) == "Original"


def test_service_of_the_newer_version_is_not_followed(issuer: SimulatedIssuer) -> None:
    """Once and no further: a chain of services would send us anywhere."""
    service: JsonValue = {"id": "https://college.example.edu/refresh/2", "type": "1EdTechCredentialRefresh"}
    newer = compose_version(issuer, "Newer", validFrom=NEWER, refreshService=service)
    issuer.world.publish(REFRESH_URL, issuer.sign(newer))
    assert verify_original(issuer)
    assert issuer.world.asked == [REFRESH_URL]


@pytest.mark.parametrize("body", [b"<html>", b"", b"[]", b'{"id": 7}', b"eyJhbGciOiJub25lIn0.e30."])
def test_answer_that_is_no_badge(issuer: SimulatedIssuer, body: bytes) -> None:
    """Whatever comes back, the original is judged and the report warns."""
    issuer.world.publish(REFRESH_URL, body)
    report = verify_original(issuer)
    assert report
    assert report.check(CheckName.REFRESH).code in {"refresh.unavailable", "refresh.not_same_credential"}


def test_silent_host(issuer: SimulatedIssuer) -> None:
    """A host that is down keeps nobody's badge from being judged."""
    issuer.world.break_down(REFRESH_URL)
    report = verify_original(issuer)
    check = report.check(CheckName.REFRESH)
    assert report
    assert (check.outcome, check.code, check.detail["reason"]) == (
        Outcome.INDETERMINATE,
        "refresh.unavailable",
        "fetch.unreachable",
    )


def test_offline(issuer: SimulatedIssuer) -> None:
    """Without a network the original is judged."""
    assert verify_original(issuer, fetcher=OfflineFetcher()).check(CheckName.REFRESH).code == "refresh.unavailable"


def test_forged_badge_sends_us_nowhere(issuer: SimulatedIssuer) -> None:
    """The address is followed only after the proof passed."""
    signed = issuer.sign(compose_version(issuer, "Original"))
    report = issuer.world.verify({**signed, "name": "Another name"})
    assert report.check(CheckName.REFRESH).outcome is Outcome.NOT_RUN
    assert issuer.world.asked == []


def test_unproven_issuer_sends_us_nowhere(issuer: SimulatedIssuer) -> None:
    """Nor is it followed when the signature is right and the issuer is not proven (T-17)."""
    silent = issuer.world.add_issuer(IssuerIdKind.HTTPS_DOCUMENT)
    issuer.world.break_down(silent.document_url)
    method_id = f"{silent.id}#{silent.signer.public_key.multikey}"
    report = issuer.world.verify(silent.sign(compose_version(silent, "Original"), method_id=method_id))
    assert report.check(CheckName.PROOF).outcome is Outcome.PASSED
    assert report.check(CheckName.REFRESH).outcome is Outcome.NOT_RUN
    assert REFRESH_URL not in issuer.world.asked


@pytest.mark.parametrize(
    ("service", "code"),
    [
        ({"id": REFRESH_URL, "type": "https://example.org/OtherRefresh"}, "refresh.unsupported_type"),
        ({"type": "1EdTechCredentialRefresh"}, "refresh.malformed"),
    ],
)
def test_service_that_cannot_be_used(issuer: SimulatedIssuer, service: JsonValue, code: str) -> None:
    """Another kind of service is named; one without an address is malformed; neither is asked."""
    report = issuer.world.verify(issuer.sign(compose_version(issuer, "Original", refreshService=service)))
    assert report.check(CheckName.REFRESH).code == code
    assert REFRESH_URL not in issuer.world.asked
