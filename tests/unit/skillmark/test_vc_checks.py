"""Verification of any credential: dates, options of a proof, issuers, status lists, and every form of securing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from credentials import (
    BitstringStatusList,
    EnvelopeKind,
    MediaType,
    UnsecuredDocument,
    add_data_integrity_proof,
    compose_envelope,
    compose_status_list_credential,
    encode_status_list,
    sign_cose,
    sign_sd_jwt,
    sign_w3c_vc_jwt,
)
from keys import (
    FetchedDocument,
    FirstPartyFetcher,
    KeyType,
    LocalSigner,
    OfflineFetcher,
    VerificationMethod,
    compose_did_document,
    did_key,
    did_key_method_id,
)
from schemas import VC_V2_CONTEXT, JsonObject, JsonValue, encode_json
from skillmark.vc_checks import verify_credential
from skillmark.vc_policy import AskedCheck, VcFindings, VcPolicy

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 5, 14, 12, 0, tzinfo=UTC)
SIGNER = LocalSigner.generate(KeyType.ED25519)
DID, METHOD = did_key(SIGNER.public_key), did_key_method_id(SIGNER.public_key)
URL = "https://lists.example/1"
ISSUER_URL = "https://college.example/issuer"


def _policy(documents: Mapping[str, JsonObject] | None = None, **members: object) -> VcPolicy:
    def find(url: str) -> FetchedDocument | None:
        found = (documents or {}).get(url)
        return FetchedDocument(url=url, body=encode_json(found), media_type="", fetched_at=NOW) if found else None

    fetcher = FirstPartyFetcher(find, OfflineFetcher())
    return replace(VcPolicy(now=NOW, fetcher=fetcher), **members)  # type: ignore[arg-type]


def _document(**members: JsonValue) -> JsonObject:
    return {
        "@context": [VC_V2_CONTEXT],
        "type": ["VerifiableCredential"],
        "issuer": DID,
        "credentialSubject": {"id": "did:example:subject"},
        **members,
    }


def _sign(document: JsonObject, *, method: str = METHOD, options: JsonObject | None = None) -> JsonObject:
    return add_data_integrity_proof(
        UnsecuredDocument(document=document),
        signer=SIGNER,
        verification_method=method,
        created=NOW,
        further_options=options,
    ).document


def _codes(findings: VcFindings) -> list[str]:
    return [error.code for error in findings.errors]


@pytest.mark.parametrize(
    ("dates", "code"),
    [
        ({"validFrom": "2026-05-14T12:02:01Z"}, "validity.not_yet_valid"),
        ({"validUntil": "2026-05-14T11:57:59Z"}, "validity.expired"),
        ({"validFrom": "2026-05-14T12:01:59Z"}, ""),
        ({"validUntil": "2026-05-14T11:58:01Z"}, ""),
    ],
    ids=repr,
)
def test_the_dates(dates: JsonObject, code: str) -> None:
    """VCDM 2.0 §4.9 with two minutes for clocks; only a warning to who asked for the proof alone."""
    secured = _sign(_document(**dates))
    asked = frozenset({AskedCheck.PROOF})
    alone = verify_credential(secured, _policy(asked=asked))
    assert _codes(verify_credential(secured, _policy())) == ([code] if code else [])
    assert [warning.code for warning in alone.warnings] == ([code] if code else [])
    assert alone.is_verified


@pytest.mark.parametrize(
    ("options", "asked", "code"),
    [
        ({"expires": "2026-05-14T12:00:00Z"}, {}, "proof.expired"),
        ({"expires": "2026-05-14T12:00:01Z"}, {}, ""),
        ({"expires": "later"}, {}, "data_model.date_invalid"),
        ({"challenge": "c"}, {"challenge": "d"}, "proof.challenge_mismatch"),
        ({"challenge": "c"}, {"challenge": "c"}, ""),
        ({"domain": "a.example"}, {"domain": "b.example"}, "proof.domain_mismatch"),
        ({"domain": ["a.example", "b.example"]}, {"domain": "b.example"}, ""),
        ({}, {"domain": "b.example"}, "proof.domain_mismatch"),
    ],
    ids=repr,
)
def test_what_else_a_proof_says(options: JsonObject, asked: dict[str, str], code: str) -> None:
    """VC-DATA-INTEGRITY 1.0 §4.4: its end, and the challenge and domain when somebody asks."""
    policy = replace(_policy(), challenge=asked.get("challenge"), domain=asked.get("domain"))
    findings = verify_credential(_sign(_document(), options=options), policy)
    assert _codes(findings) == ([code] if code else [])


@pytest.mark.parametrize("kind", [["DataIntegrityProof"], ["DataIntegrityProof", "Other"]], ids=repr)
def test_a_proof_with_a_list_of_types(kind: list[JsonValue]) -> None:
    """VC-DATA-INTEGRITY 1.0 §2.1: one type; beside a good proof it is remarked on, and alone it is refused."""
    good = _sign(_document())
    assert isinstance(good["proof"], dict)
    other: JsonObject = {**good["proof"], "type": kind}
    both: list[JsonValue] = [good["proof"], other]
    beside = verify_credential({**good, "proof": both}, _policy())
    alone = verify_credential({**good, "proof": other}, _policy())
    assert _codes(beside) == []
    assert [warning.code for warning in beside.warnings] == ["proof.cryptosuite_unsupported"]
    assert _codes(alone) == ["proof.cryptosuite_unsupported"]


@pytest.mark.parametrize("media_type", [MediaType.VC_JWT, MediaType.VC_SD_JWT, MediaType.VC_COSE])
@pytest.mark.parametrize(
    "members", [{}, {"validUntil": "2020-01-01T00:00:00Z"}, {"id": "no-url"}], ids=["good", "over", "id"]
)
def test_every_form_around_a_credential(media_type: MediaType, members: JsonObject) -> None:
    """VC-JOSE-COSE 1.0 §3: JWT, SD-JWT and COSE in an envelope, judged by the same rules."""
    document = _document(**members)
    token = {
        MediaType.VC_JWT: lambda: sign_w3c_vc_jwt(document, signer=SIGNER, verification_method=METHOD).encode(),
        MediaType.VC_SD_JWT: lambda: sign_sd_jwt(
            document, hideable=[], signer=SIGNER, verification_method=METHOD
        ).encode(),
        MediaType.VC_COSE: lambda: sign_cose(document, signer=SIGNER, verification_method=METHOD),
    }[media_type]()
    envelope = compose_envelope(token, kind=EnvelopeKind.CREDENTIAL, media_type=media_type)
    expected = {"id": ["data_model.id_malformed"], "validUntil": ["validity.expired"]}
    found = _codes(verify_credential(envelope, _policy()))
    assert found == next((codes for name, codes in expected.items() if name in members), [])


def test_a_presentation_is_no_credential() -> None:
    """An envelope of a presentation is refused where a credential belongs."""
    envelope = compose_envelope(b"eyJ.e30.AA", kind=EnvelopeKind.PRESENTATION, media_type=MediaType.VP_JWT)
    assert _codes(verify_credential(envelope, _policy())) == ["decoding.envelope_malformed"]


def test_a_token_that_names_no_key() -> None:
    """A `kid` that is no address, and no issuer to look it up with."""
    token = sign_w3c_vc_jwt(_document(issuer="urn:issuer"), signer=SIGNER, verification_method="key-1")
    envelope = compose_envelope(token.encode(), kind=EnvelopeKind.CREDENTIAL, media_type=MediaType.VC_JWT)
    assert _codes(verify_credential(envelope, _policy())) == ["proof.header_malformed"]


def _issuer_document(*methods: VerificationMethod) -> dict[str, JsonObject]:
    return {ISSUER_URL: compose_did_document(ISSUER_URL, methods)}


def _method(name: str, signer: LocalSigner, **members: datetime) -> VerificationMethod:
    return VerificationMethod(id=f"{ISSUER_URL}#{name}", controller=ISSUER_URL, public_key=signer.public_key, **members)


def test_an_https_issuer_that_lists_the_key() -> None:
    """A did:key proof of an https issuer holds when its document lists that very key, and fails when it does not."""
    secured = _sign(_document(issuer=ISSUER_URL))
    assert _codes(verify_credential(secured, _policy(_issuer_document(_method("a", SIGNER))))) == []
    other = LocalSigner.generate(KeyType.P256)
    found = _codes(verify_credential(secured, _policy(_issuer_document(_method("a", other)))))
    assert found == ["issuer.not_assertion_method"]


@pytest.mark.parametrize(
    ("members", "code"),
    [({}, ""), ({"expires": NOW}, "issuer.key_retired"), ({"expires": NOW + timedelta(seconds=1)}, "")],
    ids=["in force", "over", "last second"],
)
def test_a_method_of_an_https_issuer(members: dict[str, datetime], code: str) -> None:
    """A method of the issuer's own document counts until it ends."""
    secured = _sign(_document(issuer=ISSUER_URL), method=f"{ISSUER_URL}#a")
    documents = _issuer_document(_method("a", SIGNER, **members))
    assert _codes(verify_credential(secured, _policy(documents))) == ([code] if code else [])


