"""The commands for figures, from a plan to a folder that a stranger checks."""

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from click.exceptions import Exit
from click.testing import Result
from pyotp import TOTP
from sqlalchemy import update

from admin.accounts import Newcomer, read_duties
from admin.budget_rows import PlanRow
from admin.cli_stats import tell
from admin.demo_staff import let_join
from admin.factors import OneTimeCodes
from admin.installation import started
from admin.publication.reconcile import Failing
from crypto.publishing import PublicKeys
from reporting.ids import CaseId
from reporting.settings import Settings, Transport
from reporting.statistics import bundle, manifest, release
from reporting.statistics.manifest import MANIFEST, digest
from tests.builders_audit import everybody_knows
from tests.builders_figures import CORRECTION, DRAW_DAY, PUBLIC_DAY, RELEASE
from tests.conftest import Clock
from tests.reporting.statistics import editions
from tests.typist import Line, found, run
from wsgi import Installation

LAMPS = "five lamps along the water"
WORDS = "nine grey stones under the bridge"
STEP = timedelta(seconds=30)
FOLDER = f"{RELEASE}.v1"


@dataclass
class Desk:
    """An office at the terminal: its people, and the folder in which they work."""

    installation: Installation
    clock: Clock
    people: dict[str, Newcomer]
    here: Path

    def run(self, *words: str, typed: Iterable[Line] = ()) -> Result:
        return run(self.installation, "stats", *words, typed=typed)

    def by(self, name: str, *words: str, first: Iterable[str] = ()) -> Result:
        """Run a command that asks who somebody is."""
        self.clock.advance(STEP)
        person = self.people[name]
        code = TOTP(person.codes.text).at(self.clock())
        return self.run(*words, typed=[*first, person.name, person.passphrase, code])

    def log(self) -> int:
        """Return how long the log of the team is."""
        shown = run(self.installation, "audit", "verify").output
        return int(shown.partition(" ")[0])

    def states(self) -> list[str]:
        """Return what everybody can read of the ledger."""
        booked = json.loads((self.instance / "figures/ledger.json").read_bytes())
        return [row["state"] for row in booked["events"]]

    @property
    def instance(self) -> Path:
        return self.installation.settings.instance

    @property
    def keys(self) -> str:
        return str(self.here / "seeds")

    def announced(self) -> None:
        """Plan the year and give its plan to the public site."""
        for words in (("plan", RELEASE), ("plan", RELEASE, "--announce")):
            done = self.by("sora", *words, first=["y"] if "--announce" not in words else [])
            assert done.exit_code == 0, done.output

    def signed_plan(self) -> None:
        """Plan the year, and let two officers sign."""
        self.announced()
        for name in ("sora", "noor"):
            done = self.by(name, "approve", RELEASE, first=["y"])
            assert done.exit_code == 0, done.output

    def drawn(self) -> None:
        """Let two officers sign, and one of them draw."""
        self.signed_plan()
        self.clock.now = DRAW_DAY
        done = self.by("noor", "draw", RELEASE)
        assert done.exit_code == 0, done.output

    def keyed(self) -> None:
        """Make the keys of releases, and put the public ones into the instance."""
        done = self.run("keys", self.keys, typed=[WORDS, WORDS])
        assert done.exit_code == 0, done.output
        public = Path(f"{self.keys}.public").read_text(encoding="ascii")
        (self.instance / "release.keys").write_text(public, encoding="ascii")

    def signed(self) -> Path:
        """Render and sign what was drawn."""
        self.keyed()
        for words in (
            ("render", RELEASE, str(self.here)),
            ("sign", str(self.here / FOLDER), "--keys", self.keys),
        ):
            done = self.run(*words, typed=[WORDS])
            assert done.exit_code == 0, done.output
        return self.here / FOLDER


