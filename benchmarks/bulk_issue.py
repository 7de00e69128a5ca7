"""Ten thousand rich credentials of one course, signatures and bytes only: in bulk, alone, and in two processes."""

from __future__ import annotations

import copy
import multiprocessing
import statistics
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from benchmarks.inputs import BASE, rich
from credentials import BulkSigner, UnsecuredDocument, add_data_integrity_proof
from keys import LocalSigner, did_key, did_key_method_id
from schemas import encode_json, read_json_object

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from multiprocessing.synchronize import Barrier
    from typing import Any

CREDENTIALS = 10_000
SINGLE_CREDENTIALS = 400  # signed one by one beside them: enough for a rate
COMPARED = 100  # credentials whose bytes are compared with those of the single way first
ROUNDS = 5
WALL_ROUNDS = 3
CREATED = datetime(2026, 5, 1, tzinfo=UTC)
RAW_MESSAGE = bytes(64)
_KEY = b"TEST ONLY: key of the benchmarks"
_LETTERS = "ABCD"


@dataclass(frozen=True, slots=True)
class BulkIssue:
    """CPU seconds for one of each, medians of interleaved rounds."""

    raw_signature: float
    in_bulk: float
    alone: float

    @property
    def share_of_raw(self) -> float:
        """Rate in bulk as a share of the raw signature's rate."""
        return self.raw_signature / self.in_bulk

    @property
    def alone_share_of_raw(self) -> float:
        """Rate one by one as a share of the raw signature's rate."""
        return self.raw_signature / self.alone

    @property
    def times_single(self) -> float:
        """How many times as fast as one by one."""
        return self.alone / self.in_bulk


def _signer() -> LocalSigner:
    return LocalSigner(Ed25519PrivateKey.from_private_bytes(_KEY))


def people(count: int = CREDENTIALS) -> Iterator[bytes]:
    """Yield credentials without proof in which all differs that differs from one person to the next."""
    model: Any = rich(did_key(_signer().public_key))
    for number in range(count):
        document = copy.copy(model)
        subject = document["credentialSubject"] = copy.deepcopy(
            {name: value for name, value in model["credentialSubject"].items() if name != "achievement"}
        )
        document["id"] = f"{BASE}/b/{number:06}"
        day = f"{number % 28 + 1:02}"
        document["awardedDate"], document["validUntil"] = f"2026-04-{day}T00:00:00Z", f"2031-04-{day}T00:00:00Z"
        subject["id"] = f"urn:uuid:6f1c1d7e-6d57-4f4e-8c2e-{number:012x}"
        subject["identifier"][0]["identityHash"] = f"sha256${number:064x}"
        subject["licenseNumber"] = f"CMM-{number:06}"
        subject["result"][0]["value"] = str(60 + number % 41)
        subject["result"][1]["value"] = _LETTERS[number % 4]
        subject["result"][2]["achievedLevel"] = f"{BASE}/achievements/cmm#level{number % 2 + 1}"
        subject["achievement"] = model["credentialSubject"]["achievement"]
        document["credentialStatus"] = copy.deepcopy(model["credentialStatus"])
        document["credentialStatus"][0]["id"] = f"{BASE}/status/1#{number}"
        document["credentialStatus"][0]["statusListIndex"] = str(number)
        document["evidence"] = [
            {**entry, "id": f"{entry['id']}/{number}", "narrative": f"Report of part {number}, signed."}
            for entry in model["evidence"]
        ]
        yield encode_json(document)


def _bulk_signer(signer: LocalSigner) -> BulkSigner:
    return BulkSigner(signer=signer, verification_method=did_key_method_id(signer.public_key))


def _sign_alone(encoded: bytes, signer: LocalSigner) -> bytes:
    return add_data_integrity_proof(
        UnsecuredDocument(document=read_json_object(encoded)),
        signer=signer,
        verification_method=did_key_method_id(signer.public_key),
        created=CREATED,
    ).original


def measure_bulk_issue(count: int = CREDENTIALS) -> BulkIssue:
    """Measure `count` credentials in bulk and some one by one, beside the raw signature.

    Raises:
        RuntimeError: A credential has other bytes than it has alone.
    """
    signer = _signer()
    raw = Ed25519PrivateKey.from_private_bytes(_KEY)
    bulk = _bulk_signer(signer)
    for encoded in people(COMPARED):
        if bulk.sign(encoded, created=CREATED) != _sign_alone(encoded, signer):
            raise RuntimeError("a credential came out with other bytes than alone")
    part = max(1, count // ROUNDS)
    source = people(count)
    seconds: dict[str, list[float]] = {"raw": [], "bulk": [], "alone": []}
    for _ in range(ROUNDS):
        batch = list(islice(source, part))
        seconds["raw"].append(_time(lambda: [raw.sign(RAW_MESSAGE) for _ in range(part)]) / part)
        seconds["bulk"].append(_time(lambda: [bulk.sign(each, created=CREATED) for each in batch]) / part)  # noqa: B023 - called at once
        some = batch[: SINGLE_CREDENTIALS // ROUNDS]
        seconds["alone"].append(_time(lambda: [_sign_alone(each, signer) for each in some]) / len(some))  # noqa: B023
    return BulkIssue(*(statistics.median(seconds[name]) for name in ("raw", "bulk", "alone")))


def _time(action: Callable[[], object]) -> float:
    started = time.process_time()
    action()
    return time.process_time() - started


def two_process_gain(count: int = CREDENTIALS) -> float:
    """Return how many times as fast two processes sign `count` credentials as one does, by the clock on the wall."""
    runs = [(_wall_seconds(1, count), _wall_seconds(2, count)) for _ in range(WALL_ROUNDS)]
    return statistics.median(one for one, _ in runs) / statistics.median(two for _, two in runs)


def _wall_seconds(processes: int, count: int) -> float:
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(processes + 1)
    workers = [context.Process(target=_work, args=(barrier, count // processes)) for _ in range(processes)]
    for worker in workers:
        worker.start()
    barrier.wait()  # all have their input
    started = time.perf_counter()
    barrier.wait()  # all are done
    seconds = time.perf_counter() - started
    for worker in workers:
        worker.join()
    return seconds


def _work(barrier: Barrier, count: int) -> None:
    bulk, batch = _bulk_signer(_signer()), list(people(count))
    barrier.wait()
    for encoded in batch:
        bulk.sign(encoded, created=CREATED)
    barrier.wait()


def main() -> None:
    """Print the figures."""
    figures = measure_bulk_issue()
    print(
        f"{CREDENTIALS:,} rich credentials in bulk: {figures.share_of_raw:.3f} of the raw signature's rate per core, "
        f"{figures.times_single:.1f} times the single way ({figures.alone_share_of_raw:.3f})"
    )
    print(f"two processes: {two_process_gain():.2f} times one")


if __name__ == "__main__":
    main()
