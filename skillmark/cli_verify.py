"""`skillmark verify`: what a scan shows, for the command line."""

from __future__ import annotations

import sys
from contextlib import contextmanager
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keys import FirstPartyFetcher, GuardedFetcher, OfflineFetcher, system_clock
from schemas import DataModelError, describe_code, read_datetime
from skillmark.bulk_messages import NetworkUse, ReportForm, RunSettings
from skillmark.bulk_pool import MAX_JOBS
from skillmark.bulk_words import WORDS
from skillmark.cli_verify_many import (
    EXIT_CODES,
    REPORT_ENDINGS,
    ManyOptions,
    count_cores,
    is_many,
    is_watched,
    verify_many,
)
from skillmark.json_output import render_json
from skillmark.memory import load_contexts, open_memory
from skillmark.settings import Settings, load_settings
from skillmark.trust_file import load_trust
from verifier import (
    DEFAULT_REQUIRED,
    MAX_PRESENTED_BYTES,
    CheckName,
    CredentialSetReport,
    Finding,
    Headline,
    Outcome,
    StatusCache,
    VerificationContext,
    clean_label,
)

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from schemas import Language
    from skillmark.bulk_words import ReportWords
    from skillmark.cli_verify_many import OwnDocuments
    from verifier import AnyReport, VerificationReport

_STANDARD_INPUT = "-"
_ADDRESSES = ("https://", "http://")
_SOURCE_HINT = "FILE|URL|-|FOLDER|ZIP|LIST..."
LIFECYCLE = {
    "validity.expired": Finding.EXPIRED,
    "validity.not_yet_valid": Finding.NOT_YET_VALID,
    "status.revoked": Finding.REVOKED,
    "status.suspended": Finding.SUSPENDED,
}
HEADLINES = {
    Headline.GENUINE: Finding.GENUINE,
    Headline.COULD_NOT_CHECK: Finding.COULD_NOT_CHECK,
    Headline.NOT_GENUINE: Finding.NOT_GENUINE,
}
_MARKS = {
    Outcome.PASSED: "ok",
    Outcome.FAILED: "NO",
    Outcome.INDETERMINATE: "??",
    Outcome.NOT_APPLICABLE: "--",
    Outcome.NOT_RUN: "  ",
}


def _say_headline(report: VerificationReport, words: ReportWords) -> str:
    """Return one of the four headlines; the second one says what happened."""
    if report.check(CheckName.RECIPIENT).outcome is Outcome.FAILED:
        return words.findings[Finding.SOMEONE_ELSES]
    if report.headline is Headline.GENUINE_BUT:
        lost = next(LIFECYCLE[check.code] for check in report.deciding_checks if check.code in LIFECYCLE)
        return words.findings[lost]
    return words.findings[HEADLINES[report.headline]]


def _print_any(report: AnyReport, language: Language) -> None:
    """Print one report; of a set the worst headline first, then every credential in it."""
    if not isinstance(report, CredentialSetReport):
        _print_report(report, language)
        return
    words = WORDS[language]
    is_lost = report.headline is Headline.GENUINE_BUT
    headline = words.no_longer_in_force if is_lost else words.findings[HEADLINES[report.headline]]
    click.echo(f"{headline}: {words.badges_together.format(parts=len(report.parts))}")
    for check in report.container.checks:
        click.echo(f"  {_MARKS[check.outcome]}  {check.explain(language)} [{check.code}]")
    for number, part in enumerate(report.parts, start=1):
        click.echo(f"{number}.")
        _print_report(part.report, language)


def _print_report(report: VerificationReport, language: Language) -> None:
    words = WORDS[language]
    click.echo(_say_headline(report, words))
    if report.credential is not None:
        badge = report.credential
        # Whoever signed chose these words, and could steer a terminal with them to write another headline.
        click.echo(f"  {clean_label(badge.achievement.name)}")
        if badge.subject.name:
            click.echo(f"  {words.given_to.format(name=clean_label(badge.subject.name))}")
        click.echo(f"  {words.given_by.format(name=clean_label(badge.issuer.name or badge.issuer.id))}")
    for check in report.checks:
        click.echo(f"  {_MARKS[check.outcome]}  {check.explain(language)} [{check.code}]")
    for check in report.deciding_checks[:1]:
        click.echo(describe_code(check.code).next_step(language))


def _read_file(path: Path) -> bytes:
    """Return the bytes of a file, a pipe or a device, never more than one byte too many: some have no end."""
    if str(path) == _STANDARD_INPUT:
        return sys.stdin.buffer.read(MAX_PRESENTED_BYTES + 1)
    with path.open("rb") as file:
        return file.read(MAX_PRESENTED_BYTES + 1)


def _find_paths(sources: tuple[str, ...]) -> tuple[Path, ...]:
    """Return what the sources name on disk; only alone may one be an address or standard input."""
    for source in sources:
        if source == _STANDARD_INPUT or source.startswith(_ADDRESSES):
            if len(sources) > 1:
                raise click.BadParameter(f"check {source} by itself", param_hint=_SOURCE_HINT)
        elif not Path(source).exists():
            raise click.BadParameter(f"there is no file {source}", param_hint=_SOURCE_HINT)
    return tuple(Path(source) for source in sources)


