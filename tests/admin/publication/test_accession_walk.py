"""Whatever people grade, link, part, take back and choose: a unit stands in at most one row.

So whether all reports of a person are there or none changes every table by at most one, which is
what the noise of the figures is measured for.
"""

from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta

from flask import Flask

from admin.links import Verdict
from reporting.ids import CaseId
from reporting.models import Case, State
from tests.admin.test_case_walks import throws
from tests.admin.test_moves_walk import REFUSED
from tests.builders import Seeds
from tests.builders_cases import TOLD, a_grade
from tests.builders_frame import PLAUSIBLE, UNLIKELY, Counting, an_office_that_counts
from tests.builders_staff import the_staff
from tests.conftest import Clock

STEPS = 45
REPORTS = 5
GRADES = (PLAUSIBLE, UNLIKELY, a_grade("supported", "unclear"))
LINKS = (Verdict.SAME_HOUSEHOLD, Verdict.SAME_INCIDENT)
OTHERS = (Verdict.DIFFERENT, Verdict.SAME_ACTOR)


@dataclass
class Walk:
    """Reports, and what a test knows of them by itself."""

    counting: Counting
    reports: list[CaseId]
    dice: Iterator[int]
    graded: dict[CaseId, bool] = field(default_factory=dict)
    says: dict[CaseId, str] = field(default_factory=dict)
    links: set[frozenset[CaseId]] = field(default_factory=set)

    def step(self) -> None:
        one, other = self._two()
        with suppress(*REFUSED):
            match next(self.dice) % 8:
                case 0 | 1:
                    grade = GRADES[next(self.dice) % len(GRADES)]
                    self.counting.grade(one, grade)
                    self.graded[one] = grade != UNLIKELY
                case 2 | 3:
                    self.counting.judge(one, other, LINKS[next(self.dice) % 2])
                    self.links.add(frozenset({one, other}))
                case 4:
                    self.counting.judge(one, other, OTHERS[next(self.dice) % 2])
                    self.links.discard(frozenset({one, other}))
                case 5:
                    self.counting.unjudge(one, other)
                    self.links.discard(frozenset({one, other}))
                case 6:
                    self._choose(one)
                case _:
                    self._move(one, other)
        self.counting.run_due()

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

    def _choose(self, case: CaseId) -> None:
        if self._state(case) is not State.WITHDRAWN:
            answer = "yes" if self.says.get(case) == "no" else "no"
            self.counting.say(case, answer)
            self.says[case] = answer

    def _move(self, one: CaseId, other: CaseId) -> None:
        match self._state(one):
            case State.WITHDRAWN:
                self.counting.bring_back(one)
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

    def _two(self) -> tuple[CaseId, CaseId]:
        at = next(self.dice) % REPORTS
        return self.reports[at], self.reports[(at + 1 + next(self.dice) % (REPORTS - 1)) % REPORTS]

    def _is_in(self, case: CaseId) -> bool:
        return self._state(case) in IN

    def _state(self, case: CaseId) -> State:
        with the_staff(self.counting.app).service.read() as session:
            return State(session.get_one(Case, case).state)


IN = {State.TRIAGED, State.MERGED}
THERE = {*IN, State.RECEIVED}


def connected(cases: set[CaseId], links: set[frozenset[CaseId]]) -> list[set[CaseId]]:
    """Return the groups of reports that links hold together, over any number of them."""
    groups = [{case} for case in cases]
    for link in links:
        touched = [group for group in groups if group & link]
        groups = [group for group in groups if not group & link]
        groups.append(set().union(*touched))
    return groups


def test_a_unit_is_in_at_most_one_row_whatever_people_do(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    counting = an_office_that_counts(app, seeds, clock)
    walk = Walk(counting, [counting.accepted() for _ in range(REPORTS)], throws(b"x2"))
    for _ in range(STEPS):
        walk.step()
        clock.advance(timedelta(minutes=1))
        groups, counted = counting.groups(), walk.counted()
        assert sorted(case for group in groups for case in group) == sorted(counted)
        for together in connected(set(walk.reports), walk.live()):
            rows = [group for group in groups if group & together]
            assert len(rows) <= 1
        for group in groups:
            assert any(group <= one for one in connected(set(walk.reports), walk.links))
    require_sensitivity_one(walk)


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
