"""The data model of VCDM 2.0 and 1.1, one row for each statement of the standard."""

from __future__ import annotations

import copy
from typing import cast

import pytest

from credentials.vcdm import MAX_PROBLEMS, validate_data_model, verify_data_model
from schemas import VC_V1_CONTEXT, VC_V2_CONTEXT, BadgeError, JsonObject, JsonValue

DROP = object()
STATUS: JsonObject = {
    "type": "BitstringStatusListEntry",
    "statusPurpose": "revocation",
    "statusListIndex": "94567",
    "statusListCredential": "https://example.org/status/3",
}
# SHA-256 of https://www.w3.org/ns/credentials/v2, VCDM 2.0 App. B.1; in base64 and as a multihash.
BASE_SRI = "sha256-WZVc7WaX1h4D8rJVb+vlMIqxaEKEb1tYbX8fet7JJzQ="
BASE_MULTIBASE = "uEiBZlVztZpfWHgPyslVv6-UwirFoQoRvW1htfx963sknNA"
OTHER_MULTIBASE = "uEiAjCHMnK5-ayOIZLWo_TBoKYVvSAprlkYEjRlm19Cj0uw"


def _credential(**members: object) -> JsonObject:
    document: dict[str, object] = {
        "@context": [VC_V2_CONTEXT],
        "id": "urn:uuid:86294362-4254-4f36-854f-3952fe42555d",
        "type": ["VerifiableCredential"],
        "issuer": "did:example:issuer",
        "credentialSubject": {"id": "did:example:subject"},
        **members,
    }
    return cast("JsonObject", copy.deepcopy({name: value for name, value in document.items() if value is not DROP}))


def _credential_1(**members: object) -> JsonObject:
    return _credential(**{"@context": [VC_V1_CONTEXT], "issuanceDate": "2020-03-16T22:37:26.544Z", **members})


def _resource(**members: JsonValue) -> JsonObject:
    return {"id": "https://example.org/logo.png", "digestMultibase": OTHER_MULTIBASE, **members}


