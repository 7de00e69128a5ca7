"""One endpoint for programs: what it is asked and what it answers, whether the request came by Flask or past it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Final, Protocol

from flask import request

from pages import accepts_upload, client_address
from skillmark.web.vc_api_exchange import MAX_BODY_BYTES, answer_bytes, read_body, require_json

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from schemas import JsonObject

# Where `skillmark.web.quick_door` leaves what a view of its raised, so that Flask answers it as ever.
RAISED: Final = "skillmark.raised"


class ApiCall(Protocol):
    """One request, of which a view reads what it needs."""

    def read_body(self) -> JsonObject:
        """Return the JSON object that was sent.

        Raises:
            IssuanceError: Another content type (`vc_api.not_json`).
            DecodingError: Not a JSON object, or one that cannot be read (`decoding.…`).
        """
        ...

    def read_data(self) -> bytes:
        """Return what was sent."""
        ...

    def require_json(self) -> None:
        """Insist that what was sent is said to be JSON.

        Raises:
            IssuanceError: `vc_api.not_json`.
        """
        ...

    def read_header(self, name: str) -> str:
        """Return a header; empty when there is none."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiAnswer:
    """JSON that nobody keeps.

    Args:
        body: One JSON text.
        status: Of HTTP.
        headers: What is said beside what every answer says.
    """

    body: bytes
    status: int = HTTPStatus.OK
    headers: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A view that takes POST.

    Args:
        name: Of the view, unique in its blueprint.
        path: Without variable parts.
        view: Answers a request, or raises a `BadgeError` that says what is wrong with it.
        take: Counts a request of a client, before anything of it is read.
        max_body_bytes: Longer bodies are refused unread.
    """

    name: str
    path: str
    view: Callable[[ApiCall], ApiAnswer]
    take: Callable[[str], None]
    max_body_bytes: int = MAX_BODY_BYTES


class FlaskCall:
    """The request that Flask answers now."""

    def read_body(self) -> JsonObject:
        """Return the JSON object that was sent."""
        return read_body()

    def read_data(self) -> bytes:
        """Return what was sent."""
        return request.get_data()

    def require_json(self) -> None:
        """Insist that what was sent is said to be JSON."""
        require_json()

    def read_header(self, name: str) -> str:
        """Return a header; empty when there is none."""
        return request.headers.get(name, "")


def add_endpoint(blueprint: Blueprint, endpoint: Endpoint) -> None:
    """Let Flask answer an endpoint."""

    @accepts_upload(endpoint.max_body_bytes)
    def view() -> ResponseReturnValue:
        raised = request.environ.get(RAISED)
        if isinstance(raised, Exception):
            raise raised
        endpoint.take(client_address())
        found = endpoint.view(FlaskCall())
        response = answer_bytes(found.body, found.status)
        response.headers.extend(found.headers)
        return response

    blueprint.add_url_rule(endpoint.path, endpoint.name, view, methods=["POST"])
