"""What nobody here can count now waits for somebody who can, and nothing else waits."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select

from admin import cases, effects
from admin.case_table import SYSTEM
from admin.facts import NOBODY
from admin.gathering import Decision
from admin.keyring import Ring, make_keyring, open_ring
from admin.permissions import Action
from admin.publication import accession
from admin.transitions import TABLE, Move
from admin.work_effects import ERASES, Making
from crypto.chain import GENESIS
from crypto.custody import LiveKeys
from crypto.roles import Role
from reporting.counting import look_again
from reporting.stat_rows import StatPeriodRow
from tests.arrivals import arrive, let_go
from tests.builders import Seeds
from tests.builders_frame import PLAUSIBLE, UNLIKELY, Counting, an_office_that_counts, boxes
from tests.builders_staff import StaffMember, a_member, the_staff
from tests.conftest import Clock


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


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
