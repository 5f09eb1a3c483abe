"""What cannot be brought back is refused with what to do next, and nothing of it is kept."""

import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import update
from sqlalchemy.engine import URL

from admin import backup, restore
from admin.errors import ArchiveError, ExtractError, LogDamagedError
from admin.restore import Place
from reporting.audit_rows import AuditRow
from reporting.office import HEAD_FILE, PIN_FILE
from reporting.runtime import RECEIPT_PEPPER_FILE
from reporting.settings import BackupLives, Settings
from tests.archivist import Archivist
from tests.builders import Seeds
from tests.builders_staff import a_reviewer, a_stored_report, the_staff, without_triggers
from tests.conftest import Clock

DAY = timedelta(days=1)


@pytest.fixture
def archivist(
    settings: Settings, clock: Clock, tmp_path: Path, new_database: Callable[[str], URL]
) -> Archivist:
    return Archivist(settings, clock, tmp_path / "archives", new_database)


@pytest.fixture
def made(app: Flask, archivist: Archivist, clock: Clock) -> Archivist:
    """Somebody who has both archives of an office with a report, and an empty machine."""
    a_stored_report(app, clock)
    archivist.make(app)
    archivist.move()
    return archivist


def refusal(archivist: Archivist, vault: str = "first", keys: str = "") -> str:
    """Return why an office is not brought back, when nothing is there afterwards."""
    with pytest.raises(ArchiveError) as refused:
        archivist.restore(vault, keys)
    assert archivist.is_empty
    return str(refused.value)


def test_an_office_is_brought_back_into_an_empty_database_only(made: Archivist) -> None:
    made.restore()
    with pytest.raises(ArchiveError, match="into an empty one only"):
        made.restore()
    with made.database() as database:
        place = Place(made.place, database, made.clock())
        with pytest.raises(ArchiveError, match="into an empty one only"):
            restore.restore(place, made.source(), lambda rows, _length: rows)


def test_without_the_papers_from_the_safe_nothing_is_brought_back(made: Archivist) -> None:
    made.move(PIN_FILE)
    assert "Write it off from the paper in the safe" in refusal(made)
    made.move(RECEIPT_PEPPER_FILE)
    assert "no code would find its mailbox" in refusal(made)
    made.move("staff.pepper")
    assert "staff.pepper is not the one" in refusal(made)


def test_the_pin_of_another_office_is_refused(made: Archivist) -> None:
    (made.place.instance / PIN_FILE).write_text("ab" * 32)
    assert "office.pin is of another office" in refusal(made)


def test_a_roster_older_than_this_machine_has_seen_is_refused(
    app: Flask, seeds: Seeds, made: Archivist
) -> None:
    a_reviewer(app, seeds)
    the_staff(app).service.keep_up()
    shutil.copy(made.settings.instance / HEAD_FILE, made.place.instance / HEAD_FILE)
    assert "move office.head away" in refusal(made)
    (made.place.instance / HEAD_FILE).unlink()
    assert made.restore().reports == 1


def test_what_is_refused_late_leaves_no_newer_head_behind(app: Flask, made: Archivist) -> None:
    made.make(app, "second")
    made.restore()
    with made.opened() as other:
        made.make(other, "third")
    made.move()
    refusal(made, "second", "third")
    assert not (made.place.instance / HEAD_FILE).exists()


def test_the_two_archives_have_to_be_of_one_office(app: Flask, made: Archivist) -> None:
    key = made.settings.instance / backup.KEY_FILE
    key.rename(key.with_suffix(".old"))
    made.make(app, "second")
    assert "does not open with this keys archive" in refusal(made, "first", "second")
    assert "does not open with this keys archive" in refusal(made, "second", "first")
    assert made.restore("second").reports == 1


def test_two_archives_that_tell_two_histories_are_refused(app: Flask, made: Archivist) -> None:
    made.make(app, "second")
    made.restore()
    with made.opened() as other:
        made.make(other, "third")
    made.move()
    assert "different histories" in refusal(made, "second", "third")
    assert "different histories" in refusal(made, "third", "second")
    assert made.restore("first", "third").reports == 1


