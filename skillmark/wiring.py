"""Puts the parts of one installation together."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from issuer import Ledger, diagnose
from keys import FetchedDocument, FirstPartyFetcher, Keystore, OfflineFetcher, system_clock
from schemas import ConfigurationError
from skillmark.api_store import SignedFiles
from storage import open_database
from verifier import (
    Headline,
    StatusCache,
    VerificationContext,
    verify_presented,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from issuer import Finding, IssuedCredential
    from keys import Fetcher
    from skillmark.settings import Settings
    from storage import Database


def compose_ledger(database: Database, settings: Settings) -> Ledger:
    """Return the ledger of a data folder on its open database."""
    return Ledger(
        database,
        Keystore(settings.keys_folder, settings.passphrase()),
        clock=system_clock,
        base_url=settings.base_url,
        status_purposes=settings.status_purposes,
        calling_code=settings.calling_code,
        time_zone=settings.time_zone,
    )


@contextmanager
def open_ledger(settings: Settings) -> Iterator[Ledger]:
    """Open the ledger of a data folder and close its database afterwards."""
    database = open_database(settings.database_path)
    try:
        ledger = compose_ledger(database, settings)
        SignedFiles(ledger, settings.home).take_over()
        yield ledger
    finally:
        database.close()


def choose_issuer(ledger: Ledger, slug: str | None) -> str:
    """Return the slug of the issuer to use.

    Raises:
        ConfigurationError: `config.issuer_missing` or `config.issuer_ambiguous`.
    """
    known = [profile.slug for profile in ledger.issuers()]
    if slug is not None:
        if slug not in known:
            raise ConfigurationError("config.issuer_missing", slug)
        return slug
    if not known:
        raise ConfigurationError("config.issuer_missing")
    if len(known) > 1:
        raise ConfigurationError("config.issuer_ambiguous", ", ".join(known))
    return known[0]


def own_documents(ledger: Ledger) -> Callable[[str], FetchedDocument | None]:
    """Return a look-up for what this installation publishes itself: status lists, DID documents, keys.

    A site must not need a network, or reach itself through a proxy, to verify its own badges.
    """

    def look_up(url: str) -> FetchedDocument | None:
        if not url.startswith(f"{ledger.base_url}/"):
            return None
        document = ledger.published_document(url.removeprefix(ledger.base_url))
        if document is None:
            return None
        return FetchedDocument(url=url, body=document.body, media_type=document.media_type, fetched_at=ledger.clock())

    return look_up


def with_own_documents(ledger: Ledger | None, network: Fetcher) -> Fetcher:
    """Return `network`, with this installation's own documents in front of it when there is a ledger."""
    return FirstPartyFetcher(own_documents(ledger), network) if ledger is not None else network


def verify_own_badges(ledger: Ledger) -> tuple[Finding, ...]:
    """Run the doctor, with our own verifier as the judge of every badge."""
    context = VerificationContext(
        now=ledger.clock(), fetcher=with_own_documents(ledger, OfflineFetcher()), status_cache=StatusCache()
    )

    def verify(issued: IssuedCredential) -> None:
        report = verify_presented(issued.original, context=context)
        if report.headline not in {Headline.GENUINE, Headline.GENUINE_BUT}:
            report.raise_for_rejection()

    return diagnose(ledger, verify)


def find_issued(ledger: Ledger, badge: str) -> IssuedCredential:
    """Return the badge that an id, a page address or the last part of it names.

    Raises:
        ConfigurationError: `config.badge_missing`.
    """
    slug = urlsplit(badge).path.rstrip("/").rsplit("/", 1)[-1]
    found = ledger.find_by_id(badge) or ledger.find_published(slug)
    if found is None:
        raise ConfigurationError("config.badge_missing")
    return found
