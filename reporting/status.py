"""Status: how things stand with a report, in the few words its reporter gets to see.

What a set-aside, joined or waiting report is called among the team is never told, nor its level,
its place in a queue, a name, or how many people there are.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from reporting import threads
from reporting.models import State
from reporting.threads import Message


class Status(StrEnum):
    """How things stand, as the reporter sees it."""

    RECEIVED = "received"
    LOOKED_AT = "looked_at"
    ASKED = "asked"
    WORKING = "working"
    CLOSED = "closed"
    WITHDRAWN = "withdrawn"
    GONE = "gone"


# For every state that transitions.toml names.
STANDS: Final[Mapping[State, Status]] = {
    State.RECEIVED: Status.RECEIVED,
    State.QUARANTINED: Status.RECEIVED,
    State.TRIAGED: Status.LOOKED_AT,
    State.ACTIVE: Status.WORKING,
    State.MONITORING: Status.WORKING,
    State.REVIEW: Status.WORKING,
    State.CLOSED: Status.CLOSED,
    State.DECLINED: Status.CLOSED,
    State.MERGED: Status.WORKING,
    State.WITHDRAWN: Status.WITHDRAWN,
    State.ERASED: Status.GONE,
}
OVER: Final = frozenset({Status.WITHDRAWN, Status.GONE})
APPEAL_WITHIN: Final = timedelta(days=90)


def status_of(state: State, conversation: tuple[Message, ...], now: datetime) -> Status:
    """Return how things stand; an open question comes before everything but the end.

    A joined report is closed once its last message says so. While the team can still take a
    decline back, nothing is decided.
    """
    stands, sent = STANDS[state], threads.sent_by(conversation, now)
    if stands in OVER:
        return stands
    if _is_asked(sent):
        return Status.ASKED
    if state is State.DECLINED and len(sent) < len(conversation):
        return Status.RECEIVED
    ours = [message for message in sent if not message.from_reporter]
    if state is State.MERGED and ours and ours[-1].closes:
        return Status.CLOSED
    return stands


def appeal_until(state: State, conversation: tuple[Message, ...], now: datetime) -> datetime | None:
    """Return until when a reporter can ask for another look; nothing where they cannot."""
    ends = [n for n, message in enumerate(conversation) if message.closes]
    if state is not State.DECLINED or not ends:
        return None
    decline, since = conversation[ends[-1]], conversation[ends[-1] + 1 :]
    until = decline.sent + APPEAL_WITHIN
    has_asked = any(message.appeals for message in since)
    return until if decline.sent <= now < until and not has_asked else None


def _is_asked(conversation: tuple[Message, ...]) -> bool:
    """Say whether the team asked something that nobody wrote after, nor closed the report."""
    for message in reversed(conversation):
        # Work that ended waits for no answer, or the page said for ever that we ask.
        if message.from_reporter or message.closes:
            return False
        if message.asks:
            return True
    return False
