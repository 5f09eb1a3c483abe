"""A folder of figures is written whole and once, and no other folder is signed."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from admin.errors import FiguresError
from admin.publication import shelf
from reporting.statistics.manifest import MANIFEST

# A folder is the same whatever the database; the commands go all the way on each.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def test_before_there_is_a_plan_only_the_ledger_is_exported(
    tmp_path: Path, database_url: object
) -> None:
    assert database_url
    shelf.export(tmp_path, b"{}", None)
    assert [path.name for path in (tmp_path / "figures").iterdir()] == ["ledger.json"]


def test_half_a_folder_of_before_is_in_nobodys_way(tmp_path: Path, database_url: object) -> None:
    assert database_url
    left = tmp_path / ".one.unfinished"
    left.mkdir()
    (left / "half").write_bytes(b"half")
    shelf.write(tmp_path / "one", {"a.txt": b"a", "b/c.txt": b"c"})

    assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*.txt")) == [
        "one/a.txt",
        "one/b/c.txt",
    ]
    assert not left.exists()
    with pytest.raises(FiguresError, match="never overwritten"):
        shelf.write(tmp_path / "one", {})


@pytest.mark.parametrize("files", [{}, {MANIFEST: b"{}"}])
def test_a_folder_without_a_manifest_of_ours_is_not_signed(
    tmp_path: Path, files: Mapping[str, bytes], database_url: object
) -> None:
    assert database_url
    shelf.write(tmp_path / "folder", files)
    with pytest.raises(FiguresError, match="Nothing was signed"):
        shelf.signable(tmp_path / "folder")
