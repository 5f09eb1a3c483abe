"""All whom staff linked to each other are counted once together, until they are parted."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace

import pytest
from flask import Flask

from admin.links import Verdict
from admin.publication import linked
from crypto.roles import Group
from reporting.case_rows import WorkRow
from reporting.ids import CaseId
from reporting.models import CaseWrap, Wrapped
from tests.builders import Seeds
from tests.builders_cases import a_grade
from tests.builders_frame import PLAUSIBLE, UNLIKELY, Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock

Keeping = Callable[[Counting, CaseId], AbstractContextManager[None]]


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    return an_office_that_counts(app, seeds, clock)


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
