"""Tasks: given to those for whom the report exists, ended once, never left behind."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from admin import case_due, flagging, follow_up, lists, tasks
from admin.errors import HiddenError
from admin.planned import MOST_OPEN
from admin.tasks import NewTask
from admin.transitions import STATE, NotNowError
from crypto.roles import Role
from reporting.ids import CaseId
from tests.builders import Seeds
from tests.builders_cases import NOTE, TOLD, Office
from tests.builders_staff import a_member, noted


def give(office: Office, by: str, case: CaseId, to: str, days: int = 1) -> None:
    due = (office.clock() + timedelta(days=days)).date()
    with office.desk(by) as desk:
        tasks.make(desk, case, NewTask("call_back", office.id(to), due, "the landlord"))


def end(office: Office, by: str, case: CaseId, number: int, *, is_done: bool = True) -> None:
    with office.desk(by) as desk:
        tasks.end(desk, case, number, is_done=is_done)


def refused(office: Office, case: CaseId, to: str = "mei", days: int = 1) -> str:
    with pytest.raises(NotNowError) as error:
        give(office, "mei", case, to, days)
    return error.value.guard


def kinds(office: Office, case: CaseId) -> list[tuple[str, bool]]:
    return [(one.kind, one.is_open) for one in office.look("simon", case).work.tasks]


def test_nobody_is_given_a_task_who_cannot_see_the_report(office: Office) -> None:
    case = office.assigned("mei")
    give(office, "mei", case, "max")
    assert refused(office, case, to="rei") == tasks.WHO
    assert refused(office, case, days=-1) == tasks.DUE
    assert refused(office, case, days=366) == tasks.DUE
    with pytest.raises(HiddenError):
        give(office, "rei", case, "mei")
    for _ in range(MOST_OPEN - 1):
        give(office, "mei", case, "mei")
    assert refused(office, case) == tasks.FULL


def test_a_report_that_waits_for_its_first_look_has_no_tasks(office: Office) -> None:
    case = office.report()
    with pytest.raises(NotNowError) as error:
        give(office, "both", case, "both")
    assert error.value.guard == STATE


def test_what_was_done_is_noted_without_a_word_of_it(office: Office, seeds: Seeds) -> None:
    case = office.assigned("mei")
    give(office, "mei", case, "max")
    end(office, "max", case, 1)
    end(office, "mei", case, 1, is_done=False)
    give(office, "mei", case, "max")
    end(office, "mei", case, 2, is_done=False)
    with office.desk("mei") as desk:
        for _ in range(2):
            flagging.raise_flag(desk, case, "lawyer")
        for _ in range(2):
            flagging.clear_flag(desk, case, "lawyer")
    first, second = office.look("mei", case).work.tasks
    assert first.ended is not None
    assert second.ended is not None
    assert (first.ended.by, first.ended.is_done) == (office.id("max"), True)
    assert (second.ended.by, second.ended.is_done) == (office.id("mei"), False)
    reader = a_member(office.app, seeds, "Iris", Role.AUDITOR)
    said = noted(office.app, seeds, case.hex(), reader)
    assert said[-6:] == [
        "task.made",
        "task.done",
        "task.made",
        "task.cancelled",
        "flag.set",
        "flag.cleared",
    ]


def test_where_nobody_works_on_a_report_any_more_no_task_stays_open(office: Office) -> None:
    case = office.accepted()
    give(office, "mei", case, "max")
    office.make("mei", case, "mis_triage", reason="overlooked")
    (task,) = office.look("simon", case).work.tasks
    assert task.ended is not None
    assert (task.ended.by, task.ended.is_done) == (office.id("mei"), False)
    other = office.assigned("mei")
    give(office, "mei", other, "max")
    office.make("mei", other, "release", handover=NOTE)
    assert kinds(office, other) == [("call_back", True)]


def test_watching_makes_a_task_that_waking_early_takes_away(office: Office) -> None:
    case = office.assigned("mei")
    day = (office.clock() + timedelta(days=30)).date()
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    (task,) = office.look("mei", case).work.open_tasks
    assert (task.kind, task.who, task.due) == ("next_check", office.id("mei"), day)
    office.make("mei", case, "wake", reason="new_facts")
    assert kinds(office, case) == [("next_check", False)]
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    office.later(days=30)
    case_due.run(partial(office.desk, "max"))
    assert kinds(office, case) == [("next_check", False), ("next_check", True)]


def test_the_day_of_the_next_look_moves_with_its_task(office: Office) -> None:
    case = office.assigned("mei")
    day, other = ((office.clock() + timedelta(days=days)).date() for days in (30, 40))
    with pytest.raises(NotNowError) as error, office.desk("mei") as desk:
        follow_up.set_check(desk, case, day)
    assert error.value.guard == STATE
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    with office.desk("mei") as desk:
        follow_up.set_check(desk, case, day)
        follow_up.set_check(desk, case, other)
    work = office.look("mei", case).work
    assert (work.next_check, work.open_tasks[0].due) == (other, other)
    assert work.touched is not None
    assert work.touched.name == "check.moved"


def test_the_tasks_of_whoever_left_go_to_the_supervisors(office: Office) -> None:
    case, later = office.assigned("mei"), office.assigned("max")
    give(office, "mei", case, "mei", days=5)
    give(office, "max", later, "max", days=9)
    give(office, "max", later, "mei", days=2)
    with office.desk("mei") as desk:
        assert [row.case for row in lists.tasks(desk)] == [later, case]
    with office.desk("susan") as desk:
        assert not lists.overdue(desk)
        people = dict(desk.verified.people)
        gone = {office.id("max"): people.pop(office.id("max"))}
        roster = replace(desk.verified, people=people, removed=gone)
        without = replace(desk, verified=roster)
        assert [row.case for row in lists.overdue(without)] == [later]
