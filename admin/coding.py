"""Coding: what a person finds in a report beside its words, such as its level and its dangers."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Final

from admin import acts, leases
from admin.cases import Opened
from admin.desk import Desk
from admin.facts import Answer, Danger, Triage
from admin.guards import GUARDS
from admin.permissions import Action
from admin.transitions import MOVED_ON, STATE, NotNowError
from admin.work_codes import RECHECK
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

IN_HAND: Final = "lease_held"
_MATTER: Final = frozenset({"states", "organisations"})
_CODABLE: Final = frozenset(
    {State.RECEIVED, State.TRIAGED, State.ACTIVE, State.MONITORING, State.REVIEW}
)


@dataclass(frozen=True, slots=True)
class Coded:
    """All that somebody codes at once; `level` is None where nobody confirmed one.

    `assumed` are the dangers that were answered together, and not each by itself: what the
    reporter said yes to is never answered so.
    """

    level: Level | None = None
    level_reason: str = field(default="", repr=False)
    may_be_state: bool = False
    reaches_abroad: bool = False
    dangers: Mapping[Danger, Answer] = field(default_factory=dict, repr=False)
    states: frozenset[str] = field(default=frozenset(), repr=False)
    organisations: frozenset[str] = field(default=frozenset(), repr=False)
    assumed: frozenset[Danger] = field(default=frozenset(), repr=False)

    def over(self, triage: Triage) -> Triage:
        """Return what the form says, with this in place of what people coded before."""
        coded = {each.name: getattr(self, each.name) for each in fields(self)}
        left_open = coded.pop("assumed") & triage.foreseen
        dangers = {one: said for one, said in self.dangers.items() if one not in left_open}
        return replace(triage, **{**coded, "dangers": dangers})


def code(desk: Desk, case: CaseId, rev: int, coded: Coded) -> bool:
    """Write down what somebody found, in place of what stood there before.

    Says whether it is another matter now, which may be hidden from others than before. Before
    triage this takes the lease. Raises HiddenError, NotNowError, MovedOnError, and AlarmError for
    what was altered.
    """
    there = acts.begin(desk, case, Action.MOVE_CASE)
    acts.require_unmoved(there, rev)
    _require_codable(desk, there)
    before, after = there.work.triage, coded.over(there.work.triage)
    names = (each.name for each in fields(Triage))
    changed = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    verb = "level.set" if before.weight is not after.weight else "fields.edited"
    desk.note(verb, case, there.work.state, changed)
    work = replace(there.work, triage=after)
    is_other = not _MATTER.isdisjoint(changed)
    if is_other and work.state is not State.RECEIVED:
        # Supervisors know whose card hides it; nobody else knows that of a colleague.
        work = work.with_item(RECHECK)
    acts.keep(desk, there, work, verb)
    return is_other


def _require_codable(desk: Desk, there: Opened) -> None:
    if there.work.state not in _CODABLE:
        raise NotNowError(STATE, MOVED_ON)
    if there.work.state != State.RECEIVED:
        return
    lease = leases.holder(desk.session, desk.ring, there.id, desk.now)
    if lease is None or lease.holder != desk.ring.person.id:
        raise NotNowError(IN_HAND, GUARDS[IN_HAND].sentence)
