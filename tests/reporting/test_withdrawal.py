"""A report that was taken back opens to its code alone, returns within seven days, or is gone."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import delete, func, select

from crypto import receipt
from crypto.custody import open_sealed
from crypto.envelope import Label, OpenError, Secret, expand
from crypto.roles import Group
from crypto.stream import unlock
from reporting import audit, mailbox, places, withdrawal
from reporting.audit_rows import AuditRow
from reporting.database import Base
from reporting.errors import CodeUnknownError, NotTakenBackError, TakenBackError
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, Drop, MessageRow, Parked, State, Wrapped
from reporting.runtime import Runtime
from reporting.status import Status
from reporting.visits import OpenMailbox
from reporting.withdrawal import GRACE, Registry
from tests.boxes import locked_boxes
from tests.builders import Seeds
from tests.builders_mailbox import (
    a_sent_report,
    enter,
    read,
    state_of,
    take_back,
    undo,
    write,
)
from tests.conftest import Clock

Wraps = set[tuple[bytes, str, bytes, bytes]]


def wraps(runtime: Runtime) -> Wraps:
    with runtime.read() as session:
        return {
            (row.case_id, row.wrapped, row.epoch_id, row.key_sealed)
            for row in session.scalars(select(CaseWrap))
        }


def count(runtime: Runtime, model: type[Base]) -> int:
    with runtime.read() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def test_from_the_moment_of_taking_back_the_team_has_no_key_left(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    before = wraps(runtime)
    take_back(runtime, opened)
    assert wraps(runtime) == set()
    assert state_of(runtime) == State.WITHDRAWN
    with runtime.read() as session:
        boxes = [row.key_sealed for row in session.scalars(select(Parked))]
        drops = session.scalars(select(Drop)).all()
    assert len({len(box) for box in boxes}) == 1
    assert not any(key in box for box in boxes for *_names, key in before)
    # One note for each group that reads reports; none says in clear which report it is about.
    assert {row.epoch_id for row in drops} == {epoch for _case, _name, epoch, _key in before}
    (case,) = {case for case, *_rest in before}
    assert not any(case in row.content_sealed for row in drops)


def test_all_keys_of_the_office_together_open_nothing_of_it(runtime: Runtime, seeds: Seeds) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    write(runtime, opened, "before")
    assert len(reachable(runtime, seeds)) == 2
    take_back(runtime, opened)
    with runtime.read() as session:
        # Its notes to the team tell when it is to be erased, and open nothing.
        boxes = [box for box in locked_boxes(session) if box[1].table != "drops"]
    keys = [*seeds.by_group.values(), *reachable(runtime, seeds)]
    assert (len(boxes), len(keys)) == (9, 6)
    for key, (box, place) in product(keys, boxes):
        for candidate in (key, *(expand(key, label) for label in Label)):
            with pytest.raises(OpenError):
                unlock(candidate, box, place)


def reachable(runtime: Runtime, seeds: Seeds) -> list[Secret]:
    """Return every key in the database that the office's private seeds open."""
    found = []
    with runtime.read() as session:
        sealed = [
            (row.key_sealed, places.wrap(row.case_id, Wrapped(row.wrapped), group))
            for row in session.scalars(select(CaseWrap))
            for group in Group
        ]
        for row in session.scalars(select(Drop)):
            sealed += [(row.key_sealed, places.drop_key(row.id, group)) for group in Group]
    for seed, (box, place) in product(seeds.by_group.values(), sealed):
        with suppress(OpenError):
            found.append(open_sealed(seed, box, place))
    return found


def test_the_mailbox_stays_readable_by_its_code_and_takes_nothing_new(runtime: Runtime) -> None:
    code = a_sent_report(runtime)
    write(runtime, enter(runtime, code), "before")
    take_back(runtime, enter(runtime, code))
    thread = read(runtime, enter(runtime, code))
    assert thread.status is Status.WITHDRAWN
    assert [message.text for message in thread.messages] == ["before"]
    with pytest.raises(TakenBackError):
        write(runtime, enter(runtime, code), "after")


@pytest.mark.parametrize("after", [timedelta(), timedelta(days=6, hours=23)])
def test_within_seven_days_the_code_puts_every_key_back(
    runtime: Runtime, clock: Clock, after: timedelta
) -> None:
    code = a_sent_report(runtime)
    before = wraps(runtime)
    take_back(runtime, enter(runtime, code))
    clock.advance(after)
    undo(runtime, enter(runtime, code))
    assert wraps(runtime) == before
    assert state_of(runtime) == State.RECEIVED
    assert count(runtime, Parked) == 0
    write(runtime, enter(runtime, code), "I am back.")


def test_after_seven_days_nothing_brings_it_back(runtime: Runtime, clock: Clock) -> None:
    code = a_sent_report(runtime)
    until = clock.now + GRACE
    take_back(runtime, enter(runtime, code))
    clock.advance(GRACE)
    opened = enter(runtime, code)
    with pytest.raises(NotTakenBackError):
        undo(runtime, opened)
    with runtime.read() as session:
        standing = withdrawal.look(session, opened, clock.now)
    assert (standing.until, standing.can_return) == (until, False)
    assert wraps(runtime) == set()


