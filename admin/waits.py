"""Waits: what about a report waits for a second person, and whose words are not sent yet.

Pure: lists, the guards of a move and due work ask here.
"""

from datetime import datetime

from admin.facts import NOBODY
from admin.work import Work


def requests(work: Work, now: datetime) -> int:
    """Return how many requests to a second person are open."""
    asks = sum(ask.is_open(now) for ask in work.contact_asks)
    return asks + sum(one.is_waiting(now) for one in work.emergencies)


def unsent(work: Work) -> int:
    """Return how many messages of the owner's are not sent yet."""
    return sum(draft.by == work.owner != NOBODY for draft in work.drafts)


def wants(work: Work, member: bytes, now: datetime) -> bool:
    """Say whether something waits for this person as the second one."""
    asks = any(ask.may_answer(member, now) for ask in work.contact_asks)
    reads = any(draft.is_waiting and draft.by != member for draft in work.drafts)
    signs = any(one.by != member and one.is_waiting(now) for one in work.emergencies)
    return asks or reads or signs


def is_missing(work: Work, now: datetime) -> bool:
    """Say whether ways of contact were opened, and no second person came in time."""
    return any(ask.is_missing(now) for ask in work.contact_asks)


def is_due(work: Work, now: datetime) -> bool:
    """Say whether something about a second person is to be written down, or told to supervisors."""
    untold = any(ask.is_missing(now) and not ask.told for ask in work.contact_asks)
    return untold or any(one.is_due_to_lapse(now) for one in work.emergencies)
