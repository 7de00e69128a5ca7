"""What a folder, a zip, a list and several files hold, in which order, and what is left out."""

from __future__ import annotations

import gc
import os
import tracemalloc
from pathlib import Path

import pytest

from schemas import BadgeError, DecodingError
from tests.doubles.zips import honest_zip
from verifier import ItemReader, SourceKind, count_items, find_source_kind, list_items
from verifier.bulk_items import MAX_FOLDER_DEPTH, MAX_LABEL_CHARS, MAX_LINE_BYTES, clean_label


def _labels(*paths: Path, left_out: tuple[Path, ...] = ()) -> list[str]:
    return [item.label for item in list_items(paths, left_out=left_out)]


def _read(path: Path) -> list[bytes | str]:
    reader = ItemReader()
    found: list[bytes | str] = []
    for item in list_items([path]):
        try:
            found.append(reader.read(item))
        except BadgeError as error:
            found.append(error.code)
    reader.close()
    return found


def test_a_folder_is_walked_in_the_order_of_names(tmp_path: Path) -> None:
    """Files and folders of one level come by name, whatever order the disk has them in."""
    for name in ("b.json", "a/z.png", "a/b/c.jwt", "c.svg", "B.pdf"):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    assert _labels(tmp_path) == ["B.pdf", "a/b/c.jwt", "a/z.png", "b.json", "c.svg"]


