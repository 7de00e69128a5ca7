"""Serves the site with granian; the development server of Flask is never used."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from schemas import ConfigurationError
from skillmark.background import BackgroundWork
from skillmark.collecting import collect_rarely
from skillmark.conformance_network import load_documents
from skillmark.mailing import SEND_EVERY_SECONDS
from skillmark.one_core import PORT_VARIABLE, keep_to_one_core
from skillmark.server_log import start_log
from skillmark.settings import default_home, load_settings
from skillmark.site import SiteSettings, create_site
from skillmark.trust_file import load_trust
from skillmark.wiring import compose_ledger
from storage import open_database

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

# More than what may wait for slow hosts (`keys.network_share`) and for children that read files
# (`credentials.sandbox`) together: a page needs neither.
BLOCKING_THREADS = 24
BACKLOG = 256
# Tells the worker process, which is started afresh, that it serves the conformance mode.
_CONFORMANCE_VARIABLE = "SKILLMARK_CONFORMANCE_DOCUMENTS"


def check_port_is_free(host: str, port: int) -> None:
    """Refuse a port that is taken: the server shares ports, so two sites would answer in turn.

    Raises:
        ConfigurationError: `config.port_taken`.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise ConfigurationError("config.port_taken", f"{host}:{port}") from error


def serve_site(home: Path, *, host: str, port: int, conformance: Path | None = None) -> None:
    """Serve the site of a data folder until it is told to stop.

    Args:
        home: The data folder.
        host: Address to listen on.
        port: Port to listen on.
        conformance: Index of documents for the open VC-API of the conformance mode; None for the product.

    Callers make sure first, with `check_port_is_free`, that no other site answers there.
    """
    if conformance is not None:
        os.environ[_CONFORMANCE_VARIABLE] = str(conformance.resolve())
    # The worker process is started afresh and finds the folder by this name.
    os.environ["SKILLMARK_HOME"] = str(home.resolve())
    serve_application("skillmark.server:create_application", host=host, port=port)


def serve_application(target: str, *, host: str, port: int) -> None:
    """Serve an application as the site is served, until told to stop.

    Args:
        target: `module:function`, which makes the application in the worker process.
        host: Address to listen on, or a name such as localhost.
        port: Port to listen on.
    """
    os.environ[PORT_VARIABLE] = str(port)
    Granian(
        target=target,
        factory=True,
        address=host if ":" in host else socket.gethostbyname(host),  # granian takes no names such as localhost
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=BLOCKING_THREADS,
        backlog=BACKLOG,
        log_access=False,
        log_level=LogLevels.error,
        websockets=False,
    ).serve()


def create_application() -> WSGIApplication:
    """Return the site of the data folder that `SKILLMARK_HOME` names; granian calls this in its worker."""
    start_log()
    keep_to_one_core()
    settings = load_settings(default_home())
    database = open_database(settings.database_path)
    conformance = os.environ.get(_CONFORMANCE_VARIABLE)
    app = create_site(
        SiteSettings(
            base_url=settings.base_url,
            home=settings.home,
            session_secret=settings.session_secret(),
            desk_password_hash=lambda: settings.desk_password_hash,
            ledger=compose_ledger(database, settings),
            trust_list=load_trust(None, settings),
            mail=settings.mail,
            mail_password=settings.mail_password,
            texts=settings.texts,
            text_secret=settings.text_secret,
            unlisted_texts_per_day=settings.unlisted_texts_per_day,
            oidc=settings.oidc_providers(),
            proxy_hops=settings.proxy_hops,
            conformance_documents=load_documents(Path(conformance)) if conformance else None,
        )
    )
    BackgroundWork(
        "mailing",
        app.extensions["skillmark.mailing"].run,
        every_seconds=SEND_EVERY_SECONDS,
        expected=frozenset({"mail.sender_running"}),
    ).start()
    collect_rarely()
    return app
