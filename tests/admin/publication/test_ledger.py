"""What figures cost is booked before they are drawn, and nobody books over the cap of a year."""

import hashlib
from datetime import datetime, timedelta
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from admin.budget_rows import PARTS, BudgetEvent, BudgetScope, BurnRow
from admin.errors import FiguresError
from admin.publication import ledger
from admin.publication.booked import NOTHING, Ledger, Reason, State
from reporting.runtime import Runtime
from reporting.statistics import plan
from reporting.statistics.plan import Plan
from tests.builders_figures import CORRECTION, RELEASE, a_kept_plan, a_plan, costing
from tests.conftest import Clock

PLAN = a_plan()
RESULT = hashlib.sha256(b"what was drawn").digest()
RESERVE = a_plan(CORRECTION, Fraction(1, 4))
OVER = a_plan("TOMOSHIBI-JP-2026-C", Fraction(1, 4))


@pytest.fixture
def service(runtime: Runtime) -> Runtime:
    """A service with plans that nobody signed: the ledger does not ask for that."""
    with runtime.begin() as session:
        for made in (PLAN, RESERVE, OVER):
            a_kept_plan(session, made)
    return runtime


def book(service: Runtime, clock: Clock, *states: State) -> None:
    for state in states:
        with service.begin() as session:
            if state is State.RESERVED:
                ledger.reserve(session, PLAN, clock())
            elif state is State.DRAWN:
                ledger.drawn(session, RELEASE, RESULT, clock())
            elif state is State.PUBLISHED:
                ledger.published(session, RELEASE, clock())
            else:
                give_up(session, RELEASE, clock())


def give_up(session: Session, release: str, now: datetime) -> None:
    """Burn a release as two officers do, as far as the database asks for them."""
    if ledger.load(session).state(release) == State.DRAWN:
        for member in (bytes(16), bytes([1]) * 16):
            put_signature(session, member, Reason.CRASH)
    ledger.burn(session, release, Reason.CRASH, now)


def put_signature(session: Session, member: bytes, reason: Reason) -> None:
    row = {"member_id": member, "signing_key": bytes(32), "signature": bytes(64)}
    session.execute(insert(BurnRow).values(row | {"release_id": RELEASE, "reason": reason}))


def loaded(service: Runtime) -> Ledger:
    with service.read() as session:
        return ledger.load(session)


def test_an_empty_ledger_has_spent_nothing(service: Runtime) -> None:
    found = loaded(service)

    assert (found.events, found.head, found.state(RELEASE)) == ((), NOTHING, "")
    assert found.spent("2026") == 0
    assert found.left(PLAN) == Fraction(5, 4)


def test_a_release_goes_its_way_and_stays_spent(service: Runtime, clock: Clock) -> None:
    book(service, clock, State.RESERVED, State.DRAWN)
    clock.advance(timedelta(days=7))
    book(service, clock, State.PUBLISHED)
    found = loaded(service)

    assert [event.state for event in found.of(RELEASE)] == ["reserved", "drawn", "published"]
    assert [event.week for event in found.events] == [202648, 202648, 202649]
    assert {event.plan_sha256 for event in found.events} == {PLAN.digest}
    assert [event.result_sha256 for event in found.events] == ["", RESULT.hex(), RESULT.hex()]
    assert found.spent("2026") == 1
    assert found.caps == {"2026": Fraction(5, 4)}


@pytest.mark.parametrize(
    ("done", "wrong"),
    [
        ((), State.DRAWN),
        ((), State.PUBLISHED),
        ((), State.BURNT),
        ((State.RESERVED,), State.RESERVED),
        ((State.RESERVED,), State.PUBLISHED),
        ((State.RESERVED, State.DRAWN), State.RESERVED),
        ((State.RESERVED, State.DRAWN), State.DRAWN),
        ((State.RESERVED, State.DRAWN, State.PUBLISHED), State.BURNT),
        ((State.RESERVED, State.BURNT), State.DRAWN),
        ((State.RESERVED, State.DRAWN, State.BURNT), State.PUBLISHED),
        ((State.RESERVED, State.BURNT), State.BURNT),
        ((State.RESERVED, State.BURNT), State.RESERVED),
    ],
)
def test_no_state_comes_out_of_order(
    service: Runtime, clock: Clock, done: tuple[State, ...], wrong: State
) -> None:
    book(service, clock, *done)
    before = loaded(service)

    with pytest.raises(FiguresError, match=r"Next:|It stays as it is"):
        book(service, clock, wrong)
    assert loaded(service) == before
    with pytest.raises(DatabaseError, match=r"reserved|may cost|given up|UNIQUE|unique"):
        plant(service, wrong)
    assert loaded(service) == before


def plant(service: Runtime, after: State, **said: object) -> None:
    """Write a row past every check of the program, chained as it should be."""
    with service.begin() as session:
        found = ledger.load(session)
        known: dict[str, object] = {
            "seq": len(found.events) + 1,
            "scope": "2026",
            "release_id": RELEASE,
            "state": after,
            "eps_num": PLAN.eps.numerator,
            "eps_den": PLAN.eps.denominator,
            "plan_sha256": bytes.fromhex(PLAN.digest),
            "result_sha256": b"" if after is State.RESERVED else RESULT,
            "reason": "crash" if after is State.BURNT else "",
            "week": 202648,
            "prev": found.head,
            "hash": bytes(32),
        }
        if not found.caps:
            session.add(BudgetScope(scope="2026", cap_num=5, cap_den=4))
            session.flush()
        session.execute(insert(BudgetEvent).values(known | said))


