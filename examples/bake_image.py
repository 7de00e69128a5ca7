"""Draw a badge and put the signed credential into it: `python examples/bake_image.py badge.json badge.png`."""

import sys
from pathlib import Path

from credentials import BadgeArt, bake_png, extract_png, render_badge_png
from schemas import read_json_object

credential = Path(sys.argv[1]).read_bytes().strip()
picture = render_badge_png(BadgeArt(title=str(read_json_object(credential)["name"]), issuer_name="Lakeshore (example)"))
baked = bake_png(picture, credential)
assert extract_png(baked) == credential
Path(sys.argv[2]).write_bytes(baked)
print(f"{sys.argv[2]}: {len(baked)} bytes, credential inside")
