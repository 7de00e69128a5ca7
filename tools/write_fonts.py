"""Makes the fonts of printed pages from a release of DejaVu: the letters of Latin, Greek, Cyrillic, Armenian, Georgian.

python -m tools.write_fonts FOLDER     # with DejaVuSansCondensed.ttf and DejaVuSansCondensed-Bold.ttf, release 2.37
"""

from __future__ import annotations

import sys
from pathlib import Path

from fontTools.subset import Options, Subsetter, load_font, save_font  # type: ignore[import-untyped]

from pages.printed_signs import WIDE_RANGES

FOLDER = Path(__file__).parents[1] / "pages" / "fonts"
NAMES = ("DejaVuSansCondensed.ttf", "DejaVuSansCondensed-Bold.ttf")
_WESTERN = (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x2010, 0x203B), 0x20AC, 0x2122)


def main(release: Path) -> None:
    """Write both fonts."""
    options = Options(hinting=False, layout_features=[], name_IDs=[0, 1, 2, 4, 6, 13, 14], recalc_timestamp=False)
    signs = [*_WESTERN, *(sign for first, last in WIDE_RANGES for sign in range(first, last + 1))]
    FOLDER.mkdir(exist_ok=True)
    for name in NAMES:
        font = load_font(str(release / name), options)
        subsetter = Subsetter(options)
        subsetter.populate(unicodes=signs)
        subsetter.subset(font)
        save_font(font, str(FOLDER / name), options)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
