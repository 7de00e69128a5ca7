"""Does the issuer still show a key that it showed when this place saw it first?

A remark and never a verdict: a changed set of keys is an honest new start as often as a stolen address. An issuer that
keeps an old key listed while it brings in a new one is not remarked on.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from keys import resolve_controller_document, resolve_jwks
from schemas import CannotCheckError, InvalidCredentialError, format_datetime

if TYPE_CHECKING:
    from collections.abc import Mapping

    from keys import ControllerDocument, Fetcher
    from schemas import JsonValue
    from verifier.context import VerificationContext

# Ids whose keys can change; a did:key or did:jwk is its key.
_CHANGEABLE_IDS = ("did:web:", "https://")


@dataclass(frozen=True, slots=True, kw_only=True)
class PinFinding:
    """What is to be remarked on, and since when the keys are known here."""

    notes: tuple[str, ...] = ()
    facts: Mapping[str, JsonValue] = field(default_factory=dict)


NO_PINS = PinFinding()


def compare_with_pins(issuer_id: str, *, context: VerificationContext, fetcher: Fetcher) -> PinFinding:
    """Compare the keys of a proven issuer with those remembered, and remember what is new beside an old one.

    Keys that share none with those remembered are not taken over, so the remark stays until a person forgets the pin.
    """
    if context.key_pins is None or not issuer_id.startswith(_CHANGEABLE_IDS):
        return PinFinding()
    return compare_shown(_find_shown(issuer_id, fetcher=fetcher), issuer_id=issuer_id, context=context)


def compare_shown(shown: tuple[str, ...], *, issuer_id: str, context: VerificationContext) -> PinFinding:
    """Compare as `compare_with_pins`.

    Args:
        shown: Thumbprints of the keys that the issuer lists now.
        issuer_id: A proven one, whose keys can change.
        context: Clock and pins.
    """
    if context.key_pins is None or not shown:
        return PinFinding()
    pins = context.key_pins.find_pins(issuer_id)
    if pins is None:
        context.key_pins.keep_pins(issuer_id, dict.fromkeys(shown, context.now))
        return PinFinding(facts={"keysKnownSince": format_datetime(context.now)})
    facts: dict[str, JsonValue] = {"keysKnownSince": format_datetime(min(pins.values()))}
    if pins.keys().isdisjoint(shown):
        return PinFinding(notes=("trust.key_changed",), facts=facts)
    if pins.keys() != set(shown):
        context.key_pins.keep_pins(issuer_id, {key: pins.get(key, context.now) for key in shown})
    return PinFinding(facts=facts)


def list_thumbprints(document: ControllerDocument) -> tuple[str, ...]:
    """Return every key that the issuer lists, retired ones too."""
    return tuple(sorted({method.public_key.thumbprint for method in document.methods}))


def _find_shown(issuer_id: str, *, fetcher: Fetcher) -> tuple[str, ...]:
    """Return the keys that the issuer lists; asks nothing that the issuer check did not ask."""
    try:
        return list_thumbprints(resolve_controller_document(issuer_id, fetcher=fetcher))
    except (InvalidCredentialError, CannotCheckError):
        return _list_published_thumbprints(issuer_id, fetcher=fetcher)


def _list_published_thumbprints(issuer_id: str, *, fetcher: Fetcher) -> tuple[str, ...]:
    try:
        return tuple(sorted({key.thumbprint for key in resolve_jwks(issuer_id, fetcher=fetcher)}))
    except (InvalidCredentialError, CannotCheckError):  # nothing to compare; the issuer check has said why
        return ()
