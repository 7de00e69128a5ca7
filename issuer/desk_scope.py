"""Whose objects somebody at the desk reaches."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskScope:
    """One organisation, and what one of its people may see of it.

    Args:
        organisation_id: Whose desk it is.
        person_id: Who does what is done there; random, or `people.DESK_PERSON`.
        issuer_slugs: The issuers of the organisation. Courses, badges and all that hangs on them belong to one.
        sees_codes: Whether codes are shown with which somebody could fetch a badge.
        sees_installation: Whether what happened to the installation as a whole is shown in the log.
    """

    organisation_id: str
    person_id: str
    issuer_slugs: frozenset[str]
    sees_codes: bool
    sees_installation: bool
