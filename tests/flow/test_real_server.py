"""What `make run` and `skillmark serve` start is granian; the development server of Flask is for nobody."""

from __future__ import annotations

import http.client
import re
from typing import TYPE_CHECKING

import pytest

from tests.architecture.source import ROOT
from tests.doubles.running_server import free_port, running

if TYPE_CHECKING:
    from pathlib import Path

PACKAGES = ("credentials", "issuer", "keys", "pages", "schemas", "skillmark", "storage", "verifier")
DEVELOPMENT_SERVER = re.compile(
    r"werkzeug\.serving|run_simple|\bapp\.run\(|make_server|flask\s+run|wsgiref\.simple_server"
)


def test_no_module_names_another_server() -> None:
    """No file of the product, and no target of make, starts the development server."""
    files = [file for package in PACKAGES for file in (ROOT / package).rglob("*.py")]
    named = [file.name for file in [*files, ROOT / "Makefile"] if DEVELOPMENT_SERVER.search(file.read_text("utf-8"))]
    assert len(files) > 100
    assert named == []


def test_make_run_starts_the_program() -> None:
    """`make run` is `skillmark demo`, which serves as `skillmark serve` does."""
    recipe = re.search(r"^run:.*\n((?:\t.*\n)+)", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE)
    assert recipe is not None
    assert recipe[1].strip().startswith("$(BIN)/skillmark demo ")


@pytest.mark.parametrize("command", ["demo", "serve"])
def test_answers_are_not_those_of_the_development_server(tmp_path: Path, command: str) -> None:
    """The server keeps a connection open between two answers and does not call itself Werkzeug, which does neither."""
    home, port = tmp_path / "home", free_port()
    arguments = ["demo", "--examples", str(ROOT / "examples")]
    if command == "serve":
        with running(arguments, home=home, port=port):
            pass  # makes the data folder
        arguments, port = ["serve"], free_port()
    with running(arguments, home=home, port=port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        for _ in range(2):
            connection.request("GET", "/verify", headers={"Host": "127.0.0.1:8000"})
            response = connection.getresponse()
            response.read()
            assert not response.will_close
            assert "werkzeug" not in (response.getheader("Server") or "").lower()
        connection.close()


def test_name_of_this_computer_is_an_address(tmp_path: Path) -> None:
    """`--host localhost` serves, and pages name that host: browsers take passkeys at a name only."""
    home, port = tmp_path / "home", free_port()
    with running(["demo", "--examples", str(ROOT / "examples"), "--host", "localhost"], home=home, port=port):
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        connection.request("GET", "/wallet/sign-in", headers={"Host": f"localhost:{port}"})
        response = connection.getresponse()
        page = response.read().decode()
        connection.close()
    assert response.status == 200
    assert "/wallet/passkey" in page
