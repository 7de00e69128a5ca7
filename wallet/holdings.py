"""What a person earned: badges claimed here, badges from elsewhere that were really verified, and their own notes.

The bytes that came in are kept unchanged. Beside them stands what the newest check found, with its date.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import read_qr_photo
from schemas import DecodingError, LedgerError
from verifier import CredentialSetReport, Headline, PresentedKind, read_presented, read_scanned
from wallet import holding_store
from wallet.cards import compose_badge_key, compose_card, compose_kept_report, find_lost_code
from wallet.model import MAX_HOLDINGS, MAX_NAME_CHARS, MAX_NOTE_CHARS, Card, NewHolding, Origin

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from verifier import AnyReport, Presented
    from wallet.deps import WalletDeps
    from wallet.model import Holding, Identifier

_UNKNOWN_CARD = Card(title="")
_MEDIA_TYPES = (
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"eyJ", "application/vc+jwt"),
    (b"{", "application/vc+ld+json"),
    (b"<", "image/svg+xml"),
)
_ENDINGS = {
    "image/png": "png",
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "application/vc+jwt": "jwt",
    "application/vc+ld+json": "json",
    "image/svg+xml": "svg",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What became of something that was put into a wallet."""

    holding_id: str
    is_new: bool  # else it was there already
    headline: str


class RefusedBadgeError(LedgerError):
    """What was presented does not enter the wallet.

    Args:
        codes: Why, those that decided first.
    """

    def __init__(self, *codes: str) -> None:
        super().__init__("wallet.badge_refused")
        self.codes = codes


class ForeignAddressError(LedgerError):
    """A code in a photo leads to another host: the holder sees where before anything is fetched.

    Args:
        url: Where.
    """

    def __init__(self, url: str) -> None:
        super().__init__("scan.foreign_host")
        self.url = url


def find_media_type(original: bytes) -> str:
    """Return what the bytes of a badge are, by how they begin."""
    head = original.lstrip()[:16] if not original.startswith(b"\x89PNG") else original
    return next((name for start, name in _MEDIA_TYPES if head.startswith(start)), "application/octet-stream")


def find_ending(media_type: str) -> str:
    """Return the ending of a file with a badge in it."""
    return _ENDINGS.get(media_type, "bin")


def find_own_slug(deps: WalletDeps, text: str) -> str:
    """Return the slug when a text is the address of a badge page of this site; else empty."""
    pattern = rf"{re.escape(deps.base_url)}/b/([A-Za-z0-9_-]{{1,64}})(?:\.(?:json|jwt|png|svg|pdf))?/?(?:[?#].*)?"
    match = re.fullmatch(pattern, "".join(text.split()))
    return match[1] if match and deps.find_own(match[1]) else ""


def keep_claimed(deps: WalletDeps, holder_id: str, slug: str) -> Added:
    """Put a badge of this site, that was given to the holder, into their wallet.

    Raises:
        LedgerError: `wallet.not_found` when this site has no such badge, `wallet.full`.
    """
    return _keep_own(deps, holder_id, slug, Origin.CLAIMED)


def add_file(deps: WalletDeps, holder_id: str, data: bytes, filename: str) -> Added:
    """Verify a file and put it into a wallet: a badge, a picture or certificate with one, a photo of a code.

    Raises:
        RefusedBadgeError: It is not genuine, or nothing can be read in it.
        ForeignAddressError: It is a photo of a code that leads to another site.
        BadgeError: It cannot be read, or an address is out of reach.
    """
    try:
        presented = read_presented(data, filename=filename)
    except DecodingError as error:
        slug = _own_slug_in_photo(deps, data) if error.code == "decoding.qr_unsupported_scheme" else ""
        if not slug:
            raise
        return _keep_own(deps, holder_id, slug, Origin.ADDED)
    if presented.url:
        return _add_address(deps, holder_id, presented)
    # Of a photo with a whole badge in its code only the badge is kept: the photo shows more than the code.
    kept = presented.credential if presented.kind is PresentedKind.QR_PHOTO else data
    return _add_bytes(deps, holder_id, kept, filename)


