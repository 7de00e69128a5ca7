"""Loads the picture that a course file names: PNG or SVG from the folder of the file."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from credentials import MAX_IMAGE_BYTES, check_image
from schemas import DecodingError

if TYPE_CHECKING:
    from pathlib import Path

    from issuer.field_reading import Fields

_MEDIA_TYPES = {".png": "image/png", ".svg": "image/svg+xml"}


def read_image(fields: Fields, folder: Path | None) -> tuple[bytes, str]:
    """Return the bytes and the media type of the field `image`; both empty when there is none.

    Raises:
        IssuanceError: `achievement.image_not_here` (only the course file was sent), `.image_outside_folder`,
            `.image_missing`, `.image_type`, `.image_too_large`, `.image_unsafe`.
    """
    name = fields.line("image")
    if not name:
        return b"", ""
    if folder is None:
        fields.fail("achievement.image_not_here", "image", "send the picture with the course, or take this line out")
    path = PurePosixPath(name)
    if path.is_absolute() or ".." in path.parts or "\\" in name or ":" in name:
        fields.fail("achievement.image_outside_folder", "image", "put the picture beside the course file")
    media_type = _MEDIA_TYPES.get(path.suffix.lower(), "")
    if not media_type:
        fields.fail("achievement.image_type", "image", "use a PNG or an SVG picture", value=name)
    place = (folder / path).resolve()
    if not place.is_relative_to(folder.resolve()):
        fields.fail("achievement.image_outside_folder", "image", "put the picture beside the course file")
    if not place.is_file():
        fields.fail("achievement.image_missing", "image", "there is no such file beside the course file", value=name)
    if place.stat().st_size > MAX_IMAGE_BYTES:
        words = {"most": MAX_IMAGE_BYTES // 1024}
        fields.fail("achievement.image_too_large", "image", "make it smaller than {most} KiB", words=words)
    image = place.read_bytes()
    _check(fields, image, media_type)
    return image, media_type


def _check(fields: Fields, image: bytes, media_type: str) -> None:
    try:
        found = check_image(image)
    except DecodingError as error:
        fields.fail(
            "achievement.image_unsafe", "image", "draw it again as a plain picture ({code})", words={"code": error.code}
        )
    if found != media_type:
        fields.fail("achievement.image_type", "image", "the content is not what the end of the name says")
