"""Error pages: what happened and what to do next, in plain words. Never a stack trace, never a verdict."""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, cast

from flask import Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError

from pages.language import current_language
from schemas import BadgeError, CannotCheckError, ConfigurationError, describe_code

if TYPE_CHECKING:
    from flask import Flask

RETRY_AFTER_SECONDS = 5

_CODE_OF_STATUS = {
    400: "request.malformed",
    401: "auth.required",
    403: "request.forbidden",
    404: "page.not_found",
    405: "page.method_not_allowed",
    406: "request.malformed",
    413: "request.too_large",
    414: "request.too_large",
    415: "request.malformed",
    429: "request.too_many",
    503: "page.unavailable",
}
# Our own store, not the reader, is the reason.
_OUR_AREAS = ("store.", "key.", "config.", "clock.", "keystore.")


class PageError(BadgeError):
    """A request that cannot be answered, with the status of the answer."""

    def __init__(self, code: str, *, status: int) -> None:
        super().__init__(code)
        self.status = status


class TooManyRequestsError(PageError):
    """One client asked more often than a view allows.

    Args:
        wait_seconds: Whole seconds after which a next try can succeed.
    """

    def __init__(self, wait_seconds: int) -> None:
        super().__init__("request.too_many", status=HTTPStatus.TOO_MANY_REQUESTS)
        self.wait_seconds = wait_seconds


def _wants_json() -> bool:
    accepted = request.accept_mimetypes
    return accepted.accept_json and not accepted.accept_html


def render_error(code: str, status: int) -> Response:
    """Answer with the page (or the RFC 9457 problem, for a program) that explains `code`."""
    info = describe_code(code)
    if _wants_json():
        problem = jsonify(
            type=info.problem_type or "about:blank", title=info.en, detail=info.next_en, status=status, code=code
        )
        problem.mimetype = "application/problem+json"
        response = problem
    else:
        language = current_language()
        response = Response(
            render_template(
                "pages/error.html",
                code=code,
                status=status,
                sentence=info.sentence(language),
                next_step=info.next_step(language),
            ),
            mimetype="text/html",
        )
    response.status_code = status
    response.headers["Cache-Control"] = "no-store"
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        response.headers["Retry-After"] = str(RETRY_AFTER_SECONDS)
    return response


def status_of(error: BadgeError) -> int:
    """Return the HTTP status that fits an error raised below the web."""
    if isinstance(error, PageError):
        return error.status
    if isinstance(error, CannotCheckError) or error.code.startswith(_OUR_AREAS):
        return HTTPStatus.SERVICE_UNAVAILABLE
    if error.code.endswith(("not_found", "unknown_id")):
        return HTTPStatus.NOT_FOUND
    return HTTPStatus.BAD_REQUEST


def _as_answer(error: HTTPException) -> Response:
    return cast("Response", Response.force_type(error.get_response()))


def install_errors(app: Flask) -> None:
    """Give every way in which a request can fail its page."""

    @app.errorhandler(BadgeError)
    def badge_error(error: BadgeError) -> Response:
        if isinstance(error, ConfigurationError):
            raise error  # ours: it stops the program or ends as a 500
        return render_error(error.code, status_of(error))

    @app.errorhandler(CSRFError)
    def csrf_error(_: CSRFError) -> Response:
        return render_error("auth.csrf", HTTPStatus.BAD_REQUEST)

    @app.errorhandler(TooManyRequestsError)
    def too_many(error: TooManyRequestsError) -> Response:
        response = render_error(error.code, error.status)
        response.headers["Retry-After"] = str(error.wait_seconds)
        return response

    @app.errorhandler(SecurityError)
    def host_error(_: SecurityError) -> Response:
        return render_error("request.host_forbidden", HTTPStatus.BAD_REQUEST)

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        status = error.code or HTTPStatus.INTERNAL_SERVER_ERROR
        if error.response is not None or status < HTTPStatus.BAD_REQUEST:
            return _as_answer(error)  # a redirect that routing asked for
        code = _CODE_OF_STATUS.get(status, "page.server_error" if status >= 500 else "request.malformed")  # noqa: PLR2004
        if status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE and _fits_by_length():
            code = "request.too_many_parts"
        response = render_error(code, status)
        if status == HTTPStatus.METHOD_NOT_ALLOWED and getattr(error, "valid_methods", None):
            response.headers["Allow"] = ", ".join(sorted(error.valid_methods))  # type: ignore[attr-defined]
        return response


def _fits_by_length() -> bool:
    return request.max_content_length is not None and (request.content_length or 0) <= request.max_content_length
