"""Link panel: what the page of a report says about other reports, to whoever looks at it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from admin import following, gathering, identified, leases, linking
from admin.cases import Opened
from admin.desk import Desk
from admin.facts import NOBODY
from admin.following import Beside
from admin.headers import IN_WORK
from admin.linking import Proposed
from admin.links import Verdict
from admin.permissions import SUPERVISOR, Action, is_allowed
from admin.work import DUTY_DESK
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level

JOINS_BY_STATE: Final[Mapping[str, str]] = {
    State.RECEIVED: "merge",
    State.TRIAGED: "merge_t",
    State.ACTIVE: "merge_a",
}
OWNERS_AGREE: Final = "merge_a"


@dataclass(frozen=True, slots=True)
class Agreement:
    """That this person may agree to joining the report to another one."""

    action: str
    other: CaseId


@dataclass(frozen=True, slots=True)
class Panel:
    """What stands beside a report; whatever does not exist for this person is not in it.

    `survivor` is the report that this one follows, if it exists for them. `is_astray` says that it
    leads nobody any more. In so many `others` an identifier of this report stands.
    """

    is_joined: bool
    survivor: CaseId | None
    is_astray: bool
    followers: tuple[Beside, ...]
    judged: tuple[Proposed, ...]
    to_agree: tuple[Agreement, ...]
    is_told: bool
    may_flood: bool
    may_mark: bool
    others: int

    @property
    def with_mail(self) -> int:
        """How many of the reports that follow have a new message."""
        return sum(one.has_mail for one in self.followers)


def of(desk: Desk, there: Opened) -> Panel:
    """Return what the page says of other reports."""
    work, links = there.work, there.work.links
    joined = links.joined
    survivor = None if joined is None else following.visible(desk, CaseId(joined.survivor))
    judged = linking.judged(desk, there)
    return Panel(
        is_joined=joined is not None,
        survivor=None if survivor is None else survivor.id,
        is_astray=following.is_astray(desk, there),
        followers=following.followers(desk, there.id, work),
        judged=judged,
        to_agree=_to_agree(desk, there, judged),
        is_told=desk.ring.person.id in links.told,
        may_flood=work.state is State.RECEIVED and work.triage.weight is Level.URGENT,
        may_mark=is_allowed(Action.MARK_IDENTIFIER, desk.ring.person.marks),
        others=len(identified.beside(desk, there)),
    )


def joinable(desk: Desk, there: Opened) -> tuple[Proposed, ...]:
    """Return the reports that this one can be joined to."""
    return _same(linking.judged(desk, there))


def _same(judged: tuple[Proposed, ...]) -> tuple[Proposed, ...]:
    return tuple(
        one for one in judged if one.verdict == Verdict.SAME_INCIDENT and one.state in IN_WORK
    )


def _to_agree(desk: Desk, there: Opened, judged: tuple[Proposed, ...]) -> tuple[Agreement, ...]:
    action = JOINS_BY_STATE.get(there.work.state, "")
    if not action or not _counts(desk, there, action):
        return ()
    mine = {sign.decided for sign in there.work.countersigns if sign.by == desk.ring.person.id}
    return tuple(
        Agreement(action, one.case)
        for one in _same(judged)
        if gathering.decided(there, action, one.case) not in mine
    )


def _counts(desk: Desk, there: Opened, action: str) -> bool:
    """Say whether it counts if this person agrees: as the owner, or as another supervisor."""
    me, owner = desk.ring.person, there.work.owner
    lease = leases.holder(desk.session, desk.ring, there.id, desk.now)
    if action == OWNERS_AGREE and owner in {DUTY_DESK, *desk.verified.people}:
        return owner == me.id
    is_mine = me.id in {owner, NOBODY if lease is None else lease.holder}
    return SUPERVISOR in me.roles and not is_mine
