"""The conformance mode in memory, and the credentials that the suites send to it."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, cast

from flask import Flask

from pages import create_limiter, install_pages
from schemas import VC_V2_CONTEXT
from skillmark.web import ConformanceDeps, create_conformance_routes, install_vc_api
from tests.web.workshop import SteppedClock

if TYPE_CHECKING:
    from flask.testing import FlaskClient
    from werkzeug.test import TestResponse

    from schemas import JsonObject, JsonValue

EXAMPLES_CONTEXT = "https://www.w3.org/ns/credentials/examples/v2"
SERVER_URL = "http://localhost"
DROP = object()
HEADERS = {"Accept": "application/ld+json, application/json"}
# The profiles that the suites ask for, each with its kind of key.
PROFILES = [
    ("eddsa-rdfc-2022", None),
    ("eddsa-jcs-2022", None),
    ("ecdsa-rdfc-2019", "P-256"),
    ("ecdsa-rdfc-2019", "P-384"),
    ("ecdsa-jcs-2019", "P-256"),
    ("ecdsa-jcs-2019", "P-384"),
]
PROOF_ONLY: JsonObject = {"checks": ["proof"]}


@dataclass(slots=True, kw_only=True)
class ConformanceServer:
    """A server of its own with fresh issuers."""

    app: Flask
    client: FlaskClient
    clock: SteppedClock

    def post(self, path: str, body: JsonValue) -> TestResponse:
        data = json.dumps(body)
        return self.client.post(path, data=data, content_type="application/json", headers=HEADERS)

    @property
    def manifest(self) -> JsonObject:
        return cast("JsonObject", self.client.get("/suite-manifest.json").json)

    def issuer(self, profile: str, key_type: str | None = None) -> JsonObject:
        """The manifest's entry for a profile."""
        issuers = cast("list[JsonObject]", self.manifest["issuers"])
        return next(one for one in issuers if one["profile"] == profile and one.get("keyType") == key_type)

    def send(self, issuer: JsonObject, credential: JsonObject, options: JsonValue = None) -> TestResponse:
        body: JsonObject = {"credential": credential}
        if options is not None:
            body["options"] = options
        return self.post(str(issuer["endpoint"]), body)

    def issue(self, issuer: JsonObject, credential: JsonObject, options: JsonValue = None) -> JsonObject:
        response = self.send(issuer, credential, options)
        assert response.status_code == 201, response.json
        return cast("JsonObject", response.json)["verifiableCredential"]  # type: ignore[return-value]

    def verify(self, credential: JsonValue, options: JsonValue = None) -> TestResponse:
        body: JsonObject = {"verifiableCredential": credential, "options": options or PROOF_ONLY}
        return self.post("/api/vc/credentials/verify", body)


def open_conformance_server(**documents: bytes) -> ConformanceServer:
    """Start one; it answers at `SERVER_URL`."""
    app = Flask("conformance", static_folder=None, template_folder=None)
    app.secret_key = "TEST ONLY"
    clock = SteppedClock()
    install_pages(app, base_url=SERVER_URL, limiter=create_limiter())
    deps = ConformanceDeps(base_url=SERVER_URL, clock=clock, documents=documents)
    install_vc_api(app, create_conformance_routes(deps))
    return ConformanceServer(app=app, client=app.test_client(), clock=clock)


def compose_credential(issuer: JsonObject, /, **members: object) -> JsonObject:
    """A credential as the VCDM suite sends it, with `members` changed or dropped."""
    document: dict[str, object] = {
        "@context": [VC_V2_CONTEXT],
        "type": ["VerifiableCredential"],
        "issuer": issuer["id"],
        "credentialSubject": {"id": "did:example:subject"},
        **members,
    }
    kept = {name: value for name, value in document.items() if value is not DROP}
    return cast("JsonObject", copy.deepcopy(kept))


def proof_of(secured: JsonObject) -> JsonObject:
    """The one proof of a secured document."""
    return cast("JsonObject", secured["proof"])
