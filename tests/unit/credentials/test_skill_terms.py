"""Skills named for themselves, and wide headings of public lists beside them."""

from __future__ import annotations

import pytest

from credentials import SkillAlignment, split_skills

WELDING = SkillAlignment(name="Welding", url="https://badges.example.edu/skills/college/welding")
# Addresses as O*NET OnLine and ESCO publish them.
ELEMENT = SkillAlignment(
    name="Handling and Moving Objects", url="https://www.onetonline.org/find/descriptor/result/4.A.3.a.2"
)
OCCUPATION = SkillAlignment(name="Welders", url="https://www.onetonline.org/link/summary/51-4121.00")
GROUP = SkillAlignment(name="deal with problems", url="http://data.europa.eu/esco/skill/T2.3")
SINGLE = SkillAlignment(
    name="operate welding equipment", url="http://data.europa.eu/esco/skill/e667f1a0-1a1b-4bd5-a5c2-9b8e1a0c9d11"
)


@pytest.mark.parametrize("wide", [ELEMENT, OCCUPATION, GROUP])
def test_wide_heading_stands_beside_a_named_skill(wide: SkillAlignment) -> None:
    """Elements and occupations of O*NET and groups of ESCO come second, whatever their order."""
    assert split_skills([wide, WELDING]) == ((WELDING,), (wide,))


def test_single_skill_of_a_list_is_a_skill() -> None:
    """A single ESCO skill, and a skill of any other list, is named for itself."""
    assert split_skills([WELDING, SINGLE]) == ((WELDING, SINGLE), ())


def test_headings_alone_are_the_skills() -> None:
    """Of a badge that names nothing else no skill is hidden."""
    assert split_skills([ELEMENT, GROUP]) == ((ELEMENT, GROUP), ())
