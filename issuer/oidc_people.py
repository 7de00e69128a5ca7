"""Which person of the desk an account of another site is. Nobody registers this way: they are members or invited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from issuer import oidc_store
from issuer.people import find_person_by_email, list_memberships
from issuer.people_invitations import accept_invitations_of
from schemas import LedgerError

if TYPE_CHECKING:
    from issuer.ledger import Ledger
    from issuer.oidc import OidcIdentity, OidcProvider


def find_person_of(ledger: Ledger, provider: OidcProvider, identity: OidcIdentity) -> str:
    """Return the person that somebody is who has just signed in at a provider.

    An account that signed in before is its person for good, whatever address it has now. Another one is bound to the
    person with its checked address, unless that person has an account there already: addresses are given to new
    people, accounts are not.

    Raises:
        LedgerError: `oidc.email_not_checked`, `oidc.not_a_member` or `oidc.other_account`.
    """
    with ledger.database.read() as connection:
        bound = oidc_store.find_bound_person(connection, identity)
        if bound is not None:
            if not list_memberships(connection, bound):
                raise LedgerError("oidc.not_a_member")
            return bound
    person_id = _find_by_email(ledger, provider, identity)
    bind_account(ledger, identity, person_id)
    return person_id


def bind_account(ledger: Ledger, identity: OidcIdentity, person_id: str) -> None:
    """Let an account of another site be a person from now on: found by its address, or joined by the person itself.

    Raises:
        LedgerError: `oidc.not_a_member`, `oidc.account_taken` or `oidc.other_account`.
    """
    with ledger.transaction() as connection:
        memberships = list_memberships(connection, person_id)
        if not memberships:
            raise LedgerError("oidc.not_a_member")
        bound = oidc_store.find_bound_person(connection, identity)
        if bound == person_id:
            return  # another window was faster
        if bound is not None:
            raise LedgerError("oidc.account_taken")
        if oidc_store.has_account_at(connection, person_id, identity.issuer):
            raise LedgerError("oidc.other_account")
        oidc_store.bind_person(connection, identity, person_id, now=ledger.clock())
        ledger.record(connection, "person.account_bound", memberships[0][0].id, person=person_id)


def unbind_account(ledger: Ledger, person_id: str, issuer: str) -> bool:
    """Let the account of a site be this person no more; say whether there was one."""
    with ledger.transaction() as connection:
        memberships = list_memberships(connection, person_id)
        if not memberships or not oidc_store.unbind_person(connection, person_id, issuer):
            return False
        ledger.record(connection, "person.account_unbound", memberships[0][0].id, person=person_id)
    return True


def has_account_at(ledger: Ledger, person_id: str, issuer: str) -> bool:
    """Say whether an account of this site belongs to a person."""
    with ledger.database.read() as connection:
        return oidc_store.has_account_at(connection, person_id, issuer)


def _find_by_email(ledger: Ledger, provider: OidcProvider, identity: OidcIdentity) -> str:
    if not identity.email:
        raise LedgerError("oidc.email_not_checked")
    domain = identity.email.rpartition("@")[2]
    if provider.email_domains and domain not in provider.email_domains:
        raise LedgerError("oidc.not_a_member")
    with ledger.database.read() as connection:
        known = find_person_by_email(connection, identity.email)
        if known is not None and oidc_store.has_account_at(connection, known.id, identity.issuer):
            raise LedgerError("oidc.other_account")
    try:
        person_id = accept_invitations_of(ledger, identity.email, name=identity.shown_name)
    except LedgerError as error:
        if error.code != "people.email_invalid":
            raise
        raise LedgerError("oidc.not_a_member") from error
    if person_id is None:
        raise LedgerError("oidc.not_a_member")
    return person_id
