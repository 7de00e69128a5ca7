"""Which organisation sees which records of the audit chain."""

from __future__ import annotations

from issuer.desk_log import INSTALLATION_EVENTS, ORGANISATION_EVENTS, OWNED_EVENTS
from issuer.web.log_pages import EVENT_LABELS


def test_every_event_is_of_somebody() -> None:
    """Each event that the log knows is about a thing of an organisation, its people, or the installation."""
    areas = {event.partition(".")[0] for event in EVENT_LABELS}
    kinds = (OWNED_EVENTS, frozenset(ORGANISATION_EVENTS), frozenset(INSTALLATION_EVENTS))
    assert areas == frozenset().union(*kinds)
    assert sum(len(kind) for kind in kinds) == len(areas)