def add_text(deps: WalletDeps, holder_id: str, text: str) -> Added:
    """Verify a pasted text, or what stands at a link, and put it into a wallet; raises as `add_file`."""
    slug = find_own_slug(deps, text)
    if slug:
        return _keep_own(deps, holder_id, slug, Origin.ADDED)
    presented = read_presented(text)
    if presented.url:
        return _add_address(deps, holder_id, presented)
    return _add_bytes(deps, holder_id, presented.credential, "")


def add_scanned(deps: WalletDeps, holder_id: str, text: str) -> Added:
    """Verify what a camera read and put it into a wallet; raises as `add_file`: nobody has read that address yet."""
    slug = find_own_slug(deps, text)
    if slug:
        return _keep_own(deps, holder_id, slug, Origin.ADDED)
    presented = read_scanned(text)
    if presented.url:
        return _add_address(deps, holder_id, presented)
    return _add_bytes(deps, holder_id, presented.credential, "")


def find_claim_path(deps: WalletDeps, text: str) -> str:
    """Return the path when a text is the address of a badge that waits on this site, or of a class; else empty."""
    pattern = rf"{re.escape(deps.base_url)}(/claim/(?:class/)?[A-Za-z0-9_-]{{1,64}})"
    match = re.fullmatch(pattern, text.strip())
    return match[1] if match else ""


def add_training(deps: WalletDeps, holder_id: str, *, title: str, place: str, day: date | None, note: str) -> Added:
    """Keep a note of a training that there is no badge for. It is never shown as one.

    Raises:
        LedgerError: `wallet.title_missing` or `wallet.full`.
    """
    card = Card(
        title=" ".join(title.split())[:MAX_NAME_CHARS],
        issuer=" ".join(place.split())[:MAX_NAME_CHARS],
        earned_on=day,
        note=note.strip()[:MAX_NOTE_CHARS],
    )
    if not card.title:
        raise LedgerError("wallet.title_missing")
    words = "\n".join((card.title, card.issuer, str(card.earned_on), card.note))
    return _insert(
        deps,
        holder_id,
        NewHolding(
            origin=Origin.SELF_RECORDED,
            badge_key=hashlib.sha256(b"training\n" + words.encode()).hexdigest(),
            original=b"",
            media_type="",
            headline="",
            card=card,
            report={},
        ),
    )


def list_holdings(deps: WalletDeps, holder_id: str) -> tuple[Holding, ...]:
    """Return everything in a wallet, what was added last first."""
    with deps.database.read() as connection:
        return holding_store.list_holdings(connection, holder_id)


def get_holding(deps: WalletDeps, holder_id: str, holding_id: str) -> Holding:
    """Return one holding of a holder.

    Raises:
        LedgerError: `wallet.not_found`, also when it is somebody else's.
    """
    with deps.database.read() as connection:
        holding = holding_store.find_holding(connection, holder_id, holding_id)
    if holding is None:
        raise LedgerError("wallet.not_found")
    return holding


def load_original(deps: WalletDeps, holder_id: str, holding_id: str) -> bytes:
    """Return the bytes that came in.

    Raises:
        LedgerError: `wallet.not_found`, also for self-recorded training, which has none.
    """
    with deps.database.read() as connection:
        original = holding_store.load_original(connection, holder_id, holding_id)
    if not original:
        raise LedgerError("wallet.not_found")
    return original


def find_newest_slug(deps: WalletDeps, holding: Holding) -> str:
    """Return the badge of this site that stands in the place of this one; empty without any."""
    own = deps.find_own(holding.slug) if holding.slug else None
    return own.newest_slug if own is not None else ""


def load_newest(deps: WalletDeps, holding: Holding, original: bytes) -> bytes:
    """Return the bytes to show others: of a badge that was corrected or renewed here, those of the newest one."""
    newest = find_newest_slug(deps, holding)
    own = deps.find_own(newest) if newest else None
    return own.original if own is not None else original


def remove_holding(deps: WalletDeps, holder_id: str, holding_id: str) -> None:
    """Take something out of a wallet.

    Raises:
        LedgerError: `wallet.not_found`.
    """
    with deps.database.write() as connection:
        if not holding_store.delete_holding(connection, holder_id, holding_id):
            raise LedgerError("wallet.not_found")