@pytest.mark.parametrize(
    ("days", "says"),
    [
        (14, "The keys archive is of 2026-11-24, and could be brought back until the day before"),
        (-1, "Set the clock of this machine right first"),
    ],
)
def test_keys_past_their_life_are_refused_always(made: Archivist, days: int, says: str) -> None:
    made.clock.advance(DAY * days)
    assert says in refusal(made)


def test_keys_are_brought_back_on_their_last_day(made: Archivist) -> None:
    made.clock.advance(13 * DAY)
    assert made.restore().reports == 1


def test_a_vault_lives_a_year_or_as_long_as_the_settings_say(app: Flask, made: Archivist) -> None:
    made.clock.advance(364 * DAY)
    made.make(app, "new")
    assert made.restore("first", "new").reports == 1
    made.move()
    made.place = replace(made.place, backups=BackupLives(vault_days=364))
    assert "The vault archive is of 2026-11-24" in refusal(made, "first", "new")


def test_archives_that_were_swapped_are_named(made: Archivist) -> None:
    vault, keys = (made.path("first", kind) for kind in ("vault", "keys"))
    vault.rename(made.path("other", "keys"))
    keys.rename(made.path("other", "vault"))
    says = "other.keys is a vault archive. Behind --keys belongs the keys archive."
    assert says in refusal(made, "other")


def test_a_wrong_passphrase_is_refused(made: Archivist) -> None:
    with made.database() as database, pytest.raises(ArchiveError, match="passphrase is not the"):
        source = made.source(passphrase="nine copper lanterns")
        restore.open_pair(Place(made.place, database, made.clock()), source)


@pytest.mark.parametrize("kind", ["keys", "vault"])
def test_an_archive_that_was_altered_or_cut_is_refused(made: Archivist, kind: str) -> None:
    path = made.path("first", kind)
    content = path.read_bytes()
    for wrong in (content[:-1], content[:-17] + bytes(17), content[:60] + b"\0" + content[61:]):
        path.write_bytes(wrong)
        assert "altered or cut" in refusal(made)
    path.write_bytes(content)
    assert made.restore().reports == 1


def test_archives_of_other_tables_are_refused(made: Archivist) -> None:
    with made.database() as database, database.begin() as session:
        session.execute(update(backup.MIGRATIONS).values(version_num="0001"))
    assert "Install the version of the program that made them" in refusal(made)


def test_a_log_that_was_changed_is_not_archived(app: Flask, made: Archivist) -> None:
    service = the_staff(app).service
    without_triggers(service.database.engine)
    with service.begin() as session:
        session.execute(update(AuditRow).values(week=1))
    with pytest.raises(LogDamagedError):
        made.make(app, "second")
    assert not list(made.folder.glob("second*"))


@pytest.mark.parametrize("there", ["second.vault", "second.keys", "second.keys.unfinished"])
def test_nothing_is_ever_overwritten(app: Flask, made: Archivist, there: str) -> None:
    (made.folder / there).write_bytes(b"mine")
    with pytest.raises(ExtractError, match="never overwritten"):
        made.make(app, "second")
    assert [path.name for path in made.folder.glob("second*")] == [there]
    assert (made.folder / there).read_bytes() == b"mine"


def test_without_the_pepper_of_the_codes_the_staff_side_archives_all_the_same(
    app: Flask, made: Archivist
) -> None:
    (made.settings.instance / RECEIPT_PEPPER_FILE).unlink()
    made.make(app, "second")
    assert made.restore("second").reports == 1


def test_old_archives_are_deleted_and_other_files_stay(app: Flask, made: Archivist) -> None:
    made.clock.advance(10 * DAY)
    made.make(app, "second")
    (made.folder / "other.txt").write_text("mine")
    lives = BackupLives()
    assert backup.prune(made.folder, lives, made.clock()) == (0, 4)
    made.clock.advance(4 * DAY)
    assert backup.prune(made.folder, lives, made.clock()) == (1, 3)
    assert backup.prune(made.folder, replace(lives, vault_days=10), made.clock()) == (1, 2)
    left = sorted(path.name for path in made.folder.iterdir() if path.is_file())
    assert left == ["other.txt", "second.keys", "second.vault"]
