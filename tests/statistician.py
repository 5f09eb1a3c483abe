"""An office at the terminal whose officers plan, draw and publish figures."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from click.testing import Result
from pyotp import TOTP

from admin.accounts import Newcomer, read_duties
from admin.demo_staff import let_join
from admin.factors import OneTimeCodes
from reporting.settings import Settings
from tests import snapshots
from tests.builders_figures import DRAW_DAY, RELEASE
from tests.conftest import Clock
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


def a_desk(settings: Settings, clock: Clock, tmp_path: Path) -> Desk:
    """Found an office with two statistics officers, and give them a folder to work in."""
    made = Installation(settings, clock)

    def come() -> tuple[list[Newcomer], Newcomer]:
        founders, noor = found(made), Newcomer("Noor Haddad", LAMPS, OneTimeCodes.make())
        let_join(made, founders, [(noor, read_duties("statistics_officer"))], clock())
        clock.advance(STEP * 4)
        return founders, noor

    founders, noor = snapshots.founding(settings, clock, "two who publish figures", come)
    people = {"aiko": founders[0], "sora": founders[2], "noor": noor}
    here = tmp_path / "desk"
    here.mkdir()
    return Desk(made, clock, people, here)