def _read_time(text: str) -> datetime:
    try:
        return read_datetime(text).astimezone(UTC)
    except DataModelError as error:
        raise click.BadParameter("write the time like 2026-11-22T09:00:00Z", param_hint="--at") from error


def _own_settings(home: Path) -> Settings | None:
    return load_settings(home) if (home / "skillmark.toml").exists() else None


@click.command()
@click.argument("sources", metavar=_SOURCE_HINT, nargs=-1, required=True)
@click.option("--at", "at", default="", help="Judge the dates as of this time, such as 2026-11-22T09:00:00Z.")
@click.option("--recipient", default=None, help="E-mail address, name or id of the person who shows the badge.")
@click.option("--trust", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="List of issuers you know.")
@click.option("--offline", is_flag=True, help="Touch no network; say what could not be checked.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report for a machine; of many, one a line.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="Of many: also write a row for each badge to this .csv, .xlsx or .jsonl file.",
)
@click.option(
    "--jobs", type=click.IntRange(1, MAX_JOBS), default=None, help="Of many: processes at once.  [default: all cores]"
)
@click.option("--progress", is_flag=True, help="Of many: count along on standard error, also when that is no screen.")
@click.option("--language", type=click.Choice(["en", "es"]), default="en", show_default=True, help="Of the sentences.")
@click.pass_obj
def verify(
    home: Path,
    *,
    sources: tuple[str, ...],
    at: str,
    recipient: str | None,
    trust: Path | None,
    offline: bool,
    as_json: bool,
    out: Path | None,
    jobs: int | None,
    progress: bool,
    language: Language,
) -> None:
    """Verify a badge, or several in one file: JSON, JWS, SD-JWT, COSE, PNG, SVG, PDF, a photo of a code, a URL, or -.

    Many at once: a folder with all that is below it, a zip (never unpacked to disk), a .jsonl list with a badge in each
    line, or several files. What lies in them is checked as if each had come alone.

    Exit code 0 genuine and in force, 1 rejected (not genuine, no longer in force, no badge, another person's),
    3 could not check, 2 wrong usage. Of many the worst counts: 1 when one is rejected, else 3 when one could not be
    checked; 130 when you stopped it with Ctrl-C, and what was checked until then is printed and written.
    """
    paths = _find_paths(sources)
    if out is not None and out.suffix.lower() not in REPORT_ENDINGS:
        raise click.BadParameter(f"end the name with one of {', '.join(REPORT_ENDINGS)}", param_hint="--out")
    settings = _own_settings(home)
    run = RunSettings(
        now=_read_time(at) if at else system_clock(),
        trust_list=load_trust(trust, settings),
        home=settings.home if settings else None,
        recipient=recipient,
        network=NetworkUse.NONE if offline else NetworkUse.GUARDED,
        form=ReportForm.WHOLE if as_json else ReportForm.ROWS,
    )
    with _open_own_documents(settings) as own:
        is_single_source = sources[0] == _STANDARD_INPUT or sources[0].startswith(_ADDRESSES)
        if not is_single_source and (out is not None or is_many(paths)):
            options = ManyOptions(
                jobs=jobs or min(MAX_JOBS, count_cores()),
                out=out,
                language=language,
                shows_progress=progress or is_watched(),
            )
            raise click.exceptions.Exit(verify_many(paths, settings=run, own=own, options=options))
        report = _verify_one(sources[0], run, own)
    if as_json:
        click.echo(render_json(report.to_json()))
    else:
        _print_any(report, language)
    raise click.exceptions.Exit(EXIT_CODES[report.verdict])


@contextmanager
def _open_own_documents(settings: Settings | None) -> Iterator[OwnDocuments]:
    """Give what this installation publishes itself, by address; nothing without a data folder."""
    if settings is None:
        yield lambda _: None
        return
    # The store takes longer to load than a badge takes to verify, and who has no badges of their own needs none.
    from skillmark.wiring import open_ledger, own_documents  # noqa: PLC0415

    with open_ledger(settings) as ledger:
        yield own_documents(ledger)


def _verify_one(source: str, run: RunSettings, own: OwnDocuments) -> AnyReport:
    from verifier import verify_any  # noqa: PLC0415 - of many, the processes that check load it, and this one never

    network = OfflineFetcher() if run.network is NetworkUse.NONE else GuardedFetcher(clock=system_clock)
    door = network.for_verification() if isinstance(network, GuardedFetcher) else network
    memory = open_memory(run.home)
    context = VerificationContext(
        now=run.now,
        fetcher=FirstPartyFetcher(own, door),
        trust_list=run.trust_list,
        status_cache=StatusCache(high_water=memory.high_water),
        key_pins=memory.key_pins,
        contexts=load_contexts(run.home),
        recipient=run.recipient,
        required=DEFAULT_REQUIRED | ({CheckName.RECIPIENT} if run.recipient else set()),
    )
    if source.startswith(_ADDRESSES):
        return verify_any(source, context=context)
    return verify_any(_read_file(Path(source)), context=context, filename=Path(source).name)
