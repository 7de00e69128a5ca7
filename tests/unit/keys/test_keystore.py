"""The key store: locked files, closed folder, whole or absent, and no secret in any output."""

from __future__ import annotations

import logging
import pickle
import traceback
from typing import TYPE_CHECKING

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ed25519

from keys import Keystore, KeyType, LocalSigner, decode_base58, is_known_test_key
from schemas import KeystoreError
from tests.unit.keys import published

if TYPE_CHECKING:
    from pathlib import Path

PASSPHRASE = b"TEST ONLY passphrase"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder that does not exist yet."""
    return tmp_path / "keys"


@pytest.mark.parametrize("key_type", KeyType)
def test_a_key_survives_a_restart(folder: Path, key_type: KeyType) -> None:
    """A second store with the same passphrase signs with the same key."""
    created = Keystore(folder, PASSPHRASE).create("weld", key_type)
    loaded = Keystore(folder, PASSPHRASE).load("weld")
    algorithm = key_type.algorithm
    assert loaded.sign(b"m", algorithm=algorithm) == created.sign(b"m", algorithm=algorithm)


def test_folder_and_files_are_closed(folder: Path) -> None:
    """The folder is 0700 and a key file 0600, whatever the umask."""
    Keystore(folder, PASSPHRASE).create("weld", KeyType.ED25519)
    assert [path.stat().st_mode & 0o777 for path in (folder, folder / "weld.pem")] == [0o700, 0o600]


def test_nothing_but_the_key_is_left_behind(folder: Path) -> None:
    """No draft stays in the folder."""
    Keystore(folder, PASSPHRASE).create("weld", KeyType.ED25519)
    assert [path.name for path in folder.iterdir()] == ["weld.pem"]


def test_a_draft_of_a_crash_is_no_key(folder: Path) -> None:
    """A file that a crash left half-written is not listed."""
    store = Keystore(folder, PASSPHRASE)
    (folder / ".weld.pem.0123456789abcdef").write_bytes(b"half")
    assert store.names() == ()


def test_names_are_sorted(folder: Path) -> None:
    """All keys are listed by name."""
    store = Keystore(folder, PASSPHRASE)
    for name in ("weld", "cmm", "osha-10"):
        store.create(name, KeyType.ED25519)
    assert store.names() == ("cmm", "osha-10", "weld")


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644])
def test_an_open_key_file_is_refused(folder: Path, mode: int) -> None:
    """A key that others may read or write is `key.file_permissions`."""
    Keystore(folder, PASSPHRASE).create("weld", KeyType.ED25519)
    (folder / "weld.pem").chmod(mode)
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE).load("weld")
    assert caught.value.code == "key.file_permissions"


@pytest.mark.parametrize("mode", [0o755, 0o710, 0o701])
def test_an_open_folder_is_refused(folder: Path, mode: int) -> None:
    """A folder that others may enter is `key.file_permissions`."""
    folder.mkdir()
    folder.chmod(mode)
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE)
    assert caught.value.code == "key.file_permissions"


def test_a_link_is_not_followed(folder: Path, tmp_path: Path) -> None:
    """A key file that is a symbolic link is refused."""
    store = Keystore(folder, PASSPHRASE)
    store.create("weld", KeyType.ED25519)
    (folder / "other.pem").symlink_to(folder / "weld.pem")
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE).load("other")
    assert caught.value.code == "key.unreadable"


def test_a_key_is_never_overwritten(folder: Path) -> None:
    """Creating a name twice is `key.exists`, and the first key stays."""
    store = Keystore(folder, PASSPHRASE)
    first = store.create("weld", KeyType.ED25519)
    with pytest.raises(KeystoreError) as caught:
        store.create("weld", KeyType.ED25519)
    assert caught.value.code == "key.exists"
    assert Keystore(folder, PASSPHRASE).load("weld").public_key == first.public_key


@pytest.mark.parametrize("name", ["", "../weld", "a/b", "Weld", ".hidden", "weld.pem", "a" * 65, "weld\n", "-a"])
def test_names_that_could_leave_the_folder(folder: Path, name: str) -> None:
    """A name is plain lower-case text."""
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE).create(name, KeyType.ED25519)
    assert caught.value.code == "key.name_invalid"


def test_missing_key(folder: Path) -> None:
    """A name without a file is `key.not_found`."""
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE).load("weld")
    assert caught.value.code == "key.not_found"


def test_another_passphrase_is_unreadable(folder: Path) -> None:
    """A wrong passphrase is `key.unreadable`."""
    Keystore(folder, PASSPHRASE).create("weld", KeyType.ED25519)
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, b"TEST ONLY another").load("weld")
    assert caught.value.code == "key.unreadable"


def test_a_short_passphrase_is_refused(folder: Path) -> None:
    """Eleven bytes are too few."""
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, b"elevenbytes")
    assert caught.value.code == "key.passphrase_too_short"


@pytest.mark.parametrize("damage", ["cut", "flip", "empty", "no header", "huge"])
def test_a_damaged_file_is_unreadable(folder: Path, damage: str) -> None:
    """Cut, flipped, emptied or foreign content is `key.unreadable`."""
    Keystore(folder, PASSPHRASE).create("weld", KeyType.ED25519)
    path = folder / "weld.pem"
    content = path.read_bytes()
    path.write_bytes(
        {
            "cut": content[:-80],
            "flip": content.replace(b"\nMIG", b"\nNIG"),
            "empty": b"",
            "no header": content[content.index(b"-----BEGIN") :],
            "huge": content + b"\n" * 20_000,
        }[damage]
    )
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE).load("weld")
    assert caught.value.code == "key.unreadable"


def test_a_key_is_unlocked_once(folder: Path) -> None:
    """The second load needs no file: the signer is kept."""
    store = Keystore(folder, PASSPHRASE)
    first = store.create("weld", KeyType.ED25519)
    (folder / "weld.pem").unlink()
    assert store.load("weld") is first


def published_pem(native: ed25519.Ed25519PrivateKey) -> bytes:
    """Return a published key as plain PKCS#8."""
    return native.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )


