"""A lent text is found by the key of its report's conversation, and by no other."""

from datetime import timedelta

from sqlalchemy import select

from crypto.envelope import Secret, make_key
from reporting import lent
from reporting.clock import hour_after
from reporting.lent_rows import LentRow
from reporting.runtime import Runtime
from tests.conftest import Clock


def lend(runtime: Runtime, thread: Secret, row: bytes, reader: bytes | None, hour: int) -> None:
    with runtime.database.begin() as session:
        box = lent.mark(thread, row)
        session.add(
            LentRow(
                id=row, reader_id=reader, expires_hour=hour, mark_sealed=box, content_sealed=b"box"
            )
        )


def left(runtime: Runtime) -> set[bytes]:
    with runtime.database.begin() as session:
        return set(session.scalars(select(LentRow.id)))


def test_all_of_one_report_ends_and_nothing_of_another(runtime: Runtime, clock: Clock) -> None:
    ours, theirs, hour = make_key(), make_key(), hour_after(clock() + timedelta(days=1))
    one, two, three = (bytes([n]) * 16 for n in range(3))
    lend(runtime, ours, one, bytes(16), hour)
    lend(runtime, ours, two, None, hour)
    lend(runtime, theirs, three, bytes(16), hour)
    with runtime.database.begin() as session:
        assert lent.end_open(session, ours) == 1
    assert left(runtime) == {two, three}
    with runtime.database.begin() as session:
        assert lent.end_all(session, ours) == 1
        assert lent.end_all(session, ours) == 0
    assert left(runtime) == {three}


def test_what_is_over_is_swept_without_any_key(runtime: Runtime, clock: Clock) -> None:
    hour = hour_after(clock() + timedelta(hours=1))
    lend(runtime, make_key(), bytes(16), bytes(16), hour)
    with runtime.database.begin() as session:
        assert lent.sweep(session, clock()) == 0
    clock.advance(timedelta(hours=2))
    with runtime.database.begin() as session:
        assert lent.sweep(session, clock()) == 1
    assert left(runtime) == set()
