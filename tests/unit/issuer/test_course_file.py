"""A course written back as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from issuer import achievement_from_json, achievement_to_json, read_achievement
from issuer.course_file import load_example_course, render_course_file
from issuer.model import BadgeDesign
from schemas import IssuanceError

EXAMPLES = sorted((Path(__file__).resolve().parents[3] / "examples" / "achievements").glob("*.yaml"))


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_course_is_read_back_equal(path: Path) -> None:
    """Every example comes back as it was, but for its picture."""
    course = read_achievement(path.read_bytes(), filename=path.name, folder=path.parent)
    again = read_achievement(render_course_file(course), filename="other.yaml", folder=None)
    assert again == replace(course, image=b"", image_media_type="")


def test_odd_text_is_kept() -> None:
    """Colons, quotes, lines and words such as yes are text."""
    course = read_achievement(load_example_course(), filename="x.yaml", folder=None)
    odd = replace(course, name='yes: "no" # \\ {x}', can_do=("- null", "é: ñ"), criteria="One\n\n  two: three\n- four")
    assert read_achievement(render_course_file(odd), filename="x.yaml", folder=None) == odd


def test_chosen_design_is_kept() -> None:
    """Shape, colour, drawing, words and stars of the picture come back."""
    course = read_achievement(load_example_course(), filename="x.yaml", folder=None)
    chosen = replace(course, design=BadgeDesign(shape="cog", colour="#123456", icon="wrench", words="CNC 1", level=2))
    assert read_achievement(render_course_file(chosen), filename="x.yaml", folder=None) == chosen
    assert achievement_from_json(achievement_to_json(chosen)) == chosen


def test_course_without_design_is_stored_as_before() -> None:
    """The bytes of a course that chooses nothing are those of the version before: no new revision is made."""
    course = read_achievement(load_example_course(), filename="x.yaml", folder=None)
    assert "design" not in achievement_to_json(course)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        ("shape: blob", "achievement.value_unknown"),
        ("colour: '#12345'", "achievement.value_unknown"),
        ("level: 9", "achievement.number_invalid"),
        ("glow: much", "achievement.field_unknown"),
    ],
)
def test_odd_design_is_refused(line: str, code: str) -> None:
    """What cannot be drawn is named with its field."""
    text = f"name: x\ndescription: d\ncriteria: c\ndesign:\n  {line}\n"
    with pytest.raises(IssuanceError) as caught:
        read_achievement(text.encode(), filename="x.yaml", folder=None)
    assert caught.value.code == code
