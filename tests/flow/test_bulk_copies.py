"""Processes of a bulk run that are copies of the program, and when they are none."""

from __future__ import annotations

import json
import subprocess
import sys
from textwrap import dedent

from tests.architecture.source import ROOT

_BEGIN = """
import json, os, signal, socket, subprocess, sys, threading, time
from skillmark.bulk_process import start_process

def start(name):
    ours, theirs = socket.socketpair()
    with theirs:
        return start_process(f"tests.doubles.copied_process:{name}", theirs), ours
"""


def _run(program: str) -> subprocess.CompletedProcess[str]:
    """Run lines in a process of its own, which has one thread; pytest may have more."""
    command = [sys.executable, "-c", _BEGIN + dedent(program)]
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False, cwd=ROOT)


def test_a_copy_has_nothing_of_what_is_open() -> None:
    """It has its end of the connection, no output, no handlers of signals, and is out of the terminal's reach."""
    done = _run("""
        signal.signal(signal.SIGINT, lambda *_: None)
        kept, other = open("pyproject.toml"), socket.socketpair()
        process, ours = start("tell")
        told = json.loads(ours.recv(65536))
        print(json.dumps(told | {"me": os.getpid(), "copy": type(process).__name__, "status": process.wait()}))
    """)
    told = json.loads(done.stdout)
    assert told["copy"] == "_Copy"
    assert told["parent"] == told["me"]
    assert told["descriptors"] == [0, 1, 2, 3], "3 is that of the list itself"
    assert told["output"] == "/dev/null"
    assert told["leads_session"]
    assert told["interrupt"]
    assert told["status"] == 0


def test_a_process_with_two_threads_is_not_copied() -> None:
    """A copy could wait for ever for what the other thread had locked: so a process starts afresh."""
    done = _run("""
        threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
        process, ours = start("tell")
        told = json.loads(ours.recv(65536))
        print(json.dumps(told | {"kind": type(process).__name__, "status": process.wait()}))
    """)
    told = json.loads(done.stdout)
    assert told["kind"] == "Popen"
    assert told["descriptors"] == [0, 1, 2, 3]
    assert told["status"] == 0


def test_copies_see_that_the_run_has_ended() -> None:
    """No copy keeps the connection of another one, or its own, open from the wrong end."""
    done = _run("""
        started = [start("wait_for_end") for _ in range(3)]
        for process, _ in started:
            try:
                process.wait(0.1)
            except subprocess.TimeoutExpired:
                print("waits")
        for _, ours in started:
            ours.close()
        print([process.wait(20) for process, _ in started])
    """)
    assert done.stdout.splitlines() == ["waits"] * 3 + ["[0, 0, 0]"], done.stderr


def test_a_copy_that_breaks_off_comes_back_to_nobody() -> None:
    """What goes wrong in it is said and ends it; whoever made it goes on alone, and is the only one to do so."""
    done = _run("""
        sys.stdout.write("said once, ")
        process, _ = start("fail")
        status = process.wait()
        print(status)
    """)
    assert done.stdout == "said once, 1\n"
    assert "as planned" in done.stderr
    assert done.returncode == 0


def test_a_copy_is_ended_as_any_process() -> None:
    """It can be asked to end and be ended, and once that is over its number is left alone."""
    done = _run("""
        first, second = start("sleep")[0], start("sleep")[0]
        first.terminate()
        second.kill()
        print(first.wait(), second.wait(20), second.wait())
        first.terminate()
        second.kill()
    """)
    assert done.stdout == "-15 -9 -9\n", done.stderr
    assert done.returncode == 0


def test_nobody_has_to_be_told_of_their_end() -> None:
    """Where children are forgotten as soon as they end, as below some init systems, a run ends as everywhere."""
    done = _run("""
        signal.signal(signal.SIGCHLD, signal.SIG_IGN)
        process, ours = start("tell")
        print(len(ours.recv(65536)) > 0, process.wait(), process.wait(5))
        process, _ = start("sleep")
        os.kill(process.pid, signal.SIGKILL)
        time.sleep(0.5)
        process.kill()
        print(process.wait(5))
    """)
    assert done.stdout == "True 0 0\n0\n", done.stderr


def test_a_closed_standard_error_is_nobodys_connection() -> None:
    """A socket that was given the number of standard error is not kept open by a copy."""
    done = _run("""
        os.close(2)
        sys.stderr = None
        process, ours = start("wait_for_end")
        number = ours.fileno()
        ours.close()
        print(number, process.wait(20))
    """)
    assert done.stdout == "2 0\n"


def test_an_interrupt_waits_until_the_copy_stands_alone() -> None:
    """Signals are let through again, in the copy and in the one that it was copied from."""
    done = _run("""
        process, ours = start("tell")
        told = json.loads(ours.recv(65536))
        print(told["blocked"], sorted(signal.pthread_sigmask(signal.SIG_BLOCK, ())), process.wait())
    """)
    assert done.stdout == "[] [] 0\n", done.stderr


def test_copies_that_die_or_hang_lose_nothing() -> None:
    """All that `test_bulk_processes.py` says of processes started afresh holds of copies."""
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "--no-cov", "-p", "no:cacheprovider", "-p", "no:randomly"]
    done = subprocess.run(
        [*command, "tests/flow/test_bulk_processes.py"], capture_output=True, text=True, check=False, cwd=ROOT
    )
    assert done.returncode == 0, done.stdout
    assert "failed" not in done.stdout
