"""`skillmark verify LIST --jobs N`, with one status list at hand in the place of a network.

Starts as the program does, with nothing loaded that it would not load, and ends with its exit code:
`python -m benchmarks.bulk_program LIST STATUS JOBS MOMENT`.
"""

from __future__ import annotations

import sys
from pathlib import Path

from skillmark.start import load_lazily


def main(list_path: str, status_path: str, jobs: str, moment: str) -> int:
    """Check the list, print the summary, and return the exit code of the program.

    Args:
        list_path: A badge in each line.
        status_path: A signed status list; its address is its `id`.
        jobs: Processes.
        moment: As of which everything is judged.
    """
    load_lazily()
    from keys import FetchedDocument  # noqa: PLC0415 - as the program, which loads each command when it is asked for
    from schemas import read_datetime, read_json_object  # noqa: PLC0415
    from skillmark.bulk_messages import RunSettings  # noqa: PLC0415
    from skillmark.cli_verify_many import ManyOptions, verify_many  # noqa: PLC0415
    from verifier import TrustList  # noqa: PLC0415

    now = read_datetime(moment)
    body = Path(status_path).read_bytes()
    status = FetchedDocument(
        url=str(read_json_object(body)["id"]), body=body, media_type="application/vc", fetched_at=now
    )
    return verify_many(
        [Path(list_path)],
        settings=RunSettings(now=now, trust_list=TrustList()),
        own=lambda url: status if url == status.url else None,
        options=ManyOptions(jobs=int(jobs), out=None, language="en", shows_progress=False),
    )


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
