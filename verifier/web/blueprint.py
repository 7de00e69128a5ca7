"""The pages of the verifier as one blueprint."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint

from verifier.web.badge_pages import add_badge_pages
from verifier.web.verify_pages import add_verify_pages

if TYPE_CHECKING:
    from verifier.web.deps import VerifierDeps


def create_verifier_blueprint(deps: VerifierDeps) -> Blueprint:
    """Return `/b/…` and `/verify` for one site."""
    blueprint = Blueprint("verifier", "verifier.web", template_folder="templates")
    add_badge_pages(blueprint, deps)
    add_verify_pages(blueprint, deps)
    return blueprint
