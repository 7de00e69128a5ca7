"""Courses that a trainer is still writing: kept on our own disk after every step, so that a phone may lock."""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import asdict, dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from issuer.people import HOME
from schemas import write_private_file

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from issuer.desk_scope import DeskScope

COURSE_DRAFT_DAYS = 30
MAX_COURSE_DRAFTS = 200  # of one organisation; the oldest go first
_ID_BYTES = 16
_NEVER = datetime(1970, 1, 1, tzinfo=UTC)
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseDraft:
    """A course as far as it is typed.

    Args:
        id: Names the draft in addresses; nobody can guess it.
        organisation_id: Whose draft it is.
        issuer_slug: Who will issue the badges.
        course_slug: The course that is being changed; empty for a new one.
        fields: From `issuer.course_form`.
        image: A picture of the trainer's own; empty when the badge is drawn.
        is_looked_over: Whether the trainer asked to save it, so that faults are told.
        changed: When it was kept last.
    """

    id: str
    organisation_id: str = HOME  # as long as nobody said otherwise: files of older versions
    issuer_slug: str
    course_slug: str = ""
    fields: dict[str, str] = field(default_factory=dict)
    image: bytes = b""
    image_media_type: str = ""
    is_looked_over: bool = False
    changed: datetime = _NEVER


class CourseDraftStore:
    """One private file for each draft, and one for its picture (mode 0600 in a 0700 folder)."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def create(self, draft: CourseDraft) -> CourseDraft:
        """Keep a new draft under an id of its own; old ones are forgotten."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._sweep(draft.organisation_id)
        return self.keep(replace(draft, id=secrets.token_urlsafe(_ID_BYTES)))

    def keep(self, draft: CourseDraft) -> CourseDraft:
        """Keep what is typed so far."""
        kept = replace(draft, changed=self._clock())
        if kept.image:
            write_private_file(self._picture(kept.id), kept.image)
        else:
            self._picture(kept.id).unlink(missing_ok=True)
        content = {name: value for name, value in asdict(kept).items() if name != "image"}
        write_private_file(
            self._path(kept.id), json.dumps(content | {"changed": kept.changed.isoformat()}).encode("utf-8")
        )
        return kept

    def find(self, draft_id: str) -> CourseDraft | None:
        """Return a draft; None when there is none of that id or it is too old."""
        draft = self._read(draft_id)
        if draft is None or not draft.image_media_type:
            return draft
        picture = self._picture(draft_id)
        return replace(draft, image=picture.read_bytes()) if picture.is_file() else replace(draft, image_media_type="")

    def forget(self, draft_id: str) -> None:
        """Throw a draft away; nothing happens when there is none."""
        if _ID.fullmatch(draft_id):
            self._path(draft_id).unlink(missing_ok=True)
            self._picture(draft_id).unlink(missing_ok=True)

    def list_drafts(self, organisation_id: str) -> tuple[CourseDraft, ...]:
        """Return the drafts of an organisation without their pictures, the newest first."""
        found = (self._read(path.stem) for path in self._folder.glob("*.json"))
        own = (draft for draft in found if draft is not None and draft.organisation_id == organisation_id)
        return tuple(sorted(own, key=lambda draft: draft.changed, reverse=True))

    def _path(self, draft_id: str) -> Path:
        return self._folder / f"{draft_id}.json"

    def _picture(self, draft_id: str) -> Path:
        return self._folder / f"{draft_id}.picture"

    def _read(self, draft_id: str) -> CourseDraft | None:
        if not _ID.fullmatch(draft_id):
            return None
        try:
            content = json.loads(self._path(draft_id).read_bytes())
        except FileNotFoundError:
            return None
        changed = datetime.fromisoformat(content["changed"])
        if self._clock() - changed > timedelta(days=COURSE_DRAFT_DAYS):
            return None
        return CourseDraft(**(content | {"changed": changed}))

    def _sweep(self, organisation_id: str) -> None:
        """Forget what is too old, and of one organisation what is too much."""
        surplus = {draft.id for draft in self.list_drafts(organisation_id)[MAX_COURSE_DRAFTS - 1 :]}
        for path in self._folder.glob("*.json"):
            if path.stem in surplus or self._read(path.stem) is None:
                self.forget(path.stem)


class OwnCourseDrafts:
    """The course drafts of the organisation whose desk it is; those of others are not there.

    Args:
        store: Of all organisations.
        scope: Returns whose desk it is in this request.
    """

    def __init__(self, store: CourseDraftStore, scope: Callable[[], DeskScope]) -> None:
        self._store = store
        self._scope = scope

    def create(self, draft: CourseDraft) -> CourseDraft:
        """Keep a new draft under an id of its own."""
        return self._store.create(replace(draft, organisation_id=self._scope().organisation_id))

    def keep(self, draft: CourseDraft) -> CourseDraft:
        """Keep what is typed so far."""
        return self._store.keep(draft)

    def find(self, draft_id: str) -> CourseDraft | None:
        """Return a draft of the organisation."""
        draft = self._store.find(draft_id)
        return draft if draft is not None and draft.organisation_id == self._scope().organisation_id else None

    def forget(self, draft: CourseDraft) -> None:
        """Throw a draft away."""
        self._store.forget(draft.id)

    def list_drafts(self) -> tuple[CourseDraft, ...]:
        """Return the drafts of the organisation without their pictures, the newest first."""
        return self._store.list_drafts(self._scope().organisation_id)
