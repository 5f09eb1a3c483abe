"""Builders of the frame: an office whose reports are counted, and officers who make the keys."""

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import case_due, grading, linking, moves
from admin.counted import NO_MAIN, Main
from admin.desk import Desk
from admin.grades import Grade
from admin.keyring import Ring
from admin.links import Verdict
from admin.publication import calendar, frame, periods, units
from admin.publication.frame_records import Record
from admin.publication.periods import PeriodKeys, UnitKeys
from admin.publication.units import Member, Unit
from crypto.roles import Role
from forms.answers import Answers
from reporting import mailbox, withdrawal
from reporting.ids import CaseId
from reporting.stat_rows import StatFrameRow
from reporting.visits import OpenMailbox
from reporting.withdrawal import Registry
from tests.arrivals import arrive
from tests.builders import Seeds
from tests.builders_cases import CALM, Office, a_grade, an_office_at_work
from tests.builders_links import choose
from tests.builders_staff import StaffMember, a_member, the_staff
from tests.conftest import Clock

HOUR = timedelta(hours=1)
A_RECORD = Record(1, 2, 3, 4, 5, 1)
PLAUSIBLE = a_grade("plausible", "unclear")
UNLIKELY = a_grade("unlikely", "unclear")


WithCode = Callable[[Session, OpenMailbox, Registry, datetime], None]


@dataclass
class Counting:
    """An office at work, and those who make the figures."""

    office: Office
    officers: Mapping[str, StaffMember]
    rings: dict[str, Ring] = field(default_factory=dict)
    codes: dict[CaseId, str] = field(default_factory=dict)

    @property
    def app(self) -> Flask:
        return self.office.app

    @property
    def period(self) -> int:
        return calendar.period_of(self.office.clock())

    def come_in(self, name: str) -> Ring:
        """Let an officer come in."""
        self.rings[name] = arrive(self.app, self.officers[name], self.office.clock).ring
        return self.rings[name]

    @contextmanager
    def desk(self, name: str) -> Iterator[Desk]:
        """Let somebody work in one unit of work, whoever they are."""
        service = the_staff(self.app).service
        ring = self.rings[name] if name in self.rings else self.office.rings[name]
        with service.begin() as session:
            verified = service.office.follow(session)
            yield Desk(session, ring, verified, service.journal, self.office.clock())

    def accepted(self, answers: Answers = CALM) -> CaseId:
        """Return a report whose reporter allows everything, past triage."""
        case, code = self.office.filed(answers)
        self.codes[case] = code
        choose(self.office, code, "yes")
        self.office.triage("both", case, answers)
        self.office.make("both", case, "accept")
        return case

    def graded(self, grade: Grade = PLAUSIBLE, answers: Answers = CALM) -> CaseId:
        case = self.accepted(answers)
        self.grade(case, grade)
        return case

    def grade(self, case: CaseId, grade: Grade, main: Main = NO_MAIN, by: str = "susan") -> None:
        newest = self.office.look(by, case).work.grades.newest
        with self.office.desk(by) as desk:
            grading.give(desk, case, grade, newest, main)

    def judge(self, one: CaseId, other: CaseId, verdict: Verdict = Verdict.SAME_HOUSEHOLD) -> None:
        with self.office.desk("susan") as desk:
            linking.judge(desk, one, other, verdict)

    def unjudge(self, one: CaseId, other: CaseId) -> None:
        with self.office.desk("susan") as desk:
            linking.take_back(desk, one, other)

    def say(self, case: CaseId, answer: str) -> None:
        """Let a reporter say yes or no to being counted."""
        choose(self.office, self.codes[case], answer, "c_stats")

    def take_back(self, case: CaseId) -> None:
        self._with_code(case, withdrawal.take_back)

    def bring_back(self, case: CaseId) -> None:
        self._with_code(case, withdrawal.undo)

    def run_due(self, name: str = "susan") -> None:
        """Do in somebody's session what is due."""
        case_due.run(lambda: self.office.desk(name))

    def keys(self, period: int | None = None) -> PeriodKeys:
        """Return what opens the records of a year."""
        with self.desk("olga") as desk:
            wanted = self.period if period is None else period
            return periods.open_for_draw(desk.session, desk.ring, desk.verified, wanted)

    def unit_keys(self, period: int | None = None) -> UnitKeys:
        """Return what casework counts a year with."""
        with self.office.desk("susan") as desk:
            wanted = self.period if period is None else period
            return periods.of_casework(desk.session, desk.ring, desk.verified, wanted)

    def records(self, period: int | None = None) -> list[Record]:
        """Return what is counted of a year."""
        keys = self.keys(period)
        with self.desk("olga") as desk:
            return [record for _, record in frame.rows(desk.session, keys)]

    def units(self, period: int | None = None) -> list[Unit]:
        """Return the units of a year."""
        keys = self.unit_keys(period)
        with self.office.desk("susan") as desk:
            return list(units.every(desk.session, keys))

    def groups(self, period: int | None = None) -> set[frozenset[bytes]]:
        """Return which reports are counted as one."""
        return {unit.cases for unit in self.units(period)}

    def fill(self, *records: Record) -> None:
        """Count units that nobody reported."""
        keys = self.unit_keys()
        with the_staff(self.app).service.begin() as session:
            for record in records:
                one = Member(secrets.token_bytes(16), record)
                units.put(session, keys, None, Unit(secrets.token_bytes(16), (one,)))

    def rows(self) -> list[StatFrameRow]:
        with the_staff(self.app).service.read() as session:
            return list(session.scalars(select(StatFrameRow).order_by(StatFrameRow.unit_key)))

    def is_waiting(self) -> bool:
        with the_staff(self.app).service.read() as session:
            return frame.waiting(session)

    def undo(self, name: str, case: CaseId) -> None:
        with self.office.desk(name) as desk:
            moves.undo(desk, case)

    def _with_code(self, case: CaseId, what: WithCode) -> None:
        service, now = the_staff(self.app).service, self.office.clock()
        registry = Registry(service.office, service.journal)
        with service.begin() as session:
            opened = mailbox.enter(session, self.codes[case], service.desk.pepper, now + HOUR)
            what(session, opened, registry, now)


def an_office_that_counts(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    """Let two officers join an office at work; the first has come in, and made the keys."""
    office = an_office_at_work(app, seeds, clock)
    officers = {
        name: a_member(app, seeds, name, Role.STATISTICS_OFFICER) for name in ("olga", "oscar")
    }
    counting = Counting(office, officers)
    counting.come_in("olga")
    return counting


def boxes(counting: Counting) -> dict[bytes, bytes]:
    """Return the sealed record of every unit that is counted."""
    return {row.unit_key: row.record_sealed for row in counting.rows()}
