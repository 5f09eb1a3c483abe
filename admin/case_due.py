"""Case due: what time or a reporter has decided about reports, in the first session that can.

Nothing of it is shown to the person whose session it is, and no count of it. So it is done about
what does not exist for them, too: otherwise a report that everybody is kept from was never erased.
"""

from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from itertools import chain
from typing import Final

from sqlalchemy import select

from admin import (
    following,
    identifying,
    indexing,
    joins,
    legal_holds,
    list_queries,
    moves,
    owed,
    readers,
    retaining,
    second_people,
    shut_out,
    silence,
    unlocking,
    unopened,
)
from admin.authority import Person
from admin.cases import GONE
from admin.clocks import LONGEST_PAUSE
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError
from admin.facts import NOBODY
from admin.headers import IN_WORK, Header, of_person, until
from admin.people_guards import COUNTERSIGN_WITHIN
from admin.permissions import SUPERVISOR
from admin.publication import accession
from admin.scans import Scan, Seen, Strange
from admin.transitions import TABLE
from admin.unlocking import Unlocked
from admin.unopened import Begin
from admin.work import DUTY_DESK
from crypto.roles import Group
from reporting.case_rows import HeaderRow
from reporting.clock import day_of
from reporting.counting import PAST_TRIAGE
from reporting.ids import CaseId
from reporting.models import Case, State

_STATES: Final = (*IN_WORK, *owed.ENDED)
_MARKS: Final = ("recheck", "escalated", "grown", "led_to_end", "choices", "unlinked")
_UNCOUNTED: Final = "uncounted"
_DATES: Final = ("check", "second", "owed")
_MOST_LEFT_OUT: Final = 64

STEPS: Final = (
    legal_holds.end,
    accession.catch_up,
    moves.bring_back,
    joins.settle,
    second_people.settle,
    retaining.keep_up,
    identifying.settle,
    silence.settle,
    shut_out.settle,
    moves.make_due,
)


def run(begin: Begin, strange: Strange = None) -> None:
    """Do what is due, each report in a unit of work of its own.

    `strange` are the reports that no list knows, if somebody has looked for them.
    """
    with begin() as desk:
        due = waiting(desk, strange)
    for case in due:
        is_done(begin, case)


def blind_names(desk: Desk) -> tuple[str, ...]:
    """Return the names of the blind lists in which is what may be due."""
    return _names(desk, shut_out.without_keys(desk))


def _names(desk: Desk, shut: Mapping[Group, frozenset[bytes]]) -> tuple[str, ...]:
    gone = (of_person("owner", member) for member in (DUTY_DESK, *desk.verified.removed))
    come = chain.from_iterable(until(name, desk.now) for name in _DATES)
    silent = until("asked", desk.now - LONGEST_PAUSE)
    theirs = shut_out.lists_of({desk.ring.person.id, *shut[Group.CASEWORK]})
    return (*gone, *come, *silent, *theirs, *_MARKS)


def waiting(desk: Desk, strange: Strange = None) -> tuple[CaseId, ...]:
    """Return the reports about which something may be due, each once."""
    return among(Scan(desk, strange=strange))


def among(scan: Scan) -> tuple[CaseId, ...]:
    """Return the same for who goes through the lists with this scan anyway."""
    desk, scan = scan.desk, scan.of_all()
    # What waits for a first look is due where it is still sealed to casework.
    back = Scan(desk, frozenset({Group.CASEWORK}), is_of_all=True).these(_come_back(desk))
    shut = shut_out.without_keys(desk)
    found = {one.id: one for one in _found(desk, scan, shut)}
    ended = [one.id for one in found.values() if one.header.state in owed.ENDED]
    due = (
        one
        for one in found.values()
        if one.id not in ended and (_is_due(desk, one) or _has_lost(scan, one, shut))
    )
    chose = (one for one in found.values() if "unlinked" in one.header.marks)
    # What is left out is in no list, and has its time all the same.
    ended += map(CaseId, unopened.some(desk.session, scan.keys, _MOST_LEFT_OUT))
    moved = (*(one.id for one in (*back, *due, *chose, *_watched(desk, scan))), *_owed(desk, ended))
    counting = (*accession.due(desk), *_uncounted(desk, scan))
    every = dict.fromkeys((*legal_holds.over(desk), *moved, *counting))
    shut_up = _shut_up(desk, every)
    return tuple(case for case in every if case not in shut_up)


def _shut_up(desk: Desk, wanted: Collection[CaseId]) -> frozenset[bytes]:
    """Return those of some reports that are left out and of which time can do nothing."""
    left_out = unopened.among(desk.session, wanted) if wanted else frozenset()
    if not left_out:
        return left_out
    # One that is gone needs no key for what is left to do about it.
    gone = select(Case.id).where(Case.id.in_(left_out), Case.state.in_(GONE))
    return left_out.difference(
        desk.session.scalars(gone), (one.id for one in unlocking.unseen(desk, left_out))
    )


def is_done(begin: Begin, case: CaseId) -> bool:
    """Do what is due about a report as far as it opens, and say whether it does.

    One that was altered keeps nobody from their first page, nor others from what is owed to them.
    """
    try:
        finish(begin, case)
    except AlarmError:
        with begin() as desk:
            is_told = bool(unopened.among(desk.session, (case,)))
            unopened.leave_out(desk, case)
            if not is_told:
                desk.note(unopened.ALARM, case)
        return False
    return True


