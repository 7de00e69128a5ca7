"""Requests and answers of the VC-API: JSON in, JSON out, and problems as RFC 9457 says.

Spec: VC-API (VCALM) §3; RFC 9457; VCDM 2.0 §7.2 and VC-DATA-INTEGRITY 1.0 §4.7 (problem types).
"""

from __future__ import annotations

import re
from functools import cache
from http import HTTPStatus
from itertools import islice
from typing import TYPE_CHECKING, cast

from flask import Response, request
from werkzeug.exceptions import HTTPException

from pages import PageError, TooManyRequestsError
from schemas import (
    BadgeError,
    CannotCheckError,
    ConfigurationError,
    DecodingError,
    IssuanceError,
    encode_json,
    read_json_object,
)

if TYPE_CHECKING:
    from collections.abc import Iterable

    from flask import Blueprint

    from schemas import JsonObject, JsonValue

MAX_BODY_BYTES = 2 * 1024 * 1024
MAX_ERRORS = 20  # problems that one answer tells

# Statuses that are not 400; every problem with what was sent is.
_STATUS_OF_CODE = {
    "vc_api.credential_unknown": HTTPStatus.NOT_FOUND,
    "ledger.credential_unknown": HTTPStatus.NOT_FOUND,
    "vc_api.issuer_unknown": HTTPStatus.NOT_FOUND,
    "vc_api.duplicate_id": HTTPStatus.CONFLICT,
    "vc_api.request_reused": HTTPStatus.CONFLICT,
    "ledger.already_revoked": HTTPStatus.CONFLICT,
    "ledger.already_suspended": HTTPStatus.CONFLICT,
    "ledger.not_suspended": HTTPStatus.CONFLICT,
    "vc_api.key_required": HTTPStatus.UNAUTHORIZED,
    "vc_api.suite_not_allowed": HTTPStatus.FORBIDDEN,
    "vc_api.not_json": HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    "vc_api.store_full": HTTPStatus.SERVICE_UNAVAILABLE,
    "job.own_output_invalid": HTTPStatus.INTERNAL_SERVER_ERROR,
    "presentation.too_many_questions": HTTPStatus.SERVICE_UNAVAILABLE,
}
_CODE_OF_STATUS = {
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "request.too_large",
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE: "vc_api.not_json",
    HTTPStatus.TOO_MANY_REQUESTS: "request.too_many",
}
_ONLY_MEMBER = rb'[ \t\r\n]*\{[ \t\r\n]*"%b"[ \t\r\n]*:[ \t\r\n]*(?=\{[ \t\r\n]*")'
_WHITESPACE = b" \t\r\n"
# Our own store, not the caller, is the reason.
_OUR_AREAS = ("store.", "key.", "clock.", "audit.")


def read_body() -> JsonObject:
    """Return the JSON object that was sent.

    Raises:
        IssuanceError: Another content type (`vc_api.not_json`).
        DecodingError: Not a JSON object, or one that cannot be read (`decoding.…`).
    """
    require_json()
    return read_json_object(request.get_data(), max_bytes=MAX_BODY_BYTES)


def require_json() -> None:
    """Insist that what was sent is said to be JSON.

    Raises:
        IssuanceError: `vc_api.not_json`.
    """
    if request.mimetype != "application/json" and not request.mimetype.endswith("+json"):
        raise IssuanceError("vc_api.not_json")


def read_member(body: JsonObject, name: str) -> JsonObject:
    """Return a member that must be an object.

    Raises:
        DecodingError: It is missing, null, a text or a list (`vc_api.request_malformed`).
    """
    value = body.get(name)
    if not isinstance(value, dict) or not value:
        raise DecodingError("vc_api.request_malformed", f"{name} is an object", pointer=f"/{name}")
    return value


def find_only_member(data: bytes, name: str) -> bytes | None:
    """Return what stands in the place of a member's value when it is the only one, as in `{"name": {…}}`; else None.

    Where that is one JSON object, it is the member, and `data` is JSON; where it is not, nothing is said of either.

    Args:
        data: What was sent, unread.
        name: In plain letters, as it must stand in the text.
    """
    start = _compile_only_member(name).match(data)
    end = data.rstrip(_WHITESPACE)
    return end[start.end() : -1].rstrip(_WHITESPACE) if start is not None and end.endswith(b"}") else None


