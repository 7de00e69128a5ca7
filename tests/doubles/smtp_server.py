"""A mail server on this machine that follows a script: takes, puts off, refuses, hangs or hangs up."""

from __future__ import annotations

import enum
import socket
import threading
from collections import deque
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator
    from email.message import EmailMessage


class Answer(enum.Enum):
    """What the server does with one mail."""

    TAKE = "250"
    LATER = "451"  # after the recipient
    NEVER = "550"  # after the recipient
    SENDER_NEVER = "553"  # after the sender
    TEXT_NEVER = "554"  # after the text
    HANG = "hang"  # never answers
    DROP = "drop"  # hangs up before the recipient
    TAKE_AND_DROP = "take and drop"  # has the mail, and hangs up before it says so


@dataclass(slots=True)
class ScriptedServer:
    """What happened so far. `script` gives one answer for each mail; after its end all are taken."""

    port: int
    script: deque[Answer] = field(default_factory=deque)
    taken: list[EmailMessage] = field(default_factory=list)
    logins: list[str] = field(default_factory=list)
    commands: list[str] = field(default_factory=list)
    on_taken: Callable[[int], None] = lambda _: None


@contextmanager
def scripted_server(
    *answers: Answer, tls: ssl.SSLContext | None = None, offers_starttls: bool = False
) -> Iterator[ScriptedServer]:
    """Run a server until the block ends.

    Args:
        answers: The script.
        tls: Encrypts from the first byte, or with `offers_starttls` when it is asked to.
        offers_starttls: Whether the way begins in the clear.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    server = ScriptedServer(port=listener.getsockname()[1], script=deque(answers))
    over = threading.Event()

    def talk(connection: socket.socket) -> None:
        connection.settimeout(10)
        # The other side hangs up, or does not trust us: that is what some tests are about.
        with suppress(OSError, ValueError):
            _Talk(server, connection, tls, offers_starttls=offers_starttls, over=over).run()

    def serve() -> None:
        while not over.is_set():
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            threading.Thread(target=talk, args=(connection,), daemon=True).start()

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        over.set()
        with suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)  # closing alone does not wake who waits there
        listener.close()
        thread.join(5)


class _Talk:
    """One connection."""

    def __init__(
        self,
        server: ScriptedServer,
        connection: socket.socket,
        tls: ssl.SSLContext | None,
        *,
        offers_starttls: bool,
        over: threading.Event,
    ) -> None:
        self._server, self._tls, self._over = server, tls, over
        self._offers_starttls = offers_starttls and tls is not None
        self._connection = connection
        self._is_encrypted_at_once = tls is not None and not offers_starttls
        self._answer = Answer.TAKE

    def run(self) -> None:
        """Answer until either side hangs up."""
        try:
            if self._is_encrypted_at_once:
                self._encrypt()
            self._lines = self._connection.makefile("rb")
            self._say("220 scripted.example.org")
            while line := self._lines.readline():
                command = line.decode("utf-8", "replace").strip()
                self._server.commands.append(command)
                if not self._follow(command):
                    return
        finally:
            if hasattr(self, "_lines"):
                self._lines.close()
            self._connection.close()

    def _encrypt(self) -> None:
        assert self._tls is not None
        self._connection = self._tls.wrap_socket(self._connection, server_side=True)

    def _follow(self, command: str) -> bool:
        verb = command.split(" ", maxsplit=1)[0].upper()
        if verb in {"EHLO", "HELO"}:
            self._say(f"250-scripted\r\n{'250-STARTTLS' if self._offers_starttls else '250-HELP'}\r\n250 AUTH PLAIN")
        elif verb == "STARTTLS" and self._tls is not None:
            self._say("220 go ahead")
            self._lines.close()
            self._encrypt()
            self._lines = self._connection.makefile("rb")
            self._offers_starttls = False
        elif verb == "AUTH":
            self._server.logins.append(command)
            self._say("535 no" if "d3Jvbmc" in command else "235 yes")
        elif verb == "MAIL":
            self._answer = self._server.script.popleft() if self._server.script else Answer.TAKE
            if self._answer is Answer.HANG:
                self._over.wait(10)
                return False
            self._say("553 not from you" if self._answer is Answer.SENDER_NEVER else "250 ok")
        elif verb == "RCPT":
            if self._answer is Answer.DROP:
                return False
            refusals = {Answer.LATER: "451 later", Answer.NEVER: "550 no such user"}
            self._say(refusals.get(self._answer, "250 ok"))
        elif verb == "DATA":
            return self._read_text()
        elif verb == "QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 ok")
        return True

    def _read_text(self) -> bool:
        self._say("354 go on")
        text = b""
        while (line := self._lines.readline()) not in {b".\r\n", b""}:
            text += line.removeprefix(b".") if line.startswith(b"..") else line
        if self._answer is Answer.TEXT_NEVER:
            self._say("554 not this text")
            return True
        self._server.taken.append(message_from_bytes(text, policy=default))
        self._server.on_taken(len(self._server.taken))
        if self._answer is Answer.TAKE_AND_DROP:
            return False
        self._say("250 taken")
        return True

    def _say(self, line: str) -> None:
        self._connection.sendall(f"{line}\r\n".encode())
