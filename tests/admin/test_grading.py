"""Grades stay with their report whatever becomes of it, and leave word for statistics once."""

import hashlib
from datetime import timedelta

import pytest
from flask import Flask

from admin import grading, indexing, linking, work_records
from admin.errors import HiddenError
from admin.grades import CORROBORATED, Grade
from admin.grading import Said, Standing
from admin.links import Verdict
from admin.transitions import NotNowError
from forms.answers import GivenConsent
from reporting import mailbox, records, withdrawal
from reporting.ids import CaseId
from reporting.mailbox import Chosen
from reporting.models import State
from reporting.withdrawal import Registry
from tests.builders import Seeds
from tests.builders_cases import HELPED, TOLD, Office, a_grade, an_office_at_work
from tests.builders_ended import run_due
from tests.builders_staff import the_staff
from tests.conftest import Clock

SURE = a_grade(CORROBORATED)
WORD = "frame_due"
HOUR = timedelta(hours=1)


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock) -> Office:
    return an_office_at_work(app, seeds, clock)


def give(office: Office, name: str, case: CaseId, grade: Grade) -> None:
    newest = office.look("susan", case).work.grades.newest
    with office.desk(name) as desk:
        grading.give(desk, case, grade, newest)


def answer(office: Office, name: str, case: CaseId, *, agrees: bool = True) -> None:
    waits = office.look(name, case).work.grade_waiting
    with office.desk(name) as desk:
        grading.answer(desk, case, Said(waits, agrees, "" if agrees else "It is one family."))


def choose(office: Office, code: str, said: str) -> None:
    """Let a reporter say yes or no to statistics."""
    service, now = the_staff(office.app).service, office.clock()
    given = GivenConsent(said, hashlib.sha256(b"Count me").hexdigest(), "en")
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, now + HOUR)
        mailbox.choose(session, opened, service.journal, Chosen("c_stats", given), now)


def accepted(office: Office, said: str = "yes") -> tuple[CaseId, str]:
    case, code = office.filed()
    if said != "yes":
        choose(office, code, said)
    office.triage("both", case)
    office.make("both", case, "accept")
    return case, code


def words_left(office: Office, case: CaseId) -> int:
    return office.look("susan", case).work.items.count(WORD)


def test_the_first_grade_that_counts_leaves_word_for_statistics(office: Office) -> None:
    case, code = accepted(office, "no")
    choose(office, code, "yes")
    give(office, "susan", case, a_grade("unlikely"))
    assert words_left(office, case) == 0
    give(office, "susan", case, SURE)
    assert words_left(office, case) == 0
    answer(office, "mei", case)
    assert words_left(office, case) == 1
    give(office, "susan", case, a_grade("plausible"))
    assert words_left(office, case) == 1


def test_word_is_left_once_though_triage_left_it_and_the_grade_falls_and_rises(
    office: Office,
) -> None:
    case, _code = accepted(office)
    assert words_left(office, case) == 1
    for code in ("plausible", "unreviewed", "supported"):
        give(office, "susan", case, a_grade(code))
    assert words_left(office, case) == 1


def test_no_word_is_left_of_a_report_whose_reporter_said_no(office: Office) -> None:
    case, _code = accepted(office, "no")
    for code in ("plausible", "supported"):
        give(office, "susan", case, a_grade(code))
    assert words_left(office, case) == 0


def test_closing_with_the_first_grade_leaves_word_too(office: Office) -> None:
    case, code = accepted(office, "no")
    choose(office, code, "yes")
    office.make("mei", case, "assign")
    office.make("mei", case, "propose_close", closing=HELPED, message=TOLD)
    assert words_left(office, case) == 1
    found = office.look("susan", case).work.grades
    assert (found.newest, found.grade) == (1, a_grade())
    assert found.at(1).by == office.id("mei")


