"""Whole records: how people, acts and open questions stand in the record of the work.

A record from before there were any has none of them, and so has one in which nobody wrote any.
"""

from collections.abc import Callable, Mapping
from typing import Final, TypeVar

from admin import fact_records as facts
from admin.cast import RELATIONS, Cast, Entry, Figure, Happened, Part, Version
from admin.unknowns import Settled, Unknown
from crypto.envelope import OpenError
from forms import days
from forms.codebook import LISTS, TACTICS
from reporting import records
from reporting.records import Json, Record

T = TypeVar("T")
FIGURES: Final = "figures"
HAPPENED: Final = "happened"
UNKNOWNS: Final = "unknowns"
_TACTICS: Final = frozenset(tactic.code for tactic in TACTICS)
_PLACES: Final = frozenset(option.code for option in LISTS["place"])


def written(cast: Cast, unknowns: tuple[Unknown, ...]) -> Record:
    """Return what is there as parts of a record; what is not there has no part in it."""
    parts: Mapping[str, list[Json]] = {
        FIGURES: [_entry(_figure, entry) for entry in cast.figures],
        HAPPENED: [_entry(_happened, entry) for entry in cast.happened],
        UNKNOWNS: [_unknown(one) for one in unknowns],
    }
    return {name: part for name, part in parts.items() if part}


def read_cast(record: Record) -> Cast:
    """Return people and acts that a record holds. Raises OpenError and ValueError."""
    figures = tuple(_read_entry(_read_figure, each) for each in _part(record, FIGURES))
    happened = tuple(_read_entry(_read_happened, each) for each in _part(record, HAPPENED))
    for entry in happened:
        for version in entry.versions:
            if version.said is not None:
                _require(max(version.said.by, version.said.to) <= len(figures))
    return Cast(figures, happened)


def read_unknowns(record: Record) -> tuple[Unknown, ...]:
    """Return the open questions that a record holds. Raises OpenError and ValueError."""
    return tuple(map(_read_unknown, _part(record, UNKNOWNS)))


def _part(record: Record, name: str) -> tuple[Record, ...]:
    return records.children(record, name) if name in record else ()


# ---------------------------------------------------------------- writing


def _entry(write: Callable[[T], Record], entry: Entry[T]) -> Record:
    versions: list[Json] = [
        {
            "by": version.by.hex(),
            "at": facts.seconds(version.at),
            "said": facts.maybe(write, version.said),
        }
        for version in entry.versions
    ]
    return {"versions": versions}


def _figure(figure: Figure) -> Record:
    return {"line": figure.line, "part": figure.part, "relation": figure.relation}


def _happened(happened: Happened) -> Record:
    return {
        "tactic": happened.tactic,
        "when": happened.when,
        "place": happened.place,
        "by": happened.by,
        "to": happened.to,
        "sentence": happened.sentence,
    }


def _unknown(one: Unknown) -> Record:
    return {
        "text": one.text,
        "by": one.by.hex(),
        "at": facts.seconds(one.at),
        "settled": facts.maybe(_settled, one.settled),
    }


def _settled(how: Settled) -> Record:
    return {"by": how.by.hex(), "at": facts.seconds(how.at), "sentence": how.sentence}


# ---------------------------------------------------------------- reading


def _read_entry(read_one: Callable[[Record], T], record: Record) -> Entry[T]:
    found = records.children(record, "versions")
    # The first one says something: nothing is taken off that was never there.
    _require(bool(found) and bool(records.children(found[0], "said")))
    return Entry(tuple(_read_version(read_one, each) for each in found))


def _read_version(read_one: Callable[[Record], T], record: Record) -> Version[T]:
    return Version(
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        said=facts.one(map(read_one, records.children(record, "said"))),
    )


def _read_figure(record: Record) -> Figure:
    part, relation = Part(records.text(record, "part")), records.text(record, "relation")
    _require(not relation or relation in RELATIONS[part])
    return Figure(records.text(record, "line"), part, relation)


def _read_happened(record: Record) -> Happened:
    found = Happened(
        tactic=records.text(record, "tactic"),
        when=records.text(record, "when"),
        place=records.text(record, "place"),
        by=records.number(record, "by"),
        to=records.number(record, "to"),
        sentence=records.text(record, "sentence"),
    )
    _require(found.tactic in _TACTICS and found.place in {"", *_PLACES})
    _require(not found.when or days.is_value(found.when))
    _require(min(found.by, found.to) >= 0)
    return found


def _read_unknown(record: Record) -> Unknown:
    return Unknown(
        text=records.text(record, "text"),
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        settled=facts.one(map(_read_settled, records.children(record, "settled"))),
    )


def _read_settled(record: Record) -> Settled:
    return Settled(
        by=records.row(record, "by"),
        at=facts.moment(records.number(record, "at")),
        sentence=records.text(record, "sentence"),
    )


def _require(fits: object) -> None:
    if not fits:
        raise OpenError
