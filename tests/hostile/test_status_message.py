"""T-38: entries of several bits and purposes that do not take a badge back."""

from __future__ import annotations

import pytest

from credentials import (
    BitstringStatusList,
    Cryptosuite,
    UnsecuredDocument,
    add_data_integrity_proof,
    encode_status_list,
    sign_vc_jwt,
)
from keys import KeyType
from schemas import OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue
from tests.doubles.issuer_simulator import (
    STATUS_URL,
    IssuerIdKind,
    IssuerSimulator,
    SimulatedIssuer,
    compose_status_entry,
)
from verifier import Check, CheckName, Compatibility, Headline, Outcome, StatusCache, Verdict, VerificationReport

MESSAGES: list[JsonValue] = [
    {"status": "0x0", "message": "pending_review"},
    {"status": "0x1", "message": "accepted"},
    {"status": "0x2", "message": "rejected"},
    {"status": "0x3", "message": "undefined"},
]
TWO_BITS = compose_status_entry(purpose="message", index="7", statusSize=2, statusMessage=MESSAGES)
LONG_ENOUGH = 2 * 131_072


@pytest.fixture
def issuer() -> SimulatedIssuer:
    return IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY)


def compose_list(
    issuer: SimulatedIssuer, purpose: JsonValue, *, set_bits: tuple[int, ...], length_bits: int = LONG_ENOUGH
) -> JsonObject:
    document = issuer.compose_status_list()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    bits = BitstringStatusList.with_set_indexes(set_bits, length_bits=length_bits)
    subject |= {"statusPurpose": purpose, "encodedList": encode_status_list(bits)}
    return document


def verify_with(issuer: SimulatedIssuer, entry: JsonValue, served: JsonObject, **context: object) -> VerificationReport:
    issuer.world.publish(STATUS_URL, issuer.sign(served))
    return issuer.world.verify(issuer.issue(credentialStatus=entry), **context)


def read_first_entry(check: Check) -> JsonObject:
    entries = check.detail["entries"]
    assert isinstance(entries, list)
    assert isinstance(entries[0], dict)
    return entries[0]


@pytest.mark.parametrize(
    ("set_bits", "status", "message"),
    [
        ((), "0x0", "pending_review"),
        ((15,), "0x1", "accepted"),
        ((14,), "0x2", "rejected"),
        ((14, 15), "0x3", "undefined"),
    ],
)
def test_message_of_two_bits(issuer: SimulatedIssuer, set_bits: tuple[int, ...], status: str, message: str) -> None:
    """Entry 7 of two bits stands at bits 14 and 15; its message goes to the machine form."""
    report = verify_with(issuer, TWO_BITS, compose_list(issuer, "message", set_bits=set_bits))
    facts = read_first_entry(report.check(CheckName.STATUS))
    assert (facts["status"], facts["message"]) == (status, message)


def test_message_takes_no_force_from_the_badge(issuer: SimulatedIssuer) -> None:
    """§2.1: what a message means is for its issuer to say; the report remarks on it and nothing more."""
    report = verify_with(issuer, TWO_BITS, compose_list(issuer, "message", set_bits=(14,)))
    assert report
    assert report.check(CheckName.STATUS).notes == ("status.message_set",)


def test_references_go_with_the_message(issuer: SimulatedIssuer) -> None:
    """`statusReference` says where the meaning is documented; it is named, never fetched."""
    url = "https://example.org/status-dictionary/"
    entry = {**TWO_BITS, "statusReference": url}
    report = verify_with(issuer, entry, compose_list(issuer, "message", set_bits=(14,)))
    assert read_first_entry(report.check(CheckName.STATUS))["references"] == [url]
    assert url not in issuer.world.asked


def test_message_that_is_not_set(issuer: SimulatedIssuer) -> None:
    """Nothing set, nothing to remark on."""
    report = verify_with(issuer, TWO_BITS, compose_list(issuer, "message", set_bits=()))
    assert report.check(CheckName.STATUS).notes == ()


@pytest.mark.parametrize("bits", [(14,), (15,), (14, 15)])
def test_revocation_of_two_bits(issuer: SimulatedIssuer, bits: tuple[int, ...]) -> None:
    """§3.2 step 13: any status but 0 is not valid; a reader of the first bit only would miss one."""
    entry = {**TWO_BITS, "statusPurpose": "revocation"}
    report = verify_with(issuer, entry, compose_list(issuer, "revocation", set_bits=bits))
    assert report.check(CheckName.STATUS).code == "status.revoked"


def test_neighbours_bits_are_not_ours(issuer: SimulatedIssuer) -> None:
    """Bits 13 and 16 belong to entries 6 and 8."""
    entry = {**TWO_BITS, "statusPurpose": "revocation"}
    assert verify_with(issuer, entry, compose_list(issuer, "revocation", set_bits=(13, 16)))


def test_list_too_short_for_its_entry_size(issuer: SimulatedIssuer) -> None:
    """§3.2 step 9: 131,072 bits are only 65,536 entries of two bits."""
    report = verify_with(issuer, TWO_BITS, compose_list(issuer, "message", set_bits=(), length_bits=131_072))
    assert report.check(CheckName.STATUS).code == "status.list_too_short"


def test_newer_version_announced(issuer: SimulatedIssuer) -> None:
    """Purpose `refresh` does not invalidate (§2.1); the report says that there is a newer one."""
    entry = compose_status_entry(purpose="refresh", index="5")
    report = verify_with(issuer, entry, compose_list(issuer, "refresh", set_bits=(5,)))
    assert report
    assert report.check(CheckName.STATUS).notes == ("status.refresh_available",)


