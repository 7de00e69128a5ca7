"""A site for granian whose every stranger's host is one silent host on this machine; started by a test."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from typing import TYPE_CHECKING

from issuer import Ledger
from keys import GuardedFetcher, Keystore, system_clock
from skillmark.site import SiteSettings, create_site
from storage import open_database

if TYPE_CHECKING:
    from wsgiref.types import WSGIApplication

    from keys import Fetcher

PUBLIC_ADDRESS = "93.184.215.14"


def _network() -> Fetcher:
    """Look every name up as one public address, and dial the silent host instead."""
    silent_port = int(os.environ["TEST_SILENT_PORT"])
    return GuardedFetcher(
        resolver=lambda _host, _port: (PUBLIC_ADDRESS,),
        dial=lambda _address, _port, seconds: socket.create_connection(("127.0.0.1", silent_port), seconds),
    ).for_verification()


def create_application() -> WSGIApplication:
    """Return the site; granian calls this in its worker."""
    home = Path(os.environ["TEST_HOME"])
    database = open_database(home / "skillmark.sqlite3")
    base_url = os.environ["TEST_BASE_URL"]
    keystore = Keystore(home / "keys", b"TEST ONLY passphrase")
    return create_site(
        SiteSettings(
            base_url=base_url,
            home=home,
            session_secret="TEST ONLY session secret",
            desk_password_hash=str,
            ledger=Ledger(database, keystore, clock=system_clock, base_url=base_url),
            network=_network,
            proxy_hops=1,  # so that each visitor of the test has an address, and limits, of its own
        )
    )
