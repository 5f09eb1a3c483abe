"""docs/statistics.md is carried out on the demonstration as it is written for an officer."""

import contextlib
import json
import re
import shlex
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pytest
from click.testing import Result
from pyotp import TOTP

from admin.publication import periods
from reporting.settings import Settings, Transport
from tests.builders_staff import NEXT_CODE
from tests.conftest import Clock
from tests.manual import Manual, Step, read
from tests.typist import run
from wsgi import Installation, create_app

DOCUMENT: Final = Path(__file__).parent.parent.parent / "docs" / "statistics.md"
SPARE: Final = "seven quiet herons cross the river"
# When each part of the year is carried out; the heading says so to people.
DAYS: Final = {
    "By 1 January: the plan": datetime(2026, 11, 25, 1, tzinfo=UTC),
    "1 to 15 April: check and sign": datetime(2027, 4, 2, 1, tzinfo=UTC),
    "16 April: draw": datetime(2027, 4, 16, 1, tzinfo=UTC),
    "1 July: publish": datetime(2027, 7, 1, 1, tzinfo=UTC),
    "2 July: destroy": datetime(2027, 7, 2, 1, tzinfo=UTC),
}


def procedure() -> Manual:
    text = DOCUMENT.read_text(encoding="utf-8")
    return read(text.partition("## 3. For an officer")[2])


@dataclass
class Person:
    """One of the people of the demonstration, at a keyboard."""

    name: str
    passphrase: str
    totp_secret: str


@dataclass
class Year:
    """The demonstration, its people, and the folder in which they type."""

    installation: Installation
    clock: Clock
    folder: Path
    people: dict[str, Person] = field(default_factory=dict)

    def play(self, title: str) -> None:
        for step in procedure()[title]:
            for who in step.actors:
                self._perform(who, step)

    def _perform(self, who: str, step: Step) -> None:
        printed = ""
        for act in step.acts:
            match act.verb:
                case "run":
                    done = self.run(act.words, self.people.get(who))
                    printed = " ".join(done.output.split())
                    assert done.exit_code == 0, printed
                case "read":
                    assert act.words in printed, printed
                case verb:
                    raise AssertionError(f"nobody knows how to {verb}")

    def run(self, command: str, person: Person | None) -> Result:
        """Run a command where the folders of releases are carried to."""
        tomoshibi, *words = shlex.split(command)
        assert tomoshibi == "tomoshibi"
        self.clock.advance(NEXT_CODE)
        with contextlib.chdir(self.folder):
            return run(self.installation, *words, typed=iter(lambda: self._typed(person), None))

    def _typed(self, person: Person | None) -> Callable[[str], str]:
        return lambda output: self._answer(person, output.rstrip().splitlines()[-1])

    def _answer(self, person: Person | None, asked: str) -> str:
        if "[y/N]" in asked:
            return "y"
        if "Passphrase of the private keys" in asked or "again" in asked:
            # The keys of the demonstration open with what Sora knows; new ones get their own.
            return self.people["Sora"].passphrase if self.has_keys else SPARE
        assert person is not None, asked
        if "name" in asked:
            return person.name
        return person.passphrase if "passphrase" in asked else self._code(person)

    def _code(self, person: Person) -> str:
        return TOTP(person.totp_secret).at(self.clock())

    @property
    def has_keys(self) -> bool:
        return (self.folder / "release.seeds").exists()


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Year:
    """The demonstration, made by its own command."""
    place, clock = tmp_path_factory.mktemp("year"), Clock()
    (place / "desk").mkdir()
    settings = Settings(place / "demo", transport=Transport.LOOPBACK)
    made = Year(Installation(settings, clock), clock, place / "desk")
    told = json.loads(run(made.installation, "demo", "--json").stdout)
    for one in told["people"]:
        known = Person(one["name"], one["passphrase"], one["totp_secret"])
        made.people[known.name.partition(" ")[0]] = known
    return made


def test_every_step_of_the_year_is_carried_out_here() -> None:
    steps = {title for title, steps in procedure().items() if steps}
    assert steps == {"Once: the keys of releases", *DAYS}


def test_the_keys_are_made_as_the_document_says(year: Year) -> None:
    year.play("Once: the keys of releases")
    assert (year.folder / "release.seeds.public").exists()
    for name in ("release.seeds", "release.seeds.public"):
        (year.folder / name).unlink()


def test_a_year_is_planned_signed_drawn_published_and_destroyed(year: Year) -> None:
    instance = year.installation.settings.instance
    for name in ("release.seeds", "release.keys"):
        shutil.copy(instance / name, year.folder / name)
    for title, day in DAYS.items():
        year.clock.now = day
        year.play(title)
    app = create_app(year.installation.settings, year.clock)
    client = app.test_client()
    page = client.get("/figures", headers={"Accept-Language": "en"}).text
    ledger = json.loads(client.get("/figures/ledger.json").data)
    running = app.extensions["tomoshibi"]
    with running.read() as session:
        assert 2026 not in periods.kept(session)
    running.database.engine.dispose()
    assert "What was reported to us in 2026" in page
    assert "Made-up figures." not in page
    states = [event["state"] for event in ledger["events"]]
    assert states == ["reserved", "drawn", "published"]


def test_every_command_of_the_document_exists(year: Year) -> None:
    named = re.findall(r"`(tomoshibi [a-z]+ ?[a-z]*)[^`]*`", DOCUMENT.read_text(encoding="utf-8"))
    assert len(set(named)) > 8
    for command in sorted(set(named)):
        assert year.run(f"{command} --help", None).exit_code == 0, command
