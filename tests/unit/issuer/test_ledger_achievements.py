"""Achievements in the ledger."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from issuer.achievement_store import load_revision
from schemas import LedgerError
from tests.doubles.ledgers import FORKLIFT, make_issuer

if TYPE_CHECKING:
    from issuer import IssuerProfile, Ledger


def test_definition_is_kept_without_loss(ledger: Ledger, issuer: IssuerProfile) -> None:
    """What was saved comes back equal, with its issuer."""
    achievement = replace(FORKLIFT, image=b"\x89PNG", image_media_type="image/png", tags=("safety", "warehouse"))
    ledger.save_achievement(issuer.slug, achievement)
    assert ledger.find_achievement("forklift") == achievement
    assert ledger.achievements() == (achievement,)
    assert ledger.find_achievement_issuer("forklift") == issuer


def test_changed_definition_is_a_new_revision(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The newest revision is found; the old one stays for the badges that carry it."""
    newer = replace(FORKLIFT, criteria="Drive the new course.")
    for achievement in (FORKLIFT, FORKLIFT, newer):
        ledger.save_achievement(issuer.slug, achievement)
    assert ledger.find_achievement("forklift") == newer
    assert ledger.achievements() == (newer,)
    with ledger.database.read() as connection:
        assert load_revision(connection, "forklift", 1) == FORKLIFT
        assert load_revision(connection, "forklift", 2) == newer


def test_slug_belongs_to_its_issuer(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Another issuer cannot take over the address of an achievement."""
    ledger.save_achievement(issuer.slug, FORKLIFT)
    other = make_issuer(ledger, "Other")
    with pytest.raises(LedgerError) as caught:
        ledger.save_achievement(other.slug, FORKLIFT)
    assert caught.value.code == "ledger.achievement_taken"
    assert ledger.achievements(other.slug) == ()


def test_unknown_issuer_cannot_save(ledger: Ledger) -> None:
    """An achievement needs an issuer that is there."""
    with pytest.raises(LedgerError) as caught:
        ledger.save_achievement("nobody", FORKLIFT)
    assert caught.value.code == "ledger.issuer_unknown"


def test_unknown_achievement_is_none(ledger: Ledger) -> None:
    """A slug that names nothing gives nothing."""
    assert ledger.find_achievement("none") is None
    assert ledger.find_achievement_issuer("none") is None
