"""What the processes of a bulk run say to one another, and how it travels."""

from __future__ import annotations

import pickle
import socket
from typing import TYPE_CHECKING

import pytest

from skillmark.bulk_channel import Channel
from skillmark.bulk_messages import Checked, Done, Task
from skillmark.bulk_worker import MAX_ANSWER_BYTES, MAX_ANSWER_SECONDS, check_task
from verifier import BulkItem, BulkRow, Finding, IssuerStanding, SourceKind, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator


def _row(number: int, *, issuer: str = "Example College") -> BulkRow:
    return BulkRow(
        f"line {number}",
        0,
        0,
        Finding.GENUINE,
        Verdict.VERIFIED,
        "",
        achievement=f"CMM operator {number}"[:12],  # a text of its own each time, as each badge has
        issuer=issuer,
        standing=IssuerStanding.UNPROVEN,
        remarks=("status.not_asked",),
    )


def _items(count: int) -> tuple[BulkItem, ...]:
    return tuple(BulkItem(f"line {n}", SourceKind.LIST, "badges.jsonl", 10 * n, 9) for n in range(count))


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, Channel]]:
    """What another process writes into, and the channel on which it is read."""
    theirs, ours = socket.socketpair()
    with theirs, ours:
        yield theirs, Channel(ours)


def _written(message: object) -> bytes:
    """Return what a channel sends for a message."""
    sending, receiving = socket.socketpair()
    with sending, receiving:
        Channel(sending).send(message)
        return receiving.recv(1024 * 1024)


def _travel(message: object) -> object:
    return pickle.loads(pickle.dumps(message))  # noqa: S301 - our own


def test_answer_comes_back_as_it_was() -> None:
    """Rows that differ, rows that are alike and a report are the same after their journey."""
    done = Done(7, [Checked((_row(1), _row(2, issuer="Other")), b"{}"), Checked((_row(3),)), Checked(())])
    assert _travel(done) == done


def test_task_comes_back_as_it_was() -> None:
    """Items are the same after their journey."""
    link = BulkItem("a", SourceKind.FILE, "a", problem="bulk.link_not_followed")
    task = Task(3, (*_items(2), link), is_second_try=True)
    back = _travel(task)
    assert back == task
    assert isinstance(back, Task)
    assert {type(item) for item in back.items} == {BulkItem}


def test_what_rows_share_travels_once() -> None:
    """Of a hundred badges of one course its name is sent once."""
    assert pickle.dumps(Done(0, [Checked((_row(number),)) for number in range(100)])).count(b"CMM operator") == 1


def test_half_a_message_is_kept_until_the_rest_comes(ends: tuple[socket.socket, Channel]) -> None:
    """A message is given back when its last byte is there, and not waited for before."""
    theirs, channel = ends
    written = _written(Task(1, ()))
    found: list[object] = []
    for byte in written:
        assert found == []
        theirs.sendall(bytes([byte]))
        found = channel.receive_begun()
    assert found == [Task(1, ())]


def test_several_messages_are_given_back_together(ends: tuple[socket.socket, Channel]) -> None:
    """Messages that are there come in their order; one that is begun comes when it is whole."""
    theirs, channel = ends
    first, second, third = (_written(Task(number, ())) for number in range(3))
    theirs.sendall(first + second + third[:11])
    assert channel.receive_begun() == [Task(0, ()), Task(1, ())]
    theirs.sendall(third[11:])
    assert channel.receive_begun() == [Task(2, ())]


def test_message_larger_than_one_look_arrives(ends: tuple[socket.socket, Channel]) -> None:
    """A report of a hundred kilobytes is put together from several looks."""
    theirs, channel = ends
    done = Done(0, [Checked((), b"x" * 100_000)])
    theirs.sendall(_written(done))
    found: list[object] = []
    while not found:
        found = channel.receive_begun()
    assert found == [done]


def test_nothing_there_is_no_end(ends: tuple[socket.socket, Channel]) -> None:
    """Whoever looks too early finds nothing."""
    assert ends[1].receive_begun() == []


def test_closed_end_is_an_end(ends: tuple[socket.socket, Channel]) -> None:
    """A process that is gone in the middle of a message is noticed."""
    theirs, channel = ends
    theirs.sendall(_written(Task(1, ()))[:5])
    theirs.close()
    assert channel.receive_begun() == []
    with pytest.raises(EOFError):
        channel.receive_begun()


def test_quick_task_is_answered_at_once() -> None:
    """Items that take no time come back in one message."""
    answers = list(check_task(Task(5, _items(128)), lambda _: Checked(()), monotonic=lambda: 0.0))
    assert [(done.first, len(done.checked)) for done in answers] == [(5, 128)]


def test_slow_task_is_answered_in_parts() -> None:
    """Items of which each takes longer than a quarter of a second come back one by one, under their numbers."""
    now = 0.0

    def check(_: BulkItem) -> Checked:
        nonlocal now
        now += MAX_ANSWER_SECONDS + 0.01
        return Checked(())

    answers = list(check_task(Task(5, _items(3)), check, monotonic=lambda: now))
    assert [(done.first, len(done.checked)) for done in answers] == [(5, 1), (6, 1), (7, 1)]


def test_answer_of_many_bytes_is_parted() -> None:
    """Reports that are large come back in messages of bounded size."""
    report = b"x" * (MAX_ANSWER_BYTES // 2 + 1)
    answers = list(check_task(Task(0, _items(5)), lambda _: Checked((), report), monotonic=lambda: 0.0))
    assert [(done.first, len(done.checked)) for done in answers] == [(0, 2), (2, 2), (4, 1)]
