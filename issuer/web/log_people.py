"""What the log says about people: the records hold random ids, and names are looked up when the page is made."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING

from issuer.acts import BY_PERSON
from issuer.people import DESK_PERSON, read_role
from issuer.web.people_words import say_desk_person, say_role
from pages import N_, translate

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage import AuditEntry

PEOPLE_LABELS: Mapping[str, str] = MappingProxyType(
    {
        "invitation.made": N_("Somebody was invited"),
        "invitation.withdrawn": N_("An invitation was withdrawn"),
        "organisation.created": N_("An organisation was made"),
        "organisation.renamed": N_("The organisation got another name"),
        "person.account_bound": N_("Somebody signed in through another site for the first time"),
        "person.account_unbound": N_("An account of another site was taken off"),
        "person.joined": N_("Somebody joined the organisation"),
        "person.passkey_added": N_("A passkey was made"),
        "person.passkey_removed": N_("A passkey was removed"),
        "person.password_set": N_("Somebody set a new password"),
        "person.removed": N_("Somebody was removed"),
        "person.role_changed": N_("A role was changed"),
    }
)


def is_about_people(event: str) -> bool:
    """Say whether a record is about the people of an organisation."""
    return event in PEOPLE_LABELS


def say_whom(entry: AuditEntry, names: Mapping[str, str]) -> str:
    """Return the person and the role that a record is about, as far as they are known."""
    person_id = entry.facts.get("person")
    whom = ""
    if isinstance(person_id, str):
        whom = names.get(person_id) or translate("somebody who is no longer here")
    role = read_role(str(entry.facts.get("role", "")))
    return " · ".join(part for part in (whom, say_role(role) if role else "") if part)


def say_actor(entry: AuditEntry, names: Mapping[str, str]) -> str:
    """Return the name of whoever did it; empty when the record names nobody, as records of older versions do."""
    person_id = read_actor(entry)
    return say_actor_of(person_id, names) if person_id else ""


def read_actor(entry: AuditEntry) -> str:
    """Return the id of the person of the desk who did it; empty when the record names nobody."""
    person_id = entry.facts.get(BY_PERSON)
    return person_id if isinstance(person_id, str) else ""


def say_actor_of(person_id: str, names: Mapping[str, str]) -> str:
    """Return the name of somebody of the organisation; whoever is not in it any more has none here."""
    if person_id in names:
        return names[person_id]
    return say_desk_person() if person_id == DESK_PERSON else translate("somebody who left")
