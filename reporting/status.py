"""Status: how things stand with a report, in the few words its reporter gets to see.

What a set-aside, joined or waiting report is called among the team is never told, nor its level,
its place in a queue, a name, or how many people there are.
"""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Final

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


def status_of(state: State, conversation: Sequence[Message]) -> Status:
    """Return how things stand; an open question comes before everything but the end."""
    if state is State.MERGED and _is_closed(conversation):
        return Status.CLOSED
    stands = STANDS[state]
    if stands not in OVER and _is_asked(conversation):
        return Status.ASKED
    return stands


def _is_closed(conversation: Sequence[Message]) -> bool:
    """Say whether the newest word of the team is that its work has ended."""
    newest = next((one for one in reversed(conversation) if not one.from_reporter), None)
    return newest is not None and newest.closes


def _is_asked(conversation: Sequence[Message]) -> bool:
    """Say whether the team asked something that the reporter has not written after."""
    for message in reversed(conversation):
        if message.from_reporter:
            return False
        if message.asks:
            return True
    return False
