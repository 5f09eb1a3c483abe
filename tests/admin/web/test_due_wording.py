"""Each level and state says in words what is due, and how long it gives."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask

from admin.lists import Row
from admin.phases import Phase, WaitingOn
from admin.web import due_wording
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level
from tests.visitor import ENGLISH

NOW = datetime(2026, 11, 24, 2, 0, tzinfo=UTC)


@pytest.fixture
def in_english(app: Flask) -> Iterator[None]:
    """A request to the staff site by somebody who reads English."""
    with app.test_request_context("/staff/sign-in", headers=ENGLISH):
        app.preprocess_request()
        yield


def a_row(state: State, level: Level) -> Row:
    return Row(
        case=CaseId(bytes(16)),
        state=state,
        level=level,
        week=202648,
        due=NOW,
        kinds=(),
        language="en",
        owner=b"",
        held_by=b"",
        has_mail=False,
        is_waiting=False,
        is_overdue=False,
        kept_until=None,
        phase=Phase.ASSESS,
        waiting_on=WaitingOn.NOBODY,
    )


@pytest.mark.usefixtures("in_english")
@pytest.mark.parametrize(
    ("state", "level", "says"),
    [
        (State.RECEIVED, Level.URGENT, "First look within 2 hours"),
        (State.RECEIVED, Level.MEDIUM, "First look within 3 working days"),
        (State.TRIAGED, Level.LOW, "First answer within 14 days, a look after 3 months"),
        (State.ACTIVE, Level.MEDIUM, "First answer within 7 days, a look after 1 month"),
        (State.REVIEW, Level.HIGH, "First answer within 48 hours, a look after 7 days"),
        (State.MONITORING, Level.URGENT, "The day that was chosen for the next look"),
        (State.QUARANTINED, Level.URGENT, ""),
        (State.DECLINED, Level.LOW, ""),
    ],
)
def test_why_something_is_due(state: State, level: Level, says: str) -> None:
    assert due_wording.why(a_row(state, level)) == says
