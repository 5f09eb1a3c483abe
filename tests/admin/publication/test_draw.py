"""A year is drawn once, its numbers are kept, and its exact counts are written nowhere."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from fractions import Fraction

import pytest
from flask import Flask
from sqlalchemy import insert, select, update

from admin.budget_rows import ApprovalRow, MeasurementRow
from admin.errors import FiguresError
from admin.publication import approvals, draw, frame, ledger, measurements, noise
from admin.publication.acting import Officer
from admin.publication.booked import Ledger
from crypto import signing
from crypto.envelope import Secret
from crypto.signing import Prefix
from reporting.audit import head
from reporting.statistics import papers, topdown
from reporting.statistics import plan as plan_of
from reporting.statistics.codelists import Dim, cells
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement
from tests.builders import Seeds
from tests.builders_draws import (
    a_record,
    add_units,
    an_approved_plan,
    an_officer,
    give_up,
    unwatched,
)
from tests.builders_figures import CORRECTION, DRAW_DAY, RELEASE, a_plan
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import the_staff, without_triggers
from tests.conftest import Clock

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


def test_a_year_is_drawn_from_the_first_minute_of_its_day(counting: Counting, clock: Clock) -> None:
    clock.now = datetime(2027, 4, 15, 15, 0, tzinfo=UTC)
    assert drawn(counting) == PLAN


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
