"""API keys: random, shown once, kept as a hash, each bound to one issuer and to the ways in which it may sign.

Spec: RFC 6750 (bearer tokens).
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from credentials import Cryptosuite
from schemas import (
    ConfigurationError,
    DataModelError,
    DecodingError,
    encode_json,
    format_datetime,
    read_datetime,
    read_json_object,
)
from skillmark.settings import write_secret

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from schemas import JsonObject

FILE_NAME = "api-keys.json"  # below the folder of secrets
PREFIX = "smk"
SECRET_BYTES = 32
_ID_BYTES = 6
MAX_LABEL_CHARS = 80
MAX_FILE_BYTES = 1024 * 1024
# prefix, id, secret
_TOKEN = re.compile(rf"{PREFIX}_([0-9a-f]{{{2 * _ID_BYTES}}})_([A-Za-z0-9_-]{{43}})")


@dataclass(frozen=True, slots=True, kw_only=True)
class ApiKey:
    """What a key allows. Its secret is not here.

    Args:
        key_id: Names it in lists and logs.
        label: What it is for, in the words of whoever made it.
        issuer_slug: The one issuer in whose name it may sign.
        suites: Ways to sign; the first is used when a request names none.
        created: Aware UTC.
    """

    key_id: str
    label: str
    issuer_slug: str
    suites: tuple[Cryptosuite, ...]
    created: datetime


class ApiKeyStore:
    """The keys of one installation, in one file that only its user may read.

    Args:
        secrets_folder: Where the file stands; it need not exist.
    """

    def __init__(self, secrets_folder: Path) -> None:
        self._path = secrets_folder / FILE_NAME
        self._lock = threading.Lock()

    def create(
        self, *, issuer_slug: str, suites: Sequence[Cryptosuite], label: str, now: datetime
    ) -> tuple[ApiKey, str]:
        """Make a key and return it with its token, which is not stored and cannot be shown again.

        Raises:
            ConfigurationError: `vc_api.keys_unreadable`.
            ValueError: No suite, or a label that is too long.
        """
        if not suites or len(label) > MAX_LABEL_CHARS:
            raise ValueError("a key has a suite or more, and a short label")
        key_id, secret = secrets.token_hex(_ID_BYTES), secrets.token_urlsafe(SECRET_BYTES)
        key = ApiKey(key_id=key_id, label=label, issuer_slug=issuer_slug, suites=tuple(suites), created=now)
        with self._lock:
            self._write({**self._read(), key_id: _to_json(key, _hash(secret))})
        return key, f"{PREFIX}_{key_id}_{secret}"

    def keys(self) -> tuple[ApiKey, ...]:
        """Return every key, oldest first.

        Raises:
            ConfigurationError: `vc_api.keys_unreadable`.
        """
        found = [self._from_json(key_id, entry)[0] for key_id, entry in self._read().items()]
        return tuple(sorted(found, key=lambda key: (key.created, key.key_id)))

    def revoke(self, key_id: str) -> None:
        """Take a key away; whoever uses it gets 401 from then on.

        Raises:
            ConfigurationError: `vc_api.key_unknown` or `vc_api.keys_unreadable`.
        """
        with self._lock:
            entries = self._read()
            if key_id not in entries:
                raise ConfigurationError("vc_api.key_unknown")
            del entries[key_id]
            self._write(entries)

    def find(self, token: str) -> ApiKey | None:
        """Return the key behind a token; None for anything else. Secrets are compared in constant time.

        Raises:
            ConfigurationError: `vc_api.keys_unreadable`.
        """
        match = _TOKEN.fullmatch(token)
        if match is None:
            return None
        entry = self._read().get(match[1])
        if entry is None:
            return None
        key, hashed = self._from_json(match[1], entry)
        return key if hmac.compare_digest(hashed, _hash(match[2])) else None

    def _read(self) -> JsonObject:
        if not self._path.exists():
            return {}
        try:
            return read_json_object(self._path.read_bytes(), max_bytes=MAX_FILE_BYTES)
        except (OSError, DecodingError) as error:
            raise ConfigurationError("vc_api.keys_unreadable", self._path.name) from error

    def _write(self, entries: JsonObject) -> None:
        write_secret(self._path, encode_json(entries))

    def _from_json(self, key_id: str, entry: object) -> tuple[ApiKey, str]:
        try:
            if not isinstance(entry, dict):
                raise ConfigurationError("vc_api.keys_unreadable", self._path.name)
            key = ApiKey(
                key_id=key_id,
                label=str(entry["label"]),
                issuer_slug=str(entry["issuer"]),
                suites=tuple(Cryptosuite(suite) for suite in entry["suites"]),
                created=read_datetime(str(entry["created"])),
            )
            return key, str(entry["sha256"])
        except (KeyError, TypeError, ValueError, DataModelError) as error:
            raise ConfigurationError("vc_api.keys_unreadable", self._path.name) from error


def _hash(secret: str) -> str:
    # 256 random bits cannot be guessed, so a plain hash is enough.
    return hashlib.sha256(secret.encode()).hexdigest()


def _to_json(key: ApiKey, hashed: str) -> JsonObject:
    return {
        "label": key.label,
        "issuer": key.issuer_slug,
        "suites": [suite.value for suite in key.suites],
        "created": format_datetime(key.created),
        "sha256": hashed,
    }
