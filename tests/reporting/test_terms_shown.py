"""The day until which a report is kept is read with its code, and with no other key."""

from datetime import date

import pytest
from sqlalchemy import func, select, update

from crypto.envelope import Label, OpenError, Secret, expand, make_key
from reporting import mailbox, places, records, terms_shown
from reporting.runtime import Runtime
from reporting.term_rows import TermRow
from reporting.visits import OpenMailbox
from tests.builders_mailbox import a_sent_report, enter

DAY, LATER = date(2027, 3, 1), date(2029, 12, 31)


def show(runtime: Runtime, opened: OpenMailbox, day: date | None) -> tuple[bytes, Secret]:
    with runtime.begin() as session:
        entered = mailbox.reenter(session, opened, runtime.clock())
        terms_shown.write(session, entered.case.id, entered.thread, day)
        return entered.case.id, entered.thread


def read(runtime: Runtime, case: bytes, thread: Secret) -> date | None:
    with runtime.read() as session:
        return terms_shown.read(session, case, thread)


def test_the_newest_day_is_shown_or_that_there_is_none(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    with runtime.read() as session:
        case = mailbox.look(session, opened, runtime.clock()).id
    assert read(runtime, case, make_key()) is None
    for day in (DAY, LATER, None, DAY):
        case, thread = show(runtime, opened, day)
        assert read(runtime, case, thread) == day
    with runtime.read() as session:
        assert session.scalars(select(func.count()).select_from(TermRow)).one() == 1


def test_with_and_without_a_day_it_is_as_long(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    sizes = set()
    for day in (DAY, None):
        show(runtime, opened, day)
        with runtime.read() as session:
            sizes.add(len(session.scalars(select(TermRow.content_sealed)).one()))
    assert len(sizes) == 1


def test_an_older_day_another_key_or_two_days_at_once_are_refused(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    case, thread = show(runtime, opened, DAY)
    with pytest.raises(OpenError):
        read(runtime, case, make_key())
    with runtime.read() as session:
        older = session.scalars(select(TermRow.content_sealed)).one()
    show(runtime, opened, LATER)
    key, place = expand(thread, Label.MESSAGE), places.term_shown(case, 1)
    both = records.close(key, {"until": [str(DAY), str(LATER)]}, place, terms_shown.FLOOR_BYTES)
    for box in (older, both):
        with runtime.begin() as session:
            session.execute(update(TermRow).values(content_sealed=box))
        with pytest.raises(OpenError):
            read(runtime, case, thread)
