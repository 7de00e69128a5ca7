"""The conformance mode: the wire contract of the W3C suites, one row for each refusal."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, cast

import pytest

from credentials import (
    Cryptosuite,
    ProofPurpose,
    SecuredDocument,
    SecuringForm,
    UnsecuredDocument,
    add_data_integrity_proof,
    add_presentation_proof,
    append_data_integrity_proof,
    compose_presentation,
)
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import DATA_INTEGRITY_V2_CONTEXT, VC_V1_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue, encode_json
from tests.web.conformance_server import (
    DROP,
    EXAMPLES_CONTEXT,
    HEADERS,
    PROOF_ONLY,
    SERVER_URL,
    compose_credential,
    open_conformance_server,
)
from tests.web.workshop import NOON

if TYPE_CHECKING:
    from werkzeug.test import TestResponse

    from tests.web.conformance_server import ConformanceServer

PROFILES = [
    ("eddsa-rdfc-2022", None),
    ("eddsa-jcs-2022", None),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]
RESOURCE: JsonObject = {
    "id": "https://example.org/logo.png",
    "digestMultibase": "uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw",
}


@pytest.fixture(scope="module")
def server() -> ConformanceServer:
    """One server for the tests of this file; each credential is its own."""
    return open_conformance_server()


def _proof(secured: JsonObject) -> JsonObject:
    return cast("JsonObject", secured["proof"])


@pytest.mark.parametrize("path", ["/suite-manifest.json", "/api/vc/suite-manifest.json"])
def test_the_manifest(server: ConformanceServer, path: str) -> None:
    """The manifest names an issuer for each profile, with its did:key and a route of its own."""
    response = server.client.get(path)
    manifest = cast("JsonObject", response.json)
    issuers = cast("list[JsonObject]", manifest["issuers"])
    assert response.mimetype == "application/json"
    assert [(one["profile"], one.get("keyType")) for one in issuers] == [
        *PROFILES,
        ("ecdsa-sd-2023", "P-256"),
        ("BitstringStatusList", None),
        ("EnvelopingProof", None),
    ]
    assert all(str(one["id"]).startswith("did:key:z") for one in issuers)
    assert len({str(one["endpoint"]) for one in issuers}) == len(issuers)
    assert "options" not in str(issuers)


@pytest.mark.parametrize("options", [None, {}, {"unknown": [1, None]}], ids=["absent", "empty", "unknown"])
@pytest.mark.parametrize(("profile", "key_type"), PROFILES)
def test_issue_and_verify(server: ConformanceServer, profile: str, key_type: str | None, options: JsonValue) -> None:
    """Each profile answers 201 with the credential unaltered and one proof, which the verifier accepts."""
    issuer = server.issuer(profile, key_type)
    credential = compose_credential(issuer, name={"@value": "Dog", "@language": "en", "@direction": "ltr"})
    secured = server.issue(issuer, credential, options)
    proof = _proof(secured)
    assert {name: value for name, value in secured.items() if name != "proof"} == credential
    assert proof["cryptosuite"] == profile
    assert proof["verificationMethod"] == f"{issuer['id']}#{str(issuer['id']).removeprefix('did:key:')}"
    assert str(proof["proofValue"]).startswith("z")
    response = server.verify(secured)
    assert (response.status_code, response.json["verified"]) == (200, True)  # type: ignore[index]


@pytest.mark.parametrize("profile", ["eddsa-jcs-2022", "ecdsa-jcs-2019"])
def test_a_jcs_proof_names_its_contexts(server: ConformanceServer, profile: str) -> None:
    """VC-DI-ECDSA 1.0 §3.3.1: the proof copies `@context` of the document."""
    issuer = server.issuer(profile, None if profile.startswith("eddsa") else "P-256")
    assert _proof(server.issue(issuer, compose_credential(issuer)))["@context"] == [VC_V2_CONTEXT]


@pytest.mark.parametrize(("profile", "key_type"), PROFILES)
def test_a_vc_1_1_credential(server: ConformanceServer, profile: str, key_type: str | None) -> None:
    """The suites send VC 1.1 with milliseconds and an inline context; the proof's context is appended."""
    issuer = server.issuer(profile, key_type)
    inline: JsonObject = {"name": "https://schema.org/name"}
    credential = compose_credential(
        issuer,
        **{
            "@context": [VC_V1_CONTEXT, inline],
            "issuanceDate": "2020-03-16T22:37:26.544Z",
            "credentialSubject": {"id": "did:example:subject", "name": "Alice Example"},
        },
    )
    secured = server.issue(issuer, credential)
    assert secured["@context"] == [VC_V1_CONTEXT, inline, DATA_INTEGRITY_V2_CONTEXT]
    assert server.verify(secured).status_code == 200


