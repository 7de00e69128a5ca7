"""The verifier's face: the page a QR code opens and the page where anyone checks a badge."""

from verifier.web.blueprint import create_verifier_blueprint
from verifier.web.deps import BadgeFile, NewerBadge, PublishedBadge, VerifierDeps
from verifier.web.linkedin import compose_linkedin_url
from verifier.web.set_page import render_shared_page

__all__ = [
    "BadgeFile",
    "NewerBadge",
    "PublishedBadge",
    "VerifierDeps",
    "compose_linkedin_url",
    "create_verifier_blueprint",
    "render_shared_page",
]
