"""Compare the pinned contexts with the packages they were taken from.

Run by hand after `pip download --no-deps NAME==VERSION` or `npm pack NAME@VERSION` of the packages that
`schemas/contexts/manifest.json` names, each unpacked anywhere under one folder:

    python tools/vendor_contexts.py FOLDER

A context taken as original bytes must stand there byte for byte. One written out from a JavaScript module must be
written out again first, for example with `node -p 'JSON.stringify(require("./context.js"), null, 2)'`, and is found
by its content. Nothing is downloaded and nothing is changed.
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path

CONTEXTS = Path(__file__).resolve().parents[1] / "schemas" / "contexts"


def find_differences(folder: Path) -> list[str]:
    """Return one line for each pinned file that is changed here or cannot be found in `folder`."""
    manifest = json.loads((CONTEXTS / "manifest.json").read_text("utf-8"))
    candidates = [path for path in folder.rglob("*") if path.is_file() and path.suffix in {".json", ".jsonld"}]
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in candidates}
    contents = {_content_hash(path) for path in candidates}
    lines = []
    for entry in manifest["contexts"]:
        pinned = CONTEXTS / entry["file"]
        if hashlib.sha256(pinned.read_bytes()).hexdigest() != entry["sha256"]:
            lines.append(f"{entry['file']}: does not have the hash that the manifest names")
        elif entry["package"] and entry["sha256"] not in hashes and _content_hash(pinned) not in contents:
            lines.append(f"{entry['file']}: not found in {entry['package']} {entry['version']}")
    return lines


def _content_hash(path: Path) -> str:
    try:
        content = json.loads(path.read_bytes())
    except ValueError:
        return ""
    return hashlib.sha256(json.dumps(content).encode("utf-8")).hexdigest()


def main() -> None:
    """Print the differences; exit with 1 when there is one."""
    if len(sys.argv) != len(("program", "folder")):
        sys.exit("usage: python tools/vendor_contexts.py FOLDER")
    differences = find_differences(Path(sys.argv[1]))
    for line in differences:
        print(line)
    sys.exit(1 if differences else 0)


if __name__ == "__main__":
    main()
