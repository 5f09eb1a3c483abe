"""Header records: how a header is written beside its report."""

from typing import Final

from admin import fact_records as facts
from admin import link_records, planned_records
from admin.headers import Header
from admin.phases import Phase, WaitingOn
from admin.visibility import Exclusions, Matter
from admin.waits import Request
from crypto.envelope import opening
from reporting import records
from reporting.models import State
from reporting.records import Record
from reporting.triage import Level

# Most headers are shorter: so they have one length. With twenty bytes more a row would not fit into
# a page of SQLite with three others, and each would have one of its own beside.
FLOOR_BYTES: Final = 864
_RULES: Final = ("no_community", "women_only", "no_government")
# Written where there is one: older headers, and those of what nobody graded, have none.
_GRADES: Final = ("verification", "state_link")


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
        "channels": list(header.channels),
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
        "joined": facts.maybe(link_records.joined_written, header.joined),
        "requests": [_request(one) for one in header.requests],
        "tasks": [planned_records.task_written(task) for task in header.tasks],
        "marks": sorted(header.marks),
        "who": {name: [each.hex() for each in who] for name, who in header.people.items()},
        "when": {name: facts.seconds(day) for name, day in header.dates.items()},
    }


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
            # A header from before there were any says nothing of them, until it is made again.
            channels=records.texts(record, "channels") if "channels" in record else (),
            matter=read_matter(record),
            phase=Phase(records.text(record, "phase")),
            waiting_on=WaitingOn(records.text(record, "waiting")),
            flags=planned_records.read_flags(record),
            verification=_read_grade(record, "verification"),
            state_link=_read_grade(record, "state_link"),
            joined=facts.one(map(link_records.read_joined, records.children(record, "joined"))),
            requests=tuple(map(_read_request, records.children(record, "requests"))),
            tasks=tuple(map(planned_records.read_task, records.children(record, "tasks"))),
            marks=frozenset(records.texts(record, "marks")),
            people={name: tuple(map(bytes.fromhex, records.texts(who, name))) for name in who},
            dates={name: facts.moment(records.number(when, name)) for name in when},
        )


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
