"""A legal hold: two set it, it keeps one report from being erased, and it ends by itself."""

from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import select, update

from admin import due, legal_holds
from admin.errors import AlarmError, HiddenError, MovedOnError
from admin.hold_asks import HoldAsked
from admin.transitions import NotNowError
from reporting import withdrawal
from reporting.errors import HeldBackError
from reporting.ids import CaseId
from reporting.models import Drop
from reporting.term_rows import HoldRow
from tests.admin.test_moves_casework import by_code
from tests.builders_cases import Office
from tests.builders_ended import DAY, closed, held, is_there, pass_days, run_due, told
from tests.builders_staff import flipped, the_staff
from tests.walks import on_one


def act(office: Office, name: str, what: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        getattr(legal_holds, what)(desk, case, office.rev(case))


def ask(office: Office, name: str, case: CaseId, days: int = 30) -> None:
    until = office.clock().date() + days * DAY
    with office.desk(name) as desk:
        asked = HoldAsked(office.id(name), "A court asks.", until)
        legal_holds.ask(desk, case, asked, office.rev(case))


def hold_of(office: Office, case: CaseId) -> legal_holds.Hold | None:
    with office.desk("susan") as desk:
        return legal_holds.look(desk, case).hold


def test_one_person_alone_holds_nothing_back(office: Office) -> None:
    case = office.accepted()
    ask(office, "susan", case)
    assert hold_of(office, case) is None
    with pytest.raises(NotNowError) as refused:
        act(office, "susan", "agree", case)
    assert refused.value.sentence == legal_holds.NOT_ALONE
    act(office, "simon", "agree", case)
    hold = hold_of(office, case)
    assert hold is not None
    assert {hold.by, hold.agreed_by} == {office.id("susan"), office.id("simon")}


@pytest.mark.parametrize("name", ["mei", "rei", "both"])
def test_for_all_but_supervisors_there_is_no_such_thing(office: Office, name: str) -> None:
    case = office.accepted()
    with pytest.raises(HiddenError):
        ask(office, name, case)
    held(office, case)
    for what in ("agree", "tell", "lift", "call_off"):
        with pytest.raises(HiddenError):
            act(office, name, what, case)


@pytest.mark.parametrize("days", [0, -1, 91])
def test_a_hold_ends_within_ninety_days(office: Office, days: int) -> None:
    case = office.accepted()
    with pytest.raises(NotNowError) as refused:
        ask(office, "susan", case, days)
    assert refused.value.guard == legal_holds.UNTIL


def test_whoever_agrees_to_something_else_than_what_stands_is_told(office: Office) -> None:
    case = office.accepted()
    ask(office, "susan", case)
    rev = office.rev(case)
    ask(office, "susan", case, 60)
    with office.desk("simon") as desk, pytest.raises(MovedOnError):
        legal_holds.agree(desk, case, rev)


def test_what_nobody_asks_for_or_nobody_set_is_not_there(office: Office) -> None:
    case = office.accepted()
    for what in ("agree", "call_off"):
        with pytest.raises(NotNowError):
            act(office, "simon", what, case)
    for what in ("tell", "lift"):
        with pytest.raises(HiddenError):
            act(office, "simon", what, case)
    ask(office, "susan", case)
    act(office, "simon", "call_off", case)
    with pytest.raises(NotNowError):
        act(office, "simon", "agree", case)


def test_two_make_it_longer_and_the_reporter_reads_each_day(office: Office) -> None:
    case, code = office.filed()
    held(office, case, 30)
    held(office, case, 60, tells=False)  # whoever knows already is told of the new day
    hold = hold_of(office, case)
    assert hold is not None
    assert hold.until == office.clock().date() + 60 * DAY
    texts = told(office, code)
    assert ["24 December 2026" in texts[0], "23 January 2027" in texts[1]] == [True, True]
    act(office, "susan", "lift", case)
    assert told(office, code)[2].startswith("Since 24 November 2026 the law no longer keeps us")
    assert hold_of(office, case) is None


def test_whoever_may_not_be_told_is_told_when_they_may(office: Office) -> None:
    (case, code), (other, silent) = office.filed(), office.filed()
    for one in (case, other):
        held(office, one, 30, tells=False)
    assert told(office, code) == []
    act(office, "susan", "tell", case)
    assert told(office, code)[0].startswith("The law asks us not to erase your report")
    with pytest.raises(NotNowError):
        act(office, "susan", "tell", case)
    office.later(days=31)
    run_due(office)
    assert hold_of(office, case) is None
    assert told(office, code)[1].startswith("Since 25 December 2026")
    assert told(office, silent)[0].startswith("For a time the law asked us")
    assert hold_of(office, other) is None


def test_it_keeps_what_was_taken_back_and_lets_go_of_it_afterwards(office: Office) -> None:
    case, code = office.filed()
    held(office, case, 30)
    by_code(office, code, withdrawal.take_back)
    service = the_staff(office.app).service
    look_for_due = partial(due.run, service, office.rings["susan"])
    office.later(days=8)
    look_for_due(office.clock())
    assert is_there(office, case)
    with service.begin() as session, pytest.raises(HeldBackError):
        withdrawal.erase(session, case, office.clock())
    with service.read() as session:
        assert len(session.scalars(select(Drop)).all()) == 2
    office.later(days=23)
    run_due(office)
    look_for_due(office.clock())
    assert not is_there(office, case)
    with service.read() as session:
        assert session.scalars(select(Drop)).all() == []


@on_one
def test_it_changes_nothing_for_any_other_report_and_ends_with_a_last_warning(
    office: Office,
) -> None:
    (case, code), (other, _) = closed(office), closed(office)
    pass_days(office, 340, at_once=10)
    held(office, case, 60)
    pass_days(office, 40, at_once=2)
    assert (is_there(office, case), is_there(office, other)) == (True, False)
    pass_days(office, 21, at_once=1)
    assert "We erase your report after" in told(office, code)[-1]
    work = office.look("susan", case).work
    assert work.term is not None
    assert work.term.until - office.clock().date() == timedelta(days=7)
    pass_days(office, 8)
    assert not is_there(office, case)


def test_a_hold_that_somebody_altered_holds_on_and_is_an_alarm(office: Office) -> None:
    case = office.accepted()
    held(office, case, 1)
    service = the_staff(office.app).service
    with service.begin() as session:
        row = session.scalars(select(HoldRow)).one()
        session.execute(update(HoldRow).values(box_sealed=flipped(row.box_sealed)))
    office.later(days=9)
    run_due(office)
    with service.read() as session:
        assert withdrawal.is_held(session, case)
    for what in ("lift", "tell"):
        with pytest.raises(AlarmError):
            act(office, "susan", what, case)
    with pytest.raises(AlarmError):
        hold_of(office, case)


def test_who_holds_no_key_of_casework_ends_none(office: Office) -> None:
    case = office.report()
    held(office, case, 1)
    office.later(days=9)
    with office.desk("rei") as desk:
        assert legal_holds.over(desk) == ()
        legal_holds.end(desk, case)
    with the_staff(office.app).service.read() as session:
        assert withdrawal.is_held(session, case)
