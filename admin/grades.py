"""Grades: how sure it is what happened and who is behind it, judged by people from the evidence.

Pure but for the record that they are kept in. A grade is never one of the person who reports. No
version is ever changed: a new one stands in its place, and a second person's answer beside it.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Final

from admin import fact_records as facts
from reporting import records
from reporting.records import Record

CORROBORATED: Final = "corroborated"
LEAST_SOURCES: Final = 2
# What is said of who is behind it, where nobody judged that.
UNCLEAR: Final = "unclear"
# From these on a report can stand in statistics.
COUNTS: Final = frozenset({"plausible", "supported", CORROBORATED, "adjudicated"})


@dataclass(frozen=True, slots=True)
class Grade:
    """What somebody judges; `reliable` and `credible` are 1 (highly) to 5 (not), or 99 (not known).

    `sources` counts those that do not depend on each other. What the two judgements rest on is a
    sentence each.
    """

    verification: str
    state_link: str
    reliable: int
    credible: int
    sources: int
    verification_basis: str = field(repr=False)
    state_link_basis: str = field(repr=False)

    @property
    def needs_second(self) -> bool:
        """Whether it holds only once a second person agrees."""
        return self.verification == CORROBORATED

    @property
    def has_sources(self) -> bool:
        """Whether there are as many sources as it claims."""
        return not self.needs_second or self.sources >= LEAST_SOURCES

    @property
    def is_whole(self) -> bool:
        """Whether nothing is left out."""
        codes = self.verification and self.state_link and self.reliable and self.credible
        bases = self.verification_basis.strip() and self.state_link_basis.strip()
        return bool(codes and bases and self.sources >= 0)


@dataclass(frozen=True, slots=True)
class Version:
    """A grade as it was given, by whom, and when."""

    grade: Grade
    by: bytes
    at: datetime


@dataclass(frozen=True, slots=True)
class Answer:
    """What a second person says of a version; who does not agree says why."""

    version: int
    by: bytes
    at: datetime
    agrees: bool
    words: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Grades:
    """Every grade that a report was ever given, and every answer; the first version is number 1.

    `outdated` is the number of the newest version when its states were last coded anew: of all
    versions up to it nobody judged whether those states are behind it.
    """

    versions: tuple[Version, ...] = ()
    answers: tuple[Answer, ...] = ()
    outdated: int = 0

    @property
    def newest(self) -> int:
        """The number of the version that was given last, 0 where nobody graded it."""
        return len(self.versions)

    @property
    def present(self) -> int:
        """The number of the version that holds, 0 where none does."""
        return max((n for n in self._numbers if self.holds(n)), default=0)

    @property
    def waiting(self) -> int:
        """The number of the version that a second person still has to answer, 0 where none is."""
        newest = self.newest
        if newest <= self.outdated:
            return 0
        is_open = self.at(newest).grade.needs_second and self.answer_to(newest) is None
        return newest if is_open else 0

    @property
    def grade(self) -> Grade | None:
        """The grade that holds, if there is any."""
        return self.at(self.present).grade if self.present else None

    @property
    def is_outdated(self) -> bool:
        """Whether the states were coded anew since the grade that holds was given."""
        return 0 < self.present <= self.outdated

    @property
    def counted(self) -> Grade | None:
        """The grade that holds, for lists and figures: an outdated one says nothing of a state."""
        return self._but_for_state(UNCLEAR)

    @property
    def begun(self) -> Grade | None:
        """The grade that a form begins with: what is outdated in it is to be judged again."""
        return self._but_for_state("")

    @property
    def has_counted(self) -> bool:
        """Whether it ever held that what is reported is at least plausible."""
        held = (self.at(n).grade for n in self._numbers if self.holds(n))
        return any(grade.verification in COUNTS for grade in held)

    def at(self, number: int) -> Version:
        """Return a version by its number."""
        return self.versions[number - 1]

    def answer_to(self, number: int) -> Answer | None:
        """Return what a second person said of a version, if anybody did."""
        return next((one for one in self.answers if one.version == number), None)

    def holds(self, number: int) -> bool:
        """Say whether a version was ever in force: by itself, or with another person's word."""
        version, answer = self.at(number), self.answer_to(number)
        if not version.grade.needs_second:
            return True
        agreed = answer is not None and answer.agrees and answer.by != version.by
        return agreed and version.grade.has_sources

    def may_answer(self, member: bytes) -> bool:
        """Say whether somebody can be the second person for what waits."""
        return bool(self.waiting) and self.at(self.waiting).by != member

    def is_present(self, grade: Grade) -> bool:
        """Say whether this is the grade that holds, and it still says all that it said."""
        return grade == self.grade and not self.is_outdated

    def recoded(self) -> "Grades":
        """Return them as they are once the states were coded anew; what waited is void with it."""
        return replace(self, outdated=self.newest)

    def graded(self, grade: Grade, by: bytes, at: datetime) -> "Grades":
        """Return them with a new version; what waited is void with it."""
        return replace(self, versions=(*self.versions, Version(grade, by, at)))

    def answered(self, answer: Answer) -> "Grades":
        """Return them with what a second person says; the caller asked whether they may."""
        return replace(self, answers=(*self.answers, answer))

    def _but_for_state(self, link: str) -> Grade | None:
        grade = self.grade
        if grade is None or not self.is_outdated:
            return grade
        return replace(grade, state_link=link, state_link_basis="")

    @property
    def _numbers(self) -> range:
        return range(1, self.newest + 1)


