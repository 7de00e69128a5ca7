"""The report of a bulk run as a workbook: a sheet with a row for each badge, and one with the counts."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from schemas import close_workbook, describe_code, format_datetime, open_workbook_on_disk
from skillmark.bulk_words import COLUMN_KEYS, WORDS, compose_cells
from verifier import Finding, IssuerStanding

if TYPE_CHECKING:
    from schemas import Language
    from verifier import BulkRow, BulkSummary

# Rows of one sheet, with its headings; more go on in another sheet.
MAX_SHEET_ROWS = 1_048_576
_WIDTHS = (44, 12, 24, 32, 30, 28, 26, 12, 12, 52, 52, 40, 26)
_DAYS = frozenset({"awarded", "expires"})
_DAY = "yyyy-mm-dd"
_FIRST_DAY = "1900-03-01"  # before it spreadsheet programs disagree on the calendar, or have none
_GREEN, _YELLOW, _GREY, _RED = "#E2F0D9", "#FFF2CC", "#EDEDED", "#F8CBAD"
_COLOURS = {
    Finding.GENUINE: _GREEN,
    Finding.EXPIRED: _YELLOW,
    Finding.NOT_YET_VALID: _YELLOW,
    Finding.SUSPENDED: _YELLOW,
    Finding.REVOKED: _RED,
    Finding.SOMEONE_ELSES: _RED,
    Finding.COULD_NOT_CHECK: _GREY,
    Finding.NOT_GENUINE: _RED,
    Finding.NOT_A_BADGE: _GREY,
}
# A genuine badge is green only when something stands behind the name of its issuer.
_NAMED = frozenset({IssuerStanding.LISTED, IssuerStanding.ADDRESS, IssuerStanding.NOT_SHOWN})


class WorkbookReport:
    """Rows go to disk as they come, so that a million of them take no more memory than one.

    Args:
        path: The workbook.
        language: Of headings and sentences.
        now: The moment as of which was checked.
    """

    def __init__(self, path: Path, *, language: Language, now: datetime) -> None:
        self._language = language
        self._words = WORDS[language]
        self._now = now
        self._workbook = open_workbook_on_disk(path, created=now)
        self._head = self._workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        self._day = self._workbook.add_format({"num_format": _DAY})
        self._results = {colour: self._workbook.add_format({"bg_color": colour}) for colour in _COLOURS.values()}
        self._sheets = 0
        self._open_sheet()

    def _open_sheet(self) -> None:
        self._sheets += 1
        suffix = f" {self._sheets}" if self._sheets > 1 else ""
        self._sheet = self._workbook.add_worksheet(f"{self._words.results_sheet}{suffix}")
        for column, width in enumerate(_WIDTHS):
            self._sheet.set_column(column, column, width)
        for column, heading in enumerate(self._words.columns):
            self._sheet.write_string(0, column, heading, self._head)
        self._sheet.freeze_panes(1, 1)
        self._row = 0

    def write(self, row: BulkRow) -> None:
        """Write one row."""
        if self._row + 1 >= MAX_SHEET_ROWS:
            self._close_sheet()
            self._open_sheet()
        self._row += 1
        is_named = row.finding is not Finding.GENUINE or row.standing in _NAMED
        colour = self._results[_COLOURS[row.finding] if is_named else _YELLOW]
        for column, (key, cell) in enumerate(
            zip(COLUMN_KEYS, compose_cells(row, language=self._language), strict=True)
        ):
            if not cell:
                continue
            if key in _DAYS and cell >= _FIRST_DAY:
                self._sheet.write_datetime(self._row, column, datetime.fromisoformat(cell), self._day)
            else:
                self._sheet.write_string(self._row, column, cell, colour if key == "result" else None)

    def _close_sheet(self) -> None:
        self._sheet.autofilter(0, 0, self._row, len(COLUMN_KEYS) - 1)

    def finish(self, summary: BulkSummary) -> None:
        """Write the counts on a sheet of their own, and close.

        Raises:
            OSError: The disk refuses.
        """
        self._close_sheet()
        words = self._words
        sheet = self._workbook.add_worksheet(words.summary_sheet)
        for column, width in enumerate((44, 30, 30, 12, 12)):
            sheet.set_column(column, column, width)
        table = self._list_counts(summary)
        for number, cells in enumerate(table):
            for column, cell in enumerate(cells):
                if isinstance(cell, int):
                    sheet.write_number(number, column, cell)
                else:
                    sheet.write_string(number, column, cell, self._head if len(cells) == 1 else None)
        close_workbook(self._workbook)

    def close(self) -> None:
        """Let go of the rows on disk, finished or not."""
        for sheet in self._workbook.worksheets():
            sheet.row_data_fh.close()
            Path(sheet.row_data_filename).unlink(missing_ok=True)

    def _list_counts(self, summary: BulkSummary) -> list[tuple[str | int, ...]]:
        words, language = self._words, self._language
        counts = [(words.findings[kind], summary.findings[kind]) for kind in Finding if summary.findings[kind]]
        reasons = [
            (describe_code(code).sentence(language), words.findings[kind], code, count)
            for (kind, code), count in summary.reasons.most_common()
        ]
        issuers = [
            (
                tally.name or words.unnamed_issuer,
                tally.domain,
                words.standings[tally.standing],
                tally.counts.total(),
                tally.counts[Finding.GENUINE],
            )
            for tally in sorted(summary.issuers.values(), key=lambda one: -one.counts.total())
        ]
        if summary.others:
            others = summary.others
            issuers.append((words.other_issuers, "", "", others.total(), others[Finding.GENUINE]))
        return [
            (words.checked.format(total=summary.total),),
            (words.checked_at, format_datetime(self._now)),
            *counts,
            ("",),
            (words.reasons,),
            *reasons,
            ("",),
            (words.by_issuer,),
            (words.columns[4], words.columns[5], words.columns[6], words.in_all, words.in_force),
            *issuers,
        ]