def list_found(deps: WalletDeps, holder_id: str, identifiers: Sequence[Identifier]) -> tuple[str, ...]:
    """Return the badges of this site that were issued to an address or number of the holder and that they lack."""
    with deps.database.read() as connection:
        kept = holding_store.list_slugs(connection, holder_id)
    found = [slug for one in identifiers for slug in deps.claims.badges_for_identifier(one.kind, one.value)]
    known = kept | set(found)
    standings = deps.find_standings(list(dict.fromkeys(slug for slug in found if slug not in kept)))
    # Of a badge and the newer one in its place, only the newer one is offered.
    older = {slug for slug, standing in standings.items() if standing.newest_slug in known}
    return tuple(slug for slug in dict.fromkeys(found) if slug not in kept and slug not in older)


def compose_new(original: bytes, report: AnyReport, *, origin: Origin, slug: str) -> NewHolding:
    """Return a badge with what its check found, for a wallet."""
    return NewHolding(
        origin=origin,
        slug=slug,
        badge_key=compose_badge_key(report, original),
        original=original,
        media_type=find_media_type(original),
        headline=report.headline.value,
        lost=find_lost_code(report),
        card=compose_card(report) or _UNKNOWN_CARD,
        report=compose_kept_report(report),
        checked_at=report.verified_at,
    )


def _add_address(deps: WalletDeps, holder_id: str, presented: Presented) -> Added:
    slug = find_own_slug(deps, presented.url)
    if slug:
        return _keep_own(deps, holder_id, slug, Origin.ADDED)
    if presented.scanned:
        raise ForeignAddressError(presented.url)
    return _add_bytes(deps, holder_id, deps.fetch_badge(presented.url), "")


def _own_slug_in_photo(deps: WalletDeps, photo: bytes) -> str:
    # Only a site on this very computer has an http address; its own codes must work all the same.
    if not deps.base_url.startswith("http:"):
        return ""
    return next((slug for text in read_qr_photo(photo) if (slug := find_own_slug(deps, text))), "")


def _keep_own(deps: WalletDeps, holder_id: str, slug: str, origin: Origin) -> Added:
    badge = deps.find_own(slug)
    if badge is None:
        raise LedgerError("wallet.not_found")
    report = deps.verify(badge.original, "")
    return _insert(deps, holder_id, compose_new(badge.original, report, origin=origin, slug=slug))


def _add_bytes(deps: WalletDeps, holder_id: str, original: bytes, filename: str) -> Added:
    report = deps.verify(original, filename)
    _refuse_what_is_none(report)
    slug = _find_slug_of_file(deps, original, report)
    return _insert(deps, holder_id, compose_new(original, report, origin=Origin.ADDED, slug=slug))


def _find_slug_of_file(deps: WalletDeps, original: bytes, report: AnyReport) -> str:
    """Return the slug when a file is a badge of this site, such as one out of a copy of a wallet; else empty.

    Its identifier names the page, and who signed the badge of that page has to have signed the file too.
    """
    if isinstance(report, CredentialSetReport) or report.credential is None:
        return ""
    slug = find_own_slug(deps, report.credential.id)
    own = deps.find_own(slug) if slug else None
    if own is None:
        return ""
    own_key = compose_badge_key(deps.verify(own.original, ""), own.original)
    return slug if own_key == compose_badge_key(report, original) else ""


def _refuse_what_is_none(report: AnyReport) -> None:
    if isinstance(report, CredentialSetReport):
        is_false, is_none = report.headline is Headline.NOT_GENUINE, not report.parts
        codes = report.deciding_codes
    else:
        is_false, is_none = report.headline is Headline.NOT_GENUINE, report.is_unreadable or report.is_no_badge
        codes = tuple(check.code for check in report.deciding_checks)
    if is_false or is_none:
        raise RefusedBadgeError(*codes)


def _insert(deps: WalletDeps, holder_id: str, new: NewHolding) -> Added:
    with deps.database.write() as connection:
        known = holding_store.find_id_by_key(connection, holder_id, new.badge_key)
        if known is not None:
            holding_store.note_slug(connection, holder_id, known, new.slug)
            return Added(holding_id=known, is_new=False, headline=new.headline)
        if holding_store.count_holdings(connection, holder_id) >= MAX_HOLDINGS:
            raise LedgerError("wallet.full")
        holding_id = holding_store.insert_holding(connection, holder_id, new, now=deps.clock())
    assert holding_id is not None
    return Added(holding_id=holding_id, is_new=True, headline=new.headline)
