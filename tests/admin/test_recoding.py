"""What is recorded anew of a report reaches all that follows from it, and nothing is lost."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from flask import Flask

from admin import acts, agreements, coding, grading, lists, paper, recoding, recodings, whole
from admin.deadlines import due
from admin.errors import HiddenError, MovedOnError
from admin.facts import Answer, Danger
from admin.grades import CORROBORATED
from admin.grading import Said, Standing
from admin.known_names import Rest
from admin.permissions import Action
from admin.recoding import Anew, View
from admin.recodings import Recoding, Source
from admin.timeline_lines import What
from admin.transitions import NotNowError
from admin.work import of_facets
from reporting.ids import CaseId
from reporting.models import Case
from reporting.triage import Level
from tests.admin.test_moves_casework import write
from tests.builders import Seeds
from tests.builders_cases import (
    CALM,
    HELPED,
    NO_DANGER,
    TOLD,
    URGENT,
    URGENTLY_CODED,
    Office,
    a_grade,
    all_coded,
    an_office_at_work,
)
from tests.builders_staff import noted, the_staff
from tests.conftest import Clock

CHINA, IRAN = frozenset({"CN"}), frozenset({"IR"})
IN_DANGER = {**NO_DANGER, Danger.HARM_SOON: Answer.YES}
RAISED = all_coded(dangers=IN_DANGER, level=Level.URGENT, level_reason="They wait outside.")
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=UTC)


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock) -> Office:
    return an_office_at_work(app, seeds, clock)


def seen(office: Office, name: str, case: CaseId) -> View:
    with office.desk(name) as desk:
        return recoding.look(desk, case)


def refused(office: Office, name: str, case: CaseId, coded: coding.Coded) -> str:
    with pytest.raises(NotNowError) as error:
        office.recode(name, case, coded)
    return error.value.guard


def in_list(office: Office, name: str, which: str) -> set[CaseId]:
    with office.desk(name) as desk:
        return {row.case for row in lists.rows(desk, which)}


def test_a_danger_told_later_makes_it_urgent_and_due_at_once(office: Office) -> None:
    case = office.assigned("mei")
    before = due(office.look("mei", case).work)
    assert case not in in_list(office, "mei", "now")
    office.recode("mei", case, RAISED)
    work = office.look("susan", case).work
    assert work.triage.weight is Level.URGENT
    assert due(work) < before
    with the_staff(office.app).service.read() as session:
        assert session.get_one(Case, case).level == Level.URGENT
    assert case in in_list(office, "susan", "now") | in_list(office, "mei", "now")


def test_only_its_owner_and_supervisors_record_it(office: Office) -> None:
    case = office.assigned("mei")
    for name in ("max", "rei"):
        with pytest.raises(HiddenError):
            office.recode(name, case, RAISED)
    assert not seen(office, "max", case).may_recode
    with pytest.raises(HiddenError):
        seen(office, "rei", case)
    office.recode("susan", case, RAISED)
    assert seen(office, "mei", case).may_recode


def test_the_form_of_the_first_look_codes_nothing_after_it(office: Office) -> None:
    case = office.assigned("mei")
    for name in ("mei", "max"):
        with pytest.raises(NotNowError) as error:
            office.code(name, case, RAISED)
        assert error.value.guard == "state"


def test_what_somebody_else_did_meanwhile_is_not_overwritten(office: Office) -> None:
    case = office.assigned("mei")
    rev = office.rev(case)
    office.recode("susan", case, RAISED)
    with office.desk("mei") as desk, pytest.raises(MovedOnError) as moved:
        recoding.recode(desk, case, rev, Anew(all_coded(states=CHINA), "Another state."))
    assert (moved.value.by, moved.value.name) == (office.id("susan"), "level.set")
    assert office.look("mei", case).work.triage.weight is Level.URGENT


def test_nothing_that_was_said_is_left_open_again(office: Office) -> None:
    case = office.assigned("mei")
    office.recode("mei", case, RAISED)
    open_again = {
        "level_confirmed": replace(RAISED, level_reason=""),
        "danger_answered": replace(RAISED, dangers={Danger.HARM_SOON: Answer.YES}),
        "origin_coded": replace(RAISED, states=frozenset()),
        "same": RAISED,
    }
    for guard, coded in open_again.items():
        assert refused(office, "mei", case, coded) == guard
    assert refused(office, "mei", case, replace(RAISED, organisations=frozenset())) == (
        "origin_coded"
    )
    office.recode("mei", case, all_coded(level_reason=""))  # a person may say that it is over
    assert office.look("mei", case).work.triage.weight is Level(all_coded().level or 0)


def test_a_new_danger_asks_for_a_higher_level_or_a_new_reason(office: Office) -> None:
    case = office.assigned("mei")
    office.recode("mei", case, all_coded(level_reason="It is long ago."))
    calm = all_coded(dangers=IN_DANGER, level_reason="It is long ago.")
    assert refused(office, "mei", case, calm) == "rises"
    assert refused(office, "mei", case, replace(calm, level_reason="")) == "rises"
    office.recode("mei", case, replace(calm, level_reason="They have left the country."))
    view = seen(office, "mei", case)
    assert (view.rubric, view.triage.weight) == (Level.URGENT, all_coded().level)
    office.recode("mei", case, replace(calm, level_reason="They left.", states=CHINA))


def test_it_names_what_it_rests_on_and_keeps_what_stood_before(
    office: Office, app: Flask, seeds: Seeds
) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    accepted = office.clock()
    office.make("mei", case, "assign")
    office.later(hours=1)
    write(office, code, "It was Iran.")
    office.recode("mei", case, all_coded(states=IRAN), message=1)
    view = seen(office, "susan", case)
    by_name = {one.name: one for one in view.known}
    assert by_name["states"].codes == ("IR",)
    assert by_name["states"].source is Source.LATER
    assert by_name["states"].message == view.messages[0]
    assert view.called[by_name["states"].by]
    assert (by_name["level"].source, by_name["level"].by) == (Source.FIRST, office.id("both"))
    assert by_name["level"].at.replace(microsecond=0) == accepted.replace(microsecond=0)
    (past,) = view.history
    assert [(one.name, one.before, one.after) for one in past.changes] == [
        ("states", ("unknown",), ("IR",))
    ]
    assert past.one.why == "They wrote it to us."
    assert noted(app, seeds, case.hex()).count("fields.edited") == 2
    with office.desk("mei") as desk, pytest.raises(HiddenError):
        recoding.recode(desk, case, office.rev(case), Anew(all_coded(states=CHINA), "No.", 2))


def test_it_stands_in_the_timeline_for_whoever_comes_next(office: Office) -> None:
    case = office.assigned("mei")
    office.recode("mei", case, all_coded(states=IRAN))
    with office.desk("susan") as desk:
        told = [one.line for one in whole.look(desk, case).lines]
    (line,) = [one for one in told if one.what is What.RECODED]
    assert (line.by, line.changed) == (office.id("mei"), ("states",))
    assert line.text == "They wrote it to us."


def test_on_paper_an_organisation_stays_covered_that_was_named_before(office: Office) -> None:
    case = office.assigned("mei")
    office.recode("mei", case, all_coded(organisations=frozenset({"Friends of the Embassy"})))
    office.recode("mei", case, all_coded(), why="It was not the Friends of the Embassy.")
    with office.desk("mei") as desk:
        told = [one.line.text for one in paper.of(desk, case, Rest.LEAVE).whole.lines]
    assert "They wrote it to us." in told
    assert not [text for text in told if "Friends" in text]


def test_what_the_form_says_stands_there_until_somebody_says_it(office: Office) -> None:
    case = office.report({**URGENT, "state": ("IR",)})
    known = {one.name: one for one in seen(office, "susan", case).known}
    assert (known["harm_soon"].codes, known["level"].codes) == (("yes",), ("3",))
    office.claim("both", case)
    office.code("both", case, replace(URGENTLY_CODED, states=frozenset()))
    known = {one.name: one for one in seen(office, "susan", case).known}
    assert (known["states"].codes, known["states"].source) == (("IR",), Source.TOLD)
    assert known["states"].at.replace(second=0) == office.clock().replace(second=0)
    assert known["harm_soon"].codes == ("no",)
    assert known["level"].source is Source.FIRST


def test_before_the_first_look_ended_nothing_is_kept_of_it(office: Office) -> None:
    case = office.report()
    office.triage("rei", case)
    office.code("rei", case, all_coded(states=CHINA))
    assert office.look("rei", case).work.recodings == ()
    assert not seen(office, "susan", case).may_recode
    assert {one.by for one in seen(office, "susan", case).known} <= {b""}


def test_whoever_agreed_to_what_was_there_has_to_agree_again(office: Office) -> None:
    case = office.accepted()
    danger = {**NO_DANGER, Danger.CHILD: Answer.YES}
    office.recode("susan", case, all_coded(dangers=danger, level_reason="They moved."))
    with office.desk("simon") as desk:
        agreements.countersign(desk, case, "decline_t")
    agreed = office.look("mei", case).work
    office.recode("susan", case, all_coded(dangers=danger, level_reason="Moved.", states=CHINA))
    assert office.look("mei", case).work.countersigns == agreed.countersigns != ()
    with pytest.raises(NotNowError) as error:
        office.make("susan", case, "decline_t", reason="scam", message=TOLD)
    assert error.value.guard == "calm_or_two"


def test_a_grade_of_other_states_does_not_close_it(office: Office) -> None:
    case = office.proposed("mei")
    office.recode("mei", case, all_coded(states=CHINA))
    with pytest.raises(NotNowError):
        office.make("susan", case, "approve_close")
    office.make("susan", case, "return", reason="look again")
    with pytest.raises(NotNowError) as error:
        office.make("mei", case, "propose_close", closing=HELPED, message=TOLD, grade=None)
    assert error.value.guard == "grade_complete"
    assert office.look("mei", case).work.grades.newest == 1
    office.make("mei", case, "propose_close", closing=HELPED, message=TOLD)
    assert office.look("mei", case).work.grades.newest == 2
    office.make("susan", case, "approve_close")


def test_a_grade_that_waits_for_a_second_person_is_void(office: Office) -> None:
    case = office.assigned("mei")
    with office.desk("mei") as desk:
        grading.give(desk, case, a_grade(CORROBORATED, "official_act"), 0)
    assert office.look("mei", case).work.grade_waiting == 1
    office.recode("mei", case, all_coded(states=CHINA))
    with office.desk("susan") as desk:
        view = grading.look(desk, case)
        assert [one.standing for one in view.history] == [Standing.VOID]
        with pytest.raises(NotNowError):
            grading.answer(desk, case, Said(1, agrees=True))
    with office.desk("mei") as desk:
        grading.give(desk, case, a_grade(CORROBORATED, "official_act"), 1)
    with office.desk("susan") as desk:
        grading.answer(desk, case, Said(2, agrees=True))
    assert office.look("mei", case).work.grades.present == 2
    office.recode("mei", case, all_coded(states=IRAN))
    grades = office.look("mei", case).work.grades
    assert grades.is_outdated
    assert grades.counted == a_grade(CORROBORATED, "unclear", state_link_basis="")
    with office.desk("susan") as desk:
        begun = grading.look(desk, case).present
    assert begun == a_grade(CORROBORATED, "", state_link_basis="")


def test_other_things_leave_a_grade_as_it_is(office: Office) -> None:
    case = office.assigned("mei")
    with office.desk("mei") as desk:
        grading.give(desk, case, a_grade(), 0)
    office.recode("mei", case, RAISED)
    assert not office.look("mei", case).work.grades.is_outdated


def test_what_was_changed_too_often_says_so(office: Office) -> None:
    case = office.assigned("mei")
    with office.desk("mei") as desk:
        there = acts.begin(desk, case, Action.RECODE_CASE)
        one = Recoding(office.id("mei"), desk.now, "Again.", None, there.work.triage)
        full = replace(there.work, recodings=(one,) * recodings.MOST)
        acts.keep(desk, there, full, "fields.edited")
    assert refused(office, "mei", case, RAISED) == "level"
    # Whoever fills it up keeps nobody else from saying that it is urgent.
    office.recode("susan", case, RAISED)
    found = office.look("susan", case).work.recodings
    assert (len(found), found[-1].by) == (recodings.MOST + 1, office.id("susan"))


def test_the_rubric_never_says_less_than_the_form() -> None:
    told = {"kinds": ("threat",), "danger": ("now",)}
    triage = of_facets(told, NOW).triage
    assert recodings.rubric(triage, told) is Level.URGENT
    calm = of_facets(CALM, NOW).triage
    for danger in Danger:
        said = replace(calm, dangers={danger: Answer.YES})
        assert recodings.rubric(said, CALM) >= calm.proposed
    assert recodings.rubric(replace(calm, dangers={Danger.CHILD: Answer.NO}), CALM) == calm.proposed
