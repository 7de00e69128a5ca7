"""Class lists between dry run and issue: kept on our own disk for a day, never in the form of a page."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import secrets
from contextlib import suppress
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from issuer.people import HOME
from schemas import write_private_file

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from issuer.desk_scope import DeskScope

DRAFT_HOURS = 24
_ID_BYTES = 16
DRAFTS_FOLDER = "drafts"  # of the data folder
_ID = re.compile(r"[A-Za-z0-9_-]{22}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """One uploaded class list. After issuing, `job_id` names the job and `data` is gone.

    `fixes` are cells that were mended in the page: row, header, text. A draft that is what a job left over names the
    job in `rest_of` and its rows in `rows`: the whole list is read, since a column is understood from all its cells,
    and only these rows are looked at.
    """

    id: str
    organisation_id: str = HOME  # as long as nobody said otherwise: files of older versions
    achievement_slug: str
    issuer_slug: str
    filename: str
    data: bytes
    job_id: str = ""
    fixes: tuple[tuple[int, str, str], ...] = ()
    rest_of: str = ""
    rows: tuple[int, ...] = ()


class DraftStore:
    """One private file for each draft (mode 0600 in a 0700 folder)."""

    def __init__(self, folder: Path, *, clock: Callable[[], datetime]) -> None:
        self._folder = folder
        self._clock = clock

    def create(
        self, *, organisation_id: str, achievement_slug: str, issuer_slug: str, filename: str, data: bytes
    ) -> Draft:
        """Keep an uploaded class list; forget those that are older than a day."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self.forget_old()
        draft = Draft(
            id=secrets.token_urlsafe(_ID_BYTES),
            organisation_id=organisation_id,
            achievement_slug=achievement_slug,
            issuer_slug=issuer_slug,
            filename=filename,
            data=data,
        )
        self._write(draft)
        return draft

    def find(self, draft_id: str) -> Draft | None:
        """Return a draft; None when there is none of that id or it is older than a day."""
        if not _ID.fullmatch(draft_id):
            return None
        try:
            content = json.loads(self._path(draft_id).read_bytes())
            is_old = self._is_old(self._path(draft_id))
        except FileNotFoundError:
            return None
        if is_old:
            return None
        fixes = tuple((number, header, text) for number, header, text in content.pop("fixes", ()))
        rows = tuple(content.pop("rows", ()))
        return Draft(**{**content, "data": base64.b64decode(content["data"]), "fixes": fixes, "rows": rows})

    def keep_rest(self, draft: Draft, *, job_id: str, rows: Sequence[int]) -> None:
        """Keep a list for another day for the rows that a job of it could not issue."""
        self._write(replace(draft, id=_rest_id(job_id), rest_of=job_id, rows=tuple(rows)))

    def find_rest(self, job_id: str) -> Draft | None:
        """Return what a job left over; None when it left nothing, or too long ago."""
        return self.find(_rest_id(job_id))

    def fix(self, draft: Draft, fixes: Mapping[tuple[int, str], str]) -> None:
        """Keep what was typed in the place of cells, beside what was typed before; the list itself stays as it is."""
        known = {(number, header): text for number, header, text in draft.fixes} | dict(fixes)
        self._write(replace(draft, fixes=tuple((number, header, text) for (number, header), text in known.items())))

    def mark_issued(self, draft: Draft, *, job_id: str) -> None:
        """Note the job that issued this list and drop the list itself: the ledger has its rows now."""
        self._write(replace(draft, filename="", data=b"", job_id=job_id, fixes=()))

    def forget_old(self) -> None:
        """Delete the lists that are older than a day: they name people."""
        for path in self._folder.glob("*.json"):
            with suppress(FileNotFoundError):  # somebody else deletes too
                if self._is_old(path):
                    path.unlink()

    def _path(self, draft_id: str) -> Path:
        return self._folder / f"{draft_id}.json"

    def _write(self, draft: Draft) -> None:
        content = asdict(draft) | {"data": base64.b64encode(draft.data).decode("ascii")}
        write_private_file(self._path(draft.id), json.dumps(content).encode("utf-8"))

    def _is_old(self, path: Path) -> bool:
        written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        return self._clock() - written > timedelta(hours=DRAFT_HOURS)


def _rest_id(job_id: str) -> str:
    digest = hashlib.sha256(f"rest of {job_id}".encode()).digest()[:_ID_BYTES]
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


class OwnDrafts:
    """The class lists of the organisation whose desk it is; those of others are not there.

    Args:
        store: Of all organisations.
        scope: Returns whose desk it is in this request.
    """

    def __init__(self, store: DraftStore, scope: Callable[[], DeskScope]) -> None:
        self._store = store
        self._scope = scope

    def create(self, *, achievement_slug: str, issuer_slug: str, filename: str, data: bytes) -> Draft:
        """Keep an uploaded class list."""
        return self._store.create(
            organisation_id=self._scope().organisation_id,
            achievement_slug=achievement_slug,
            issuer_slug=issuer_slug,
            filename=filename,
            data=data,
        )

    def find(self, draft_id: str) -> Draft | None:
        """Return a draft of the organisation."""
        return self._narrow(self._store.find(draft_id))

    def keep_rest(self, draft: Draft, *, job_id: str, rows: Sequence[int]) -> None:
        """Keep a list for the rows that a job of it could not issue."""
        self._store.keep_rest(draft, job_id=job_id, rows=rows)

    def find_rest(self, job_id: str) -> Draft | None:
        """Return what a job of the organisation left over."""
        return self._narrow(self._store.find_rest(job_id))

    def _narrow(self, draft: Draft | None) -> Draft | None:
        scope = self._scope()
        is_own = draft is not None and draft.organisation_id == scope.organisation_id
        return draft if draft is not None and is_own and draft.issuer_slug in scope.issuer_slugs else None

    def fix(self, draft: Draft, fixes: Mapping[tuple[int, str], str]) -> None:
        """Keep what was typed in the place of cells."""
        self._store.fix(draft, fixes)

    def mark_issued(self, draft: Draft, *, job_id: str) -> None:
        """Note the job that issued this list."""
        self._store.mark_issued(draft, job_id=job_id)