NO_GRADES: Final = Grades()


def changes(before: Grade | None, after: Grade) -> tuple[str, ...]:
    """Return the names of what is another than before, in the order in which it is written."""
    old = {} if before is None else _grade(before)
    return tuple(name for name, value in _grade(after).items() if old.get(name) != value)


def written(grades: Grades) -> Record:
    """Return them as a record."""
    return {
        "versions": [_version(one) for one in grades.versions],
        "answers": [_answer(one) for one in grades.answers],
        **({"outdated": grades.outdated} if grades.outdated else {}),
    }


def read(record: Record) -> Grades:
    """Return what a record holds. Raises OpenError and ValueError."""
    return Grades(
        versions=tuple(map(_read_version, records.children(record, "versions"))),
        answers=tuple(map(_read_answer, records.children(record, "answers"))),
        outdated=records.number(record, "outdated") if "outdated" in record else 0,
    )


def _version(version: Version) -> Record:
    return {
        "grade": _grade(version.grade),
        "by": version.by.hex(),
        "at": facts.seconds(version.at),
    }


def _grade(grade: Grade) -> Record:
    return {
        "verification": grade.verification,
        "state_link": grade.state_link,
        "reliable": grade.reliable,
        "credible": grade.credible,
        "sources": grade.sources,
        "verification_basis": grade.verification_basis,
        "state_link_basis": grade.state_link_basis,
    }


def _answer(answer: Answer) -> Record:
    return {
        "version": answer.version,
        "by": answer.by.hex(),
        "at": facts.seconds(answer.at),
        "agrees": answer.agrees,
        "words": answer.words,
    }


def _read_version(record: Record) -> Version:
    grade = records.child(record, "grade")
    return Version(
        grade=Grade(
            verification=records.text(grade, "verification"),
            state_link=records.text(grade, "state_link"),
            reliable=records.number(grade, "reliable"),
            credible=records.number(grade, "credible"),
            sources=records.number(grade, "sources"),
            verification_basis=records.text(grade, "verification_basis"),
            state_link_basis=records.text(grade, "state_link_basis"),
        ),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
    )


def _read_answer(record: Record) -> Answer:
    return Answer(
        version=records.number(record, "version"),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        agrees=records.truth(record, "agrees"),
        words=records.text(record, "words"),
    )
