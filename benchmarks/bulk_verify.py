"""Check thousands of credentials of twenty achievements in several processes, beside the raw signature.

Two in three are rich, one is small; each has an id, a subject, a status place and a licence of its own. The status
list is at hand, so that every check runs and no network is touched.
"""

from __future__ import annotations

import copy
import os
import resource
import statistics
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from benchmarks.inputs import BASE, STATUS_URL, rich, small, status_list
from benchmarks.measure import measure
from credentials import UnsecuredDocument, add_data_integrity_proof
from keys import FetchedDocument, LocalSigner, did_key, did_key_method_id
from schemas import format_datetime
from skillmark.bulk_messages import RunSettings
from skillmark.bulk_pool import BulkPool
from verifier import BulkSummary, Finding, SharedAnswers, TrustList, list_items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from schemas import JsonObject

CREATED = datetime(2026, 5, 1, tzinfo=UTC)
NOW = datetime(2026, 11, 22, tzinfo=UTC)
ACHIEVEMENTS = 20
RAW_MESSAGE = bytes(64)
BATCHES_PER_LOOK = 100  # how often memory is looked at
PROGRAM_ROUNDS = 5
SHORT_COUNT = 500  # credentials of the run from which the cost of starting is told


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramRate:
    """Runs of the whole program, and short ones of the same kind beside them: medians of all.

    Args:
        jobs: Processes that check; one more feeds them.
        count: Credentials.
        cpu_seconds: Of all processes together, from the start of the interpreter to the end of the program.
        short_cpu_seconds: The same for `SHORT_COUNT` credentials.
        wall_seconds: From start to end.
        raw_per_second: Raw Ed25519 verifications per second of CPU, measured before each of them.
    """

    jobs: int
    count: int
    cpu_seconds: float
    short_cpu_seconds: float
    wall_seconds: float
    raw_per_second: float

    @property
    def share_of_raw(self) -> float:
        """Credentials per second of CPU as a share of raw verifications, everything counted."""
        return self.count / self.cpu_seconds / self.raw_per_second

    @property
    def share_while_checking(self) -> float:
        """The same for each further credential, once everything is started."""
        return (self.count - SHORT_COUNT) / (self.cpu_seconds - self.short_cpu_seconds) / self.raw_per_second


@dataclass(frozen=True, slots=True, kw_only=True)
class BulkRate:
    """One run.

    Args:
        jobs: Processes.
        count: Credentials.
        cpu_seconds: Of all processes together, their start and the reading of the list included.
        wall_seconds: From the first item to the last row.
        raw_per_second: Raw Ed25519 verifications per second of CPU, measured right before and right after.
        peak_bytes: Of memory, in the largest of all processes that checked so far.
        feeder_bytes: The most that this process held while it fed them and counted what came back.
    """

    jobs: int
    count: int
    cpu_seconds: float
    wall_seconds: float
    raw_per_second: float
    peak_bytes: int
    feeder_bytes: int

    @property
    def share_of_raw(self) -> float:
        """Credentials per second of CPU as a share of raw verifications."""
        return self.count / self.cpu_seconds / self.raw_per_second


