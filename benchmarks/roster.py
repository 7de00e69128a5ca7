"""A class list of 2,000 people: rows per second from the file to stored, baked, recorded badges, all durable."""

from __future__ import annotations

import logging
import resource
import tempfile
import time
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

from issuer import Ledger, ProofChoice, Renderer, read_achievement, read_roster, run_job, start_job
from keys import Keystore, KeyType
from schemas import OrganizationKind
from storage import open_database

ROWS = 2_000
PAGE_BADGES = 100
NOW = datetime(2026, 11, 22, 9, 0, 0, tzinfo=UTC)
PASSPHRASE = b"TEST ONLY passphrase of the benchmarks"
COURSE = Path(__file__).resolve().parents[1] / "examples" / "achievements" / "forklift-operator.yaml"


def _class_list(rows: int) -> bytes:
    lines = ["Name,E-mail,Date"]
    lines += [f"Person Number {number},person{number}@example.org,2026-05-01" for number in range(rows)]
    return "\n".join(lines).encode()


@dataclass(frozen=True, slots=True)
class RosterRun:
    """One class list from the file to recorded badges, each baked into its picture.

    `rows_per_second` is by the clock on the wall; the CPU milliseconds are for one row, in the process that issues
    and in the one that checks what leaves, both with their start.
    """

    rows_per_second: float
    issuing_cpu_milliseconds: float
    checking_cpu_milliseconds: float


def _children_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def measure_roster(proof: ProofChoice, *, rows: int = ROWS) -> RosterRun:
    """Issue a class list and bake every badge.

    Raises:
        RuntimeError: Not every row was issued.
    """
    course = read_achievement(COURSE.read_bytes(), filename=COURSE.name, folder=COURSE.parent)
    course = replace(course, results=())
    with tempfile.TemporaryDirectory() as folder:
        database = open_database(Path(folder) / "ledger.sqlite3")
        keystore = Keystore(Path(folder) / "keys", PASSPHRASE)
        ledger = Ledger(database, keystore, clock=lambda: NOW, base_url="http://127.0.0.1:8000")
        issuer = ledger.create_issuer(name="Bench College", kind=OrganizationKind.COLLEGE, key_type=KeyType.ED25519)
        sheet = _class_list(rows)
        wall, own, children = time.perf_counter(), time.process_time(), _children_seconds()
        roster = read_roster(sheet, filename="class.csv", achievement=course)
        job = start_job(
            ledger,
            roster,
            course,
            issuer_slug=issuer.slug,
            proof=proof,
            awarded_on=None,
            idempotency_key=proof.value,
        )
        done = run_job(ledger, job.job_id)
        baked = _bake_all(ledger, job.job_id)
        seconds = time.perf_counter() - wall
        run = RosterRun(
            rows / seconds,
            (time.process_time() - own) / rows * 1_000,
            (_children_seconds() - children) / rows * 1_000,
        )
        database.close()
    if (done.issued, baked) != (rows, rows):
        raise RuntimeError(f"{done.issued} of {rows} rows were issued, {baked} baked: {roster.problems[:3]}")
    return run


def _bake_all(ledger: Ledger, job_id: str) -> int:
    """Bake each badge into its picture, as a bundle does; the pictures are not kept."""
    renderer, count = Renderer(ledger), 0
    while page := ledger.list_issued(job_id, limit=PAGE_BADGES, offset=count):
        renderer.prepare(page)
        for issued in page:
            if issued.original not in renderer.render(issued, "png").body:
                raise RuntimeError("a picture without its badge")
        count += len(page)
    return count


def rows_per_second() -> dict[str, float]:
    """Return rows per second of wall time for each kind of proof."""
    return {
        proof.value: measure_roster(proof).rows_per_second for proof in (ProofChoice.DATA_INTEGRITY, ProofChoice.BOTH)
    }


def main() -> None:
    """Print the figures."""
    logging.disable(logging.WARNING)
    for proof in (ProofChoice.DATA_INTEGRITY, ProofChoice.BOTH):
        run = measure_roster(proof)
        print(
            f"{proof.value}: {run.rows_per_second:.0f} rows/s; CPU of a row: {run.issuing_cpu_milliseconds:.2f} ms to "
            f"issue, {run.checking_cpu_milliseconds:.2f} ms to check in a process of its own"
        )


if __name__ == "__main__":
    main()
