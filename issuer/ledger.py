"""The ledger: what this installation issued, by whom, with which key, and what became of it."""

from __future__ import annotations

import copy
import logging
from contextlib import contextmanager
from datetime import UTC
from typing import TYPE_CHECKING

from issuer import achievement_store, credential_store, issuer_store, slot_store, status_store, successors
from issuer.acts import facts_of_desk
from issuer.issuers import check_ledger_base_url, create_issuer, rotate_key
from issuer.people_store import HOME
from issuer.published_memory import PublishedMemory
from issuer.publishing import PublishedDocument, compose_issuer_document, compose_key_set, publish
from issuer.release import default_proof
from issuer.status import change_status, publish_status_list
from issuer.views import ViewCounter
from issuer.witnessing import Witness
from schemas import DEFAULT_CALLING_CODE, LedgerError, OrganizationKind
from storage import CLOCK_ACCEPTED, append_audit, check_clock

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, tzinfo

    from sqlalchemy import Connection

    from issuer.model import Achievement, IssuedCredential, IssuerProfile, ProofChoice
    from issuer.successors import Successor
    from keys import Clock, Keystore, KeyType, Signer, VerificationMethod
    from schemas import JsonObject, JsonValue
    from storage import Database

_log = logging.getLogger(__name__)
DEFAULT_PAGE_ROWS = 10_000