ONCE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def desk(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Desk:
    """An office with two statistics officers; reports are somebody else's."""
    everybody_knows(monkeypatch)
    return a_desk(settings, clock, tmp_path)


def a_desk(settings: Settings, clock: Clock, tmp_path: Path) -> Desk:
    """Found an office with two statistics officers, and give them a folder to work in."""
    made = Installation(settings, clock)
    founders, noor = found(made), Newcomer("Noor Haddad", LAMPS, OneTimeCodes.make())
    let_join(made, founders, [(noor, read_duties("statistics_officer"))], clock())
    clock.advance(STEP * 4)
    people = {"aiko": founders[0], "sora": founders[2], "noor": noor}
    here = tmp_path / "desk"
    here.mkdir()
    return Desk(made, clock, people, here)


@pytest.fixture
def bare(settings: Settings, clock: Clock, tmp_path: Path) -> Desk:
    """An instance that nobody founded: some commands need nobody."""
    return Desk(Installation(settings, clock), clock, {}, tmp_path)


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


@ONCE
def test_keys_are_made_once_and_open_with_their_passphrase_alone(bare: Desk) -> None:
    weak = bare.run("keys", bare.keys, typed=["password", WORDS, WORDS])
    assert weak.exit_code == 0, weak.output
    assert "Error" in weak.output
    assert WORDS not in weak.output
    twice = bare.run("keys", bare.keys, typed=[WORDS, WORDS])
    assert "never overwritten" in twice.output
    nowhere = bare.run("keys", str(bare.here / "no" / "folder"))
    assert "There is no folder" in nowhere.output
    folder = editions.written(bundle.render(editions.a_source()), bare.here / FOLDER)
    wrong = bare.run("sign", str(folder), "--keys", bare.keys, typed=[LAMPS])
    assert "does not open" in wrong.output
    assert not (folder / "manifest.ed25519").exists()


@ONCE
def test_what_was_slipped_into_a_folder_is_not_signed(bare: Desk) -> None:
    assert bare.run("keys", bare.keys, typed=[WORDS, WORDS]).exit_code == 0
    public = Path(f"{bare.keys}.public").read_bytes()
    rendered = bundle.render(editions.a_source(keys=public))
    worse = {**rendered, "report.en.html": rendered["report.en.html"] + b"exact total 437"}
    for files, says in (
        ({**rendered, "exact/counts.csv": b"437"}, "does not belong to it"),
        (worse, "report.en.html is not what this program writes"),
        (bundle.render(editions.a_source()), "is not what this program writes"),
        (rendered, "Signed."),
    ):
        folder = editions.written(counted(files), bare.here / FOLDER)
        done = bare.run("sign", str(folder), "--keys", bare.keys, typed=[WORDS])
        assert says in " ".join(done.output.split())
        assert (folder / "manifest.ed25519").exists() is (says == "Signed.")
        if says != "Signed.":
            shutil.rmtree(folder)


def counted(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """Name every file in the manifest, as whoever slipped one in would."""
    hashes = {path: digest(data) for path, data in files.items() if path != MANIFEST}
    stated = replace(manifest.decode(files[MANIFEST]), files=hashes)
    return {**files, MANIFEST: manifest.encode(stated)}


@ONCE
@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("plan", "TOMOSHIBI-JP-26-A"), "A release is called"),
        (("plan", "TOMOSHIBI-SYNTHETIC-2026-A"), "A release is called"),
        (("plan", RELEASE, "--eps", "2"), "This costs too much"),
        (("plan", RELEASE, "--eps", "much"), "Write it as 1, 4/5 or 0.8"),
        (("plan", RELEASE, "--eps", "1/0"), "Write it as 1, 4/5 or 0.8"),
        (("plan",), "Name a release"),
        (("render", RELEASE, "."), f"There is no plan {RELEASE}"),
        (("verify", ".", "--keys", "pyproject.toml"), "is no file of public keys"),
        (("sign", "docs", "--keys", "pyproject.toml"), "is no folder as"),
    ],
)
def test_what_cannot_be_is_said_with_what_can(
    bare: Desk, words: tuple[str, ...], says: str
) -> None:
    refused = bare.run(*words)
    assert refused.exit_code in {1, 2}
    assert says in " ".join(refused.output.split())


@ONCE
def test_the_group_lists_all_its_commands(bare: Desk) -> None:
    shown = bare.run("--help").output
    for command in (
        *("approve", "burn", "draw", "keys", "plan", "publish", "reconcile", "render", "sign"),
        "verify",
    ):
        assert f"  {command} " in shown


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


@ONCE
def test_a_release_of_invented_numbers_says_so_when_it_is_checked(bare: Desk) -> None:
    source = editions.a_source(editions.a_plan("TOMOSHIBI-SYNTHETIC-2025-A"))
    folder = editions.a_release(bare.here, source)
    keys = bare.here / "release.keys"
    keys.write_text(editions.SEEDS.public().encode(), encoding="ascii")

    checked = bare.run("verify", str(folder), "--keys", str(keys))
    assert checked.exit_code == 0, checked.output
    assert "All its numbers are invented." in checked.output
