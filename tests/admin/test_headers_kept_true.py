"""What lists know of a report follows everything that changes it, whoever does it."""

from contextlib import nullcontext
from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import delete, func, select

from admin import case_due, casework, indexing, list_rules, lists, unlocking
from admin.casework import Words
from admin.lists import rows
from admin.scans import Scan
from crypto.roles import Group
from reporting import listing
from reporting.case_rows import HeaderRow
from reporting.ids import CaseId
from reporting.models import CasePart, CaseWrap, Part, State, Wrapped
from tests.admin.test_moves_casework import write
from tests.builders_cases import Office
from tests.builders_ended import DAY, closed, keep, run_due
from tests.builders_people import Team, come_in, desk_of
from tests.builders_staff import a_stored_report, flipped, the_staff


def is_known(office: Office, case: CaseId) -> bool:
    with the_staff(office.app).service.read() as session:
        row = session.get(HeaderRow, case)
        return row is not None and row.rev != listing.UNKNOWN


def in_list(office: Office, by: str, name: str) -> set[CaseId]:
    with office.desk(by) as desk:
        return {row.case for row in rows(desk, name)}


def spoil(office: Office, case: CaseId) -> None:
    """Alter the answers of a report, so that nothing but its header opens any more."""
    with the_staff(office.app).service.begin() as session:
        part = session.get_one(CasePart, (case, Part.FACETS))
        part.content_sealed = flipped(part.content_sealed)


def test_what_ended_is_known_by_its_last_day(office: Office) -> None:
    case, _code = closed(office)
    run_due(office)
    spoil(office, case)
    assert in_list(office, "susan", "ends_soon") == set()
    office.later(days=340)
    assert in_list(office, "susan", "ends_soon") == {case}


def test_a_choice_of_its_reporter_is_due_also_after_somebody_looked_at_a_list(
    office: Office,
) -> None:
    (case, code), _start = closed(office), office.clock()
    office.later(days=1)
    run_due(office)
    with office.desk("susan") as desk:
        assert case not in case_due.waiting(desk)
    keep(office, code, "3")
    assert not is_known(office, case)
    indexing.fold(partial(office.desk, "susan"))
    assert is_known(office, case)
    with office.desk("susan") as desk:
        assert case in case_due.waiting(desk)
    run_due(office)
    with office.desk("susan") as desk:
        assert case not in case_due.waiting(desk)
        (found,) = unlocking.reports(desk, (case,))
    assert found.work.term is not None
    assert found.work.term.until > office.clock().date() + 900 * DAY


def test_an_answer_that_was_read_is_waited_for_in_no_list(office: Office) -> None:
    case, code = office.filed()
    with office.desk("rei") as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)
    office.later(minutes=2)
    write(office, code)
    with office.desk("rei") as desk:
        casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)
    assert is_known(office, case)
    assert in_list(office, "rei", "waiting") == set()


def test_what_goes_to_another_group_is_known_to_be_unknown(office: Office) -> None:
    case = office.accepted("rei")
    with the_staff(office.app).service.read() as session:
        row, wrap = session.get_one(HeaderRow, case), session.get_one(CaseWrap, (case, "case"))
    assert (row.rev, row.epoch_id) == (listing.UNKNOWN, wrap.epoch_id)
    assert in_list(office, "mei", "triaged") == {case}


def test_nobody_whose_keys_are_kept_back_opens_anything(office: Office) -> None:
    case = office.report()
    ring = office.rings["rei"]
    office.rings["rei"] = replace(ring, person=ring.person.kept_back())
    with office.desk("rei") as desk:
        assert unlocking.reports(desk, (case,)) == ()


def test_a_report_that_was_altered_is_opened_no_more(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as desk:
        assert [one.id for one in unlocking.reports(desk, (case,))] == [case]
    spoil(office, case)
    with office.desk("rei") as desk:
        assert unlocking.reports(desk, (case,)) == ()


def test_a_page_of_tasks_is_in_the_order_of_their_days() -> None:
    assert list_rules.LISTS["tasks"].page == list_rules.PAGE_OF_ALL > lists.MOST_COUNTED


@pytest.mark.parametrize("is_altered", [False, True])
def test_with_a_new_key_of_intake_goes_what_lists_know(team: Team, *, is_altered: bool) -> None:
    number, _code = a_stored_report(team.app, team.clock)
    case = bytes.fromhex(number)
    with desk_of(team.app, team.aiko, team.clock) as desk:
        indexing.fold(lambda: nullcontext(desk))
    with the_staff(team.app).service.begin() as session:
        row = session.get_one(HeaderRow, case)
        part = session.get_one(CasePart, (case, Part.FACETS))
        changed = row if is_altered else part
        name = "box_sealed" if is_altered else "content_sealed"
        setattr(changed, name, flipped(getattr(changed, name)))
    team.clock.advance(5 * DAY)
    come_in(team.app, team.aiko, team.clock)
    with the_staff(team.app).service.read() as session:
        row = session.get_one(HeaderRow, case)
        assert row.epoch_id == team.roster.epoch(Group.INTAKE).id
        assert (row.rev == listing.UNKNOWN) is is_altered
    with desk_of(team.app, team.daniel, team.clock) as desk:
        assert [one.id for one in Scan(desk).of((State.RECEIVED,))] == [case]


def test_before_there_were_lists_every_report_is_unknown_to_them(office: Office) -> None:
    office.report()
    with the_staff(office.app).service.begin() as session:
        wraps = select(func.count()).select_from(CaseWrap).where(CaseWrap.wrapped == Wrapped.CASE)
        session.execute(delete(HeaderRow))
        listing.forget_every(session)
        assert session.scalar(select(func.count()).select_from(HeaderRow)) == session.scalar(wraps)
