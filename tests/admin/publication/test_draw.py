"""A year is drawn once, and what can be wrong is seen before anything is spent."""

import errno
import json
import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from datetime import UTC, datetime
from fractions import Fraction
from itertools import count
from typing import NoReturn

import pytest
from flask import Flask
from sqlalchemy import Connection, Engine, delete, event, insert, select, update

from admin.budget_rows import ApprovalRow, BudgetEvent, MeasurementRow, PlanRow
from admin.errors import FiguresError, HiddenError
from admin.publication import (
    approvals,
    burning,
    draw,
    frame,
    ledger,
    measurements,
    noise,
    releases,
    shelf,
)
from admin.publication.acting import Officer
from admin.publication.booked import Ledger, Reason
from admin.publication.frame_records import FrameError
from crypto import signing
from crypto.envelope import Secret
from crypto.signing import Prefix
from reporting.audit import head
from reporting.stat_rows import StatDueRow, StatFrameRow
from reporting.statistics import papers, topdown
from reporting.statistics import plan as plan_of
from reporting.statistics.codelists import Dim, cells
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement
from tests.builders import Seeds
from tests.builders_draws import (
    a_record,
    add_units,
    an_announced_plan,
    an_approved_plan,
    an_officer,
    give_up,
    instance_of,
    sign,
    unwatched,
)
from tests.builders_figures import CORRECTION, DRAW_DAY, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import the_staff, without_triggers
from tests.conftest import Clock
from tests.forking import in_another_process

PLAN = a_plan()


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock) -> Counting:
    """An office with a hundred units of one kind, and a plan that two officers signed."""
    made = an_office_that_counts(app, seeds, clock)
    an_approved_plan(made, PLAN)
    add_units(made, [a_record(tactic=2, origin=3, region=4)] * 100)
    clock.now = DRAW_DAY
    return made


def drawn(counting: Counting, name: str = "olga") -> Plan:
    return draw.draw(an_officer(counting, name), RELEASE, unwatched)


def booked(counting: Counting) -> Ledger:
    with the_staff(counting.app).service.read() as session:
        return ledger.load(session)


def kept(counting: Counting) -> tuple[Measurement, ...]:
    result = booked(counting).of(RELEASE)[-1].result_sha256
    with the_staff(counting.app).service.read() as session:
        return measurements.load(session, PLAN, result)


def test_a_year_is_drawn_once_and_its_numbers_are_kept(counting: Counting) -> None:
    assert drawn(counting) == PLAN

    found = booked(counting)
    assert [event.state for event in found.of(RELEASE)] == ["reserved", "drawn"]
    assert found.spent("2026") == 1
    measured = kept(counting)
    assert [one.dims for one in measured] == [table.dims for table in PLAN.tables]
    assert [len(one.values) for one in measured] == [table.cells for table in PLAN.tables]
    total, tactic, _, _ = measured
    # Further off than this noise is less than once in a billion draws.
    assert abs(total.values[0] - 100) < 210
    assert abs(tactic.values[1] - 100) < 70
    assert abs(tactic.values[4]) < 70
    assert topdown.fit(PLAN, measured)


def test_the_exact_counts_are_written_nowhere(counting: Counting) -> None:
    drawn(counting)

    exact = [0] * len(cells((Dim.TACTIC,)))
    exact[1] = 100
    with the_staff(counting.app).service.read() as session:
        rows = session.scalars(select(MeasurementRow)).all()
    assert len(rows) == len(PLAN.tables)
    assert str(exact).replace(" ", "").encode() not in [row.noisy for row in rows]
    assert measurements.digest((Measurement((), (100,)),)).hex() not in str(booked(counting))


def test_nothing_is_ever_drawn_a_second_time(counting: Counting) -> None:
    drawn(counting)
    before = kept(counting)

    with pytest.raises(FiguresError, match="Next: tomoshibi stats render"):
        drawn(counting)
    assert kept(counting) == before
    assert booked(counting).spent("2026") == 1


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


def test_a_database_of_before_the_draw_draws_nothing_again(counting: Counting) -> None:
    """The ledger was given out before anybody could see a number; an old backup does not know."""
    service = the_staff(counting.app).service
    drawn(counting)
    without_triggers(service.database.engine, "budget_event")
    with service.begin() as session:
        session.execute(delete(BudgetEvent))

    with pytest.raises(FiguresError, match="put back to an old backup"):
        drawn(counting)
    assert nothing_spent(counting)


@pytest.mark.parametrize("data", [b"", b"{}", b"no ledger"])
def test_a_ledger_that_was_given_out_and_cannot_be_read_stops_the_draw(
    counting: Counting, data: bytes
) -> None:
    instance = the_staff(counting.app).service.settings.instance
    shelf.export(instance, data, None)

    with pytest.raises(FiguresError, match="Bring it back"):
        drawn(counting)
    assert nothing_spent(counting)


def nothing_spent(counting: Counting) -> bool:
    return booked(counting).events == ()


