"""A demonstration: made once, with people who can sign in, and never out of a real office."""

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import Engine, event, select

from admin.factors import OneTimeCodes
from reporting.database import connect
from reporting.models import Case
from reporting.office import PIN_FILE
from reporting.settings import Settings, Transport
from tests.builders_staff import StaffMember, first_page
from tests.conftest import Clock
from tests.typist import found, run
from wsgi import Installation, create_app


@pytest.fixture
def small(tmp_path: Path, clock: Clock) -> Installation:
    """A place for an instance on SQLite that does not exist yet."""
    return Installation(Settings(tmp_path / "small", transport=Transport.LOOPBACK), clock)


def test_a_demonstration_lets_each_of_its_people_in(small: Installation, clock: Clock) -> None:
    result = run(small, "demo", "--json", "--port", "8765")
    assert result.exit_code == 0, result.output
    told = json.loads(result.stdout)
    assert told["public"] == "http://127.0.0.1:8765/"
    assert told["staff"] == "http://127.0.0.1:8765/staff/"
    assert {person["name"]: person["roles"] for person in told["people"]} == {
        "Aiko Mori": ["reviewer", "caseworker", "supervisor", "manager"],
        "Daniel Berg": ["reviewer", "caseworker", "supervisor", "manager"],
        "Sora Lind": ["steward", "statistics_officer", "manager"],
        "Noor Haddad": ["statistics_officer"],
        "Ren Okada": ["auditor"],
        "Kofi Mensah": ["administrator"],
        "Mei Tanaka": ["caseworker"],
        "Yuna Sato": [],
    }
    app = create_app(small.settings, clock)
    for person in told["people"]:
        codes = OneTimeCodes.from_text(person["totp_secret"])
        member = StaffMember(b"", person["name"], person["passphrase"], codes)
        page = first_page(app.test_client(), member, clock)
        assert page.status_code == (200 if person["roles"] else 303)  # who is in training practises
        assert ("/staff/list/received" in page.text) == ("reviewer" in person["roles"])
    app.extensions["tomoshibi"].database.engine.dispose()


def test_a_demonstration_is_made_once_and_is_unfit_for_real_use(small: Installation) -> None:
    first = run(small, "demo", "--json")
    second = run(small, "demo", "--json")
    assert first.stdout == second.stdout
    told = run(small, "demo")
    assert "Aiko Mori (reviewer, caseworker, supervisor, manager)" in told.output
    assert "opens with the passphrase of Sora Lind" in told.output
    assert len(list((small.settings.instance / "releases").iterdir())) == 1
    database = connect(small.settings.database)
    with database.read() as session:
        assert len(session.scalars(select(Case)).all()) == 17
    database.engine.dispose()
    file = small.settings.instance / "demo.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    complaints = run(small, "doctor")
    assert complaints.exit_code == 1
    assert "This is a demonstration" in complaints.output
    assert "TOMOSHIBI_TRANSPORT=loopback" in complaints.output
    assert "-A.v1 is invented" in complaints.output


@contextmanager
def interrupted(when: Callable[[str], bool]) -> Iterator[None]:
    """Press the keys that stop a command, before the statement or commit that `when` picks."""

    def listen(*told: object) -> None:
        if when(str(told[2]) if len(told) > 1 else "COMMIT"):
            raise KeyboardInterrupt

    for name in ("before_cursor_execute", "commit"):
        event.listen(Engine, name, listen)
    try:
        yield
    finally:
        for name in ("before_cursor_execute", "commit"):
            event.remove(Engine, name, listen)


@pytest.mark.parametrize("moment", ["founding", "pinned", "first to join", "last to join"])
def test_a_demonstration_interrupted_anywhere_goes_on_the_next_time(
    small: Installation, moment: str
) -> None:
    pin = small.settings.instance / PIN_FILE
    # The founders' rows are written at once, everybody else's one at a time.
    before = {"founding": 0, "first to join": 1, "last to join": 4}
    written_down = 0

    def is_the_moment(statement: str) -> bool:
        nonlocal written_down
        if moment == "pinned":
            return statement == "COMMIT" and pin.exists()
        written_down += statement.startswith("INSERT INTO member ")
        return written_down > before[moment]

    with interrupted(is_the_moment):
        assert run(small, "demo", "--json").exit_code == 1
    written = (small.settings.instance / "demo.json").read_bytes()
    done = run(small, "demo", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["people"] == json.loads(written)
    assert run(small, "demo", "--json").stdout == done.stdout
    told = run(small, "doctor").output
    for healthy in ("keys of the office", "rules about the staff", "audit log"):
        assert f"good   {healthy}" in told


def test_a_demonstration_is_for_this_machine_only(small: Installation) -> None:
    result = run(small, "demo", "--host", "0.0.0.0")  # noqa: S104 - the refused one
    assert result.exit_code == 2
    assert "--host 127.0.0.1" in result.output
    assert not small.settings.instance.exists()


def test_a_real_instance_is_never_made_a_demonstration(settings: Settings, clock: Clock) -> None:
    installation = Installation(settings, clock)
    found(installation)
    result = run(installation, "demo")
    assert result.exit_code == 1
    assert "TOMOSHIBI_INSTANCE" in result.output
    assert not (installation.settings.instance / "demo.json").exists()


def test_the_pin_of_a_real_office_is_never_taken_for_a_demonstrations(small: Installation) -> None:
    small.initialise()
    pin = small.settings.instance / PIN_FILE
    pin.write_text("ab" * 32)
    assert run(small, "demo").exit_code == 1
    assert pin.read_text() == "ab" * 32
