"""Telling a container from one credential, without believing either."""

from __future__ import annotations

import base64
import json
from typing import TYPE_CHECKING

import pytest

from verifier import ContainerKind
from verifier.containers import find_container

if TYPE_CHECKING:
    from schemas import JsonValue


def _token(payload: JsonValue) -> bytes:
    parts = (b'{"alg":"EdDSA"}', json.dumps(payload).encode(), b"signature")
    return b".".join(base64.urlsafe_b64encode(part).rstrip(b"=") for part in parts)


@pytest.mark.parametrize("types", ["ClrCredential", ["VerifiableCredential", "ClrCredential"]])
def test_learner_record(types: JsonValue) -> None:
    """A record is found as JSON, as a token, and under the `vc` claim of VC 1.1."""
    assert find_container(json.dumps({"type": types}).encode()) is ContainerKind.LEARNER_RECORD
    assert find_container(_token({"type": types})) is ContainerKind.LEARNER_RECORD
    assert find_container(_token({"vc": {"type": types}})) is ContainerKind.LEARNER_RECORD


@pytest.mark.parametrize("name", ["VerifiablePresentation", "EnvelopedVerifiablePresentation"])
def test_presentation(name: str) -> None:
    """A presentation is found as JSON, as an envelope, as a token, and under the `vp` claim of VC 1.1."""
    assert find_container(json.dumps({"type": name}).encode()) is ContainerKind.PRESENTATION
    assert find_container(_token({"vp": {"type": [name]}})) is ContainerKind.PRESENTATION


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"eyJ",
        b"eyJ.+++.x",
        b"eyJ.\xff.x",
        b'{"type":"VerifiablePresentation"',
        b'{"name":"A VerifiablePresentation"}',
        b'{"type":["VerifiableCredential","AchievementCredential"]}',
        b'{"type":7,"x":"ClrCredential"}',
        b'["ClrCredential"]',
    ],
)
def test_no_container(data: bytes) -> None:
    """One credential, a mere mention of the word, and what cannot be read are none."""
    assert find_container(data) is None
