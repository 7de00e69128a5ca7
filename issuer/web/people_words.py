"""Words about people and their roles, in the language of the request."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.people import DESK_PERSON, Role
from pages import N_, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from issuer.people import Person

ROLE_LABELS: Mapping[Role, str] = MappingProxyType(
    {Role.VIEWER: N_("Viewer"), Role.TRAINER: N_("Trainer"), Role.OWNER: N_("Owner")}
)
ROLE_HINTS: Mapping[Role, str] = MappingProxyType(
    {
        Role.VIEWER: N_("Looks at courses and badges, and changes nothing."),
        Role.TRAINER: N_("Makes courses, gives badges and takes them back."),
        Role.OWNER: N_("May do all that, and says who else works here."),
    }
)


def say_role(role: Role) -> str:
    """Return the name of a role."""
    return translate(ROLE_LABELS[role])


def say_desk_person() -> str:
    """Return what everybody is known by who signs in with the password of the desk."""
    return translate("Whoever knows the password of the desk")


def say_person(person: Person) -> str:
    """Return what the others know a person by."""
    if person.id == DESK_PERSON:
        return person.name or say_desk_person()
    return person.name or person.email
