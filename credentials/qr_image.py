"""Draw a text as a QR code; the one door to the qrcode library.

Spec: ISO/IEC 18004: quiet zone of four modules, error correction M (15 %), L (7 %) for long texts.
"""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image
from qrcode.constants import ERROR_CORRECT_L, ERROR_CORRECT_M
from qrcode.main import QRCode

QUIET_ZONE_MODULES = 4
MAX_QR_BYTES = 2953  # version 40 at level L, byte mode
_LONG_TEXT_BYTES = 400  # beyond this the modules get so small that fewer of them read better than more correction


@lru_cache(maxsize=256)
def qr_modules(text: str) -> tuple[tuple[bool, ...], ...]:
    """Return the square of modules, `True` for dark, without the quiet zone.

    Raises:
        ValueError: `text` is empty or longer than `MAX_QR_BYTES` in UTF-8.
    """
    size = len(text.encode("utf-8"))
    if not 0 < size <= MAX_QR_BYTES:
        raise ValueError(f"a QR code holds 1 to {MAX_QR_BYTES} bytes, not {size}")
    level = ERROR_CORRECT_L if size > _LONG_TEXT_BYTES else ERROR_CORRECT_M
    code = QRCode(error_correction=level, border=0)
    code.add_data(text.encode("utf-8"), optimize=0)
    code.make(fit=True)
    return tuple(tuple(bool(module) for module in row) for row in code.get_matrix())


def qr_path(text: str) -> str:
    """Return SVG path data with one rectangle for each run of dark modules; one module is one unit, no quiet zone."""
    return "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in qr_runs(text))


def qr_runs(text: str) -> tuple[tuple[int, int, int], ...]:
    """Return the dark runs as (column, row, length), top to bottom."""
    runs: list[tuple[int, int, int]] = []
    for y, row in enumerate(qr_modules(text)):
        start = -1
        for x, is_dark in enumerate((*row, False)):
            if is_dark and start < 0:
                start = x
            elif not is_dark and start >= 0:
                runs.append((start, y, x - start))
                start = -1
    return tuple(runs)


def render_qr_svg(text: str) -> str:
    """Return the QR code as an SVG element for a page or a file: no prolog, no style, black on white.

    It has a `viewBox` and no size, so that the page's style sheet decides how large it is.
    """
    zone = QUIET_ZONE_MODULES
    side = len(qr_modules(text)) + 2 * zone
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" role="img" '
        f'aria-label="QR" shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path fill="#000" transform="translate({zone} {zone})" d="{qr_path(text)}"/></svg>'
    )


def render_qr_png(text: str, *, module_px: int = 8) -> bytes:
    """Return the QR code as a PNG of one bit per pixel, `module_px` pixels for each module."""
    modules = qr_modules(text)
    side = len(modules) + 2 * QUIET_ZONE_MODULES
    picture = Image.new("1", (side, side), 1)
    for y, row in enumerate(modules):
        for x, is_dark in enumerate(row):
            if is_dark:
                picture.putpixel((x + QUIET_ZONE_MODULES, y + QUIET_ZONE_MODULES), 0)
    large = picture.resize((side * module_px, side * module_px), Image.Resampling.NEAREST)
    stream = io.BytesIO()
    large.save(stream, "PNG", optimize=True)
    return stream.getvalue()