@cache  # the few names of members that we ask for
def _compile_only_member(name: str) -> re.Pattern[bytes]:
    return re.compile(_ONLY_MEMBER % name.encode("ascii"))


def read_options(body: JsonObject) -> JsonObject:
    """Return `options`; empty when there are none. Members that nobody knows are left alone.

    Raises:
        IssuanceError: They are no object (`vc_api.option_malformed`).
    """
    value = body.get("options")
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise IssuanceError("vc_api.option_malformed", "options is an object", pointer="/options")
    return value


def compose_problem(error: BadgeError, *, status: int) -> JsonObject:
    """Return one problem in the form of RFC 9457, with our stable code beside the W3C type."""
    info = error.info
    problem: JsonObject = {
        "type": info.problem_type or "about:blank",
        "title": info.en,
        "status": int(status),
        "code": error.code,
    }
    detail = " ".join(part for part in (error.message and f"{error.message}.", info.next_en) if part)
    if detail:
        problem["detail"] = detail
    if error.pointer:
        problem["pointer"] = error.pointer
    return problem


def compose_problems(errors: Iterable[BadgeError], *, status: int = HTTPStatus.BAD_REQUEST) -> list[JsonValue]:
    """Return problems, the first `MAX_ERRORS` of them."""
    return [compose_problem(error, status=status) for error in islice(errors, MAX_ERRORS)]


def answer(body: JsonObject, status: int = HTTPStatus.OK) -> Response:
    """Answer with JSON that nobody keeps."""
    return answer_bytes(encode_json(body), status)


def answer_bytes(body: bytes, status: int = HTTPStatus.OK) -> Response:
    """Answer with a JSON text that nobody keeps."""
    response = Response(body, status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response


def status_of_verification(*, is_verified: bool) -> HTTPStatus:
    """Return the status of a verification: 200, else 400."""
    return HTTPStatus.OK if is_verified else HTTPStatus.BAD_REQUEST


def answer_verification(body: JsonObject, *, is_verified: bool) -> Response:
    """Answer a verification, with `verified` true or false."""
    return answer({"verified": is_verified, **body}, status_of_verification(is_verified=is_verified))


def status_of(error: BadgeError) -> int:
    """Return the HTTP status for an error that was raised below."""
    if isinstance(error, PageError):
        return error.status
    if error.code in _STATUS_OF_CODE:
        return _STATUS_OF_CODE[error.code]
    if error.code.startswith(_OUR_AREAS) and not isinstance(error, CannotCheckError):
        return HTTPStatus.SERVICE_UNAVAILABLE
    return HTTPStatus.BAD_REQUEST


def install_problems(blueprint: Blueprint) -> None:
    """Answer every error of a blueprint's views as a problem; a bug of ours stays a 500."""

    @blueprint.errorhandler(BadgeError)
    def badge_error(error: BadgeError) -> Response:
        if isinstance(error, ConfigurationError):
            raise error
        return _answer_problem(error, status_of(error))

    @blueprint.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = HTTPStatus(error.code or HTTPStatus.INTERNAL_SERVER_ERROR)
        if status not in _CODE_OF_STATUS and status is not HTTPStatus.BAD_REQUEST:
            return cast("Response", Response.force_type(error.get_response()))
        return _answer_problem(
            PageError(_CODE_OF_STATUS.get(status, "vc_api.request_malformed"), status=status), status
        )


def _answer_problem(error: BadgeError, status: int) -> Response:
    problem = compose_problem(error, status=status)
    # Whoever verifies reads `verified` and `errors`, whatever went wrong.
    is_verification = request.path.endswith("/verify")
    body: JsonObject = {**problem, "errors": [problem]}
    response = answer({"verified": False, **body} if is_verification else body, status)
    response.mimetype = "application/problem+json"
    if status == HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = "Bearer"
    if isinstance(error, TooManyRequestsError):
        response.headers["Retry-After"] = str(error.wait_seconds)
    return response
