"""Narrows what the site is made from to the organisation of whoever makes a request: the one place that does."""

from __future__ import annotations

from flask import g

from issuer.desk import Desk
from issuer.desk_scope import DeskScope
from issuer.people import HOME
from issuer.web.course_drafts import OwnCourseDrafts
from issuer.web.deps import DeskDeps, IssuerDeps
from issuer.web.drafts import OwnDrafts
from issuer.web.jobs import DeskJobs
from issuer.web.visitor import current_visitor


def current_scope() -> DeskScope:
    """Return whose desk it is in this request, and what the visitor may see of it."""
    visitor = current_visitor()
    return DeskScope(
        organisation_id=visitor.organisation_id,
        person_id=visitor.person_id,
        issuer_slugs=visitor.issuer_slugs,
        sees_codes=visitor.may_change,
        sees_installation=visitor.is_owner and visitor.organisation_id == HOME,
    )


def narrow(deps: IssuerDeps) -> DeskDeps:
    """Return what the pages of the desk get."""

    def open_desk() -> Desk:
        if "desk" not in g:
            g.desk = Desk(deps.claims, current_scope())
        found: Desk = g.desk
        return found

    return DeskDeps(
        base_url=deps.base_url,
        clock=deps.clock,
        time_zone=deps.ledger.time_zone,
        open_desk=open_desk,
        drafts=OwnDrafts(deps.drafts, current_scope),
        course_drafts=OwnCourseDrafts(deps.course_drafts, current_scope),
        jobs=DeskJobs(deps.jobs),
        read_mail=lambda message: deps.mail_files(message.id),
        has_mail_server=deps.has_mail_server,
        has_text_gateway=deps.has_text_gateway,
    )
