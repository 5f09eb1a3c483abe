"""The words of lists: what each is called, what stands there when it is empty, and its key."""

from collections.abc import Mapping
from typing import Final

from forms.wording import msgid

LISTS_OF_CASES: Final[Mapping[str, str]] = {
    "now": msgid("Urgent now"),
    "received": msgid("New reports"),
    "mine": msgid("Mine"),
    "tasks": msgid("My tasks"),
    "triaged": msgid("Waiting for an owner"),
    "replies": msgid("The reporter wrote"),
    "waiting": msgid("Waiting for the reporter"),
    "approvals": msgid("Waiting for a second person"),
    "second_look": msgid("Second look"),
    "set_aside": msgid("Set aside"),
    "overdue": msgid("Overdue"),
    "ends_soon": msgid("Erased soon"),
    "lent": msgid("An interpreter answered, or nobody did"),
    "joined_mail": msgid("Joined, with new mail"),
    "told": msgid("Joined with yours"),
    "conflicts": msgid("May be about a colleague"),
    "unmerge": msgid("Joined, but left alone"),
}
# Hardly ever anything is in them: while they are empty, they are not shown.
SHOWN_WHEN_FILLED: Final = frozenset(
    {"now", "replies", "lent", "joined_mail", "told", "conflicts", "unmerge"}
)
# What stands where a list is empty.
EMPTY_LISTS: Final[Mapping[str, str]] = {
    "now": msgid("Nothing urgent waits."),
    "received": msgid("Nothing is waiting."),
    "mine": msgid("You have no report in hand. “Next report” on the first page brings one."),
    "tasks": msgid("You have no open task."),
    "triaged": msgid("Every report that was accepted has an owner."),
    "replies": msgid("No reporter has written since you looked."),
    "waiting": msgid("No question to a reporter is open."),
    "approvals": msgid("Nobody needs you as the second person just now."),
    "second_look": msgid("Nothing that a colleague declined or set aside waits for you."),
    "set_aside": msgid("Nothing is set aside."),
    "overdue": msgid("Nothing is late."),
    "ends_soon": msgid("No report is erased within the next month."),
    "lent": msgid("No text that you gave to an interpreter has come back, or lapsed."),
    "joined_mail": msgid("Nobody wrote whose report was joined to another one."),
    "told": msgid("No report was joined to one of yours."),
    "conflicts": msgid("No reporter keeps out anybody with a name like a colleague's."),
    "unmerge": msgid("Every joined report has one that leads it."),
}
# With g before it.
LIST_KEYS: Final[Mapping[str, str]] = {
    "now": "h",
    "received": "n",
    "mine": "m",
    "tasks": "k",
    "triaged": "t",
    "waiting": "w",
    "approvals": "p",
    "second_look": "s",
    "set_aside": "a",
    "overdue": "o",
    "ends_soon": "e",
    "lent": "i",
    "joined_mail": "j",
    "told": "y",
    "unmerge": "u",
    "replies": "r",
    "conflicts": "c",
}
