"""Fact records: how the facts of a report's work are written inside its record, and read back.

Times are whole seconds since 1970: the seconds in which a move can be taken back need them. What
is not there is an empty list. Whoever reads compares the whole with what is written for it.
"""

from collections.abc import Callable, Iterable
from datetime import UTC, date, datetime
from typing import Final, TypeVar

from admin.facts import (
    Answer,
    Closing,
    Countersign,
    Danger,
    Deed,
    Handover,
    Look,
    Proposal,
    Term,
    Triage,
)
from crypto.envelope import OpenError
from reporting import records
from reporting.records import Json, Record
from reporting.triage import Level

T = TypeVar("T")
_LATEST: Final = 1 << 35  # in the year 3058


def seconds(moment: datetime) -> int:
    """Return a moment as whole seconds since 1970."""
    return int(moment.timestamp())


def moment(seconds: int) -> datetime:
    """Return the moment of so many seconds. Raises OpenError for one that no calendar has."""
    return datetime.fromtimestamp(within_a_calendar(seconds), UTC)


def within_a_calendar(seconds: int) -> int:
    """Return so many seconds as they are. Raises OpenError where no calendar has their moment."""
    if not 0 <= seconds < _LATEST:
        raise OpenError
    return seconds


def maybe(write: Callable[[T], Json], value: T | None) -> list[Json]:
    """Return what is there as a list of one, and what is not as an empty one."""
    return [] if value is None else [write(value)]


def one(found: Iterable[T]) -> T | None:
    """Return the only one there may be; whoever compares what was read refuses more."""
    return next(iter(found), None)


def moments(record: Record, name: str) -> tuple[datetime, ...]:
    """Return a list of moments of a record. Raises OpenError."""
    return tuple(map(moment, records.numbers(record, name)))


def days(record: Record, name: str) -> tuple[date, ...]:
    """Return a list of days of a record. Raises OpenError and ValueError."""
    return tuple(map(date.fromisoformat, records.texts(record, name)))


def triage_written(triage: Triage) -> Record:
    """Return what the first look found as a record."""
    return {
        "proposed": int(triage.proposed),
        "level": maybe(int, triage.level),
        "level_reason": triage.level_reason,
        "may_be_state": triage.may_be_state,
        "reaches_abroad": triage.reaches_abroad,
        "dangers": {str(danger): answer for danger, answer in triage.dangers.items()},
        "foreseen": sorted(triage.foreseen),
        "states": sorted(triage.states),
        "organisations": sorted(triage.organisations),
    }


def closing_written(closing: Closing) -> Record:
    """Return what is coded before a report closes as a record."""
    return {
        "outcome": closing.outcome,
        "verification": closing.verification,
        "state_link": closing.state_link,
        "retention": closing.retention,
    }


def deed_written(deed: Deed) -> Record:
    """Return a move that was made as a record."""
    return {"name": deed.name, "by": deed.by.hex(), "at": seconds(deed.at)}


def countersign_written(sign: Countersign) -> Record:
    """Return an agreement as a record."""
    return {
        "action": sign.action,
        "decided": sign.decided.hex(),
        "by": sign.by.hex(),
        "supervisor": sign.is_supervisor,
    }


def look_written(look: Look) -> Record:
    """Return a second look as a record."""
    return {"by": look.by.hex(), "at": seconds(look.at), "agrees": look.agrees}


def proposal_written(proposal: Proposal) -> Record:
    """Return a proposal as a record."""
    return {"by": proposal.by.hex(), "digest": proposal.digest.hex()}


def handover_written(note: Handover) -> Record:
    """Return a note for whoever is next as a record."""
    return {"done": note.done, "promised": note.promised, "next": note.next}


def term_written(term: Term) -> Record:
    """Return a term as a record."""
    return {
        "until": term.until.isoformat(),
        "warned_month": maybe(date.isoformat, term.warned_month),
        "warned_week": maybe(date.isoformat, term.warned_week),
        "years": maybe(int, term.years),
        "documents": term.documents,
    }


def read_triage(record: Record) -> Triage:
    """Return what the first look found, as a record holds it. Raises OpenError and ValueError."""
    dangers = records.child(record, "dangers")
    return Triage(
        proposed=Level(records.number(record, "proposed")),
        level=one(map(Level, records.numbers(record, "level"))),
        level_reason=records.text(record, "level_reason"),
        may_be_state=records.truth(record, "may_be_state"),
        reaches_abroad=records.truth(record, "reaches_abroad"),
        dangers={Danger(name): Answer(records.text(dangers, name)) for name in dangers},
        foreseen=frozenset(map(Danger, records.texts(record, "foreseen"))),
        states=frozenset(records.texts(record, "states")),
        organisations=frozenset(records.texts(record, "organisations")),
    )


def read_deed(record: Record) -> Deed:
    """Return a move that was made that a record holds. Raises OpenError and ValueError."""
    return Deed(
        records.text(record, "name"),
        records.row(record, "by"),
        moment(records.number(record, "at")),
    )


def read_countersign(record: Record) -> Countersign:
    """Return an agreement that a record holds. Raises OpenError and ValueError."""
    return Countersign(
        action=records.text(record, "action"),
        decided=records.row(record, "decided"),
        by=records.row(record, "by"),
        is_supervisor=records.truth(record, "supervisor"),
    )


def read_look(record: Record) -> Look:
    """Return a second look that a record holds. Raises OpenError and ValueError."""
    return Look(
        by=records.row(record, "by"),
        at=moment(records.number(record, "at")),
        agrees=records.truth(record, "agrees"),
    )


def read_proposal(record: Record) -> Proposal:
    """Return a proposal that a record holds. Raises OpenError and ValueError."""
    return Proposal(records.row(record, "by"), records.row(record, "digest"))


def read_closing(record: Record) -> Closing:
    """Return what is coded before a report closes. Raises OpenError."""
    return Closing(
        outcome=records.text(record, "outcome"),
        verification=records.text(record, "verification"),
        state_link=records.text(record, "state_link"),
        retention=records.text(record, "retention"),
    )


def read_handover(record: Record) -> Handover:
    """Return a note for whoever is next that a record holds. Raises OpenError and ValueError."""
    return Handover(
        done=records.text(record, "done"),
        promised=records.text(record, "promised"),
        next=records.text(record, "next"),
    )


def read_term(record: Record) -> Term:
    """Return a term that a record holds. Raises OpenError and ValueError."""
    return Term(
        until=records.day(record, "until"),
        warned_month=one(days(record, "warned_month")),
        warned_week=one(days(record, "warned_week")),
        years=one(records.numbers(record, "years")),
        documents=records.number(record, "documents"),
    )
