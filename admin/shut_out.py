"""Shut out: whoever may not open a report any more has nothing to do with it from then on.

A tie that is declared or decided, a country that is named in the report, a role or a key that is
gone: each can come after somebody took the report on. Then nobody would work on it, for it does not
exist for its owner. So it is taken from them, and nobody is told why.
"""

from collections.abc import Collection, Iterator, Mapping
from dataclasses import replace
from typing import Final

from admin import acts, cases, indexing, keeping, leases, readers
from admin.case_table import SYSTEM
from admin.cases import Opened
from admin.desk import Desk
from admin.facts import NOBODY
from admin.headers import IN_WORK, Header, of_person
from admin.keyring import CASE_GROUPS
from admin.permissions import SUPERVISOR
from admin.planned import handed_over
from admin.transitions import TABLE
from admin.work import DUTY_DESK, Work
from admin.work_codes import RECHECK
from crypto.roles import Group, groups_of
from reporting.audit import Event, append
from reporting.ids import CaseId
from reporting.models import State

UNASSIGNED: Final = "unassigned"
_HAVE: Final = ("owner", "does", "keeps")


def lists_of(members: Collection[bytes]) -> Iterator[str]:
    """Return the names of the blind lists of what these people have to do with."""
    return (of_person(name, member) for member in members for name in _HAVE)


def is_in(header: Header, members: Collection[bytes]) -> bool:
    """Say whether one of these people has to do with a report."""
    return not holders(header).isdisjoint(members)


def holders(header: Header) -> frozenset[bytes]:
    """Return who has to do with a report."""
    return frozenset(member for name in _HAVE for member in header.of(name))


def without_keys(desk: Desk) -> Mapping[Group, frozenset[bytes]]:
    """Return who is on the roster, and opens nothing that is sealed to a group, by the group."""
    kept, people = keeping.kept_back(desk.session, desk.verified), desk.verified.people.values()
    return {
        group: frozenset(
            one.id for one in people if one.id in kept or group not in groups_of(one.roles)
        )
        for group in CASE_GROUPS
    }


def is_out(desk: Desk, there: Opened, member: bytes) -> bool:
    """Say whether somebody on the roster may not open a report any more, as far as it is known.

    Their card knows their own session, and that of a supervisor. Raises AlarmError for an altered
    card.
    """
    listed = desk.verified.people.get(member)
    if listed is None:
        return False
    has_key = TABLE.states[there.work.state].wrap in groups_of(listed.roles)
    if not has_key or member in keeping.kept_back(desk.session, desk.verified):
        return True
    colleague = readers.colleague(desk, member)
    return not readers.exists_for(colleague, there.matter, there.work)


def is_ownerless(desk: Desk, there: Opened) -> bool:
    """Say whether nobody works on a report any more whose owner was shut out, now or before."""
    work = there.work
    is_left = work.owner == DUTY_DESK and work.escalated_at is None
    return is_left or is_out(desk, there, work.owner)


def settle(desk: Desk, case: CaseId) -> None:
    """Take a report from those who may not open it any more, with all that they were to do.

    What somebody works on now goes back to the team by the move that time makes. Raises
    HiddenError, and AlarmError for what was altered.
    """
    there = acts.begin_due(desk, case)
    if there.work.state not in IN_WORK:
        return
    lease = leases.holder(desk.session, desk.ring, case, desk.now)
    holder = NOBODY if lease is None else lease.holder
    out = {one for one in {holder, *_concerned(there.work)} if is_out(desk, there, one)}
    if holder in out:
        leases.drop(desk.session, case)
    if out:
        append(desk.session, desk.journal, Event(SYSTEM, SYSTEM, UNASSIGNED, case), desk.now)
    work = _without(there.work, out)
    if SUPERVISOR in desk.ring.person.roles:
        work = work.without_item(RECHECK)
    if work != there.work:
        cases.save(desk.session, there, replace(work, last=None))
        indexing.keep(desk.session, desk.ring, there, work)


def _concerned(work: Work) -> Iterator[bytes]:
    yield work.owner
    yield from (task.who for task in work.open_tasks)
    if work.kept is not None:
        yield work.kept.by


def _without(work: Work, out: Collection[bytes]) -> Work:
    """Return the work without these people; what they were to do waits for the next owner."""
    owner = work.owner if work.owner not in out else DUTY_DESK
    for one in out:
        work = replace(work, tasks=handed_over(work.tasks, one, owner or DUTY_DESK))
    if work.kept is not None and work.kept.by in out:
        work = replace(work, kept=None)
    # From `active` a move leads back to the team; elsewhere it waits for that at the duty desk.
    return work if owner == work.owner or work.state is State.ACTIVE else work.owned_by(owner)
