"""Signing keys on our own disk: one encrypted PKCS#8 file for each key.

A key file is a PEM file whose first lines name the salt and cost with which the passphrase was
stretched (RFC 7468 §2 allows text before the first boundary). Files are 0600 in a 0700 folder,
written beside their place and linked into it, so that a crash leaves either no key or a whole one.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
import secrets
import stat
from typing import TYPE_CHECKING

from keys.known_test_keys import is_known_test_key
from keys.local_signer import LocalSigner
from schemas import KeystoreError

if TYPE_CHECKING:
    from pathlib import Path

    from keys.key_type import KeyType
    from keys.signer import Signer

MIN_PASSPHRASE_BYTES = 12
_MAX_FILE_BYTES = 16_384  # an RSA key of 8,192 bits needs less than 7,000
_FOLDER_MODE = 0o700
_FILE_MODE = 0o600
_OTHERS = stat.S_IRWXG | stat.S_IRWXO
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
_SUFFIX = ".pem"

# PKCS#8 files stretch a passphrase only 2,048 times, so scrypt comes first (RFC 7914 §2; about 0.1 s, 32 MiB).
_SCRYPT_COST = 2**15
_SCRYPT_BLOCK_SIZE = 8
_SCRYPT_MEMORY_BYTES = 64 * 2**20
_SALT_BYTES = 16
_HEADER = re.compile(rb"Key-Derivation: scrypt N=32768 r=8 p=1 salt=([A-Za-z0-9+/]{22}==)\n(?=-----BEGIN )")


class Keystore:
    """The private keys of this installation, locked with one passphrase.

    Args:
        folder: Where the files are; made with mode 0700 if it is missing.
        passphrase: At least 12 bytes, best random ones from a file or descriptor that only the service can read.

    Raises:
        KeystoreError: `key.passphrase_too_short`, or others can enter the folder (`key.file_permissions`).
    """

    __slots__ = ("_folder", "_passphrase", "_signers")

    def __init__(self, folder: Path, passphrase: bytes) -> None:
        if len(passphrase) < MIN_PASSPHRASE_BYTES:
            raise KeystoreError("key.passphrase_too_short", f"at least {MIN_PASSPHRASE_BYTES} bytes are needed")
        folder.mkdir(mode=_FOLDER_MODE, parents=True, exist_ok=True)
        self._folder = folder
        self._passphrase = passphrase
        self._signers: dict[str, LocalSigner] = {}
        self._check_folder()

    def __repr__(self) -> str:
        return f"Keystore({len(self.names())} keys)"

    def __reduce__(self) -> str:
        raise TypeError("a key store is never serialized")

    def names(self) -> tuple[str, ...]:
        """Return the names of all keys, sorted."""
        found = (path.name.removesuffix(_SUFFIX) for path in self._folder.glob(f"*{_SUFFIX}"))
        return tuple(sorted(name for name in found if _NAME.fullmatch(name)))

    def create(self, name: str, key_type: KeyType) -> Signer:
        """Make a new key, write it down, and return its signer.

        Raises:
            KeystoreError: A key of that name exists (`key.exists`), the name cannot be a file name
                (`key.name_invalid`), or the disk refuses (`key.not_stored`).
        """
        return self._add(name, LocalSigner.generate(key_type))

    def import_pem(self, name: str, pem: bytes, passphrase: bytes | None) -> Signer:
        """Take in a PKCS#8 key that was made elsewhere.

        Raises:
            KeystoreError: As `create`; also `key.unreadable`, `key.unsupported` or `key.known_test_key`.
        """
        signer = LocalSigner.from_pem(pem, passphrase)
        _refuse_known_key(signer)
        return self._add(name, signer)

    def load(self, name: str) -> Signer:
        """Return the signer of a stored key; unlocked once, then kept in memory.

        Raises:
            KeystoreError: No such key (`key.not_found`), others may read it (`key.file_permissions`), wrong
                passphrase or damaged (`key.unreadable`), or a published test key (`key.known_test_key`).
        """
        if name not in self._signers:
            self._check_folder()
            content = _read_private_file(self._path(name))
            header = _HEADER.match(content)
            if header is None:
                raise KeystoreError("key.unreadable", "the key file does not start as ours do")
            signer = LocalSigner.from_pem(content[header.end() :], self._stretch(base64.b64decode(header[1])))
            _refuse_known_key(signer)
            self._signers[name] = signer
        return self._signers[name]

    def _add(self, name: str, signer: LocalSigner) -> Signer:
        path = self._path(name)
        self._check_folder()
        salt = secrets.token_bytes(_SALT_BYTES)
        header = b"Key-Derivation: scrypt N=32768 r=8 p=1 salt=" + base64.b64encode(salt) + b"\n"
        _write_private_file(path, header + signer.to_encrypted_pem(self._stretch(salt)))
        self._signers[name] = signer
        return signer

    def _path(self, name: str) -> Path:
        if not _NAME.fullmatch(name):
            raise KeystoreError("key.name_invalid", "a key name has lower-case letters, digits, - and _ only")
        return self._folder / f"{name}{_SUFFIX}"

    def _check_folder(self) -> None:
        _check_private(self._folder.stat(), "the key folder")

    def _stretch(self, salt: bytes) -> bytes:
        stretched = hashlib.scrypt(
            self._passphrase,
            salt=salt,
            n=_SCRYPT_COST,
            r=_SCRYPT_BLOCK_SIZE,
            p=1,
            maxmem=_SCRYPT_MEMORY_BYTES,
            dklen=32,
        )
        return base64.b64encode(stretched)


def _refuse_known_key(signer: LocalSigner) -> None:
    if is_known_test_key(signer.public_key):
        raise KeystoreError("key.known_test_key", "the private half of this key is published")


def _check_private(status: os.stat_result, what: str) -> None:
    if status.st_mode & _OTHERS or status.st_uid != os.geteuid():
        raise KeystoreError(
            "key.file_permissions",
            f"{what} must belong to this user and be closed to all others",
            detail={"mode": f"{stat.S_IMODE(status.st_mode):04o}"},
        )


def _read_private_file(path: Path) -> bytes:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise KeystoreError("key.not_found", "no key of that name") from error
    except OSError as error:
        raise KeystoreError("key.unreadable", "the key file cannot be opened") from error
    with os.fdopen(descriptor, "rb") as file:
        _check_private(os.fstat(descriptor), "a key file")
        content = file.read(_MAX_FILE_BYTES + 1)
    if len(content) > _MAX_FILE_BYTES:
        raise KeystoreError("key.unreadable", "the key file is too large")
    return content


def _write_private_file(path: Path, content: bytes) -> None:
    """Write `content` so that it is there whole or not at all, and never over another key."""
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC, _FILE_MODE)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(descriptor)
            # A hard link fails where a rename would overwrite.
            os.link(draft, path)
        finally:
            draft.unlink()
        folder = os.open(path.parent, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError as error:
        raise KeystoreError("key.exists", "a key of that name is already there") from error
    except OSError as error:
        raise KeystoreError("key.not_stored", "the key could not be written") from error
