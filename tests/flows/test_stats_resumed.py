"""An office that was put back to before a draw never draws it again, and books it again."""

import hashlib
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import Result
from pyotp import TOTP
from sqlalchemy import update
from sqlalchemy.engine import URL

from admin.accounts import Newcomer
from admin.budget_rows import PlanRow
from admin.installation import started
from reporting.settings import Settings
from reporting.statistics import bundle
from tests.archivist import Archivist
from tests.builders_audit import everybody_knows
from tests.builders_figures import CORRECTION, DRAW_DAY, PUBLIC_DAY, RELEASE
from tests.conftest import Clock
from tests.reporting.statistics import editions
from tests.statistician import FOLDER, STEP, Desk, a_desk
from tests.typist import Line, run
from wsgi import Installation

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

GIVEN_OUT = ("figures", "releases", "release.keys")


@pytest.fixture
def archivist(
    settings: Settings,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    new_database: Callable[[str], URL],
) -> Archivist:
    everybody_knows(monkeypatch)
    return Archivist(settings, clock, tmp_path / "archives", new_database)


@pytest.fixture
def desk(archivist: Archivist, tmp_path: Path) -> Desk:
    """An office whose plan is signed, with archives of the morning before the draw."""
    made = a_desk(archivist.settings, archivist.clock, tmp_path)
    made.signed_plan()
    made.clock.now = DRAW_DAY
    kept = archivist.typed(archivist.settings, "backup")
    assert kept.exit_code == 0, kept.output
    return made


def draw(desk: Desk) -> bytes:
    """Draw, and return what everybody can read of the ledger."""
    done = desk.by("noor", "draw", RELEASE)
    assert done.exit_code == 0, done.output
    return (desk.instance / "figures/ledger.json").read_bytes()


def moved(desk: Desk, archivist: Archivist, *brought: str) -> Desk:
    """Bring the office back on a new machine, with some of what was given out beside it."""
    archivist.move()
    back = archivist.typed(archivist.place, "restore")
    assert back.exit_code == 0, back.output
    for name in brought:
        old, new = desk.instance / name, archivist.place.instance / name
        (shutil.copytree if old.is_dir() else shutil.copy)(old, new)
    return replace(desk, installation=Installation(archivist.place, archivist.clock))


def refused(done: Result, says: str) -> None:
    """Check that a command stopped with these words, and not with a crash."""
    assert (done.exit_code, type(done.exception)) == (1, SystemExit), done.output
    assert says in " ".join(done.output.split())


def test_an_office_brought_back_without_its_figures_draws_nothing(
    desk: Desk, archivist: Archivist
) -> None:
    draw(desk)
    there = moved(desk, archivist)
    says = "Bring back the folders figures and releases"
    refused(there.by("noor", "draw", RELEASE), says)
    refused(there.by("sora", "plan", RELEASE, "--announce"), says)
    refused(there.by("noor", "draw", RELEASE), says)
    refused(by_two(there, "resume"), "Nothing here says whether")
    there.clock.now = PUBLIC_DAY + timedelta(days=1)
    resumed = by_two(there, "resume")
    assert resumed.exit_code == 0, resumed.output
    assert "Go on only if you both know" in resumed.output
    assert there.states() == []


def test_what_was_given_out_is_not_written_over_by_a_ledger_that_forgot_it(
    desk: Desk, archivist: Archivist
) -> None:
    booked = draw(desk)
    there = moved(desk, archivist, "figures")
    for words in (("plan", RELEASE, "--announce"), ("draw", RELEASE)):
        refused(there.by("sora", *words), "tomoshibi stats resume")
    assert (there.instance / "figures/ledger.json").read_bytes() == booked


def by_two(
    desk: Desk, *words: str, one: str = "sora", other: str = "noor", says: str = "y"
) -> Result:
    """Run a command that two officers do together."""
    typed: list[Line] = [says]
    for name in (one, other):
        person = desk.people[name]
        typed += [person.name, person.passphrase, partial(next_code, desk, person)]
    return run(desk.installation, "stats", *words, typed=typed)


def next_code(desk: Desk, person: Newcomer, _output: str) -> str:
    """Wait for the next code of somebody's app."""
    desk.clock.advance(STEP)
    return TOTP(person.codes.text).at(desk.clock())


