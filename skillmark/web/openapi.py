"""The description of the VC-API in OpenAPI 3.1.

Spec: OpenAPI 3.1.0; VC-API (VCALM) §3.
"""

from __future__ import annotations

from importlib import metadata
from typing import TYPE_CHECKING

from schemas import PROBLEM_TYPES

if TYPE_CHECKING:
    from schemas import JsonObject, JsonValue

OPENAPI_VERSION = "3.1.0"
_JSON = "application/json"
_PROBLEM = "application/problem+json"


def compose_description(base_url: str) -> JsonObject:
    """Return the description of the interface for the site at `base_url`."""
    return {
        "openapi": OPENAPI_VERSION,
        "info": {
            "title": "Skillmark VC-API",
            "version": metadata.version("skillmark"),
            "description": "Issue, verify, derive and revoke Open Badges 3.0. Verifying and deriving are open; issuing "
            "and status need an API key. Answers are never cached.",
        },
        "servers": [{"url": base_url}],
        "paths": {
            "/api/vc/credentials/issue": {"post": _issue()},
            "/api/vc/credentials/status": {"post": _status()},
            "/api/vc/credentials/verify": {"post": _verify("verifiableCredential", "A badge, or an envelope of one.")},
            "/api/vc/credentials/derive": {"post": _derive()},
            "/api/vc/challenges": {"post": _ask()},
            "/api/vc/presentations/verify": {"post": _verify_presentation()},
            "/api/openapi.json": {"get": _describe()},
        },
        "components": {
            "securitySchemes": {"apiKey": {"type": "http", "scheme": "bearer"}},
            "schemas": {
                "Credential": _CREDENTIAL,
                "Problem": _PROBLEM_SCHEMA,
                "Verification": _VERIFICATION,
                "Issued": _object({"verifiableCredential": _ref("Credential")}, "verifiableCredential"),
                "Challenge": _CHALLENGE,
            },
        },
    }


def _object(properties: JsonObject, *required: str) -> JsonObject:
    return {"type": "object", "properties": properties, "required": [*required]}


def _ref(name: str) -> JsonObject:
    return {"$ref": f"#/components/schemas/{name}"}


_TEXT: JsonObject = {"type": "string"}
_POINTERS: JsonObject = {"type": "array", "items": {"type": "string"}, "maxItems": 64}
_PROBLEMS: JsonObject = {"type": "array", "items": {"$ref": "#/components/schemas/Problem"}}
_CREDENTIAL: JsonObject = {
    **_object(
        {
            "@context": {"type": "array", "minItems": 1},
            "id": {"type": "string", "format": "uri"},
            "type": {"type": ["string", "array"]},
            "issuer": {"type": ["string", "object"]},
            "credentialSubject": {"type": ["object", "array"]},
        },
        "@context",
        "type",
    ),
    "description": "A verifiable credential of VCDM 2.0.",
}
_PROBLEM_SCHEMA: JsonObject = {
    **_object(
        {
            "type": {"type": "string", "enum": ["about:blank", *sorted(PROBLEM_TYPES.values())]},
            "title": _TEXT,
            "detail": _TEXT,
            "status": {"type": "integer"},
            "code": {"type": "string", "pattern": r"^[a-z0-9_]+\.[a-z0-9_]+$"},
            "pointer": {"type": "string", "description": "JSON Pointer to the value at fault."},
            "errors": _PROBLEMS,
        },
        "type",
        "title",
        "status",
        "code",
    ),
    "description": "RFC 9457, with the problem types of W3C and a stable code.",
}
_VERIFICATION: JsonObject = _object(
    {
        "verified": {"type": "boolean"},
        "errors": _PROBLEMS,
        "warnings": _PROBLEMS,
        "report": {"type": "object", "description": "Every check, as `skillmark verify --json` prints it."},
        "credentialResults": {"type": "array", "items": {"type": "object"}},
    },
    "verified",
    "errors",
)


_CHALLENGE: JsonObject = _object(
    {
        "challenge": {"type": "string", "description": "Worth one presentation."},
        "domain": {"type": "string", "description": "For whom the presentation must be made."},
        "expires": {"type": "string", "format": "date-time"},
    },
    "challenge",
    "domain",
    "expires",
)


def _operation(name: str, summary: str, body: JsonObject, answers: JsonObject) -> JsonObject:
    return {
        "operationId": name,
        "summary": summary,
        "requestBody": {"required": True, "content": {_JSON: {"schema": body}}},
        "responses": {
            **answers,
            "413": _problem("Larger than 2 MiB."),
            "415": _problem("Not JSON."),
            "429": _problem("Too many requests."),
        },
    }


