"""A version of a release says in a line what changed, and is not written without words."""

from pathlib import Path

import pytest

from admin.budget_rows import PlanRow
from admin.errors import FiguresError
from admin.publication import ledger, releases, shelf
from admin.publication.booked import Reason
from reporting.runtime import Runtime
from reporting.statistics import manifest, plan
from reporting.statistics.correspondence import Said
from reporting.statistics.manifest import MANIFEST
from tests.builders_figures import RELEASE, a_kept_plan, a_plan
from tests.conftest import Clock
from tests.reporting.statistics.editions import KEYS


@pytest.fixture
def burnt(runtime: Runtime, clock: Clock, tmp_path: Path) -> Runtime:
    """A service whose release was given up, and the keys of releases in a folder."""
    shelf.keep(tmp_path / shelf.KEYS, KEYS.encode().encode())
    with runtime.begin() as session:
        made = a_kept_plan(session, a_plan())
        session.get_one(PlanRow, RELEASE).announced = 1
        shelf.announce(tmp_path, RELEASE, plan.encode(made))
        ledger.reserve(session, made, clock())
        ledger.burn(session, RELEASE, Reason.CRASH, clock())
        releases.export(session, tmp_path)
    return runtime


def test_what_changed_stands_in_the_folder_that_is_rendered(burnt: Runtime, tmp_path: Path) -> None:
    with burnt.read() as session:
        made = releases.rendered(session, RELEASE, tmp_path, Said("直しました", "It is mended"))

    stated = manifest.decode(made.files[MANIFEST])

    assert stated.note == Said("直しました", "It is mended")
    assert "What changed: It is mended" in made.files["METHODOLOGY.en.md"].decode()
    assert "直しました" in made.files["report.ja.html"].decode()


def test_a_note_that_is_no_line_of_words_stops_the_rendering(
    burnt: Runtime, tmp_path: Path
) -> None:
    with burnt.read() as session, pytest.raises(FiguresError, match="one line of words"):
        releases.rendered(session, RELEASE, tmp_path, Said("", "It is mended"))
