"""Runs one of the scripts beside the npm packages."""

from __future__ import annotations

import fcntl
import json
import shutil
import subprocess
from typing import TYPE_CHECKING, Final

from schemas import CONTEXT_URLS, JsonObject, load_context
from tests.interop.table import NODE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

NPM_SECONDS: Final = 300
NODE_SECONDS: Final = 60
MANY_SECONDS: Final = 300
_CONTEXTS: Final = "contexts.json"


class NodePeer:
    """The pinned npm packages in a folder of their own; integrity hashes stand in the lock file.

    Args:
        folder: Exists; the packages are installed in it unless another worker of this run has done so. Scripts only
            read there.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / _CONTEXTS).exists():
                self._install()

    def _install(self) -> None:
        folder = self._folder
        for source in NODE_FOLDER.iterdir():
            if source.is_file():
                shutil.copy(source, folder / source.name)
        subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"], cwd=folder, check=True, timeout=NPM_SECONDS
        )
        contexts = {url: load_context(url) for url in sorted(CONTEXT_URLS)}
        (folder / _CONTEXTS).write_text(json.dumps(contexts), "utf-8")  # last: it says that all is there

    def run(self, script: str, document: JsonObject, *arguments: str) -> JsonObject:
        """Hand a document to a script and return its answer."""
        done = self._run(script, document, arguments)
        assert done.returncode == 0, done.stderr
        answer: JsonObject = json.loads(done.stdout)
        return answer

    def run_into_error(self, script: str, document: JsonObject, *arguments: str) -> str:
        """Hand a document to a script that breaks on it and return what it says."""
        done = self._run(script, document, arguments)
        assert done.returncode != 0, done.stdout
        return done.stderr

    def run_lines(self, script: str, documents: Iterable[JsonObject]) -> list[JsonObject]:
        """Hand many documents to one run of a script, a line each, and return its answers."""
        done = subprocess.run(
            ["node", script],
            cwd=self._folder,
            input="".join(f"{json.dumps(document)}\n" for document in documents),
            capture_output=True,
            text=True,
            check=True,
            timeout=MANY_SECONDS,
        )
        # not splitlines: texts may hold U+2028
        return [json.loads(line) for line in done.stdout.split("\n") if line]

    def _run(self, script: str, document: JsonObject, arguments: tuple[str, ...]) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["node", script, *arguments],
            cwd=self._folder,
            input=json.dumps(document),
            capture_output=True,
            text=True,
            check=False,
            timeout=NODE_SECONDS,
        )