def _list(*indexes: int, **members: JsonValue) -> JsonObject:
    unsecured = compose_status_list_credential(
        url=URL,
        issuer_id=DID,
        purpose="revocation",
        encoded=encode_status_list(BitstringStatusList.with_set_indexes(indexes)),
        valid_from=NOW,
    )
    return _sign({**unsecured.document, **members})


def _with_status(**members: JsonValue) -> JsonObject:
    entry: JsonObject = {
        "type": "BitstringStatusListEntry",
        "statusPurpose": "revocation",
        "statusListIndex": "7",
        "statusListCredential": URL,
    }
    return _sign(_document(credentialStatus={**entry, **members}))


@pytest.mark.parametrize(
    ("found", "entry", "codes"),
    [
        (_list(), {}, []),
        (_list(7), {}, ["status.revoked"]),
        (_list(8), {}, []),
        (_list(7), {"statusPurpose": "message"}, ["status.purpose_mismatch"]),
        ({**_list(), "name": "changed"}, {}, ["status.list_proof_invalid"]),
        (_list(id="https://lists.example/2"), {}, ["status.list_subject_mismatch"]),
        (_list(credentialSubject={"id": "urn:x"}), {}, ["status.list_malformed"]),
        (_list(validUntil="2026-05-14T12:00:00Z", validFrom="2026-05-14T11:00:00Z"), {}, []),
        (_list(), {"statusListIndex": "131072"}, ["status.index_out_of_range"]),
        (None, {}, ["fetch.offline"]),
    ],
    ids=["clear", "set", "neighbour", "purpose", "forged", "id", "subject", "in time", "range", "away"],
)
def test_a_status_list(found: JsonObject | None, entry: JsonObject, codes: list[str]) -> None:
    """BITSTRING-STATUS-LIST 1.0 §3.2: each way in which a list can speak, or cannot."""
    policy = _policy({URL: found} if found else {})
    assert _codes(verify_credential(_with_status(**entry), policy)) == codes


def test_an_entry_of_another_type_or_too_many() -> None:
    """What is not read is never taken as good."""
    other: JsonObject = {"type": "https://example.org/#Status", "id": "urn:s"}
    assert _codes(verify_credential(_sign(_document(credentialStatus=other)), _policy())) == ["status.unsupported_type"]
    many: list[JsonValue] = [{**other, "id": f"urn:s{number}"} for number in range(9)]
    assert _codes(verify_credential(_sign(_document(credentialStatus=many)), _policy())) == ["status.entry_malformed"]


def test_a_list_that_is_no_json() -> None:
    """A page where a list should be says nothing against the credential; it is not verified either."""
    policy = _policy()
    page = FetchedDocument(url=URL, body=b"<html>", media_type="text/html", fetched_at=NOW)
    fetcher = FirstPartyFetcher(lambda url: page if url == URL else None, OfflineFetcher())
    assert _codes(verify_credential(_with_status(), replace(policy, fetcher=fetcher))) == ["status.unavailable"]
