from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from admin import demo_figures
from admin.demo_figures import Place
from admin.doctor import examine
from crypto.passphrase import Parameters
from crypto.roles import Role
from reporting import office
from reporting.audit import Event, Journal, append
from reporting.audit_rows import AuditRow
from reporting.database import connect
from reporting.help_lines import DEFAULT
from reporting.settings import Settings
from tests.builders import Manager, Seeds, an_office
from tests.builders_staff import enrolled
from tests.conftest import Clock
from wsgi import Installation


@pytest.fixture
def installation(tmp_path: Path, seeds: Seeds, clock: Clock) -> Installation:
    made = Installation(Settings(tmp_path / "instance"), clock)
    made.initialise()
    an_office(made.settings, seeds)
    return made


def advice(installation: Installation, name: str) -> str:
    return {finding.name: finding.advice for finding in examine(installation)}[name]


def test_a_broken_log_is_found(installation: Installation, clock: Clock) -> None:
    database = connect(installation.settings.database)
    with database.begin() as session:
        journal = Journal(office.load(session, installation.settings.instance))
        append(session, journal, Event("system", "", "due_work.run"), clock())
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP TRIGGER audit_event_unchanged")
        connection.execute(update(AuditRow).values(week=202001))
    database.engine.dispose()
    assert "broken at row 1" in advice(installation, "audit log")


def test_a_database_on_a_disk_without_locks_is_found(
    installation: Installation, tmp_path: Path, clock: Clock
) -> None:
    address = f"sqlite:///file:{tmp_path / 'remote.db'}?vfs=unix-dotfile&uri=true"
    remote = Installation(Settings(installation.settings.instance, address), clock)
    remote.initialise()
    assert "journal_mode=delete" in advice(remote, "SQLite's settings")


def test_passphrases_cheap_to_guess_are_found(installation: Installation) -> None:
    findings = examine(installation, Parameters.cheap_for_tests())
    found = {finding.name: finding.advice for finding in findings}
    assert "cheap to guess" in found["passphrases"]
    assert advice(installation, "passphrases") == ""


def test_missing_peppers_are_found(installation: Installation) -> None:
    (installation.settings.instance / "receipt.pepper").unlink()
    assert "receipt.pepper is missing" in advice(installation, "pepper files")


def test_help_lines_that_nobody_of_the_office_has_checked_lately_are_found(
    installation: Installation, clock: Clock
) -> None:
    assert "lines that come with the program" in advice(installation, "help lines")
    own = installation.settings.instance / "help.toml"
    lines = DEFAULT.read_text(encoding="utf-8").replace("free = true", "free = false")
    own.write_text(lines.replace("needs =", "verified = 2026-11-24\nneeds ="), encoding="utf-8")
    assert advice(installation, "help lines") == ""
    clock.advance(timedelta(days=181))
    assert "were not checked for 180 days" in advice(installation, "help lines")


def test_a_team_that_lacks_somebody_is_told_whom(installation: Installation) -> None:
    told = advice(installation, "rules about the staff")
    assert "Fewer than two people can read new reports" in told
    assert "No auditor" in told
    assert "No steward" not in told
    assert told.endswith("on the page People of the staff site.")


def test_a_key_that_nobody_made_in_time_is_found(installation: Installation, seeds: Seeds) -> None:
    assert advice(installation, "changes of keys") == ""
    joined = replace(Manager.make().listed, roles=frozenset({Role.REVIEWER}), is_manager=False)
    database = connect(installation.settings.database)
    with database.begin() as session:
        verified = office.load(session, installation.settings.instance).roster
        enrolled(session, verified, seeds, joined)
    database.engine.dispose()
    assert "The key of intake should have changed" in advice(installation, "changes of keys")


def test_a_roster_that_somebody_changed_is_found(installation: Installation) -> None:
    database = connect(installation.settings.database)
    with database.begin() as session:
        office.store(session, 1, b"planted")
    database.engine.dispose()
    assert "does not hold at entry 1" in advice(installation, "keys of the office")


def test_days_off_that_nobody_knows_soon_are_told_in_time(
    installation: Installation, clock: Clock
) -> None:
    clock.now = datetime(2099, 11, 1, tzinfo=UTC)  # sixty days before the end
    assert advice(installation, "days off") == ""
    clock.advance(timedelta(days=1))
    assert "known until 2099-12-31" in advice(installation, "days off")
    assert "install a newer release" in advice(installation, "days off")


def test_a_mistake_in_the_operators_texts_is_found(installation: Installation) -> None:
    (installation.settings.instance / "help.toml").write_text("[[line]]", encoding="utf-8")
    (installation.settings.instance / "notices.toml").write_text("[[notice", encoding="utf-8")
    assert "`name` is missing" in advice(installation, "help lines")
    assert "is no TOML" in advice(installation, "notices")


def test_an_altered_release_and_an_invented_one_are_found(installation: Installation) -> None:
    folder = installation.settings.instance
    assert advice(installation, "published figures") == ""
    demo_figures.publish(Place(folder, "x", Parameters.cheap_for_tests()), installation.clock())
    assert "-A.v1 is invented" in advice(installation, "published figures")
    (licence,) = folder.glob("releases/*/LICENSE")
    licence.write_text("all mine")
    assert "LICENSE was altered" in advice(installation, "published figures")
