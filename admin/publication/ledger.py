"""The ledger: what published figures gave away of each year, booked before anything is drawn.

Each row is chained to the one before, and the database lets none be changed, none be taken away,
and none be booked over the cap. What is reserved is spent, whatever comes of it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime
from fractions import Fraction
from typing import Final

from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from admin.budget_rows import PARTS, BudgetEvent, BudgetScope
from admin.errors import FiguresError
from admin.publication.booked import NOTHING, Event, Ledger, Reason, State, scope_of, written
from reporting import audit, records
from reporting.clock import week_of
from reporting.statistics.plan import YEARS_DRAW, Plan, cap

ALTERED: Final = (
    "The ledger of figures does not hold at row {}: somebody changed it in the database. Draw"
    " nothing, and look at `tomoshibi audit verify`. Next: bring back the newest backup in which it"
    " holds; or two officers together, from what is signed: tomoshibi stats mend"
)
UNEVEN: Final = (
    "ε is booked in whole parts of 1/3,603,600, and {} is none. Choose one whose denominator"
    " is a divisor of that, such as 1/2, 4/5 or 1."
)
OVER: Final = (
    "The year {} has {} left of {}, and this release costs {}. Nothing was drawn and nothing was"
    " spent; plan a release that costs less."
)
FOLLOWS: Final = (
    "{} is {}. Nothing else of its year is drawn unless it was given up: whoever draws a second"
    " time could choose. {}"
)
ORDER: Final = "{} is {}, so it cannot become {} now. {}"
NEXT: Final[Mapping[str, str]] = {
    "": "Next: tomoshibi stats draw {0}",
    "reserved": (
        "What it costs is spent, and nothing will be drawn again. Next: tomoshibi stats draw {0},"
        " which goes on with the numbers that are kept. Where an older version kept none: tomoshibi"
        " stats burn {0} --reason crash"
    ),
    "drawn": "Next: tomoshibi stats render {0} FOLDER",
    "published": "It stays as it is. An error in a file is mended by a new version of the folder.",
    "burnt": "Next: tomoshibi stats plan for a correction, under the next letter.",
}

# A step, the hash of the row before it, and its own.
Row = tuple[Event, bytes, bytes]

BEFORE: Final[Mapping[State, tuple[str, ...]]] = {
    State.RESERVED: ("",),
    State.DRAWN: (State.RESERVED,),
    State.PUBLISHED: (State.DRAWN,),
    State.BURNT: (State.RESERVED, State.DRAWN),
}


def load(session: Session) -> Ledger:
    """Return the ledger, every row checked against the one before. Raises FiguresError."""
    found = kept(session)
    events = tuple(event for event, _, _ in found)
    hashes = tuple(hashed for _, _, hashed in found)
    for seq, (row, right) in enumerate(zip(found, chained(events), strict=True), 1):
        if row != right or row[0].seq != seq:
            raise FiguresError(ALTERED.format(row[0].seq))
    # A cap that nothing is booked against was planted; the booking sets the true one.
    booked = {event.scope for event in events}
    whole = {scope: one for scope, one in caps(session).items() if scope in booked}
    return Ledger(events, hashes, whole)


def kept(session: Session) -> tuple[Row, ...]:
    """Return the rows as they stand in the database, whether they hold or not."""
    rows = session.scalars(select(BudgetEvent).order_by(BudgetEvent.seq))
    return tuple((_event(row), row.prev, row.hash) for row in rows)


def caps(session: Session) -> Mapping[str, Fraction]:
    """Return the caps as they stand in the database."""
    rows = session.scalars(select(BudgetScope).order_by(BudgetScope.scope))
    return {row.scope: Fraction(row.cap_num, row.cap_den) for row in rows}


def chained(events: Iterable[Event]) -> tuple[Row, ...]:
    """Return the rows that hold these events, one chained to the other."""
    rows: list[Row] = []
    for event in events:
        prev = rows[-1][-1] if rows else NOTHING
        rows.append((event, prev, event.hash(prev)))
    return tuple(rows)


def put_back(session: Session, rows: Iterable[Row]) -> None:
    """Let these be the rows, whatever stood there; the database has to be unguarded for it."""
    session.execute(delete(BudgetEvent))
    for event, prev, _ in rows:
        _insert(session, prev, event)


def require_payable(ledger: Ledger, plan: Plan) -> None:
    """Raise FiguresError unless the year of a plan can still pay for it."""
    if PARTS % plan.eps.denominator:
        raise FiguresError(UNEVEN.format(written(plan.eps)))
    left = ledger.left(plan)
    if plan.eps > left:
        whole = (left, ledger.cap_of(plan), plan.eps)
        raise FiguresError(OVER.format(scope_of(plan), *map(written, whole)))


def require_undrawn(ledger: Ledger, plan: Plan) -> None:
    """Raise FiguresError unless a plan could be booked now: nothing of it is, and it is payable."""
    _require_step(ledger, plan.release, State.RESERVED)
    _require_given_up(ledger, plan)
    require_payable(ledger, plan)


def reserve(session: Session, plan: Plan, now: datetime, result: bytes = b"") -> None:
    """Book what a plan costs: from the commit on it is spent, whatever happens.

    `result` is the hash of the noisy numbers that are kept in the same commit, if any are. Raises
    FiguresError for a second time, and for more than the year has left.
    """
    ledger = _held(session)
    require_undrawn(ledger, plan)
    _fix_cap(session, ledger, plan)
    booked = (0, scope_of(plan), plan.release, State.RESERVED, plan.eps, plan.digest)
    _append(session, ledger, Event(*booked, result.hex(), "", 0), now)


def drawn(session: Session, release: str, result: bytes, now: datetime) -> None:
    """Book that the noisy numbers with this hash were drawn. Raises FiguresError."""
    _step(session, release, State.DRAWN, now, result=result.hex())


def published(session: Session, release: str, now: datetime) -> None:
    """Book that a release is public. Raises FiguresError."""
    _step(session, release, State.PUBLISHED, now)


def burn(session: Session, release: str, reason: Reason, now: datetime) -> None:
    """Book that a release will never be published; it stays spent. Raises FiguresError."""
    _step(session, release, State.BURNT, now, reason=reason.value)


def resume(session: Session, event: Event, plan: Plan) -> None:
    """Book a row again that was booked once, as it was; `plan` is that of its release.

    Raises FiguresError for one that does not follow, or that the year cannot pay for.
    """
    ledger = _held(session)
    _require_step(ledger, event.release, event.state)
    if event.state == State.RESERVED:
        require_undrawn(ledger, plan)
        _fix_cap(session, ledger, plan)
    _insert(session, ledger.head, event)


def exported(session: Session) -> bytes:
    """Return the ledger as everybody reads it. Raises FiguresError where it was altered."""
    ledger = load(session)
    chained = zip(ledger.events, (NOTHING, *ledger.hashes), ledger.hashes, strict=False)
    rows = [
        {**event.stated(), "prev": prev.hex(), "hash": digest.hex()}
        for event, prev, digest in chained
    ]
    caps = [{"scope": scope, "cap": written(whole)} for scope, whole in ledger.caps.items()]
    return records.encode({"events": rows, "head": ledger.head.hex(), "scopes": caps})


def _step(session: Session, release: str, state: State, now: datetime, **said: str) -> None:
    ledger = _held(session)
    _require_step(ledger, release, state)
    last = ledger.of(release)[-1]
    event = replace(
        last,
        state=state,
        result_sha256=said.get("result", last.result_sha256),
        reason=said.get("reason", ""),
    )
    _append(session, ledger, event, now)


def _require_step(ledger: Ledger, release: str, state: State) -> None:
    before = ledger.state(release)
    if before not in BEFORE[state]:
        raise FiguresError(
            ORDER.format(release, before or "not drawn", state, NEXT[before].format(release))
        )


def _require_given_up(ledger: Ledger, plan: Plan) -> None:
    booked = {event.release for event in ledger.events if event.scope == scope_of(plan)}
    for other in sorted({*booked, plan.release[:-1] + YEARS_DRAW} - {plan.release}):
        state = ledger.state(other)
        if state != State.BURNT:
            raise FiguresError(
                FOLLOWS.format(other, state or "not drawn", NEXT[state].format(other))
            )


def _held(session: Session) -> Ledger:
    # Whoever books waits for whoever books: two that read the same end would both go over the cap.
    audit.hold(session)
    return load(session)


def _fix_cap(session: Session, ledger: Ledger, plan: Plan) -> None:
    if scope_of(plan) not in ledger.caps:
        session.execute(delete(BudgetScope).where(BudgetScope.scope == scope_of(plan)))
        fix_cap(session, plan)


def fix_cap(session: Session, plan: Plan) -> None:
    """Keep what the year of a plan may cost in all."""
    whole = cap(plan.eps_year)
    row = BudgetScope(scope=scope_of(plan), cap_num=whole.numerator, cap_den=whole.denominator)
    session.merge(row)
    session.flush()


def _append(session: Session, ledger: Ledger, event: Event, now: datetime) -> None:
    _insert(session, ledger.head, replace(event, seq=len(ledger.events) + 1, week=week_of(now)))


def _insert(session: Session, prev: bytes, event: Event) -> None:
    session.execute(
        insert(BudgetEvent).values(
            seq=event.seq,
            scope=event.scope,
            release_id=event.release,
            state=event.state,
            eps_num=event.eps.numerator,
            eps_den=event.eps.denominator,
            plan_sha256=bytes.fromhex(event.plan_sha256),
            result_sha256=bytes.fromhex(event.result_sha256),
            reason=event.reason,
            week=event.week,
            prev=prev,
            hash=event.hash(prev),
        )
    )


def _event(row: BudgetEvent) -> Event:
    return Event(
        row.seq,
        row.scope,
        row.release_id,
        State(row.state),
        Fraction(row.eps_num, row.eps_den),
        row.plan_sha256.hex(),
        row.result_sha256.hex(),
        row.reason,
        row.week,
    )
