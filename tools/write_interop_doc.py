"""Writes docs/interop.md from a run of the interop tests. A test says when it is out of date.

python -m tools.write_interop_doc

Needs the development tools, node and the npm packages that the tests install.
"""

from __future__ import annotations

import sys

import pytest

from tests.interop.table import MARK, PAGE, Row, compose_page

FOLDER = "tests/interop"


class _Recorder:
    """Collects the rows of the tests that passed."""

    def __init__(self) -> None:
        self.rows: set[Row] = set()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when == "call" and report.passed:
            self.rows |= {
                Row(*cells) for name, cells in report.user_properties if name == MARK and isinstance(cells, tuple)
            }


def main() -> int:
    """Run the tests and write the page. Nothing is written when a test fails."""
    recorder = _Recorder()
    # the one test that compares the page with the marks would only say why this program runs
    left_out = ["--deselect", f"{FOLDER}/test_interop_page.py"]
    code = pytest.main(["-q", FOLDER, "-m", "node or not node", *left_out], plugins=[recorder])
    if code == pytest.ExitCode.OK:
        PAGE.write_text(compose_page(recorder.rows), "utf-8")
    return int(code)


if __name__ == "__main__":
    sys.exit(main())
