"""Header records: how a header is written beside its report.

What is empty is left out, but for what a walk asks of every record.
"""

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from typing import Final

from admin import fact_records as facts
from admin import link_records, planned_records
from admin.headers import Header
from admin.phases import Phase, WaitingOn
from admin.visibility import Exclusions, Matter
from admin.waits import Request
from crypto.envelope import opening
from forms.codebook import TACTICS
from reporting import records
from reporting.models import State
from reporting.records import Json, Record
from reporting.triage import Level

# Most headers are shorter: so they have one length. With twenty bytes more a row would not fit into
# a page of SQLite with three others, and each would have one of its own beside.
FLOOR_BYTES: Final = 864
_RULES: Final = ("no_community", "women_only", "no_government")
# Written where there is one: older headers, and those of what nobody graded, have none.
_GRADES: Final = ("verification", "state_link")
_LETTERS: Final = 3


def mark_of(tactic: str) -> str:
    """Return what stands for a tactic: whole codes of a few would not fit.

    It follows from the code alone, so that it never changes; a test sees that no two are alike.
    """
    return urlsafe_b64encode(hashlib.sha256(tactic.encode()).digest())[:_LETTERS].decode()


_TACTIC_OF: Final = {mark_of(tactic.code): tactic.code for tactic in TACTICS}


def written(header: Header) -> Record:
    """Return a header as a record."""
    wishes = header.matter.exclusions
    return {
        "state": header.state,
        "level": int(header.level),
        "week": header.week,
        "due": facts.seconds(header.due),
        "language": header.language,
        "kinds": list(header.kinds),
        "states": sorted(header.matter.states),
        "organisations": sorted(header.matter.organisations),
        "people": list(header.matter.people),
        "rules": [name for name in _RULES if getattr(wishes, name)],
        "regions": sorted(wishes.regions),
        "not": list(wishes.people),
        "phase": header.phase,
        "waiting": header.waiting_on,
        "flags": sorted(header.flags),
        **{name: getattr(header, name) for name in _GRADES if getattr(header, name)},
        **_told(header),
        "marks": sorted(header.marks),
        "who": {name: [each.hex() for each in who] for name, who in header.people.items()},
        "when": {name: facts.seconds(day) for name, day in header.dates.items()},
    }


def _told(header: Header) -> Record:
    lists: dict[str, list[Json]] = {
        "channels": list(header.channels),
        "joined": facts.maybe(link_records.joined_written, header.joined),
        "requests": [_request(one) for one in header.requests],
        "tasks": [planned_records.task_written(task) for task in header.tasks],
    }
    found: Record = {name: told for name, told in lists.items() if told}
    if header.tactics is None:
        return found
    # Also where there are none: so it is known that there are none.
    return {**found, "tactics": "".join(map(mark_of, header.tactics))}


def read(record: Record) -> Header:
    """Return the header that a record holds. Raises OpenError for any other record."""
    with opening():
        who, when = records.child(record, "who"), records.child(record, "when")
        return Header(
            state=State(records.text(record, "state")),
            level=Level(records.number(record, "level")),
            week=records.number(record, "week"),
            due=facts.moment(records.number(record, "due")),
            language=records.text(record, "language"),
            kinds=records.texts(record, "kinds"),
            channels=records.texts(record, "channels") if "channels" in record else (),
            # A header from before there were any says nothing of them, until it is made again.
            tactics=tuple(_tactics(record)) if "tactics" in record else None,
            matter=read_matter(record),
            phase=Phase(records.text(record, "phase")),
            waiting_on=WaitingOn(records.text(record, "waiting")),
            flags=planned_records.read_flags(record),
            verification=_read_grade(record, "verification"),
            state_link=_read_grade(record, "state_link"),
            joined=facts.one(map(link_records.read_joined, _children(record, "joined"))),
            requests=tuple(map(_read_request, _children(record, "requests"))),
            tasks=tuple(map(planned_records.read_task, _children(record, "tasks"))),
            marks=frozenset(records.texts(record, "marks")),
            people={name: tuple(map(bytes.fromhex, records.texts(who, name))) for name in who},
            dates={name: facts.moment(records.number(when, name)) for name in when},
        )


def _children(record: Record, name: str) -> tuple[Record, ...]:
    return tuple(records.children(record, name)) if name in record else ()


def _tactics(record: Record) -> Iterator[str]:
    """Yield the tactics in a record; one that only a later codebook knows is passed over."""
    marks = records.text(record, "tactics")
    for at in range(0, len(marks), _LETTERS):
        if (mark := marks[at : at + _LETTERS]) in _TACTIC_OF:
            yield _TACTIC_OF[mark]


def _read_grade(record: Record, name: str) -> str:
    return records.text(record, name) if name in record else ""


def _request(one: Request) -> Record:
    for_all: Record = {"by": one.by.hex(), "until": facts.maybe(facts.seconds, one.until)}
    # Written only where it says something: older headers have none.
    return {**for_all, "of": "supervisors"} if one.of_supervisors else for_all


def _read_request(record: Record) -> Request:
    moments = facts.moments(record, "until")
    return Request(
        records.row(record, "by"), next(iter(moments), None), of_supervisors="of" in record
    )


def read_matter(record: Record) -> Matter:
    """Return what of a header decides who sees the report. Raises OpenError."""
    wishes = records.texts(record, "rules")
    exclusions = Exclusions(
        no_community="no_community" in wishes,
        women_only="women_only" in wishes,
        no_government="no_government" in wishes,
        regions=frozenset(records.texts(record, "regions")),
        people=records.texts(record, "not"),
    )
    return Matter(
        states=frozenset(records.texts(record, "states")),
        organisations=frozenset(records.texts(record, "organisations")),
        people=records.texts(record, "people"),
        exclusions=exclusions,
    )