@pytest.mark.parametrize(
    "seed_hex",
    [
        "00" * 32,
        *(vector.seed for vector in published.RFC_8032),
        decode_base58(published.W3C_SECRET_ED25519[1:])[2:].hex(),
    ],
)
def test_published_keys_are_refused(folder: Path, seed_hex: str) -> None:
    """Seeds printed in standards are `key.known_test_key` (T-24)."""
    pem = published_pem(ed25519.Ed25519PrivateKey.from_private_bytes(bytes.fromhex(seed_hex)))
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE).import_pem("weld", pem, None)
    assert caught.value.code == "key.known_test_key"
    assert not list(folder.iterdir())


def test_a_published_seed_of_a_badge_service_is_known() -> None:
    """The seed that one signing service prints in its README is known by its did:key."""
    # DCC signing-service README: seed z1AeiPT496wWmo9BG2QYXeTusgFSZPNG3T9wNeTtjrQ3rCB, TEST ONLY.
    signer = published.ed25519_signer(decode_base58("1AeiPT496wWmo9BG2QYXeTusgFSZPNG3T9wNeTtjrQ3rCB")[-32:].hex())
    assert signer.public_key.multikey == "z6MknNQD1WHLGGraFi6zcbGevuAgkVfdyCdtZnQTGWVVvR5Q"
    assert is_known_test_key(signer.public_key)


def test_a_published_key_on_disk_is_refused(folder: Path) -> None:
    """A published key that was put into the folder by hand does not load."""
    signer = published.ed25519_signer(published.RFC_8032[0].seed)
    store = Keystore(folder, PASSPHRASE)
    store._add("weld", signer)
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, PASSPHRASE).load("weld")
    assert caught.value.code == "key.known_test_key"


def test_a_new_key_is_not_known(folder: Path) -> None:
    """A random key is accepted and imported."""
    native = ed25519.Ed25519PrivateKey.generate()
    signer = Keystore(folder, PASSPHRASE).import_pem("weld", published_pem(native), None)
    assert signer.public_key == LocalSigner(native).public_key


def test_canary_key_shows_nowhere(folder: Path, caplog: pytest.LogCaptureFixture) -> None:
    """Neither repr, nor an error with its traceback, nor a log shows key or passphrase (T-25)."""
    caplog.set_level(logging.DEBUG)
    native = ed25519.Ed25519PrivateKey.generate()
    secret = native.private_bytes_raw()
    canary_passphrase = b"CANARY-TEST-ONLY-passphrase"
    store = Keystore(folder, canary_passphrase)
    signer = store.import_pem("weld", published_pem(native), None)
    outputs = [repr(store), repr(signer), str(signer), repr(vars(type(signer)).keys())]
    (folder / "weld.pem").write_bytes((folder / "weld.pem").read_bytes()[:-90] + b"\n")
    with pytest.raises(KeystoreError) as caught:
        Keystore(folder, canary_passphrase).load("weld")
    outputs += ["".join(traceback.format_exception(caught.value)), caplog.text, str(dict(caught.value.detail))]
    shown = "\n".join(outputs).lower()
    forms = (secret.hex(), str(secret)[2:-1].lower(), str(int.from_bytes(secret)), "canary-test-only")
    assert [form for form in forms if form in shown] == []


def test_key_file_holds_no_plain_secret(folder: Path) -> None:
    """The file is encrypted: the seed is not in its DER."""
    native = ed25519.Ed25519PrivateKey.generate()
    Keystore(folder, PASSPHRASE).import_pem("weld", published_pem(native), None)
    content = (folder / "weld.pem").read_bytes()
    assert b"ENCRYPTED PRIVATE KEY" in content
    assert native.private_bytes_raw() not in content


def test_the_passphrase_alone_does_not_open_the_pem(folder: Path) -> None:
    """The passphrase is stretched with scrypt first, so PKCS#8's own short stretching is not what protects the key."""
    Keystore(folder, PASSPHRASE).create("weld", KeyType.ED25519)
    with pytest.raises(KeystoreError) as caught:
        LocalSigner.from_pem((folder / "weld.pem").read_bytes(), PASSPHRASE)
    assert caught.value.code == "key.unreadable"


def test_a_full_disk_leaves_no_key(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the disk refuses, the key is `key.not_stored`, nothing is left, and the name stays free."""

    def refuse(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    store = Keystore(folder, PASSPHRASE)
    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", refuse)
        with pytest.raises(KeystoreError) as caught:
            store.create("weld", KeyType.ED25519)
    assert caught.value.code == "key.not_stored"
    assert not list(folder.iterdir())
    assert store.create("weld", KeyType.ED25519).public_key.key_type is KeyType.ED25519


def test_a_store_cannot_be_copied_out(folder: Path) -> None:
    """Pickling a key store, and with it the passphrase, is an error."""
    with pytest.raises(TypeError):
        pickle.dumps(Keystore(folder, PASSPHRASE))
