"""A course written back as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from issuer import read_achievement
from issuer.course_file import load_example_course, render_course_file

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
