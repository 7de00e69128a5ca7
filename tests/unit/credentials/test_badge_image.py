"""The drawn badge is the same everywhere, readable, and inert."""

from __future__ import annotations

import io
import re
from xml.etree import ElementTree as ET

import pytest
from PIL import Image

from credentials import BadgeArt, check_image, check_svg_inert, render_badge_png, render_badge_svg
from credentials.badge_art import BADGE_COLOURS, BADGE_SHAPES, PALETTE, compose_badge, mix, title_size_px
from credentials.badge_geometry import Fill, Stroke
from credentials.badge_icons import BADGE_ICONS, icon_name
from credentials.badge_text import can_draw, draw_line, fit_lines, text_width

_ART = BadgeArt(title="CMM Operator Level 1", issuer_name="Blue Ridge College", slug="cmm-operator-1", level=2)
_SPANISH = BadgeArt(title="Operación de máquina: ¿qué es señal?", issuer_name="Instituto Ñuñoa", slug="maquina")


def _pixels(art: BadgeArt, size_px: int = 120) -> Image.Image:
    return Image.open(io.BytesIO(render_badge_png(art, size_px=size_px)))


def _luminance(colour: str) -> float:
    """Relative luminance after WCAG 2.2."""
    shares = [value / 255 for value in bytes.fromhex(colour[1:])]
    linear = [share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize("colour", PALETTE)
def test_white_is_readable_on_every_colour(colour: str) -> None:
    """Contrast of 4.5 to 1 or more, on the lightened half too (WCAG 2.2 §1.4.3)."""
    assert 1.05 / (_luminance(mix(colour, "#ffffff", 0.07)) + 0.05) >= 4.5


@pytest.mark.parametrize("colour", [*BADGE_COLOURS, "#ffffff", "#ffee00", "#7fb2ff", "#000000"])
def test_chosen_colour_keeps_white_readable(colour: str) -> None:
    """Any colour that a course chooses ends with a contrast of 4.5 to 1 or more, on the lightened half too."""
    chosen = BadgeArt(title="x", chosen_colour=colour).colour
    assert 1.05 / (_luminance(mix(chosen, "#ffffff", 0.07)) + 0.05) >= 4.5


@pytest.mark.parametrize("icon", BADGE_ICONS)
@pytest.mark.parametrize("shape", BADGE_SHAPES)
def test_every_shape_and_drawing_fits_the_square(shape: str, icon: str) -> None:
    """No point of a badge lies outside its square of 600 units."""
    for figure in compose_badge(BadgeArt(title="x", issuer_name="y", shape=shape, icon=icon, level=5)):
        points = figure.points if isinstance(figure, Fill | Stroke) else ()
        assert all(0 <= x <= 600 and 0 <= y <= 600 for x, y in points)


def test_unknown_choices_leave_the_drawing_as_it_was() -> None:
    """A word of a later version draws what no choice draws."""
    odd = BadgeArt(title="CMM", slug="cmm", shape="blob", chosen_colour="mauve", icon="unicorn")
    assert render_badge_svg(odd) == render_badge_svg(BadgeArt(title="CMM", slug="cmm"))


def test_short_words_are_larger() -> None:
    """The size of the letters is known, so that somebody can be told that a title is too long for a small badge."""
    long = BadgeArt(title="Coordinate Measuring Machine Operator with Geometric Tolerances, Level Two")
    assert title_size_px(long, side_px=120) < title_size_px(BadgeArt(title="CMM"), side_px=120)


def test_same_badge_has_the_same_bytes() -> None:
    """Nothing random, nothing timed."""
    assert render_badge_png(_ART) == render_badge_png(_ART)
    assert render_badge_svg(_ART) == render_badge_svg(_ART)


def test_colour_follows_the_slug_not_the_title() -> None:
    """A corrected title keeps its colour."""
    assert BadgeArt(title="Old", slug="gdt-1").colour == BadgeArt(title="New", slug="gdt-1").colour


def test_slugs_spread_over_the_palette() -> None:
    """Forty courses do not all look alike."""
    assert len({BadgeArt(title="x", slug=f"course-{number}").colour for number in range(40)}) > len(PALETTE) // 2


@pytest.mark.parametrize("size_px", [16, 120, 600, 1024])
def test_png_has_the_size_asked_for(size_px: int) -> None:
    """Square, with a transparent corner and an opaque middle."""
    picture = _pixels(_ART, size_px)
    assert (picture.size, picture.mode) == ((size_px, size_px), "RGBA")
    corner, middle = (
        picture.getchannel("A").getpixel((0, 0)),
        picture.getchannel("A").getpixel((size_px // 2, size_px // 2)),
    )
    assert (corner, middle) == (0, 255)


@pytest.mark.parametrize("size_px", [0, 15, 1025])
def test_size_out_of_range_is_refused(size_px: int) -> None:
    """A request cannot ask for a huge picture."""
    with pytest.raises(ValueError, match="pixels wide"):
        render_badge_png(_ART, size_px=size_px)


def test_both_forms_pass_our_own_upload_check() -> None:
    """What we draw is what we would accept."""
    assert check_image(render_badge_png(_SPANISH)) == "image/png"
    assert check_image(render_badge_svg(_SPANISH)) == "image/svg+xml"


def test_svg_shows_the_words_as_text() -> None:
    """Screen readers and searches find title and issuer; accents are kept."""
    root = ET.fromstring(render_badge_svg(_SPANISH))  # noqa: S314 - our own output
    words = " ".join(element.text or "" for element in root.iter("{http://www.w3.org/2000/svg}text"))
    assert words == "Operación de máquina: ¿qué es señal? Instituto Ñuñoa"
    assert root.attrib["aria-label"] == "Operación de máquina: ¿qué es señal? · Instituto Ñuñoa"


def test_svg_uses_only_a_generic_font() -> None:
    """No font of anybody's is named, so none is missing."""
    fonts = set(re.findall(rb'font-family="([^"]*)"', render_badge_svg(_ART)))
    assert fonts == {b"sans-serif"}


def test_markup_in_a_title_stays_text() -> None:
    """A title cannot add elements or attributes."""
    svg = render_badge_svg(BadgeArt(title="<script>\"&'", issuer_name='x" onload="alert(1)'))
    check_svg_inert(svg)
    assert "onload" not in {name for element in ET.fromstring(svg).iter() for name in element.attrib}  # noqa: S314


def test_signs_that_hide_or_turn_text_are_dropped() -> None:
    """Control characters, noncharacters and direction overrides never reach the drawing."""
    svg = render_badge_svg(BadgeArt(title="A\x08B\u202eC\uffffD\u2067E"))
    assert b'aria-label="A B C D E"' in svg


def test_pixels_follow_the_svg_drawing() -> None:
    """Where the SVG fills the face with a colour, the PNG has that colour."""
    picture = _pixels(BadgeArt(title="X", slug="abc"), 600)
    colour = BadgeArt(title="X", slug="abc").colour
    assert picture.getpixel((480, 300)) == (*bytes.fromhex(colour[1:]), 255)
    assert f'fill="{colour}"'.encode() in render_badge_svg(BadgeArt(title="X", slug="abc"))


@pytest.mark.parametrize(
    ("achievement_type", "outline"),
    [("Certificate", "hexagon"), ("License", "shield"), ("Badge", "circle"), ("Award", "rosette"),
     ("Assessment", "octagon"), ("ext:Anything", "hexagon")],
)  # fmt: skip
def test_shape_follows_the_achievement_type(achievement_type: str, outline: str) -> None:
    """A licence looks other than a course certificate."""
    assert BadgeArt(title="x", achievement_type=achievement_type).outline.value == outline


@pytest.mark.parametrize(
    ("topic", "icon"),
    [
        ("CMM Operator Level 1", "caliper"),
        ("GD&T Fundamentals", "target"),
        ("OSHA 10-Hour General Industry", "hard_hat"),
        ("AWS Certified Welder", "flame"),
        ("Forklift Operator", "forklift"),
        ("Certified SOLIDWORKS Associate (CSWA)", "cube"),
        ("NIMS Machining Level I: Measurement, Materials and Safety", "gear"),
        ("MSSC Certified Production Technician", "gear"),
        ("Seguridad industrial", "hard_hat"),
        ("Soldadura MIG", "flame"),
        ("Operador de montacargas", "forklift"),
        ("Academy of Millers", "gear"),
        ("Academy of Bakers", "book"),
    ],
)
def test_drawing_follows_the_field(topic: str, icon: str) -> None:
    """The first word that is known decides, in English and Spanish."""
    assert icon_name(topic) == icon


@pytest.mark.parametrize("letter", "áéíóúüñÑçÁÉÍÓÚčęğőåâãō")
def test_accented_letter_differs_from_the_plain_one(letter: str) -> None:
    """Every accent of Spanish and its neighbours is drawn over the plain letter."""
    assert can_draw(letter)
    plain = {"á": "a", "Ñ": "N"}.get(letter)
    if plain:
        assert draw_line(letter, 80)[0].tobytes() != draw_line(plain, 80)[0].tobytes()
    else:
        assert draw_line(letter, 80)[0].getbbox() is not None


def test_title_in_other_letters_leaves_the_drawing() -> None:
    """Letters that no installed font has are not shown as boxes: the drawing grows instead."""
    assert not can_draw("溶接")
    with_words = _pixels(BadgeArt(title="溶接", slug="a", topic="weld"), 300)
    without = _pixels(BadgeArt(title="", slug="a", topic="weld"), 300)
    assert with_words.tobytes() == without.tobytes()


@pytest.mark.parametrize("title", ["A", "x" * 300, "word " * 200, "Supercalifragilisticexpialidocious Machinist"])
def test_any_title_fits(title: str) -> None:
    """Long titles shrink, wrap and end in an ellipsis; no line is wider than its place."""
    lines, size = fit_lines(title.strip(), width=416, height=190, max_lines=3, largest=76, smallest=34)
    assert 1 <= len(lines) <= 3
    assert all(text_width(line, size) <= 416 for line in lines)


@pytest.mark.parametrize("level", [-1, 0, 1, 5, 9])
def test_level_is_shown_as_stars(level: int) -> None:
    """One gold star for each level, five at most."""
    stars = render_badge_svg(BadgeArt(title="x", level=level)).count(b'fill="#f4b942"') - 1
    assert stars == max(0, min(5, level))


@pytest.mark.parametrize("achievement_type", ["Certificate", "License", "Badge", "Award", "Assessment"])
def test_every_shape_fills_its_middle_and_stays_inside(achievement_type: str) -> None:
    """The silhouette is one closed face around the centre that touches no edge of the picture."""
    alpha = _pixels(BadgeArt(title="", achievement_type=achievement_type), 200).getchannel("A")
    box = alpha.getbbox()
    assert box is not None
    assert min(box[0], box[1], 200 - box[2], 200 - box[3]) >= 0
    assert box[2] - box[0] > 160
    assert all(alpha.getpixel((x, y)) == 255 for x, y in ((100, 100), (60, 100), (140, 100), (100, 40), (100, 170)))
    assert alpha.getpixel((2, 2)) == 0


@pytest.mark.parametrize(
    "topic", ["weld", "gd&t", "cmm", "osha", "machining", "forklift", "cad", "electrical", "robot", "other"]
)
def test_every_drawing_is_white_on_the_face_and_inside_its_square(topic: str) -> None:
    """Each drawing shows: a good part of its square is white, and none of it lies outside."""
    face = (
        _pixels(BadgeArt(title="", slug="one-colour", topic=topic), 300).convert("L").point(lambda v: 255 * (v > 240))
    )
    box = face.getbbox()
    assert box is not None
    assert box[0] >= 55
    assert box[2] <= 245
    assert face.histogram()[255] > 1500


def test_drawings_differ() -> None:
    """No two fields look the same."""
    topics = ("weld", "gd&t", "cmm", "osha", "machining", "forklift", "cad", "electrical", "robot", "other")
    assert len({render_badge_png(BadgeArt(title="", slug="a", topic=topic), size_px=120) for topic in topics}) == 10


@pytest.mark.parametrize("text", ["\u0301a", "溶接"])
def test_line_that_cannot_be_drawn_is_refused(text: str) -> None:
    """An accent on nothing, and letters that the font lacks."""
    assert not can_draw(text)
    with pytest.raises(ValueError, match="lacks a letter"):
        draw_line(text, 40)
