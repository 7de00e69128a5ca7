"""Every code that the verifier can report speaks to a foreman in both languages."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

import verifier
from schemas import all_codes
from verifier import CheckName
from verifier.steps import AREAS

_CODE = re.compile(r"[a-z][a-z_0-9]*\.[a-z][a-z_0-9]*")
_FILES = sorted(Path(verifier.__file__).parent.glob("*.py"))
# Words that no foreman needs to know.
_JARGON = re.compile(r"\b(DID|did:|JSON|JWT|JWS|RDF|URI|IRI|canonical\w*|cryptosuite|base64|bitstring|multibase)\b")


def _literals(path: Path) -> set[str]:
    areas = {code.partition(".")[0] for code in all_codes()} | set(AREAS.values())
    return {
        node.value
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _CODE.fullmatch(node.value)
        and node.value.partition(".")[0] in areas
    }


WRITTEN = sorted(set().union(*map(_literals, _FILES)))
COMPOSED = sorted(
    {f"{AREAS[name]}.not_run" for name in CheckName if name is not CheckName.DECODING}
    | {f"{AREAS[name]}.passed" for name in CheckName if name not in {CheckName.REFRESH, CheckName.TRUST}}
)


def test_the_source_was_searched() -> None:
    """The search below finds the codes that are known to be there."""
    assert {"issuer.controller_mismatch", "status.offline", "scan.foreign_host"} <= set(WRITTEN)
    assert len(WRITTEN) > 40


@pytest.mark.parametrize("code", [*WRITTEN, *COMPOSED])
def test_code_is_explained(code: str) -> None:
    """The code stands in the tables with a sentence in each language."""
    info = all_codes()[code]
    assert info.sentence("en")
    assert info.sentence("es")
    assert info.sentence("en") != info.sentence("es")


@pytest.mark.parametrize("code", [code for code in [*WRITTEN, *COMPOSED] if not code.startswith("trust.list")])
def test_sentence_is_for_a_foreman(code: str) -> None:
    """No word of the standards, and no sentence longer than a breath."""
    info = all_codes()[code]
    for sentence in (info.en, info.es, info.next_en, info.next_es):
        assert _JARGON.search(sentence) is None
        assert max(len(part.split()) for part in re.split(r"[.:;]", sentence)) <= 24


@pytest.mark.parametrize(
    "code", [code for code in WRITTEN if code.partition(".")[0] in {"proof", "issuer", "status", "data_model"}]
)
def test_clause_is_named(code: str) -> None:
    """What the report says of a badge can be looked up in a standard."""
    assert all_codes()[code].spec
