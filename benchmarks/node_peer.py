"""@digitalbazaar/vc from npm in a node process of its own: told how often to do what, it says what CPU it took."""

from __future__ import annotations

import json
import shutil
import subprocess
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from schemas import CONTEXT_URLS, load_context

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from benchmarks.measure import Timed
    from schemas import JsonObject

HERE = Path(__file__).resolve().parent
PACKAGES = HERE.parent / "tests" / "interop" / "node"
NPM_SECONDS = 300


class NodePeer:
    """One running node process.

    Args:
        process: Started and set up.
    """

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self._process = process

    def ask(self, question: Mapping[str, object]) -> dict[str, float]:
        """Send one line and return the answer to it.

        Raises:
            RuntimeError: The process broke on it.
        """
        into, out = cast("IO[str]", self._process.stdin), cast("IO[str]", self._process.stdout)
        into.write(f"{json.dumps(question)}\n")
        into.flush()
        answer = out.readline()
        if not answer:
            raise RuntimeError("node stopped")
        return cast("dict[str, float]", json.loads(answer))

    def timed(self, task: str, name: str) -> Timed:
        """Return an operation to be measured: `verify` or `issue` of a document."""
        return lambda repeats: self.ask({"task": task, "name": name, "repeats": repeats})["seconds"]


def has_node() -> bool:
    """Whether node and npm are here; their column says so when they are not."""
    return shutil.which("node") is not None and shutil.which("npm") is not None


@contextmanager
def running_peer(documents: Mapping[str, Mapping[str, JsonObject]], *, now: str) -> Iterator[NodePeer]:
    """Install the pinned packages in a folder of their own and start node there.

    Args:
        documents: By name, each `unsigned` and `signed`.
        now: The time for all of them.
    """
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for source in (*PACKAGES.iterdir(), HERE / "node" / "peer.mjs"):
            if source.is_file():
                shutil.copy(source, folder / source.name)
        (folder / "contexts.json").write_text(
            json.dumps({url: load_context(url) for url in sorted(CONTEXT_URLS)}), "utf-8"
        )
        install = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
        subprocess.run(install, cwd=folder, check=True, timeout=NPM_SECONDS)
        with subprocess.Popen(
            ["node", "peer.mjs"], cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as process:
            peer = NodePeer(process)
            peer.ask({"documents": documents, "now": now})
            try:
                yield peer
            finally:
                process.terminate()
