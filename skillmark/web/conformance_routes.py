"""The VC-API of the conformance mode: open to whoever reaches this machine's loopback address.

Spec: VC-API (VCALM) §3, as the W3C suites use it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from http import HTTPStatus
from ipaddress import ip_address
from typing import TYPE_CHECKING

from flask import Blueprint, request

from pages import PageError, accepts_upload
from schemas import DecodingError, IssuanceError
from skillmark.conformance import ConformanceIssuers
from skillmark.conformance_network import ConformanceFetcher
from skillmark.vc_checks import verify_credential
from skillmark.vc_policy import AskedCheck, VcPolicy
from skillmark.vc_presentations import verify_any_presentation
from skillmark.web.jose_cose import JOSE_COSE_FEATURES, add_jose_cose_routes
from skillmark.web.vc_api_exchange import (
    MAX_BODY_BYTES,
    answer,
    answer_verification,
    compose_problems,
    install_problems,
    read_body,
    read_member,
    read_options,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from flask.typing import ResponseReturnValue

    from keys import Clock
    from schemas import JsonObject, JsonValue
    from skillmark.vc_policy import VcFindings

_MANIFEST_PATHS = ("/suite-manifest.json", "/api/vc/suite-manifest.json")


@dataclass(frozen=True, slots=True, kw_only=True)
class ConformanceDeps:
    """What the conformance mode is made from.

    Args:
        base_url: Address of the server on this machine, without a slash at its end.
        clock: Aware UTC.
        documents: Documents that count as fetched, by address.
    """

    base_url: str
    clock: Clock
    documents: Mapping[str, bytes] = field(default_factory=dict)


def create_conformance_routes(deps: ConformanceDeps) -> Blueprint:
    """Return the routes of the conformance mode, with fresh issuers; register it instead of the VC-API."""
    blueprint = Blueprint("conformance", __name__)
    install_problems(blueprint)
    blueprint.before_request(_refuse_strangers)
    issuers = ConformanceIssuers(base_url=deps.base_url, clock=deps.clock)
    fetcher = ConformanceFetcher(status=issuers.status, documents=dict(deps.documents), clock=deps.clock)

    def compose_policy(options: JsonObject) -> VcPolicy:
        return VcPolicy(
            now=deps.clock(),
            fetcher=fetcher,
            asked=_read_checks(options.get("checks")),
            challenge=_read_text(options, "challenge"),
            domain=_read_text(options, "domain"),
        )

    _add_issuing(blueprint, issuers)
    _add_verifying(blueprint, compose_policy)
    add_jose_cose_routes(blueprint, deps.clock)

    @blueprint.get(_MANIFEST_PATHS[0])
    @blueprint.get(_MANIFEST_PATHS[1])
    def manifest() -> ResponseReturnValue:
        return answer(issuers.compose_manifest(dict(JOSE_COSE_FEATURES)))

    return blueprint


def _refuse_strangers() -> None:
    """Take requests from programs on this machine only: not through a proxy, and not from a page in a browser."""
    try:
        is_local = ip_address(request.remote_addr or "").is_loopback
    except ValueError:
        is_local = False
    is_forwarded = any(name in request.headers for name in ("Forwarded", "X-Forwarded-For", "Origin"))
    if is_forwarded or not is_local:
        raise PageError("request.forbidden", status=HTTPStatus.FORBIDDEN)


def _add_issuing(blueprint: Blueprint, issuers: ConformanceIssuers) -> None:
    @blueprint.post("/api/vc/issuers/<slug>/credentials/issue")
    @accepts_upload(MAX_BODY_BYTES)
    def issue(slug: str) -> ResponseReturnValue:
        issuer = issuers.find(slug)
        body = read_body()
        secured = issuers.issue(issuer, read_member(body, "credential"), read_options(body))
        return answer({"verifiableCredential": secured}, HTTPStatus.CREATED)

    @blueprint.post("/api/vc/credentials/derive")
    @accepts_upload(MAX_BODY_BYTES)
    def derive() -> ResponseReturnValue:
        body = read_body()
        derived = issuers.derive(read_member(body, "verifiableCredential"), read_options(body))
        return answer({"verifiableCredential": derived}, HTTPStatus.CREATED)

    @blueprint.post("/api/vc/credentials/status")
    def status() -> ResponseReturnValue:
        body = read_body()
        entry = read_member(body, "credentialStatus")
        credential_id, is_set = body.get("credentialId"), body.get("status", True)
        if not isinstance(credential_id, str) or not isinstance(is_set, bool):
            raise IssuanceError("vc_api.request_malformed", "credentialId is a text, status true or false")
        issuers.status.change(credential_id, str(entry.get("statusPurpose")), is_set=is_set)
        return answer({})

    @blueprint.get("/api/vc/status-lists/<purpose>")
    def status_list(purpose: str) -> ResponseReturnValue:
        found = issuers.status.sign_list(purpose)
        if found is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return answer(found)

    @blueprint.post("/api/vc/status-lists/<purpose>/publish")
    def publish(purpose: str) -> ResponseReturnValue:
        """Some suites ask for a list to be published; it always is."""
        if issuers.status.sign_list(purpose) is None:
            raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
        return answer({}, HTTPStatus.NO_CONTENT)


def _add_verifying(blueprint: Blueprint, compose_policy: Callable[[JsonObject], VcPolicy]) -> None:
    @blueprint.post("/api/vc/credentials/verify")
    @accepts_upload(MAX_BODY_BYTES)
    def verify() -> ResponseReturnValue:
        body = read_body()
        policy = compose_policy(read_options(body))
        findings = verify_credential(read_member(body, "verifiableCredential"), policy)
        return answer_verification(_compose_findings(findings, policy), is_verified=findings.is_verified)

    @blueprint.post("/api/vc/presentations/verify")
    @accepts_upload(MAX_BODY_BYTES)
    def verify_shown() -> ResponseReturnValue:
        body = read_body()
        policy = compose_policy(read_options(body))
        findings, parts = verify_any_presentation(read_member(body, "verifiablePresentation"), policy)
        results: list[JsonValue] = [{"verified": part.is_verified, **_compose_findings(part, policy)} for part in parts]
        return answer_verification(
            {**_compose_findings(findings, policy), "credentialResults": results}, is_verified=findings.is_verified
        )


def _compose_findings(findings: VcFindings, policy: VcPolicy) -> JsonObject:
    return {
        "checks": [check.value for check in AskedCheck if check in policy.asked],
        "errors": compose_problems(findings.errors),
        "warnings": compose_problems(findings.warnings),
    }


def _read_checks(value: JsonValue) -> frozenset[AskedCheck]:
    """Read `options.checks`: everything when nobody chose; the proof always."""
    if value is None:
        return frozenset(AskedCheck)
    if not isinstance(value, list):
        raise IssuanceError("vc_api.option_malformed", "checks is a list", pointer="/options/checks")
    return frozenset({check for check in AskedCheck if check.value in value} | {AskedCheck.PROOF})


def _read_text(options: JsonObject, name: str) -> str | None:
    value = options.get(name)
    if value is not None and not isinstance(value, str):
        raise DecodingError("vc_api.option_malformed", f"{name} is a text", pointer=f"/options/{name}")
    return value
