"""List rules: which reports each list has, and where to look for them.

Where somebody looks may hold more than belongs into a list: each report found there is asked by its
header.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property
from typing import Final

from admin import following, last_days, leases, lending, names
from admin.desk import Desk
from admin.facts import NOBODY, Lease
from admin.headers import IN_WORK, WORKED_ON, of_person, until
from admin.likeness import is_near
from admin.links import Joined
from admin.permissions import REVIEWER, SUPERVISOR
from admin.planned import soonest
from admin.queue import PAGE_CASES
from admin.scans import Scan, Seen, Strange
from admin.work import DUTY_DESK
from reporting.clock import day_of
from reporting.models import State
from reporting.triage import Level

# What somebody sees as a whole, in another order than that of urgency.
PAGE_OF_ALL: Final = 256
_HAVE_TASKS: Final = (State.TRIAGED, *WORKED_ON)
_LOOKED_AT_AGAIN: Final = (State.DECLINED, State.QUARANTINED)
_KEPT: Final = (State.CLOSED, State.DECLINED, State.MERGED)


@dataclass
class Look:
    """Who looks, when, and what they have seen of the reports so far.

    `strange` are the reports that no list knows, if somebody has just looked for them.
    """

    desk: Desk
    strange: Strange = None

    @cached_property
    def scan(self) -> Scan:
        """The way through the reports: what was opened once is not opened again."""
        return Scan(self.desk, strange=self.strange)

    @cached_property
    def held(self) -> Mapping[bytes, Lease]:
        """Who has which report in hand."""
        return leases.living(self.desk.session, self.desk.ring, self.desk.now)

    @cached_property
    def astray(self) -> frozenset[bytes]:
        """The reports that follow one that leads nobody: for supervisors, who part them."""
        if not self.is_supervisor:
            return frozenset()
        merged = self.scan.of((State.MERGED,))
        joins: dict[bytes, Joined] = {
            one.id: one.header.joined for one in merged if one.header.joined is not None
        }
        return following.astray(self.desk, joins)

    @cached_property
    def lent_out(self) -> frozenset[bytes]:
        """The numbers of the texts that somebody still has to translate."""
        return lending.out(self.desk.session, self.now)

    @cached_property
    def team(self) -> Collection[str]:
        """The names of everybody who is on the team, as far as they are known here."""
        return names.of_team(self.desk)

    @property
    def member(self) -> bytes:
        """Who looks."""
        return self.desk.ring.person.id

    @property
    def now(self) -> datetime:
        """When they look."""
        return self.desk.now

    @property
    def today(self) -> date:
        """The day on which they look."""
        return day_of(self.now)

    @property
    def is_supervisor(self) -> bool:
        """Whether they see what others have not done."""
        return SUPERVISOR in self.desk.ring.person.roles

    @property
    def is_reviewer(self) -> bool:
        """Whether they may set aside with a colleague."""
        return REVIEWER in self.desk.ring.person.roles

    def owner_of(self, case: bytes) -> bytes:
        """Return who works on a report, nobody where nobody does or it does not exist for them."""
        found = (one.header for one in self.scan.these((case,)) if one.header.state in IN_WORK)
        return next((header.owner for header in found), NOBODY)


def _nothing(_look: Look) -> tuple[bytes, ...]:
    return ()


@dataclass(frozen=True, slots=True)
class Rule:
    """A list: where to look for its reports, and whether one that was found there is in it.

    `names` are those of blind lists; without any, all reports in the states are gone through, or
    with `by_mail` those alone whose reporters wrote.
    `also` adds reports that clear rows tell of. Less urgent ones than `least` are in no such list.
    """

    states: tuple[State, ...]
    has: Callable[[Seen, Look], bool]
    names: Callable[[Look], tuple[str, ...]] | None = None
    also: Callable[[Look], Collection[bytes]] = _nothing
    by_mail: bool = False
    page: int = PAGE_CASES
    is_by_task: bool = False
    least: Level = Level.LOW


def is_late(one: Seen, look: Look) -> bool:
    """Say whether a report should have been looked at by now."""
    return one.header.state in IN_WORK and one.header.due < look.now


def _every(_one: Seen, _look: Look) -> bool:
    return True


def _is_mine(one: Seen, look: Look) -> bool:
    lease = look.held.get(one.id)
    holder = lease.holder if lease else NOBODY
    return look.member in {one.header.owner, holder, one.header.keeper(look.now)}


def _is_marked(mark: str) -> Callable[[Seen, Look], bool]:
    return lambda one, _look: mark in one.header.marks


def _waits_for_second(one: Seen, look: Look) -> bool:
    header = one.header
    is_known = look.member in {header.owner, *header.of("known")}
    is_asked = any(request.is_for(look.desk.ring.person, look.now) for request in header.requests)
    return ("agreement" in header.marks and not is_known) or is_asked or _is_proposed(one, look)


def _is_proposed(one: Seen, look: Look) -> bool:
    """Say whether a colleague wants to set it aside with others, and this person may confirm it."""
    is_theirs = look.member in one.header.of("proposed")
    return "together" in one.header.marks and look.is_reviewer and not is_theirs


def _is_unread_again(one: Seen, look: Look) -> bool:
    return "unread_again" in one.header.marks and look.member not in one.header.of("last")


def _has_joined_mail(one: Seen, look: Look) -> bool:
    """Say whether somebody wrote who was joined: for the owner, and for all where none is."""
    joined = one.header.joined
    owners = {look.member, NOBODY, DUTY_DESK}
    return (
        joined is not None
        and one.has_mail
        and (look.is_supervisor or look.owner_of(joined.survivor) in owners)
    )


def _is_reply(one: Seen, look: Look) -> bool:
    """Say whether its reporter wrote: to whoever asked or owns it, to all where nobody does."""
    header = one.header
    is_theirs = header.owner in {look.member, NOBODY, DUTY_DESK}
    has_asked = look.member in header.of("asked_last")
    return one.has_mail and (is_theirs or has_asked or look.is_supervisor)


def _may_name_colleague(one: Seen, look: Look) -> bool:
    """Say whether somebody whom its reporter keeps out may be on the team, for supervisors."""
    people = one.header.matter.exclusions.people
    found = (is_near(name, other) for name in look.team for other in people)
    return look.is_supervisor and any(found)


def _is_told(one: Seen, look: Look) -> bool:
    return look.member in one.header.of("told")


def _is_back(one: Seen, look: Look) -> bool:
    """Say whether a text that was lent of it came back or lapsed, to who lent it or owns it."""
    header = one.header
    is_theirs = look.member in {header.owner, *header.of("lent")}
    return is_theirs and not look.lent_out.issuperset(header.of("lent_rows"))


def _is_astray(one: Seen, look: Look) -> bool:
    return one.id in look.astray


def _has_task(one: Seen, look: Look) -> bool:
    return soonest(one.header.tasks, look.member) is not None


def _is_overdue(one: Seen, look: Look) -> bool:
    """Say whether it is late; supervisors see what somebody has not done as well."""
    return is_late(one, look) or (look.is_supervisor and _has_late_task(one, look))


def _has_late_task(one: Seen, look: Look) -> bool:
    people = look.desk.verified.people
    return any(task.is_overdue(look.today) or task.who not in people for task in one.header.tasks)


def _ends_soon(one: Seen, look: Look) -> bool:
    return one.header.has_come("ends", look.now + last_days.SOON)


def _named(*names: str) -> Callable[[Look], tuple[str, ...]]:
    return lambda _look: names


def _of_member(*names: str) -> Callable[[Look], tuple[str, ...]]:
    return lambda look: tuple(of_person(name, look.member) for name in names)


def _in_hand(look: Look) -> tuple[bytes, ...]:
    return tuple(case for case, lease in look.held.items() if lease.holder == look.member)


def _late(look: Look) -> tuple[str, ...]:
    late = until("due", look.now)
    if not look.is_supervisor:
        return late
    nobodys = (DUTY_DESK, *look.desk.verified.removed)
    gone = (of_person("does", member) for member in nobodys)
    return (*late, *until("task", look.now), *gone)


def _ending(look: Look) -> tuple[str, ...]:
    return until("ends", look.now + last_days.SOON)


def _with_names(look: Look) -> tuple[str, ...]:
    return ("named",) if look.is_supervisor else ()


LISTS: Final[Mapping[str, Rule]] = {
    "now": Rule((State.RECEIVED, State.TRIAGED, State.ACTIVE), _every, least=Level.URGENT),
    "received": Rule((State.RECEIVED,), _every),
    "triaged": Rule((State.TRIAGED,), _every),
    "mine": Rule(IN_WORK, _is_mine, _of_member("owner", "keeps"), _in_hand),
    "tasks": Rule(_HAVE_TASKS, _has_task, _of_member("does"), page=PAGE_OF_ALL, is_by_task=True),
    "replies": Rule(IN_WORK, _is_reply, by_mail=True),
    "waiting": Rule(IN_WORK, _is_marked("waiting"), _named("waiting")),
    "approvals": Rule(IN_WORK, _waits_for_second, _named("agreement", "requests", "together")),
    "second_look": Rule(_LOOKED_AT_AGAIN, _is_unread_again, _named("unread_again")),
    "set_aside": Rule((State.QUARANTINED,), _every),
    "overdue": Rule(IN_WORK, _is_overdue, _late),
    "ends_soon": Rule(_KEPT, _ends_soon, _ending),
    "lent": Rule(IN_WORK, _is_back, _of_member("lent", "owner")),
    "joined_mail": Rule((State.MERGED,), _has_joined_mail, by_mail=True),
    "told": Rule((*IN_WORK, State.MERGED), _is_told, _of_member("told")),
    "conflicts": Rule(IN_WORK, _may_name_colleague, _with_names),
    "unmerge": Rule((State.MERGED,), _is_astray, _named(), lambda look: look.astray),
}
