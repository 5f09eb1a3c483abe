"""Letting go: what hides reports from somebody takes them from them, in the same unit of work.

Whoever is not known here to be shut out, because only supervisors and they themself know their
card, is found in the first session of one of those.
"""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import replace

from admin import (
    acts,
    coding,
    declaring,
    following,
    leases,
    moves,
    recoding,
    shut_out,
    vetting,
)
from admin.coding import Coded
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError, NotHandedOnError
from admin.headers import IN_WORK
from admin.recoding import Anew
from admin.scans import Scan
from admin.vetting import Decision
from forms.ties import Declared
from reporting.ids import CaseId


def declare(desk: Desk, declared: Declared) -> None:
    """Keep what somebody declares, as `declaring.declare`; what it hides is theirs no more."""
    held = _hold(desk, desk.ring.person.id)
    declaring.declare(desk, declared)
    ring = declaring.with_standing(desk.session, desk.ring, desk.verified)
    _settle(replace(desk, ring=ring), held)


def decide(desk: Desk, member: bytes, decision: Decision) -> None:
    """Keep a manager's voice, as `vetting.decide`; what it hides from the other is theirs no more.

    A manager who opens no reports leaves that to others.
    """
    held = _hold(desk, member)
    vetting.decide(desk, member, decision)
    _settle(desk, held)


def code(desk: Desk, case: CaseId, rev: int, coded: Coded) -> bool:
    """Write down what somebody found, as `coding.code`; from whom it hides the report, that goes.

    Says whether the report is still there for whoever wrote it down.
    """
    acts.hold_bound(desk, (case,))
    return not coding.code(desk, case, rev, coded) or _is_still_theirs(desk, case)


def recode(desk: Desk, case: CaseId, rev: int, anew: Anew) -> bool:
    """Record what is known now, as `recoding.recode`, with what `code` does and says."""
    acts.hold_bound(desk, (case,))
    return not recoding.recode(desk, case, rev, anew) or _is_still_theirs(desk, case)


def _is_still_theirs(desk: Desk, case: CaseId) -> bool:
    _settle(desk, (case,))
    return following.visible(desk, case) is not None


def _hold(desk: Desk, member: bytes) -> Collection[CaseId]:
    """Hold all that somebody has to do with, before anything is written into the log."""
    scan = Scan(desk, is_of_all=True)
    if not scan.keys:
        return ()
    living = leases.living(desk.session, desk.ring, desk.now)
    in_hand = [case for case, lease in living.items() if lease.holder == member]
    listed = scan.listed(shut_out.lists_of({member}), IN_WORK, also=in_hand)
    found = tuple(one.id for one in listed)
    acts.hold_bound(desk, found)
    return found


def _settle(desk: Desk, held: Collection[CaseId]) -> None:
    for case in held:
        # One that was altered keeps nobody from saying what they have to do with.
        with suppress(HiddenError, AlarmError, NotHandedOnError), desk.session.begin_nested():
            shut_out.settle(desk, case)
            moves.make_due(desk, case, (moves.GIVES_BACK,))