class BulkBench:
    """One key, and a list of credentials made with it.

    Args:
        count: Credentials in the list.
        folder: Where the list is written.
    """

    def __init__(self, count: int, folder: Path) -> None:
        self._raw = Ed25519PrivateKey.from_private_bytes(b"TEST ONLY: key of the benchmarks")
        self._signer = LocalSigner.from_pem(
            self._raw.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()), None
        )
        self._issuer_id = did_key(self._signer.public_key)
        self._count = count
        self._list, self._short_list = folder / "badges.jsonl", folder / "some.jsonl"
        self._status_file = folder / "status.json"
        # An installed program was compiled once, when it was installed; so is this one, whatever is set here.
        kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        self._environment = kept | {"PYTHONPYCACHEPREFIX": str(folder / "compiled")}
        self._is_compiled = False
        with self._list.open("wb") as file, self._short_list.open("wb") as some:
            for number in range(count):
                line = self._sign(self._compose(number)) + b"\n"
                file.write(line)
                if number < SHORT_COUNT:
                    some.write(line)
        listed = status_list(self._issuer_id, valid_from=CREATED, valid_until=NOW + timedelta(days=1))
        self._status = FetchedDocument(
            url=STATUS_URL, body=self._sign(listed), media_type="application/vc", fetched_at=NOW
        )
        self._status_file.write_bytes(self._status.body)

    @property
    def list_bytes(self) -> int:
        """Size of the list."""
        return self._list.stat().st_size

    def _sign(self, document: JsonObject) -> bytes:
        return add_data_integrity_proof(
            UnsecuredDocument(document=document),
            signer=self._signer,
            verification_method=did_key_method_id(self._signer.public_key),
            created=CREATED,
        ).original

    def _compose(self, number: int) -> JsonObject:
        badge = copy.deepcopy(small(self._issuer_id) if number % 3 == 0 else rich(self._issuer_id))
        subject = badge["credentialSubject"]
        assert isinstance(subject, dict)
        achievement = subject["achievement"]
        assert isinstance(achievement, dict)
        badge["id"] = f"{BASE}/b/{number:06}"
        subject["id"] = f"urn:uuid:6f1c1d7e-6d57-4f4e-8c2e-{number:012}"
        achievement["id"] = f"{BASE}/achievements/cmm-{number % ACHIEVEMENTS}"
        achievement["name"] = f"CMM operator {number % ACHIEVEMENTS}"
        if "credentialStatus" in badge:
            subject["licenseNumber"] = f"CMM-{number:06}"
            entry = {
                "id": f"{STATUS_URL}#{number}",
                "type": "BitstringStatusListEntry",
                "statusPurpose": "revocation",
                "statusListIndex": str(number),
                "statusListCredential": STATUS_URL,
            }
            badge["credentialStatus"] = [dict(entry)]
        return badge

    def _raw_per_second(self) -> float:
        signature, public = self._raw.sign(RAW_MESSAGE), self._raw.public_key()
        return measure({"raw": lambda: public.verify(signature, RAW_MESSAGE)})["raw"].per_second

    def run_program(self, *, jobs: int) -> ProgramRate:
        """Check the whole list `PROGRAM_ROUNDS` times as a program of its own.

        Raises:
            RuntimeError: Not every credential was found genuine; then the figure would mean nothing.
        """
        if not self._is_compiled:
            self._time_program(self._short_list, jobs)
            self._is_compiled = True
        raw, short, cpu, wall = [], [], [], []
        for _ in range(PROGRAM_ROUNDS):
            raw.append(self._raw_per_second())
            short.append(self._time_program(self._short_list, jobs))
            begun = time.perf_counter()
            cpu.append(self._time_program(self._list, jobs))
            wall.append(time.perf_counter() - begun)
        return ProgramRate(
            jobs=jobs,
            count=self._count,
            cpu_seconds=statistics.median(cpu),
            short_cpu_seconds=statistics.median(short),
            wall_seconds=statistics.median(wall),
            raw_per_second=statistics.median(raw),
        )

    def _time_program(self, path: Path, jobs: int) -> float:
        """Return the CPU time of the program and of every process that it started."""
        before = _cpu_seconds()
        moment = format_datetime(NOW)
        command = [
            sys.executable,
            "-m",
            "benchmarks.bulk_program",
            str(path),
            str(self._status_file),
            str(jobs),
            moment,
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False, env=self._environment)
        if done.returncode:
            raise RuntimeError(f"not all are genuine: {done.stdout}{done.stderr}")
        return _cpu_seconds() - before

    def run(self, *, jobs: int) -> BulkRate:
        """Check the whole list once, fed by this process.

        Raises:
            RuntimeError: Not every credential was found genuine; then the figure would mean nothing.
        """
        summary = BulkSummary()
        answers = SharedAnswers(lambda url: self._status if url == STATUS_URL else None)
        pool = BulkPool(RunSettings(now=NOW, trust_list=TrustList()), jobs=jobs, answers=answers)
        before = self._raw_per_second()
        cpu, wall = _cpu_seconds(), time.perf_counter()
        held = _held_bytes()
        for batch, checked in enumerate(pool.check(list_items([self._list]))):
            if batch % BATCHES_PER_LOOK == 0:
                held = max(held, _held_bytes())
            for one in checked:
                for row in one.rows:
                    summary.add(row)
        cpu, wall = _cpu_seconds() - cpu, time.perf_counter() - wall
        if summary.findings[Finding.GENUINE] != self._count:
            raise RuntimeError(f"not all are genuine: {summary.reasons}")
        return BulkRate(
            jobs=jobs,
            count=self._count,
            cpu_seconds=cpu,
            wall_seconds=wall,
            raw_per_second=(before + self._raw_per_second()) / 2,
            peak_bytes=resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024,
            feeder_bytes=max(held, _held_bytes()),
        )


def _held_bytes() -> int:
    """Return the memory that this process holds now; 0 on a system that does not tell."""
    try:
        pages = Path("/proc/self/statm").read_text("ascii").split()[1]
    except OSError:
        return 0
    return int(pages) * resource.getpagesize()


def _cpu_seconds() -> float:
    """Return the CPU time of this process and of those that it started and that have ended."""
    own, children = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return own.ru_utime + own.ru_stime + children.ru_utime + children.ru_stime


def bulk_rates(folder: Path, *, count: int = 10_000, jobs: Sequence[int] = (1, 2)) -> tuple[ProgramRate, ...]:
    """Return one run of the program for each number of processes, on one list.

    Args:
        folder: Where the list is written.
        count: Credentials in the list.
        jobs: Numbers of processes.
    """
    bench = BulkBench(count, folder)
    return tuple(bench.run_program(jobs=number) for number in jobs)
