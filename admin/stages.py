"""Stages: what each of them asks for before it begins, and what it lets somebody do.

Which stage somebody is in is signed (crypto.standing). What a step asks for is checked by both
managers when they sign; the day that a step states is that of the first of them.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum, unique
from types import MappingProxyType
from typing import Final, Self

from admin.conduct import CONDUCT
from admin.likeness import fold
from crypto.envelope import opening
from crypto.standing import Progress, Stage
from reporting import records
from reporting.records import Record

REFERENCES: Final = 2
# Days in the stage before. Who comes back after a suspension begins to count anew.
_DAYS: Final[Mapping[tuple[Stage, Stage], timedelta]] = MappingProxyType(
    {
        (Stage.TRAINEE, Stage.PROBATION): timedelta(days=14),
        (Stage.PROBATION, Stage.MEMBER): timedelta(days=60),
    }
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a stage lets somebody do; where there is no limit to a day's cases, it is None."""

    may_practise: bool = False
    may_hold_group_keys: bool = False
    may_open_contact: bool = False
    cases_a_day: int | None = 0
    needs_countersign: bool = True

    def allows_another(self, opened_today: int) -> bool:
        """Say whether somebody who opened so many cases today may open one more."""
        return self.cases_a_day is None or opened_today < self.cases_a_day


_NOTHING: Final = Limits()
_LIMITS: Final[Mapping[Stage, Limits]] = MappingProxyType(
    {
        Stage.TRAINEE: Limits(may_practise=True),
        Stage.PROBATION: Limits(may_practise=True, may_hold_group_keys=True, cases_a_day=20),
        Stage.MEMBER: Limits(
            may_practise=True,
            may_hold_group_keys=True,
            may_open_contact=True,
            cases_a_day=None,
            needs_countersign=False,
        ),
    }
)


@unique
class Lack(StrEnum):
    """What a step still lacks."""

    REFERENCES = "references"
    INTERVIEW = "interview"
    CONDUCT = "conduct"
    DAYS = "days"
    DECLARATION = "declaration"


_ASKED: Final[Mapping[Stage, tuple[Lack, ...]]] = MappingProxyType(
    {
        Stage.VETTED: (Lack.REFERENCES, Lack.INTERVIEW, Lack.CONDUCT),
        Stage.TRAINEE: (Lack.CONDUCT,),
        Stage.PROBATION: (Lack.CONDUCT, Lack.DAYS, Lack.DECLARATION),
        Stage.MEMBER: (Lack.CONDUCT, Lack.DAYS, Lack.DECLARATION),
    }
)


@dataclass(frozen=True, slots=True)
class Checked:
    """Something that a manager checked on a day: `about` says which organisation or version."""

    about: str = field(repr=False)
    day: date
    by: bytes

    def written(self) -> Record:
        """Return it as a record."""
        return {"about": self.about, "day": self.day.isoformat(), "by": self.by.hex()}

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return what a record holds. Raises OpenError for any other record."""
        found = cls(
            records.text(record, "about"), records.day(record, "day"), records.row(record, "by")
        )
        records.require_same(record, found.written())
        return found


@dataclass(frozen=True, slots=True)
class Vetting:
    """The papers of somebody: what was checked, by whom and when; never what was said.

    A reference is about the organisation that confirmed it, an interview about nothing, and a code
    of conduct about the version that was signed.
    """

    references: tuple[Checked, ...] = ()
    interviews: tuple[Checked, ...] = ()
    conduct: tuple[Checked, ...] = ()

    def written(self) -> Record:
        """Return it as a record."""
        return {
            "references": [one.written() for one in self.references],
            "interviews": [one.written() for one in self.interviews],
            "conduct": [one.written() for one in self.conduct],
        }

    @classmethod
    def read(cls, record: Record) -> Self:
        """Return the papers that a record holds. Raises OpenError for any other record."""
        with opening():
            found = cls(
                references=_all(record, "references"),
                interviews=_all(record, "interviews"),
                conduct=_all(record, "conduct"),
            )
        records.require_same(record, found.written())
        return found


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody who is to come to a stage: how far they are, their papers, and their declaration.

    `declaration_due` is the day from which what they declared counts no more.
    """

    progress: Progress
    vetting: Vetting
    declaration_due: date


def limits_of(stage: Stage) -> Limits:
    """Return what a stage lets somebody do; most let nothing."""
    return _LIMITS.get(stage, _NOTHING)


def lacking(candidate: Candidate, stage: Stage, today: date) -> tuple[Lack, ...]:
    """Return what is missing before somebody may come to a stage, in the order to see to it.

    Not asked here: whether the stage may follow at all, which the signed steps know. Raises
    LookupError for somebody without any stage, unless it is about an invitation.
    """
    asked = _ASKED.get(stage, ())
    if not asked:
        return ()
    papers = candidate.vetting
    has = {
        Lack.REFERENCES: _have_two_sources(_of_this_time(candidate, papers.references, today)),
        Lack.INTERVIEW: bool(_of_this_time(candidate, papers.interviews, today)),
        Lack.CONDUCT: any(one.about == CONDUCT.version for one in papers.conduct),
        Lack.DAYS: _has_days(candidate.progress, stage, today),
        Lack.DECLARATION: today < candidate.declaration_due,
    }
    return tuple(one for one in asked if not has[one])


def _have_two_sources(references: tuple[Checked, ...]) -> bool:
    return len({fold(one.about) for one in references} - {""}) >= REFERENCES


def _of_this_time(
    candidate: Candidate, papers: tuple[Checked, ...], today: date
) -> tuple[Checked, ...]:
    """Return the papers since the invitation: who left and is invited again is vetted again."""
    return tuple(one for one in papers if candidate.progress.since <= one.day <= today)


def _has_days(progress: Progress, stage: Stage, today: date) -> bool:
    return today - progress.since >= _DAYS.get((progress.stage, stage), timedelta(0))


def _all(record: Record, name: str) -> tuple[Checked, ...]:
    return tuple(Checked.read(each) for each in records.children(record, name))
