"""A person is counted once a year with all whom staff linked to them, and leaves no trace."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from itertools import pairwise

import pytest
from flask import Flask
from sqlalchemy import delete, insert, select
from sqlalchemy.exc import IntegrityError

from admin import cases, effects, linking
from admin.case_table import SYSTEM
from admin.counted import Main
from admin.errors import AlarmError, HiddenError
from admin.facts import NOBODY
from admin.gathering import Decision
from admin.grades import CORROBORATED
from admin.grading import Said, answer
from admin.keyring import Ring, make_keyring, open_ring
from admin.links import Verdict
from admin.permissions import Action
from admin.publication import accession, facets, frame_records, linked
from admin.transitions import TABLE, Move, NotNowError
from admin.work_effects import ERASES, Making
from crypto.chain import GENESIS
from crypto.custody import LiveKeys
from crypto.roles import Group, Role
from reporting import withdrawal
from reporting.case_rows import WorkRow
from reporting.counting import look_again
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, Wrapped
from reporting.stat_rows import StatDueRow, StatFrameRow, StatPeriodRow
from tests.arrivals import arrive, let_go
from tests.builders import Seeds
from tests.builders_cases import TOLD, a_grade, all_coded
from tests.builders_frame import PLAUSIBLE, UNLIKELY, Counting, an_office_that_counts
from tests.builders_staff import StaffMember, a_member, the_staff
from tests.conftest import Clock

ATTRIBUTED = a_grade("plausible", "official_act")
Keeping = Callable[[Counting, CaseId], AbstractContextManager[None]]
IN_TWO = {"kinds": ("threat", "cyber"), "target": ("activist", "politician")}


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


def boxes(counting: Counting) -> dict[bytes, bytes]:
    return {row.unit_key: row.record_sealed for row in counting.rows()}


@contextmanager
def altered(counting: Counting, case: CaseId) -> Iterator[None]:
    """Let nobody open the work on a report, for a while."""
    service = the_staff(counting.app).service
    with service.begin() as session:
        row = session.get_one(WorkRow, case)
        before, row.content_sealed = row.content_sealed, b"?"
    yield
    with service.begin() as session:
        session.get_one(WorkRow, case).content_sealed = before


@contextmanager
def not_handed_on(counting: Counting, case: CaseId) -> Iterator[None]:
    """Let a report be of an epoch that nobody handed on to the supervisor, for a while."""
    service, rings = the_staff(counting.app).service, counting.office.rings
    ring = rings["susan"]
    # Any epoch will do that is there and whose seed is not here.
    with counting.office.desk("susan") as desk:
        other = desk.verified.epoch(Group.PUBLICATION).id
    listed = {epoch: group for epoch, (group, _) in ring.seeds().items()} | {other: Group.CASEWORK}
    rings["susan"] = replace(ring, _awaited={other: Group.CASEWORK}, _listed=listed)
    with service.begin() as session:
        wrap = session.get_one(CaseWrap, (case, Wrapped.CASE))
        before, wrap.epoch_id = wrap.epoch_id, other
    yield
    with service.begin() as session:
        session.get_one(CaseWrap, (case, Wrapped.CASE)).epoch_id = before
    rings["susan"] = ring


def test_the_first_grade_that_counts_adds_one_row_and_a_worse_one_takes_it_away(
    counting: Counting,
) -> None:
    case = counting.graded(UNLIKELY)
    assert counting.rows() == []
    counting.grade(case, PLAUSIBLE)
    other = counting.graded()
    before = boxes(counting)
    assert counting.groups() == {frozenset({case}), frozenset({other})}
    counting.grade(case, a_grade("supported", "unclear"))
    assert {one.verif for one in counting.records()} == {1, 2}
    # What is counted of others stays as it was, byte for byte.
    assert len(before.items() & boxes(counting).items()) == 1
    counting.grade(case, UNLIKELY)
    assert counting.groups() == {frozenset({other})}
    counting.grade(case, PLAUSIBLE)
    assert counting.groups() == {frozenset({case}), frozenset({other})}


def test_corroborated_counts_once_a_second_person_agreed(counting: Counting) -> None:
    case = counting.graded(a_grade(CORROBORATED))
    assert counting.rows() == []
    with counting.office.desk("mei") as desk:
        answer(desk, case, Said(1, agrees=True))
    assert [one.verif for one in counting.records()] == [3]


def test_who_says_no_is_counted_no_more_and_who_says_yes_again_in_the_same_quarter(
    counting: Counting,
) -> None:
    case = counting.graded()
    counting.say(case, "no")
    assert counting.is_waiting()
    assert counting.rows()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.rows() == []
    quarter = counting.office.look("susan", case).work.counted
    assert quarter is not None
    counting.say(case, "yes")
    counting.run_due()
    assert [one.quarter for one in counting.records()] == [quarter.quarter]
    assert counting.groups() == {frozenset({case})}


def test_what_is_taken_back_leaves_with_the_next_session_and_counts_again_once_accepted(
    counting: Counting,
) -> None:
    case, other = counting.graded(), counting.graded()
    counting.take_back(case)
    assert counting.is_waiting()
    counting.run_due("rei")
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({other})}
    counting.bring_back(case)
    counting.run_due()
    assert counting.groups() == {frozenset({other})}
    counting.office.triage("both", case)
    counting.office.make("both", case, "accept")
    assert counting.groups() == {frozenset({case}), frozenset({other})}


def test_what_is_erased_before_anybody_looked_is_counted_no_more_either(
    counting: Counting,
) -> None:
    case = counting.graded()
    counting.take_back(case)
    with the_staff(counting.app).service.begin() as session:
        for table in (StatDueRow, StatFrameRow):
            assert session.scalars(select(table)).all()
        session.execute(delete(Case).where(Case.id == bytes(16)))
    counting.office.later(days=8)
    counting.office.rings.clear()
    counting.office.look("susan", counting.accepted())
    counting.run_due()
    assert counting.rows() == []


def test_a_household_is_one_row_whatever_is_graded_first(counting: Counting) -> None:
    first, second, third = counting.graded(), counting.graded(), counting.accepted()
    assert len(counting.rows()) == 2
    counting.judge(first, second)
    assert counting.groups() == {frozenset({first, second})}
    counting.judge(second, third)
    counting.grade(third, PLAUSIBLE)
    assert counting.groups() == {frozenset({first, second, third})}
    counting.grade(second, UNLIKELY)
    assert counting.groups() == {frozenset({first, third})}
    counting.unjudge(second, third)
    assert counting.groups() == {frozenset({first}), frozenset({third})}


def test_who_is_linked_over_somebody_that_is_not_counted_is_counted_with_them(
    counting: Counting,
) -> None:
    first, middle, last = counting.graded(), counting.accepted(), counting.graded()
    counting.judge(first, middle)
    counting.judge(middle, last, Verdict.SAME_INCIDENT)
    assert counting.groups() == {frozenset({first, last})}
    counting.judge(first, middle, Verdict.SAME_ACTOR)
    assert counting.groups() == {frozenset({first}), frozenset({last})}


@pytest.mark.parametrize("kept", [altered, not_handed_on], ids=["altered", "not handed on"])
def test_who_is_linked_to_somebody_that_does_not_open_is_counted_with_them(
    counting: Counting, kept: Keeping
) -> None:
    first, second = counting.accepted(), counting.graded()
    counting.judge(first, second)
    with kept(counting, second):
        counting.grade(first, PLAUSIBLE)
    assert counting.groups() == {frozenset({first, second})}


def test_who_is_parted_waits_while_somebody_of_theirs_does_not_open(
    counting: Counting,
) -> None:
    first, second, third = (counting.graded() for _ in range(3))
    counting.judge(first, second)
    counting.judge(second, third)
    with altered(counting, third):
        counting.unjudge(first, second)
        assert counting.groups() == set()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({first}), frozenset({second})}
    counting.grade(third, a_grade("supported", "unclear"))
    assert counting.groups() == {frozenset({first}), frozenset({second, third})}


def test_of_a_group_larger_than_any_family_nobody_is_lost(
    counting: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = counting.accepted(), counting.graded()
    counting.judge(first, second)
    monkeypatch.setattr(linked, "MOST", 1)
    counting.grade(first, PLAUSIBLE)
    assert counting.groups() == {frozenset({first, second})}


def test_the_same_actor_or_campaign_makes_nobody_a_relative(counting: Counting) -> None:
    first, second = counting.graded(), counting.graded()
    for verdict in (Verdict.SAME_ACTOR, Verdict.SAME_CAMPAIGN, Verdict.UNSURE):
        counting.judge(first, second, verdict)
    assert len(counting.rows()) == 2


def test_when_the_one_that_is_counted_leaves_another_of_the_household_is(
    counting: Counting,
) -> None:
    strong, weak = counting.graded(a_grade("supported", "unclear")), counting.graded()
    counting.judge(strong, weak)
    (unit,) = counting.units()
    first, second = (one.case for one in unit.members)
    verif = {strong: 2, weak: 1}
    assert [one.verif for one in counting.records()] == [verif[CaseId(first)]]
    counting.take_back(CaseId(first))
    counting.run_due()
    assert [one.verif for one in counting.records()] == [verif[CaseId(second)]]
    assert counting.groups() == {frozenset({second})}
    counting.say(CaseId(second), "no")
    counting.run_due()
    assert counting.rows() == []


def test_joined_reports_are_one_and_parted_ones_two(counting: Counting) -> None:
    first, second = counting.graded(), counting.graded()
    counting.judge(first, second, Verdict.SAME_INCIDENT)
    counting.office.make("simon", first, "merge_t", survivor=second)
    assert counting.groups() == {frozenset({first, second})}
    counting.office.make("susan", first, "unmerge", reason="not_the_same")
    assert counting.groups() == {frozenset({second})}
    counting.office.triage("both", first)
    counting.office.make("both", first, "accept")
    assert counting.groups() == {frozenset({first}), frozenset({second})}


def test_a_move_that_is_taken_back_is_taken_back_here_too(counting: Counting) -> None:
    first, second = counting.graded(), counting.graded()
    counting.judge(first, second, Verdict.SAME_INCIDENT)
    before = counting.office.look("susan", first).work
    counting.office.make("simon", first, "merge_t", survivor=second)
    counting.undo("simon", first)
    assert counting.office.look("susan", first).work == before
    assert counting.groups() == {frozenset({first, second})}


def test_refused_after_all_it_is_not_counted(counting: Counting) -> None:
    case = counting.graded()
    counting.office.make("simon", case, "decline_t", reason="scam", message=TOLD)
    assert counting.rows() == []


def test_a_second_row_of_a_unit_is_impossible_in_the_database(counting: Counting) -> None:
    counting.graded()
    (row,) = counting.rows()
    again = {"period": row.period, "unit_key": row.unit_key}
    boxes_of = {"record_sealed": row.record_sealed, "cluster_sealed": row.cluster_sealed}
    with pytest.raises(IntegrityError), the_staff(counting.app).service.begin() as session:
        session.execute(insert(StatFrameRow).values({**again, **boxes_of}))


def test_where_several_stand_a_person_chooses_which_comes_first(counting: Counting) -> None:
    case = counting.accepted(IN_TWO)
    with pytest.raises(NotNowError) as refused:
        counting.grade(case, PLAUSIBLE)
    assert refused.value.guard == "main_tactic"
    counting.grade(case, PLAUSIBLE, Main(tactic="cyber"))
    (record,) = counting.records()
    assert (record.tactic, record.target) == (5, 1)
    with pytest.raises(NotNowError):
        counting.grade(case, PLAUSIBLE, Main(tactic="cyber"))
    counting.grade(case, PLAUSIBLE, Main(tactic="threat"))
    assert [one.tactic for one in counting.records()] == [1]
    assert counting.office.look("susan", case).work.grades.newest == 1


def test_a_government_is_counted_only_where_it_is_held_responsible(counting: Counting) -> None:
    case = counting.accepted()
    counting.office.make("mei", case, "assign")
    counting.office.recode("mei", case, all_coded(states=frozenset({"IR", "KP"})))
    counting.grade(case, PLAUSIBLE)
    assert [one.origin for one in counting.records()] == [15]
    with pytest.raises(NotNowError) as refused:
        counting.grade(case, ATTRIBUTED)
    assert refused.value.guard == "main_state"
    counting.grade(case, ATTRIBUTED, Main(origin="KP"))
    assert [one.origin for one in counting.records()] == [14]
    # Nobody judged yet whether another government is behind it: until then none is counted.
    for states, main, number in (({"IR", "CN"}, "CN", 2), ({"CN", "HK"}, "", 2)):
        counting.office.recode("mei", case, all_coded(states=frozenset(states)))
        assert [one.origin for one in counting.records()] == [15]
        counting.grade(case, ATTRIBUTED, Main(origin=main))
        assert [one.origin for one in counting.records()] == [number]


def test_what_a_person_has_to_choose_first_is_not_counted_yet(counting: Counting) -> None:
    case = counting.accepted(IN_TWO)
    there = counting.office.look("susan", case)
    assert facets.coded(there.facets, there.work, PLAUSIBLE, 1) is None


def test_a_report_belongs_to_one_year_for_ever(counting: Counting, clock: Clock) -> None:
    case = counting.graded()
    period = counting.period
    clock.advance(datetime(period + 1, 1, 10, tzinfo=UTC) - clock())
    counting.office.rings.clear()
    counting.come_in("olga")
    counting.grade(case, a_grade("supported", "unclear"))
    other = counting.graded()
    counting.judge(case, other)
    assert counting.groups(period) == {frozenset({case})}
    assert counting.groups(period + 1) == {frozenset({other})}
    assert [one.verif for one in counting.records(period)] == [2]
    clock.advance(datetime(period + 1, 4, 2, tzinfo=UTC) - clock())
    counting.office.rings.clear()
    counting.come_in("olga")
    counting.grade(case, PLAUSIBLE)
    assert [one.verif for one in counting.records(period)] == [2]
    counting.grade(case, UNLIKELY)
    assert counting.rows()[0].period == period + 1
    counting.grade(case, PLAUSIBLE)
    assert len(counting.rows()) == 1


def test_without_keys_it_waits_and_is_counted_once_there_are_some(
    counting: Counting, clock: Clock
) -> None:
    clock.advance(datetime(counting.period + 1, 1, 10, tzinfo=UTC) - clock())
    counting.office.rings.clear()
    case = counting.graded()
    assert counting.rows() == []
    counting.run_due()
    assert counting.rows() == []
    counting.come_in("olga")
    counting.run_due()
    assert counting.groups() == {frozenset({case})}


def test_a_reader_for_whom_it_does_not_exist_still_lets_it_go(counting: Counting) -> None:
    case = counting.graded()
    counting.say(case, "no")
    counting.office.recuse("susan", states=frozenset({"CN"}))
    with pytest.raises(HiddenError):
        counting.office.look("susan", case)
    counting.run_due()
    assert counting.rows() == []


def test_an_altered_row_is_an_alarm(counting: Counting) -> None:
    case = counting.graded()
    with the_staff(counting.app).service.begin() as session:
        row = session.scalars(select(StatFrameRow)).one()
        row.cluster_sealed = row.cluster_sealed[:-1] + b"?"
    with pytest.raises(AlarmError):
        counting.grade(case, UNLIKELY)


def test_bands_are_none_in_a_year_that_does_not_measure_them(counting: Counting) -> None:
    counting.graded()
    (record,) = counting.records()
    assert (record.repeat, record.people) == (0, 0)
    assert [frame_records.repeat_band(n) for n in (1, 2, 3, 4, 40)] == [1, 2, 2, 3, 3]
    people = [frame_records.people_band(n) for n in (1, 2, 4, 5, 19, 20)]
    assert people == [1, 2, 2, 3, 3, 4]


def test_nobody_of_intake_alone_counts_anything(counting: Counting) -> None:
    case = counting.graded()
    with counting.office.desk("rei") as desk:
        assert not accession.is_open(desk)
        assert accession.due(desk) == ()
        assert not accession.leave(desk, bytes(16))
        accession.catch_up(desk, case)
    assert counting.rows()


def test_what_nobody_counts_yet_is_looked_at_by_who_can_open_it(counting: Counting) -> None:
    case, _code = counting.office.filed()
    with counting.office.desk("mei") as desk:
        look_again(desk.session, case)
    counting.run_due("mei")
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()


def test_what_nobody_marked_stays_as_it_is(counting: Counting) -> None:
    case = counting.graded()
    counting.run_due()
    before = boxes(counting)
    with counting.office.desk("susan") as desk:
        accession.catch_up(desk, case)
    assert boxes(counting) == before


def test_what_nobody_marked_and_casework_does_not_open_is_left_alone(counting: Counting) -> None:
    counting.graded()
    case, _code = counting.office.filed()
    before = boxes(counting)
    with counting.office.desk("mei") as desk:
        accession.catch_up(desk, case)
    assert boxes(counting) == before
    assert not counting.is_waiting()


def test_nobody_keeps_a_draw_waiting_with_reports_that_the_team_did_not_accept(
    counting: Counting,
) -> None:
    case, code = counting.office.filed()
    counting.codes[case] = code
    for said in ("yes", "no"):
        counting.say(case, said)
        assert not counting.is_waiting()
    counting.take_back(case)
    assert not counting.is_waiting()
    counting.bring_back(case)
    counting.say(case, "yes")
    assert not counting.is_waiting()


def test_whoever_has_no_key_of_the_year_leaves_it_to_others(
    counting: Counting, seeds: Seeds
) -> None:
    case = counting.graded()
    counting.take_back(case)
    newcomer = a_member(counting.app, seeds, "Nina Ono", Role.CASEWORKER)
    counting.office.later(days=200)
    counting.office.rings["nina"] = without_seeds(counting, newcomer)
    counting.run_due("nina")
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()


def test_what_cannot_be_written_now_waits_and_no_draw_begins_meanwhile(
    counting: Counting,
) -> None:
    gone, one, other = counting.graded(), counting.graded(), counting.graded()
    counting.run_due()
    with the_staff(counting.app).service.begin() as session:
        row = session.scalars(select(StatPeriodRow)).one()
        signed, row.signed = row.signed, b"?"
    counting.grade(gone, UNLIKELY)
    counting.judge(one, other)
    for _ in range(2):
        counting.run_due()
        assert counting.is_waiting()
        assert len(counting.rows()) == 3
    with the_staff(counting.app).service.begin() as session:
        session.scalars(select(StatPeriodRow)).one().signed = signed
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({one, other})}


@pytest.mark.parametrize("is_accepted", [False, True])
def test_an_acceptance_taken_back_without_keys_leaves_no_row_behind(
    counting: Counting, *, is_accepted: bool
) -> None:
    case = counting.accepted()
    counting.say(case, "no")
    counting.grade(case, PLAUSIBLE)
    counting.take_back(case)
    counting.run_due()
    counting.bring_back(case)
    counting.say(case, "yes")
    counting.office.triage("both", case)
    counting.office.make("both", case, "accept")
    assert counting.groups() == {frozenset({case})}
    with the_staff(counting.app).service.begin() as session:
        row = session.scalars(select(StatPeriodRow)).one()
        signed, row.signed = row.signed, b"?"
    counting.undo("both", case)
    counting.say(case, "no")
    if is_accepted:
        counting.office.make("both", case, "accept")
    counting.run_due("both")
    assert counting.is_waiting()
    with the_staff(counting.app).service.begin() as session:
        session.scalars(select(StatPeriodRow)).one().signed = signed
    counting.run_due("both")
    assert not counting.is_waiting()
    assert counting.rows() == []


def test_who_erases_without_keys_of_the_year_leaves_word_to_those_who_count(
    counting: Counting,
) -> None:
    case = counting.graded()
    counting.office.rings.clear()
    with the_staff(counting.app).service.begin() as session:
        row = session.scalars(select(StatPeriodRow)).one()
        signed, row.signed = row.signed, b"?"
    with counting.office.desk("susan") as desk:
        there = cases.opened(desk.session, desk.ring, case, Action.OPEN_CASE)
        rules = TABLE.transitions.values()
        rule = next(one for one in rules if ERASES in one.effects)
        move = Move(rule.name, SYSTEM, rule.sources[0], rule.to, rule.effects, rule.undo_s)
        decision = Decision(rule.name, there.case.rev)
        effects.erase(Making(desk, there, decision, move, NOBODY))
    assert counting.is_waiting()
    with the_staff(counting.app).service.begin() as session:
        session.scalars(select(StatPeriodRow)).one().signed = signed
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.rows() == []


def test_nothing_is_lost_while_an_officer_has_left_and_nobody_made_other_keys(
    counting: Counting, seeds: Seeds
) -> None:
    one, other, last = counting.graded(), counting.graded(), counting.graded()
    counting.judge(one, other)
    counting.come_in("oscar")
    let_go(counting.app, seeds, counting.officers["olga"])
    counting.judge(other, last)
    counting.run_due()
    assert counting.is_waiting()
    counting.come_in("oscar")
    counting.rings["olga"] = counting.rings["oscar"]
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({one, other, last})}


def without_seeds(counting: Counting, person: StaffMember) -> Ring:
    """Return the ring of somebody to whom nobody has handed anything on yet."""
    ring = arrive(counting.app, person, counting.office.clock).ring
    keys = LiveKeys(make_keyring((), GENESIS, GENESIS), {})
    with counting.office.desk("susan") as desk:
        return open_ring(ring.person, keys, desk.verified)


def unopened(counting: Counting, by: str = "rei") -> CaseId:
    """Return a report that nobody of casework alone opens."""
    case, _code = counting.office.filed()
    counting.office.claim(by, case)
    return case


def same(counting: Counting, one: CaseId, other: CaseId, by: str = "susan") -> None:
    with counting.office.desk(by) as desk:
        linking.judge(desk, one, other, Verdict.SAME_INCIDENT)


@pytest.mark.parametrize("between", [1, 2, 3])
def test_who_is_linked_over_reports_that_nobody_here_opens_is_no_second_row(
    counting: Counting, between: int
) -> None:
    first, last = counting.graded(), counting.accepted()
    chain = [first, *(unopened(counting) for _ in range(between)), last]
    for one, other in pairwise(chain):
        same(counting, one, other)
    counting.office.make("mei", last, "assign")
    counting.grade(last, PLAUSIBLE, by="mei")
    assert len(counting.groups()) == 1
    assert not counting.is_waiting()
    counting.run_due()
    assert counting.groups() == {frozenset({first, last})}


@pytest.mark.parametrize("hidden", [1, 2])
def test_who_could_be_linked_to_somebody_unseen_waits_until_somebody_sees_it(
    counting: Counting, hidden: int
) -> None:
    first, last = counting.accepted(), counting.accepted()
    chain = [first, *(unopened(counting) for _ in range(hidden)), last]
    for one, other in pairwise(chain):
        same(counting, one, other)
    for case in (first, last):
        counting.office.make("mei", case, "assign")
        counting.grade(case, PLAUSIBLE, by="mei")
        assert counting.groups() == set()
    counting.run_due("mei")
    assert counting.groups() == set()
    assert not counting.is_waiting()
    counting.run_due()
    assert counting.groups() == {frozenset({first, last})}


def test_who_is_linked_to_somebody_of_whom_not_all_is_seen_is_counted_once_it_is(
    counting: Counting,
) -> None:
    first, second, third = counting.graded(), counting.graded(), counting.accepted()
    counting.judge(first, second)
    same(counting, third, unopened(counting))
    same(counting, second, third, by="mei")
    assert counting.groups() == set()
    counting.run_due("mei")
    assert not counting.is_waiting()
    assert counting.groups() == set()
    counting.run_due()
    assert counting.groups() == {frozenset({first, second})}


def test_two_chains_that_intake_ties_together_are_one_once_casework_has_looked(
    counting: Counting,
) -> None:
    first, last = counting.graded(), counting.graded()
    one, other = unopened(counting), unopened(counting)
    same(counting, first, one)
    same(counting, other, last)
    same(counting, one, other, by="rei")
    assert counting.is_waiting()
    counting.run_due("mei")
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({first, last})}


def test_what_intake_parts_is_parted_once_casework_has_looked(counting: Counting) -> None:
    first, last = counting.graded(), counting.graded()
    one, other = unopened(counting), unopened(counting)
    for here, there in ((first, one), (other, last)):
        same(counting, here, there)
    same(counting, one, other, by="rei")
    counting.run_due()
    with counting.office.desk("rei") as desk:
        linking.take_back(desk, one, other)
    assert counting.is_waiting()
    counting.run_due()
    assert counting.groups() == {frozenset({first}), frozenset({last})}
    assert not counting.is_waiting()


def test_what_intake_links_of_reports_that_lead_nowhere_keeps_nobody_waiting(
    counting: Counting,
) -> None:
    counting.graded()
    same(counting, unopened(counting), unopened(counting), by="rei")
    assert not counting.is_waiting()


def test_a_tie_that_nobody_looked_at_is_looked_at_when_it_is_brought_back(
    counting: Counting,
) -> None:
    first, last = counting.graded(), counting.graded()
    hidden = []
    for _ in range(2):
        case, code = counting.office.filed()
        counting.codes[case] = code
        hidden.append(case)
        counting.office.claim("rei", case)
    one, other = hidden
    same(counting, first, one)
    same(counting, other, last)
    same(counting, one, other, by="rei")
    for case in hidden:
        counting.take_back(case)
    counting.run_due()
    assert not counting.is_waiting()
    assert len(counting.groups()) == 2
    counting.bring_back(one)
    counting.bring_back(other)
    assert counting.is_waiting()
    counting.run_due()
    assert not counting.is_waiting()
    assert counting.groups() == {frozenset({first, last})}


def test_who_is_linked_over_what_was_taken_back_waits_until_that_is_final(
    counting: Counting,
) -> None:
    first, middle, last = counting.accepted(), counting.accepted(), counting.accepted()
    same(counting, first, middle)
    same(counting, middle, last)
    counting.take_back(middle)
    counting.run_due()
    counting.grade(first, PLAUSIBLE)
    counting.grade(last, PLAUSIBLE)
    counting.run_due()
    assert counting.groups() == set()
    assert not counting.is_waiting()
    with the_staff(counting.app).service.begin() as session:
        withdrawal.erase(session, middle, counting.office.clock())
    counting.run_due()
    assert counting.groups() == {frozenset({first, last})}
