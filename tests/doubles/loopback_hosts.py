"""Web hosts on this machine that answer as a script says, byte for byte, and a dialler that leads to them.

The fetcher under test checks addresses as ever; only the last step, opening the connection, is led here.
Certificates are made for one test run and are TEST ONLY.
"""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from contextlib import closing, suppress
from typing import TYPE_CHECKING, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PUBLIC_ADDRESS = "93.184.215.14"
NOT_BEFORE = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
NOT_AFTER = dt.datetime(2049, 1, 1, tzinfo=dt.UTC)
_SOCKET_SECONDS = 20.0  # a server thread never outlives its test by more


class TestAuthority:
    """A certificate authority that only the tests trust."""

    __test__ = False

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST ONLY authority")])
        self._certificate = (
            self._builder(self._name, self._key.public_key(), NOT_AFTER)
            .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
            .add_extension(
                x509.KeyUsage(
                    digital_signature=False,
                    content_commitment=False,
                    key_encipherment=False,
                    data_encipherment=False,
                    key_agreement=False,
                    key_cert_sign=True,
                    crl_sign=True,
                    encipher_only=False,
                    decipher_only=False,
                ),
                critical=True,
            )
            .sign(self._key, hashes.SHA256())
        )

    def _builder(
        self, subject: x509.Name, public_key: ec.EllipticCurvePublicKey, not_after: dt.datetime
    ) -> x509.CertificateBuilder:
        return (
            x509.CertificateBuilder()
            .subject_name(subject)
            .issuer_name(self._name)
            .public_key(public_key)
            .serial_number(x509.random_serial_number())
            .not_valid_before(NOT_BEFORE)
            .not_valid_after(not_after)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(public_key), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )

    def trust(self) -> ssl.SSLContext:
        """Return a client context that trusts this authority and nothing else."""
        pem = self._certificate.public_bytes(serialization.Encoding.PEM).decode("ascii")
        return ssl.create_default_context(cadata=pem)

    def serve_as(self, *hosts: str, not_after: dt.datetime = NOT_AFTER) -> ssl.SSLContext:
        """Return a server context with a certificate for `hosts`."""
        key = ec.generate_private_key(ec.SECP256R1())
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "TEST ONLY host")])
        certificate = (
            self._builder(name, key.public_key(), not_after)
            .add_extension(x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts]), critical=False)
            .sign(self._key, hashes.SHA256())
        )
        path = self._folder / f"{hosts[0]}-{certificate.serial_number:x}.pem"
        path.write_bytes(
            certificate.public_bytes(serialization.Encoding.PEM)
            + key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(path)
        return context


class LoopbackHost:
    """A server on 127.0.0.1; `script` gets each connection and writes whatever it likes.

    With `tls` None the script gets the bare TCP connection, before any handshake.
    """

    def __init__(self, script: Callable[[socket.socket], None], *, tls: ssl.SSLContext | None) -> None:
        self._script = script
        self._tls = tls
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads: list[threading.Thread] = []
        self.closing = threading.Event()
        self.dialled: list[tuple[str, int]] = []
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    @property
    def port(self) -> int:
        """Where it listens on 127.0.0.1."""
        number: int = self._listener.getsockname()[1]
        return number

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for thread in (self._accepting, *self._threads):
            thread.join(_SOCKET_SECONDS)

    def dial(self, address: str, port: int, timeout_seconds: float) -> socket.socket:
        """Note which address was asked for, and connect to this server instead."""
        self.dialled.append((address, port))
        return socket.create_connection(self._listener.getsockname(), timeout_seconds)

    def _accept(self) -> None:
        while not self.closing.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            thread = threading.Thread(target=self._serve, args=(connection,), daemon=True)
            self._threads.append(thread)
            thread.start()

    def _serve(self, plain: socket.socket) -> None:
        plain.settimeout(_SOCKET_SECONDS)
        with closing(plain):
            if self._tls is None:
                with suppress(OSError):
                    self._script(plain)
                return
            # The client may refuse us, or hang up when it has seen enough: both are what the tests provoke.
            with suppress(OSError), closing(self._tls.wrap_socket(plain, server_side=True)) as connection:
                self._script(connection)


def read_request(connection: socket.socket) -> bytes:
    """Return the request up to its blank line."""
    request = b""
    while b"\r\n\r\n" not in request:
        part = connection.recv(4_096)
        if not part:
            break
        request += part
    return request


def answer(head: str, body: bytes = b"") -> Callable[[socket.socket], None]:
    """Return a script that reads one request and sends this answer."""

    def script(connection: socket.socket) -> None:
        read_request(connection)
        connection.sendall(head.replace("\n", "\r\n").encode("ascii") + b"\r\n\r\n" + body)

    return script
