"""The page of a report says nothing of what does not exist for whoever looks, and nothing twice."""

from collections import Counter
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from admin import acts, casting, linking, whole
from admin.cast import Happened
from admin.emergencies import Emergency, Item, Plan, To
from admin.facts import Look
from admin.grades import CORROBORATED
from admin.handed import Handed, Reason
from admin.links import Verdict
from admin.permissions import Action
from admin.planned import Ended, Task
from admin.timeline import first_line
from admin.timeline_lines import What
from reporting import threads, traces
from reporting.ids import CaseId
from reporting.threads import Message
from reporting.traces import Deed
from tests.admin.test_grading import answer, give
from tests.admin.test_joins import join
from tests.admin.test_moves_casework import write
from tests.builders_cases import CALM, Office, a_grade
from tests.builders_links import in_work


def whats(office: Office, name: str, case: CaseId) -> Counter[What]:
    with office.desk(name) as desk:
        shown = whole.look(desk, case)
    return Counter(one.line.what for one in (*shown.new, *shown.lines))


def test_a_joined_report_that_does_not_exist_for_somebody_is_not_in_the_timeline(
    office: Office,
) -> None:
    case, other = (office.report({**CALM, "state": (state,)}) for state in ("IR", "CN"))
    join(office, "rei", other, case)
    assert whats(office, "rei", other)[What.JOINED] == 1
    assert whats(office, "robin", case)[What.LED] == 1
    office.recuse("robin", states=frozenset({"CN"}))
    assert whats(office, "robin", case)[What.LED] == 0


def test_grades_and_what_a_second_person_says_of_them_are_new_to_a_colleague(
    office: Office,
) -> None:
    case, grade = office.assigned(), a_grade(CORROBORATED)
    office.later(hours=1)
    whats(office, "max", case)
    office.later(hours=1)
    give(office, "mei", case, grade)
    with office.desk("max") as desk:
        (new,) = whole.look(desk, case).new
    assert (new.line.what, new.line.code) == (What.GRADED, CORROBORATED)
    answer(office, "susan", case, agrees=False)
    give(office, "mei", case, replace(grade, sources=3))
    answer(office, "susan", case)
    found = whats(office, "mei", case)
    assert found[What.GRADED] == 2
    assert (found[What.GRADE_REFUSED], found[What.GRADE_AGREED]) == (1, 1)


def test_what_was_said_of_two_reports_is_there_for_whoever_sees_both(office: Office) -> None:
    case, other = (in_work(office, {**CALM, "state": (state,)})[0] for state in ("IR", "CN"))
    for say in (partial(linking.judge, verdict=Verdict.DIFFERENT), linking.take_back):
        with office.desk("susan") as desk:
            say(desk, case, other)
        office.later(hours=1)
    found = whats(office, "mei", case)
    assert (found[What.JUDGED], found[What.UNJUDGED]) == (1, 1)
    office.recuse("mei", states=frozenset({"CN"}))
    found = whats(office, "mei", case)
    assert (found[What.JUDGED], found[What.UNJUDGED]) == (0, 0)


@pytest.mark.parametrize("outside", [b"", b"o" * 16])
def test_to_whom_a_report_was_handed_is_told_to_who_may_know(
    office: Office, outside: bytes
) -> None:
    case = office.report()
    one = Handed(office.id("susan"), office.clock(), office.id("robin"), Reason.LANGUAGE, outside)
    with office.desk("susan") as desk:
        there = acts.begin(desk, case, Action.MOVE_CASE)
        acts.keep(desk, there, replace(there.work, handed=one), "handed.agreed")
        if outside:
            traces.note(desk.session, case, there.thread, Deed.HANDED_LANGUAGE, desk.now)
    found = whats(office, "rei", case)
    assert (found[What.HAND_PROPOSED], found[What.HAND_AGREED]) == (1, int(bool(outside)))
    if outside:
        found = whats(office, "robin", case)
        assert (found[What.HAND_PROPOSED], found[What.HAND_AGREED]) == (0, 0)


def test_a_second_look_and_a_wish_for_another_are_in_it(office: Office) -> None:
    case = office.declined()
    with office.desk("susan") as desk:
        there = acts.begin(desk, case, Action.MOVE_CASE)
        look = Look(desk.ring.person.id, desk.now, agrees=True)
        acts.keep(desk, there, replace(there.work, second_look=look), "look")
    assert whats(office, "susan", case)[What.LOOKED_AGAIN] == 1


def test_a_trace_that_fits_nobody_s_ask_names_nobody(office: Office) -> None:
    case = office.report()
    there = office.look("rei", case)
    with office.desk("rei") as desk:
        traces.note(desk.session, case, there.thread, Deed.CONTACT_DANGER, desk.now)
    with office.desk("rei") as desk:
        (line,) = [
            one for one in whole.look(desk, case).lines if one.line.what is What.CONTACT_OPENED
        ]
    assert not line.who


def test_what_the_reporter_wrote_is_told_and_a_wish_for_another_look_as_one(
    office: Office,
) -> None:
    case, code = office.filed()
    write(office, code, "More.")
    there = office.look("rei", case)
    appeal = Message(from_reporter=True, text="", sent=office.clock(), language="en", appeals=True)
    with office.desk("rei") as desk:
        threads.add(desk.session, case, there.thread, appeal)
    found = whats(office, "rei", case)
    assert (found[What.WROTE], found[What.APPEALED], found[What.ANSWERED]) == (1, 1, 0)


def test_what_waits_stands_there_once_and_what_ended_twice(office: Office) -> None:
    case = office.assigned()
    now, me = office.clock(), office.id("mei")
    waits = Emergency(me, now, Plan(To.HELPER, frozenset({Item.DANGER}), "x"))
    signed = replace(waits, signed_by=office.id("susan"), signed_at=now)
    task = Task("call_back", me, now.date(), me, now)
    done = replace(task, ended=Ended(me, now, is_done=True))
    with office.desk("mei") as desk:
        there = acts.begin(desk, case, Action.WORK_ON_CASE)
        work = replace(there.work, emergencies=(waits, signed), tasks=(task, done))
        acts.keep(desk, there, work, "x")
    found = whats(office, "mei", case)
    assert (found[What.EMERGENCY_PROPOSED], found[What.EMERGENCY_SIGNED]) == (2, 1)
    assert (found[What.TASK_MADE], found[What.TASK_DONE], found[What.TASK_DROPPED]) == (2, 1, 0)


def test_an_act_of_which_nobody_knows_the_day_comes_first(office: Office) -> None:
    case = office.assigned()
    with office.desk("mei") as desk:
        for when in ("2026-12", "", "2024"):
            casting.add_happened(desk, case, Happened("threat.death", when))
    with office.desk("mei") as desk:
        lines = whole.look(desk, case).lines
    found = [one.line.when for one in lines if one.line.what is What.HAPPENED]
    assert found == ["", "2024", "2026-12"]
    assert [one.line.what for one in lines[:3]] == [What.HAPPENED, What.HAPPENED, What.RECEIVED]


def test_of_a_long_note_only_the_beginning_stands_there() -> None:
    assert first_line("\n  \n  One line. \nAnother.") == "One line."
    assert first_line(" \n") == ""
    long = first_line("x" * 500)
    assert long.endswith("…")
    assert len(long) < 200


def test_a_look_does_not_change_the_report(office: Office) -> None:
    case = office.assigned()
    rev = office.rev(case)
    office.clock.advance(timedelta(minutes=1))
    whats(office, "mei", case)
    with office.desk("mei") as desk:
        whole.open_for_paper(desk, case)
    assert office.rev(case) == rev
