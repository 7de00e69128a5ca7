"""Writes the report of a bulk run as CSV, as a workbook or as JSON Lines, one row after another."""

from __future__ import annotations

import csv
import enum
import secrets
from contextlib import closing, contextmanager
from typing import TYPE_CHECKING, Protocol

from schemas import BadgeError, encode_json, guard_cell
from skillmark.bulk_sheet import WorkbookReport
from skillmark.bulk_words import WORDS, compose_cells
from skillmark.json_output import escape_steering

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime
    from pathlib import Path
    from typing import TextIO

    from schemas import JsonObject, Language
    from verifier import BulkRow, BulkSummary


class ReportKind(enum.Enum):
    """The forms of a report file, by the ending of its name."""

    CSV = ".csv"
    WORKBOOK = ".xlsx"
    JSON_LINES = ".jsonl"


class BulkReport(Protocol):
    """Takes rows as they come and is finished once."""

    def write(self, row: BulkRow) -> None:
        """Write one row."""
        ...

    def finish(self, summary: BulkSummary) -> None:
        """Write what stands at the end, and close."""
        ...

    def close(self) -> None:
        """Let go of the file, finished or not."""
        ...


class _CsvReport:
    """Comma separated, every cell in quotation marks, with a mark at the start that makes Excel read UTF-8."""

    def __init__(self, path: Path, language: Language) -> None:
        self._language = language
        self._file = path.open("w", encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._file, quoting=csv.QUOTE_ALL)
        self._writer.writerow(WORDS[language].columns)

    def write(self, row: BulkRow) -> None:
        """Write one row; no cell of it is a formula."""
        self._writer.writerow([guard_cell(cell) for cell in compose_cells(row, language=self._language)])

    def finish(self, summary: BulkSummary) -> None:  # noqa: ARG002 - a table has no room for another one
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._file.close()


class _LinesReport:
    """One JSON object in each line."""

    def __init__(self, path: Path, language: Language) -> None:
        self._language = language
        self._file: TextIO = path.open("w", encoding="utf-8")

    def write(self, row: BulkRow) -> None:
        """Write one row."""
        line = encode_json(compose_row_json(row, language=self._language)).decode("utf-8")
        self._file.write(escape_steering(line) + "\n")

    def finish(self, summary: BulkSummary) -> None:  # noqa: ARG002 - every line is a badge
        """Close the file."""
        self.close()

    def close(self) -> None:
        """Let go of the file, finished or not."""
        self._file.close()


def compose_row_json(row: BulkRow, *, language: Language) -> JsonObject:
    """Return one row for a machine; sentences are in `language`, everything else is the same in each."""
    cells = compose_cells(row, language=language)
    return {
        "file": row.label,
        "part": row.part,
        "parts": row.parts,
        "result": row.finding.value,
        "verdict": row.verdict.value,
        "code": row.code,
        "reason": cells[9],
        "nextStep": cells[10],
        "achievement": row.achievement,
        "issuer": {"id": row.issuer_id, "name": row.issuer, "domain": row.domain, "standing": row.standing.value},
        "awarded": row.awarded_on,
        "expires": row.expires_on,
        "remarks": list(row.remarks),
    }


def _open_report(path: Path, kind: ReportKind, *, language: Language, now: datetime) -> BulkReport:
    match kind:
        case ReportKind.CSV:
            return _CsvReport(path, language)
        case ReportKind.JSON_LINES:
            return _LinesReport(path, language)
        case ReportKind.WORKBOOK:
            return WorkbookReport(path, language=language, now=now)


@contextmanager
def open_report(path: Path, *, language: Language, now: datetime) -> Iterator[BulkReport]:
    """Give a report to write to; it stands at `path`, whole, once the block ends, and not at all when it fails.

    Args:
        path: Ends in `.csv`, `.xlsx` or `.jsonl`; what stands there is replaced.
        language: Of headings and sentences.
        now: The moment as of which was checked.

    Raises:
        BadgeError: `bulk.report_unwritable`.
    """
    draft = path.with_name(f".{path.stem}.{secrets.token_hex(8)}{path.suffix}")
    try:
        draft.touch(mode=0o600)  # a folder that cannot be written in is known before an hour of work
        try:
            report = _open_report(draft, ReportKind(path.suffix.lower()), language=language, now=now)
            with closing(report):
                yield report
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
    except OSError as error:
        raise BadgeError("bulk.report_unwritable", f"{path.name}: {error.strerror}") from error
