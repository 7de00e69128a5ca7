"""Every text of the pages has a Spanish one."""

from __future__ import annotations

import re

import pytest

from pages import load_catalog
from tools.update_translations import collect_messages

CATALOG = load_catalog("es")
MESSAGES = [message for message in collect_messages() if message.id]
_PLACEHOLDER = re.compile(r"%\(([a-z_]+)\)s")


def texts(message_id: object) -> tuple[str, ...]:
    return tuple(message_id) if isinstance(message_id, (tuple, list)) else (str(message_id),)


def test_there_are_texts() -> None:
    """The collector finds the texts of templates and modules."""
    assert len(MESSAGES) > 250


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: texts(message.id)[0][:40])
def test_text_is_translated(message: object) -> None:
    """A text has a Spanish form for each number, with the same placeholders."""
    source = texts(message.id)  # type: ignore[attr-defined]
    found = CATALOG.get(source[0])
    assert found is not None
    translated = texts(found.string)
    assert len(translated) == len(source)
    for english, spanish in zip(source, translated, strict=True):
        assert spanish.strip()
        assert set(_PLACEHOLDER.findall(spanish)) == set(_PLACEHOLDER.findall(english))


def test_nothing_in_the_catalogue_is_out_of_use() -> None:
    """The catalogue holds no text that no page uses."""
    used = {texts(message.id)[0] for message in MESSAGES}
    assert {texts(message.id)[0] for message in CATALOG if message.id} - used == set()


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: texts(message.id)[0][:40])
def test_text_is_said_once(message: object) -> None:
    """No Spanish text says its first words again where the English one does not, as a bad merge makes it."""
    source = texts(message.id)  # type: ignore[attr-defined]
    found = CATALOG.get(source[0])
    assert found is not None
    for english, spanish in zip(source, texts(found.string), strict=True):
        assert spanish.count(spanish[:30]) <= max(1, english.count(english[:30]))
