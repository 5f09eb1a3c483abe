"""A release of each tier as it is made, and one in a folder, to be read or to be spoiled."""

import shutil
from pathlib import Path

import pytest

from reporting.statistics import bundle
from tests.reporting.statistics.editions import TIERS, a_release, source_of


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of releases that holds one."""
    parent = tmp_path_factory.mktemp("releases")
    a_release(parent)
    return parent


@pytest.fixture(scope="module")
def whole(shelf: Path) -> Path:
    """The folder of a release, left as it is found."""
    return shelf / "TOMOSHIBI-JP-2026-A.v1"


@pytest.fixture
def copied(whole: Path, tmp_path: Path) -> Path:
    """A release that a test may spoil."""
    return Path(shutil.copytree(whole, tmp_path / whole.name))


@pytest.fixture(params=TIERS)
def folder(request: pytest.FixtureRequest) -> dict[str, bytes]:
    """The files of a release of each tier."""
    return dict(bundle.render(source_of(request.param)))
