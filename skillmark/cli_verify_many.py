"""`skillmark verify` for many badges: a folder, a zip, a list, or several of them."""

from __future__ import annotations

import os
import signal
import sys
import time
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import click

from schemas import CannotCheckError, DecodingError, describe_code
from skillmark.bulk_messages import ReportForm
from skillmark.bulk_pool import BulkPool
from skillmark.bulk_words import WORDS, say_next_step, say_part
from skillmark.json_output import escape_steering
from skillmark.memory import load_contexts
from verifier import (
    BulkSummary,
    Finding,
    IssuerStanding,
    SharedAnswers,
    SourceKind,
    Verdict,
    count_items,
    find_source_kind,
    list_items,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from contextlib import AbstractContextManager
    from pathlib import Path

    from keys import FetchedDocument
    from schemas import Language
    from skillmark.bulk_messages import Checked, RunSettings
    from skillmark.bulk_report import BulkReport
    from verifier import BulkRow

    OwnDocuments: TypeAlias = Callable[[str], FetchedDocument | None]

EXIT_STOPPED = 130  # as a shell has it: 128 and the number of SIGINT
EXIT_REJECTED = 1
EXIT_CODES = {Verdict.VERIFIED: 0, Verdict.REJECTED: EXIT_REJECTED, Verdict.INCONCLUSIVE: 3}
REPORT_ENDINGS = (".csv", ".xlsx", ".jsonl")
_SHOWN_ROWS = 20
_SHOWN_ISSUERS = 10
_PROGRESS_SECONDS = 0.5


@dataclass(frozen=True, slots=True, kw_only=True)
class ManyOptions:
    """How a run is shown and shared out.

    Args:
        jobs: Processes at once.
        out: Where the report is written; None for none.
        language: Of sentences and headings.
        shows_progress: Whether a line on standard error counts along.
    """

    jobs: int
    out: Path | None
    language: Language
    shows_progress: bool


def count_cores() -> int:
    """Return how many processes this one may run at once."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def is_watched() -> bool:
    """Say whether standard error is a terminal; it may also be closed."""
    return sys.stderr is not None and sys.stderr.isatty()


def is_many(paths: Sequence[Path]) -> bool:
    """Say whether the paths name more than one file with one badge.

    Raises:
        CannotCheckError: `bulk.file_unreadable`: the one path cannot be opened.
    """
    try:
        return len(paths) > 1 or find_source_kind(paths[0]) is not SourceKind.FILE
    except OSError as error:
        raise CannotCheckError("bulk.file_unreadable", error.strerror or "") from error


def verify_many(paths: Sequence[Path], *, settings: RunSettings, own: OwnDocuments, options: ManyOptions) -> int:
    """Check everything in `paths`, print what was found, and return the exit code.

    Args:
        paths: Folders, zips, lists and files.
        settings: Of the run.
        own: What this installation publishes itself, by address.
        options: How the run is shown and shared out.

    Raises:
        BadgeError: Word lists that others may write to (`context.…`), nothing to check (`bulk.nothing_found`), too
            much (`bulk.too_many`), processes that stop again and again (`bulk.stopped_too_often`), a report that cannot
            be written (`bulk.report_unwritable`); what was found before is printed and written.
    """
    load_contexts(settings.home)  # what is wrong with them is said before anything is checked
    run = _Run(settings=settings, options=options)
    left_out = () if options.out is None else (options.out.resolve(),)
    answers = SharedAnswers(own, is_listed=settings.trust_list.hosts().__contains__)
    pool = BulkPool(settings, jobs=options.jobs, answers=answers)
    report: AbstractContextManager[BulkReport | None] = nullcontext()
    if options.out is not None:
        from skillmark.bulk_report import open_report  # noqa: PLC0415 - a run without a report loads none of it

        report = open_report(options.out, language=options.language, now=settings.now)
    with report as written, _watch_for_stop() as stop:
        failure: DecodingError | CannotCheckError | None = None
        try:
            with run.count_along(_count_all(paths)) as progress:
                for checked in pool.check(list_items(paths, left_out=left_out), is_stopped=stop.is_wanted):
                    run.take(checked, written)
                    progress.show()
        except (DecodingError, CannotCheckError) as error:
            failure = error
        if written is not None:
            written.finish(run.summary)
    run.print_summary()
    if stop.is_wanted():
        run.print_stopped()
        return EXIT_STOPPED
    if failure is not None:
        raise failure
    if not run.summary.total:
        raise DecodingError("bulk.nothing_found")
    return EXIT_CODES[run.summary.verdict]


def _count_all(paths: Sequence[Path]) -> int | None:
    counts = [count_items(path) for path in paths]
    return None if None in counts else sum(count or 0 for count in counts)


class _Stop:
    """Remembers that somebody pressed Ctrl-C. The second time the program ends at once, as if nobody listened."""

    def __init__(self) -> None:
        self._wanted = False

    def is_wanted(self) -> bool:
        return self._wanted

    def want(self, *_: object) -> None:
        self._wanted = True
        signal.signal(signal.SIGINT, signal.default_int_handler)


@contextmanager
def _watch_for_stop() -> Iterator[_Stop]:
    stop = _Stop()
    before = signal.signal(signal.SIGINT, stop.want)
    try:
        yield stop
    finally:
        signal.signal(signal.SIGINT, before)


class _Progress:
    """One line on standard error that counts along, at most twice a second; None as `summary` shows nothing."""

    def __init__(self, summary: BulkSummary | None, *, total: int | None, words: str) -> None:
        self._summary = summary
        self._of = f" / {total:,}" if total else ""
        self._words = words
        self._begun = self._shown = time.monotonic()

    def show(self) -> None:
        """Show the count when it is time."""
        now = time.monotonic()
        if self._summary is not None and now - self._shown >= _PROGRESS_SECONDS:
            self._shown = now
            self._write(self._summary, now)

    def end(self) -> None:
        """Show the last count and leave the line."""
        if self._summary is not None:
            self._write(self._summary, time.monotonic())
            click.echo(err=True)

    def _write(self, summary: BulkSummary, now: float) -> None:
        done = summary.total
        rate = done / max(now - self._begun, 0.001)
        still_open = done - summary.findings[Finding.GENUINE]
        line = self._words.format(done=f"{done:,}", of=self._of, rate=f"{rate:,.0f}", open=f"{still_open:,}")
        is_terminal = is_watched()
        click.echo(f"\r\x1b[K{line}" if is_terminal else line, err=True, nl=not is_terminal)


class _Run:
    """What one run has found so far, and how it is told."""

    def __init__(self, *, settings: RunSettings, options: ManyOptions) -> None:
        self.summary = BulkSummary()
        self._whole = settings.form is ReportForm.WHOLE
        self._options = options
        self._words = WORDS[options.language]
        self._look_at: list[BulkRow] = []
        self._more = 0

    @contextmanager
    def count_along(self, total: int | None) -> Iterator[_Progress]:
        """Show progress while the block runs."""
        shown = self.summary if self._options.shows_progress else None
        progress = _Progress(shown, total=total, words=self._words.progress)
        try:
            yield progress
        finally:
            progress.end()

    def take(self, checked: list[Checked], report: BulkReport | None) -> None:
        """Count and write what came back."""
        for one in checked:
            if self._whole:
                click.echo(escape_steering(one.report.decode("utf-8")))
            for row in one.rows:
                self.summary.add(row)
                if report is not None:
                    report.write(row)
                if row.finding is not Finding.GENUINE or row.standing is IssuerStanding.NAME_TAKEN:
                    self._remember(row)

    def _remember(self, row: BulkRow) -> None:
        if len(self._look_at) < _SHOWN_ROWS:
            self._look_at.append(row)
        else:
            self._more += 1

    def _say(self, line: str = "") -> None:
        # With --json only reports stand on standard output.
        click.echo(line, err=self._whole)

    def print_summary(self) -> None:
        """Print how many of each kind there were, why, whose, and which to look at."""
        words, summary = self._words, self.summary
        self._say(words.checked.format(total=f"{summary.total:,}"))
        for finding in Finding:
            if not summary.findings[finding]:
                continue
            self._say(f"{summary.findings[finding]:>9,}  {words.findings[finding]}")
            if finding is Finding.GENUINE:
                self._print_standings()
        self._print_reasons()
        self._print_issuers()
        self._print_look_at()
        if self._options.out is not None:
            self._say(words.report_written.format(path=self._options.out))

    def _print_standings(self) -> None:
        for standing, count in self.summary.standings.most_common():
            if standing is not IssuerStanding.NOT_SHOWN:
                said = self._words.standings[standing]
                self._say("           " + self._words.genuine_by_standing.format(count=f"{count:,}", standing=said))

    def _print_reasons(self) -> None:
        if self.summary.reasons:
            self._say(f"\n{self._words.reasons}")
        for (_, code), count in self.summary.reasons.most_common():
            info = describe_code(code)
            self._say(f"{count:>9,}  {info.sentence(self._options.language)} [{code}]")
            self._say(f"           {info.next_step(self._options.language)}")

    def _print_issuers(self) -> None:
        if self.summary.issuers:
            self._say(f"\n{self._words.by_issuer}")
        tallies = sorted(self.summary.issuers.values(), key=lambda one: -one.counts.total())
        for tally in tallies[:_SHOWN_ISSUERS]:
            domain = f" ({tally.domain})" if tally.domain else ""
            counts = f"{tally.counts.total():>9,}  {tally.name or self._words.unnamed_issuer}{domain}"
            in_force = f"{tally.counts[Finding.GENUINE]:,} {self._words.in_force}"
            self._say(f"{counts}: {in_force}, {self._words.standings[tally.standing]}")
        beyond = sum(tally.counts.total() for tally in tallies[_SHOWN_ISSUERS:]) + self.summary.others.total()
        if beyond:
            self._say(f"{beyond:>9,}  {self._words.other_issuers}")

    def _print_look_at(self) -> None:
        if self._look_at:
            self._say(f"\n{self._words.look_at}")
        for row in self._look_at:
            part = say_part(row, language=self._options.language)
            what = ", ".join(text for text in (row.achievement, row.issuer) if text)
            place = f"{row.label} ({part})" if part else row.label
            self._say(f"  {place}: {self._words.findings[row.finding]}{f' · {what}' if what else ''}")
            if row.finding is Finding.GENUINE:
                self._say(f"    {say_next_step(row, language=self._options.language)}")
        if self._more:
            self._say(f"  {self._words.more_of_them.format(count=f'{self._more:,}')}")

    def print_stopped(self) -> None:
        """Say that somebody stopped the run."""
        click.echo(self._words.stopped if self.summary.total else self._words.nothing_yet, err=True)
