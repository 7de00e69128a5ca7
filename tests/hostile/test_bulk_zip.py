"""Zips made to hurt: bombs, lies in their headers, names that lead outside, locked and nested ones."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

import pytest

from schemas import BadgeError
from tests.doubles.cost import within_cost
from tests.doubles.zips import STORED, UNIX_LINK_MODE, Entry, compose_zip, deflate, honest_zip
from verifier import BulkItem, ItemReader, list_items

if TYPE_CHECKING:
    from pathlib import Path

MIB = 1024 * 1024


def _list(folder: Path, data: bytes) -> list[BulkItem]:
    path = folder / "sent.zip"
    path.write_bytes(data)
    return list(list_items([path]))


def _read(item: BulkItem) -> bytes | str:
    """Return the bytes of an item, or the code of what speaks against them."""
    reader = ItemReader()
    try:
        return reader.read(item)
    except BadgeError as error:
        return error.code
    finally:
        reader.close()


def _read_all(folder: Path, data: bytes) -> dict[str, bytes | str]:
    return {item.label: _read(item) for item in _list(folder, data)}


def test_a_bomb_is_not_inflated(tmp_path: Path) -> None:
    """An entry that says it grows a thousandfold costs no more than the look at its header."""
    items = _list(tmp_path, compose_zip(Entry(name=b"bomb.json", data=bytes(11 * MIB))))
    assert within_cost(1, lambda: _read(items[0])) == "bulk.zip_limit"


def test_a_bomb_that_lies_about_its_size_is_cut_off(tmp_path: Path) -> None:
    """Ten megabytes that say they are one kilobyte: inflating stops there."""
    bomb = compose_zip(Entry(name=b"small.json", data=bytes(10 * MIB), said_bytes=1_000))
    items = _list(tmp_path, bomb)
    assert within_cost(1, lambda: _read(items[0])) == "bulk.zip_entry_damaged"


def test_larger_than_any_badge(tmp_path: Path) -> None:
    """An entry beyond the limit of one upload is not even read."""
    said = 13 * MIB
    data = compose_zip(Entry(name=b"film.png", data=b"x", said_bytes=said, said_packed_bytes=said))
    assert _read_all(tmp_path, data + bytes(0)) == {"film.png": "bulk.zip_limit"}


def test_overlapping_entries_are_refused(tmp_path: Path) -> None:
    """A thousand entries over the same bytes: once they sum to more than there is, no more are read."""
    first = Entry(name=b"0.json", data=b'{"a":' * 4_000)
    others = tuple(Entry(name=f"{number}.json".encode(), data=first.data) for number in range(1, 1_000))
    found = _read_all(tmp_path, compose_zip(first, overlapping=others))
    assert found["0.json"] == first.data
    assert [code for label, code in found.items() if label != "0.json"] == ["bulk.zip_limit"] * 999


def test_many_well_packed_entries_together(tmp_path: Path) -> None:
    """Entries that are each below the ratio are refused once all of them would be 50 times the zip and 64 MiB."""
    data = (b"0123456789abcdef" * 64 * 1024)[:MIB]
    found = _read_all(tmp_path, honest_zip({f"{number:03}.json": data for number in range(120)}))
    refused = [label for label, code in found.items() if code == "bulk.zip_limit"]
    assert 20 <= len(refused) <= 55
    assert refused == sorted(found)[-len(refused) :]


@pytest.mark.parametrize("name", ["../../etc/passwd", "/etc/passwd", "..\\..\\boot.ini", "C:\\x.json", "a/../../b"])
def test_a_name_is_only_a_label(tmp_path: Path, name: str) -> None:
    """A path that leads outside is read from the zip like any other, and nothing is written anywhere."""
    before = sorted(tmp_path.rglob("*"))
    found = _read_all(tmp_path, compose_zip(Entry(name=name.encode(), data=b"inside the zip")))
    assert found == {name.replace("\\", "/"): b"inside the zip"}
    assert [path.name for path in sorted(tmp_path.rglob("*")) if path not in before] == ["sent.zip"]


def test_a_locked_entry_is_named_and_the_others_are_read(tmp_path: Path) -> None:
    """One entry with a password does not hide its neighbours."""
    found = _read_all(
        tmp_path, compose_zip(Entry(name=b"a", data=b"1"), Entry(name=b"b", data=b"2", flags=1), Entry(name=b"c"))
    )
    assert found == {"a": b"1", "b": "bulk.zip_protected", "c": b""}


@pytest.mark.parametrize("name", ["more.zip", "MORE.ZIP", "list.jsonl", "deep/list.ndjson"])
def test_what_holds_others_is_not_opened(tmp_path: Path, name: str) -> None:
    """A zip in a zip is refused, and so is a list: nothing multiplies."""
    inner = honest_zip({"badge.json": b"{}"})
    assert _read_all(tmp_path, honest_zip({name: inner})) == {name: "bulk.collection_inside"}


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_other_packings_are_named(tmp_path: Path, method: int) -> None:
    """Only stored and deflated entries are opened."""
    assert _read_all(tmp_path, honest_zip({"a.json": b"{}"}, method=method)) == {"a.json": "bulk.zip_method"}


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    """A symbolic link in a zip is neither followed nor read as a badge."""
    data = compose_zip(Entry(name=b"l", data=b"/etc/passwd", mode=UNIX_LINK_MODE))
    assert _read_all(tmp_path, data) == {"l": "bulk.link_not_followed"}


@pytest.mark.parametrize(
    "entry",
    [
        Entry(name=b"a", data=b"text", said_crc=1),
        Entry(name=b"a", data=b"text", said_bytes=3),
        Entry(name=b"a", data=b"text", said_bytes=5),
        Entry(name=b"a", data=b"text", local_name=b"b"),
        Entry(name=b"a", data=b"text", packed=deflate(b"text") + b"x"),
        Entry(name=b"a", data=b"text", packed=deflate(b"text")[:-1]),
        Entry(name=b"a", data=b"text", packed=b"\xff\xff\xff"),
        Entry(name=b"a", data=b"text", method=STORED, said_packed_bytes=3),
    ],
    ids=["checksum", "shorter", "longer", "two names", "more behind", "cut off", "no deflate", "stored cut"],
)
def test_a_header_that_lies_is_found_out(tmp_path: Path, entry: Entry) -> None:
    """Size, checksum, name and end of an entry are proven before its bytes are believed."""
    assert _read_all(tmp_path, compose_zip(entry)) == {"a": "bulk.zip_entry_damaged"}


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        honest_zip({"a": b"1"})[:-1],
        honest_zip({"a": b"1"})[:-30],
        b"PK\x03\x04 before" + honest_zip({"a": b"1"}),
        compose_zip(Entry(name=b"a"), entry_count=2),
        compose_zip(Entry(name=b"a"), entry_count=0xFFFF),
    ],
    ids=["only a start", "one byte short", "no end", "something before", "fewer entries", "more than can be"],
)
def test_a_damaged_zip_is_refused(tmp_path: Path, data: bytes) -> None:
    """A directory that is not where, or not what, the zip says is no directory."""
    assert _read_all(tmp_path, data)["sent.zip"] == "bulk.zip_damaged"


def test_what_stood_before_the_damage_is_given(tmp_path: Path) -> None:
    """Entries that were listed before a directory breaks off are checked."""
    data = compose_zip(Entry(name=b"a"), Entry(name=b"b"), entry_count=3)
    assert _read_all(tmp_path, data) == {"a": b"", "b": b"", "sent.zip": "bulk.zip_damaged"}


def test_ten_thousand_comments_of_the_end_record(tmp_path: Path) -> None:
    """A comment full of end records is searched in time linear in its 64 KiB."""
    data = b"PK\x03\x04" + b"PK\x05\x06" * 16_383
    assert within_cost(3, lambda: _read_all(tmp_path, data)) == {"sent.zip": "bulk.zip_damaged"}


def test_more_entries_than_four_hexadecimal_digits_count(tmp_path: Path) -> None:
    """65,600 entries need the Zip64 records, and are all listed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for number in range(65_600):
            archive.writestr(zipfile.ZipInfo(f"{number}"), b"")
    path = tmp_path / "sent.zip"
    path.write_bytes(stream.getvalue())
    last = None
    for count, item in enumerate(list_items([path]), start=1):  # noqa: B007 - the last count is asked for
        last = item
    assert last is not None
    assert (count, last.label, _read(last)) == (65_600, "65599", b"")


def test_an_entry_with_wide_sizes(tmp_path: Path) -> None:
    """Sizes in the Zip64 field of an entry are read as a program that streams writes them."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("a", "w", force_zip64=True) as file,
    ):
        file.write(b"wide")
    assert _read_all(tmp_path, stream.getvalue()) == {"a": b"wide"}


def test_a_name_cannot_steer_the_terminal(tmp_path: Path) -> None:
    """Control characters and marks of direction in a name do not reach the screen."""
    name = "\x1b[2Jok\u202egnp.json\n"
    (label,) = _read_all(tmp_path, compose_zip(Entry(name=name.encode(), flags=0x800)))
    assert label == "\ufffd[2Jok\ufffdgnp.json\ufffd"