def test_closing_takes_no_grade_of_other_codes_and_none_that_is_not_whole(
    office: Office,
) -> None:
    case = office.assigned("mei")
    for grade in (None, a_grade("plausible"), a_grade(verification_basis="")):
        with pytest.raises(NotNowError) as refused:
            office.make("mei", case, "propose_close", closing=HELPED, message=TOLD, grade=grade)
        assert refused.value.guard == "grade_complete"
    give(office, "mei", case, a_grade())
    office.make("mei", case, "propose_close", closing=HELPED, message=TOLD, grade=None)
    assert office.look("mei", case).work.grades.newest == 1


def test_an_undone_move_leaves_the_grades_byte_for_byte(office: Office) -> None:
    case, _code = accepted(office)
    give(office, "susan", case, a_grade())
    give(office, "susan", case, SURE)
    before = records.encode(work_records.written(office.look("susan", case).work))
    office.make("mei", case, "assign")
    assert office.look("susan", case).work.grades.newest == 2
    office.undo("mei", case)
    assert records.encode(work_records.written(office.look("susan", case).work)) == before


def test_reopened_joined_parted_and_brought_back_it_has_its_own_grades(office: Office) -> None:
    case, code = accepted(office)
    other, _code = accepted(office)
    give(office, "susan", case, a_grade())
    give(office, "susan", other, a_grade("plausible"))
    mine = office.look("susan", case).work.grades
    with office.desk("simon") as desk:
        linking.judge(desk, case, other, Verdict.SAME_INCIDENT)
    office.make("simon", case, "merge_t", survivor=other)
    assert office.look("susan", case).work.grades == mine
    assert office.look("susan", other).work.grades.newest == 1
    office.make("susan", case, "unmerge", reason="by_mistake")
    assert office.look("susan", case).work.grades == mine
    service, now = the_staff(office.app).service, office.clock()
    registry = Registry(service.office, service.journal)
    for act in (withdrawal.take_back, withdrawal.undo):
        with service.begin() as session:
            opened = mailbox.enter(session, code, service.desk.pepper, now + HOUR)
            act(session, opened, registry, now)
    run_due(office, "susan")
    there = office.look("susan", case).work
    assert (there.state, there.grades) == (State.RECEIVED, mine)


def test_the_header_beside_the_report_follows_its_grade(office: Office) -> None:
    case, _code = accepted(office)
    for grade, says in ((a_grade("plausible"), "plausible"), (SURE, "plausible")):
        give(office, "susan", case, grade)
        with office.desk("mei") as desk:
            assert indexing.made(desk.session, desk.ring, case).verification == says
    answer(office, "mei", case)
    with office.desk("mei") as desk:
        header = indexing.made(desk.session, desk.ring, case)
    assert (header.verification, header.state_link) == (CORROBORATED, "claimed")


def test_the_page_tells_what_became_of_every_version(office: Office) -> None:
    case, _code = accepted(office)
    give(office, "susan", case, a_grade())
    give(office, "susan", case, SURE)
    give(office, "susan", case, a_grade(CORROBORATED, sources=3))
    answer(office, "mei", case, agrees=False)
    give(office, "susan", case, a_grade("plausible"))
    give(office, "susan", case, a_grade(CORROBORATED, sources=4))
    with office.desk("mei") as desk:
        view = grading.look(desk, case)
    assert [(one.number, one.standing) for one in view.history] == [
        (5, Standing.WAITS),
        (4, Standing.HOLDS),
        (3, Standing.REFUSED),
        (2, Standing.VOID),
        (1, Standing.REPLACED),
    ]
    assert (view.may_grade, view.may_answer, view.newest) == (False, True, 5)
    assert view.history[2].answer is not None
    assert view.history[2].answer.words == "It is one family."
    assert "photo" not in repr(view)


def test_who_has_no_key_to_it_neither_reads_nor_answers_a_grade(office: Office) -> None:
    case, _code = accepted(office)
    give(office, "susan", case, SURE)
    with office.desk("rei") as desk, pytest.raises(HiddenError):
        grading.look(desk, case)
    with office.desk("rei") as desk, pytest.raises(HiddenError):
        grading.answer(desk, case, Said(1, agrees=True))
    assert office.look("susan", case).work.grades.grade is None
