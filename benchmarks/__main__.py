"""Prints the table of `make bench` in Markdown."""

from __future__ import annotations

import logging

from benchmarks.proofs import ProofBench
from benchmarks.roster import ROWS, rows_per_second


def main() -> None:
    """Measure and print."""
    logging.disable(logging.WARNING)
    bench = ProofBench()
    for name, (length, statements) in bench.sizes().items():
        print(f"{name}: {length} bytes, {statements} statements")
    rates = bench.rates()
    print()
    print("| operation | per second of CPU | share of the raw signature | times openbadgeslib |")
    print("| --- | ---: | ---: | ---: |")
    for name, rate in rates.items():
        raw = rates["raw sign" if "issue" in name or name == "raw sign" else "raw verify"]
        kind, _, size = name.rpartition(", ")
        action = "issue" if "issue" in kind else "verify"
        peer = rates.get(f"openbadgeslib {action} eddsa-rdfc-2022, {size}") if "eddsa-rdfc" in kind else None
        beside = f"{rate.ratio_to(peer):.0f}" if peer and not name.startswith("openbadgeslib") else ""
        print(f"| {name} | {rate.per_second:,.0f} | {rate.ratio_to(raw):.3f} | {beside} |")
    print()
    print(f"Class list of {ROWS:,} people to stored badges, everything synced to disk:")
    for proof, rows in rows_per_second().items():
        print(f"  proof {proof}: {rows:,.0f} rows/s")
    print("openbadgeslib's verify includes its context validation; ours includes the lossless check, schema and dates.")


if __name__ == "__main__":
    main()