def _answer(description: str, schema: JsonObject) -> JsonObject:
    return {"description": description, "content": {_JSON: {"schema": schema}}}


def _problem(description: str) -> JsonObject:
    return {"description": description, "content": {_PROBLEM: {"schema": _ref("Problem")}}}


def _issue() -> JsonObject:
    options = _object(
        {
            "cryptosuite": _TEXT,
            "mandatoryPointers": _POINTERS,
            "credentialId": {"type": "string", "description": "Names a credential that has no id of its own."},
        }
    )
    body = _object({"credential": _ref("Credential"), "options": options}, "credential")
    request_name: JsonObject = {
        "name": "Idempotency-Key",
        "in": "header",
        "description": "The same request under the same name is answered with the same credential.",
        "schema": {"type": "string", "maxLength": 200},
    }
    page: JsonObject = {"Location": {"description": "Page of the badge, if it has one.", "schema": _TEXT}}
    issued = _answer("The credential with its status and its proof; it is recorded.", _ref("Issued"))
    operation = _operation(
        "issueCredential",
        "Sign a credential in the name of the key's issuer.",
        body,
        {
            "201": {**issued, "headers": page},
            "400": _problem("The credential does not follow the data model, or names another issuer."),
            "401": _problem("No API key, or one that is not known."),
            "403": _problem("The key is not for that cryptosuite."),
            "409": _problem("A credential with this id was issued before, or the name of the request was used."),
            "503": _problem("Nothing can be issued now: the clock, the disk or the record is not in order."),
        },
    )
    return {**operation, "parameters": [request_name], "security": [{"apiKey": []}]}


def _ask() -> JsonObject:
    body = _object({"domain": {"type": "string", "maxLength": 300, "description": "By default this site."}})
    operation = _operation(
        "askForPresentation",
        "Get a challenge for one presentation.",
        body,
        {
            "201": _answer("A challenge that nobody had before.", _ref("Challenge")),
            "400": _problem("The domain is no short text."),
            "503": _problem("Too many challenges are open."),
        },
    )
    return {**operation, "requestBody": {"required": False, "content": {_JSON: {"schema": body}}}}


def _status() -> JsonObject:
    entry = _object({"type": _TEXT, "statusPurpose": {"enum": ["revocation", "suspension"]}}, "statusPurpose")
    body = _object(
        {"credentialId": _TEXT, "credentialStatus": entry, "status": {"type": "boolean", "default": True}},
        "credentialId",
        "credentialStatus",
    )
    operation = _operation(
        "changeStatus",
        "Revoke, suspend or reinstate a badge of the key's issuer.",
        body,
        {
            "200": _answer("Changed.", {"type": "object"}),
            "400": _problem("That status is not kept."),
            "401": _problem("No API key, or one that is not known."),
            "404": _problem("No such badge of this issuer."),
            "409": _problem("The badge has that status already."),
        },
    )
    return {**operation, "security": [{"apiKey": []}]}


def _verify(member: str, description: str) -> JsonObject:
    body = _object({member: {**_ref("Credential"), "description": description}, "options": {"type": "object"}}, member)
    return _operation(
        "verifyCredential",
        "Verify a badge: data model, proof, issuer, dates, status.",
        body,
        {
            "200": _answer("Verified.", _ref("Verification")),
            "400": _answer("Not verified, or it could not be told; `errors` says why.", _ref("Verification")),
        },
    )


def _verify_presentation() -> JsonObject:
    challenge: JsonObject = {
        "type": "string",
        "description": "What the presentation must answer to. Needed unless it answers to one from /api/vc/challenges.",
    }
    options = _object({"challenge": challenge, "domain": _TEXT})
    body = _object({"verifiablePresentation": {"type": "object"}, "options": options}, "verifiablePresentation")
    return _operation(
        "verifyPresentation",
        "Verify a presentation: its holder, the challenge, and every badge in it.",
        body,
        {
            "200": _answer("All of it is verified.", _ref("Verification")),
            "400": _answer("A part is not; each badge has its own result.", _ref("Verification")),
        },
    )


def _derive() -> JsonObject:
    body = _object(
        {"verifiableCredential": _ref("Credential"), "options": _object({"selectivePointers": _POINTERS})},
        "verifiableCredential",
    )
    return _operation(
        "deriveCredential",
        "Show a part of a badge that is signed with ecdsa-sd-2023.",
        body,
        {
            "201": _answer("The part that was chosen, with its proof.", _ref("Issued")),
            "400": _problem("No base proof, or a pointer that names nothing."),
        },
    )


def _describe() -> JsonObject:
    answers: dict[str, JsonValue] = {"200": _answer("This description.", {"type": "object"})}
    return {"operationId": "describe", "summary": "Describe this interface.", "responses": answers}
