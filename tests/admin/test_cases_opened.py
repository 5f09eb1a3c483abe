"""What was altered is an alarm, and what is for others does not exist, wherever one looks."""

from dataclasses import replace

import pytest
from sqlalchemy import delete

from admin import moves, queue
from admin.errors import AlarmError, HiddenError, NotHandedOnError
from admin.queue import Waiting
from admin.transitions import NotNowError
from crypto.envelope import OpenError
from crypto.roles import Group
from reporting.case_rows import WorkRow
from reporting.ids import CaseId
from reporting.models import Case, CasePart, CaseWrap, Part, State, Wrapped
from tests.builders_cases import CALM, Office, all_coded
from tests.builders_staff import flipped, the_staff


def waiting(office: Office, name: str) -> dict[CaseId, Waiting]:
    with office.desk(name) as desk:
        page = queue.view(desk.session, desk.ring, desk.journal, None, desk.now)
    return {one.case: one for one in page.waiting}


@pytest.mark.parametrize("column", ["state", "level"])
def test_what_stands_in_clear_is_held_against_the_work(office: Office, column: str) -> None:
    case = office.accepted()
    with the_staff(office.app).service.begin() as session:
        found = session.get_one(Case, case)
        setattr(found, column, {"state": State.ACTIVE, "level": 3}[column])
    with pytest.raises(AlarmError):
        office.look("mei", case)


def test_a_work_record_that_was_altered_or_taken_away_is_an_alarm(office: Office) -> None:
    altered, gone, bare = office.accepted(), office.accepted(), office.accepted()
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(WorkRow, altered)
        row.content_sealed = flipped(row.content_sealed)
        session.execute(delete(WorkRow).where(WorkRow.case_id == gone))
        part = (CasePart.case_id == bare) & (CasePart.part == Part.FACETS)
        session.execute(delete(CasePart).where(part))
    for case in (altered, gone, bare):
        with pytest.raises(AlarmError):
            office.look("mei", case)


def test_a_key_for_a_group_that_works_on_no_reports_is_an_alarm(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as desk:
        wrap = desk.session.get_one(CaseWrap, (case, Wrapped.CASE))
        wrap.epoch_id = desk.verified.epoch(Group.AUDIT).id
        with pytest.raises(OpenError):
            desk.ring.case_key(wrap)
    with pytest.raises(AlarmError):
        office.look("rei", case)


def test_a_report_without_its_key_is_an_alarm(office: Office) -> None:
    case = office.report()
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(CaseWrap).where(CaseWrap.case_id == case))
    with pytest.raises(AlarmError):
        office.look("rei", case)


def test_the_index_key_is_there_for_whoever_holds_the_epoch(office: Office) -> None:
    with office.desk("rei") as desk:
        intake, casework = (
            desk.verified.epoch(group).id for group in (Group.INTAKE, Group.CASEWORK)
        )
        assert desk.ring.index_key(intake) == desk.ring.index_key(intake)
        with pytest.raises(OpenError):
            desk.ring.index_key(casework)
        lacking = replace(desk.ring, _groups={}, _awaited={intake: Group.INTAKE})
        with pytest.raises(NotHandedOnError):
            lacking.index_key(intake)


def test_the_queue_shows_what_exists_for_whoever_looks(office: Office) -> None:
    seen, hidden = office.report(), office.report({**CALM, "state": ("CN",)})
    elsewhere = office.report()
    office.triage("both", elsewhere)
    office.make("both", elsewhere, "accept")
    with the_staff(office.app).service.begin() as session:
        # As after its reporter took it back and brought it back again.
        session.get_one(Case, elsewhere).state = State.RECEIVED
    assert set(waiting(office, "rei")) == {seen, hidden}
    office.recuse("rei", organisations=frozenset({"the consulate"}))
    assert set(waiting(office, "rei")) == {hidden}
    assert set(waiting(office, "susan")) == {seen, hidden, elsewhere}


def test_only_whoever_has_a_report_in_hand_codes_it(office: Office) -> None:
    case = office.report()
    for name in ("rei", "robin"):
        with pytest.raises(NotNowError) as refused:
            office.code(name, case, all_coded())
        assert refused.value.guard == "lease_held"
        office.claim("rei", case)
        if name == "rei":
            office.code("rei", case, all_coded())


def test_what_did_not_come_back_is_sealed_to_nobody_else(office: Office) -> None:
    case = office.assigned("mei")
    with office.desk("mei") as desk:
        moves.bring_back(desk, case)
    assert office.look("mei", case).work.state is State.ACTIVE


def test_a_reviewer_takes_nothing_from_the_duty_desk(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as desk, pytest.raises(NotNowError):
        moves.take(desk, case, office.rev(case))
    with office.desk("rei") as desk, pytest.raises(HiddenError):
        moves.take(desk, CaseId(bytes(16)), 0)
