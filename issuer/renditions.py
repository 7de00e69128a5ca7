"""The forms in which one person gets a badge: JSON, JWT, baked PNG and SVG, and a PDF certificate."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from credentials import (
    BadgeArt,
    OpenBadgeCredential,
    bake_png,
    bake_svg,
    list_proofs,
    read_vc_jwt,
    render_badge_png,
    render_badge_svg,
    verify_data_integrity_proof,
    verify_vc_jwt,
)
from issuer.achievement_store import load_revision
from issuer.certificate import render_certificate
from issuer.certificate_facts import read_certificate_facts
from issuer.credential_store import load_planned
from issuer.issuer_store import get_issuer, list_keys
from issuer.model import Achievement
from schemas import LedgerError, read_json_object

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Connection

    from issuer.credential_store import PlannedRow
    from issuer.ledger import Ledger
    from issuer.model import IssuedCredential, IssuerProfile
    from keys import PublicKey

PNG_SIDE_PX = 600
_MAX_CLASSES = 64  # courses kept by one renderer, with their pictures
# OB 3.0 §6 names these types; some validators refuse `application/jwt`.
_MEDIA_TYPES = {
    "json": "application/vc+ld+json",
    "jwt": "text/plain",
    "png": "image/png",
    "svg": "image/svg+xml",
    "pdf": "application/pdf",
}
RENDITION_ENDINGS = tuple(_MEDIA_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rendition:
    """One form of a badge, ready to be served or saved."""

    body: bytes
    media_type: str


def list_endings(issued: IssuedCredential) -> tuple[str, ...]:
    """Return the forms that exist for a badge."""
    missing = {"" if issued.json_bytes else "json", "" if issued.jwt else "jwt"}
    return tuple(ending for ending in RENDITION_ENDINGS if ending not in missing)


def render_rendition(ledger: Ledger, issued: IssuedCredential, ending: str) -> Rendition:
    """Return one form of a badge. JSON and JWT are the stored bytes; the others carry them unchanged.

    Args:
        ledger: Where the badge is kept.
        issued: From the ledger.
        ending: One of `list_endings(issued)`.

    Raises:
        KeyError: There is no such form.
    """
    return Renderer(ledger).render(issued, ending)


class Renderer:
    """Renders forms of many badges; what those of one class share is loaded and drawn once. For one thread.

    Args:
        ledger: Where the badges are kept.
    """

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._planned: dict[str, PlannedRow] = {}
        self._classes: dict[tuple[str, str, int], _Class] = {}
        self._read: tuple[str, OpenBadgeCredential] | None = None  # forms of one badge follow one another

    def prepare(self, page: Sequence[IssuedCredential]) -> None:
        """Load at once what the badges of a page need; those of the page before are forgotten."""
        with self._ledger.database.read() as connection:
            slugs = [issued.slug for issued in page]
            self._planned = {planned.plan.slug: planned for planned in load_planned(connection, slugs)}

    def render(self, issued: IssuedCredential, ending: str) -> Rendition:
        """Return one form of a badge, as `render_rendition` does.

        Raises:
            KeyError: There is no such form.
        """
        if ending not in list_endings(issued):
            raise KeyError(ending)
        return Rendition(body=self._render(issued, ending), media_type=_MEDIA_TYPES[ending])

    def read(self, issued: IssuedCredential) -> OpenBadgeCredential:
        """Return the typed view of a badge, after its signature was verified once more.

        Raises:
            InvalidCredentialError: The stored bytes do not verify.
        """
        if self._read is None or self._read[0] != issued.slug:
            planned, shared = self._load(issued)
            self._read = issued.slug, _verify(issued, shared.keys[planned.plan.key_id])
        return self._read[1]

    def _render(self, issued: IssuedCredential, ending: str) -> bytes:
        if ending == "json":
            return issued.json_bytes
        if ending == "jwt":
            return issued.jwt.encode("ascii")
        _, shared = self._load(issued)
        achievement = shared.achievement or _read_achievement(self.read(issued))
        # Where no level can be reached nothing is drawn that stands in the badge alone.
        level = _read_level(self.read(issued)) if shared.has_levels else 0
        if ending == "svg":
            return bake_svg(_draw(achievement, shared.profile, "svg", level=level), issued.original)
        picture = _draw(achievement, shared.profile, "png", level=level)
        if ending == "png":
            return bake_png(picture, issued.original)
        return render_certificate(
            read_certificate_facts(self.read(issued), recipient_name=issued.recipient_name),
            original=issued.original,
            original_name="badge.json" if issued.json_bytes else "badge.jwt",
            page_url=f"{self._ledger.base_url}/b/{issued.slug}",
            badge_png=picture,
            issued_at=issued.issued_at,
            language="es" if achievement.language.lower().startswith("es") else "en",
        )

    def _load(self, issued: IssuedCredential) -> tuple[PlannedRow, _Class]:
        if issued.slug not in self._planned:
            self.prepare([issued])
        planned = self._planned.get(issued.slug)
        if planned is None:
            raise LedgerError("ledger.credential_unknown")
        course = planned.issuer_slug, planned.achievement_slug, planned.achievement_revision
        if course not in self._classes or planned.plan.key_id not in self._classes[course].keys:
            if len(self._classes) >= _MAX_CLASSES:
                self._classes.clear()
            with self._ledger.database.read() as connection:
                self._classes[course] = _load_class(connection, planned, issued)
        return planned, self._classes[course]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Class:
    """What badges of one class share; `achievement` is None where a program composed each as it liked."""

    profile: IssuerProfile
    achievement: Achievement | None
    keys: dict[str, PublicKey]

    @property
    def has_levels(self) -> bool:
        return self.achievement is None or any(result.levels for result in self.achievement.results)


def _load_class(connection: Connection, planned: PlannedRow, issued: IssuedCredential) -> _Class:
    return _Class(
        profile=get_issuer(connection, planned.issuer_slug),
        achievement=(
            None
            if issued.is_from_program
            else load_revision(connection, planned.achievement_slug, planned.achievement_revision)
        ),
        keys={key.method.id: key.method.public_key for key in list_keys(connection, planned.issuer_slug)},
    )


def draw_achievement(achievement: Achievement, profile: IssuerProfile, ending: str) -> tuple[bytes, str]:
    """Return the picture of an achievement as `png` or `svg`, with its media type.

    The picture that came with the definition is used when it is of that kind; else one is drawn.
    """
    return _draw(achievement, profile, ending, level=0), _MEDIA_TYPES[ending]


def read_own_credential(ledger: Ledger, issued: IssuedCredential) -> OpenBadgeCredential:
    """Return the typed view of a badge of ours, after its signature was verified once more.

    Raises:
        InvalidCredentialError: The stored bytes do not verify.
    """
    return Renderer(ledger).read(issued)


def _read_achievement(credential: OpenBadgeCredential) -> Achievement:
    """Return what a picture needs of a badge that a program composed; its own picture may lie anywhere."""
    return Achievement(
        slug=credential.achievement.name.casefold(),
        name=credential.achievement.name,
        description=credential.achievement.description,
        criteria="",
        achievement_type=credential.achievement_type,
        tags=credential.tags,
    )


def _verify(issued: IssuedCredential, public_key: PublicKey) -> OpenBadgeCredential:
    if issued.jwt:
        # The quicker of the two when there are both; they say the same, see `verify_release`.
        return OpenBadgeCredential.from_verified(verify_vc_jwt(read_vc_jwt(issued.jwt), public_key=public_key))
    document = read_json_object(issued.json_bytes)
    (proof,) = list_proofs(document)
    return OpenBadgeCredential.from_verified(
        verify_data_integrity_proof(document, proof, public_key=public_key, original=issued.json_bytes)
    )


def _draw(achievement: Achievement, profile: IssuerProfile, ending: str, *, level: int) -> bytes:
    if achievement.image and achievement.image_media_type == _MEDIA_TYPES[ending]:
        return achievement.image
    design = achievement.design
    art = BadgeArt(
        title=design.words or achievement.name,
        issuer_name=profile.name,
        slug=achievement.slug,
        achievement_type=achievement.achievement_type,
        topic=" ".join((*achievement.tags, achievement.field_of_study)),
        level=level or design.level,
        shape=design.shape,
        chosen_colour=design.colour,
        icon=design.icon,
    )
    return _draw_svg(art) if ending == "svg" else _draw_png(art)


@lru_cache(maxsize=64)  # pictures of some 50 kB: a whole class shares one
def _draw_png(art: BadgeArt) -> bytes:
    return render_badge_png(art, size_px=PNG_SIDE_PX)


@lru_cache(maxsize=64)
def _draw_svg(art: BadgeArt) -> bytes:
    return render_badge_svg(art)


def _read_level(credential: OpenBadgeCredential) -> int:
    """Return which step of the first rubric the person reached, counted from 1; 0 when there is none."""
    for result in credential.results:
        rank = credential.rank(result)
        if rank is not None:
            return rank.number
    return 0