def test_what_a_system_put_there_is_left_out(tmp_path: Path) -> None:
    """Hidden files and folders, and those of macOS and Windows, are no badges that somebody sent."""
    for name in (".DS_Store", ".git/config", "__MACOSX/._badge.json", "Thumbs.db", "desktop.ini", "badge.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"x")
    assert _labels(tmp_path) == ["badge.json"]


def test_the_report_is_not_checked(tmp_path: Path) -> None:
    """A report that is written into the folder itself is left out."""
    (tmp_path / "badge.json").write_bytes(b"x")
    (tmp_path / "report.csv").write_bytes(b"x")
    assert _labels(tmp_path, left_out=((tmp_path / "report.csv").resolve(),)) == ["badge.json"]


def test_links_in_a_folder_are_named_and_not_followed(tmp_path: Path) -> None:
    """Neither a link to a file elsewhere nor one to a folder, which could go in a circle, is opened."""
    (tmp_path / "secret").write_bytes(b"x")
    folder = tmp_path / "sent"
    folder.mkdir()
    (folder / "badge.json").symlink_to(tmp_path / "secret")
    (folder / "circle").symlink_to(folder)
    assert _read(folder) == ["bulk.link_not_followed", "bulk.link_not_followed"]


def test_a_link_put_in_the_place_of_a_file_is_not_followed(tmp_path: Path) -> None:
    """Between listing and reading a file may be swapped for a link; it is opened as no link."""
    (tmp_path / "secret").write_bytes(b"x")
    sent = tmp_path / "sent"
    sent.mkdir()
    (sent / "badge.json").write_bytes(b"{}")
    (item,) = list_items([sent])
    (sent / "badge.json").unlink()
    (sent / "badge.json").symlink_to(tmp_path / "secret")
    with pytest.raises(BadgeError) as caught:
        ItemReader().read(item)
    assert caught.value.code == "bulk.file_unreadable"


def test_a_link_that_a_person_names_is_followed(tmp_path: Path) -> None:
    """What is asked for by name is meant."""
    (tmp_path / "badge.json").write_bytes(b"{}")
    (tmp_path / "link.json").symlink_to(tmp_path / "badge.json")
    assert _read(tmp_path / "link.json") == [b"{}"]


def test_a_pipe_is_no_file(tmp_path: Path) -> None:
    """A named pipe would keep the reader waiting for ever."""
    os.mkfifo(tmp_path / "pipe")
    assert _read(tmp_path) == ["bulk.file_unreadable"]


def test_what_holds_others_is_named(tmp_path: Path) -> None:
    """A zip or a list in a folder is to be checked by itself."""
    (tmp_path / "more.zip").write_bytes(honest_zip({"a": b"1"}))
    (tmp_path / "more.jsonl").write_bytes(b"{}\n{}\n")
    assert _read(tmp_path) == ["bulk.collection_inside", "bulk.collection_inside"]


def test_a_folder_in_too_many_folders(tmp_path: Path) -> None:
    """The walk ends at a depth, and says so."""
    (tmp_path / Path(*["d"] * (MAX_FOLDER_DEPTH + 1))).mkdir(parents=True)
    assert _read(tmp_path) == ["bulk.folder_too_deep"]


def test_lines_of_a_list(tmp_path: Path) -> None:
    """Each line is an item by its number; blank ones are passed over, the last needs no end."""
    path = tmp_path / "badges.jsonl"
    path.write_bytes(b'{"a":1}\n\n  \r\neyJ.x.y\r\n{"b":2}')
    assert _labels(path) == ["line 1", "line 4", "line 5"]
    assert _read(path) == [b'{"a":1}', b"eyJ.x.y", b'{"b":2}']


def test_a_line_without_end_spares_the_others(tmp_path: Path) -> None:
    """A line beyond the limit is one problem; the lines around it are read whole."""
    path = tmp_path / "badges.ndjson"
    path.write_bytes(b"first\n" + b"x" * (3 * MAX_LINE_BYTES) + b"\nlast\n")
    assert _labels(path) == ["line 1", "line 2", "line 3"]
    assert _read(path) == [b"first", "bulk.line_too_long", b"last"]


def test_a_file_without_any_end_is_no_list(tmp_path: Path) -> None:
    """A terabyte without a line end, which takes no room on a disk, is given up after a quarter of a gigabyte."""
    path = tmp_path / "hole.jsonl"
    path.write_bytes(b"first\n")
    os.truncate(path, 1 << 40)
    assert _labels(path) == ["line 1", "hole.jsonl"]
    assert _read(path) == [b"first", "bulk.line_too_long"]


def test_several_paths_keep_their_order_and_names(tmp_path: Path) -> None:
    """With more than one path each label begins with the path as it was given."""
    (tmp_path / "z.json").write_bytes(b"x")
    (tmp_path / "a").mkdir()
    (tmp_path / "a" / "b.json").write_bytes(b"x")
    (tmp_path / "l.jsonl").write_bytes(b"x\n")
    paths = [tmp_path / "z.json", tmp_path / "a", tmp_path / "l.jsonl"]
    assert _labels(*paths) == [f"{tmp_path}/z.json", f"{tmp_path}/a/b.json", f"{tmp_path}/l.jsonl line 1"]


def test_kinds_and_counts(tmp_path: Path) -> None:
    """A zip is known by its bytes and not by its name; only of a file and a zip is the number known at once."""
    (tmp_path / "zip").write_bytes(honest_zip({"a": b"1", "b": b"2"}))
    (tmp_path / "false.zip").write_bytes(b"{}")
    (tmp_path / "list.JSONL").write_bytes(b"{}\n")
    kinds = {path.name: (find_source_kind(path), count_items(path)) for path in [*tmp_path.iterdir(), tmp_path]}
    assert kinds["zip"] == (SourceKind.ZIP, 2)
    assert kinds["false.zip"] == (SourceKind.FILE, 1)
    assert kinds["list.JSONL"] == (SourceKind.LIST, None)
    assert kinds[tmp_path.name] == (SourceKind.FOLDER, None)


def test_an_empty_zip_holds_nothing(tmp_path: Path) -> None:
    """A zip without entries is a zip, and there is nothing in it."""
    (tmp_path / "empty.zip").write_bytes(honest_zip({}))
    assert _labels(tmp_path / "empty.zip") == []


def test_a_path_that_cannot_be_opened_spares_the_others(tmp_path: Path) -> None:
    """Of several paths one that is gone, or a zip that is damaged, has an item that says so."""
    (tmp_path / "half.zip").write_bytes(honest_zip({"a": b"1"})[:-1])
    (tmp_path / "badge.json").write_bytes(b"{}")
    paths = [tmp_path / "gone.jsonl", tmp_path / "half.zip", tmp_path / "badge.json"]
    assert [(item.label, item.problem) for item in list_items(paths)] == [
        (str(paths[0]), "bulk.file_unreadable"),
        (str(paths[1]), "bulk.zip_damaged"),
        (str(paths[2]), ""),
    ]
    assert [count_items(path) for path in paths] == [None, None, 1]


def test_more_than_a_million_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is an end to what one run takes."""
    monkeypatch.setattr("verifier.bulk_items.MAX_ITEMS", 2)
    path = tmp_path / "badges.jsonl"
    path.write_bytes(b"1\n2\n3\n")
    with pytest.raises(DecodingError) as caught:
        _labels(path)
    assert caught.value.code == "bulk.too_many"


def test_a_folder_of_too_many_names_is_not_held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The names of one folder are held together, so there is an end to their number too."""
    monkeypatch.setattr("verifier.bulk_items.MAX_ITEMS", 2)
    for name in "abc":
        (tmp_path / name).write_bytes(b"x")
    assert _read(tmp_path) == ["bulk.too_many"]


def test_long_labels_are_cut(tmp_path: Path) -> None:
    """A label fits into a cell and a line."""
    assert len(clean_label("x" * 5_000)) == MAX_LABEL_CHARS + 1


@pytest.mark.parametrize("ending", ["jsonl", "zip"])
def test_listing_takes_no_more_memory_for_five_times_as_many(tmp_path: Path, ending: str) -> None:
    """The peak for 10,000 items is that for 2,000: nothing of what went before is kept."""

    def peak(count: int) -> int:
        path = tmp_path / f"{count}.{ending}"
        names = [f"{number}.json" for number in range(count)]
        path.write_bytes(b"{}\n" * count if ending == "jsonl" else honest_zip(dict.fromkeys(names, b"{}")))
        gc.collect()  # or what earlier tests left is in the way of the memory that Python keeps for small things
        tracemalloc.start()
        try:
            assert sum(1 for _ in list_items([path])) == count
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(2_500)  # what is loaded once; Python keeps 2,000 tuples of each length for later
    assert peak(10_000) < 2 * peak(2_000)