def test_two_officers_book_again_what_a_signed_folder_says_was_drawn(
    desk: Desk, archivist: Archivist
) -> None:
    draw(desk)
    folder = desk.signed()
    there = moved(desk, archivist, "release.keys")
    resumed = by_two(there, "resume", str(folder))
    assert resumed.exit_code == 0, resumed.output
    assert f"{RELEASE} was drawn; it costs 1/1 of 2026" in resumed.output
    assert "are not here" not in resumed.output
    assert there.states() == ["reserved", "drawn"]
    assert "2 of 2 signatures, drawn" in there.run("plan", "--list").output
    told = f"figures/plans/{RELEASE}.json"
    assert (there.instance / told).read_bytes() == (desk.instance / told).read_bytes()
    refused(there.by("noor", "draw", RELEASE), f"tomoshibi stats render {RELEASE}")
    there.clock.now = PUBLIC_DAY
    published = there.by("sora", "publish", str(folder))
    assert published.exit_code == 0, published.output
    assert there.states() == ["reserved", "drawn", "published"]


def test_what_is_public_is_booked_again_row_by_row(desk: Desk, archivist: Archivist) -> None:
    draw(desk)
    folder = desk.signed()
    desk.clock.now = PUBLIC_DAY
    assert desk.by("sora", "publish", str(folder)).exit_code == 0
    booked = (desk.instance / "figures/ledger.json").read_bytes()
    desk.clock.now = DRAW_DAY
    there = moved(desk, archivist, *GIVEN_OUT)
    resumed = by_two(there, "resume")
    assert resumed.exit_code == 0, resumed.output
    assert (there.instance / "figures/ledger.json").read_bytes() == booked
    refused(by_two(there, "resume"), "There is nothing to resume")


def test_a_draw_of_which_only_the_ledger_tells_is_spent_and_can_be_given_up(
    desk: Desk, archivist: Archivist
) -> None:
    draw(desk)
    for name in ("sora", "noor"):
        assert desk.by(name, "burn", RELEASE, "--reason", "code").exit_code == 0
    there = moved(desk, archivist, "figures")
    resumed = by_two(there, "resume")
    assert resumed.exit_code == 0, resumed.output
    assert "are not here" not in resumed.output
    assert there.states() == ["reserved", "drawn", "burnt"]
    refused(there.by("noor", "draw", RELEASE), "is burnt")
    assert there.by("sora", "plan", CORRECTION, first=["y"]).exit_code == 0


def test_numbers_that_only_a_signed_folder_holds_are_asked_for_and_put_back(
    desk: Desk, archivist: Archivist
) -> None:
    draw(desk)
    folder = desk.signed()
    there = moved(desk, archivist, "figures", "release.keys")
    resumed = by_two(there, "resume")
    assert f"The numbers of {RELEASE} are not here" in resumed.output
    refused(there.run("render", RELEASE, str(there.here)), "tomoshibi stats mend FOLDER")
    mended = by_two(there, "mend", str(folder))
    assert mended.exit_code == 0, mended.output
    assert "public page" not in mended.output
    shutil.rmtree(folder)
    assert there.run("render", RELEASE, str(there.here)).exit_code == 0


def test_one_officer_or_a_stranger_resumes_nothing(desk: Desk, archivist: Archivist) -> None:
    draw(desk)
    folder = desk.signed()
    other = editions.written(bundle.render(editions.a_source()), desk.here / "other" / FOLDER)
    there = moved(desk, archivist, *GIVEN_OUT[::2])
    before = (there.instance / "figures/ledger.json").read_bytes()
    assert by_two(there, "resume", says="n").exit_code == 1
    refused(by_two(there, "resume", other="sora"), "Somebody else of the publication group")
    refused(by_two(there, "resume", one="aiko"), "Your roles do not let you do this")
    refused(by_two(there, "resume", other="aiko"), "Your roles do not let you do this")
    refused(by_two(there, "resume", str(other)), "is no release as it was signed")
    refused(there.by("noor", "draw", RELEASE), "tomoshibi stats resume")
    assert (there.instance / "figures/ledger.json").read_bytes() == before
    assert by_two(there, "resume", str(folder)).exit_code == 0


def test_a_plan_that_somebody_altered_is_put_back_by_two_and_drawn(desk: Desk) -> None:
    with started(desk.installation) as service, service.begin() as session:
        session.execute(update(PlanRow).values(plan=b"{}"))
    refused(desk.by("noor", "draw", RELEASE), "tomoshibi stats mend")
    assert by_two(desk, "mend", says="n").exit_code == 1
    refused(by_two(desk, "mend", other="aiko"), "Your roles do not let you do this")
    mended = by_two(desk, "mend")
    assert mended.exit_code == 0, mended.output
    assert f"Not as it was signed or given out: {RELEASE}" in mended.output
    told = (desk.instance / f"figures/plans/{RELEASE}.json").read_bytes()
    assert hashlib.sha256(told).hexdigest() in mended.output
    refused(by_two(desk, "mend"), "There is nothing to mend")
    draw(desk)
