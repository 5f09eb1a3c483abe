"""Archives of different times: what was erased stays so, and what came between is named as lost."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import URL

from admin import rekeying
from admin.errors import ArchiveError
from crypto.roles import Group, Role
from reporting.settings import Settings
from tests.archivist import Archivist
from tests.builders_staff import a_stored_report
from tests.conftest import Clock
from tests.flows.test_backup import PHOTO, STORY, WEEK, a_visitor, enter
from tests.founded import Founded, let_in


@pytest.fixture
def archivist(
    settings: Settings, clock: Clock, tmp_path: Path, new_database: Callable[[str], URL]
) -> Archivist:
    return Archivist(settings, clock, tmp_path / "archives", new_database)


def test_what_was_erased_between_two_archives_stays_erased(
    office: Founded, archivist: Archivist, clock: Clock
) -> None:
    visitor = a_visitor(office)
    code = visitor.open_mailbox([PHOTO])
    kept, _code = a_stored_report(office.app, clock)
    archivist.make(office.app, "old")
    visitor.fill("/m/end", {"word": "erase"})
    clock.advance(WEEK)
    office.signed_in(office.aiko).get("/staff/")  # whoever comes first erases what is due
    assert archivist.cases == {bytes.fromhex(kept)}
    archivist.make(office.app, "new")
    archivist.move()
    restored = archivist.restore("old", "new")
    assert (restored.reports, restored.dropped, restored.lost) == (1, 1, ())
    assert not restored.is_one_moment
    assert archivist.cases == {bytes.fromhex(kept)}
    with archivist.opened() as app:
        assert a_visitor(replace(office, app=app)).fill("/m", {"code": code}).problems


def test_what_was_taken_back_between_two_archives_comes_back_with_its_code_alone(
    office: Founded, archivist: Archivist
) -> None:
    visitor = a_visitor(office)
    code = visitor.open_mailbox()
    (case,) = archivist.cases
    archivist.make(office.app, "old")
    visitor.fill("/m/end", {"word": "erase"})
    archivist.make(office.app, "new")
    archivist.move()
    assert archivist.restore("old", "new").reports == 1
    with archivist.opened() as app:
        there = replace(office, app=app)
        aiko = there.signed_in(office.aiko)
        assert aiko.get(f"/staff/case/{case.hex()}").status_code == 404
        reporter = a_visitor(there)
        enter(reporter, code)
        reporter.press("/m/end", "undo")
        assert aiko.get(f"/staff/case/{case.hex()}").status_code == 200


def test_what_came_after_the_keys_were_archived_is_not_brought_back(
    office: Founded, archivist: Archivist, clock: Clock
) -> None:
    known, _code = a_stored_report(office.app, clock)
    archivist.make(office.app, "old")
    a_visitor(office).send_report(STORY, [PHOTO])
    archivist.make(office.app, "new")
    archivist.move()
    restored = archivist.restore(vault="new", keys="old")
    assert (restored.reports, restored.dropped) == (1, 1)
    assert archivist.cases == {bytes.fromhex(known)}


def test_what_came_or_got_other_keys_after_the_vault_was_archived_is_named_as_lost(
    office: Founded, archivist: Archivist, clock: Clock
) -> None:
    changed, _code = a_stored_report(office.app, clock)
    kept, _code = a_stored_report(office.app, clock)
    archivist.make(office.app, "old")
    with office.desk(office.aiko) as desk:
        to = desk.verified.epoch(Group.CASEWORK)
        rekeying.hand_over(desk.session, desk.ring, bytes.fromhex(changed), to)
    fresh, _code = a_stored_report(office.app, clock)
    archivist.make(office.app, "new")
    archivist.move()
    restored = archivist.restore("old", "new")
    assert set(restored.lost) == {bytes.fromhex(changed), bytes.fromhex(fresh)}
    assert archivist.cases == {bytes.fromhex(kept)}


def test_a_file_that_the_vault_does_not_have_is_named_as_lost_and_its_report_stays(
    office: Founded, archivist: Archivist
) -> None:
    visitor = a_visitor(office)
    visitor.open_mailbox()
    archivist.make(office.app, "old")
    visitor.attach("/m/files", PHOTO)
    archivist.make(office.app, "new")
    archivist.move()
    restored = archivist.restore("old", "new")
    assert (restored.reports, restored.lost, restored.lost_files) == (1, (), 1)
    with archivist.opened() as app:
        (case,) = archivist.cases
        aiko = replace(office, app=app).signed_in(office.aiko)
        assert PHOTO.name not in aiko.get(f"/staff/case/{case.hex()}").text


def test_a_person_who_came_after_the_keys_were_archived_stops_a_newer_vault(
    office: Founded, archivist: Archivist
) -> None:
    archivist.make(office.app, "old")
    let_in(office, "Mei Tanaka", Role.REVIEWER)
    archivist.make(office.app, "new")
    archivist.move()
    with pytest.raises(ArchiveError, match="older than a change of people or keys"):
        archivist.restore(vault="new", keys="old")
    assert archivist.is_empty
