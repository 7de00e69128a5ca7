"""The audit log at the desk: what happened, in plain words, by event, badge and day."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from flask import render_template, request, url_for

from issuer.acts import BY_PERSON
from issuer.people import Role
from issuer.web.form_values import read_day
from issuer.web.log_people import PEOPLE_LABELS, is_about_people, read_actor, say_actor, say_actor_of, say_whom
from issuer.web.paging import PAGE_ROWS
from issuer.web.people_words import say_person
from issuer.web.visitor import needs
from pages import N_, send_download, translate
from schemas import format_datetime, guard_cell
from storage import AuditFilter

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from flask import Blueprint
    from flask.typing import ResponseReturnValue

    from issuer.desk import Desk
    from issuer.web.deps import DeskDeps
    from schemas import JsonObject
    from storage import AuditEntry

MAX_CSV_ROWS = 100_000
_CSV_ROWS_AT_ONCE = 1_000
MAX_SOUGHT_CHARS = 300
_CSV = "text/csv; charset=utf-8"
EVENT_LABELS: Mapping[str, str] = MappingProxyType(
    {
        **PEOPLE_LABELS,
        "achievement.offered_on_the_job": N_("A course was put in the short list for the phone"),
        "achievement.saved": N_("A course was saved"),
        "achievement.withdrawn_on_the_job": N_("A course was taken out of the short list for the phone"),
        "badge.claimed": N_("A badge was claimed"),
        "class_code.closed": N_("A class code was closed"),
        "class_code.opened": N_("A class code was opened"),
        "clock.accepted": N_("The clock was declared right"),
        "contact.changed": N_("The phone number of a person was changed"),
        "credential.corrected": N_("A badge was corrected"),
        "credential.issued": N_("A badge was issued"),
        "credential.renewed": N_("A badge was renewed"),
        "delivery.chosen": N_("The way to hand out badges was chosen"),
        "delivery.renewed": N_("A new link was made for a claimed badge"),
        "delivery.repeated": N_("A message was sent again"),
        "issuer.created": N_("An issuer was made"),
        "job.finished": N_("A list was finished"),
        "job.resumed": N_("A list went on"),
        "job.started": N_("A list was started"),
        "job.stopped": N_("A list was stopped"),
        "key.created": N_("A signing key was made"),
        "key.retired": N_("A signing key was retired"),
        "record.signed": N_("A worker's skills record was signed"),
        "skill_list.removed": N_("A skill list was removed"),
        "skill_list.saved": N_("A skill list was saved"),
        "status.changed": N_("The status of a badge was changed"),
        "store.restored": N_("A backup was brought back"),
        "wallet.deleted": N_("A wallet was deleted"),
    }
)
_STATUS_LABELS: Mapping[tuple[object, object], str] = MappingProxyType(
    {
        ("revocation", True): N_("A badge was revoked"),
        ("suspension", True): N_("A badge was suspended"),
        ("suspension", False): N_("A badge was reinstated"),
    }
)
_BY_LABELS: Mapping[str, str] = MappingProxyType(
    {"desk": N_("at the desk"), "command line": N_("at the command line"), "program": N_("by a program")}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Asked:
    """The filter as it stands in the address; days are whole days of the time zone of the site."""

    event: str
    badge: str
    person: str
    since: date | None
    until: date | None

    @property
    def arguments(self) -> dict[str, Any]:
        """The same for a link."""
        found = {
            "event": self.event,
            "badge": self.badge,
            "person": self.person,
            "since": self.since.isoformat() if self.since else "",
            "until": self.until.isoformat() if self.until else "",
        }
        return {name: text for name, text in found.items() if text}


def add_log_pages(blueprint: Blueprint, deps: DeskDeps) -> None:
    """Add the log and its download."""

    @blueprint.get("/desk/log")
    @needs(Role.VIEWER)
    def log() -> ResponseReturnValue:
        asked = _read_asked()
        before = _read_number(request.args.get("before", ""))
        found = deps.desk.list_log(_compose_filter(deps, asked), limit=PAGE_ROWS + 1, before=before)
        # Whoever does not see all that happened may ask for all that can happen.
        events = deps.desk.list_log_events() or tuple(EVENT_LABELS)
        shown = found[:PAGE_ROWS]
        names, things = _read_names(deps.desk), deps.desk.read_thing_names(shown)
        older = url_for("desk.log", **asked.arguments, before=shown[-1].seq) if len(found) > PAGE_ROWS else ""
        return render_template(
            "issuer/log.html",
            asked=asked,
            events=[(event, _say_event(event)) for event in events],
            people=_list_actors(asked.person, names),
            rows=[_show(deps, entry, names) | {"name": things.get(entry.subject, "")} for entry in shown],
            older_url=older,
            newest_url=url_for("desk.log", **asked.arguments) if before is not None else "",
            csv_url=url_for("desk.log_csv", **asked.arguments),
        )

    @blueprint.get("/desk/log.csv")
    @needs(Role.VIEWER)
    def log_csv() -> ResponseReturnValue:
        asked = _read_asked()
        rows = _write_csv(deps.desk, _compose_filter(deps, asked), _read_names(deps.desk))
        return send_download(rows, _CSV, filename="audit-log.csv")


def _read_names(desk: Desk) -> dict[str, str]:
    return {member.person.id: say_person(member.person) for member in desk.list_people()}


def _list_actors(asked: str, names: Mapping[str, str]) -> list[tuple[str, str]]:
    """Return who can be chosen: the people of the organisation, and whoever is asked for now."""
    people = sorted(names.items(), key=lambda person: person[1].casefold())
    if asked and asked not in names:
        people.append((asked, say_actor_of(asked, names)))
    return people


def _read_asked() -> _Asked:
    args = request.args
    return _Asked(
        event=args.get("event", "")[:MAX_SOUGHT_CHARS],
        badge=args.get("badge", "").strip()[:MAX_SOUGHT_CHARS],
        person=args.get("person", "")[:MAX_SOUGHT_CHARS],
        since=read_day(args.get("since", "")),
        until=read_day(args.get("until", "")),
    )


def _read_number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < len(str(2**63)) else None


def _compose_filter(deps: DeskDeps, asked: _Asked) -> AuditFilter:
    # Whoever pastes the address of a badge, or the last part of it, means that badge.
    slug = asked.badge.partition("?")[0].rstrip("/").rpartition("/")[2]
    return AuditFilter(
        event=asked.event,
        subjects=(f"{deps.base_url}/b/{slug}", asked.badge) if asked.badge else (),
        since=_start(deps, asked.since) if asked.since else None,
        until=_start(deps, asked.until, days_later=1) if asked.until else None,
        actor=(BY_PERSON, asked.person) if asked.person else None,
    )


def _start(deps: DeskDeps, day: date, *, days_later: int = 0) -> datetime | None:
    """Return when a day begins where the people of the desk are; None beyond the ends of the calendar."""
    try:
        return datetime.combine(day + timedelta(days=days_later), time(), deps.time_zone).astimezone(UTC)
    except OverflowError:
        return None


def _say_event(event: str) -> str:
    return translate(EVENT_LABELS[event]) if event in EVENT_LABELS else event


def _say(entry: AuditEntry) -> str:
    label = _STATUS_LABELS.get((entry.facts.get("purpose"), entry.facts.get("value")))
    if entry.event == "status.changed" and label is not None:
        return translate(label)
    return _say_event(entry.event)


def _say_by(facts: JsonObject) -> str:
    role = str(facts.get("by", ""))
    return translate(_BY_LABELS[role]) if role in _BY_LABELS else role


def _show(deps: DeskDeps, entry: AuditEntry, names: Mapping[str, str]) -> dict[str, object]:
    """Return a record with ways to what it is about; what it says of holders are made-up names, and they stay away."""
    page = f"{deps.base_url}/b/"
    link, about = "", entry.subject
    if entry.subject.startswith(page) or entry.event == "badge.claimed":
        slug = entry.subject.removeprefix(page)
        link, about = url_for("desk.badge", slug=slug), f"…/b/{slug}"
    elif entry.event.startswith("job."):
        link = url_for("desk.job", job_id=entry.subject)
    elif is_about_people(entry.event):
        about = say_whom(entry, names)
    elif entry.event.startswith("skill_list."):
        about = str(entry.facts.get("list", ""))
    elif entry.event.startswith("achievement."):
        link = url_for("desk.course", slug=entry.subject)
    counts = [entry.facts[name] for name in ("rows", "issued") if isinstance(entry.facts.get(name), int)]
    return {
        "seq": entry.seq,
        "time": entry.time,
        "what": _say(entry),
        "about": about,
        "link": link,
        "by": ": ".join(part for part in (_say_by(entry.facts), say_actor(entry, names)) if part),
        "who_url": url_for("desk.log", person=person_id) if (person_id := read_actor(entry)) else "",
        "count": counts[0] if counts else None,
    }


def _write_csv(desk: Desk, wanted: AuditFilter, names: Mapping[str, str]) -> Iterator[bytes]:
    """Yield the rows from the newest on; each cell is safe in a spreadsheet program."""
    header = ("number", "time", "event", "what", "about", "by", "person", "hash")
    yield b"\xef\xbb\xbf" + _row(header)
    before: int | None = None
    for _ in range(MAX_CSV_ROWS // _CSV_ROWS_AT_ONCE):
        found = desk.list_log(wanted, limit=_CSV_ROWS_AT_ONCE, before=before)
        for entry in found:
            cells = (
                format_datetime(entry.time),
                entry.event,
                _say(entry),
                entry.subject,
                str(entry.facts.get("by", "")),
                say_actor(entry, names),
            )
            yield _row((str(entry.seq), *cells, entry.hash.hex()))
        if len(found) < _CSV_ROWS_AT_ONCE:
            return
        before = found[-1].seq


def _row(cells: tuple[str, ...]) -> bytes:
    out = io.StringIO()
    csv.writer(out, quoting=csv.QUOTE_ALL).writerow([guard_cell(cell) for cell in cells])
    return out.getvalue().encode("utf-8")
