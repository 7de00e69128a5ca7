"""Refusals as answers, so that they count against whoever tries."""

from __future__ import annotations

from functools import wraps
from http import HTTPStatus
from typing import TYPE_CHECKING, ParamSpec

from pages import PageError, render_error

if TYPE_CHECKING:
    from collections.abc import Callable

    from flask import Response
    from flask.typing import ResponseReturnValue

P = ParamSpec("P")


def is_refusal(response: Response) -> bool:
    """Say whether an answer counts as a wrong try."""
    return response.status_code >= HTTPStatus.BAD_REQUEST


def answers_refusals(view: Callable[P, ResponseReturnValue]) -> Callable[P, ResponseReturnValue]:
    """Turn what a view raises for its reader into an answer; a limit above it sees answers only."""

    @wraps(view)
    def answering(*args: P.args, **kwargs: P.kwargs) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except PageError as error:
            return render_error(error.code, error.status)

    return answering
