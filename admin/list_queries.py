"""List queries: the statements that walk the reports of a list, in the order of urgency."""

from functools import cache
from typing import Final, NamedTuple

from sqlalchemy import Select, and_, bindparam, exists, or_, select, tuple_
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from reporting.case_rows import HeaderRow, ListedRow
from reporting.models import Case, CaseWrap, Mail, Wrapped


class _ToldApart(FunctionElement[str]):
    """A column by which reports that were found are told apart, and not looked for by SQLite.

    The inner query leads to few of them, the state to all that are in it. PostgreSQL, which counts
    what it has, chooses by itself; behind any function it would go through all there are.
    """

    inherit_cache: bool | None = True
    type = Case.state.type


@compiles(_ToldApart)
def _as_it_is(element: _ToldApart, compiler: SQLCompiler, **how: object) -> str:
    return compiler.process(element.clauses, **how)


@compiles(_ToldApart, "sqlite")
def _without_index(element: _ToldApart, compiler: SQLCompiler, **how: object) -> str:
    return "+" + compiler.process(element.clauses, **how)


ORDER: Final = (Case.level.desc(), Case.received_week, Case.id)
# Made once: to make a statement takes longer than to ask a database for sixty reports.
IN_STATE: Final = select(Case.id).where(Case.state == bindparam("state"))
IN_STATE_SINCE: Final = IN_STATE.where(Case.received_week >= bindparam("week"))
THESE: Final = select(Case.id).where(Case.id.in_(bindparam("ids", expanding=True)))
THESE_IN: Final = THESE.where(Case.state.in_(bindparam("states", expanding=True)))
_IN_STATES: Final = _ToldApart(Case.state).in_(bindparam("states", expanding=True))
_LISTED: Final = select(ListedRow.case_id).where(
    ListedRow.token.in_(bindparam("tokens", expanding=True))
)
LISTED: Final = select(Case.id).where(Case.id.in_(_LISTED), _IN_STATES)
# In an inner query: joined, SQLite went through every report there is to find the few with mail.
WRITTEN_TO: Final = select(Case.id).where(Case.id.in_(select(Mail.case_id)), _IN_STATES)


class Row(NamedTuple):
    """What is read of a report at once, with its header and its mail."""

    id: bytes
    state: str
    level: int
    week: int
    rev: int
    epoch: bytes | None
    of_epoch: bytes | None
    of_rev: int | None
    box: bytes | None
    has_mail: bool


@cache
def beyond(ids: Select[bytes]) -> Select[bytes]:
    """Return the same query for what comes after a place: `after_level`, `_week` and `_case`."""
    level = bindparam("after_level", type_=Case.level.type)
    week = bindparam("after_week", type_=Case.received_week.type)
    case = bindparam("after_case", type_=Case.id.type)
    later = tuple_(Case.received_week, Case.id) > tuple_(week, case)
    return ids.where(or_(Case.level < level, and_(Case.level == level, later)))


@cache
def rows(ids: Select[bytes]) -> Select[*tuple[object, ...]]:
    """Return a query for the rows of the first `size` reports of a query."""
    has_mail = exists().where(Mail.case_id == Case.id).correlate(Case)
    batch = ids.order_by(*ORDER).limit(bindparam("size"))
    return (
        select(
            Case.id,
            Case.state,
            Case.level,
            Case.received_week,
            Case.rev,
            CaseWrap.epoch_id,
            HeaderRow.epoch_id,
            HeaderRow.rev,
            HeaderRow.box_sealed,
            has_mail,
        )
        # Outer joins: a report that lost a row must not end the walk to those behind it.
        .outerjoin(CaseWrap, (CaseWrap.case_id == Case.id) & (CaseWrap.wrapped == Wrapped.CASE))
        .outerjoin(HeaderRow, HeaderRow.case_id == Case.id)
        .where(Case.id.in_(batch))
        .order_by(*ORDER)
    )
