"""What `make run` starts: the example, served by a real server, opened as the three people would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.architecture.source import ROOT
from tests.doubles.running_server import free_port, get, running

if TYPE_CHECKING:
    from pathlib import Path


def test_newcomer_opens_a_verified_badge(tmp_path: Path) -> None:
    """The printed addresses answer: desk, verify page, a genuine, a suspended and a revoked badge."""
    port = free_port()
    with running(["demo", "--examples", str(ROOT / "examples")], home=tmp_path / "home", port=port) as log:
        printed = log.read_text("utf-8")
        assert "as a trainer" in printed
        assert "as a hiring manager" in printed
        genuine, suspended, revoked = re.findall(r"/b/[\w-]{22}", printed)
        assert get(port, "/verify")[0] == 200
        assert get(port, "/desk")[0] == 303
        status, page = get(port, genuine)
        assert status == 200
        assert "Genuine" in page
        assert "Genuine, but" not in page
        assert "What this person can do" in page
        assert "suspended" in get(port, suspended)[1]
        assert "revoked" in get(port, revoked)[1].lower()
        assert "Auténtica" in get(port, f"{genuine}?lang=es")[1]
        assert get(port, "/b/nothing-here")[0] == 404