GOOD: dict[str, dict[str, object]] = {
    "examples context": {"@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT]},
    "mapped type": {
        "@context": [VC_V2_CONTEXT, {"Extra": "https://example.org/#Extra"}],
        "type": ["VerifiableCredential", "Extra"],
    },
    "type as URL": {"type": ["VerifiableCredential", "https://example.org/#Extra"]},
    "issuer object": {},
    "two subjects": {"credentialSubject": [{"id": "did:example:a"}, {"id": "did:example:b"}]},
    "names": {"name": [{"@value": "Dog", "@language": "en"}, {"@value": "Chien", "@language": "fr"}]},
    "status of another type": {
        "@context": [VC_V2_CONTEXT, {"CredentialStatusList2017": "https://example.org/#CredentialStatusList2017"}],
        "credentialStatus": {"id": "did:example:status", "type": "CredentialStatusList2017"},
    },
    "terms twice": {
        "@context": [VC_V2_CONTEXT, {"OdrlPolicy2017": "https://example.org/#OdrlPolicy2017"}],
        "termsOfUse": [{"type": "OdrlPolicy2017"}, {"type": "OdrlPolicy2017"}],
    },
    "refresh": {"refreshService": {"type": "https://example.org/#Refresh", "id": "did:example:refresh/2"}},
    "schema": {"credentialSchema": [{"type": "https://example.org/#Schema", "id": "did:example:schemas/1"}]},
    "dates": {"validFrom": "2023-02-26T00:37:06.123Z", "validUntil": "2123-02-26T00:37:06-05:00"},
    "resource": {"relatedResource": [RESOURCE]},
}


@pytest.mark.parametrize("members", GOOD.values(), ids=GOOD)
def test_a_good_credential_is_issued(server: ConformanceServer, members: dict[str, object]) -> None:
    """What VCDM 2.0 allows is signed, and verifies."""
    issuer = server.issuer("eddsa-rdfc-2022")
    secured = server.issue(issuer, compose_credential(issuer, **members))
    assert server.verify(secured).status_code == 200


def test_the_issuer_as_an_object(server: ConformanceServer) -> None:
    """VCDM 2.0 §4.7: the issuer may be an object that holds the id."""
    issuer = server.issuer("eddsa-rdfc-2022")
    named: JsonObject = {"id": issuer["id"], "name": {"@value": "College", "@language": "en"}}
    assert server.verify(server.issue(issuer, compose_credential(issuer, issuer=named))).status_code == 200


# Every refusal that the contract lists for `issue`.
REFUSED: dict[str, dict[str, object]] = {
    "no context": {"@context": DROP},
    "context not a list": {"@context": VC_V2_CONTEXT},
    "base context not first": {"@context": [EXAMPLES_CONTEXT, VC_V2_CONTEXT]},
    "context entry a number": {"@context": [VC_V2_CONTEXT, 123192875]},
    "context entry no URL": {"@context": [VC_V2_CONTEXT, "https ://not-a-url/contexts/example/v1"]},
    "unknown context": {"@context": [VC_V2_CONTEXT, "https://example.org/unknown/v1"]},
    "protected term redefined": {"@context": [VC_V2_CONTEXT, {"VerifiableCredential": "https://example.org/#X"}]},
    "protected inline term redefined": {
        "@context": [
            VC_V2_CONTEXT,
            {"@protected": True, "Extra": "https://example.org/#Extra"},
            {"Extra": "https://example.org/#Bad"},
        ]
    },
    "type missing": {"type": DROP},
    "type without VerifiableCredential": {"type": ["https://example.org/#Extra"]},
    "type unmapped": {"type": ["VerifiableCredential", "Unmapped"]},
    "type mapped to no URL": {
        "@context": [VC_V2_CONTEXT, {"Extra": "not a url"}],
        "type": ["VerifiableCredential", "Extra"],
    },
    "id null": {"id": None},
    "id list": {"id": ["urn:a", "urn:b"]},
    "id no URL": {"id": "not-a-url"},
    "issuer missing": {"issuer": DROP},
    "issuer null": {"issuer": None},
    "issuer no URL": {"issuer": "not-a-url"},
    "issuer object without id": {"issuer": {"name": "College"}},
    "issuer object id null": {"issuer": {"id": None}},
    "issuer of another": {"issuer": "did:key:z6MktKwz7Ge1Yxzr4JHavN33wiwa8y81QdcMRLXQsrH9T53b"},
    "subject missing": {"credentialSubject": DROP},
    "subject empty": {"credentialSubject": {}},
    "one of the subjects empty": {"credentialSubject": [{"id": "did:example:a"}, {}]},
    "subject id list": {"credentialSubject": {"id": ["did:example:a", "did:example:b"]}},
    "name a number": {"name": 1},
    "name with more": {"name": {"@value": "a", "@language": "en", "url": "did:example:1"}},
    "description with more": {"description": {"@value": "a", "@language": "en", "url": "did:example:1"}},
    "validFrom no date": {"validFrom": "2023-02-26"},
    "validUntil no date": {"validUntil": "now"},
    "dates reversed": {"validFrom": "2024-01-01T00:00:00Z", "validUntil": "2023-01-01T00:00:00Z"},
    "status without type": {"credentialStatus": {"id": "did:example:status"}},
    "status id no URL": {"credentialStatus": {"type": "https://example.org/#S", "id": "status"}},
    "terms without type": {"termsOfUse": {"id": "did:example:terms"}},
    "evidence without type": {"evidence": {"id": "did:example:evidence"}},
    "refresh without type": {"refreshService": {"id": "did:example:refresh"}},
    "refresh id no URL": {"refreshService": {"type": "https://example.org/#R", "id": "refresh"}},
    "schema without type": {"credentialSchema": {"id": "did:example:schema"}},
    "schema without id": {"credentialSchema": {"type": "https://example.org/#Schema"}},
    "schema id no URL": {"credentialSchema": {"type": "https://example.org/#Schema", "id": "schema"}},
    "resource a text": {"relatedResource": ["https://example.org/logo.png"]},
    "resource without id": {"relatedResource": [{"digestMultibase": RESOURCE["digestMultibase"]}]},
    "resource twice": {"relatedResource": [RESOURCE, RESOURCE]},
    "resource without digest": {"relatedResource": [{"id": "https://example.org/logo.png"}]},
    "resource with a wrong digest": {
        "relatedResource": [{"id": VC_V2_CONTEXT, "digestMultibase": RESOURCE["digestMultibase"]}]
    },
    "undefined term": {"statusEntry": {"type": "BitstringStatusListEntry", "statusListIndex": True}},
    "undefined term in the subject": {"credentialSubject": {"id": "did:example:a", "grade": "A"}},
}


@pytest.mark.parametrize("profile", ["eddsa-rdfc-2022", "eddsa-jcs-2022", "EnvelopingProof"])
@pytest.mark.parametrize("members", REFUSED.values(), ids=[name.replace(" ", "-") for name in REFUSED])
def test_a_bad_credential_is_refused(server: ConformanceServer, members: dict[str, object], profile: str) -> None:
    """VCDM 2.0 §4 and §5: what breaks a statement gets 400 with a problem, in every form of securing."""
    issuer = server.issuer(profile)
    response = server.send(issuer, compose_credential(issuer, **members))
    assert response.status_code == 400
    assert response.mimetype == "application/problem+json"
    assert "verifiableCredential" not in response.json  # type: ignore[operator]
    assert response.json["errors"][0]["code"]  # type: ignore[index]


@pytest.mark.parametrize(
    "body",
    [{}, {"credential": None}, {"credential": "text"}, {"credential": []}, {"credential": {}}, [], "text", None, 7],
    ids=repr,
)
def test_issuing_nothing(server: ConformanceServer, body: JsonValue) -> None:
    """A body that holds no credential object is a 400."""
    assert server.post(str(server.issuer("eddsa-rdfc-2022")["endpoint"]), body).status_code == 400


@pytest.mark.parametrize("options", ["text", [], 7], ids=repr)
def test_options_that_are_no_object(server: ConformanceServer, options: JsonValue) -> None:
    """Options are an object, or nothing."""
    issuer = server.issuer("eddsa-rdfc-2022")
    assert server.send(issuer, compose_credential(issuer), options).status_code == 400


@pytest.mark.parametrize("credential", [None, "text", '{"@context": []}', "eyJhbGciOiJub25lIn0..", [], {}, 7], ids=repr)
def test_verifying_nothing(server: ConformanceServer, credential: JsonValue) -> None:
    """Absent, null, a text or a list where a credential belongs: 400 and `verified` false."""
    response = server.verify(credential)
    assert (response.status_code, response.json["verified"]) == (400, False)  # type: ignore[index]


def test_verifying_without_the_member(server: ConformanceServer) -> None:
    """Several negative tests clone a fixture that does not exist: the member is missing."""
    response = server.post("/api/vc/credentials/verify", {"options": PROOF_ONLY})
    assert (response.status_code, response.json["verified"]) == (400, False)  # type: ignore[index]


def test_an_issuer_that_does_not_exist(server: ConformanceServer) -> None:
    """A profile that is not in the manifest is a 404."""
    assert server.post("/api/vc/issuers/none/credentials/issue", {"credential": {}}).status_code == 404


PROOF_EDITS: dict[str, tuple[str, object]] = {
    "proof missing": ("", DROP),
    "proof null": ("", None),
    "proof text": ("", "z"),
    "proof empty": ("", {}),
    "type other": ("type", "UnknownProofType"),
    "type missing": ("type", DROP),
    "suite unknown": ("cryptosuite", "unknown-cryptosuite-2017"),
    "suite missing": ("cryptosuite", DROP),
    "purpose missing": ("proofPurpose", DROP),
    "purpose other": ("proofPurpose", "authentication"),
    "purpose invalid": ("proofPurpose", "invalidPurpose"),
    "method missing": ("verificationMethod", DROP),
    "method invalid": ("verificationMethod", "did:key:invalidVm"),
    "value missing": ("proofValue", DROP),
    "value null": ("proofValue", None),
    "value without header": ("proofValue", "4"),
    "value short": ("proofValue", "z4"),
    "created invalid": ("created", "invalidDate"),
    "created without offset": ("created", "2020-01-01T00:00:00"),
    "undefined term": ("extra", "x"),
}


@pytest.mark.parametrize(("profile", "key_type"), [PROFILES[0], PROFILES[1], PROFILES[2], PROFILES[5]])
@pytest.mark.parametrize(("member", "value"), PROOF_EDITS.values(), ids=[key.replace(" ", "-") for key in PROOF_EDITS])
def test_a_bad_proof_is_refused(
    server: ConformanceServer, profile: str, key_type: str | None, member: str, value: object
) -> None:
    """Each edit of the proof gives 400 with `verified` false."""
    issuer = server.issuer(profile, key_type)
    secured = server.issue(issuer, compose_credential(issuer))
    edited: dict[str, object] = {**(_proof(secured) if member else secured), member or "proof": value}
    kept = cast("JsonObject", {name: entry for name, entry in edited.items() if entry is not DROP})
    response = server.verify({**secured, "proof": kept} if member else kept)
    assert (response.status_code, response.json["verified"]) == (400, False)  # type: ignore[index]


@pytest.mark.parametrize(("profile", "key_type"), PROFILES)
@pytest.mark.parametrize(
    "edit",
    [
        {"undefined": "x"},
        {"type": ["VerifiableCredential", "Unmapped"]},
        {"credentialSubject": {"id": "did:example:other"}},
        {"@context": [VC_V2_CONTEXT, EXAMPLES_CONTEXT], "credentialSubject": {"id": "did:example:subject", "x": 1}},
    ],
    ids=["undefined term", "undefined type", "subject", "context"],
)
def test_a_change_after_signing_is_refused(
    server: ConformanceServer, profile: str, key_type: str | None, edit: JsonObject
) -> None:
    """Terms and types added after signing, and changed values, give 400."""
    issuer = server.issuer(profile, key_type)
    assert server.verify({**server.issue(issuer, compose_credential(issuer)), **edit}).status_code == 400


def test_the_issuer_is_a_did_that_did_not_sign(server: ConformanceServer) -> None:
    """T-18: a good signature by another key than the issuer's DID is refused whatever is asked."""
    issuer, other = server.issuer("eddsa-rdfc-2022"), server.issuer("eddsa-jcs-2022")
    signer = LocalSigner.generate(KeyType.ED25519)
    secured = add_data_integrity_proof(
        UnsecuredDocument(document=compose_credential(other)),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=NOON,
    ).document
    response = server.verify(secured)
    assert issuer["id"] != other["id"]
    assert response.status_code == 400
    assert response.json["errors"][0]["code"] == "issuer.controller_mismatch"  # type: ignore[index]


def _https_issued() -> JsonObject:
    signer = LocalSigner.generate(KeyType.ED25519)
    return add_data_integrity_proof(
        UnsecuredDocument(document=compose_credential({"id": "https://vc.example/issuers/5678"})),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=NOON,
    ).document


def test_an_https_issuer_that_cannot_be_read(server: ConformanceServer) -> None:
    """Five ECDSA tests: asked for the proof alone, an unreadable https issuer warns; asked for more, it is a 400."""
    secured = _https_issued()
    alone = server.verify(secured)
    assert alone.status_code == 200
    assert alone.json["warnings"][0]["code"] == "issuer.unproven"  # type: ignore[index]
    assert server.post("/api/vc/credentials/verify", {"verifiableCredential": secured}).status_code == 400


def test_a_proof_set_of_issuer_and_witness(server: ConformanceServer) -> None:
    """All proofs of a set must hold, and one of them must be the issuer's."""
    issuer, witness = server.issuer("eddsa-rdfc-2022"), LocalSigner.generate(KeyType.P256)
    secured = server.issue(issuer, compose_credential(issuer))
    both = append_data_integrity_proof(
        SecuredDocument(form=SecuringForm.DATA_INTEGRITY, original=encode_json(secured), document=secured),
        signer=witness,
        verification_method=did_key_method_id(witness.public_key),
        created=NOON,
        suite=Cryptosuite.ECDSA_RDFC_2019,
    ).document
    assert server.verify(both).status_code == 200
    proofs = cast("list[JsonObject]", both["proof"])
    spoiled = {**both, "proof": [proofs[0], {**proofs[1], "created": "2020-01-01T00:00:00Z"}]}
    assert server.verify(cast("JsonObject", spoiled)).status_code == 400
    assert server.verify({**both, "proof": [proofs[1]]}).status_code == 400


def test_a_credential_that_is_signed_already(server: ConformanceServer) -> None:
    """A further proof joins the set (VC-DATA-INTEGRITY 1.0 §4.3); `ecdsa-sd-2023` does not go with others."""
    first, second = server.issuer("eddsa-rdfc-2022"), server.issuer("ecdsa-sd-2023", "P-256")
    secured = server.issue(first, compose_credential(first))
    server.clock.move(seconds=1)
    both = server.issue(first, secured)
    assert len(cast("list[JsonObject]", both["proof"])) == 2
    assert server.verify(both).status_code == 200
    signed = _sign_for(second)
    assert server.send(second, signed).status_code == 400


def _sign_for(issuer: JsonObject) -> JsonObject:
    signer = LocalSigner.generate(KeyType.ED25519)
    return add_data_integrity_proof(
        UnsecuredDocument(document=compose_credential(issuer)),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=NOON,
    ).document


class TestSelectiveDisclosure:
    """`ecdsa-sd-2023`: a base proof for the holder, a derived one for the verifier."""

    def _base(self, server: ConformanceServer, options: JsonValue = None) -> JsonObject:
        issuer = server.issuer("ecdsa-sd-2023", "P-256")
        subject = {"id": "did:example:subject", "name": "Alice Example", "description": "A welder"}
        return server.issue(issuer, compose_credential(issuer, id="urn:uuid:1", credentialSubject=subject), options)

    def _derive(self, server: ConformanceServer, base: JsonObject, *pointers: str) -> TestResponse:
        body: JsonObject = {"options": {"selectivePointers": [*pointers]}, "verifiableCredential": base}
        return server.post("/api/vc/credentials/derive", body)

    def test_derive_and_verify(self, server: ConformanceServer) -> None:
        """What the holder chose is shown with what is mandatory, and verifies; the rest is gone."""
        derived = self._derive(
            server, self._base(server, {"mandatoryPointers": ["/issuer"]}), "/credentialSubject/name"
        )
        shown = cast("JsonObject", cast("JsonObject", derived.json)["verifiableCredential"])
        assert derived.status_code == 201
        assert shown["credentialSubject"] == {"id": "did:example:subject", "name": "Alice Example"}
        assert server.verify(shown).status_code == 200

    def test_a_base_proof_is_not_for_verifiers(self, server: ConformanceServer) -> None:
        """A base proof presented is a 400."""
        base = self._base(server)
        assert str(_proof(base)["proofValue"]).startswith("u2V0A")  # d95d00
        assert server.verify(base).status_code == 400

    @pytest.mark.parametrize(
        "pointers", [["/non/existent/path"], "text", [7], ["/x"] * 65], ids=["none", "text", "7", "many"]
    )
    def test_mandatory_pointers_that_cannot_be(self, server: ConformanceServer, pointers: JsonValue) -> None:
        """A pointer that matches nothing, or is none, is a 400 in issuing."""
        issuer = server.issuer("ecdsa-sd-2023", "P-256")
        response = server.send(issuer, compose_credential(issuer), {"mandatoryPointers": pointers})
        assert response.status_code == 400

    def test_a_selective_pointer_that_matches_nothing(self, server: ConformanceServer) -> None:
        """A pointer that matches nothing is a 400 in deriving."""
        assert self._derive(server, self._base(server), "/credentialSubject/none").status_code == 400

    def test_deriving_from_another_suite(self, server: ConformanceServer) -> None:
        """Only a base proof can be derived from."""
        issuer = server.issuer("eddsa-rdfc-2022")
        assert self._derive(server, server.issue(issuer, compose_credential(issuer)), "/id").status_code == 400


class TestStatus:
    """The BitstringStatusList profile."""

    def _issue(self, server: ConformanceServer, identifier: str, options: JsonValue = None) -> JsonObject:
        issuer = server.issuer("BitstringStatusList")
        return server.issue(issuer, compose_credential(issuer, id=identifier), options)

    def _change(self, server: ConformanceServer, identifier: str, **members: JsonValue) -> int:
        entry: JsonObject = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
        body: JsonObject = {"credentialId": identifier, "credentialStatus": entry, **members}
        return server.post("/api/vc/credentials/status", body).status_code

    def test_the_entry_and_its_list(self, server: ConformanceServer) -> None:
        """The entry has the members of §2.1, its index is decimal text, and the list is a signed credential."""
        entry = cast("JsonObject", self._issue(server, "urn:uuid:s1")["credentialStatus"])
        url = str(entry["statusListCredential"])
        response = server.client.get(url.removeprefix(SERVER_URL))
        found = cast("JsonObject", response.json)
        subject = cast("JsonObject", found["credentialSubject"])
        assert set(entry) == {"type", "statusPurpose", "statusListIndex", "statusListCredential"}
        assert str(int(str(entry["statusListIndex"]))) == entry["statusListIndex"]
        assert response.mimetype == "application/json"
        assert found["id"] == url
        assert isinstance(found["issuer"], str)
        assert found["type"] == ["VerifiableCredential", "BitstringStatusListCredential"]
        assert (subject["type"], subject["statusPurpose"]) == ("BitstringStatusList", "revocation")
        assert str(subject["encodedList"]).startswith("uH4sI")
        assert server.verify(found).status_code == 200

    @pytest.mark.parametrize("purpose", ["revocation", "suspension"])
    def test_set_and_clear(self, server: ConformanceServer, purpose: str) -> None:
        """A set status makes the credential a 400; cleared, it verifies again."""
        identifier = f"urn:uuid:{purpose}"
        secured = self._issue(server, identifier, {"credentialStatus": {"statusPurpose": purpose}})
        asked: JsonObject = {"checks": ["proof", "credentialStatus"]}
        entry: JsonObject = {"type": "BitstringStatusListEntry", "statusPurpose": purpose}
        assert server.verify(secured, asked).status_code == 200
        assert self._change(server, identifier, credentialStatus=entry) == 200
        assert server.verify(secured, asked).status_code == 400
        assert server.verify(secured).status_code == 400
        assert self._change(server, identifier, credentialStatus=entry, status=False) == 200
        assert server.verify(secured, asked).status_code == 200

    def test_an_unknown_credential(self, server: ConformanceServer) -> None:
        """4xx for a credential that was not issued here."""
        assert self._change(server, "urn:uuid:nobody", status=True) == 404

    @pytest.mark.parametrize(
        "members",
        [
            {"status": "yes"},
            {"credentialId": 7},
            {"credentialStatus": None},
            {"credentialStatus": {"statusPurpose": "message"}},
        ],
        ids=repr,
    )
    def test_a_malformed_change(self, server: ConformanceServer, members: JsonObject) -> None:
        """A malformed request changes nothing."""
        self._issue(server, f"urn:uuid:{len(str(members))}")
        body: JsonObject = {
            "credentialId": f"urn:uuid:{len(str(members))}",
            "credentialStatus": {"statusPurpose": "revocation"},
            **members,
        }
        assert server.post("/api/vc/credentials/status", body).status_code == 400

    def test_an_id_given_as_an_option(self, server: ConformanceServer) -> None:
        """`options.credentialId` names a credential without an id."""
        issuer = server.issuer("BitstringStatusList")
        server.issue(issuer, compose_credential(issuer), {"credentialId": "urn:uuid:named"})
        assert self._change(server, "urn:uuid:named", status=True) == 200

    def test_refusals(self, server: ConformanceServer) -> None:
        """No id, an id twice, a foreign status, an unknown list."""
        issuer = server.issuer("BitstringStatusList")
        self._issue(server, "urn:uuid:twice")
        foreign = {"type": "https://example.org/#S", "id": "urn:s"}
        assert server.send(issuer, compose_credential(issuer)).status_code == 400
        assert server.send(issuer, compose_credential(issuer, id="urn:uuid:twice")).status_code == 409
        assert server.send(issuer, compose_credential(issuer, id="urn:x", credentialStatus=foreign)).status_code == 400
        assert server.client.get("/api/vc/status-lists/message", headers=HEADERS).status_code == 404
        assert server.client.post("/api/vc/status-lists/message/publish", headers=HEADERS).status_code == 404
        assert server.client.post("/api/vc/status-lists/revocation/publish", headers=HEADERS).status_code == 204


class TestEnvelopes:
    """EnvelopingProof: a JWT inside a `data:` URL."""

    def _issue(self, server: ConformanceServer) -> JsonObject:
        issuer = server.issuer("EnvelopingProof")
        return server.issue(issuer, compose_credential(issuer))

    def test_issue_and_verify(self, server: ConformanceServer) -> None:
        """The answer is an envelope of a vc+jwt, which verifies."""
        envelope = self._issue(server)
        assert envelope["type"] == "EnvelopedVerifiableCredential"
        assert envelope["@context"] == [VC_V2_CONTEXT]
        assert str(envelope["id"]).startswith("data:application/vc+jwt,eyJ")
        assert server.verify(envelope).status_code == 200

    @pytest.mark.parametrize(
        "edit",
        [
            {"@context": []},
            {"@context": EXAMPLES_CONTEXT},
            {"@context": [EXAMPLES_CONTEXT]},
            {"type": None},
            {"type": "VerifiableCredential"},
            {"id": "eyJhbGciOiJFUzI1NiJ9.e30.AA"},
            {"id": "data:text/plain,hello"},
        ],
        ids=repr,
    )
    def test_a_bad_envelope(self, server: ConformanceServer, edit: JsonObject) -> None:
        """Another context, type or id is a 400."""
        assert server.verify({**self._issue(server), **edit}).status_code == 400

    def test_a_changed_token(self, server: ConformanceServer) -> None:
        """A changed signature is a 400."""
        envelope = self._issue(server)
        assert server.verify({**envelope, "id": f"{str(envelope['id'])[:-8]}AAAAAAAA"}).status_code == 400

    def test_the_suites_own_envelope(self, server: ConformanceServer) -> None:
        """A presentation of the VCDM suite, a JWT with `vp` and `vc` claims, verifies with its challenge only."""
        envelope: JsonObject = {
            "@context": VC_V2_CONTEXT,
            "type": "EnvelopedVerifiablePresentation",
            "id": f"data:application/jwt,{_suite_vp_jwt()}",
        }
        body: JsonObject = {"verifiablePresentation": envelope, "options": {"challenge": "123456789"}}
        assert server.post("/api/vc/presentations/verify", body).status_code == 200
        wrong: JsonObject = {"verifiablePresentation": envelope, "options": {"challenge": "987654321"}}
        assert server.post("/api/vc/presentations/verify", wrong).status_code == 400


def _suite_vp_jwt() -> str:
    return (Path(__file__).parents[1] / "vectors" / "w3c-vcdm-suite" / "vp.jwt").read_text("ascii").strip()


class TestPresentations:
    """VPs with `eddsa-rdfc-2022` by a did:key."""

    def _present(self, server: ConformanceServer, **members: object) -> tuple[JsonObject, JsonObject]:
        holder = LocalSigner.generate(KeyType.ED25519)
        issuer = server.issuer("eddsa-rdfc-2022")
        credential = server.issue(issuer, compose_credential(issuer))
        unsecured = compose_presentation([credential], holder=did_key(holder.public_key)).document
        document = {name: value for name, value in {**unsecured, **members}.items() if value is not DROP}
        secured = add_presentation_proof(
            UnsecuredDocument(document=cast("JsonObject", document)),
            signer=holder,
            verification_method=did_key_method_id(holder.public_key),
            created=NOON,
            challenge="c1",
            domain="verifier.example",
        )
        return secured.document, {"challenge": "c1", "domain": "verifier.example"}

    def _verify(self, server: ConformanceServer, document: JsonValue, options: JsonValue) -> int:
        body: JsonObject = {"verifiablePresentation": document, "options": options}
        return server.post("/api/vc/presentations/verify", body).status_code

    def test_a_good_presentation(self, server: ConformanceServer) -> None:
        """It verifies with its challenge and domain, and when nobody asked for them."""
        document, options = self._present(server)
        assert self._verify(server, document, options) == 200
        assert self._verify(server, document, {"checks": []}) == 200

    def test_the_holder_as_an_object_or_none(self, server: ConformanceServer) -> None:
        """VCDM 2.0 §4.13: the holder is a URL, an object with an id, or left out."""
        document, options = self._present(server, holder=DROP)
        assert self._verify(server, document, options) == 200

    @pytest.mark.parametrize("options", [{"challenge": "c2"}, {"challenge": "c1", "domain": "other.example"}], ids=repr)
    def test_another_showing(self, server: ConformanceServer, options: JsonObject) -> None:
        """T-09: another challenge or domain is a 400."""
        document, _ = self._present(server)
        assert self._verify(server, document, options) == 400

    @pytest.mark.parametrize(
        "edit",
        [
            {"proof": DROP},
            {"@context": DROP},
            {"@context": [EXAMPLES_CONTEXT]},
            {"type": DROP},
            {"type": ["VerifiableCredential"]},
            {"holder": "did:example:other"},
            {"verifiableCredential": ["text"]},
        ],
        ids=["unsigned", "no context", "other context", "no type", "other type", "other holder", "text inside"],
    )
    def test_a_malformed_presentation(self, server: ConformanceServer, edit: dict[str, object]) -> None:
        """Unsigned or malformed presentations are a 400."""
        document, options = self._present(server)
        edited = cast("JsonObject", {name: value for name, value in {**document, **edit}.items() if value is not DROP})
        assert self._verify(server, edited, options) == 400

    def test_a_holder_without_an_id(self, server: ConformanceServer) -> None:
        """A holder object without an id is a 400 although it was signed."""
        document, options = self._present(server, holder={"name": "Someone"})
        assert self._verify(server, document, options) == 400

    def test_one_bad_credential_spoils_it(self, server: ConformanceServer) -> None:
        """T-10: the verdict is the AND of all parts, each listed."""
        issuer = server.issuer("eddsa-rdfc-2022")
        good = server.issue(issuer, compose_credential(issuer))
        bad = {**good, "credentialSubject": {"id": "did:example:other"}}
        document, options = self._present(server, verifiableCredential=[good, bad])
        body: JsonObject = {"verifiablePresentation": document, "options": options}
        response = server.post("/api/vc/presentations/verify", body)
        results = response.json["credentialResults"]  # type: ignore[index]
        assert response.status_code == 400
        assert [result["verified"] for result in results] == [True, False]

    def test_a_credential_of_the_holder_needs_a_holder(self, server: ConformanceServer) -> None:
        """VCDM 2.0 §4.13.3: who vouches for own claims is named in `holder`."""
        holder = LocalSigner.generate(KeyType.ED25519)
        method = did_key_method_id(holder.public_key)
        own = add_data_integrity_proof(
            UnsecuredDocument(document=compose_credential({"id": did_key(holder.public_key)})),
            signer=holder,
            verification_method=method,
            created=NOON,
        ).document
        unsecured = compose_presentation([own], holder=did_key(holder.public_key)).document
        for document, status in ((unsecured, 200), ({k: v for k, v in unsecured.items() if k != "holder"}, 400)):
            secured = add_presentation_proof(
                UnsecuredDocument(document=document),
                signer=holder,
                verification_method=method,
                created=NOON,
                challenge="c1",
            ).document
            assert self._verify(server, secured, {"challenge": "c1"}) == status

    def test_a_proof_for_another_purpose(self, server: ConformanceServer) -> None:
        """T-08: a proof made for giving credentials shows none."""
        holder = LocalSigner.generate(KeyType.ED25519)
        unsecured = compose_presentation([], holder=did_key(holder.public_key))
        secured = add_data_integrity_proof(
            unsecured,
            signer=holder,
            verification_method=did_key_method_id(holder.public_key),
            created=NOON,
            purpose=ProofPurpose.ASSERTION_METHOD,
        ).document
        assert self._verify(server, secured, {}) == 400