class Ledger:
    """Everything one installation issued. Safe to share between threads.

    Args:
        database: From `storage.open_database`; the caller closes it.
        keystore: Private halves of the signing keys.
        clock: Returns aware UTC.
        base_url: Public address of this installation; goes into every badge and never changes.
        status_purposes: What badges can be told to be from now on. `("revocation",)` alone composes
            `credentialStatus` as the single object of the Open Badges model (docs/adr/0009).
        calling_code: Of telephone numbers that are written without `+`.
        time_zone: In which people read days and times; nothing is stored or signed in it.

    Raises:
        ConfigurationError: `ledger.base_url_invalid`.
    """

    def __init__(
        self,
        database: Database,
        keystore: Keystore,
        *,
        clock: Clock,
        base_url: str,
        status_purposes: tuple[str, ...] = slot_store.PURPOSES,
        calling_code: str = DEFAULT_CALLING_CODE,
        time_zone: tzinfo = UTC,
    ) -> None:
        self.database = database
        self.keystore = keystore
        self.clock = clock
        self.base_url = check_ledger_base_url(base_url)
        self.status_purposes = status_purposes
        self.calling_code = calling_code
        self.time_zone = time_zone
        self.witness = Witness(database.witness_path)
        self.views = ViewCounter(database)
        self._published = PublishedMemory(database)
        self.person_id = ""

    def acting_for(self, person_id: str) -> Ledger:
        """Return this ledger for what one person of the desk does: each audit record that it writes names them.

        Args:
            person_id: Random, or `people.DESK_PERSON`; empty for nobody in particular.
        """
        other = copy.copy(self)
        other.person_id = person_id
        return other

    @property
    def actor_facts(self) -> JsonObject:
        """What each audit record says of the person that this ledger acts for; nothing when it acts for none."""
        return facts_of_desk(self.person_id) if self.person_id else {}

    def create_issuer(
        self,
        *,
        name: str,
        kind: OrganizationKind,
        url: str = "",
        email: str = "",
        description: str = "",
        key_type: KeyType,
        organisation_id: str = HOME,
    ) -> IssuerProfile:
        """Make an issuer of an organisation with a fresh key: did:web on an https address, else did:key.

        Raises:
            LedgerError: `ledger.issuer_name_missing`, or a fault of the store.
            KeystoreError: The key cannot be made or stored.
        """
        return create_issuer(
            self,
            name=name,
            kind=kind,
            url=url,
            email=email,
            description=description,
            key_type=key_type,
            organisation_id=organisation_id,
        )

    def issuers(self) -> tuple[IssuerProfile, ...]:
        """Return every issuer, oldest first."""
        with self.database.read() as connection:
            return issuer_store.list_issuers(connection)

    def find_issuer(self, slug: str) -> IssuerProfile | None:
        """Return one issuer, or None."""
        with self.database.read() as connection:
            return issuer_store.find_issuer(connection, slug)

    def rotate_key(self, slug: str) -> None:
        """Sign with a new key of the same type from now on; the old one stays published with its end date.

        Raises:
            LedgerError: `ledger.issuer_unknown`, or `ledger.key_not_rotatable` for a did:key.
        """
        rotate_key(self, slug)

    def default_proof(self, slug: str) -> ProofChoice:
        """Return the proof that badges of this issuer get when nobody asks for another: all that its key can make.

        Raises:
            LedgerError: `ledger.issuer_unknown`.
        """
        with self.database.read() as connection:
            return default_proof(issuer_store.current_key(connection, slug).method.public_key)

    def did_document(self, slug: str) -> JsonObject | None:
        """Return the DID document of a did:web issuer; None for other issuers."""
        return compose_issuer_document(self, slug)

    def jwks(self, slug: str | None = None) -> JsonObject:
        """Return the key set of one issuer, or of all (RFC 7517 §5)."""
        return compose_key_set(self, slug)

    def load_signer(self, connection: Connection, method_id: str) -> Signer:
        """Return the signer of one of our verification methods.

        Raises:
            KeystoreError: The key file is missing, unreadable or unsafe.
        """
        keys = {key.method.id: key for key in issuer_store.list_keys(connection)}
        return self.keystore.load(keys[method_id].keystore_name)

    def current_signer(self, slug: str) -> tuple[Signer, VerificationMethod]:
        """Return who signs for an issuer now, and under which published method.

        Raises:
            LedgerError: `ledger.issuer_unknown`.
            KeystoreError: The key file is missing, unreadable or unsafe.
        """
        with self.database.read() as connection:
            issuer_store.get_issuer(connection, slug)
            key = issuer_store.current_key(connection, slug)
        return self.keystore.load(key.keystore_name), key.method

    def save_achievement(self, issuer_slug: str, achievement: Achievement) -> None:
        """Store a definition; a changed one becomes a new revision.

        Raises:
            LedgerError: `ledger.issuer_unknown` or `ledger.achievement_taken`.
        """
        with self.transaction() as connection:
            self.store_achievement(connection, issuer_slug, achievement)

    def store_achievement(self, connection: Connection, issuer_slug: str, achievement: Achievement) -> int:
        """Store a definition in the caller's transaction and return its revision."""
        issuer_store.get_issuer(connection, issuer_slug)
        revision, is_new = achievement_store.save_achievement(connection, issuer_slug, achievement, now=self.clock())
        if is_new:
            self.record(connection, "achievement.saved", achievement.slug, revision=revision, issuer=issuer_slug)
        return revision

    def find_achievement(self, slug: str) -> Achievement | None:
        """Return the newest definition, or None."""
        with self.database.read() as connection:
            found = achievement_store.find_achievement(connection, slug)
        return None if found is None else found[1]

    def find_achievement_issuer(self, slug: str) -> IssuerProfile | None:
        """Return the issuer that owns an achievement, or None."""
        with self.database.read() as connection:
            found = achievement_store.find_achievement(connection, slug)
            return None if found is None else issuer_store.find_issuer(connection, found[0])

    def achievements(self, issuer_slug: str | None = None) -> tuple[Achievement, ...]:
        """Return the newest definitions, of one issuer or of all, by name."""
        with self.database.read() as connection:
            found = achievement_store.list_achievements(connection)
        return tuple(achievement for owner, achievement in found if issuer_slug in {None, owner})

    def find_published(self, slug: str) -> IssuedCredential | None:
        """Return the badge behind a public address, also when it is revoked.

        Raises:
            LedgerError: `ledger.bytes_damaged`.
        """
        with self.database.read() as connection:
            return credential_store.find_issued(connection, slug=slug) if slug else None

    def find_by_id(self, credential_id: str) -> IssuedCredential | None:
        """Return the badge with this credential id.

        Raises:
            LedgerError: `ledger.bytes_damaged`.
        """
        with self.database.read() as connection:
            return credential_store.find_issued(connection, credential_id=credential_id)

    def list_issued(
        self,
        job_id: str | None = None,
        *,
        achievement_slug: str | None = None,
        limit: int = DEFAULT_PAGE_ROWS,
        offset: int = 0,
    ) -> tuple[IssuedCredential, ...]:
        """Return badges: those of a job in the order of its rows, else the newest class first and by name within.

        A badge of a job that was corrected is given as it is now.

        Raises:
            LedgerError: `ledger.bytes_damaged`.
        """
        with self.database.read() as connection:
            issued = credential_store.list_issued(
                connection, job_id=job_id, achievement_slug=achievement_slug, limit=limit, offset=offset
            )
            if job_id is None:
                return issued
            newest = successors.find_corrected(connection, [badge.slug for badge in issued])
            corrected = {slug: credential_store.find_issued(connection, slug=newer) for slug, newer in newest.items()}
        return tuple(corrected.get(badge.slug) or badge for badge in issued)

    def find_newer(self, slug: str) -> Successor | None:
        """Return the newest badge in the place of this one, why and since when; None when this is the newest."""
        with self.database.read() as connection:
            return successors.find_successor(connection, slug)

    def find_older(self, slug: str) -> Successor | None:
        """Return the badge that this one was issued in the place of; None when it was in the place of none."""
        with self.database.read() as connection:
            return successors.find_predecessor(connection, slug)

    def count_issued(self) -> int:
        """Return how many badges there are."""
        with self.database.read() as connection:
            return credential_store.count_issued(connection)

    def search_issued(self, words: str, *, limit: int) -> tuple[IssuedCredential, ...]:
        """Return badges whose holder's name holds every word, or whose e-mail address is that text.

        Raises:
            LedgerError: `ledger.bytes_damaged`.
        """
        if not words.strip():
            return ()
        with self.database.read() as connection:
            return credential_store.search_issued(connection, words, limit=limit)

    def revoke(self, credential_id: str, reason: str, by: str) -> None:
        """Take a badge back for good.

        Args:
            credential_id: Its id.
            reason: Why, in words that whoever checks the badge reads.
            by: A role such as `desk` or `command line`, never a person.

        Raises:
            LedgerError: `ledger.credential_unknown`, `ledger.already_revoked`, `ledger.reason_missing`.
        """
        change_status(self, credential_id, slot_store.REVOCATION, value=True, reason=reason, by_role=by)

    def suspend(self, credential_id: str, reason: str, by: str) -> None:
        """Set a badge aside until it is reinstated; arguments and errors as `revoke`.

        Raises:
            LedgerError: Also `ledger.already_suspended` and `ledger.suspension_not_offered`.
        """
        change_status(self, credential_id, slot_store.SUSPENSION, value=True, reason=reason, by_role=by)

    def reinstate(self, credential_id: str, reason: str, by: str) -> None:
        """End a suspension; arguments and errors as `revoke`.

        Raises:
            LedgerError: Also `ledger.not_suspended`.
        """
        change_status(self, credential_id, slot_store.SUSPENSION, value=False, reason=reason, by_role=by)

    def status_changed_at(self, slug: str) -> datetime | None:
        """Return when a badge was revoked, suspended or reinstated the last time; None when it never was."""
        with self.database.read() as connection:
            return status_store.read_changed_at(connection, slug)

    def status_list(self, number: int) -> PublishedDocument | None:
        """Return the signed status list of that number with every change so far in it; None when there is none.

        Raises:
            LedgerError: A fault of the store, when a new document had to be signed.
        """
        return publish_status_list(self, number)

    def published_document(self, path: str) -> PublishedDocument | None:
        """Return what this installation publishes for machines at a path below its address.

        Status lists, DID documents and key sets; None for any other path.
        """
        return self._published.find(path, now=self.clock(), publish=lambda: publish(self, path))

    @contextmanager
    def transaction(self) -> Iterator[Connection]:
        """Open a write transaction whose audit records the witness sees after the commit.

        Raises:
            LedgerError: `audit.witness_unavailable` when the witness could not be written for too long;
                `audit.truncated` when a backup was brought back and not accepted yet; faults of the store.
        """
        self.witness.check()
        with self.database.write() as connection:
            self.witness.check_not_shortened(connection)
            yield connection
        self.witness.note(self.database, now=self.clock())

    def record(self, connection: Connection, event: str, subject: str, **facts: JsonValue) -> None:
        """Append an audit record in the caller's transaction. `facts` hold no personal data."""
        append_audit(connection, {"event": event, "subject": subject, **self.actor_facts, **facts}, now=self.clock())

    def check_ready_to_issue(self) -> None:
        """Refuse to issue when the clock went back or the audit chain is not the one that was witnessed.

        Raises:
            LedgerError: `clock.backwards`, `audit.truncated` or `audit.chain_broken`.
        """
        with self.database.read() as connection:
            check_clock(connection, now=self.clock())
            findings = self.witness.compare(connection)
        if findings:
            raise LedgerError(findings[0].code, detail={"record": findings[0].seq})

    def accept_clock(self, by: str) -> None:
        """Go on issuing after the clock ran ahead for a while and was set right.

        Without this, issuing waits until the clock has passed the latest time in the audit chain.
        """
        with self.transaction() as connection:
            self.record(connection, CLOCK_ACCEPTED, "ledger", by=by)

    def accept_restore(self, by: str) -> None:
        """Go on with a restored backup whose newest audit records are lost.

        No place of any status list so far is given again. Revocations made after the backup are
        lost and must be made again.
        """
        with self.database.write() as connection:
            common = self.witness.find_common_count(connection)
            slot_store.close_pools(connection, now=self.clock())
            self.record(connection, "store.restored", "ledger", by=by)
        self.witness.accept_restore(self.database, common=common, now=self.clock())
        _log.warning("a restored backup was accepted")
