"""Small counts give nobody away: the draw as it is typed, from a few units to published files.

What makes noise is watched or put in its place; all else is as an officer runs it.
"""

import csv
import io
import shutil
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from pyotp import TOTP
from sqlalchemy import delete
from sqlalchemy.engine import make_url

from admin.admission import Arrival, admit, look_back
from admin.installation import started
from admin.publication import noise, periods
from admin.publication.frame_records import Record
from admin.runtime import open_staff
from admin.sessions import Credentials, unlock
from crypto.passphrase import STANDARD
from reporting.stat_rows import StatFrameRow
from reporting.statistics import release, topdown
from reporting.statistics.codelists import Dim, Dims, cells, code_of
from reporting.statistics.plan import RESERVE, Measure
from tests.builders_draws import a_record, a_row
from tests.builders_figures import CORRECTION, DRAW_DAY, PUBLIC_DAY, RELEASE, YEAR, a_plan
from tests.conftest import Clock
from tests.flows.test_stats_commands import desk
from tests.statistician import STEP, Desk
from wsgi import Installation

__all__ = ["desk"]

# The databases hold the same of a frame, and the commands go all the way on each elsewhere.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

NEXT = "TOMOSHIBI-JP-2027-A"
ALONE = a_record(tactic=5, origin=7, region=3)
FEW = [*[a_record()] * 9, *[a_record(tactic=2, origin=3, region=4)] * 2, ALONE]
DRAWN = noise.draw
Exact = tuple[int, ...]
Noise = Callable[[Measure, Sequence[int]], Exact]


@dataclass
class Watched:
    """Every call of what makes noise: the table, what was counted, and what came of it."""

    calls: list[tuple[Measure, Exact, Exact]] = field(default_factory=list)

    def draw(self, table: Measure, exact: Sequence[int]) -> Exact:
        noisy = DRAWN(table, exact)
        self.calls.append((table, tuple(exact), noisy))
        return noisy

    def exact(self) -> dict[Dims, Exact]:
        return {table.dims: exact for table, exact, _ in self.calls}


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    made = Watched()
    monkeypatch.setattr(noise, "draw", made.draw)
    return made


def add(there: Desk, records: Sequence[Record], period: int = YEAR) -> None:
    """Count units in a year, as casework would have over time."""
    with started(there.installation) as service:
        there.clock.advance(STEP)
        staff, now = open_staff(service, STANDARD, lambda _seconds: None), there.clock()
        person = there.people["sora"]
        opened = unlock(staff, Credentials(person.name, person.passphrase), now)
        arrival = Arrival(TOTP(person.codes.text).at(now), now, "step_up", look_back(staff, opened))
        with service.begin() as session:
            admitted = admit(session, staff, opened, arrival)
            keys = periods.open_for_draw(session, admitted.ring, admitted.verified, period)
            ((_, opening),) = keys.openings.items()
            session.add_all(a_row(record, opening, period) for record in records)


def approved(there: Desk, name: str = RELEASE) -> None:
    for words in (("plan", name), ("plan", name, "--announce")):
        done = there.by("sora", *words, first=["y"] if "--announce" not in words else [])
        assert done.exit_code == 0, done.output
    for person in ("sora", "noor"):
        done = there.by(person, "approve", name, first=["y"])
        assert done.exit_code == 0, done.output


def drawn(there: Desk, name: str = RELEASE) -> str:
    done = there.by("noor", "draw", name)
    assert done.exit_code == 0, done.output
    return done.output + done.stderr


def folder_of(there: Desk, name: str = RELEASE) -> dict[str, bytes]:
    """Render what was drawn and return all its files, by their paths."""
    done = there.run("render", name, str(there.here))
    assert done.exit_code == 0, done.output
    return files_in(max(there.here.glob(f"{name}.v*")))


def files_in(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def numbers(files: Mapping[str, bytes]) -> dict[str, bytes]:
    """Return the files that are made of numbers alone."""
    return {path: data for path, data in files.items() if path.endswith((".csv", ".svg"))}


def twin(there: Desk, name: str) -> Desk:
    """Return the same office once more: the same keys, plans and signatures, on its own disk."""
    old = there.installation.settings
    instance, here = there.here / name / "instance", there.here / name / "desk"
    shutil.copytree(old.instance, instance)
    here.mkdir()
    database = make_url(old.database_url)
    assert database.database is not None
    copy = there.here / name / "copy.db"
    with closing(sqlite3.connect(database.database)) as one, closing(sqlite3.connect(copy)) as two:
        one.backup(two)
    url = database.set(database=str(copy)).render_as_string(hide_password=False)
    clock = Clock(there.clock.now)
    installed = Installation(replace(old, instance=instance, database_url=url), clock)
    return replace(there, installation=installed, clock=clock, here=here)


def rows(files: Mapping[str, bytes], path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(files[path].decode())))


def placed(records: Sequence[Record], dims: Dims) -> Exact:
    """Count by hand."""
    order = list(Dim)
    found = [tuple(code_of(dim, one.places[order.index(dim)]) for dim in dims) for one in records]
    return tuple(found.count(cell) for cell in cells(dims))


def unmoved(table: Measure, _exact: Sequence[int]) -> Exact:
    """Say the same, whatever was counted."""
    return tuple(11 * n % 37 - 6 for n in range(table.cells))


def true(_table: Measure, exact: Sequence[int]) -> Exact:
    return tuple(exact)


def published(there: Desk, name: str, *more: Record) -> dict[str, bytes]:
    """Draw and render a twin of an office in which somebody else is counted besides."""
    other = twin(there, name)
    add(other, more)
    said = drawn(other)
    files = folder_of(other)
    booked = (other.instance / "figures/ledger.json").read_bytes()
    return {**files, "what is said": said.encode(), "what is booked": booked}


