"""Flagging: set what everybody should see at once about a report, and take it away again.

Which flag it is stands in the locked work on the report; the log says only that flags changed.
"""

from dataclasses import replace

from admin import acts
from admin.desk import Desk
from admin.permissions import Action
from reporting.ids import CaseId

FIELDS = ("flags",)


def raise_flag(desk: Desk, case: CaseId, code: str) -> None:
    """Set a flag; one that is set already stays. Raises HiddenError, and AlarmError."""
    there = acts.begin(desk, case, Action.WORK_ON_CASE)
    if code in there.work.flags:
        return
    desk.note("flag.set", case, fields=FIELDS)
    acts.keep(desk, there, replace(there.work, flags=there.work.flags | {code}), "flag.set")


def clear_flag(desk: Desk, case: CaseId, code: str) -> None:
    """Take a flag away, if it is there. Raises HiddenError, and AlarmError."""
    there = acts.begin(desk, case, Action.WORK_ON_CASE)
    if code not in there.work.flags:
        return
    desk.note("flag.cleared", case, fields=FIELDS)
    acts.keep(desk, there, replace(there.work, flags=there.work.flags - {code}), "flag.cleared")
