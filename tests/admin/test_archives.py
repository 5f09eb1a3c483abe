"""An archive opens whole, as what it is, under its own key, or not at all."""

import tracemalloc
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admin import archives
from admin.archives import Archive, Frame, Header, Kind, Lock, Row, Stored, by_key, by_passphrase
from admin.errors import ArchiveError
from admin.runtime import Door
from crypto.envelope import OpenError, Secret, make_key, make_pepper, read_pepper
from tests.builders_people import CHEAP

DAY = date(2026, 11, 24)
DOOR = Door(read_pepper(make_pepper()), CHEAP)
WORDS = "nine copper lanterns under seven arches"
KEY = make_key()
ROWS: list[Row] = [
    {"id": b"\0" * 16, "n": -(1 << 62), "word": "名", "none": None},
    {"id": b"", "n": 0, "word": "", "none": b"x"},
]
TABLES = [("empty", []), ("one", ROWS), ("two", ROWS[:1])]
PIECE = bytes(1 << 20)


def written(path: Path, lock: Lock, tables: Iterable[tuple[str, Iterable[Row]]] = TABLES) -> Path:
    archives.write(path, lock, archives.frames_of({"made": "now"}, tables))
    return path


def a_vault(path: Path) -> Path:
    return written(path, by_key(Header.new(Kind.VAULT, DAY), KEY))


def opened(path: Path, key: Secret = KEY) -> Archive:
    return archives.opened(path, by_key(archives.read_header(path), key))


def opens(path: Path) -> bool:
    """Say whether an archive can be read to its end."""
    try:
        list(opened(path).rows())
    except (OpenError, ArchiveError):
        return False
    return True


def test_rows_come_back_as_they_were_table_by_table(tmp_path: Path) -> None:
    archive = opened(a_vault(tmp_path / "a"))
    assert archive.head == {"made": "now"}
    assert archive.header.day == DAY
    assert list(archive.rows()) == [
        *(Stored("one", row) for row in ROWS),
        Stored("two", ROWS[0]),
    ]


def test_only_its_owner_can_read_the_file(tmp_path: Path) -> None:
    assert a_vault(tmp_path / "a").stat().st_mode & 0o777 == 0o600


def test_an_archive_never_goes_over_another_file(tmp_path: Path) -> None:
    a_vault(tmp_path / "a")
    with pytest.raises(FileExistsError):
        a_vault(tmp_path / "a")


def test_a_byte_changed_anywhere_is_found(tmp_path_factory: pytest.TempPathFactory) -> None:
    whole = a_vault(tmp_path_factory.mktemp("a") / "a")
    content = whole.read_bytes()
    assert opens(whole)

    def change(at: int, by: int) -> None:
        whole.write_bytes(content[:at] + bytes([content[at] ^ by]) + content[at + 1 :])
        assert not opens(whole)

    for at in range(100):  # the header, salt and commitment
        change(at, 1)
    given(st.integers(0, len(content) - 1), st.integers(1, 255))(change)()


def test_an_archive_that_was_cut_or_made_longer_is_found(tmp_path: Path) -> None:
    whole = a_vault(tmp_path / "a")
    content = whole.read_bytes()

    @given(st.integers(0, len(content) - 1))
    def cut(length: int) -> None:
        whole.write_bytes(content[:length])
        assert not opens(whole)

    cut()
    whole.write_bytes(content + b"\0")
    assert not opens(whole)


def test_the_content_of_one_archive_behind_the_beginning_of_another_is_found(
    tmp_path: Path,
) -> None:
    one, two = (a_vault(tmp_path / name).read_bytes() for name in "ab")
    end = len(Header.new(Kind.VAULT, DAY).write())
    (tmp_path / "c").write_bytes(one[:end] + two[end:])
    assert not opens(tmp_path / "c")


def test_a_keys_archive_wants_its_passphrase_and_the_pepper_of_its_office(tmp_path: Path) -> None:
    header = Header.new(Kind.KEYS, DAY)
    path = written(tmp_path / "a", by_passphrase(header, WORDS, DOOR))
    found = archives.read_header(path)
    assert found == header
    assert archives.opened(path, by_passphrase(found, WORDS, DOOR)).head == {"made": "now"}
    other = Door(read_pepper(make_pepper()), CHEAP)
    for lock in (
        by_passphrase(found, WORDS + "s", DOOR),
        by_passphrase(found, WORDS, other),
        by_passphrase(replace(found, day=date(2026, 11, 25)), WORDS, DOOR),
        by_key(found, KEY),
    ):
        with pytest.raises(OpenError):
            archives.opened(path, lock)


def test_a_vault_archive_wants_its_key(tmp_path: Path) -> None:
    path = a_vault(tmp_path / "a")
    with pytest.raises(OpenError):
        opened(path, make_key())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"hello",
        archives.MAGIC,
        archives.MAGIC + b"\3" + bytes(20),
        archives.MAGIC + b"\1" * 21,
    ],
    ids=["empty", "words", "begun", "kind", "day"],
)
def test_what_is_no_archive_is_named(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.txt").write_bytes(content)
    with pytest.raises(ArchiveError, match=r"x\.txt is no archive"):
        archives.read_header(tmp_path / "x.txt")


def framed(frame: int, data: bytes) -> bytes:
    return bytes([frame]) + len(data).to_bytes(4, "big") + data


HEAD = framed(Frame.HEAD, b"{}")
NO_END = [HEAD]
OTHER_END = [HEAD, framed(Frame.END, b'{"rows":0,"sha256":"00"}')]
UNKNOWN = [HEAD, framed(9, b"")]
TOO_LONG = [HEAD, bytes([Frame.ROW]) + b"\xff" * 4]


@pytest.mark.parametrize(
    "frames", [NO_END, OTHER_END, UNKNOWN, TOO_LONG], ids=["no end", "sum", "unknown", "too long"]
)
def test_an_archive_that_does_not_say_how_it_ends_is_refused(
    tmp_path: Path, frames: list[bytes]
) -> None:
    archives.write(tmp_path / "a", by_key(Header.new(Kind.VAULT, DAY), KEY), frames)
    assert not opens(tmp_path / "a")


def test_memory_does_not_grow_with_an_archive(tmp_path: Path) -> None:
    def pieces() -> Iterator[Row]:
        for number in range(96):
            yield {"id": number, "slice_sealed": PIECE}

    tracemalloc.start()
    path = written(
        tmp_path / "a", by_key(Header.new(Kind.VAULT, DAY), KEY), [("file_piece", pieces())]
    )
    count = sum(1 for _ in opened(path).rows())
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 96
    assert peak < 16 << 20