@pytest.mark.parametrize(
    ("now", "why"),
    [
        (datetime(2026, 12, 31, tzinfo=UTC), "from 16 April 2027 on"),
        (datetime(2027, 4, 15, 14, 59, tzinfo=UTC), "from 16 April 2027 on"),
        (datetime(2027, 7, 1, 15, 0, tzinfo=UTC), "destroyed on 2 July 2027"),
    ],
)
def test_a_year_is_drawn_in_its_time(
    counting: Counting, clock: Clock, now: datetime, why: str
) -> None:
    an_officer(counting, "oscar")
    clock.now = now

    with pytest.raises(FiguresError, match=why):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_year_is_drawn_from_the_first_minute_of_its_day(counting: Counting, clock: Clock) -> None:
    clock.now = datetime(2027, 4, 15, 15, 0, tzinfo=UTC)
    assert drawn(counting) == PLAN


def test_one_signature_is_not_enough(app: Flask, seeds: Seeds, clock: Clock) -> None:
    counting = an_office_that_counts(app, seeds, clock)
    an_announced_plan(counting, PLAN)
    sign(counting, "olga", RELEASE)
    clock.now = DRAW_DAY

    with pytest.raises(FiguresError, match="1 of 2 signatures"):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_plan_that_is_not_as_it_was_given_out_is_not_drawn(counting: Counting) -> None:
    """Two signatures are not enough: everybody was to know it before anything was reported."""
    told = the_staff(counting.app).service.settings.instance / f"figures/plans/{RELEASE}.json"
    given_out = told.read_bytes()
    told.write_bytes(plan_of.encode(a_plan(eps=Fraction(4, 5), year=Fraction(4, 5))))
    with pytest.raises(FiguresError, match="somebody changed it"):
        drawn(counting)
    told.unlink()
    with pytest.raises(FiguresError, match="is not announced"):
        drawn(counting)
    told.write_bytes(given_out)
    with counting.desk("oscar") as desk:
        desk.session.execute(update(PlanRow).values(announced=0))
    with pytest.raises(FiguresError, match="is not announced"):
        drawn(counting)
    assert nothing_spent(counting)


def test_only_who_signed_draws(counting: Counting) -> None:
    officer = an_officer(counting, "olga")
    stranger = replace(officer.ring.person, id=bytes(16))

    with pytest.raises(FiguresError, match="you did not"):
        draw.draw(replace(officer, ring=replace(officer.ring, person=stranger)), RELEASE, unwatched)
    assert nothing_spent(counting)


@pytest.mark.parametrize("name", ["susan", "rei"])
def test_nobody_else_draws(counting: Counting, name: str) -> None:
    officer = an_officer(counting, "olga")
    with pytest.raises(HiddenError):
        draw.draw(replace(officer, ring=counting.office.rings[name]), RELEASE, unwatched)
    assert nothing_spent(counting)


