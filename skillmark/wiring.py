"""Puts the parts of one installation together."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from issuer import Ledger
from keys import FetchedDocument, FirstPartyFetcher, GuardedFetcher, Keystore, OfflineFetcher, system_clock
from schemas import ConfigurationError, encode_json
from storage import open_database
from verifier import TrustList, load_trust_list

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from issuer import IssuerProfile
    from keys import Fetcher
    from skillmark.settings import Settings


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Ledger]:
    """Open the ledger of a data folder and close its database afterwards."""
    database = open_database(settings.database_path)
    try:
        yield Ledger(
            database,
            Keystore(settings.keys_folder, settings.passphrase()),
            clock=system_clock,
            base_url=settings.base_url,
        )
    finally:
        database.close()


def own_documents(ledger: Ledger, base_url: str) -> Callable[[str], FetchedDocument | None]:
    """Return a look-up for documents that this installation publishes itself: status lists, DID documents, keys.

    A site must not need a network, or reach itself through a proxy, to verify its own badges.
    """

    def look_up(url: str) -> FetchedDocument | None:
        if not url.startswith(f"{base_url}/"):
            return None
        published = ledger.published_document(url.removeprefix(base_url))
        if published is None:
            return None
        return FetchedDocument(url=url, body=published.body, media_type=published.media_type, fetched_at=system_clock())

    return look_up


def choose_fetcher(ledger: Ledger | None, *, base_url: str, network: Fetcher) -> Fetcher:
    """Return `network`, with this installation's own documents in front of it when there is a ledger."""
    return FirstPartyFetcher(own_documents(ledger, base_url), network) if ledger is not None else network
