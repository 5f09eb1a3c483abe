"""docs/operations.md is carried out as it is written: a wrong word in it fails here."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from crypto.passphrase import STANDARD
from crypto.roles import Role
from reporting.help_lines import DEFAULT, HELP_FILE
from reporting.settings import MailServer, MailTls, Settings, Site, Transport
from tests.builders_people import CHEAP
from tests.builders_staff import a_stored_report
from tests.conftest import Clock
from tests.founded import Founded, founded, let_declare, let_in
from tests.machine import Machine
from tests.manual import procedures, read
from tests.postbox import a_postbox
from tests.stage import Stage
from wsgi import Installation

MOST_STEPS = 12
READER = (Role.REVIEWER, Role.CASEWORKER)
# Whom the rules about the staff want beside the founders.
WANTED = (
    ("Ren Okada", Role.AUDITOR),
    ("Kofi Mensah", Role.ADMINISTRATOR),
    ("Lena Sato", Role.STATISTICS_OFFICER),
)
NEW = (
    "A new colleague makes their keys",
    "A new colleague is vetted",
    "A trainee begins",
)

CALLED = "Who is called at night"

WRONG = (
    '**Aiko:** Sign in. Open "Peoples".',
    '**Aiko:** Sign in. Open "People", then "Ask somebody to leave".',
    '**Aiko:** Sign in. Open "People", then "Mei Tanaka" under "Waits for a signature".',
    '**Aiko:** Sign in. Open "People", then "Mei Tanaka", then press "Send them away".',
    '**Aiko:** Sign in. Open your own page, and read "Nobody is here".',
    '**Aiko:** Sign in. Open "People", then "Ask somebody to join", and tick "queen".',
    '**Aiko:** Sign in. Open "People", then "Ask somebody to join", and press "Make a link".',
    '**Aiko:** Sign in. Open "People", then "Ask somebody to join". Type "x" into "Surname".',
    "**Mei:** Sign in with the second passphrase.",
    "**Operator (staff):** Run `tomoshibi audit`.",
    "**Operator (staff):** Run `cat office.pins`.",
    '**Operator (staff):** Run `tomoshibi maintain`, and read "Nothing was deleted".',
)


@contextmanager
def an_office(machine: Machine) -> Iterator[Founded]:
    """Found an office with three roster managers on a machine, and open its sites."""
    settings = Settings(machine.folder("staff"), machine.database_url, Transport.HTTPS)
    Installation(settings).initialise()
    machine.write("staff", HELP_FILE, DEFAULT.read_text(encoding="utf-8"))
    machine.write("staff", HELP_FILE, "")
    with founded(settings, machine.clock) as office:
        machine.sites = dict.fromkeys(Site, office.app)
        yield office


def staged(machine: Machine, office: Founded) -> Stage:
    """Let the founders and an auditor take part, with everybody there whom the rules want."""
    stage = Stage(machine)
    stage.seat(office.aiko, office.daniel, office.sora)
    ren, *_ = (let_in(office, name, role) for name, role in WANTED)
    stage.seat(ren)
    # Until an auditor comes in, the key of the log is still in trust.
    office.signed_in(ren).get("/staff/")
    return stage


@pytest.fixture
def machine(tmp_path: Path, clock: Clock) -> Iterator[Machine]:
    """A machine with the folder of the staff's user on it, and SQLite."""
    place = tmp_path / "srv"
    (place / "staff").mkdir(parents=True, mode=0o700)
    made = Machine(place, f"sqlite:///{place}/staff/tomoshibi.db", clock, CHEAP)
    yield made
    made.stop()


@pytest.fixture
def office(machine: Machine) -> Iterator[Founded]:
    """A founded office on that machine."""
    with an_office(machine) as made:
        yield made


@pytest.fixture
def stage(machine: Machine, office: Founded) -> Stage:
    """The people of that office; Mei is among them, and a report has come."""
    made = staged(machine, office)
    made.seat(let_in(office, "Mei Tanaka", *READER))
    let_declare(office)
    a_stored_report(office.app, machine.clock)
    return made


def test_no_procedure_is_long() -> None:
    for title, steps in procedures().items():
        assert len(steps) <= MOST_STEPS, title


