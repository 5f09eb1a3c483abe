"""What was done with a report is told once a kind and day, to its code alone."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from crypto.envelope import OpenError, Secret, make_key
from reporting import mailbox, traces
from reporting.models import TraceRow
from reporting.runtime import Runtime
from reporting.traces import Deed
from reporting.visits import OpenMailbox
from tests.builders_mailbox import a_sent_report, enter, read
from tests.conftest import Clock


def note(runtime: Runtime, opened: OpenMailbox, deed: Deed) -> None:
    with runtime.begin() as session:
        entered = mailbox.reenter(session, opened, runtime.clock())
        traces.note(session, entered.case.id, entered.thread, deed, runtime.clock())


def test_a_deed_is_told_once_in_24_hours_and_the_newest_stands_first(
    runtime: Runtime, clock: Clock
) -> None:
    code = a_sent_report(runtime)
    first = clock.now
    for hours in (0, 1, 22):
        clock.advance(timedelta(hours=hours))
        note(runtime, enter(runtime, code), Deed.REPORT_READ)
    note(runtime, enter(runtime, code), Deed.MESSAGE_READ)
    clock.advance(timedelta(hours=1))
    note(runtime, enter(runtime, code), Deed.REPORT_READ)
    lines = read(runtime, enter(runtime, code)).lines
    assert [(line.deed, line.at) for line in lines] == [
        (Deed.REPORT_READ, first + timedelta(hours=24)),
        (Deed.MESSAGE_READ, first + timedelta(hours=23)),
        (Deed.REPORT_READ, first),
    ]


def test_another_report_has_lines_of_its_own(runtime: Runtime) -> None:
    mine, other = (enter(runtime, a_sent_report(runtime)) for _ in range(2))
    note(runtime, mine, Deed.REPORT_READ)
    assert read(runtime, other).lines == ()
    note(runtime, other, Deed.REPORT_READ)
    assert len(read(runtime, mine).lines) == len(read(runtime, other).lines) == 1


def test_a_line_moved_to_another_report_or_read_with_another_key_is_refused(
    runtime: Runtime,
) -> None:
    mine, other = (enter(runtime, a_sent_report(runtime)) for _ in range(2))
    note(runtime, mine, Deed.REPORT_READ)
    with runtime.begin() as session:
        case = mailbox.look(session, mine, runtime.clock()).id
        foreign = mailbox.look(session, other, runtime.clock()).id
        for key in (make_key(), Secret(mine.lock.reveal())):
            with pytest.raises(OpenError):
                traces.read(session, case, key)
        session.execute(update(TraceRow).values(case_id=foreign))
    with pytest.raises(OpenError):
        read(runtime, other)


def test_all_lines_have_one_length_in_the_store(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    for deed in Deed:
        note(runtime, opened, deed)
    with runtime.read() as session:
        lengths = session.scalars(select(func.length(TraceRow.content_sealed))).all()
    assert len(lengths) == len(Deed)
    assert len(set(lengths)) == 1
