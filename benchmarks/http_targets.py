"""The two servers of `benchmarks.http`, each started as `python -m benchmarks.http_targets hello|site FOLDER PORT`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from skillmark.server import serve_application, serve_site
from skillmark.settings import create_home

if TYPE_CHECKING:
    from collections.abc import Iterable
    from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

HOST = "127.0.0.1"


def create_hello() -> WSGIApplication:
    """Return an application that does nothing: what is left is the server itself."""

    def hello(_environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", "5")])
        return [b"hello"]

    return hello


def main(target: str, home: Path, port: int) -> None:
    """Serve until told to stop."""
    if target == "hello":
        serve_application("benchmarks.http_targets:create_hello", host=HOST, port=port)
        return
    create_home(home, base_url=f"http://{HOST}:{port}")
    with (home / "skillmark.toml").open("a", encoding="utf-8") as file:
        file.write("proxy_hops = 1\n")
    serve_site(home, host=HOST, port=port)


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]))