def test_every_procedure_is_carried_out_here() -> None:
    played = {*NEW, *ALONE, "The first day", "The server was taken", CALLED, *BACKUP}
    again = {"Signing in", "When a page asks again", "Declaring ties"}
    assert {title for title, steps in procedures().items() if steps} == played | again


def test_a_wrong_word_in_a_step_is_found(stage: Stage) -> None:
    for step in WRONG:
        stage.manual |= read(f"## Wrong\n\n1. {step}\n")
        with pytest.raises(AssertionError):
            stage.play("Wrong")


@pytest.mark.parametrize(
    "step",
    ['Sign in and open "People".', '**Aiko:** Admire "People".', "**Aiko:** See `help.toml`."],
)
def test_a_step_that_nobody_could_carry_out_is_found(step: str) -> None:
    with pytest.raises(AssertionError, match="nobody"):
        read(f"## Wrong\n\n1. {step}\n")


def test_the_first_day(machine: Machine) -> None:
    machine.parameters = STANDARD
    Stage(machine).play("The first day")


def test_a_new_colleague(machine: Machine, office: Founded) -> None:
    stage = staged(machine, office)
    for title in NEW:
        stage.play(title)


def test_a_new_colleague_on_postgresql(
    machine: Machine, new_database: Callable[[str], URL]
) -> None:
    machine.database_url = new_database("postgresql").render_as_string(hide_password=False)
    with an_office(machine) as office:
        stage = staged(machine, office)
        for title in NEW:
            stage.play(title)


def test_who_is_called_at_night(stage: Stage) -> None:
    with a_postbox() as postbox:
        there = ("127.0.0.1", postbox.port, MailTls.NONE, "office@example.org")
        stage.machine.mail = MailServer(*there)
        stage.play(CALLED)
    assert set(postbox.texts) == {"Please sign in when you can.\n"}


ALONE = (
    "Somebody leaves",
    "A lost passphrase or telephone",
    "A colleague's keys are in the wrong hands",
    "Somebody is forced to sign in",
    "Every day and every week",
)


@pytest.mark.parametrize("title", ALONE)
def test_a_procedure_is_carried_out(stage: Stage, title: str) -> None:
    stage.play(title)


BACKUP = ("Make a backup", "Bring an office back")


def test_a_server_that_was_taken(stage: Stage, tmp_path: Path) -> None:
    stage.machine.run("staff", "tomoshibi backup --vault newest.vault --keys newest.keys")
    with moved(stage, tmp_path / "new", stage.machine.folder("staff")):
        stage.play("The server was taken")


def test_an_office_is_backed_up_and_comes_back(stage: Stage, tmp_path: Path) -> None:
    stage.play("Make a backup")
    kept = tmp_path / "kept"
    kept.mkdir()
    for kind in ("vault", "keys"):
        (archive,) = stage.machine.folder("root").glob(f"*/*.{kind}")
        archive.rename(kept / f"newest.{kind}")
    with moved(stage, tmp_path / "new", kept):
        stage.play("Bring an office back")
        stage.people["Aiko"].at.read("New reports 1")


@contextmanager
def moved(stage: Stage, place: Path, archives: Path) -> Iterator[None]:
    """Let an office go on at a new machine, with its papers and the newest archives."""
    old = stage.machine
    new = Machine(place, f"sqlite:///{place}/staff/tomoshibi.db", old.clock, CHEAP)
    new.place.mkdir()
    new.papers = what_was_kept(old)
    for name in ("newest.vault", "newest.keys"):
        new.papers[name] = (archives / name).read_bytes()
    old.stop()
    new.answer = stage.answer
    stage.machine = new
    yield
    new.stop()


def what_was_kept(machine: Machine) -> dict[str, bytes]:
    """Return the papers in the safe, and the note of a trustee."""
    kept = {}
    for name, command in {
        "receipt.txt": "base32 receipt.pepper",
        "staff.txt": "base32 staff.pepper",
        "office.pin": "cat office.pin",
        "checkpoint.txt": "tomoshibi audit checkpoint",
    }.items():
        machine.run("staff", command)
        kept[name] = machine.printed
    return kept
