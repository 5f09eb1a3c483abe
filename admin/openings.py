"""Openings: what somebody has opened today, for themself alone.

On probation it limits how many reports they open, in a flood it says whether they read one of those
to be set aside, and to them it says when to rest. It is sealed to themself, so that neither the
database nor a colleague tells who opened what, or how much of it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Final, Self

from sqlalchemy.orm import Session

from admin import fact_records as facts
from admin import letters
from admin.errors import AlarmError, EnoughForTodayError
from admin.keyring import Ring
from admin.letters import Kind
from crypto.envelope import OpenError
from reporting import records
from reporting.clock import day_of
from reporting.ids import CaseId, FileId

# What is remembered always fills the same bytes: beyond so many, the first ones are forgotten.
MOST_CASES: Final = 240
MOST_FILES: Final = 120
DIGITS: Final = 16  # of a random number, enough to know it again
REST_AFTER: Final = timedelta(minutes=90)
REST_AFTER_HEAVY: Final = 12
A_REST: Final = timedelta(minutes=20)
_MARKS: Final = {True: "+", False: "-"}


@dataclass(frozen=True, slots=True)
class Openings:
    """What somebody opened on one day.

    `begun` is when they began after their last rest, `last` when they opened something last, and
    `lately_heavy` how many heavy reports that were in between. `given` are those of the reports
    that were only in their hands when they were shown, and have not been passed on since.
    """

    day: date
    begun: datetime
    last: datetime
    cases: tuple[str, ...] = field(default=(), repr=False)
    files: tuple[str, ...] = field(default=(), repr=False)
    heavy: int = 0
    lately_heavy: int = 0
    given: frozenset[str] = field(default=frozenset(), repr=False)

    def __contains__(self, row: bytes) -> bool:
        return _short(row) in self.cases or _short(row) in self.files

    @property
    def is_empty(self) -> bool:
        """Whether nothing was opened."""
        return not self.cases and not self.files

    @property
    def minutes(self) -> int:
        """For how long they have been reading without a rest."""
        return int((self.last - self.begun).total_seconds()) // 60

    def wants_rest(self, now: datetime) -> bool:
        """Say whether they should rest now: nobody else is told, and nothing depends on it."""
        is_reading = now - self.last < A_REST
        is_long = self.last - self.begun >= REST_AFTER
        return is_reading and (is_long or self.is_heavy)

    @property
    def is_heavy(self) -> bool:
        """Whether they have read many heavy reports without a rest."""
        return self.lately_heavy >= REST_AFTER_HEAVY

    def with_case(self, case: CaseId, now: datetime, *, is_heavy: bool) -> Self:
        """Return it with one more report."""
        before = self._at(now)
        cases = (*before.cases, _short(case))[-MOST_CASES:]
        return replace(
            before,
            cases=cases,
            heavy=before.heavy + is_heavy,
            lately_heavy=before.lately_heavy + is_heavy,
            given=before.given.intersection(cases),
        )

    def was_given(self, case: CaseId) -> bool:
        """Say whether a report was shown because it was in their hands, and not passed on yet."""
        return _short(case) in self.given

    def with_given(self, case: CaseId) -> Self:
        """Return it with that a report among these was only in their hands."""
        return replace(self, given=self.given | {_short(case)})

    def with_passed_on(self, case: CaseId) -> Self:
        """Return it with that a report among these is passed on."""
        return replace(self, given=self.given - {_short(case)})

    def with_file(self, file: FileId, now: datetime) -> Self:
        """Return it with one more file."""
        before = self._at(now)
        return replace(before, files=(*before.files, _short(file))[-MOST_FILES:])

    def _at(self, now: datetime) -> Self:
        if self.is_empty or now - self.last >= A_REST:
            return replace(self, begun=now, last=now, lately_heavy=0)
        return replace(self, last=now)


def of(session: Session, ring: Ring, now: datetime) -> Openings:
    """Return what this person opened today."""
    today = day_of(now)
    nothing = Openings(today, now, now)
    record = letters.read_own(session, ring, Kind.OPENED)
    if "begun" not in record:
        return nothing  # there is none, or one from before it was written like this
    try:
        return _read(record) if records.day(record, "day") == today else nothing
    except OpenError:  # pragma: no cover - only its owner's key opens it, and we write no nonsense
        raise AlarmError("the list of what was opened today was altered") from None


def keep(session: Session, ring: Ring, opened: Openings) -> None:
    """Keep what this person opened today."""
    letters.keep_own(session, ring, Kind.OPENED, _written(opened))


def require_room(ring: Ring, opened: Openings, case: CaseId) -> None:
    """Raise EnoughForTodayError where the stage lets nobody open one more report today."""
    if not ring.person.limits.allows_another(len(opened.cases)):
        raise EnoughForTodayError(case)


def has_opened(session: Session, ring: Ring, any_of: Iterable[bytes], now: datetime) -> bool:
    """Say whether somebody opened one of these reports today."""
    opened = of(session, ring, now)
    return any(case in opened for case in any_of)


def _short(row: bytes) -> str:
    return row.hex()[:DIGITS]


def _written(opened: Openings) -> records.Record:
    return {
        "day": opened.day.isoformat(),
        "begun": facts.seconds(opened.begun),
        "last": facts.seconds(opened.last),
        "cases": list(opened.cases),
        # A sign for each of them: they have room for no second list.
        "given": "".join(_MARKS[case in opened.given] for case in opened.cases),
        "files": list(opened.files),
        "heavy": opened.heavy,
        "lately_heavy": opened.lately_heavy,
    }


def _read(record: records.Record) -> Openings:
    cases = records.texts(record, "cases")
    marks = records.text(record, "given") if "given" in record else ""
    return Openings(
        day=records.day(record, "day"),
        begun=facts.moment(records.number(record, "begun")),
        last=facts.moment(records.number(record, "last")),
        cases=cases,
        files=records.texts(record, "files"),
        heavy=records.number(record, "heavy"),
        lately_heavy=records.number(record, "lately_heavy"),
        given=frozenset(case for case, mark in zip(cases, marks, strict=False) if mark == "+"),
    )
