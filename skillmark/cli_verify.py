"""`skillmark verify`: what a scan shows, for the command line."""

from __future__ import annotations

import json
import sys
from contextlib import nullcontext
from datetime import UTC
from pathlib import Path
from typing import TYPE_CHECKING

import click

from keys import GuardedFetcher, OfflineFetcher, system_clock
from schemas import DataModelError, describe_code, read_datetime
from skillmark.settings import Settings, load_settings
from skillmark.wiring import load_contexts, load_trust, open_ledger, open_memory, with_own_documents
from verifier import (
    DEFAULT_REQUIRED,
    CheckName,
    CredentialSetReport,
    Headline,
    Outcome,
    StatusCache,
    Verdict,
    VerificationContext,
    verify_any,
)

if TYPE_CHECKING:
    from datetime import datetime

    from verifier import AnyReport, VerificationReport

EXIT_CODES = {Verdict.VERIFIED: 0, Verdict.REJECTED: 1, Verdict.INCONCLUSIVE: 3}
LIFECYCLE = {
    "validity.expired": "Genuine, but expired",
    "validity.not_yet_valid": "Genuine, but not valid yet",
    "status.revoked": "Genuine, but revoked",
    "status.suspended": "Genuine, but suspended",
}
HEADLINES = {
    Headline.GENUINE: "Genuine",
    Headline.GENUINE_BUT: "Genuine, but no longer in force",
    Headline.COULD_NOT_CHECK: "Could not check",
    Headline.NOT_GENUINE: "Not genuine",
}
_MARKS = {
    Outcome.PASSED: "ok",
    Outcome.FAILED: "NO",
    Outcome.INDETERMINATE: "??",
    Outcome.NOT_APPLICABLE: "--",
    Outcome.NOT_RUN: "  ",
}


def _say_headline(report: VerificationReport) -> str:
    """Return one of the four headlines; the second one says what happened."""
    if report.check(CheckName.RECIPIENT).outcome is Outcome.FAILED:
        return "Given to someone else"
    if report.headline is Headline.GENUINE_BUT:
        return next(LIFECYCLE[check.code] for check in report.deciding_checks if check.code in LIFECYCLE)
    return HEADLINES[report.headline]


def _print_any(report: AnyReport) -> None:
    """Print one report; of a set the worst headline first, then every credential in it."""
    if not isinstance(report, CredentialSetReport):
        _print_report(report)
        return
    click.echo(f"{HEADLINES[report.headline]}: {len(report.parts)} badges together")
    for check in report.container.checks:
        click.echo(f"  {_MARKS[check.outcome]}  {check.explain()} [{check.code}]")
    for number, part in enumerate(report.parts, start=1):
        click.echo(f"{number}.")
        _print_report(part.report)


def _print_report(report: VerificationReport) -> None:
    click.echo(_say_headline(report))
    if report.credential is not None:
        badge = report.credential
        click.echo(f"  {badge.achievement.name}")
        if badge.subject.name:
            click.echo(f"  given to {badge.subject.name}")
        click.echo(f"  by {badge.issuer.name or badge.issuer.id}")
    for check in report.checks:
        click.echo(f"  {_MARKS[check.outcome]}  {check.explain()} [{check.code}]")
    for check in report.deciding_checks[:1]:
        click.echo(describe_code(check.code).next_en)


def _read_source(source: str) -> bytes:
    if source == "-":
        return sys.stdin.buffer.read()
    path = Path(source)
    if not path.is_file():
        raise click.BadParameter(f"there is no file {source}", param_hint="FILE")
    return path.read_bytes()


def _read_time(text: str) -> datetime:
    try:
        return read_datetime(text).astimezone(UTC)
    except DataModelError as error:
        raise click.BadParameter("write the time like 2026-11-22T09:00:00Z", param_hint="--at") from error


def _own_settings(home: Path) -> Settings | None:
    return load_settings(home) if (home / "skillmark.toml").exists() else None


@click.command()
@click.argument("source", metavar="FILE|URL|-")
@click.option("--at", "at", default="", help="Judge the dates as of this time, such as 2026-11-22T09:00:00Z.")
@click.option("--recipient", default=None, help="E-mail address, name or id of the person who shows the badge.")
@click.option("--trust", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="List of issuers you know.")
@click.option("--offline", is_flag=True, help="Touch no network; say what could not be checked.")
@click.option("--json", "as_json", is_flag=True, help="Print the whole report for a machine.")
@click.pass_obj
def verify(
    home: Path, *, source: str, at: str, recipient: str | None, trust: Path | None, offline: bool, as_json: bool
) -> None:
    """Verify a badge, or several in one file: JSON, JWS, PNG, SVG, PDF, a photo of a QR code, a URL, or - for input.

    Exit code 0 genuine and in force, 1 rejected (not genuine, no longer in force, no badge, another person's),
    3 could not check, 2 wrong usage.
    """
    now = _read_time(at) if at else system_clock()
    network = OfflineFetcher() if offline else GuardedFetcher(clock=system_clock).for_verification()
    settings = _own_settings(home)
    with open_ledger(settings) if settings else nullcontext() as ledger:
        memory = open_memory(settings.home if settings else None)
        context = VerificationContext(
            now=now,
            fetcher=with_own_documents(ledger, network),
            trust_list=load_trust(trust, settings),
            status_cache=StatusCache(high_water=memory.high_water),
            key_pins=memory.key_pins,
            contexts=load_contexts(settings.home if settings else None),
            recipient=recipient,
            required=DEFAULT_REQUIRED | ({CheckName.RECIPIENT} if recipient else set()),
        )
        if source.startswith(("https://", "http://")):
            report = verify_any(source, context=context)
        else:
            report = verify_any(_read_source(source), context=context, filename=Path(source).name)
    if as_json:
        click.echo(json.dumps(report.to_json(), indent=2, ensure_ascii=False))
    else:
        _print_any(report)
    raise click.exceptions.Exit(EXIT_CODES[report.verdict])
