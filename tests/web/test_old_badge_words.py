"""The banner of an older badge without a signature never speaks of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.doubles.issuer_simulator import IssuerSimulator
from tests.doubles.old_badges import OldIssuer
from verifier.web.compose_view import compose_badge_view

if TYPE_CHECKING:
    from tests.web.workshop import Workshop

ENGLISH = "It has no signature. The issuer's own website shows it today, and it is in force."
SPANISH = "No lleva firma. El sitio web de quien la emitió la muestra hoy, y está vigente."


@pytest.mark.parametrize(("language", "sentence"), [("en", ENGLISH), ("es", SPANISH)])
def test_hosted_badge(shop: Workshop, language: str, sentence: str) -> None:
    """A hosted badge is genuine because its issuer's site shows it, and the banner says just that."""
    world = IssuerSimulator()
    report = world.verify(OldIssuer(world=world).issue_hosted())
    with shop.app.test_request_context(headers={"Accept-Language": language}):
        view = compose_badge_view(report, image_url="")
    assert view.verdict.sentences[0] == sentence


def test_signed_badge(shop: Workshop) -> None:
    """A signed badge of that version is spoken of as signed."""
    world = IssuerSimulator()
    report = world.verify(OldIssuer(world=world).issue_signed())
    with shop.app.test_request_context(headers={"Accept-Language": "en"}):
        view = compose_badge_view(report, image_url="")
    assert view.verdict.sentences[0] == "Nothing was changed since it was signed, and it is in force."
    unsigned = "The list of badges taken back has no signature. It is as good as the website that shows it."
    assert view.remarks == (unsigned,)
