"""Recodings: what was found in a report after its first look, in place of what stood there before.

Pure but for the record that they are kept in. What stood before is never lost, and stands nowhere
but in the sealed record of the work.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from admin import fact_records as facts
from admin.facts import NOBODY, Answer, Danger, Deed, Triage
from forms.answers import Answers
from reporting import records
from reporting.records import Record
from reporting.triage import Level, level_of

# By one person: so the record of a report stays some hundred kilobytes, whatever its owner types.
MOST: Final = 40
LEVEL: Final = "level"
LEVEL_REASON: Final = "level_reason"
MAY_BE_STATE: Final = "may_be_state"
REACHES_ABROAD: Final = "reaches_abroad"
STATES: Final = "states"
ORGANISATIONS: Final = "organisations"
NAMES: Final = (
    *(LEVEL, LEVEL_REASON),
    *map(str, Danger),
    *(MAY_BE_STATE, REACHES_ABROAD, STATES, ORGANISATIONS),
)
Codes = tuple[str, ...]
# What a yes of the team says in the codes of the form, so that one rubric weighs both.
_IN_FORM: Final[Mapping[Danger, tuple[str, str]]] = {
    Danger.HARM_SOON: ("danger", "now"),
    Danger.MISSING: ("danger_event", "person_missing"),
    Danger.DATE_SET: ("danger_event", "removal_date"),
    Danger.LOCATED: ("danger_event", "known_location"),
    Danger.CHILD: ("danger_event", "child"),
    Danger.SELF_HARM: ("danger_event", "self_harm"),
}


@dataclass(frozen=True, slots=True)
class Recoding:
    """That somebody found something else, why, and what stood there until then.

    `message` is when the reporter sent the message that it rests on, if it rests on one.
    """

    by: bytes
    at: datetime
    why: str = field(repr=False)
    message: datetime | None
    before: Triage = field(repr=False)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that is another than before."""

    name: str
    before: Codes = field(repr=False)
    after: Codes = field(repr=False)


@unique
class Source(StrEnum):
    """Where something that is recorded comes from; the words stand in no record."""

    TOLD = "told"
    FIRST = "first"
    LATER = "later"


@dataclass(frozen=True, slots=True)
class Known:
    """One thing that is recorded of a report: what, since when, by whom, and what it rests on.

    The reporter's own answers are by nobody of the team.
    """

    name: str
    codes: Codes = field(repr=False)
    source: Source
    at: datetime
    by: bytes = NOBODY
    message: datetime | None = None


@dataclass(frozen=True, slots=True)
class Looks:
    """When a report came in, and the move with which its first look ended."""

    received: datetime
    first: Deed


def coded(triage: Triage) -> Mapping[str, Codes]:
    """Return what people coded, thing by thing; what nobody coded yet is empty."""
    is_begun = triage.level is not None or bool(triage.dangers) or bool(triage.states)
    return {
        LEVEL: () if triage.level is None else (str(int(triage.level)),),
        LEVEL_REASON: _one(triage.level_reason),
        **{str(one): _one(triage.dangers.get(one, "")) for one in Danger},
        MAY_BE_STATE: _truth(triage.may_be_state) if is_begun else (),
        REACHES_ABROAD: _truth(triage.reaches_abroad) if is_begun else (),
        STATES: tuple(sorted(triage.states)),
        ORGANISATIONS: tuple(sorted(triage.organisations)),
    }


def told(triage: Triage, answers: Answers) -> Mapping[str, Codes]:
    """Return what the form says of the same things, as far as it asked."""
    return {
        LEVEL: (str(int(triage.proposed)),),
        **{str(one): (str(Answer.YES),) for one in triage.foreseen},
        STATES: tuple(answers.get("state", ())),
    }


def changes(before: Triage, after: Triage) -> tuple[Change, ...]:
    """Return what is another than before, in the order of the page."""
    old, new = coded(before), coded(after)
    return tuple(Change(name, old[name], new[name]) for name in NAMES if old[name] != new[name])


def history(
    recodings: tuple[Recoding, ...], now: Triage
) -> tuple[tuple[Recoding, tuple[Change, ...]], ...]:
    """Return every recoding with what it changed, the oldest first; `now` is what stands there."""
    after = (*(one.before for one in recodings[1:]), now)
    pairs = zip(recodings, after, strict=False)
    return tuple((one, changes(one.before, then)) for one, then in pairs)


def known(
    triage: Triage, recodings: tuple[Recoding, ...], form: Mapping[str, Codes], looks: Looks
) -> tuple[Known, ...]:
    """Return everything that is recorded, each with where it comes from."""
    people = coded(triage)
    # A later one takes the place of those before it.
    last = {change.name: one for one, found in history(recodings, triage) for change in found}
    return tuple(
        _later(name, people[name], last[name])
        if name in last
        else _sooner(name, people[name], form.get(name, ()), looks)
        for name in NAMES
    )


def rubric(triage: Triage, answers: Answers) -> Level:
    """Return the level that the rubric gives the form's answers with those of the team."""
    added: dict[str, Codes] = {}
    for danger in (one for one in Danger if triage.dangers.get(one) is Answer.YES):
        question, code = _IN_FORM[danger]
        added[question] = (*added.get(question, ()), code)
    return max(triage.proposed, level_of({**answers, **_joined(answers, added)}))


def written(recodings: tuple[Recoding, ...]) -> Record:
    """Return the part of a record with them: nothing, as ever, where there is none."""
    return {"recoded": [_written(one) for one in recodings]} if recodings else {}


def read(record: Record) -> tuple[Recoding, ...]:
    """Return those that a record holds. Raises OpenError and ValueError."""
    found = records.children(record, "recoded") if "recoded" in record else ()
    return tuple(map(_read, found))


def _later(name: str, codes: Codes, one: Recoding) -> Known:
    return Known(name, codes, Source.LATER, one.at, one.by, one.message)


def _sooner(name: str, people: Codes, form: Codes, looks: Looks) -> Known:
    if people:
        return Known(name, people, Source.FIRST, looks.first.at, looks.first.by)
    return Known(name, form, Source.TOLD, looks.received)


def _one(text: str) -> Codes:
    return (str(text),) if text else ()


def _truth(is_so: bool) -> Codes:  # noqa: FBT001 - a value that is written, and no switch
    return ("yes" if is_so else "no",)


def _joined(answers: Answers, added: Mapping[str, Codes]) -> Mapping[str, Codes]:
    return {name: tuple(_both(answers.get(name, ()), codes)) for name, codes in added.items()}


def _both(told: Codes, added: Codes) -> Iterator[str]:
    yield from dict.fromkeys((*told, *added))


def _written(one: Recoding) -> Record:
    return {
        "by": one.by.hex(),
        "at": facts.seconds(one.at),
        "why": one.why,
        "message": facts.maybe(facts.seconds, one.message),
        "before": facts.triage_written(one.before),
    }


def _read(record: Record) -> Recoding:
    return Recoding(
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        why=records.text(record, "why"),
        message=facts.one(facts.moments(record, "message")),
        before=facts.read_triage(records.child(record, "before")),
    )
