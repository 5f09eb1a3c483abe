"""Keeping back: to whom no key is handed, whatever the roster says of them."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import holds, steps
from admin.models import Lapse
from admin.stages import limits_of
from crypto.roster import Roster
from crypto.standing import Progress


def kept_back(session: Session, verified: Roster) -> frozenset[bytes]:
    """Return the ids of those who are given no key.

    Their stage has none, or they lapsed, or they are held until two managers have looked. Raises
    AlarmError for a step of vetting that does not hold.
    """
    everybody = steps.progress_of_all(session, verified)
    untried = {member for member, progress in everybody.items() if not may_hold_keys(progress)}
    lapsed = session.scalars(select(Lapse.member_id))
    return holds.held(session).union(untried, lapsed)


def may_hold_keys(progress: Progress) -> bool:
    """Say whether the stage that somebody came to lets them hold keys of groups."""
    return bool(progress.held) and limits_of(progress.stage).may_hold_group_keys
