"""A silent reporter is asked once more, and then the work goes on: nothing waits for ever."""

from dataclasses import replace
from functools import partial

import pytest
from sqlalchemy import delete

from admin import case_due, casework, flagging, headers, pull, tasks
from admin.casework import Words
from admin.next_case import NothingNextError
from admin.transitions import NotNowError
from forms.answers import Answers
from reporting.case_rows import LeaseRow
from reporting.ids import CaseId
from reporting.models import State
from tests.admin.test_moves_casework import write
from tests.builders_cases import CALM, HELPED, TOLD, URGENT, Office
from tests.builders_ended import pass_days, told
from tests.builders_staff import the_staff

NO_CONTACT = replace(HELPED, outcome="no_contact", retention="nothing_to_do")
FIRST, LAST = "We asked you something here", "now go on with what we know"


def ask(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)


def assigned(office: Office, answers: Answers = CALM) -> tuple[CaseId, str]:
    case, code = office.filed(answers)
    office.triage("both", case, answers)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    return case, code


def kinds(office: Office, case: CaseId) -> list[tuple[str, bytes]]:
    return [(task.kind, task.who) for task in office.look("mei", case).work.open_tasks]


def said(office: Office, code: str) -> list[bool]:
    texts = "\n".join(told(office, code))
    return [FIRST in texts, LAST in texts]


@pytest.mark.parametrize("answers", [CALM, URGENT])
def test_after_four_weeks_the_owner_goes_on_and_two_people_may_close_it(
    office: Office, answers: Answers
) -> None:
    case, code = assigned(office, answers)
    ask(office, "mei", case)
    pass_days(office, 13)
    assert said(office, code) == [False, False]
    pass_days(office, 2)
    assert said(office, code) == [True, False]
    with pytest.raises(NotNowError, match="no_open_work"):
        office.make("mei", case, "propose_close", closing=NO_CONTACT, message=TOLD)
    pass_days(office, 12)
    assert kinds(office, case) == []
    pass_days(office, 2)
    assert said(office, code) == [True, True]
    assert kinds(office, case) == [("no_answer", office.id("mei"))]
    work = office.look("mei", case).work
    assert (work.state, work.open_questions) == (State.ACTIVE, ())
    with office.desk("mei") as desk:
        tasks.end(desk, case, 1, is_done=True)
    office.make("mei", case, "propose_close", closing=NO_CONTACT, message=TOLD)
    office.make("susan", case, "approve_close")
    assert told(office, code)[-1] == TOLD.text
    pass_days(office, 60, at_once=20)
    assert len(told(office, code)) == 4, "nothing more is said about the question"


def test_whoever_answers_the_second_time_is_waited_for_no_more(office: Office) -> None:
    case, code = assigned(office)
    ask(office, "mei", case)
    pass_days(office, 15)
    write(office, code)
    pass_days(office, 30)
    assert said(office, code) == [True, False]
    (asked,) = office.look("mei", case).work.questions
    assert (asked.answered is None, asked.left) == (False, None)


def test_the_next_question_waits_for_its_own_time(office: Office) -> None:
    case, code = assigned(office)
    ask(office, "mei", case)
    pass_days(office, 20)
    ask(office, "mei", case)
    pass_days(office, 10)
    assert said(office, code) == [True, False]
    assert [one.is_open for one in office.look("mei", case).work.questions] == [False, True]
    pass_days(office, 25)
    assert said(office, code) == [True, True]
    assert len(told(office, code)) == 5


def test_before_anybody_took_it_on_it_is_handed_out_again(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    ask(office, "rei", case)
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(LeaseRow))
    with office.desk("robin") as desk, pytest.raises(NothingNextError):
        pull.next_for(desk)
    pass_days(office, 30)
    with office.desk("robin") as desk:
        assert pull.next_for(desk) == case
    assert office.look("robin", case).work.tasks == ()


@pytest.mark.parametrize("flag", ["do_not_write", "code_not_safe"])
def test_who_is_not_to_be_written_to_is_not_written_to_by_time(office: Office, flag: str) -> None:
    case, code = assigned(office)
    ask(office, "mei", case)
    with office.desk("mei") as desk:
        flagging.raise_flag(desk, case, flag)
    pass_days(office, 30)
    assert said(office, code) == [False, False]
    assert kinds(office, case) == [("no_answer", office.id("mei"))]


def test_what_has_ended_meanwhile_is_left_in_peace(office: Office) -> None:
    case, code = office.filed()
    office.triage("rei", case)
    ask(office, "rei", case)
    office.make("rei", case, "decline", reason="scam", message=TOLD)
    pass_days(office, 30)
    assert said(office, code) == [False, False]


def test_a_question_from_before_this_was_looked_for_is_found_by_maintenance(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    case, code = assigned(office)
    monkeypatch.setattr(headers, "LISTED_DATES", headers.LISTED_DATES - {"asked"})
    ask(office, "mei", case)
    monkeypatch.undo()
    with office.desk("max") as desk:
        assert case_due.thorough(desk) == ()
    pass_days(office, 15)
    assert said(office, code) == [False, False]
    with office.desk("max") as desk:
        assert case_due.thorough(desk) == (case,)
    case_due.finish(partial(office.desk, "max"), case)
    assert said(office, code) == [True, False]
