"""Prints the table of `make bench` in Markdown; `--write` puts it into docs/speed.md too, between its two marks."""

from __future__ import annotations

import argparse
import logging
import platform
import sys
import tempfile
from datetime import UTC
from pathlib import Path

from cryptography.hazmat.backends.openssl import backend

from benchmarks.bulk_issue import measure_bulk_issue, two_process_gain
from benchmarks.bulk_verify import bulk_rates
from benchmarks.http import can_measure, measure_http
from benchmarks.proofs import ProofBench
from benchmarks.roster import rows_per_second
from benchmarks.table import (
    Row,
    bulk_issue_rows,
    bulk_verify_rows,
    compose_table,
    duration_rows,
    http_rows,
    roster_rows,
    signature_rows,
)
from keys import system_clock

PAGE = Path(__file__).resolve().parents[1] / "docs" / "speed.md"
BEGIN, END = "<!-- bench: begin -->\n", "<!-- bench: end -->\n"
BULK_COUNT = 10_000


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _describe_machine(raw_verify: float, raw_sign: float) -> str:
    day, python = system_clock().astimezone(UTC), platform.python_version()
    return (
        f"{day:%Y-%m-%d}, {_read_cpu_name()}, Python {python}, {backend.openssl_version_text()}; "
        f"R_v {raw_verify:,.0f}/s, R_s {raw_sign:,.0f}/s (Ed25519 of 64 bytes, one core)."
    )


def _read_cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text("ascii", "replace").splitlines()
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return f"{len(names)} cores of {names[0]}" if names else platform.machine()


def _measure_http(bench: ProofBench) -> list[Row]:
    if not can_measure():
        return [Row(what="HTTP verify", measured="not measured: this system does not tell a process's CPU time")]
    # A badge without a status entry: whoever verifies it needs no network.
    plain = {
        name: bench.sign({word: value for word, value in document.items() if word != "credentialStatus"}).original
        for name, document in bench.documents.items()
    }
    return http_rows(measure_http(plain))


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into docs/speed.md")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    bench = ProofBench()
    _say("one badge, beside the raw signature and the other stacks")
    rates = bench.rates()
    _say("inputs made to be slow")
    rows = signature_rows(rates) + duration_rows(rates, bench.hostile_rates())
    _say("badges in bulk")
    rows += bulk_issue_rows(measure_bulk_issue(BULK_COUNT), two_process_gain(BULK_COUNT))
    rows += roster_rows(rows_per_second())
    with tempfile.TemporaryDirectory() as folder:
        rows += bulk_verify_rows(bulk_rates(Path(folder), count=BULK_COUNT))
    _say("the server")
    rows += _measure_http(bench)
    sizes = "".join(
        f"- {name}: {size.length:,} bytes, {size.statements} statements, {size.blank_nodes} blank nodes\n"
        for name, size in bench.sizes().items()
    )
    machine = _describe_machine(rates["raw verify"].per_second, rates["raw sign"].per_second)
    text = f"{machine}\n\n{sizes}\n{compose_table(rows)}"
    print(text)
    if arguments.write:
        before, _, rest = PAGE.read_text("utf-8").partition(BEGIN)
        PAGE.write_text(f"{before}{BEGIN}\n{text}\n{END}{rest.partition(END)[2]}", "utf-8")


if __name__ == "__main__":
    main()
