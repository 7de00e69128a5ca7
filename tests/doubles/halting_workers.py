"""A process of a bulk run that stops in the middle of what it says, as one does that is frozen or swapped out."""

from __future__ import annotations

import os
import pickle
import socket
import struct
import time

from skillmark.bulk_channel import Channel
from skillmark.bulk_messages import Done, Ready, Task


def main() -> None:
    """Take a task and send half of the answer."""
    end = socket.socket(fileno=os.dup(0))  # standard input
    channel = Channel(end)
    channel.receive()
    channel.send(Ready())
    task = channel.receive()
    assert isinstance(task, Task)
    body = pickle.dumps(Done(task.first, []))
    end.sendall(struct.pack(">Q", len(body)) + body[: len(body) // 2])
    time.sleep(3_600)
