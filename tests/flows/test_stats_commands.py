"""The commands for figures, from a plan to a folder that a stranger checks."""

import hashlib
import json
from pathlib import Path

import pytest
from click.exceptions import Exit
from sqlalchemy import update

from admin.budget_rows import PlanRow
from admin.cli_stats import tell
from admin.installation import started
from admin.publication.reconcile import Failing
from crypto.publishing import PublicKeys
from reporting.ids import CaseId
from reporting.settings import Settings, Transport
from reporting.statistics import release
from tests.builders_audit import everybody_knows
from tests.builders_figures import CORRECTION, DRAW_DAY, PUBLIC_DAY, RELEASE
from tests.conftest import Clock
from tests.statistician import FOLDER, WORDS, Desk, a_desk
from tests.typist import run
from wsgi import Installation

ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """An office with two statistics officers; reports are somebody else's."""
    everybody_knows(monkeypatch)
    return a_desk(settings, clock, tmp_path)


def test_a_year_goes_all_the_way_and_a_stranger_can_check_it(desk: Desk, tmp_path: Path) -> None:
    plan(desk)
    sign_and_draw(desk)
    folder = desk.signed()
    publish(desk, folder)
    check(desk, tmp_path / "nowhere")
    publish_again(desk, folder)


def plan(desk: Desk) -> None:
    """Plan a year: what is shown, who may, and what everybody can read then."""
    assert "There is no plan yet" in desk.run("plan", "--list").output
    planned = desk.by("sora", "plan", RELEASE, first=["y"])
    assert planned.exit_code == 0, planned.output
    assert "tier S, costs 1 of a year of 1" in planned.output
    assert "  the total: off by up to 16; shown from 13 on" in planned.output
    assert "  tactic: off by up to 10; shown from 17 on" in planned.output
    assert "not announced, 0 of 2 signatures, not drawn" in desk.run("plan", "--list").output
    assert "--announce" in desk.run("approve", RELEASE).output
    announced = desk.by("sora", "plan", RELEASE, "--announce")
    assert announced.exit_code == 0, announced.output
    shown = json.loads((desk.instance / "figures/plan.json").read_bytes())
    assert (shown["release"], shown["eps_year"]) == (RELEASE, "1/1")
    before = desk.log()
    refused = desk.by("aiko", "approve", RELEASE, first=["y"])
    assert "Your roles do not let you do this" in refused.output
    assert desk.log() == before + 2  # that she came, and what she tried


def sign_and_draw(desk: Desk) -> None:
    """Let two officers sign, and one of them draw, once."""
    first = desk.by("sora", "approve", RELEASE, first=["y"])
    assert "1 of 2 signatures" in first.output
    assert "by somebody else" in first.output
    second = desk.by("noor", "approve", RELEASE, first=["y"])
    assert "2 of 2 signatures" in second.output
    assert "from 16 April on" in second.output
    assert "from 16 April 2027 on" in desk.by("noor", "draw", RELEASE).output
    desk.clock.now = DRAW_DAY
    drawn = desk.by("noor", "draw", RELEASE)
    assert drawn.exit_code == 0, drawn.output
    assert "Counting" in drawn.stderr
    again = desk.by("noor", "draw", RELEASE)
    assert again.exit_code == 1
    assert "tomoshibi stats render" in again.output


def publish(desk: Desk, folder: Path) -> None:
    """Publish a folder on its day, not before."""
    assert "published from 1 July 2027 on" in desk.by("sora", "publish", str(folder)).output
    desk.clock.now = PUBLIC_DAY
    published = desk.by("sora", "publish", str(folder))
    assert published.exit_code == 0, published.output
    assert desk.states() == ["reserved", "drawn", "published"]
    assert "2 of 2 signatures, published" in desk.run("plan", "--list").output


def check(desk: Desk, nowhere: Path) -> None:
    """Check what is published where there is no installation."""
    public, keys = desk.instance / "releases" / FOLDER, desk.instance / "release.keys"
    stranger = Installation(Settings(nowhere, "sqlite://", Transport.HTTPS))
    checked = run(stranger, "stats", "verify", str(public), "--keys", str(keys))
    assert checked.exit_code == 0, checked.output
    assert f"{FOLDER} holds" in checked.output
    assert not nowhere.exists()
    known = PublicKeys.decode(keys.read_text(encoding="ascii"))
    assert [one.name for one in release.read_all(public.parent, known).fit] == [FOLDER]


def publish_again(desk: Desk, folder: Path) -> None:
    """Publish a folder once more, and then a later version of it: nothing is booked for either."""
    assert desk.by("noor", "publish", str(folder)).exit_code == 0
    assert [path.name for path in (desk.instance / "releases").iterdir()] == [FOLDER]
    stale = desk.run("render", RELEASE, str(desk.here), "--why", "二つ\n行", "Two\nlines")
    assert "No folder of" in stale.output
    later = desk.run("render", RELEASE, str(desk.here), "--why", "誤字", "A wrong letter")
    assert later.exit_code == 0, later.output
    newer = str(desk.here / f"{RELEASE}.v2")
    assert desk.run("sign", newer, "--keys", desk.keys, typed=[WORDS]).exit_code == 0
    assert desk.by("noor", "publish", newer).exit_code == 0
    assert desk.states() == ["reserved", "drawn", "published"]


