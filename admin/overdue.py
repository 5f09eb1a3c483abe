"""Overdue: whose reports are late, one's own first, then nobody's, then those of colleagues."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum, auto

from admin import names
from admin.desk import Desk
from admin.facts import NOBODY
from admin.lists import Row
from admin.work import DUTY_DESK
from reporting.triage import Level


class Whose(Enum):
    """To whom late reports belong."""

    MINE = auto()
    NOBODYS = auto()
    A_COLLEAGUES = auto()


@dataclass(frozen=True, slots=True)
class Pile:
    """The late reports of one owner; a name has only a colleague."""

    whose: Whose
    rows: tuple[Row, ...]
    name: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Pressing:
    """How many urgent and high reports are late, and since when the longest of them."""

    count: int
    since: datetime


def piles(desk: Desk, rows: Iterable[Row]) -> tuple[Pile, ...]:
    """Return late reports by whose they are, what is late for longest first."""
    late = sorted(rows, key=lambda row: (-row.level, row.due, row.case))
    me = desk.ring.person.id
    others = {row.owner for row in late} - {me, NOBODY, DUTY_DESK}
    called = sorted((name, owner) for owner, name in names.all_called(desk, others).items())
    found = [
        Pile(Whose.MINE, _of(late, {me})),
        Pile(Whose.NOBODYS, _of(late, {NOBODY, DUTY_DESK})),
        *(Pile(Whose.A_COLLEAGUES, _of(late, {owner}), name) for name, owner in called),
    ]
    return tuple(pile for pile in found if pile.rows)


def pressing(rows: Iterable[Row]) -> Pressing | None:
    """Return what is late and presses, if anything does."""
    late = [row.due for row in rows if row.level >= Level.HIGH]
    return Pressing(len(late), min(late)) if late else None


def _of(rows: Sequence[Row], owners: set[bytes]) -> tuple[Row, ...]:
    return tuple(row for row in rows if row.owner in owners)
