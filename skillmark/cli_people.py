"""`skillmark organisation` and `person`: who works at the desk, for whoever runs the site."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from issuer import (
    HOME,
    Actor,
    Role,
    create_organisation,
    invitation_path,
    invite,
    list_invitations,
    list_organisations,
    list_people,
    read_invited_address,
    remove_person,
)
from keys import KeyType
from schemas import ConfigurationError, LedgerError, OrganizationKind
from skillmark.settings import load_link_secret, load_settings
from skillmark.wiring import open_ledger

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from issuer import Invitation, Ledger, Organisation
    from keys import LinkSecret
    from skillmark.settings import Settings

_organisation = click.option(
    "--organisation", "wanted", default="", help="Name or id of the organisation; may be left out when there is one."
)


def choose_organisation(ledger: Ledger, wanted: str) -> Organisation:
    """Return the organisation of this name or id; without a name the only one.

    Raises:
        ConfigurationError: `people.organisation_unknown`, or `people.organisation_unnamed` when there are several.
    """
    known = _list_organisations(ledger)
    found = [entry for entry in known if not wanted or wanted.casefold() in {entry.id, entry.name.casefold()}]
    if len(found) != 1:
        code = "people.organisation_unknown" if wanted else "people.organisation_unnamed"
        raise ConfigurationError(code, ", ".join(_name(entry) for entry in known))
    return found[0]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Office:
    """What the commands work with."""

    settings: Settings
    ledger: Ledger
    links: LinkSecret

    def say_invitation(self, invitation: Invitation) -> None:
        """Say how the invitation reaches its person."""
        click.echo(f"{invitation.email} is invited as {invitation.role.value} until {invitation.expires:%Y-%m-%d}.")
        if self.settings.mail is not None and self.settings.mail.smtp is not None:
            click.echo("The running site sends the mail; “skillmark send” does it without one.")
            return
        path = invitation_path(self.links, invitation.id)
        click.echo("Mails do not leave this machine. Hand this link over; it opens the desk, once:")
        click.echo(f"  {self.settings.base_url}{path}")


@contextmanager
def _open_office(home: Path) -> Iterator[_Office]:
    settings = load_settings(home)
    with open_ledger(settings) as ledger:
        yield _Office(settings=settings, ledger=ledger, links=load_link_secret(home))


def _list_organisations(ledger: Ledger) -> tuple[Organisation, ...]:
    with ledger.database.read() as connection:
        return list_organisations(connection)


def _name(organisation: Organisation) -> str:
    return organisation.name or organisation.id


@click.group()
def organisation() -> None:
    """Organisations that share this site, each with people, courses and badges of its own."""


@organisation.command("add")
@click.argument("name")
@click.option("--owner", required=True, help="E-mail address of its first owner, who gets an invitation.")
@click.option(
    "--kind", type=click.Choice([kind.value for kind in OrganizationKind]), default=OrganizationKind.COLLEGE.value
)
@click.option("--url", default="", help="Home page of the organisation.")
@click.option("--email", default="", help="Public contact address of the organisation.")
@click.option("--description", default="", help="One plain sentence about the organisation.")
@click.option(
    "--key", "key_type", type=click.Choice(["ed25519", "p256", "p384", "rsa"]), default="ed25519", show_default=True
)
@click.pass_obj
def add_organisation(
    home: Path, *, name: str, owner: str, kind: str, url: str, email: str, description: str, key_type: str
) -> None:
    """Make an organisation with its issuer, and invite its first owner."""
    with _open_office(home) as office:
        address = read_invited_address(owner)
        made = create_organisation(office.ledger, name)
        profile = office.ledger.create_issuer(
            name=made.name,
            kind=OrganizationKind(kind),
            url=url,
            email=email,
            description=description,
            key_type=KeyType[key_type.upper()],
            organisation_id=made.id,
        )
        invitation = invite(office.ledger, office.links, Actor(organisation_id=made.id), address, Role.OWNER)
        click.echo(f"{made.name} has a desk now.")
        click.echo(f"  issuer  {profile.id}")
        click.echo(f"  page    {office.settings.base_url}/issuers/{profile.slug}")
        office.say_invitation(invitation)


@organisation.command("list")
@click.pass_obj
def list_all(home: Path) -> None:
    """List the organisations with how many people each has."""
    with _open_office(home) as office:
        for entry in _list_organisations(office.ledger):
            count = len(list_people(office.ledger.database, entry.id))
            mark = "  (the first one)" if entry.id == HOME else ""
            click.echo(f"{_name(entry)}  {count} {'person' if count == 1 else 'people'}{mark}")


@click.group()
def person() -> None:
    """People who sign in at the desk."""


@person.command("invite")
@click.argument("email")
@click.option("--role", type=click.Choice([role.value for role in Role]), default=Role.TRAINER.value, show_default=True)
@_organisation
@click.pass_obj
def invite_person(home: Path, *, email: str, role: str, wanted: str) -> None:
    """Invite an e-mail address to an organisation."""
    with _open_office(home) as office:
        actor = Actor(organisation_id=choose_organisation(office.ledger, wanted).id)
        office.say_invitation(invite(office.ledger, office.links, actor, email, Role(role)))


@person.command("list")
@_organisation
@click.pass_obj
def list_members(home: Path, *, wanted: str) -> None:
    """List the people of an organisation and whoever is invited."""
    with _open_office(home) as office:
        chosen = choose_organisation(office.ledger, wanted)
        for member in list_people(office.ledger.database, chosen.id):
            who = member.person.email or "(password of the desk)"
            last = f"last here {member.person.signed_in_on}" if member.person.signed_in_on else "never signed in"
            click.echo("  ".join(part for part in (who, member.role.value, last, member.person.name) if part))
        for invitation in list_invitations(office.ledger, chosen.id):
            until = f"{invitation.expires:%Y-%m-%d}"
            click.echo(f"{invitation.email}  {invitation.role.value}  invited until {until}")


@person.command("remove")
@click.argument("email")
@_organisation
@click.confirmation_option(prompt="Remove this person from the desk?")
@click.pass_obj
def remove(home: Path, *, email: str, wanted: str) -> None:
    """Take a person out of an organisation; “desk” stands for whoever knows the password of the desk."""
    with _open_office(home) as office:
        chosen = choose_organisation(office.ledger, wanted)
        sought = email.strip().lower()
        for member in list_people(office.ledger.database, chosen.id):
            if sought in {member.person.email, member.person.id}:
                remove_person(office.ledger, Actor(organisation_id=chosen.id), member.person.id)
                click.echo("Removed, and signed out.")
                return
        raise LedgerError("people.unknown")
