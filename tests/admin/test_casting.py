"""What is said of people and acts goes with the report through everything that happens to it."""

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import select

from admin import casting, open_questions, transitions, whole
from admin.cast import MOST_FIGURES, MOST_HAPPENED, MOST_VERSIONS, Figure, Happened, Part
from admin.casting import Seen
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, MovedOnError
from admin.transitions import NotNowError
from admin.unknowns import MOST, MOST_OPEN
from reporting import withdrawal
from reporting.case_rows import WorkRow
from reporting.ids import CaseId
from tests.admin.test_moves_casework import by_code
from tests.builders_cases import NOTE, Office, all_coded
from tests.builders_staff import the_staff
from tests.walks import on_one

AUNT = Figure("canary-aunt", Part.VICTIM, "relative")
HIM = Figure("canary-him", Part.PERPETRATOR, "police")
CALLED = Happened("threat.message", "2026-03", "online", 1, 0, "canary-sentence")


def add(office: Office, case: CaseId, figure: Figure = AUNT, name: str = "mei") -> None:
    with office.desk(name) as desk:
        casting.add_figure(desk, case, figure)


def act(office: Office, case: CaseId, happened: Happened = CALLED, name: str = "mei") -> None:
    with office.desk(name) as desk:
        casting.add_happened(desk, case, happened)


def ask(office: Office, case: CaseId, text: str = "canary-question", name: str = "mei") -> None:
    with office.desk(name) as desk:
        open_questions.ask(desk, case, text)


def everything(office: Office, case: CaseId) -> None:
    add(office, case)
    act(office, case, replace(CALLED, to=1))
    ask(office, case)


def said(office: Office, case: CaseId, name: str = "mei") -> tuple[object, ...]:
    work = office.look(name, case).work
    figures = tuple(entry.now for entry in work.cast.figures)
    acts = tuple(entry.now for entry in work.cast.happened)
    return figures, acts, tuple(one.text for one in work.unknowns)


ALL = ((AUNT,), (replace(CALLED, to=1),), ("canary-question",))


def test_new_keys_and_moves_keep_it_and_so_does_taking_them_back(office: Office) -> None:
    case = office.report()
    with office.desk("both") as desk:
        casting.add_figure(desk, case, AUNT)
        casting.add_happened(desk, case, replace(CALLED, to=1))
        open_questions.ask(desk, case, "canary-question")
    office.triage("both", case)
    office.make("both", case, "accept")
    assert said(office, case) == ALL
    office.make("mei", case, "assign")
    office.undo("mei", case)
    assert said(office, case) == ALL
    office.make("mei", case, "assign")
    office.make("mei", case, "release", handover=NOTE)
    assert said(office, case, "max") == ALL


def test_whatever_is_said_keeps_the_last_move_from_being_taken_back(office: Office) -> None:
    case = office.accepted()
    office.make("mei", case, "assign")
    add(office, case)
    with pytest.raises(NotNowError):
        office.undo("mei", case)
    assert said(office, case)[0] == (AUNT,)


def test_taken_back_nobody_opens_it_and_brought_back_it_is_there(office: Office) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    everything(office, case)
    by_code(office, code, withdrawal.take_back)
    with pytest.raises(HiddenError):
        office.look("mei", case)
    by_code(office, code, withdrawal.undo)
    assert said(office, case, "both") == ALL


def test_erased_nothing_of_it_is_left(office: Office) -> None:
    case = office.assigned()
    everything(office, case)
    with the_staff(office.app).service.begin() as session:
        withdrawal.erase(session, case, office.clock())
    with the_staff(office.app).service.read() as session:
        assert not session.scalars(select(WorkRow).where(WorkRow.case_id == case)).all()


def test_the_row_says_nothing_of_it_and_what_is_altered_is_an_alarm(office: Office) -> None:
    case = office.assigned()
    everything(office, case)
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(WorkRow, case)
        assert b"canary" not in row.content_sealed
        row.content_sealed = row.content_sealed[:-1] + bytes([row.content_sealed[-1] ^ 1])
    with pytest.raises(AlarmError), office.desk("mei") as desk:
        whole.look(desk, case)


@pytest.mark.parametrize("name", ["max", "both"])
def test_only_owner_and_supervisors_say_who_did_it(office: Office, name: str) -> None:
    case = office.assigned("mei")
    with pytest.raises(NotNowError) as refused:
        add(office, case, HIM, name)
    assert refused.value.guard == casting.PART
    add(office, case, AUNT, name)
    for figure, seen in ((HIM, Seen(1, 1)), (AUNT, Seen(2, 1))):
        if seen.number == 2:
            add(office, case, HIM, "susan")
        with pytest.raises(NotNowError), office.desk(name) as desk:
            casting.change_figure(desk, case, seen, figure)
    with pytest.raises(NotNowError), office.desk(name) as desk:
        casting.take_off_figure(desk, case, Seen(2, 1))
    with office.desk("mei") as desk:
        casting.take_off_figure(desk, case, Seen(2, 1))


def test_a_change_lies_on_top_and_the_same_again_is_none(office: Office) -> None:
    case = office.assigned()
    add(office, case)
    other = replace(AUNT, relation="friend")
    with office.desk("mei") as desk:
        casting.change_figure(desk, case, Seen(1, 1), AUNT)
        casting.change_figure(desk, case, Seen(1, 1), other)
        casting.take_off_figure(desk, case, Seen(1, 2))
    versions = office.look("mei", case).work.cast.figures[0].versions
    assert [version.said for version in versions] == [AUNT, other, None]
    act(office, case, replace(CALLED, by=0))
    changed = replace(CALLED, by=0, when="")
    with office.desk("max") as desk:
        casting.change_happened(desk, case, Seen(1, 1), replace(CALLED, by=0))
        casting.change_happened(desk, case, Seen(1, 1), changed)
        casting.take_off_happened(desk, case, Seen(1, 2))
    acts = office.look("mei", case).work.cast.happened[0].versions
    assert [version.said for version in acts] == [replace(CALLED, by=0), changed, None]
    assert [version.by for version in acts] == [office.id(name) for name in ("mei", "max", "max")]


