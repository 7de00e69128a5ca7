"""The conformance mode: the wire contract of the W3C suites, one row for each refusal."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest

from schemas import DATA_INTEGRITY_V2_CONTEXT, VC_V1_CONTEXT, VC_V2_CONTEXT, JsonObject, JsonValue
from tests.web.conformance_server import (
    DROP,
    EXAMPLES_CONTEXT,
    PROFILES,
    PROOF_ONLY,
    compose_credential,
    proof_of,
)

if TYPE_CHECKING:
    from tests.web.conformance_server import ConformanceServer

RESOURCE: JsonObject = {
    "id": "https://example.org/logo.png",
    "digestMultibase": "uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw",
}


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
    proof = proof_of(secured)
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
    assert proof_of(server.issue(issuer, compose_credential(issuer)))["@context"] == [VC_V2_CONTEXT]


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