@pytest.mark.parametrize(("said", "is_same"), [(unmoved, True), (true, False)])
def test_but_for_the_noise_nothing_depends_on_what_was_counted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, *, said: Noise, is_same: bool
) -> None:
    """Where noise says the same, so does each file, each line and the ledger: for 12 units or 80.

    So what is shown, what is left blank, margins, the sums, the words and the pictures follow from
    the noisy numbers alone, of which it is known what they cost.
    """
    approved(desk)
    add(desk, FEW)
    desk.clock.now = DRAW_DAY
    desk.keyed()
    monkeypatch.setattr(noise, "draw", said)
    one = published(desk, "one")
    other = published(desk, "other", *[a_record(tactic=9, origin=2, region=8)] * 68)
    assert "data/tactic.csv" in one
    assert (one == other) is is_same


def test_a_few_units_are_counted_once_and_no_small_cell_is_shown(
    desk: Desk, watched: Watched
) -> None:
    approved(desk)
    add(desk, FEW)
    desk.clock.now = DRAW_DAY
    drawn(desk)
    dims = [table.dims for table, _, _ in watched.calls]
    assert dims == [(), (Dim.TACTIC,), (Dim.ORIGIN,), (Dim.REGION,)]
    assert watched.exact() == {each: placed(FEW, each) for each in dims}
    desk.keyed()
    files = folder_of(desk)
    for table, _, noisy in watched.calls:
        name = "-".join(dim.lower() for dim in table.dims) or "total"
        raw = [int(row["NOISY_VALUE"]) for row in rows(files, f"measurements/{name}.csv")]
        assert raw == list(noisy)
        for row in rows(files, f"data/{name}.csv"):
            assert (row["OBS_VALUE"] == "") is (row["OBS_STATUS"] == "U")
            assert row["OBS_VALUE"] == "" or int(row["OBS_VALUE"]) >= 10
    assert desk.by("noor", "draw", RELEASE).exit_code == 1
    assert len(watched.calls) == len(dims)


def test_what_is_left_out_of_a_table_is_no_more_than_noise_told_already(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One line is blank: the total less all other lines is what follows from the noisy numbers."""

    def one_blank(table: Measure, exact: Sequence[int]) -> Exact:
        noisy = [60] * table.cells
        noisy[2 % table.cells] = 4 if table.dims else 60 * 11
        assert sum(exact) == len(FEW)
        return tuple(noisy)

    approved(desk)
    add(desk, FEW)
    desk.clock.now = DRAW_DAY
    monkeypatch.setattr(noise, "draw", one_blank)
    drawn(desk)
    folder = desk.signed()
    one = release.unsigned(folder)
    shown = {table.dims: [row.value for row in table.rows] for table in one.estimates}
    fitted = {table.dims: table.values for table in topdown.fit(one.plan, one.measured)}
    ((total,),) = [shown[()]]
    assert total is not None
    values = shown[Dim.TACTIC,]
    assert values.count(None) == 1
    missing = total - sum(value for value in values if value is not None)
    assert missing == fitted[Dim.TACTIC,][values.index(None)]
    assert missing != placed(FEW, (Dim.TACTIC,))[values.index(None)]


def test_who_leaves_after_the_draw_changes_no_later_edition(desk: Desk, watched: Watched) -> None:
    approved(desk)
    add(desk, FEW)
    desk.clock.now = DRAW_DAY
    drawn(desk)
    folder = desk.signed()
    first = numbers(files_in(folder))
    desk.clock.now = PUBLIC_DAY
    assert desk.by("sora", "publish", str(folder)).exit_code == 0
    with started(desk.installation) as service, service.begin() as session:
        session.execute(delete(StatFrameRow))
    assert numbers(folder_of(desk)) == first
    assert len(watched.calls) == 4


def test_a_correction_is_measured_once_more_out_of_the_reserve_and_the_first_is_not_shown(
    desk: Desk, watched: Watched
) -> None:
    approved(desk)
    add(desk, FEW)
    desk.clock.now = DRAW_DAY
    drawn(desk)
    for name in ("sora", "noor"):
        assert desk.by(name, "burn", RELEASE, "--reason", "code").exit_code == 0
    approved(desk, CORRECTION)
    drawn(desk, CORRECTION)
    assert sum(table.eps for table, _, _ in watched.calls) == a_plan().eps + RESERVE
    desk.keyed()
    burnt = folder_of(desk)
    assert not [path for path in burnt if path.startswith("measurements/")]
    for path in (path for path in burnt if path.startswith("data/")):
        assert all(row["OBS_STATUS"] == "M" and not row["OBS_VALUE"] for row in rows(burnt, path))
    first = {str(value) for _, _, noisy in watched.calls[:1] for value in noisy}
    assert not [row for row in rows(burnt, "data/total.csv") if set(row.values()) & first]


def test_a_year_counts_its_own_units_alone(desk: Desk, watched: Watched) -> None:
    """The difference of two years is that of two draws, and nobody is in both for one report."""
    approved(desk)
    add(desk, FEW)
    desk.clock.now = datetime(2026, 12, 20, 3, tzinfo=UTC)
    approved(desk, NEXT)
    add(desk, [ALONE], 2027)
    desk.clock.now = DRAW_DAY
    drawn(desk)
    watched.calls.clear()
    desk.clock.now = DRAW_DAY.replace(year=2028)
    drawn(desk, NEXT)
    assert watched.exact()[()] == (1,)
    assert watched.exact()[Dim.ORIGIN,] == placed([ALONE], (Dim.ORIGIN,))
    assert {table.eps for table, _, _ in watched.calls} == {
        table.eps for table in a_plan(NEXT).tables
    }
