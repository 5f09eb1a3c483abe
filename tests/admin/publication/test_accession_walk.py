"""Whatever people grade, link, part, take back and choose: a unit stands in at most one row.

So whether all reports of a person are there or none changes every table by at most one, which is
what the noise of the figures is measured for. Some of the reports that hold others together are
sealed to intake, and some of the people open only those, or none of them.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TypeVar

import pytest
from flask import Flask

from admin import linking
from admin.grades import Grade
from admin.links import Verdict
from admin.publication import linked
from reporting.ids import CaseId
from reporting.models import Case, State
from tests.admin.test_case_walks import throws
from tests.admin.test_moves_walk import REFUSED
from tests.builders import Seeds
from tests.builders_cases import TOLD, a_grade
from tests.builders_frame import PLAUSIBLE, UNLIKELY, Counting, an_office_that_counts
from tests.builders_links import choose
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.walks import a_walk, on_one

One = TypeVar("One")
STEPS = 40
REPORTS = 5
HIDDEN = 4
PEOPLE = ("susan", "susan", "mei", "mei", "rei")
GRADES = (PLAUSIBLE, UNLIKELY, a_grade("supported", "unclear"))
LINKS = (Verdict.SAME_HOUSEHOLD, Verdict.SAME_INCIDENT)
OTHERS = (Verdict.DIFFERENT, Verdict.SAME_ACTOR)


@dataclass
class Walk:
    """Reports, and what a test knows of them by itself."""

    counting: Counting
    reports: list[CaseId]
    hidden: list[CaseId]
    dice: Iterator[int]
    graded: dict[CaseId, bool] = field(default_factory=dict)
    says: dict[CaseId, str] = field(default_factory=dict)
    seen: dict[CaseId, frozenset[bytes]] = field(default_factory=dict)

    @property
    def cases(self) -> list[CaseId]:
        return [*self.reports, *self.hidden]

    @property
    def in_line(self) -> list[CaseId]:
        """All reports as they are linked at first: one, two or none hidden between two others."""
        first, second, third, *more = self.reports
        one, *pair, other = self.hidden
        return [first, *pair, second, one, third, other, *more]

    def begin(self) -> None:
        for one, other in pairwise(self.in_line):
            self._judge(one, other, Verdict.SAME_INCIDENT, "susan")
        self.look()

    def step(self) -> None:
        (one, other), by = self._two(self.reports), self._any(PEOPLE)
        pair = self._neighbours()
        with suppress(*REFUSED):
            match next(self.dice) % 13:
                case 0 | 1 | 2 | 3:
                    self._grade(one, self._any(GRADES), by)
                case 4 | 5 | 6 | 7 | 8:
                    self._judge(*pair, self._any(LINKS), by)
                case 9:
                    self._judge(*pair, self._any(OTHERS), by)
                case 10:
                    with self.counting.office.desk(by) as desk:
                        linking.take_back(desk, *pair)
                case 11:
                    self._choose(one)
                case _:
                    self._go(*((one, other) if next(self.dice) % 2 else pair))
        self.look()

    def look(self) -> None:
        """Note what is linked; of what is taken back the last that was noted holds."""
        with self.counting.office.desk("susan") as desk:
            for case in self.cases:
                work = linked.peeked(desk, case)
                if work is not None:
                    self.seen[case] = linked.of(work.links)

    @property
    def links(self) -> set[frozenset[CaseId]]:
        """What staff said is one, whether it is there or not."""
        return {frozenset({one, CaseId(other)}) for one in self.seen for other in self.seen[one]}

    def counted(self) -> set[CaseId]:
        """Return which reports have to be counted."""
        return {
            case
            for case in self.reports
            if self.graded.get(case) and self.says.get(case, "yes") == "yes" and self._is_in(case)
        }

    def live(self) -> set[frozenset[CaseId]]:
        """Return the links between reports that are there."""
        return {link for link in self.links if all(self._state(case) in THERE for case in link)}

    def units(self) -> list[set[CaseId]]:
        """Return the reports that belong together, be they taken back or not."""
        return connected(set(self.cases), self.links)

    def is_open(self, case: CaseId) -> bool:
        """Say whether everybody who may count could say what belongs to a report."""
        unit = next(unit for unit in self.units() if case in unit)
        return all(self._state(one) is not State.WITHDRAWN for one in unit)

    def _grade(self, case: CaseId, grade: Grade, by: str) -> None:
        if by == "mei" and self._state(case) is State.TRIAGED:
            self.counting.office.make("mei", case, "assign")
        self.counting.grade(case, grade, by=by)
        self.graded[case] = grade != UNLIKELY

    def _judge(self, one: CaseId, other: CaseId, verdict: Verdict, by: str) -> None:
        with self.counting.office.desk(by) as desk:
            linking.judge(desk, one, other, verdict)

    def _choose(self, case: CaseId) -> None:
        if self._state(case) is not State.WITHDRAWN:
            answer = "yes" if self.says.get(case) == "no" else "no"
            self.counting.say(case, answer)
            self.says[case] = answer

    def _go(self, one: CaseId, other: CaseId) -> None:
        state = self._state(one)
        if state is State.WITHDRAWN:
            self.counting.bring_back(one)
        elif one in self.hidden or state is State.ACTIVE:
            self.counting.take_back(one)
        else:
            self._move(one, other)

    def _move(self, one: CaseId, other: CaseId) -> None:
        match self._state(one):
            case State.RECEIVED:
                self.counting.office.triage("both", one)
                self.counting.office.make("both", one, "accept")
            case State.TRIAGED if frozenset({one, other}) in self.links:
                self.counting.office.make("simon", one, "merge_t", survivor=other)
            case State.TRIAGED if next(self.dice) % 2:
                self.counting.take_back(one)
            case State.TRIAGED:
                self.counting.office.make("simon", one, "decline_t", reason="scam", message=TOLD)
            case State.MERGED:
                self.counting.office.make("susan", one, "unmerge", reason="by_mistake")
            case _:
                self.counting.office.make("susan", one, "appeal", reason="overlooked")

    def _two(self, cases: list[CaseId]) -> tuple[CaseId, CaseId]:
        most, at = len(cases), next(self.dice) % len(cases)
        return cases[at], cases[(at + 1 + next(self.dice) % (most - 1)) % most]

    def _neighbours(self) -> tuple[CaseId, CaseId]:
        at = next(self.dice) % (len(self.cases) - 1)
        return self.in_line[at], self.in_line[at + 1]

    def _any(self, wanted: Sequence[One]) -> One:
        return wanted[next(self.dice) % len(wanted)]

    def _is_in(self, case: CaseId) -> bool:
        return self._state(case) in IN

    def _state(self, case: CaseId) -> State:
        with the_staff(self.counting.app).service.read() as session:
            return State(session.get_one(Case, case).state)


IN = {State.TRIAGED, State.ACTIVE, State.MERGED}
THERE = {*IN, State.RECEIVED}


def connected(cases: set[CaseId], links: set[frozenset[CaseId]]) -> list[set[CaseId]]:
    """Return the groups of reports that links hold together, over any number of them."""
    groups = [{case} for case in cases]
    for link in links:
        touched = [group for group in groups if group & link]
        groups = [group for group in groups if not group & link]
        groups.append(set().union(*touched))
    return groups


@a_walk
@on_one
@pytest.mark.parametrize("seed", [b"x2", b"x3"])
def test_a_unit_is_in_at_most_one_row_whatever_people_do(
    app: Flask, seeds: Seeds, clock: Clock, seed: bytes
) -> None:
    counting = an_office_that_counts(app, seeds, clock)
    reports = [counting.accepted() for _ in range(REPORTS)]
    walk = Walk(counting, reports, [hidden(counting) for _ in range(HIDDEN)], throws(seed))
    walk.begin()
    for _ in range(STEPS):
        walk.step()
        clock.advance(timedelta(minutes=1))
        for name in ("", "mei", "susan"):
            if name:
                counting.run_due(name)
            if not counting.is_waiting():
                require_one_row(walk)
        assert not counting.is_waiting()
        require_all(walk)
    require_sensitivity_one(walk)


def hidden(counting: Counting) -> CaseId:
    """Return a report that stays sealed to intake; its reporter agreed to linking."""
    case, code = counting.office.filed()
    counting.codes[case] = code
    choose(counting.office, code, "yes")
    counting.office.claim("rei", case)
    return case


def require_one_row(walk: Walk) -> None:
    """See that a draw would find each unit once at most, and no two units in one row."""
    groups = walk.counting.groups()
    for together in connected(set(walk.cases), walk.live()):
        assert len([group for group in groups if group & together]) <= 1
    for group in groups:
        assert any(group <= unit for unit in walk.units())


def require_all(walk: Walk) -> None:
    """See that everybody is counted who is to be, unless nobody can say who belongs to them."""
    counted = {CaseId(case) for group in walk.counting.groups() for case in group}
    assert counted <= walk.counted()
    assert all(not walk.is_open(case) for case in walk.counted() - counted)


def require_sensitivity_one(walk: Walk) -> None:
    """Let all reports of one unit go, and see that one row goes and nothing else changes."""
    counting = walk.counting
    one, other = (counting.graded() for _ in range(2))
    counting.judge(one, other)
    before = Counter(counting.records())
    assert frozenset({one, other}) in counting.groups()
    for case in (one, other):
        counting.say(case, "no")
        counting.run_due()
        assert sum((before - Counter(counting.records())).values()) <= 1
    after = Counter(counting.records())
    assert (before - after).total() == 1
    assert (after - before).total() == 0
