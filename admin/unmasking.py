"""Unmasking: read a story with the numbers and addresses that are covered for everybody else."""

from dataclasses import replace

from admin import acts, reading
from admin.desk import Desk
from admin.permissions import Action
from admin.work import Work
from forms.masking import masked
from reporting.ids import CaseId

UNMASKED = "names.unmasked"


def unmask(desk: Desk, case: CaseId, reason: str) -> None:
    """Let somebody read a story uncovered from now on; the reason is a code, and is logged.

    Raises HiddenError, OverLimitError where many were read so today, and AlarmError for what was
    altered.
    """
    there = acts.begin(desk, case, Action.UNMASK)
    desk.note(UNMASKED, case, reason, fields=("story",))
    reading.unmask(desk, reason)
    read_by = there.work.unmasked_by | {desk.ring.person.id}
    acts.keep(desk, there, replace(there.work, unmasked_by=read_by), UNMASKED)


def shown(work: Work, member: bytes, story: str) -> str:
    """Return a story as this person reads it."""
    return story if member in work.unmasked_by else masked(story)
