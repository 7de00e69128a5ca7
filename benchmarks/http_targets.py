"""The two servers of `benchmarks.http`, each started as `python -m benchmarks.http_targets bare|site FOLDER PORT`."""

from __future__ import annotations

import sys
from pathlib import Path

from benchmarks.bare_server import HOST, hold_badges
from skillmark.server import serve_application, serve_site
from skillmark.settings import create_home


def main(target: str, folder: Path, port: int) -> None:
    """Serve until told to stop."""
    if target == "bare":
        hold_badges(folder)
        serve_application("benchmarks.bare_server:create_bare", host=HOST, port=port)
        return
    create_home(folder, base_url=f"http://{HOST}:{port}")
    with (folder / "skillmark.toml").open("a", encoding="utf-8") as file:
        file.write("proxy_hops = 1\n")
    serve_site(folder, host=HOST, port=port)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
