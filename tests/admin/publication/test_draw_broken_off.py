"""A draw that breaks off has spent nothing, or goes on to the same numbers."""

import errno
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import NoReturn

import pytest
from sqlalchemy import Connection, Engine, event, select, update

from admin.budget_rows import MeasurementRow
from admin.errors import FiguresError
from admin.publication import burning, draw, ledger, releases, shelf
from admin.publication.acting import Officer
from admin.publication.booked import Reason
from tests.admin.publication.test_draw import booked, counting, drawn, kept
from tests.builders_draws import an_officer, unwatched
from tests.builders_figures import RELEASE, a_plan
from tests.builders_frame import Counting
from tests.builders_staff import the_staff
from tests.forking import in_another_process

__all__ = ["counting"]

PLAN = a_plan()


def full(_statement: str) -> NoReturn:
    raise OSError(errno.ENOSPC, "No space left on device")


def killed(_statement: str) -> NoReturn:  # pragma: no cover - in the child
    os.kill(os.getpid(), signal.SIGKILL)
    raise AssertionError


@contextmanager
def at_write(engine: Engine, nth: int, what: Callable[[str], NoReturn]) -> Iterator[None]:
    """Let something happen before the nth thing that is written into a database, or is kept."""
    done = count()

    def writing(_connection: Connection, _cursor: object, said: str, *_rest: object) -> None:
        if said.startswith(("INSERT", "UPDATE", "DELETE")) and next(done) == nth:
            what(said)

    def keeping(_connection: Connection) -> None:
        if next(done) == nth:
            what("COMMIT")

    event.listen(engine, "before_cursor_execute", writing)
    event.listen(engine, "commit", keeping)
    try:
        yield
    finally:
        event.remove(engine, "before_cursor_execute", writing)
        event.remove(engine, "commit", keeping)


def draws_until(officer: Officer, nth: int, what: Callable[[str], NoReturn]) -> bool:
    """Let a draw break off before its nth write; say whether it came to its end instead."""
    with at_write(officer.service.database.engine, nth, what), suppress(OSError):
        draw.draw(officer, RELEASE, unwatched)
        return True
    return False


def is_killed(officer: Officer, nth: int) -> bool:
    """Let a draw be killed before its nth write; say whether it came to its end instead."""

    def act() -> None:  # pragma: no cover - in the child, which is killed
        officer.service.database.forget_connections()
        draws_until(officer, nth, killed)

    officer.service.database.engine.dispose()
    return not os.WIFSIGNALED(in_another_process(act))


@pytest.mark.parametrize(
    "breaks", [lambda officer, nth: draws_until(officer, nth, full), is_killed]
)
def test_a_draw_that_breaks_off_has_spent_nothing_or_goes_on_to_the_same_numbers(
    counting: Counting, breaks: Callable[[Officer, int], bool]
) -> None:
    officer, nth, broken = an_officer(counting, "olga"), 0, 0
    numbers: list[bytes] = []
    while not breaks(officer, nth):
        nth, broken = nth + 1, broken + 1
        states = [event.state for event in booked(counting).events]
        assert states == (["reserved"] if kept_numbers(counting) else [])
        if states and not numbers:
            numbers, nth = kept_numbers(counting), 0
        assert kept_numbers(counting) == numbers

    assert broken > 10
    assert [event.state for event in booked(counting).events] == ["reserved", "drawn"]
    assert kept_numbers(counting) == numbers
    assert booked(counting).spent("2026") == 1
    assert kept(counting)


def kept_numbers(counting: Counting) -> list[bytes]:
    with the_staff(counting.app).service.read() as session:
        rows = select(MeasurementRow.noisy).order_by(MeasurementRow.measured)
        return list(session.scalars(rows))


def test_a_full_disk_where_the_ledger_is_given_out_costs_nothing(counting: Counting) -> None:
    broken_off(counting)
    numbers = kept_numbers(counting)
    service = the_staff(counting.app).service
    says = pytest.raises(FiguresError, match=f"tomoshibi stats draw {RELEASE}")
    with service.read() as session, says:
        releases.rendered(session, RELEASE, service.settings.instance)

    drawn(counting)
    assert kept_numbers(counting) == numbers
    assert booked(counting).spent("2026") == 1


def test_numbers_that_changed_while_a_draw_was_broken_off_are_given_up_by_two(
    counting: Counting,
) -> None:
    broken_off(counting)
    with counting.desk("oscar") as desk:
        desk.session.execute(update(MeasurementRow).values(noisy=b"[1]"))

    with pytest.raises(FiguresError, match=f"stats burn {RELEASE} --reason check"):
        drawn(counting)
    # Whoever broke it off could have looked: nobody gives it up alone.
    with counting.desk("olga") as desk:
        assert not burning.burn(desk, RELEASE, Reason.CHECK)
    with counting.desk("oscar") as desk:
        assert burning.burn(desk, RELEASE, Reason.CHECK)
    assert [event.state for event in booked(counting).events] == ["reserved", "drawn", "burnt"]


def test_a_draw_of_an_older_version_that_was_killed_is_burnt(counting: Counting) -> None:
    with counting.desk("olga") as desk:
        ledger.reserve(desk.session, PLAN, desk.now)

    with pytest.raises(FiguresError, match=f"stats burn {RELEASE} --reason crash"):
        drawn(counting)
    with counting.desk("olga") as desk:
        assert burning.burn(desk, RELEASE, Reason.CRASH)


def broken_off(counting: Counting) -> None:
    """Let a draw end between what is booked and the rest."""
    instance = the_staff(counting.app).service.settings.instance
    unfinished = instance / shelf.FIGURES / f".{shelf.LEDGER}.unfinished"
    unfinished.symlink_to("/dev/full")
    with pytest.raises(FiguresError, match="Make room"):
        drawn(counting)
    unfinished.unlink()