def thorough(desk: Desk) -> tuple[CaseId, ...]:
    """Return more than `waiting` does, for who may take their time: each that somebody has.

    Among them are those whose owner's card a manager made another one meanwhile, and those that
    lists from before a question waited for its time do not find by it.
    """
    team = {one.id: one for one in readers.team(desk)}
    scan = Scan(desk, is_of_all=True)
    found = scan.listed(("waiting", *shut_out.lists_of(desk.verified.people)), IN_WORK)
    more = (one.id for one in found if _is_due(desk, one) or _is_hidden(one.header, team))
    return tuple(dict.fromkeys((*waiting(desk), *more)))


def _is_hidden(header: Header, team: Mapping[bytes, Person]) -> bool:
    """Say whether a report is hidden from somebody who has to do with it."""
    known = (team[member] for member in shut_out.holders(header) if member in team)
    return any(not readers.sees(one, header.matter, header.of("let_in")) for one in known)


def finish(begin: Begin, case: CaseId) -> None:
    """Do what is due about a report, each thing in a unit of work of its own.

    Raises AlarmError for what was altered.
    """
    for step in STEPS:
        # Somebody else may have done it meanwhile: then it is not there for this person any more.
        with suppress(HiddenError), begin() as desk:
            step(desk, case)


def _found(desk: Desk, scan: Scan, shut: Mapping[Group, frozenset[bytes]]) -> Iterator[Seen]:
    """Return the reports about which something may be due by their headers or their mail."""
    return chain(
        scan.listed(_names(desk, shut), _STATES),
        scan.these(_written_to(desk, State.MONITORING)),
    )


def _uncounted(desk: Desk, scan: Scan) -> tuple[CaseId, ...]:
    """Return the reports that were graded before there were keys to count them with."""
    if not accession.is_open(desk):
        return ()
    return tuple(one.id for one in scan.listed((_UNCOUNTED,), PAST_TRIAGE))


def _watched(desk: Desk, scan: Scan) -> Iterator[Seen]:
    """Return the reports that are watched and are followed by one whose writer wrote again."""
    merged = scan.these(_written_to(desk, State.MERGED))
    led = {one.header.joined.survivor for one in merged if one.header.joined is not None}
    return (one for one in scan.these(led) if one.header.state is State.MONITORING)


def _come_back(desk: Desk) -> Collection[bytes]:
    """Return the reports that wait for a first look, sealed to those who do not give it."""
    # What lists know of a report says whose key opens it, and is found sooner than the key.
    mine = tuple(indexing.keys_of(desk.ring, frozenset({Group.CASEWORK})))
    sealed = (HeaderRow.case_id == Case.id) & HeaderRow.epoch_id.in_(mine)
    waiting = select(Case.id).join(HeaderRow, sealed).where(Case.state == State.RECEIVED)
    return desk.session.scalars(waiting).all()


def _written_to(desk: Desk, state: State) -> Collection[bytes]:
    return desk.session.scalars(list_queries.WRITTEN_TO, {"states": (state,)}).all()


def _is_due(desk: Desk, one: Seen) -> bool:
    header = one.header
    is_silent = header.state in IN_WORK and header.has_come("asked", desk.now - LONGEST_PAUSE)
    if header.has_come("second", desk.now) or is_silent:
        return True
    if header.state is State.MONITORING:
        return header.has_come("check", desk.now) or one.has_mail or "grown" in header.marks
    return header.state is State.ACTIVE and _is_without_owner(desk, header)


def _has_lost(scan: Scan, one: Seen, shut: Mapping[Group, frozenset[bytes]]) -> bool:
    """Say whether somebody has to do with a report in work that they may not open any more."""
    header, person = one.header, scan.desk.ring.person
    if "recheck" in header.marks and SUPERVISOR in person.roles:
        return True
    out = shut[Group(TABLE.states[header.state].wrap)]
    return shut_out.is_in(header, out if scan.exists(header) else {person.id, *out})


def _is_without_owner(desk: Desk, header: Header) -> bool:
    has_left = header.owner not in {NOBODY, DUTY_DESK, *desk.verified.people}
    since = header.dates.get("escalated")
    if since is None:
        return has_left or header.owner == DUTY_DESK
    return has_left or desk.now - since >= COUNTERSIGN_WITHIN


def _owed(desk: Desk, ended: Collection[CaseId]) -> tuple[CaseId, ...]:
    """Return to which of these reports something is owed: few, so that they are opened."""
    if not ended:
        return ()
    documents = retaining.counted(desk.session, ended)
    return tuple(
        one.id
        for one in unlocking.unseen(desk, ended)
        if _is_owed(desk, one, documents.get(one.id, 0))
    )


def _is_owed(desk: Desk, one: Unlocked, documents: int) -> bool:
    joined = one.work.links.joined
    if owed.is_due(one.work, documents, desk.now, has_mail=one.has_mail):
        return True
    if one.work.state is not State.MERGED or joined is None:
        return False
    return following.is_left_early(desk.session, joined, day_of(desk.now))