GOOD: dict[str, dict[str, object]] = {
    "smallest": {"id": DROP},
    "further context": {"@context": [VC_V2_CONTEXT, "https://example.org/context", {"A": "urn:a"}]},
    "type alone": {"type": "VerifiableCredential"},
    "type with URL": {"type": ["https://example.org/#T", "VerifiableCredential"]},
    "name": {"name": "Forklift", "description": "A card"},
    "name with language": {"name": {"@value": "Forklift", "@language": "en"}},
    "name with direction": {"name": {"@value": "x", "@language": "ar", "@direction": "rtl"}},
    "names": {"name": [{"@value": "Dog", "@language": "en"}, {"@value": "Perro", "@language": "es"}]},
    "issuer object": {"issuer": {"id": "did:example:issuer", "name": {"@value": "I", "@language": "en"}}},
    "issuer address": {"issuer": "https://example.org/issuers/1"},
    "two subjects": {"credentialSubject": [{"id": "did:example:a"}, {"name": "b"}]},
    "subject without id": {"credentialSubject": {"name": "b"}},
    "dates": {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2026-01-01T00:00:00Z"},
    "milliseconds": {"validFrom": "2026-01-01T00:00:00.123Z"},
    "offset": {"validFrom": "2026-01-01T00:00:00-05:00"},
    "status": {"credentialStatus": STATUS},
    "status of another type": {"credentialStatus": {"id": "did:example:status", "type": "CredentialStatusList2017"}},
    "statuses": {"credentialStatus": [STATUS, {**STATUS, "statusPurpose": "suspension"}]},
    "many bits": {"credentialStatus": {**STATUS, "statusSize": 9}},
    "schema": {"credentialSchema": {"id": "did:example:schema", "type": "https://example.org/#Schema"}},
    "refresh": {"refreshService": [{"type": "R", "id": "did:example:r/1"}, {"type": "R"}]},
    "terms": {"termsOfUse": [{"type": "OdrlPolicy2017"}, {"type": "OdrlPolicy2017", "id": "urn:terms"}]},
    "evidence": {"evidence": [{"type": ["DocumentVerification2018"]}]},
    "base context digest": {"relatedResource": {"id": VC_V2_CONTEXT, "digestSRI": BASE_SRI}},
    "base context multihash": {"relatedResource": [{"id": VC_V2_CONTEXT, "digestMultibase": BASE_MULTIBASE}]},
    "base context digest without multihash prefix": {
        "relatedResource": [{"id": VC_V2_CONTEXT, "digestMultibase": "uWZVc7WaX1h4D8rJVb-vlMIqxaEKEb1tYbX8fet7JJzQ"}]
    },
    "resource": {"relatedResource": [_resource(mediaType="image/png"), _resource(id="urn:x")]},
    "two digests": {"relatedResource": _resource(digestSRI=f"{BASE_SRI} {BASE_SRI}")},
    "digest of one character too many": {
        "relatedResource": _resource(digestSRI="sha256-MIwhzJyufmsjiGS1qP0waCmFb0gKa5ZGBI0ZZtfQo9Ls=")
    },
    "proof": {"proof": [{"type": "DataIntegrityProof"}]},
}


@pytest.mark.parametrize("members", GOOD.values(), ids=GOOD)
def test_a_conforming_credential(members: dict[str, object]) -> None:
    """What the standard allows gives no problem."""
    assert validate_data_model(_credential(**members)) == ()


@pytest.mark.parametrize(
    "members",
    [{}, {"expirationDate": "2030-01-01T00:00:00Z"}, {"refreshService": {"id": "urn:r", "type": "R"}}],
    ids=["dates", "expiry", "refresh"],
)
def test_a_conforming_credential_of_version_1(members: dict[str, object]) -> None:
    """VCDM 1.1 has `issuanceDate`, with milliseconds or without."""
    assert validate_data_model(_credential_1(**members)) == ()


BAD: list[tuple[str, dict[str, object], str, str]] = [
    # §4.3
    ("no context", {"@context": DROP}, "context_order", "/@context"),
    ("context null", {"@context": None}, "context_order", "/@context"),
    ("context text", {"@context": VC_V2_CONTEXT}, "context_order", "/@context"),
    ("context object", {"@context": {"@vocab": "urn:x:"}}, "context_order", "/@context"),
    ("context empty", {"@context": []}, "context_order", "/@context"),
    ("object as first context", {"@context": [{"A": "urn:a"}, VC_V2_CONTEXT]}, "context_order", "/@context"),
    ("list as first context", {"@context": [[VC_V2_CONTEXT]]}, "context_order", "/@context"),
    ("base not first", {"@context": ["https://example.org/c", VC_V2_CONTEXT]}, "context_order", "/@context"),
    ("number as context", {"@context": [VC_V2_CONTEXT, 123192875]}, "context_malformed", "/@context/1"),
    ("null as context", {"@context": [VC_V2_CONTEXT, None]}, "context_malformed", "/@context/1"),
    ("list as context", {"@context": [VC_V2_CONTEXT, []]}, "context_malformed", "/@context/1"),
    ("no address", {"@context": [VC_V2_CONTEXT, "https ://no-url/v1"]}, "context_malformed", "/@context/1"),
    # §4.4
    ("id null", {"id": None}, "id_malformed", "/id"),
    ("id list", {"id": ["urn:a", "urn:b"]}, "id_malformed", "/id"),
    ("id one in a list", {"id": ["urn:a"]}, "id_malformed", "/id"),
    ("id relative", {"id": "not-a-url"}, "id_malformed", "/id"),
    ("id number", {"id": 3}, "id_malformed", "/id"),
    ("id object", {"id": {"id": "urn:a"}}, "id_malformed", "/id"),
    ("id empty", {"id": ""}, "id_malformed", "/id"),
    # §4.5
    ("no type", {"type": DROP}, "type_malformed", "/type"),
    ("type null", {"type": None}, "type_malformed", "/type"),
    ("type empty", {"type": []}, "type_malformed", "/type"),
    ("type number", {"type": ["VerifiableCredential", 4]}, "type_malformed", "/type"),
    ("type object", {"type": {"VerifiableCredential": True}}, "type_malformed", "/type"),
    ("other type only", {"type": ["ExampleCredential"]}, "type_malformed", "/type"),
    ("empty word", {"type": ["VerifiableCredential", ""]}, "type_malformed", "/type"),
    # §4.6 and §11.1
    ("name number", {"name": 5}, "text_malformed", "/name"),
    ("name null", {"name": None}, "text_malformed", "/name"),
    ("name list of texts", {"name": ["a", "b"]}, "text_malformed", "/name"),
    ("name empty list", {"name": []}, "text_malformed", "/name"),
    ("name language map", {"name": {"en": "Forklift"}}, "text_malformed", "/name"),
    ("extra member", {"name": {"@value": "a", "@language": "en", "url": "x"}}, "text_malformed", "/name"),
    ("bad language", {"name": {"@value": "a", "@language": "e n"}}, "text_malformed", "/name"),
    ("object as direction", {"name": {"@value": "a", "@direction": {}}}, "text_malformed", "/name"),
    ("bad direction", {"name": {"@value": "a", "@direction": "up"}}, "text_malformed", "/name"),
    ("value number", {"description": {"@value": 1, "@language": "en"}}, "text_malformed", "/description"),
    ("description list", {"description": [["a"]]}, "text_malformed", "/description"),
    # §4.7
    ("no issuer", {"issuer": DROP}, "issuer_missing", "/issuer"),
    ("issuer null", {"issuer": None}, "issuer_missing", "/issuer"),
    ("issuer no URL", {"issuer": "not-a-url"}, "id_malformed", "/issuer"),
    ("issuer number", {"issuer": 1}, "id_malformed", "/issuer"),
    ("issuer list", {"issuer": ["did:example:issuer"]}, "id_malformed", "/issuer"),
    ("issuer without id", {"issuer": {"name": "I"}}, "id_malformed", "/issuer/id"),
    ("issuer id null", {"issuer": {"id": None}}, "id_malformed", "/issuer/id"),
    ("issuer id no URL", {"issuer": {"id": "not-a-url"}}, "id_malformed", "/issuer/id"),
    ("issuer name number", {"issuer": {"id": "urn:i", "name": 1}}, "text_malformed", "/issuer/name"),
    (
        "issuer description with more",
        {"issuer": {"id": "urn:i", "description": {"@value": "a", "@language": "en", "x": 1}}},
        "text_malformed",
        "/issuer/description",
    ),
    # §4.8
    ("no subject", {"credentialSubject": DROP}, "subject_malformed", "/credentialSubject"),
    ("subject null", {"credentialSubject": None}, "subject_malformed", "/credentialSubject"),
    ("subject empty", {"credentialSubject": {}}, "subject_malformed", "/credentialSubject"),
    ("subjects empty", {"credentialSubject": []}, "subject_malformed", "/credentialSubject"),
    ("subject text", {"credentialSubject": "did:example:a"}, "subject_malformed", "/credentialSubject"),
    ("one empty", {"credentialSubject": [{"id": "urn:a"}, {}]}, "subject_malformed", "/credentialSubject/1"),
    ("subject id list", {"credentialSubject": {"id": ["urn:a"]}}, "id_malformed", "/credentialSubject/id"),
    ("subject id no URL", {"credentialSubject": [{"id": "a"}]}, "id_malformed", "/credentialSubject/0/id"),
    # §4.9
    ("validFrom no date", {"validFrom": "a"}, "date_invalid", "/validFrom"),
    ("validFrom no offset", {"validFrom": "2026-01-01T00:00:00"}, "date_invalid", "/validFrom"),
    ("validFrom number", {"validFrom": 20260101}, "date_invalid", "/validFrom"),
    ("validFrom null", {"validFrom": None}, "date_invalid", "/validFrom"),
    ("validUntil day", {"validUntil": "2026-01-01"}, "date_invalid", "/validUntil"),
    (
        "dates reversed",
        {"validFrom": "2026-01-01T00:00:00Z", "validUntil": "2025-12-31T23:59:59Z"},
        "dates_reversed",
        "/validUntil",
    ),
    # §4.10
    ("status without type", {"credentialStatus": {"id": "urn:s"}}, "type_malformed", "/credentialStatus/type"),
    ("status text", {"credentialStatus": "urn:s"}, "member_malformed", "/credentialStatus"),
    ("status null", {"credentialStatus": None}, "member_malformed", "/credentialStatus"),
    ("statuses empty", {"credentialStatus": []}, "member_malformed", "/credentialStatus"),
    ("status id no URL", {"credentialStatus": {"type": "S", "id": "a"}}, "id_malformed", "/credentialStatus/id"),
    (
        "status ids",
        {"credentialStatus": [{"type": "S", "id": ["urn:a", "urn:b"]}]},
        "id_malformed",
        "/credentialStatus/0/id",
    ),
    # §4.11
    ("schema without id", {"credentialSchema": {"type": "S"}}, "id_malformed", "/credentialSchema/id"),
    ("schema without type", {"credentialSchema": {"id": "urn:s"}}, "type_malformed", "/credentialSchema/type"),
    ("schema id no URL", {"credentialSchema": [{"id": "a", "type": "S"}]}, "id_malformed", "/credentialSchema/0/id"),
    # §4.12
    ("proof without type", {"proof": {"proofValue": "z"}}, "type_malformed", "/proof/type"),
    ("proof text", {"proof": "z"}, "member_malformed", "/proof"),
    # §5.3
    ("resource text", {"relatedResource": ["https://example.org"]}, "resource_malformed", "/relatedResource/0"),
    ("no resources", {"relatedResource": []}, "resource_malformed", "/relatedResource"),
    (
        "resource without id",
        {"relatedResource": {"digestMultibase": OTHER_MULTIBASE}},
        "id_malformed",
        "/relatedResource/id",
    ),
    ("resource id no URL", {"relatedResource": _resource(id="a")}, "id_malformed", "/relatedResource/id"),
    ("twice", {"relatedResource": [_resource(), _resource()]}, "resource_malformed", "/relatedResource/1/id"),
    ("no digest", {"relatedResource": {"id": "urn:a"}}, "resource_malformed", "/relatedResource"),
    ("media type", {"relatedResource": _resource(mediaType=7)}, "resource_malformed", "/relatedResource/mediaType"),
    # §5.4 to §5.6, §5.10
    ("refresh without type", {"refreshService": {"id": "urn:r"}}, "type_malformed", "/refreshService/type"),
    ("refresh id no URL", {"refreshService": {"type": "R", "id": "a"}}, "id_malformed", "/refreshService/id"),
    ("terms without type", {"termsOfUse": [{"id": "urn:t"}]}, "type_malformed", "/termsOfUse/0/type"),
    ("terms id no URL", {"termsOfUse": {"type": "T", "id": "a"}}, "id_malformed", "/termsOfUse/id"),
    ("evidence without type", {"evidence": {"id": "urn:e"}}, "type_malformed", "/evidence/type"),
    ("evidence text", {"evidence": ["urn:e"]}, "member_malformed", "/evidence/0"),
    ("confidence without type", {"confidenceMethod": {"id": "urn:c"}}, "type_malformed", "/confidenceMethod/type"),
    ("render without type", {"renderMethod": {"id": "urn:c"}}, "type_malformed", "/renderMethod/type"),
]


@pytest.mark.parametrize(
    ("members", "code", "pointer"), [row[1:] for row in BAD], ids=[row[0].replace(" ", "-") for row in BAD]
)
def test_a_broken_statement(members: dict[str, object], code: str, pointer: str) -> None:
    """Each normative statement of VCDM 2.0 §4 and §5, broken once, is told with its place."""
    problems = validate_data_model(_credential(**members))
    assert [(problem.code, problem.pointer) for problem in problems] == [(f"data_model.{code}", pointer)]


@pytest.mark.parametrize(
    ("members", "code", "pointer"),
    [
        ({"issuanceDate": DROP}, "date_missing", "/issuanceDate"),
        ({"issuanceDate": "2020-03-16"}, "date_invalid", "/issuanceDate"),
        ({"expirationDate": "2019-01-01T00:00:00Z"}, "dates_reversed", "/expirationDate"),
        ({"credentialStatus": {"type": "S"}}, "id_malformed", "/credentialStatus/id"),
        ({"refreshService": {"type": "S"}}, "id_malformed", "/refreshService/id"),
        ({"credentialSchema": {"type": "S"}}, "id_malformed", "/credentialSchema/id"),
    ],
    ids=["no date", "day", "reversed", "status", "refresh", "schema"],
)
def test_a_broken_statement_of_version_1(members: dict[str, object], code: str, pointer: str) -> None:
    """VCDM 1.1 §4.4 to §5.4: dates under other names, and ids where 2.0 asks for none."""
    problems = validate_data_model(_credential_1(**members))
    assert [(problem.code, problem.pointer) for problem in problems] == [(f"data_model.{code}", pointer)]


@pytest.mark.parametrize(
    ("digest", "code"),
    [
        ({"digestSRI": "sha256-AAAA"}, "mismatch"),
        ({"digestSRI": "sha256-AAAAA"}, "mismatch"),
        ({"digestSRI": BASE_SRI.replace("Wa", "Wb")}, "mismatch"),
        ({"digestSRI": f"{BASE_SRI} sha256-AAAA"}, "mismatch"),
        ({"digestSRI": BASE_SRI.replace("sha256", "sha384")}, "mismatch"),
        ({"digestMultibase": OTHER_MULTIBASE}, "mismatch"),
        ({"digestMultibase": "uJKGMkOmFbVJhEfKTduMC2XCyvRAYLjOVmZWwIH1wQ7k"}, "mismatch"),
        ({"digestSRI": "sha256-ca3d163bab055381827226140568f3bef634ac187cebd76878e0b63e9e442356"}, "malformed"),
        ({"digestSRI": "md5-AAAA"}, "malformed"),
        ({"digestSRI": "sha256"}, "malformed"),
        ({"digestSRI": ""}, "malformed"),
        ({"digestSRI": 7}, "malformed"),
        ({"digestSRI": "sha256-" + "A" * 200}, "malformed"),
        ({"digestMultibase": "uZTQ0MjM1NiAgcmVwb3J0cc5jZWxhdGVkLXJlc291cmNlLmpzb24K"}, "malformed"),
        ({"digestMultibase": "mEiBZlVzt"}, "malformed"),
        ({"digestMultibase": "z0OIl"}, "malformed"),
        ({"digestMultibase": "u"}, "malformed"),
        ({"digestMultibase": 1}, "malformed"),
        ({"digestMultibase": OTHER_MULTIBASE[:-4]}, "malformed"),
    ],
    ids=repr,
)
def test_a_wrong_digest(digest: JsonObject, code: str) -> None:
    """VCDM 2.0 §5.3: a digest that is not that of the document behind the address is an error."""
    problems = validate_data_model(_credential(relatedResource={"id": VC_V2_CONTEXT, **digest}))
    assert [problem.code for problem in problems] == [f"data_model.digest_{code}"]


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"statusListIndex": -1}, "status.index_malformed"),
        ({"statusListIndex": "0x5"}, "status.index_malformed"),
        ({"statusListCredential": "a"}, "status.entry_malformed"),
        ({"statusPurpose": ""}, "status.purpose_mismatch"),
        ({"statusSize": 0}, "status.entry_malformed"),
        ({"id": STATUS["statusListCredential"]}, "status.entry_malformed"),
    ],
    ids=repr,
)
def test_a_malformed_status_entry(members: JsonObject, code: str) -> None:
    """BITSTRING-STATUS-LIST 1.0 §2.1 holds for entries of that type."""
    problems = validate_data_model(_credential(credentialStatus={**STATUS, **members}))
    assert [problem.code for problem in problems] == [code]
    assert problems[0].pointer.startswith("/credentialStatus")


def test_every_problem_is_told_up_to_a_limit() -> None:
    """All problems come at once; a document with thousands gets the first ones."""
    assert len(validate_data_model(_credential(id=None, issuer=None, type=None))) == 3
    assert len(validate_data_model(_credential(evidence=["x"] * 60))) == MAX_PROBLEMS
    assert len(validate_data_model(_credential(evidence=[{"type": "E"}] * 2_000))) == 1
    assert len(validate_data_model(_credential(credentialSubject=[{"a": 1}] * 2_000))) == 1
    assert len(validate_data_model(_credential(relatedResource=[{}] * 2_000))) == 1


def test_verify_raises_the_first_problem() -> None:
    """`verify_data_model` raises what `validate_data_model` lists first, and nothing for a good credential."""
    verify_data_model(_credential())
    with pytest.raises(BadgeError) as caught:
        verify_data_model(_credential(id=None, issuer=None))
    assert caught.value.pointer == "/id"
