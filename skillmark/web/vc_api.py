"""The VC-API of the product: verifying is open, issuing and status need an API key.

Spec: VC-API (VCALM) §3. What is verified here is a badge, judged as strictly as on `/verify`.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING

from flask import Blueprint

from credentials import ContextRule, derive_selective_disclosure
from schemas import MAX_CREDENTIAL_BYTES, InvalidCredentialError, IssuanceError, encode_json
from skillmark.api_challenges import check_showing_options
from skillmark.conformance import read_pointers
from skillmark.vc_policy import VcFindings, VcPolicy
from skillmark.vc_presentations import verify_any_presentation
from skillmark.web.endpoints import ApiAnswer, Endpoint, add_endpoint
from skillmark.web.openapi import compose_description
from skillmark.web.vc_api_exchange import (
    answer,
    compose_problems,
    find_only_member,
    install_problems,
    read_member,
    read_options,
    status_of_verification,
)
from verifier import CheckName, Outcome, write_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from flask import Flask
    from flask.typing import ResponseReturnValue

    from credentials import PresentedCredential
    from keys import Clock, Fetcher
    from pages import Limiter
    from schemas import JsonObject, JsonValue
    from skillmark.api_challenges import OwnChallenges
    from skillmark.api_issuing import ApiIssuing
    from skillmark.api_keys import ApiKey, ApiKeyStore
    from skillmark.web.endpoints import ApiCall
    from verifier import VerificationReport

VERIFY_LIMIT = "60 per minute"
# Anybody may ask, without a key: a showing for a job or a course holds a few.
MAX_PRESENTED_CREDENTIALS = 8
ISSUE_LIMIT = "600 per minute"
CHALLENGE_LIMIT = "30 per minute"  # one address opens at most 300 of the 10,000 that the book holds
MAX_SMALL_BODY_BYTES = 64 * 1024
_BEARER = "Bearer "
_BADGE = "verifiableCredential"
_NOTHING_TO_TELL = encode_json({"verified": True, "errors": [], "warnings": []})[:-1]


@dataclass(frozen=True, slots=True, kw_only=True)
class VcApiDeps:
    """Wiring of the VC-API.

    Args:
        keys: Who may issue.
        issuing: Signs and changes status.
        challenges: Hands out challenges for presentations.
        verify: Judges the bytes of one badge, as `/verify` does.
        network: Returns the fetcher for one verification.
        clock: Aware UTC.
        limiter: Counts requests per client.
    """

    keys: ApiKeyStore
    issuing: ApiIssuing
    challenges: OwnChallenges
    verify: Callable[[bytes], VerificationReport]
    network: Callable[[], Fetcher]
    clock: Clock
    limiter: Limiter


def install_vc_api(app: Flask, blueprint: Blueprint) -> None:
    """Register a blueprint of the VC-API. It reads no cookie, so no foreign page gains by sending a form to it."""
    app.extensions["csrf"].exempt(blueprint)
    app.register_blueprint(blueprint)


def compose_endpoints(deps: VcApiDeps) -> tuple[Endpoint, ...]:
    """Return everything of `/api/vc/…`."""
    count = deps.limiter.meter
    return (
        Endpoint(name="issue", path="/api/vc/credentials/issue", view=partial(_issue, deps), take=count(ISSUE_LIMIT)),
        Endpoint(
            name="status",
            path="/api/vc/credentials/status",
            view=partial(_change_status, deps),
            take=count(ISSUE_LIMIT),
            max_body_bytes=MAX_SMALL_BODY_BYTES,
        ),
        Endpoint(
            name="verify", path="/api/vc/credentials/verify", view=partial(_verify, deps), take=count(VERIFY_LIMIT)
        ),
        Endpoint(
            name="ask",
            path="/api/vc/challenges",
            view=partial(_ask, deps),
            take=count(CHALLENGE_LIMIT),
            max_body_bytes=MAX_SMALL_BODY_BYTES,
        ),
        Endpoint(
            name="verify_shown",
            path="/api/vc/presentations/verify",
            view=partial(_verify_shown, deps),
            take=count(VERIFY_LIMIT),
        ),
        Endpoint(name="derive", path="/api/vc/credentials/derive", view=_derive, take=count(VERIFY_LIMIT)),
    )


def create_vc_api(endpoints: Iterable[Endpoint], *, base_url: str) -> Blueprint:
    """Return `/api/vc/…` and `/api/openapi.json` for one site."""
    blueprint = Blueprint("vc_api", __name__)
    install_problems(blueprint)
    for endpoint in endpoints:
        add_endpoint(blueprint, endpoint)

    @blueprint.get("/api/openapi.json")
    def description() -> ResponseReturnValue:
        return answer(compose_description(base_url))

    return blueprint


def _authenticate(deps: VcApiDeps, call: ApiCall) -> ApiKey:
    """Return the key that the request brings; the same answer for none, a wrong one and a revoked one.

    Raises:
        IssuanceError: `vc_api.key_required`.
    """
    header = call.read_header("Authorization")
    key = deps.keys.find(header.removeprefix(_BEARER)) if header.startswith(_BEARER) else None
    if key is None:
        raise IssuanceError("vc_api.key_required")
    return key


def _issue(deps: VcApiDeps, call: ApiCall) -> ApiAnswer:
    key = _authenticate(deps, call)
    body = call.read_body()
    signed = deps.issuing.issue(
        key,
        read_member(body, "credential"),
        read_options(body),
        request_name=call.read_header("Idempotency-Key").strip(),
    )
    return ApiAnswer(
        body=encode_json({_BADGE: signed.credential}),
        status=HTTPStatus.CREATED,
        headers=(("Location", signed.page_url),) if signed.page_url else (),
    )


def _change_status(deps: VcApiDeps, call: ApiCall) -> ApiAnswer:
    key = _authenticate(deps, call)
    body = call.read_body()
    purpose = read_member(body, "credentialStatus").get("statusPurpose")
    credential_id, is_set = body.get("credentialId"), body.get("status", True)
    if not isinstance(credential_id, str) or not isinstance(is_set, bool) or not isinstance(purpose, str):
        raise IssuanceError("vc_api.request_malformed", "credentialId is a text, status true or false")
    deps.issuing.change_status(key, credential_id, purpose, is_set=is_set)
    return ApiAnswer(body=b"{}")


def _verify(deps: VcApiDeps, call: ApiCall) -> ApiAnswer:
    call.require_json()
    sent = find_only_member(call.read_data(), _BADGE)
    report = deps.verify(sent) if sent is not None and len(sent) <= MAX_CREDENTIAL_BYTES else None
    if report is None or report.check(CheckName.DECODING).outcome is not Outcome.PASSED:
        # Not one badge and nothing else, or not to be read: here it is said what is wrong.
        body = call.read_body()
        read_options(body)
        report = deps.verify(encode_json(read_member(body, _BADGE)))
    is_verified = bool(report)
    begin = _NOTHING_TO_TELL if is_verified and not report.warnings else _write_findings(report)
    return ApiAnswer(
        body=b"".join((begin, b',"report":', write_report(report), b"}")),
        status=status_of_verification(is_verified=is_verified),
    )


def _write_findings(report: VerificationReport) -> bytes:
    """Return the begin of an answer, as far as the report in it."""
    told: JsonObject = {"verified": bool(report), **_compose_findings(_read_report(report))}
    return encode_json(told)[:-1]


def _ask(deps: VcApiDeps, call: ApiCall) -> ApiAnswer:
    body = call.read_body() if call.read_data() else {}
    return ApiAnswer(body=encode_json(deps.challenges.ask(body.get("domain"))), status=HTTPStatus.CREATED)


def _verify_shown(deps: VcApiDeps, call: ApiCall) -> ApiAnswer:
    body = call.read_body()
    options = read_options(body)
    check_showing_options(options)
    policy = VcPolicy(now=deps.clock(), fetcher=deps.network(), contexts=ContextRule.PINNED)

    def judge(part: PresentedCredential) -> VcFindings:
        return _read_report(deps.verify(part.original))

    shown = read_member(body, "verifiablePresentation")
    findings, parts = verify_any_presentation(
        shown,
        policy,
        verify_part=judge,
        max_credentials=MAX_PRESENTED_CREDENTIALS,
        read_showing=lambda presentation: deps.challenges.read_showing(presentation, policy, options),
    )
    results: list[JsonValue] = [{"verified": part.is_verified, **_compose_findings(part)} for part in parts]
    told: JsonObject = {"verified": findings.is_verified, **_compose_findings(findings), "credentialResults": results}
    return ApiAnswer(body=encode_json(told), status=status_of_verification(is_verified=findings.is_verified))


def _derive(call: ApiCall) -> ApiAnswer:
    body = call.read_body()
    pointers = read_pointers(read_options(body).get("selectivePointers", []), "/options/selectivePointers")
    derived = derive_selective_disclosure(read_member(body, _BADGE), pointers or ())
    return ApiAnswer(body=encode_json({_BADGE: derived}), status=HTTPStatus.CREATED)


def _read_report(report: VerificationReport) -> VcFindings:
    """Return what kept a badge from being verified; empty when nothing did."""
    return VcFindings(errors=_read_errors(report), warnings=_read_warnings(report))


def _read_errors(report: VerificationReport) -> tuple[InvalidCredentialError, ...]:
    return tuple([InvalidCredentialError(check.code, detail=check.detail) for check in report.deciding_checks])


def _read_warnings(report: VerificationReport) -> tuple[InvalidCredentialError, ...]:
    return tuple([InvalidCredentialError(check.code, detail=check.detail) for check in report.warnings])


def _compose_findings(findings: VcFindings) -> JsonObject:
    return {"errors": compose_problems(findings.errors), "warnings": compose_problems(findings.warnings)}