def test_purpose_of_the_issuer_s_own(issuer: SimulatedIssuer) -> None:
    """Set under a word that we do not know may mean "not valid": could not check. Not set is in force."""
    entry = compose_status_entry(purpose="retired", index="5")
    report = verify_with(issuer, entry, compose_list(issuer, "retired", set_bits=(5,)))
    assert (report.check(CheckName.STATUS).code, report.verdict) == (
        "status.unknown_purpose_set",
        Verdict.INCONCLUSIVE,
    )
    assert verify_with(issuer, entry, compose_list(issuer, "retired", set_bits=()))


def test_list_of_several_purposes(issuer: SimulatedIssuer) -> None:
    """§2.2: one list may serve several purposes; the entry says which one it means."""
    served = compose_list(issuer, ["revocation", "suspension"], set_bits=(5,))
    suspended = compose_status_entry(purpose="suspension", index="5")
    assert verify_with(issuer, suspended, served).check(CheckName.STATUS).code == "status.suspended"


def test_every_entry_is_read(issuer: SimulatedIssuer) -> None:
    """A second entry is not overlooked, whichever stands first."""
    suspension_url = "https://college.example.edu/status/2"
    issuer.publish_status_list(url=suspension_url, purpose="suspension", set_indexes=(9,))
    entries: list[JsonValue] = [
        compose_status_entry(index="5"),
        compose_status_entry(url=suspension_url, index="9", purpose="suspension"),
    ]
    for order in (entries, entries[::-1]):
        report = verify_with(issuer, order, issuer.compose_status_list())
        assert report.check(CheckName.STATUS).code == "status.suspended"
        assert report.headline is Headline.GENUINE_BUT


def test_unknown_entry_beside_a_good_one(issuer: SimulatedIssuer) -> None:
    """One entry in force says nothing of one that cannot be read."""
    entries: list[JsonValue] = [
        compose_status_entry(index="5"),
        {"id": "https://x.example.org/1", "type": "1EdTechRevocationList"},
    ]
    issuer.world.publish(STATUS_URL, issuer.sign(issuer.compose_status_list()))
    contexts: list[JsonValue] = [VC_V2_CONTEXT, OB_3_0_3_CONTEXT, OB_EXTENSIONS_CONTEXT]
    badge = issuer.compose_badge(credentialStatus=entries) | {"@context": contexts}
    report = issuer.world.verify(issuer.sign(badge))
    assert report.check(CheckName.STATUS).outcome is Outcome.INDETERMINATE


def test_list_as_a_token(issuer: SimulatedIssuer) -> None:
    """§2.2: the list may be secured by any means; here a VC-JWT."""
    for set_bits, code in (((), "status.passed"), ((94567,), "status.revoked")):
        token = sign_vc_jwt(
            compose_list(issuer, "revocation", set_bits=set_bits),
            signer=issuer.signer,
            verification_method=issuer.method_id,
        )
        issuer.world.publish(STATUS_URL, token.encode("ascii"), media_type="application/vc+jwt")
        report = issuer.world.verify(issuer.issue(credentialStatus=compose_status_entry()))
        assert report.check(CheckName.STATUS).code == code


@pytest.mark.parametrize(
    ("suite", "key_type"),
    [
        (Cryptosuite.EDDSA_RDFC_2022, KeyType.ED25519),
        (Cryptosuite.EDDSA_JCS_2022, KeyType.ED25519),
        (Cryptosuite.ECDSA_RDFC_2019, KeyType.P256),
        (Cryptosuite.ECDSA_RDFC_2019, KeyType.P384),
        (Cryptosuite.ECDSA_JCS_2019, KeyType.P256),
    ],
)
def test_list_in_any_suite(suite: Cryptosuite, key_type: KeyType) -> None:
    """Whatever a badge may be signed with, its list may be."""
    issuer = IssuerSimulator().add_issuer(IssuerIdKind.DID_KEY, key_type=key_type)

    def sign(document: JsonObject) -> JsonObject:
        return add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=issuer.signer,
            verification_method=issuer.method_id,
            created=issuer.world.now,
            suite=suite,
        ).document

    for set_indexes, code in (((), "status.passed"), ((94567,), "status.revoked")):
        issuer.world.publish(STATUS_URL, sign(issuer.compose_status_list(set_indexes=set_indexes)))
        report = issuer.world.verify(sign(issuer.compose_badge(credentialStatus=compose_status_entry())))
        assert report.check(CheckName.STATUS).code == code


def test_short_list_only_under_a_named_policy(issuer: SimulatedIssuer) -> None:
    """100,000 entries, as some issuers publish: refused, unless the operator takes them; then remarked on."""
    document = issuer.compose_status_list()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["encodedList"] = encode_status_list(BitstringStatusList(bytes(12_500)))
    entry = compose_status_entry(index="99999")
    assert verify_with(issuer, entry, document).check(CheckName.STATUS).code == "status.list_too_short"
    compatible = frozenset({Compatibility.SHORT_STATUS_LISTS})
    report = verify_with(issuer, entry, document, compatibility=compatible)
    assert report
    assert report.check(CheckName.STATUS).notes == ("status.list_short_accepted",)


def test_short_list_kept_by_a_lenient_reader(issuer: SimulatedIssuer) -> None:
    """A cache shared with a lenient verification does not soften a strict one."""
    cache = StatusCache()
    document = issuer.compose_status_list()
    subject = document["credentialSubject"]
    assert isinstance(subject, dict)
    subject["encodedList"] = encode_status_list(BitstringStatusList(bytes(12_500)))
    entry = compose_status_entry(index="99999")
    lenient = frozenset({Compatibility.SHORT_STATUS_LISTS})
    assert verify_with(issuer, entry, document, compatibility=lenient, status_cache=cache)
    strict = verify_with(issuer, entry, document, status_cache=cache)
    assert strict.check(CheckName.STATUS).code == "status.list_too_short"
