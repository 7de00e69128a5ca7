"""Addresses of skills that an issuer named itself (OB 3.0 Alignment targetUrl)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from issuer import read_achievement
from issuer.compose import compose_achievement
from issuer.model import IssuerProfile
from issuer.skill_address import own_skill_slug, own_skill_url
from issuer.skill_import import read_skill_list
from schemas import OrganizationKind

COURSE = """\
slug: pipe
name: Pipe Bender
description: Bends pipe by a drawing.
criteria: Bend three pipes that fit.
skills:
  - name: Pipe bending
  - {name: Soldadura básica, framework: Our list, code: S1}
  - {name: Welding, url: "https://www.onetonline.org/link/summary/51-4121.00", framework: O*NET}
"""
ISSUER = IssuerProfile(
    id="did:example:shop",
    slug="pipe-shop",
    name="Pipe Shop",
    kind=OrganizationKind.EMPLOYER,
    url="",
    email="",
    description="",
)


def test_plain_name_is_its_address() -> None:
    """Small letters and dashes, whatever blanks and capitals were typed."""
    assert own_skill_slug("Pipe  Bending") == own_skill_slug("pipe bending") == "pipe-bending"
    assert own_skill_url("https://b.example.org", "pipe-shop", "Pipe bending") == (
        "https://b.example.org/skills/pipe-shop/pipe-bending"
    )


@pytest.mark.parametrize(("one", "other"), [("C", "C++"), ("C++", "C#"), ("Soldadura", "Soldadurá"), ("溶接", "旋盤")])
def test_names_that_lose_a_sign_do_not_meet(one: str, other: str) -> None:
    """Two skills never share an address because a sign of one has no place in it."""
    assert own_skill_slug(one) != own_skill_slug(other)


@given(name=st.text(min_size=1, max_size=300).filter(str.strip))
def test_every_name_has_an_address(name: str) -> None:
    """At most 64 small letters, digits and dashes, never empty."""
    assert re.fullmatch(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?", own_skill_slug(name))


def test_badge_gives_the_page_of_this_site() -> None:
    """Every alignment has an address; an own skill without a list is of the issuer's list."""
    course = read_achievement(COURSE.encode(), filename="pipe.yaml", folder=None)
    document = compose_achievement(course, ISSUER, base_url="https://b.example.org")
    slug = own_skill_slug("Soldadura básica")
    assert document["alignment"] == [
        {
            "type": ["Alignment"],
            "targetName": "Pipe bending",
            "targetUrl": "https://b.example.org/skills/pipe-shop/pipe-bending",
            "targetFramework": "Pipe Shop",
        },
        {
            "type": ["Alignment"],
            "targetName": "Soldadura básica",
            "targetUrl": f"https://b.example.org/skills/pipe-shop/{slug}",
            "targetFramework": "Our list",
            "targetCode": "S1",
        },
        {
            "type": ["Alignment"],
            "targetName": "Welding",
            "targetUrl": "https://www.onetonline.org/link/summary/51-4121.00",
            "targetFramework": "O*NET",
        },
    ]


def test_list_may_have_skills_without_address() -> None:
    """A CSV of names alone is a list of own skills; twins by name are told by row."""
    reading = read_skill_list(
        b"name,url\nRope splicing,\nKnots,https://s.example.org/knots\nrope  Splicing,\n", framework="Yard"
    )
    assert [(skill.name, skill.terms[0].url) for skill in reading.skills] == [
        ("Rope splicing", ""),
        ("Knots", "https://s.example.org/knots"),
    ]
    assert [(one.row, one.column, one.code) for one in reading.problems] == [(4, "name", "skills.name_twice")]
