"""Runs, or goes on with, the one job of a folder; its caller kills it. Prints each badge once it is recorded."""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from issuer import run_job, unfinished_jobs
from keys import system_clock
from tests.doubles.ledgers import open_ledger

if TYPE_CHECKING:
    from issuer import JobProgress


def main(folder: Path) -> None:
    """Work until the job is done."""
    ledger = open_ledger(folder, system_clock)
    told: set[str] = set()

    def tell(progress: JobProgress) -> None:
        for issued in ledger.list_issued(progress.job_id, offset=len(told)):
            told.add(issued.slug)
            print(issued.slug, hashlib.sha256(issued.original).hexdigest())  # noqa: T201 - its caller reads it
        sys.stdout.flush()

    print("ready", flush=True)  # noqa: T201 - its caller reads it
    for job in unfinished_jobs(ledger):
        run_job(ledger, job.job_id, on_progress=tell)
    ledger.database.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
