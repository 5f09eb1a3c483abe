"""An own note opens for its writer alone, whatever happens to the report and to them."""

import pytest
from sqlalchemy import select

from admin import own_lane, own_notes
from admin.errors import AlarmError, HiddenError
from admin.models import OwnNoteKey
from crypto.envelope import Label, OpenError, expand, make_key
from crypto.roles import Role
from crypto.sealing import seal
from crypto.stream import unlock
from reporting import places, records, withdrawal
from reporting.case_rows import OwnNoteRow
from reporting.ids import CaseId
from tests.admin.test_moves_casework import by_code
from tests.builders_cases import PEOPLE, Office
from tests.builders_people import Team, desk_of, let_in, remove
from tests.builders_staff import flipped, the_staff

WORDS = "I lived in that street."


def add(office: Office, name: str, case: CaseId, text: str = WORDS) -> None:
    with office.desk(name) as desk:
        own_notes.add(desk, case, text)


def read(office: Office, name: str, case: CaseId) -> list[str]:
    there = office.look(name, case)
    with office.desk(name) as desk:
        return [note.text for note in own_notes.read(desk, there)]


def test_others_open_the_outside_and_never_the_inside(office: Office) -> None:
    case = office.assigned("mei")
    add(office, "mei", case)
    add(office, "max", case, "Max thinks so.")
    office.later(minutes=1)
    add(office, "mei", case, "And I know the shop.")
    assert read(office, "mei", case) == [WORDS, "And I know the shop."]
    assert read(office, "max", case) == ["Max thinks so."]
    assert read(office, "simon", case) == []
    key = office.look("max", case).key
    with office.desk("max") as desk:
        own = expand(own_lane.key_of(desk.session, desk.ring), Label.OWN_NOTE)
        rows = desk.session.scalars(select(OwnNoteRow)).all()
        opened = []
        for row in rows:
            box = unlock(expand(key, Label.OWN_NOTE), row.content_sealed, places.own_note(row.id))
            assert WORDS.encode() not in box
            for tried in (own, expand(key, Label.OWN_NOTE), key):
                try:
                    found = records.reopen(tried, box, places.within_own_note(row.id))
                except OpenError:
                    continue
                opened.append(found["text"])
        assert opened == ["Max thinks so."]
        theirs = desk.session.get_one(OwnNoteKey, office.id("mei"))
        for member in ("mei", "max"):
            with pytest.raises(OpenError):
                desk.ring.own_key(theirs.key_sealed, places.own_note_key(office.id(member)))


def test_a_new_key_of_the_report_changes_nothing_about_that(office: Office) -> None:
    case = office.report()
    add(office, "both", case)
    before = office.look("both", case).key
    office.triage("both", case)
    office.make("both", case, "accept")
    assert read(office, "both", case) == [WORDS]
    assert read(office, "mei", case) == []
    with the_staff(office.app).service.read() as session:
        (row,) = session.scalars(select(OwnNoteRow)).all()
        with pytest.raises(OpenError):
            unlock(expand(before, Label.OWN_NOTE), row.content_sealed, places.own_note(row.id))


def test_a_report_that_was_taken_back_opens_no_own_note_either(office: Office) -> None:
    case, code = office.filed()
    add(office, "rei", case)
    there = office.look("rei", case)
    by_code(office, code, withdrawal.take_back)
    with pytest.raises(HiddenError):
        office.look("rei", case)
    with office.desk("rei") as desk:
        row = desk.session.scalars(select(OwnNoteRow)).one()
        own = expand(own_lane.key_of(desk.session, desk.ring), Label.OWN_NOTE)
        with pytest.raises(OpenError):
            records.reopen(own, row.content_sealed, places.within_own_note(row.id))
        withdrawal.erase(desk.session, there.id, desk.now)
        assert not desk.session.scalars(select(OwnNoteRow)).all()


def test_whose_note_it_is_stands_nowhere(office: Office) -> None:
    case = office.assigned("mei")
    add(office, "mei", case)
    with the_staff(office.app).service.read() as session:
        (row,) = session.scalars(select(OwnNoteRow)).all()
        assert (row.case_id, len(row.id)) == (case, 16)
        assert {column.name for column in OwnNoteRow.__table__.columns} == {
            "id",
            "case_id",
            "content_sealed",
        }
        assert office.id("mei") not in row.content_sealed
        assert row.id not in {office.id(name) for name in PEOPLE}


def test_with_its_key_destroyed_a_note_is_read_by_nobody(office: Office) -> None:
    case = office.assigned("mei")
    add(office, "mei", case)
    with office.desk("simon") as desk:
        own_lane.destroy(desk.session, office.id("mei"))
    assert read(office, "mei", case) == []
    add(office, "mei", case, "Anew.")
    assert read(office, "mei", case) == ["Anew."]


def test_a_key_that_does_not_open_is_replaced(office: Office) -> None:
    case = office.assigned("mei")
    add(office, "mei", case)
    with office.desk("max") as desk:
        place = places.own_note_key(office.id("mei"))
        row = desk.session.get_one(OwnNoteKey, office.id("mei"))
        row.key_sealed = seal(desk.ring.sealing_key, make_key(), place)
    assert read(office, "mei", case) == []
    add(office, "mei", case, "Anew.")
    assert read(office, "mei", case) == ["Anew."]


def test_an_altered_note_raises_the_alarm_for_everybody(office: Office) -> None:
    case = office.assigned("mei")
    add(office, "mei", case)
    with office.desk("mei") as desk:
        row = desk.session.scalars(select(OwnNoteRow)).one()
        row.content_sealed = flipped(row.content_sealed)
    for name in ("max", "mei"):
        with pytest.raises(AlarmError):
            read(office, name, case)


def test_an_own_note_is_no_news_to_colleagues_who_work_on_the_report(office: Office) -> None:
    case = office.assigned("mei")
    before = office.rev(case)
    add(office, "max", case)
    assert office.rev(case) == before
    touched = office.look("mei", case).work.touched
    assert touched is not None
    assert touched.name == "assign"
    with pytest.raises(HiddenError), office.desk("rei") as desk:
        own_notes.add(desk, case, WORDS)


def test_with_somebody_who_leaves_goes_the_key_of_their_own_notes(team: Team) -> None:
    jun = let_in(team, "Jun Hara", Role.REVIEWER)
    for person in (jun, team.aiko):
        with desk_of(team.app, person, team.clock) as desk:
            own_lane.key_for_writing(desk.session, desk.ring)
    remove(team.app, team.aiko, team.clock, jun)
    with the_staff(team.app).service.read() as session:
        left = session.scalars(select(OwnNoteKey)).all()
        assert [row.member_id for row in left] == [team.aiko.id]
