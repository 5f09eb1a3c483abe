"""Outlook: what officers are shown of every plan, and what comes of what they wish to change."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum, unique
from fractions import Fraction
from pathlib import Path
from typing import Final

from admin import names
from admin.authority import authorize
from admin.budget_rows import PARTS
from admin.desk import Desk
from admin.errors import HiddenError
from admin.permissions import Action
from admin.publication import announced, approvals, calendar, drafting, ledger, releases
from admin.publication.approvals import Planned
from admin.publication.booked import Ledger, State
from admin.publication.scales import MECHANISM, foreseen
from admin.transitions import NotNowError
from forms.wording import msgid
from reporting.statistics import plan as plans_of
from reporting.statistics.codelists import Dims
from reporting.statistics.plan import YEARS_DRAW, Fault, Outline, Plan, PlanError, Shares

COST: Final = "cost"
PARTS_OF_TABLES: Final = "parts"
MOVED: Final = "moved"
TOO_DEAR: Final = msgid(
    "A year costs 8/5 at most, a correction a quarter of its year at most, and every table gets at"
    " least 1/1000. More would give people away, less would be noise alone."
)
NOT_ONE: Final = msgid("The parts of all tables have to add up to exactly 1, and none is 0.")
UNEVEN: Final = msgid(
    "The ledger cannot book this exactly. Choose 1, 4/5, 1/2 or another simple one."
)
SPENT: Final = msgid("The year has less left than this costs.")
ANOTHER: Final = msgid(
    "The plan is not the one that you looked at any more. Read it again before you sign it."
)
TOTAL: Final = "total"


@unique
class Step(StrEnum):
    """How far a plan came, and so what is next."""

    DRAFT = "draft"
    UNSIGNED = "unsigned"
    SIGNED = "signed"
    DUE = "due"
    RESERVED = "reserved"
    DRAWN = "drawn"
    OVERDUE = "overdue"
    PUBLISHED = "published"
    BURNT = "burnt"


@dataclass(frozen=True, slots=True)
class Seen:
    """A plan as the page shows it; `cap` and `left` are those of its year.

    `is_altered` says that everybody was told another one, or none, though the database says so.
    """

    plan: Plan
    step: Step
    signers: tuple[str, ...]
    cap: Fraction
    left: Fraction
    may_sign: bool
    may_change: bool
    is_altered: bool


@dataclass(frozen=True, slots=True)
class Wish:
    """What an officer wants a plan to be."""

    release: str
    cost: Fraction
    shares: Shares


def plans(desk: Desk, instance: Path) -> tuple[Seen, ...]:
    """Return every plan, the newest year first. Raises HiddenError, and FiguresError."""
    authorize(desk.ring.person, Action.VIEW_PUBLICATION)
    if desk.ring.person.is_kept_back:
        return ()
    booked = ledger.load(desk.session)
    found = approvals.plans(desk.session, desk.verified)
    return tuple(_seen(desk, instance, booked, planned) for planned in found)


def look(desk: Desk, instance: Path, release: str) -> Seen:
    """Return one plan. Raises HiddenError where there is none, and FiguresError."""
    found = next((one for one in plans(desk, instance) if one.plan.release == release), None)
    if found is None:
        raise HiddenError(Action.VIEW_PUBLICATION)
    return found


def offered(desk: Desk, instance: Path) -> tuple[str, ...]:
    """Return the names of the releases that have no plan and may get one now."""
    if desk.ring.person.is_kept_back:
        return ()
    found = {one.plan.release: one for one in plans(desk, instance)}
    period = calendar.period_of(desk.now)
    years = (f"TOMOSHIBI-JP-{year}-{YEARS_DRAW}" for year in (period, period + 1))
    return (*(name for name in years if name not in found), *_corrections(desk, found))


def begun(desk: Desk, instance: Path, release: str) -> Plan:
    """Return the plan that a form begins with: the one that is kept, or what is usual.

    Raises HiddenError for a release that gets no plan now, and FiguresError.
    """
    authorize(desk.ring.person, Action.DRAFT_PLAN)
    kept = next((one for one in plans(desk, instance) if one.plan.release == release), None)
    if kept is not None:
        if not kept.may_change:
            raise HiddenError(Action.DRAFT_PLAN)
        return kept.plan
    if release not in offered(desk, instance):
        raise HiddenError(Action.DRAFT_PLAN)
    here = releases.require_continued(desk.session, instance)
    return drafting.composed(desk.session, here, release, None, foreseen)


def composed(desk: Desk, begun: Plan, wish: Wish) -> Plan:
    """Return the plan that comes of a wish, and of the plan that its form began with.

    Raises NotNowError about COST or PARTS_OF_TABLES, with a sentence.
    """
    is_years = plans_of.letter(wish.release) == YEARS_DRAW
    year = wish.cost if is_years else begun.eps_year
    outline = Outline(wish.release, begun.tier, year, wish.cost, wish.shares)
    try:
        made = plans_of.compose(outline, foreseen, MECHANISM)
    except PlanError as error:
        if error.fault is Fault.SHARES:
            raise NotNowError(PARTS_OF_TABLES, NOT_ONE) from None
        raise NotNowError(COST, TOO_DEAR) from None
    _require_payable(ledger.load(desk.session), made)
    return made


def sign(desk: Desk, instance: Path, release: str, digest: str) -> Planned:
    """Sign the plan with this hash. Raises HiddenError, FiguresError, and NotNowError."""
    if look(desk, instance, release).plan.digest != digest:
        raise NotNowError(MOVED, ANOTHER)
    return approvals.approve(desk, instance, release, digest)


def named(dims: Dims) -> str:
    """Return what a table is called in forms and words."""
    return "_".join(dim.lower() for dim in dims) or TOTAL


def _require_payable(booked: Ledger, made: Plan) -> None:
    if PARTS % made.eps.denominator:
        raise NotNowError(COST, UNEVEN)
    if made.eps > booked.left(made):
        raise NotNowError(COST, SPENT)


def _corrections(desk: Desk, found: dict[str, Seen]) -> Iterator[str]:
    """Yield a name behind the last one of each year, where that one was burnt and time is left."""
    for period in {one.plan.period for one in found.values()}:
        last = max(name for name, one in found.items() if one.plan.period == period)
        following = chr(ord(last[-1]) + 1)
        is_open = found[last].step is Step.BURNT and not calendar.is_over(period, desk.now)
        if is_open and following <= "Z":
            yield last[:-1] + following


def _seen(desk: Desk, instance: Path, booked: Ledger, planned: Planned) -> Seen:
    plan, me = planned.plan, desk.ring.person.id
    step = _step(desk, planned)
    begun_year = calendar.period_of(desk.now) >= plan.period
    is_altered = planned.is_announced and not announced.is_as_told(instance, plan)
    called = names.all_called(desk, planned.signers)
    return Seen(
        plan=plan,
        step=step,
        signers=tuple(sorted(called.values())),
        cap=booked.cap_of(plan),
        left=booked.left(plan),
        may_sign=step in _SIGNABLE and me not in planned.signers and not is_altered,
        may_change=not planned.state and not (planned.is_announced and begun_year),
        is_altered=is_altered,
    )


def _step(desk: Desk, planned: Planned) -> Step:
    period = planned.plan.period
    if planned.state == State.DRAWN and calendar.is_public(period, desk.now):
        return Step.OVERDUE
    if planned.state:
        return Step(planned.state)
    if not planned.is_announced:
        return Step.DRAFT
    if not planned.is_approved:
        return Step.UNSIGNED
    return Step.DUE if calendar.is_drawn(period, desk.now) else Step.SIGNED


_SIGNABLE: Final = frozenset({Step.UNSIGNED, Step.SIGNED, Step.DUE})
