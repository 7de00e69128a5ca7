"""How the cost grows: 10 to 1,000 alignments in a badge, 10 to 100,000 badges in a run and its memory; docs/speed.svg.

python -m benchmarks.growth
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import tempfile
import time
from contextlib import ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from pyld import jsonld

from benchmarks.bulk_issue import CREATED, people
from benchmarks.bulk_verify import BulkBench
from benchmarks.hostile_inputs import alignments
from benchmarks.measure import in_process
from benchmarks.node_peer import has_node, running_peer
from benchmarks.plot import Curve, Panel, draw
from benchmarks.proofs import NOW, ProofBench
from credentials import BulkSigner, canonicalize
from schemas import format_datetime, load_context

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from benchmarks.bulk_verify import BulkRate
    from schemas import JsonObject

PICTURE = Path(__file__).resolve().parents[1] / "docs" / "speed.svg"
ALIGNMENTS = (10, 30, 100, 300, 1_000)
BADGES = (10, 100, 1_000, 10_000, 100_000)
MEGABYTE = 1024 * 1024
PEER_BADGES = 100  # peers are measured on so many at most; they take ten minutes and more for 10,000
TRIES = 3


def _least(count: int, work: Callable[[JsonObject], object]) -> float:
    """Return the CPU seconds for one badge, each time another one, so that nothing kept helps."""
    documents = [alignments(count, mark=f"{attempt}-") for attempt in range(TRIES)]
    return min(in_process(partial(work, document))(1) for document in documents)


def _load(url: str, _options: Mapping[str, object]) -> dict[str, object]:
    return {"contentType": "application/ld+json", "contextUrl": None, "documentUrl": url, "document": load_context(url)}


def _by_pyld(document: JsonObject) -> object:
    options = {"algorithm": "URDNA2015", "format": "application/n-quads", "documentLoader": _load, "base": ""}
    return jsonld.normalize(document, options)


def alignment_curves() -> tuple[Curve, ...]:
    """Return milliseconds of CPU for the canonical form of one badge, ours and PyLD's, and a verification in node."""
    documents = {count: alignments(count) for count in ALIGNMENTS}
    canonicalize(alignments(1))
    ours, pyld = ([(count, _least(count, work) * 1e3) for count in ALIGNMENTS] for work in (canonicalize, _by_pyld))
    curves = [Curve("Skillmark", tuple(ours)), Curve("PyLD", tuple(pyld))]
    with ExitStack() as stack:
        if has_node():
            inputs = {str(count): {"unsigned": document} for count, document in documents.items()}
            peer = stack.enter_context(running_peer(inputs, now=format_datetime(NOW)))
            node = [
                (count, min(peer.timed("canonize", str(count))(1) for _ in range(TRIES)) * 1e3) for count in ALIGNMENTS
            ]
            curves.append(Curve("jsonld.js", tuple(node)))
    return tuple(curves)


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _issue(count: int) -> float:
    bench = ProofBench()
    bulk = BulkSigner(signer=bench.signer, verification_method=bench.method_id)
    started = time.process_time()
    for encoded in islice(people(count), count):
        bulk.sign(encoded, created=CREATED)
    return time.process_time() - started


def verify_many(counts: tuple[int, ...]) -> dict[int, BulkRate]:
    """Verify so many badges in bulk, one list after the other; the lists are made for it and thrown away."""
    rates = {}
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            rate = rates[count] = BulkBench(count, Path(folder)).run(jobs=1)
        _say(
            f"verify: {count:,} in {rate.cpu_seconds:.2f} s, {rate.peak_bytes / MEGABYTE:.0f} MB in the process that "
            f"checks, {rate.feeder_bytes / MEGABYTE:.0f} MB in the one that feeds it"
        )
    return rates


def memory_curves(rates: Mapping[int, BulkRate]) -> tuple[Curve, ...]:
    """Return the megabytes of memory that the runs took: of the process that checks, and of the one that feeds it."""
    checks = tuple((count, rate.peak_bytes / MEGABYTE) for count, rate in rates.items())
    feeds = tuple((count, rate.feeder_bytes / MEGABYTE) for count, rate in rates.items())
    return Curve("checks the badges", checks), Curve("reads and counts", feeds)


def badge_curves(rates: Mapping[int, BulkRate]) -> tuple[Curve, ...]:
    """Return seconds of CPU for many badges: issued in bulk, verified in bulk, and verified by the other stacks."""
    counts = tuple(rates)
    issued = []
    for count in counts:
        issued.append((count, _issue(count)))
        _say(f"issue: {count:,} in {issued[-1][1]:.2f} s")
    verified = tuple((count, rate.cpu_seconds) for count, rate in rates.items())
    curves = [Curve("Skillmark, issue", tuple(issued)), Curve("Skillmark, verify", verified)]
    bench = ProofBench()
    operations = bench.operations("rich")
    library = in_process(operations["openbadgeslib verify, rich"])
    peers = [count for count in counts if count <= PEER_BADGES]
    curves.append(Curve("openbadgeslib, verify", tuple((count, library(count)) for count in peers)))
    if has_node():
        documents = {"rich": {"signed": bench.sign(bench.documents["rich"]).document}}
        with running_peer(documents, now=format_datetime(NOW)) as peer:
            node = peer.timed("verify", "rich")
            node(1)
            curves.append(Curve("@digitalbazaar/vc, verify", tuple((count, node(count)) for count in peers)))
    return tuple(curves)


def main() -> None:
    """Measure and draw."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.growth", description=__doc__)
    parser.add_argument("--most", type=int, default=BADGES[-1], help="badges in the longest run")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    # First, while this process holds nothing else.
    rates = verify_many(tuple(count for count in BADGES if count <= arguments.most))
    panels = (
        Panel("One badge with many alignments", "alignments", "ms of CPU for the canonical form", alignment_curves()),
        Panel("Many badges on one core", "badges", "s of CPU", badge_curves(rates)),
        Panel("Memory while many are verified", "badges", "MB at most", memory_curves(rates)),
    )
    description = " ".join(
        f"{panel.title}, {panel.up}: "
        + "; ".join(
            f"{curve.name} from {curve.points[0][1]:.3g} at {curve.points[0][0]:,} to {curve.points[-1][1]:.3g} at "
            f"{curve.points[-1][0]:,} {panel.across}"
            for curve in panel.curves
        )
        + "."
        for panel in panels
    )
    PICTURE.write_text(draw(panels, title="How the cost of badges grows", description=description), "utf-8")
    print(json.dumps({panel.title: {curve.name: curve.points for curve in panel.curves} for panel in panels}, indent=1))


if __name__ == "__main__":
    main()
