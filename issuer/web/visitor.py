"""Who visits the desk, and what each page of it needs; a page that does not say so stops the start."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus
from typing import TYPE_CHECKING, Any, TypeVar

from flask import Blueprint, g

from issuer.people import DESK_PERSON, Role
from pages import PageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from issuer.people import Organisation, Person

View = TypeVar("View", bound="Callable[..., Any]")
_MARK = "desk_needs"
_STRANGER = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who is signed in, as they stood in the database when this request began.

    Args:
        person_id: Random, or `people.DESK_PERSON` for whoever knows the password of the desk.
        name: Of the person; may be empty.
        email: In small letters; empty for `people.DESK_PERSON`.
        organisation_id: The one they work in now.
        organisation_name: As people know it.
        role: In this organisation.
        issuer_slugs: The issuers of this organisation; nothing of others is theirs to see.
    """

    person_id: str
    name: str
    email: str
    organisation_id: str
    organisation_name: str
    role: Role
    issuer_slugs: frozenset[str]

    def may(self, role: Role) -> bool:
        """Say whether they may do what needs this role."""
        return self.role.covers(role)

    @property
    def may_change(self) -> bool:
        """Whether they may do more than read."""
        return self.may(Role.TRAINER)

    @property
    def is_owner(self) -> bool:
        """Whether people and the organisation are theirs to change."""
        return self.may(Role.OWNER)


def compose_visitor(person: Person, organisation: Organisation, role: Role, issuer_slugs: frozenset[str]) -> Visitor:
    """Return the visitor that a person is in an organisation."""
    return Visitor(
        person_id=person.id,
        name=person.name,
        email=person.email,
        organisation_id=organisation.id,
        organisation_name=organisation.name,
        role=role,
        issuer_slugs=issuer_slugs,
    )


def set_visitor(visitor: Visitor | None) -> None:
    """Note who makes this request."""
    g.desk_visitor = visitor


def find_visitor() -> Visitor | None:
    """Return who makes this request; None for a stranger."""
    found = g.get("desk_visitor")
    return found if isinstance(found, Visitor) else None


def current_visitor() -> Visitor:
    """Return who makes this request, on a page that is closed to strangers.

    Raises:
        RuntimeError: The page is open to strangers; a fault of ours.
    """
    visitor = find_visitor()
    if visitor is None:
        raise RuntimeError("nobody is signed in")
    return visitor


def own_person_id() -> str:
    """Return who makes this request, on a page about their own ways in; the password of the desk is nobody's own.

    Raises:
        PageError: `page.not_found`: they signed in with the password of the desk.
    """
    person_id = current_visitor().person_id
    if person_id == DESK_PERSON:
        raise PageError("page.not_found", status=HTTPStatus.NOT_FOUND)
    return person_id


def needs(role: Role) -> Callable[[View], View]:
    """Mark a page: whoever has this role in their organisation, or a higher one, may use it."""

    def mark(view: View) -> View:
        setattr(view, _MARK, role)
        return view

    return mark


def open_to_strangers(view: View) -> View:
    """Mark a page that needs nobody to be signed in."""
    setattr(view, _MARK, _STRANGER)
    return view


def needed_role(view: Callable[..., Any]) -> Role | None:
    """Return the role that a page of the desk needs; None for one that is open to strangers.

    Raises:
        RuntimeError: The page is not marked.
    """
    mark = getattr(view, _MARK, None)
    if mark == _STRANGER:
        return None
    if isinstance(mark, Role):
        return mark
    raise RuntimeError(f"{view.__name__} does not say who may use it: mark it with needs(Role…)")


class DeskBlueprint(Blueprint):
    """A blueprint of which every page says who may use it."""

    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: Callable[..., Any] | None = None,
        provide_automatic_options: bool | None = None,  # noqa: FBT001  the signature of Flask
        **options: Any,  # noqa: ANN401
    ) -> None:
        """Add a page.

        Raises:
            RuntimeError: It is not marked by `needs` or `open_to_strangers`.
        """
        if view_func is None:
            raise RuntimeError(f"{rule} has no view")
        needed_role(view_func)
        super().add_url_rule(rule, endpoint, view_func, provide_automatic_options, **options)