def test_a_report_that_was_taken_back_is_cleaned_up_first(counting: Counting) -> None:
    with counting.desk("olga") as desk:
        desk.session.execute(insert(StatDueRow).values(case_id=bytes(16)))

    with pytest.raises(FiguresError, match="still to look at"):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_row_that_was_altered_stops_the_draw(counting: Counting) -> None:
    with counting.desk("olga") as desk:
        first, second = desk.session.scalars(select(StatFrameRow).limit(2))
        first.record_sealed = second.record_sealed

    with pytest.raises(FrameError):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_plan_of_another_opendp_is_planned_anew_first(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    counting = an_office_that_counts(app, seeds, clock)
    an_approved_plan(counting, replace(PLAN, mechanism="OpenDP 0.1 make_laplace"))
    clock.now = DRAW_DAY

    with pytest.raises(FiguresError, match="another OpenDP"):
        drawn(counting)
    assert nothing_spent(counting)


def test_a_plan_that_changes_while_its_year_is_counted_is_not_drawn(counting: Counting) -> None:
    """The reservation is for the bytes that were signed, or there is none."""
    officer = an_officer(counting, "olga")

    @contextmanager
    def meddling(_length: int) -> Iterator[Callable[[int], None]]:
        yield lambda _done: None
        with counting.desk("oscar") as desk:
            approvals.draft(
                desk, instance_of(counting), replace(PLAN, mechanism="OpenDP 9.9.9 make_laplace")
            )

    with pytest.raises(FiguresError, match="was changed while"):
        draw.draw(officer, RELEASE, meddling)
    assert nothing_spent(counting)


def test_a_signature_of_nobody_is_not_published_with_the_figures(counting: Counting) -> None:
    """Whoever writes into the database has keys too; the office knows none of them."""
    stranger = signing.sign(Secret(bytes(32)), Prefix.STAT_PLAN, json.loads(plan_of.encode(PLAN)))
    with counting.desk("olga") as desk:
        row = {"release_id": RELEASE, "member_id": bytes(16)}
        key = {"signing_key": signing.public_key(Secret(bytes(32))), "signature": stranger[:64]}
        desk.session.execute(insert(ApprovalRow).values(row | key))
        assert len(papers.read_approvals(approvals.exported(desk.session, PLAN))) == 3
    drawn(counting)

    with counting.desk("olga") as desk:
        found = papers.read_approvals(approvals.exported(desk.session, PLAN))
        keys = {person.signing_key for person in desk.verified.people.values()}
    assert len({one.signing_key for one in found} & keys) == len(found) == 2


def test_numbers_that_somebody_planted_do_not_stop_the_draw(counting: Counting) -> None:
    for name in ("TOTAL", "NOTHING"):
        with counting.desk("olga") as desk:
            row = {"release_id": RELEASE, "measured": name, "noisy": b"[1]"}
            desk.session.execute(insert(MeasurementRow).values(row))
    drawn(counting)

    assert [one.dims for one in kept(counting)] == [table.dims for table in PLAN.tables]


def takes_back(counting: Counting) -> None:
    """Somebody withdraws, and casework has not looked yet."""
    with counting.desk("oscar") as desk:
        desk.session.execute(insert(StatDueRow).values(case_id=bytes(16)))


def leaves(counting: Counting) -> None:
    """Somebody withdrew, and casework took their row out."""
    with counting.desk("oscar") as desk:
        desk.session.delete(desk.session.scalars(select(StatFrameRow)).first())


def is_graded_anew(counting: Counting) -> None:
    """One unit gets the record of another grade."""
    with counting.desk("oscar") as desk:
        first, second = desk.session.scalars(select(StatFrameRow).limit(2))
        first.record_sealed = second.record_sealed


@pytest.mark.parametrize(
    ("meddle", "why"),
    [
        (takes_back, "still to look at"),
        (leaves, "changed while"),
        (is_graded_anew, "changed while"),
    ],
)
def test_who_withdraws_while_their_year_is_counted_is_not_drawn(
    counting: Counting, meddle: Callable[[Counting], None], why: str
) -> None:
    officer = an_officer(counting, "olga")
    an_officer(counting, "oscar")

    @contextmanager
    def meddling(_length: int) -> Iterator[Callable[[int], None]]:
        yield lambda _done: None
        meddle(counting)

    with pytest.raises(FiguresError, match=why):
        draw.draw(officer, RELEASE, meddling)
    assert nothing_spent(counting)


def test_who_draws_is_shown_how_far_it_is(counting: Counting) -> None:
    """And never how many rows there are: the steps are the same for any number."""
    seen: list[int] = []

    @contextmanager
    def watching(length: int) -> Iterator[Callable[[int], None]]:
        seen.append(length)
        yield seen.append

    draw.draw(an_officer(counting, "olga"), RELEASE, watching)
    assert seen == [frame.STEPS, *range(1, frame.STEPS + 1)]


def test_an_empty_year_is_drawn_like_any_other(app: Flask, seeds: Seeds, clock: Clock) -> None:
    counting = an_office_that_counts(app, seeds, clock)
    an_approved_plan(counting, PLAN)
    clock.now = DRAW_DAY
    drawn(counting)

    tables = topdown.fit(PLAN, kept(counting))
    assert all(min(table.values) >= 0 for table in tables)


def test_numbers_that_were_changed_in_the_database_are_not_believed(counting: Counting) -> None:
    drawn(counting)
    for said in (b"[1]", b"[1", b"7", b'{"a":1}'):
        without_triggers(the_staff(counting.app).service.database.engine, "stat_measurement")
        with the_staff(counting.app).service.begin() as session:
            changed = update(MeasurementRow).where(MeasurementRow.measured == "TOTAL")
            session.execute(changed.values(noisy=said))
        with pytest.raises(FiguresError, match="somebody changed them"):
            kept(counting)


def test_the_log_says_who_drew(counting: Counting) -> None:
    with the_staff(counting.app).service.read() as session:
        before = head(session).n
    drawn(counting)
    with the_staff(counting.app).service.read() as session:
        assert head(session).n == before + 2


@pytest.mark.parametrize("is_drawn", [False, True])
def test_nobody_draws_a_second_time_and_chooses(counting: Counting, *, is_drawn: bool) -> None:
    if is_drawn:
        drawn(counting)
    before = booked(counting)
    an_approved_plan(counting, a_plan(CORRECTION, Fraction(1, 4)))

    with pytest.raises(FiguresError, match="could choose"):
        draw.draw(an_officer(counting, "oscar"), CORRECTION, unwatched)
    assert booked(counting) == before


def test_a_correction_is_drawn_out_of_the_reserve(counting: Counting) -> None:
    drawn(counting)
    give_up(counting)
    made = a_plan(CORRECTION, Fraction(1, 4))
    an_approved_plan(counting, made)

    assert draw.draw(an_officer(counting, "oscar"), CORRECTION, unwatched) == made
    assert booked(counting).spent("2026") == Fraction(5, 4)
    assert noise.cost(made.tables[0].scale) <= Fraction(1, 40)


def test_an_officer_is_shown_without_their_keys(counting: Counting) -> None:
    officer: Officer = an_officer(counting, "olga")
    assert "ring" not in repr(officer)
