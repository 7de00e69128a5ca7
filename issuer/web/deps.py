"""What the pages of the issuer need from the application around them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime, tzinfo

    from issuer.claims import Claims
    from issuer.desk import Desk
    from issuer.ledger import Ledger
    from issuer.oidc_sign_in import OidcSignIn
    from issuer.web.course_drafts import CourseDraftStore, OwnCourseDrafts
    from issuer.web.desk_sessions import DeskSessions
    from issuer.web.drafts import DraftStore, OwnDrafts
    from issuer.web.jobs import DeskJobs, JobRunner
    from pages import Limiter
    from storage import OutboxMessage


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuerDeps:
    """Wiring of the issuer's public pages, of signing in, and of what the desk is made from.

    Args:
        base_url: Public address of this site, without a slash at its end.
        ledger: The record of what was issued.
        clock: Aware UTC.
        desk_password_hash: Returns the argon2 hash that is set now; empty when nobody set a password yet.
        sessions: Who is signed in at the desk.
        drafts: Class lists between dry run and issue.
        course_drafts: Courses that somebody is still writing.
        jobs: Runs jobs in the background.
        limiter: Counts requests per client.
        claims: The rules of handing badges out.
        mail_files: Returns a mail that was written to a file, by the id of its message; None when there is none.
        has_mail_server: Whether mails leave this machine.
        has_text_gateway: Whether text messages leave this machine.
        oidc: Sites through which people sign in.
    """

    base_url: str
    ledger: Ledger
    clock: Callable[[], datetime]
    desk_password_hash: Callable[[], str]
    sessions: DeskSessions
    drafts: DraftStore
    course_drafts: CourseDraftStore
    jobs: JobRunner
    limiter: Limiter
    claims: Claims
    mail_files: Callable[[str], bytes | None]
    has_mail_server: bool
    has_text_gateway: bool = False
    oidc: tuple[OidcSignIn, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskDeps:
    """Wiring of the pages of the desk. It holds no ledger: each request reaches only its own organisation.

    Args:
        base_url: Public address of this site, without a slash at its end.
        clock: Aware UTC.
        time_zone: In which the people of the desk read days and times.
        open_desk: Returns the desk of whoever makes this request.
        drafts: Class lists between dry run and issue.
        course_drafts: Courses that somebody is still writing.
        jobs: Runs jobs in the background.
        read_mail: Returns a mail that was written to a file; None when there is none.
        has_mail_server: Whether mails leave this machine.
        has_text_gateway: Whether text messages leave this machine.
    """

    base_url: str
    clock: Callable[[], datetime]
    time_zone: tzinfo
    open_desk: Callable[[], Desk]
    drafts: OwnDrafts
    course_drafts: OwnCourseDrafts
    jobs: DeskJobs
    read_mail: Callable[[OutboxMessage], bytes | None]
    has_mail_server: bool
    has_text_gateway: bool = False

    @property
    def today(self) -> date:
        """The day that the people of the desk have now."""
        return self.clock().astimezone(self.time_zone).date()

    @property
    def desk(self) -> Desk:
        """The desk of whoever makes this request."""
        return self.open_desk()
