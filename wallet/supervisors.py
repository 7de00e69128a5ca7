"""Supervisors and trainers whom a worker wants to be reminded too. They agree first, and both can end it."""

from __future__ import annotations

import itertools
from datetime import timedelta
from typing import TYPE_CHECKING

from schemas import LedgerError
from storage import MessageChannel, NewMessage, enqueue
from wallet import supervisor_store
from wallet.supervisor_store import ASK_TEMPLATE, Supervisor, SupervisorState
from wallet.tokens import hash_secret, make_supervisor_token, new_id

if TYPE_CHECKING:
    from keys import LinkSecret
    from wallet.deps import WalletDeps

MAX_SUPERVISORS = 5  # of one holder at a time
MAX_ASKED = 15  # by one holder within `ASKED_WITHIN`, those who were taken out since among them
ASKED_WITHIN = timedelta(days=30)
MAX_WORKER_NAME_CHARS = 60
_NAME_SIGNS = frozenset(" '-.\u2019")
_OPEN = frozenset({SupervisorState.ASKED, SupervisorState.AGREED})


def read_worker_name(typed: str) -> str:
    """Return a name in letters alone: what a stranger writes into a mail of ours must hold no address and no offer.

    Raises:
        LedgerError: `wallet.name_invalid`.
    """
    name = " ".join(typed.split())
    is_plain = all(sign.isalpha() or sign in _NAME_SIGNS for sign in name)
    has_dot_inside = any(sign == "." and following != " " for sign, following in itertools.pairwise(name))
    if not 0 < len(name) <= MAX_WORKER_NAME_CHARS or not is_plain or has_dot_inside or not any(map(str.isalpha, name)):
        raise LedgerError("wallet.name_invalid")
    return name


def ask_supervisor(deps: WalletDeps, holder_id: str, *, email: str, worker_name: str) -> None:
    """Ask somebody whether they want to be told before the badges of a holder end.

    Args:
        deps: Wiring.
        holder_id: Whose badges.
        email: As `read_address` returned it.
        worker_name: As `read_worker_name` returned it.

    Raises:
        LedgerError: `wallet.too_many_supervisors` or `wallet.supervisor_declined`.
    """
    now = deps.clock()
    with deps.database.write() as connection:
        supervisor_store.delete_removed(connection, asked_before=now - ASKED_WITHIN)
        known = supervisor_store.list_supervisors(connection, holder_id)
        same = [one for one in known if one.email == email]
        if any(one.state is SupervisorState.REFUSED for one in same):
            raise LedgerError("wallet.supervisor_declined")
        if any(one.state in _OPEN for one in same):
            return
        recent = sum(one.asked > now - ASKED_WITHIN for one in known)
        if sum(one.state in _OPEN for one in known) >= MAX_SUPERVISORS or recent >= MAX_ASKED:
            raise LedgerError("wallet.too_many_supervisors")
        supervisor = Supervisor(
            id=new_id(),
            holder_id=holder_id,
            worker_name=worker_name,
            email=email,
            state=SupervisorState.ASKED,
            asked=now,
        )
        token = make_supervisor_token(deps.links, supervisor.id)
        supervisor_store.insert_supervisor(connection, supervisor, token_hash=hash_secret(token))
        message = NewMessage(
            channel=MessageChannel.EMAIL,
            recipient=email,
            template=ASK_TEMPLATE,
            facts={"supervisor": supervisor.id},
            dedupe_key=f"{ASK_TEMPLATE}/{supervisor.id}",
        )
        enqueue(connection, message, now=now)


def list_supervisors(deps: WalletDeps, holder_id: str) -> tuple[Supervisor, ...]:
    """Return those whom a holder named, but for those they took out."""
    with deps.database.read() as connection:
        known = supervisor_store.list_supervisors(connection, holder_id)
    return tuple(one for one in known if one.state is not SupervisorState.REMOVED)


def remove_supervisor(deps: WalletDeps, holder_id: str, supervisor_id: str) -> None:
    """End it from the side of the holder; who said no stays known, so that they are not asked again.

    Raises:
        LedgerError: `wallet.not_found`.
    """
    with deps.database.write() as connection:
        found = supervisor_store.find_supervisor(connection, supervisor_id)
        if found is None or found.holder_id != holder_id or found.state is SupervisorState.REMOVED:
            raise LedgerError("wallet.not_found")
        if found.state in _OPEN:
            supervisor_store.save_state(connection, supervisor_id, SupervisorState.REMOVED)


def find_asked(deps: WalletDeps, token: str) -> Supervisor:
    """Return who a link was sent to, changing nothing.

    Raises:
        LedgerError: `wallet.link_unknown`.
    """
    hashed = hash_secret(token)
    with deps.database.read() as connection:
        found = supervisor_store.find_by_token(connection, hashed) if hashed else None
    if found is None or found.state is SupervisorState.REMOVED:
        raise LedgerError("wallet.link_unknown")
    return found


def answer_asked(deps: WalletDeps, token: str, *, state: SupervisorState) -> None:
    """Keep what the person whom a link was sent to wants: `AGREED` or `REFUSED`, at any time and again.

    Raises:
        LedgerError: `wallet.link_unknown`, also when the holder took them out.
    """
    found = find_asked(deps, token)
    with deps.database.write() as connection:
        if not supervisor_store.save_answer(connection, found.id, state):
            raise LedgerError("wallet.link_unknown")


def compose_told_path(links: LinkSecret, supervisor_id: str) -> str:
    """Return the path of the link that a supervisor was sent."""
    return f"/wallet/told/{make_supervisor_token(links, supervisor_id)}"