def test_whoever_comes_second_is_told_who_was_quicker(office: Office) -> None:
    case = office.assigned()
    everything(office, case)
    with office.desk("max") as desk:
        casting.change_figure(desk, case, Seen(1, 1), replace(AUNT, line="other"))
        casting.take_off_happened(desk, case, Seen(1, 1))
        open_questions.settle(desk, case, 1, "")
    later: tuple[Callable[[Desk], None], ...] = (
        lambda desk: casting.change_figure(desk, case, Seen(1, 1), AUNT),
        lambda desk: casting.take_off_figure(desk, case, Seen(1, 1)),
        lambda desk: casting.change_happened(desk, case, Seen(1, 1), CALLED),
        lambda desk: open_questions.settle(desk, case, 1, "yes"),
    )
    for late in later:
        with pytest.raises(MovedOnError) as told, office.desk("mei") as desk:
            late(desk)
        assert told.value.by == office.id("max")


@pytest.mark.parametrize("number", [0, 2])
def test_an_entry_that_never_was_does_not_exist(office: Office, number: int) -> None:
    case = office.assigned()
    everything(office, case)
    acts: tuple[Callable[[Desk], None], ...] = (
        lambda desk: casting.change_figure(desk, case, Seen(number, 1), AUNT),
        lambda desk: casting.take_off_happened(desk, case, Seen(number, 1)),
        lambda desk: open_questions.settle(desk, case, number, ""),
    )
    for refused in acts:
        with pytest.raises(HiddenError), office.desk("mei") as desk:
            refused(desk)


def test_an_act_is_about_people_who_stand_there(office: Office) -> None:
    case = office.assigned()
    everything(office, case)
    with office.desk("mei") as desk:
        casting.take_off_figure(desk, case, Seen(1, 1))
    for wrong, place in ((CALLED, casting.BY), (replace(CALLED, by=0, to=9), casting.TO)):
        with pytest.raises(NotNowError) as refused:
            act(office, case, wrong)
        assert refused.value.guard == place
    kept = replace(CALLED, to=1, by=0, sentence="other")
    with office.desk("mei") as desk:
        casting.change_happened(desk, case, Seen(1, 1), kept)


def refuse(office: Office, guard: str, case: CaseId, more: object) -> None:
    with pytest.raises(NotNowError) as refused:
        match more:
            case Figure():
                add(office, case, more)
            case Happened():
                act(office, case, more)
            case _:
                ask(office, case)
    assert refused.value.guard == guard


@on_one
def test_there_is_an_end_to_people_acts_and_questions(office: Office) -> None:
    case = office.assigned()
    plain = replace(CALLED, by=0)
    with office.desk("mei") as desk:
        for _each in range(MOST_FIGURES):
            casting.add_figure(desk, case, AUNT)
        for _each in range(MOST_HAPPENED):
            casting.add_happened(desk, case, plain)
        for _each in range(MOST_OPEN):
            open_questions.ask(desk, case, "x")
    refuse(office, casting.LINE, case, AUNT)
    refuse(office, casting.TACTIC, case, plain)
    refuse(office, open_questions.QUESTION, case, "x")
    with office.desk("mei") as desk:
        casting.take_off_figure(desk, case, Seen(40, 1))
        casting.add_figure(desk, case, AUNT)
        known = MOST_FIGURES + MOST_HAPPENED + 2
        for n in range(MOST_VERSIONS - known):
            said = replace(AUNT, line=str(n))
            casting.change_figure(desk, case, Seen(1, n + 1), said)
        casting.take_off_figure(desk, case, Seen(2, 1))
        casting.take_off_happened(desk, case, Seen(1, 1))
    refuse(office, casting.LINE, case, AUNT)
    refuse(office, casting.TACTIC, case, plain)
    with office.desk("mei") as desk:
        for number in range(1, MOST + 1):
            if number > MOST_OPEN:
                open_questions.ask(desk, case, "x")
            open_questions.settle(desk, case, number, "")
    refuse(office, open_questions.QUESTION, case, "x")


def test_where_nobody_works_any_more_nothing_is_said(office: Office) -> None:
    case = office.proposed()
    everything(office, case)
    office.make("susan", case, "approve_close")
    before = said(office, case)
    for more in (AUNT, replace(CALLED, by=0), "x"):
        refuse(office, transitions.STATE, case, more)
    with pytest.raises(NotNowError), office.desk("mei") as desk:
        whole.look_to_write(desk, case)
    with office.desk("mei") as desk:
        assert not whole.look(desk, case).may_write
    assert said(office, case) == before
    office.make("mei", case, "reopen", reason="new_facts")
    add(office, case)


def test_for_whom_a_report_does_not_exist_nothing_of_it_does(office: Office) -> None:
    case = office.report()
    office.triage("both", case)
    states = frozenset({"CN"})
    office.code("both", case, all_coded(states=states))
    office.make("both", case, "accept")
    office.recuse("max", states=states)
    acts: tuple[Callable[[Desk], object], ...] = (
        lambda desk: whole.look(desk, case),
        lambda desk: whole.open_for_paper(desk, case),
        lambda desk: whole.look_to_write(desk, case),
        lambda desk: casting.add_figure(desk, case, AUNT),
        lambda desk: open_questions.ask(desk, case, "x"),
    )
    for hidden in acts:
        with pytest.raises(HiddenError), office.desk("max") as desk:
            hidden(desk)
