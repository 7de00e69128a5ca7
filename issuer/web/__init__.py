"""The issuer's face: public pages and documents, and the trainer's desk."""

from issuer.web.blueprint import create_desk_blueprint, create_issuer_blueprint
from issuer.web.course_drafts import CourseDraft, CourseDraftStore
from issuer.web.deps import IssuerDeps
from issuer.web.desk_sessions import DeskSessions
from issuer.web.drafts import DRAFTS_FOLDER, DraftStore
from issuer.web.jobs import JobRunner

__all__ = [
    "DRAFTS_FOLDER",
    "CourseDraft",
    "CourseDraftStore",
    "DeskSessions",
    "DraftStore",
    "IssuerDeps",
    "JobRunner",
    "create_desk_blueprint",
    "create_issuer_blueprint",
]
