"""Coding: what a person finds in a report beside its words, such as its level and its dangers.

The first look and whoever says something anew later write it down in this one place.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import datetime
from typing import Final

from admin import acts, leases, recodings
from admin.cases import Opened
from admin.desk import Desk
from admin.facts import Answer, Danger, Triage
from admin.guards import GUARDS
from admin.permissions import Action
from admin.recodings import Recoding
from admin.transitions import MOVED_ON, STATE, NotNowError
from admin.visibility import may_hide_otherwise
from admin.work import Work
from admin.work_codes import RECHECK
from forms.wording import msgid
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

IN_HAND: Final = "lease_held"
FULL: Final = msgid("This was changed so often that no more of it can be kept. Write it in a note.")


@dataclass(frozen=True, slots=True)
class Coded:
    """All that somebody codes at once; `level` is None where nobody confirmed one.

    `assumed` are the dangers that were answered together, and not each by itself: what the
    reporter said yes to is never answered so. `as_told` says yes to that, and confirms the level
    that follows from it, wherever somebody says nothing else.
    """

    level: Level | None = None
    level_reason: str = field(default="", repr=False)
    may_be_state: bool = False
    reaches_abroad: bool = False
    dangers: Mapping[Danger, Answer] = field(default_factory=dict, repr=False)
    states: frozenset[str] = field(default=frozenset(), repr=False)
    organisations: frozenset[str] = field(default=frozenset(), repr=False)
    assumed: frozenset[Danger] = field(default=frozenset(), repr=False)
    as_told: bool = False

    def over(self, triage: Triage) -> Triage:
        """Return what the form says, with this in place of what people coded before."""
        coded = {each.name: getattr(self, each.name) for each in fields(self)}
        left_open = coded.pop("assumed") & triage.foreseen
        dangers = {one: said for one, said in self.dangers.items() if one not in left_open}
        if coded.pop("as_told"):
            dangers = {**dict.fromkeys(triage.foreseen, Answer.YES), **dangers}
            coded["level"] = triage.proposed if self.level is None else self.level
        return replace(triage, **{**coded, "dangers": dangers})


@dataclass(frozen=True, slots=True)
class Because:
    """Why something is said anew; `message` is when the message was sent that it rests on."""

    why: str = field(default="", repr=False)
    message: datetime | None = None


FIRST_LOOK: Final = Because()


def code(desk: Desk, case: CaseId, rev: int, coded: Coded) -> bool:
    """Write down what somebody found at the first look, in place of what stood there before.

    Says whether it is another matter now, which may be hidden from others than before. This takes
    the lease. Raises HiddenError, NotNowError, MovedOnError, and AlarmError for what was altered.
    """
    there = acts.begin(desk, case, Action.MOVE_CASE)
    acts.require_unmoved(there, rev)
    _require_in_hand(desk, there)
    return write(desk, there, coded.over(there.work.triage), FIRST_LOOK)


def write(desk: Desk, there: Opened, after: Triage, because: Because) -> bool:
    """Keep what was found in place of what stood there, with all that follows from it.

    Once a report was decided about, what stood there before stays in its history. Says whether it
    is another matter now. Raises NotNowError where the history is full.
    """
    before = there.work.triage
    names = (each.name for each in fields(Triage))
    changed = tuple(name for name in names if getattr(before, name) != getattr(after, name))
    verb = "level.set" if before.weight is not after.weight else "fields.edited"
    work = replace(there.work, triage=after)
    if there.work.deeds and changed:
        one = Recoding(desk.ring.person.id, desk.now, because.why, because.message, before)
        work = _with(work, one)
    if before.states != after.states:
        # Whoever graded it judged of other states whether they are behind it.
        work = replace(work, grades=work.grades.recoded())
    # To code what its reporter said as well, as at most first looks, hides it from nobody.
    is_other = may_hide_otherwise(there.matter, replace(there, work=work).matter)
    if is_other and work.state is not State.RECEIVED:
        # Supervisors know whose card hides it; nobody else knows that of a colleague.
        work = work.with_item(RECHECK)
    desk.note(verb, there.id, there.work.state, changed)
    acts.keep(desk, there, work, verb)
    return is_other


def _with(work: Work, one: Recoding) -> Work:
    # Of each person: nobody uses up what others need to say how urgent it has become.
    if sum(past.by == one.by for past in work.recodings) >= recodings.MOST:
        raise NotNowError(recodings.LEVEL, FULL)
    return replace(work, recodings=(*work.recodings, one))


def _require_in_hand(desk: Desk, there: Opened) -> None:
    if there.work.state is not State.RECEIVED:
        raise NotNowError(STATE, MOVED_ON)
    lease = leases.holder(desk.session, desk.ring, there.id, desk.now)
    if lease is None or lease.holder != desk.ring.person.id:
        raise NotNowError(IN_HAND, GUARDS[IN_HAND].sentence)
