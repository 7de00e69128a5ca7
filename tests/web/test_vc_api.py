"""The VC-API of the product: who may issue, what is refused, and the same verdict as on `/verify`."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

import pytest
from jsonschema import Draft202012Validator

from credentials import Cryptosuite, add_presentation_proof, compose_presentation
from issuer import compose_profile
from keys import KeyType, LocalSigner, did_key, did_key_method_id
from schemas import JsonObject, JsonValue, read_json_object
from skillmark.api_keys import ApiKeyStore
from tests.web.workshop import BASE_URL, NOON

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from tests.web.workshop import Workshop

NEW_ID = "urn:uuid:0b5e6b4e-2f2f-4d0e-9b7c-6f6d0d1d0001"
ROUTES = ("credentials/issue", "credentials/status", "credentials/verify", "credentials/derive", "presentations/verify")


def _post(client: FlaskClient, path: str, body: JsonValue, token: str = "") -> TestResponse:
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
    return client.post(f"/api/vc/{path}", json=body, headers=headers, base_url=BASE_URL)


def _badge(workshop: Workshop, **members: JsonValue) -> JsonObject:
    """An unsigned badge in the form of one that the site issued."""
    document = read_json_object(workshop.badge().json_bytes)
    for name in ("proof", "credentialStatus"):
        document.pop(name, None)
    return {**document, "id": NEW_ID, **members}


def _make_key(workshop: Workshop, *suites: Cryptosuite) -> str:
    store = ApiKeyStore(workshop.home / "secrets")
    wanted = suites or (Cryptosuite.EDDSA_RDFC_2022, Cryptosuite.EDDSA_JCS_2022)
    return store.create(issuer_slug=workshop.issuer_slug, suites=wanted, label="test", now=NOON)[1]


class TestIssue:
    """`credentials/issue`."""

    def test_with_a_key(self, fresh_shop: Workshop) -> None:
        """A key signs in the name of its issuer; the badge is genuine to a verifier, and stays on record."""
        client, token = fresh_shop.client(), _make_key(fresh_shop)
        response = _post(client, "credentials/issue", {"credential": _badge(fresh_shop)}, token)
        secured = cast("JsonObject", response.json)["verifiableCredential"]
        verified = _post(client, "credentials/verify", {"verifiableCredential": secured})
        assert response.status_code == 201
        assert response.headers["Cache-Control"] == "no-store"
        assert (verified.status_code, verified.json["verified"]) == (200, True)  # type: ignore[index]
        kept = fresh_shop.ledger.find_by_id(NEW_ID)
        assert kept is not None
        assert read_json_object(kept.json_bytes) == secured

    def test_the_suite_may_be_chosen_among_those_of_the_key(self, fresh_shop: Workshop) -> None:
        """`options.cryptosuite` names one of the key's suites; any other is 403."""
        client, token = fresh_shop.client(), _make_key(fresh_shop)
        body: JsonObject = {"credential": _badge(fresh_shop), "options": {"cryptosuite": "ecdsa-sd-2023"}}
        refused = _post(client, "credentials/issue", body, token)
        body = {"credential": _badge(fresh_shop), "options": {"cryptosuite": "eddsa-jcs-2022"}}
        issued = _post(client, "credentials/issue", body, token)
        assert (refused.status_code, refused.json["code"]) == (403, "vc_api.suite_not_allowed")  # type: ignore[index]
        assert issued.json["verifiableCredential"]["proof"]["cryptosuite"] == "eddsa-jcs-2022"  # type: ignore[index]

    @pytest.mark.parametrize("token", ["", "x", "smk_000000000000_" + "A" * 43, "smk_0_0"], ids=repr)
    @pytest.mark.parametrize("path", ["credentials/issue", "credentials/status"])
    def test_without_a_good_key(self, client: FlaskClient, token: str, path: str) -> None:
        """T-58: 401 by default, before anything is read."""
        response = _post(client, path, {"credential": {}}, token)
        assert (response.status_code, response.json["code"]) == (401, "vc_api.key_required")  # type: ignore[index]
        assert response.headers["WWW-Authenticate"] == "Bearer"
        assert response.mimetype == "application/problem+json"

    def test_a_revoked_key(self, fresh_shop: Workshop) -> None:
        """A key that was taken away is as good as none."""
        token = _make_key(fresh_shop)
        store = ApiKeyStore(fresh_shop.home / "secrets")
        store.revoke(store.keys()[0].key_id)
        assert _post(fresh_shop.client(), "credentials/issue", {"credential": {}}, token).status_code == 401

    def test_an_id_twice(self, fresh_shop: Workshop) -> None:
        """T-58: an id that was issued before, here or from a class list, is 409."""
        client, token = fresh_shop.client(), _make_key(fresh_shop)
        first, second = (
            _post(client, "credentials/issue", {"credential": _badge(fresh_shop)}, token) for _ in range(2)
        )
        known = _badge(fresh_shop, id=fresh_shop.badge().id)
        assert (first.status_code, second.status_code) == (201, 409)
        assert _post(client, "credentials/issue", {"credential": known}, token).status_code == 409

    @pytest.mark.parametrize(
        ("members", "code"),
        [
            ({"issuer": "https://other.example.com/issuer"}, "vc_api.issuer_not_own"),
            ({"issuer": {"id": "https://other.example.com/issuer"}}, "vc_api.issuer_not_own"),
            ({"proof": {"type": "DataIntegrityProof"}}, "vc_api.has_proof"),
            ({"credentialStatus": {"type": "S", "id": "urn:s"}}, "vc_api.has_status"),
            ({"grade": "A+"}, "data_model.undefined_term"),
            (
                {"@context": ["https://www.w3.org/ns/credentials/v2", {"a": "urn:a"}]},
                "data_model.context_inline_forbidden",
            ),
            ({"validUntil": "2001-01-01T00:00:00Z"}, "data_model.dates_reversed"),
            ({"credentialSubject": {"id": "urn:x", "type": ["AchievementSubject"]}}, "schema.violation"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_what_this_issuer_does_not_sign(self, fresh_shop: Workshop, members: JsonObject, code: str) -> None:
        """Another issuer, a caller's own words, and whatever is no good badge are refused; nothing is kept."""
        body: JsonObject = {"credential": _badge(fresh_shop, **members)}
        response = _post(fresh_shop.client(), "credentials/issue", body, _make_key(fresh_shop))
        assert (response.status_code, response.json["code"]) == (400, code)  # type: ignore[index]
        assert fresh_shop.ledger.find_by_id(NEW_ID) is None

    def test_an_issuer_that_another_key_is_bound_to(self, fresh_shop: Workshop) -> None:
        """T-55: a key of one issuer signs nothing for another, and does not see its badges."""
        ledger = fresh_shop.ledger
        other = ledger.create_issuer(name="Other College", kind=ledger.issuers()[0].kind, key_type=KeyType.ED25519)
        store = ApiKeyStore(fresh_shop.home / "secrets")
        _, token = store.create(issuer_slug=other.slug, suites=[Cryptosuite.EDDSA_RDFC_2022], label="other", now=NOON)
        client = fresh_shop.client()
        entry: JsonObject = {"type": "BitstringStatusListEntry", "statusPurpose": "revocation"}
        change: JsonObject = {"credentialId": fresh_shop.badge().id, "credentialStatus": entry}
        assert compose_profile(other)["id"] == other.id
        assert _post(client, "credentials/issue", {"credential": _badge(fresh_shop)}, token).status_code == 400
        assert _post(client, "credentials/status", change, token).status_code == 404
        assert not ledger.find_by_id(fresh_shop.badge().id).revoked  # type: ignore[union-attr]


class TestStatus:
    """`credentials/status`."""

    def _change(self, workshop: Workshop, token: str, **members: JsonValue) -> TestResponse:
        entry: JsonObject = {"type": "BitstringStatusListEntry", "statusPurpose": "suspension"}
        body: JsonObject = {"credentialId": workshop.badge().id, "credentialStatus": entry, **members}
        return _post(workshop.client(), "credentials/status", body, token)

    def test_suspend_reinstate_revoke(self, fresh_shop: Workshop) -> None:
        """The changes show at once in a verification; what cannot be done again is 409."""
        token, original = _make_key(fresh_shop), read_json_object(fresh_shop.badge().json_bytes)
        revoke: JsonObject = {"statusPurpose": "revocation"}
        steps: list[tuple[JsonObject, int, int]] = [
            ({}, 200, 400),
            ({}, 409, 400),
            ({"status": False}, 200, 200),
            ({"status": False}, 409, 200),
            ({"credentialStatus": revoke}, 200, 400),
            ({"credentialStatus": revoke, "status": False}, 400, 400),
        ]
        for members, status, verified in steps:
            assert self._change(fresh_shop, token, **members).status_code == status
            response = _post(fresh_shop.client(), "credentials/verify", {"verifiableCredential": original})
            assert response.status_code == verified

    @pytest.mark.parametrize(
        ("members", "status"),
        [
            ({"credentialId": "urn:nobody"}, 404),
            ({"credentialId": 7}, 400),
            ({"status": "yes"}, 400),
            ({"credentialStatus": {}}, 400),
            ({"credentialStatus": {"statusPurpose": "message"}}, 400),
            ({"credentialStatus": {"statusPurpose": 1}}, 400),
        ],
        ids=repr,
    )
    def test_refusals(self, fresh_shop: Workshop, members: JsonObject, status: int) -> None:
        """An unknown badge, and what is no request."""
        assert self._change(fresh_shop, _make_key(fresh_shop), **members).status_code == status


class TestVerify:
    """`credentials/verify` and `presentations/verify`."""

    def test_a_genuine_badge(self, shop: Workshop, client: FlaskClient) -> None:
        """200, with every check of the report."""
        document = read_json_object(shop.badge().json_bytes)
        response = _post(client, "credentials/verify", {"verifiableCredential": document, "options": {"checks": ["x"]}})
        body = cast("JsonObject", response.json)
        assert (response.status_code, body["verified"], body["errors"]) == (200, True, [])
        assert cast("JsonObject", body["report"])["verdict"] == "verified"

    @pytest.mark.parametrize(
        ("edit", "code", "problem"),
        [
            ({"name": "Another"}, "proof.signature_mismatch", "CRYPTOGRAPHIC_SECURITY_ERROR"),
            ({"proof": None}, "proof.missing", "PROOF_VERIFICATION_ERROR"),
            ({"grade": "A+"}, "data_model.undefined_term", "MALFORMED_VALUE_ERROR"),
            ({"@context": [{"@vocab": "urn:x:"}]}, "data_model.context_inline_forbidden", "MALFORMED_VALUE_ERROR"),
        ],
        ids=["changed", "no proof", "undefined", "inline context"],
    )
    def test_a_bad_badge(self, shop: Workshop, client: FlaskClient, edit: JsonObject, code: str, problem: str) -> None:
        """400, `verified` false, and W3C's problem type beside our code."""
        edited: JsonObject = {**read_json_object(shop.badge().json_bytes), **edit}
        document: JsonObject = {name: value for name, value in edited.items() if value is not None}
        response = _post(client, "credentials/verify", {"verifiableCredential": document})
        body = cast("JsonObject", response.json)
        first = cast("list[JsonObject]", body["errors"])[0]
        assert (response.status_code, body["verified"], first["code"]) == (400, False, code)
        assert str(first["type"]).endswith(f"#{problem}")

    @pytest.mark.parametrize("body", [{}, {"verifiableCredential": None}, {"verifiableCredential": "x"}, []], ids=repr)
    def test_nothing_to_verify(self, client: FlaskClient, body: JsonValue) -> None:
        """400 and `verified` false for a body without a credential."""
        response = _post(client, "credentials/verify", body)
        assert (response.status_code, response.json["verified"]) == (400, False)  # type: ignore[index]

    @pytest.mark.parametrize(
        ("options", "status"),
        [({"challenge": "c1"}, 200), ({"challenge": "c2"}, 400), ({}, 400), (None, 400)],
        ids=repr,
    )
    def test_a_presentation(self, shop: Workshop, client: FlaskClient, options: JsonValue, status: int) -> None:
        """A presentation of a genuine badge, only in answer to the challenge that was asked."""
        holder = LocalSigner.generate(KeyType.ED25519)
        secured = add_presentation_proof(
            compose_presentation([read_json_object(shop.badge().json_bytes)], holder=did_key(holder.public_key)),
            signer=holder,
            verification_method=did_key_method_id(holder.public_key),
            created=NOON,
            challenge="c1",
        ).document
        body: JsonObject = {"verifiablePresentation": secured, "options": options}
        response = _post(client, "presentations/verify", body)
        assert response.status_code == status, response.json

    def test_a_presentation_with_a_forged_badge(self, shop: Workshop, client: FlaskClient) -> None:
        """T-10: the holder's signature is good, the badge is not."""
        holder = LocalSigner.generate(KeyType.ED25519)
        forged = {**read_json_object(shop.badge().json_bytes), "name": "Another"}
        secured = add_presentation_proof(
            compose_presentation([forged], holder=did_key(holder.public_key)),
            signer=holder,
            verification_method=did_key_method_id(holder.public_key),
            created=NOON,
            challenge="c1",
        ).document
        body: JsonObject = {"verifiablePresentation": secured, "options": {"challenge": "c1"}}
        response = _post(client, "presentations/verify", body)
        assert response.status_code == 400
        assert response.json["errors"][0]["code"] == "proof.signature_mismatch"  # type: ignore[index]

    def test_deriving_from_a_badge_without_a_base_proof(self, shop: Workshop, client: FlaskClient) -> None:
        """Only `ecdsa-sd-2023` can be derived from."""
        document = read_json_object(shop.badge().json_bytes)
        body: JsonObject = {"verifiableCredential": document, "options": {"selectivePointers": ["/name"]}}
        assert _post(client, "credentials/derive", body).status_code == 400


class TestDescription:
    """`/api/openapi.json`."""

    def _description(self, client: FlaskClient) -> JsonObject:
        return cast("JsonObject", client.get("/api/openapi.json", base_url=BASE_URL).json)

    def test_every_route_is_described(self, shop: Workshop, client: FlaskClient) -> None:
        """The paths are those of the site, no more and no less."""
        served = {str(rule) for rule in shop.app.url_map.iter_rules() if str(rule).startswith("/api/")}
        described = self._description(client)
        assert described["openapi"] == "3.1.0"
        assert described["servers"] == [{"url": BASE_URL}]
        assert served == set(cast("JsonObject", described["paths"]))
        assert {f"/api/vc/{route}" for route in ROUTES} < served

    def test_its_schemas_are_schemas(self, client: FlaskClient) -> None:
        """OpenAPI 3.1: every schema is one of JSON Schema 2020-12, and every reference leads somewhere."""
        components = cast("dict[str, JsonObject]", self._description(client)["components"])
        schemas = components["schemas"]
        for schema in schemas.values():
            assert isinstance(schema, dict)
            Draft202012Validator.check_schema(schema)
        references = [node["$ref"] for node in _objects(self._description(client)) if "$ref" in node]
        assert references
        assert {str(one).removeprefix("#/components/schemas/") for one in references} <= set(schemas)

    def test_each_operation_is_complete(self, client: FlaskClient) -> None:
        """OpenAPI 3.1 §4.8.10: responses with descriptions, and operation ids that are unique."""
        paths = cast("dict[str, dict[str, JsonObject]]", self._description(client)["paths"])
        operations = [operation for path in paths.values() for operation in path.values()]
        ids = [operation["operationId"] for operation in operations]
        assert len(set(map(str, ids))) == len(ids)
        for operation in operations:
            responses = cast("dict[str, JsonObject]", operation["responses"])
            assert responses
            assert all(response["description"] for response in responses.values())


def _objects(value: JsonValue) -> list[JsonObject]:
    if isinstance(value, dict):
        return [value, *(inner for entry in value.values() for inner in _objects(entry))]
    return [inner for entry in value for inner in _objects(entry)] if isinstance(value, list) else []
