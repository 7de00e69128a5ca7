"""`/desk`: sign-in, and what holds for every page behind it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer.web.login import add_login

if TYPE_CHECKING:
    from flask import Blueprint, Response

    from issuer.web.deps import IssuerDeps


def _keep_private(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"
    return response


def add_desk_rules(blueprint: Blueprint, deps: IssuerDeps) -> None:
    """Add sign-in, and keep every page out of caches and search engines."""
    add_login(blueprint, deps)
    blueprint.after_request(_keep_private)
