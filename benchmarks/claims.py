"""A whole graduation at once: people who claim their badges over HTTP, from the server that `make run` starts.

    python -m benchmarks.claims --people 2000 --at-once 24

Each person opens the page of their link and presses the button, in a browser of their own. The exit code tells
whether everybody got exactly their badge.
"""

from __future__ import annotations

import argparse
import http.client
import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from dataclasses import dataclass, replace
from pathlib import Path
from urllib.parse import urlencode

from issuer import (
    Claims,
    DeliveryWay,
    HandOutPeople,
    SecondStep,
    choose_delivery,
    deliver_class,
    list_hand_out,
    read_achievement,
    read_roster,
    run_job,
    start_job,
)
from keys import KeyType
from schemas import OrganizationKind
from skillmark.settings import create_home, load_link_secret
from skillmark.wiring import open_ledger

PEOPLE = 2_000
AT_ONCE = 24
START_SECONDS = 90.0
ANSWER_SECONDS = 60.0
HOST = "127.0.0.1"
COURSE = Path(__file__).resolve().parents[1] / "examples" / "achievements" / "forklift-operator.yaml"
_SECRET = re.compile(r'name="csrf_token" value="([^"]+)"')
_COOKIE = re.compile(r"^([^=;]+=[^;]*)")


@dataclass(frozen=True, slots=True)
class ClaimBurst:
    """What became of everybody.

    Args:
        seconds: From the first request to the last answer.
        outcomes: How many got which end: `claimed`, or a status or a fault.
        badges: How many badges somebody holds afterwards.
    """

    seconds: float
    outcomes: Counter[str]
    badges: int


def hand_out_class(home: Path, *, people: int) -> list[str]:
    """Make a data folder with a class whose badges wait; return the path of each link."""
    settings = create_home(home, base_url=f"http://{HOST}:8000")
    course = replace(read_achievement(COURSE.read_bytes(), filename=COURSE.name, folder=COURSE.parent), results=())
    lines = ["Name,Phone", *(f"Person Number {number},+1574555{number:04}" for number in range(people))]
    roster = read_roster("\n".join(lines).encode(), filename="", achievement=course)
    with open_ledger(settings) as ledger:
        issuer = ledger.create_issuer(name="Bench College", kind=OrganizationKind.COLLEGE, key_type=KeyType.ED25519)
        job = start_job(
            ledger,
            roster,
            course,
            issuer_slug=issuer.slug,
            proof=ledger.default_proof(issuer.slug),
            awarded_on=None,
            idempotency_key="claims",
        )
        run_job(ledger, job.job_id)
        claims = Claims(ledger, load_link_secret(home))
        choose_delivery(claims, job.job_id, way=DeliveryWay.PAPER, second_step=SecondStep.NONE)
        deliver_class(claims, job.job_id)
        cards = list_hand_out(claims, job.job_id, people=HandOutPeople.ALL)
    return [card.link.removeprefix(settings.base_url) for card in cards]


def claim_over_http(home: Path, paths: list[str], *, at_once: int) -> ClaimBurst:
    """Start the server on a data folder and let everybody claim, `at_once` of them at any moment."""
    port = _free_port()
    command = [sys.executable, "-m", "skillmark", "serve", "--port", str(port)]
    with subprocess.Popen(
        command, env={**os.environ, "SKILLMARK_HOME": str(home)}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        try:
            _wait(server, port)
            outcomes: Counter[str] = Counter()
            door = threading.Lock()

            def claim(part: list[str]) -> None:
                for path in part:
                    outcome = _claim(port, path)
                    with door:
                        outcomes[outcome] += 1

            threads = [threading.Thread(target=claim, args=(paths[start::at_once],)) for start in range(at_once)]
            begin = time.perf_counter()
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            seconds = time.perf_counter() - begin
        finally:
            server.terminate()
    return ClaimBurst(seconds, outcomes, _count_held(home))


def _claim(port: int, path: str) -> str:
    """Do what one person does, in a browser that knows nothing yet."""
    connection = http.client.HTTPConnection(HOST, port, timeout=ANSWER_SECONDS)
    headers = {"Host": f"{HOST}:8000"}
    try:
        connection.request("GET", path, headers=headers)
        response = connection.getresponse()
        page = response.read().decode("utf-8", "replace")
        found = _SECRET.search(page)
        if found is None:
            return f"page {response.status}"
        cookies = [match[1] for value in response.msg.get_all("Set-Cookie", []) if (match := _COOKIE.match(value))]
        form = {**headers, "Cookie": "; ".join(cookies), "Content-Type": "application/x-www-form-urlencoded"}
        connection.request("POST", path, urlencode({"csrf_token": found[1]}), form)
        answer = connection.getresponse()
        answer.read()
    except (OSError, http.client.HTTPException) as error:
        return type(error).__name__
    else:
        is_earned = answer.status == http.client.SEE_OTHER and "/earned" in (answer.getheader("Location") or "")
        return "claimed" if is_earned else f"claim {answer.status}"
    finally:
        connection.close()


def _count_held(home: Path) -> int:
    with open_ledger(create_home(home, base_url=f"http://{HOST}:8000")) as ledger, ledger.database.read() as connection:
        query = (
            "SELECT count(*) FROM claims c JOIN wallet_holdings h ON h.slug = c.slug AND h.holder_id = c.holder_ref"
            " WHERE c.claimed_at IS NOT NULL"
        )
        return int(connection.exec_driver_sql(query).scalar() or 0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _wait(server: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise RuntimeError("the server stopped")
        try:
            socket.create_connection((HOST, port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise TimeoutError("the server does not answer")


def main() -> int:
    """Run the burst and print what became of it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=PEOPLE)
    parser.add_argument("--at-once", type=int, default=AT_ONCE)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        paths = hand_out_class(home, people=options.people)
        burst = claim_over_http(home, paths, at_once=options.at_once)
    rate = options.people / burst.seconds
    print(f"{options.people} people, {options.at_once} at once: {burst.seconds:.1f} s, {rate:.0f} claims/s")
    print(f"{dict(burst.outcomes)}; {burst.badges} badges are in the wallet of who claimed them")
    return 0 if burst.outcomes == {"claimed": options.people} and burst.badges == options.people else 1


if __name__ == "__main__":
    sys.exit(main())