def test_doing_either_twice_changes_nothing_more(runtime: Runtime, clock: Clock) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    undo(runtime, opened)
    assert count(runtime, AuditRow) == 0
    take_back(runtime, opened)
    clock.advance(timedelta(minutes=30))
    take_back(runtime, opened)
    with runtime.read() as session:
        until = withdrawal.look(session, opened, clock.now).until
    assert until == clock.now - timedelta(minutes=30) + GRACE
    assert (count(runtime, Drop), count(runtime, AuditRow)) == (2, 1)
    undo(runtime, opened)
    undo(runtime, opened)
    assert count(runtime, AuditRow) == 2


def test_a_code_of_another_report_brings_nothing_back(runtime: Runtime) -> None:
    mine, other = (enter(runtime, a_sent_report(runtime)) for _ in range(2))
    take_back(runtime, mine)
    undo(runtime, other)
    assert count(runtime, Parked) == 2
    with runtime.begin() as session:
        foreign = mailbox.look(session, other, runtime.clock())
        foreign.state = State.WITHDRAWN
        for row in session.scalars(select(Parked)).all():
            copy = {name: getattr(row, name) for name in ("wrapped", "epoch_id", "withdrawal_id")}
            session.add(Parked(case_id=foreign.id, key_sealed=row.key_sealed, **copy))
    with pytest.raises(OpenError):
        undo(runtime, other)


@pytest.mark.parametrize("harm", ["altered", "removed"])
def test_a_parked_key_that_somebody_touched_stays_closed(runtime: Runtime, harm: str) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    take_back(runtime, opened)
    with runtime.begin() as session:
        if harm == "removed":
            session.execute(delete(Parked))
        for row in session.scalars(select(Parked)).all():
            row.key_sealed = row.key_sealed[:-1] + bytes([row.key_sealed[-1] ^ 1])
    with pytest.raises(OpenError):
        undo(runtime, opened)
    assert wraps(runtime) == set()


def test_both_ways_are_written_into_the_log_in_the_same_commit(runtime: Runtime) -> None:
    opened = enter(runtime, a_sent_report(runtime))
    registry = Registry(runtime.office, runtime.journal)
    with pytest.raises(ZeroDivisionError), runtime.begin() as session:
        withdrawal.take_back(session, opened, registry, runtime.clock())
        raise ZeroDivisionError
    assert (state_of(runtime), count(runtime, AuditRow)) == (State.RECEIVED, 0)
    take_back(runtime, opened)
    with pytest.raises(ZeroDivisionError), runtime.begin() as session:
        withdrawal.undo(session, opened, registry, runtime.clock())
        raise ZeroDivisionError
    assert (state_of(runtime), count(runtime, AuditRow)) == (State.WITHDRAWN, 1)
    undo(runtime, opened)
    with runtime.read() as session:
        assert audit.head(session).n == 2


def test_erasing_leaves_no_row_of_a_report_and_every_row_of_another(runtime: Runtime) -> None:
    code, other = a_sent_report(runtime), a_sent_report(runtime)
    before = everything(runtime)
    write(runtime, enter(runtime, code), "more")
    take_back(runtime, enter(runtime, code))
    opened = enter(runtime, code)
    with runtime.begin() as session:
        case = CaseId(mailbox.look(session, opened, runtime.clock()).id)
        withdrawal.erase(session, case, runtime.clock())
    left = everything(runtime)
    assert [name for name, rows in left.items() if any(case in row for row in rows)] == ["cases"]
    left["cases"].remove((case, State.ERASED, 0, 202648, 0))
    expected = {name: [row for row in rows if case not in row] for name, rows in before.items()}
    # What says nothing of which report it was.
    for name, rows in (("audit_event", 1), ("audit_segment", 1), ("drops", 2)):
        assert len(left.pop(name)) - len(expected.pop(name)) == rows
    assert left == expected
    with pytest.raises(CodeUnknownError):
        enter(runtime, code)
    with pytest.raises(CodeUnknownError):
        read(runtime, opened)
    with pytest.raises(CodeUnknownError):
        take_back(runtime, opened)
    assert read(runtime, enter(runtime, other)).status is Status.RECEIVED


def everything(runtime: Runtime) -> dict[str, list[tuple[object, ...]]]:
    with runtime.read() as session:
        return {
            table.name: sorted(tuple(row) for row in session.execute(select(table)))
            for table in Base.metadata.sorted_tables
        }


def test_taking_back_while_somebody_writes_ends_without_a_quarrel(runtime: Runtime) -> None:
    for _ in range(10):
        opened = enter(runtime, a_sent_report(runtime))

        def do(act: Callable[[Runtime, OpenMailbox], None], opened: OpenMailbox = opened) -> str:
            try:
                act(runtime, opened)
            except TakenBackError:
                return "too late"
            return "done"

        with ThreadPoolExecutor(4) as pool:
            writing = [pool.submit(do, lambda run, box: write(run, box, "hello")) for _ in range(2)]
            taking = [pool.submit(do, take_back) for _ in range(2)]
        written = [future.result() for future in writing]
        assert {future.result() for future in taking} == {"done"}
        assert len(read(runtime, opened).messages) == written.count("done")
    assert count(runtime, Case) == count(runtime, Parked) // 2 == count(runtime, Drop) // 2 == 10
    assert count(runtime, MessageRow) <= 20


def test_what_never_was_is_as_unknown_here_as_anywhere(runtime: Runtime) -> None:
    keys = receipt.derive(receipt.make(), runtime.desk.pepper)
    until = runtime.clock() + timedelta(hours=1)
    stranger = OpenMailbox(keys.lookup, keys.lock, keys.sign, until)
    for act in (take_back, undo, read):
        with pytest.raises(CodeUnknownError):
            act(runtime, stranger)
