"""The files that one person gets."""

from __future__ import annotations

import struct
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from credentials import extract_png, extract_svg
from issuer import (
    ProofChoice,
    ResultDescription,
    Roster,
    RosterRow,
    RowResult,
    RubricLevel,
    draw_achievement,
    list_endings,
    read_certificate_facts,
    read_own_credential,
    render_rendition,
)
from schemas import LedgerError
from tests.doubles.ledgers import FORKLIFT, issue, make_roster

if TYPE_CHECKING:
    from issuer import IssuedCredential, IssuerProfile, Ledger


def _issue_one(ledger: Ledger, issuer: IssuerProfile, proof: ProofChoice) -> IssuedCredential:
    issue(ledger, issuer, make_roster(1), proof=proof)
    return ledger.list_issued()[0]


@pytest.mark.parametrize(
    ("proof", "endings"),
    [
        (ProofChoice.BOTH, ("json", "jwt", "png", "svg", "pdf")),
        (ProofChoice.DATA_INTEGRITY, ("json", "png", "svg", "pdf")),
        (ProofChoice.VC_JWT, ("jwt", "png", "svg", "pdf")),
    ],
)
def test_forms_follow_the_proof(
    ledger: Ledger, issuer: IssuerProfile, proof: ProofChoice, endings: tuple[str, ...]
) -> None:
    """A badge has a JSON file, a JWT file, or both; pictures and certificate it has always."""
    assert list_endings(_issue_one(ledger, issuer, proof)) == endings


@pytest.mark.parametrize(
    ("ending", "media_type", "magic"),
    [
        ("json", "application/vc+ld+json", b'{"@context":'),
        ("jwt", "text/plain", b"eyJ"),
        ("png", "image/png", b"\x89PNG\r\n\x1a\n"),
        ("svg", "image/svg+xml", b"<svg "),
        ("pdf", "application/pdf", b"%PDF-"),
    ],
)
def test_form_is_what_its_ending_says(
    ledger: Ledger, issuer: IssuerProfile, ending: str, media_type: str, magic: bytes
) -> None:
    """Each form has the media type of OB 3.0 §6 or of its kind, and starts as that kind does."""
    rendition = render_rendition(ledger, _issue_one(ledger, issuer, ProofChoice.BOTH), ending)
    assert rendition.media_type == media_type
    assert rendition.body.startswith(magic)


def test_form_that_a_badge_has_not_is_refused(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A badge without a JWT gives none."""
    issued = _issue_one(ledger, issuer, ProofChoice.DATA_INTEGRITY)
    for ending in ("jwt", "exe"):
        with pytest.raises(KeyError):
            render_rendition(ledger, issued, ending)


def test_jwt_badge_is_baked_as_a_jwt(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Pictures of a badge without a Data Integrity proof carry the compact JWS."""
    issued = _issue_one(ledger, issuer, ProofChoice.VC_JWT)
    assert extract_png(render_rendition(ledger, issued, "png").body) == issued.jwt.encode()
    assert extract_svg(render_rendition(ledger, issued, "svg").body) == issued.jwt.encode()


def test_same_badge_gives_the_same_files(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Two downloads of one badge are equal, also the certificate."""
    issued = _issue_one(ledger, issuer, ProofChoice.BOTH)
    for ending in list_endings(issued):
        assert render_rendition(ledger, issued, ending) == render_rendition(ledger, issued, ending)


def test_picture_of_the_course_is_used_when_it_is_of_that_kind(issuer: IssuerProfile) -> None:
    """A PNG that came with the definition is the PNG; an SVG is drawn beside it."""
    drawn, media_type = draw_achievement(FORKLIFT, issuer, "png")
    assert media_type == "image/png"
    assert struct.unpack(">II", drawn[16:24]) == (600, 600)
    given = replace(FORKLIFT, image=b"a picture", image_media_type="image/png")
    assert draw_achievement(given, issuer, "png") == (b"a picture", "image/png")
    assert draw_achievement(given, issuer, "svg") == draw_achievement(FORKLIFT, issuer, "svg")


def test_badge_of_a_higher_level_looks_different(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Two people who reached different steps of a rubric get different pictures."""
    levels = tuple(RubricLevel(key=key, name=key.title()) for key in ("learner", "solo", "trainer"))
    rubric = ResultDescription(key="practice", name="Practice", result_type="RubricCriterionLevel", levels=levels)
    course = replace(FORKLIFT, results=(rubric,))
    rows = tuple(
        RosterRow(number=number, name=f"Person {number}", results=(RowResult(description_key="practice", level=level),))
        for number, level in ((2, "learner"), (3, "trainer"))
    )
    progress = issue(ledger, issuer, Roster(rows=rows, problems=()), achievement=course)
    first, second = ledger.list_issued(progress.job_id)
    pictures = [
        render_rendition(ledger, issued, "svg").body.split(b"</openbadges:credential>")[1] for issued in (first, second)
    ]
    assert pictures[0] != pictures[1]


def test_own_credential_is_read_from_its_signed_bytes(ledger: Ledger, issuer: IssuerProfile) -> None:
    """The typed view of a stored badge names its course and issuer."""
    credential = read_own_credential(ledger, _issue_one(ledger, issuer, ProofChoice.DATA_INTEGRITY))
    assert (credential.achievement.name, credential.issuer.name) == ("Forklift operator", "North Shop College")


def test_badge_of_another_ledger_is_refused(ledger: Ledger, issuer: IssuerProfile) -> None:
    """A badge that is not in this ledger is not rendered."""
    issued = replace(_issue_one(ledger, issuer, ProofChoice.BOTH), slug="elsewhere")
    with pytest.raises(LedgerError) as caught:
        render_rendition(ledger, issued, "png")
    assert caught.value.code == "ledger.credential_unknown"


def test_certificate_says_a_level_once(ledger: Ledger, issuer: IssuerProfile) -> None:
    """Our badges write a level's name twice, for two kinds of readers; paper says it once."""
    rubric = ResultDescription(
        key="practice",
        name="Practice",
        result_type="RubricCriterionLevel",
        levels=(RubricLevel(key="solo", name="Works alone"),),
    )
    row = RosterRow(number=2, name="Ana", results=(RowResult(description_key="practice", level="solo"),))
    roster = Roster(rows=(row,), problems=())
    progress = issue(ledger, issuer, roster, achievement=replace(FORKLIFT, results=(rubric,)))
    (issued,) = ledger.list_issued(progress.job_id)
    facts = read_certificate_facts(read_own_credential(ledger, issued), recipient_name="Ana")
    assert facts.results == (("Practice", "Works alone"),)