def test_a_correction_is_paid_out_of_the_reserve_and_nothing_more_is(
    service: Runtime, clock: Clock
) -> None:
    book(service, clock, State.RESERVED, State.BURNT)
    with service.begin() as session:
        ledger.reserve(session, RESERVE, clock())
        give_up(session, CORRECTION, clock())
    assert loaded(service).spent("2026") == Fraction(5, 4)

    with pytest.raises(FiguresError, match="0/1 left of 5/4"), service.begin() as session:
        ledger.reserve(session, OVER, clock())
    with pytest.raises(DatabaseError, match="more than the year may cost"):
        plant(service, State.RESERVED, release_id=OVER.release, eps_num=1, eps_den=PARTS)


@pytest.mark.parametrize(
    "done",
    [
        (),
        (State.RESERVED,),
        (State.RESERVED, State.DRAWN),
        (State.RESERVED, State.DRAWN, State.PUBLISHED),
    ],
)
def test_nothing_else_of_a_year_is_booked_unless_its_first_draw_was_given_up(
    service: Runtime, clock: Clock, done: tuple[State, ...]
) -> None:
    book(service, clock, *done)

    with pytest.raises(FiguresError, match=rf"{RELEASE} is .*given up"), service.begin() as session:
        ledger.reserve(session, RESERVE, clock())
    with pytest.raises(DatabaseError, match="follows only what was given up"):
        plant(service, State.RESERVED, release_id=CORRECTION, eps_num=1, eps_den=4)


def test_a_second_correction_waits_until_the_first_was_given_up(
    service: Runtime, clock: Clock
) -> None:
    book(service, clock, State.RESERVED, State.BURNT)
    with service.begin() as session:
        ledger.reserve(session, RESERVE, clock())

    with pytest.raises(FiguresError, match=rf"{CORRECTION} is reserved"):
        reserve(service, OVER, clock)
    with pytest.raises(DatabaseError, match="follows only what was given up"):
        plant(service, State.RESERVED, release_id=OVER.release, eps_num=1, eps_den=PARTS)


def reserve(service: Runtime, made: Plan, clock: Clock) -> None:
    with service.begin() as session:
        ledger.reserve(session, made, clock())


def test_the_database_lets_nobody_alone_give_up_what_was_drawn(
    service: Runtime, clock: Clock
) -> None:
    book(service, clock, State.RESERVED, State.DRAWN)

    with pytest.raises(DatabaseError, match="two officers"), service.begin() as session:
        ledger.burn(session, RELEASE, Reason.CODE, clock())
    with pytest.raises(DatabaseError, match="two officers"), service.begin() as session:
        give_up_for_another_reason(session, clock())
    book(service, clock, State.BURNT)
    for statement in (update(BurnRow).values(reason="code"), delete(BurnRow)):
        with pytest.raises(DatabaseError, match="once it is given up"), service.begin() as session:
            session.execute(statement)


def give_up_for_another_reason(session: Session, now: datetime) -> None:
    for member, reason in ((bytes(16), Reason.CODE), (bytes([1]) * 16, Reason.CHECK)):
        put_signature(session, member, reason)
    ledger.burn(session, RELEASE, Reason.CODE, now)


def test_a_year_keeps_the_cap_of_its_first_release(service: Runtime, clock: Clock) -> None:
    book(service, clock, State.RESERVED, State.BURNT)

    dearer = a_plan(CORRECTION, Fraction(1, 4), Fraction(8, 5))
    with pytest.raises(FiguresError, match="cap of the year"), service.begin() as session:
        ledger.reserve(session, dearer, clock())


def test_what_a_database_cannot_add_up_is_not_booked(service: Runtime, clock: Clock) -> None:
    odd = costing(PLAN, RELEASE, Fraction(1, 17))
    with pytest.raises(FiguresError, match="3,603,600"), service.begin() as session:
        ledger.reserve(session, odd, clock())
    with pytest.raises(DatabaseError, match="eps"):
        plant(service, State.RESERVED, eps_num=1, eps_den=17)


@pytest.mark.parametrize("whole", [(9, 4), (3, 1), (0, 1), (1, 17), (1, 0)])
def test_the_database_knows_no_cap_over_two(service: Runtime, whole: tuple[int, int]) -> None:
    num, den = whole
    with pytest.raises(DatabaseError, match="cap"), service.begin() as session:
        session.execute(insert(BudgetScope).values(scope="2027", cap_num=num, cap_den=den))


def test_two_is_a_cap(service: Runtime) -> None:
    with service.begin() as session:
        session.execute(insert(BudgetScope).values(scope="2027", cap_num=2, cap_den=1))


def test_every_cost_that_a_tier_has_is_counted_without_a_rest() -> None:
    for tier in plan.Tier:
        for _, share in plan.shares(tier):
            assert PARTS % share.denominator == 0
    for den in (*range(1, 17), 20, 25, 50, 100):
        assert PARTS % den == 0


@given(st.lists(st.tuples(st.integers(1, 40), st.sampled_from([1, 3, 7, 16, 25])), max_size=9))
def test_the_sum_in_parts_is_the_sum_of_the_fractions(costs: list[tuple[int, int]]) -> None:
    whole = sum((Fraction(num, den) for num, den in costs), Fraction(0))

    assert sum(num * (PARTS // den) for num, den in costs) == whole * PARTS


def test_a_rolled_back_unit_of_work_books_nothing(service: Runtime, clock: Clock) -> None:
    with pytest.raises(RuntimeError), service.begin() as session:
        ledger.reserve(session, PLAN, clock())
        raise RuntimeError
    with service.read() as session:
        assert session.scalars(select(BudgetEvent)).all() == []
