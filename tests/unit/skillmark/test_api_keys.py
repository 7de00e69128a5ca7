"""API keys: made once, found by their secret, kept as a hash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from credentials import Cryptosuite
from schemas import ConfigurationError
from skillmark.api_keys import FILE_NAME, MAX_LABEL_CHARS, ApiKeyStore
from tests.doubles.ledgers import NOW

if TYPE_CHECKING:
    from pathlib import Path

SUITES = (Cryptosuite.EDDSA_RDFC_2022, Cryptosuite.EDDSA_JCS_2022)


@pytest.fixture
def store(tmp_path: Path) -> ApiKeyStore:
    """An empty store."""
    return ApiKeyStore(tmp_path / "secrets")


def test_a_key_is_found_by_its_token(store: ApiKeyStore) -> None:
    """What was made comes back as it was, also from the file."""
    key, token = store.create(issuer_slug="college", suites=SUITES, label="the course system", now=NOW)
    assert store.find(token) == key
    assert store.keys() == (key,)
    assert (key.issuer_slug, key.suites, key.label, key.created) == ("college", SUITES, "the course system", NOW)


def test_tokens_are_random(store: ApiKeyStore) -> None:
    """No two are alike, and each has 256 random bits."""
    tokens = {store.create(issuer_slug="c", suites=SUITES, label="", now=NOW)[1] for _ in range(20)}
    assert len({token.split("_", 2)[2] for token in tokens}) == 20
    assert {len(token.split("_", 2)[2]) for token in tokens} == {43}
    assert len(store.keys()) == 20


@pytest.mark.parametrize(
    "edit", [lambda t: t[:-1] + "AB"[t[-1] == "A"], str.upper, lambda t: t + "A", lambda _: "", lambda t: t[4:]]
)
def test_any_other_token_is_none(store: ApiKeyStore, edit) -> None:  # type: ignore[no-untyped-def] # noqa: ANN001
    """One character more, less or other."""
    _, token = store.create(issuer_slug="c", suites=SUITES, label="", now=NOW)
    assert store.find(edit(token)) is None


def test_a_revoked_key_is_gone(store: ApiKeyStore) -> None:
    """Only that one, and only once."""
    key, token = store.create(issuer_slug="c", suites=SUITES, label="", now=NOW)
    other, other_token = store.create(issuer_slug="c", suites=SUITES, label="", now=NOW)
    store.revoke(key.key_id)
    assert store.find(token) is None
    assert store.find(other_token) == other
    with pytest.raises(ConfigurationError) as caught:
        store.revoke(key.key_id)
    assert caught.value.code == "vc_api.key_unknown"


@pytest.mark.parametrize(
    "content",
    [b"x", b"[]", b'{"0":1}', b'{"0":{}}', b'{"0":{"label":"","issuer":"","suites":["x"],"created":"","sha256":""}}'],
    ids=["text", "list", "number", "empty", "values"],
)
def test_a_damaged_file_is_said_so(store: ApiKeyStore, tmp_path: Path, content: bytes) -> None:
    """A file that cannot be read is never taken for one without keys."""
    (tmp_path / "secrets").mkdir()
    (tmp_path / "secrets" / FILE_NAME).write_bytes(content)
    with pytest.raises(ConfigurationError) as caught:
        store.keys()
    assert caught.value.code == "vc_api.keys_unreadable"


@pytest.mark.parametrize(
    ("suites", "label"), [((), ""), (SUITES, "x" * (MAX_LABEL_CHARS + 1))], ids=["no suite", "label"]
)
def test_a_key_needs_a_suite_and_a_short_label(store: ApiKeyStore, suites: tuple[Cryptosuite, ...], label: str) -> None:
    """A mistake of the caller."""
    with pytest.raises(ValueError, match="suite"):
        store.create(issuer_slug="c", suites=suites, label=label, now=NOW)