@ONCE
def test_a_folder_that_somebody_altered_is_neither_signed_nor_published(desk: Desk) -> None:
    desk.drawn()
    folder = desk.signed()
    taken = desk.run("render", RELEASE, str(desk.here))
    assert "never overwritten" in taken.output
    total = folder / "data/total.csv"
    total.write_bytes(total.read_bytes().replace(b"2026", b"2025"))
    desk.clock.now = PUBLIC_DAY
    for words in (
        ("sign", str(folder), "--keys", desk.keys),
        ("publish", str(folder)),
        ("verify", str(folder), "--keys", f"{desk.keys}.public"),
    ):
        refused = desk.run(*words, typed=[WORDS])
        assert refused.exit_code == 1
        assert "altered" in refused.output
    assert not (desk.instance / "releases").exists()


@ONCE
def test_who_signs_sees_the_plan_first_and_no_other_one_is_signed(desk: Desk) -> None:
    desk.announced()
    looked = desk.run("approve", RELEASE, typed=["n"])
    assert looked.exit_code == 1
    assert "costs 1 of a year of 1" in looked.output
    assert "the total: off by up to 16" in looked.output
    told = desk.instance / f"figures/plans/{RELEASE}.json"
    assert hashlib.sha256(told.read_bytes()).hexdigest() in looked.output
    assert told.read_bytes() == (desk.instance / "figures/plan.json").read_bytes()

    told.write_bytes(told.read_bytes().replace(b'"eps_year":"1/1"', b'"eps_year":"4/5"'))
    swapped = desk.run("approve", RELEASE, typed=["y"])
    assert (swapped.exit_code, "somebody changed it" in swapped.output) == (1, True)
    assert "0 of 2 signatures" in desk.run("plan", "--list").output


@ONCE
def test_a_plan_that_was_altered_in_the_database_stops_each_command_with_what_to_do(
    desk: Desk,
) -> None:
    desk.announced()
    with started(desk.installation) as service, service.begin() as session:
        session.execute(update(PlanRow).values(plan=b"{}"))
    for stopped in (
        desk.run("plan", "--list"),
        desk.run("plan", CORRECTION, typed=["y"]),
        desk.by("sora", "plan", RELEASE, first=["y"]),
        desk.by("sora", "plan", RELEASE, "--announce"),
        desk.run("approve", RELEASE, typed=["y"]),
        desk.by("sora", "draw", RELEASE),
        desk.run("render", RELEASE, str(desk.here)),
    ):
        assert (stopped.exit_code, type(stopped.exception)) == (1, SystemExit), stopped.output
        assert "bring back the newest backup" in stopped.output


@ONCE
def test_a_release_that_is_given_up_is_shown_as_missing(desk: Desk) -> None:
    orphan = desk.run("plan", CORRECTION)
    assert f"There is no plan {RELEASE}" in orphan.output
    desk.drawn()
    for said in ("1 of 2 signatures", "You signed already"):
        assert said in desk.by("sora", "burn", RELEASE, "--reason", "code").output
        assert desk.states() == ["reserved", "drawn"]
    other = desk.by("noor", "burn", RELEASE, "--reason", "check")
    assert "1 of 2 signatures" in other.output
    assert "Next, by somebody else" in other.output
    burnt = desk.by("noor", "burn", RELEASE, "--reason", "code")
    assert burnt.exit_code == 0, burnt.output
    assert desk.states() == ["reserved", "drawn", "burnt"]
    correction = desk.by("noor", "plan", CORRECTION, first=["y"])
    assert "costs 1/4 of a year of 1" in correction.output
    cheaper = desk.by("noor", "plan", CORRECTION, "--eps", "1/5", first=["y"])
    assert "costs 1/5 of a year of 1" in cheaper.output

    folder = desk.signed()
    assert b",M\r\n" in (folder / "data/total.csv").read_bytes()
    desk.clock.now = PUBLIC_DAY
    assert desk.by("sora", "publish", str(folder)).exit_code == 0
    twice = desk.by("sora", "burn", RELEASE, "--reason", "check")
    assert "is burnt" in twice.output
    assert desk.run("burn", RELEASE, "--reason", "ugly").exit_code == 2


@ONCE
def test_a_supervisor_reconciles_the_year(desk: Desk) -> None:
    assert desk.by("sora", "plan", RELEASE, first=["y"]).exit_code == 0
    done = desk.by("aiko", "reconcile", "2026")
    assert done.exit_code == 0, done.output
    assert "has its row" in done.output


@pytest.mark.parametrize("has_others", [True, False])
def test_reports_without_their_row_are_named(
    capsys: pytest.CaptureFixture[str],
    has_others: bool,
) -> None:
    with pytest.raises(Exit) as ended:
        tell(Failing((CaseId(b"a" * 16),), has_others), 2026)
    assert ended.value.exit_code == 1
    said = capsys.readouterr().out
    assert (b"a" * 16).hex() in said
    assert ("another supervisor" in said) is has_others
    assert "Nothing was changed" not in said
    assert "leaves when a caseworker signs in next" in said
