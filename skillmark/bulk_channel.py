"""Messages between the processes of a run: each is a pickled object behind its length.

As `multiprocessing.connection`, without what a process that only verifies would have to load for it. Both ends are
ours: what a stranger sent travels as bytes inside a message, never as one.
"""

from __future__ import annotations

import pickle
import socket
import struct

_LENGTH = struct.Struct(">Q")
_CHUNK_BYTES = 64 * 1024


class Channel:
    """One end of a pair of sockets.

    Args:
        end: Blocking; closed with the channel.
    """

    def __init__(self, end: socket.socket) -> None:
        self._end = end
        self._begun = bytearray()  # of a message that is not all there yet

    def fileno(self) -> int:
        """Return the descriptor, to wait for a message."""
        return self._end.fileno()

    def send(self, message: object) -> None:
        """Send one message.

        Raises:
            OSError: The other end is gone (`BrokenPipeError`, `ConnectionResetError`).
        """
        body = pickle.dumps(message, pickle.HIGHEST_PROTOCOL)
        self._end.sendall(_LENGTH.pack(len(body)) + body)

    def receive(self) -> object:
        """Wait for the next message.

        Raises:
            EOFError: The other end is closed.
            OSError: It was closed in the middle of something.
        """
        (length,) = _LENGTH.unpack(self._read(_LENGTH.size))
        return pickle.loads(self._read(length))  # noqa: S301 - of our own process

    def receive_begun(self) -> list[object]:
        """Return those messages that are all there; of one that is not, what came is kept. Waits for nothing.

        To be used for every message of a channel, or for none.

        Raises:
            EOFError: The other end is closed.
            OSError: It was closed in the middle of something.
        """
        try:
            chunk = self._end.recv(_CHUNK_BYTES, socket.MSG_DONTWAIT)
        except BlockingIOError:  # nothing is there after all
            return []
        if not chunk:
            raise EOFError
        self._begun += chunk
        messages = []
        while len(self._begun) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._begun)[0]
            if len(self._begun) < end:
                break
            messages.append(pickle.loads(self._begun[_LENGTH.size : end]))  # noqa: S301 - of our own process
            del self._begun[:end]
        return messages

    def close(self) -> None:
        """Close this end."""
        self._end.close()

    def _read(self, length: int) -> bytearray:
        found = bytearray(length)
        rest = memoryview(found)
        while rest:
            count = self._end.recv_into(rest)
            if not count:
                raise EOFError
            rest = rest[count:]
        return found
