"""Measurements: the noisy numbers of a release, kept as they were drawn."""

import json
from typing import Final

from sqlalchemy import delete, exists, insert, select
from sqlalchemy.orm import Session

from admin.budget_rows import MeasurementRow
from admin.errors import FiguresError
from reporting.statistics import papers
from reporting.statistics.codelists import Dims
from reporting.statistics.plan import Plan
from reporting.statistics.topdown import Measurement

TOTAL: Final = "TOTAL"
ALTERED: Final = (
    "The numbers of {0} are not those that were drawn: somebody changed them in the database, or it"
    " was put back to before the draw. Bring back the newest backup. If somebody has a signed"
    " folder of {0}, two officers together: tomoshibi stats mend FOLDER. Only if there is neither,"
    " give it up: tomoshibi stats burn {0} --reason check"
)


def keep(session: Session, release: str, measured: tuple[Measurement, ...]) -> bytes:
    """Keep what was drawn, and return the hash that the ledger books."""
    rows = [
        {
            "release_id": release,
            "measured": _name(one.dims),
            "noisy": json.dumps(one.values, separators=(",", ":")).encode(),
        }
        for one in measured
    ]
    # What somebody planted before anything was drawn.
    session.execute(delete(MeasurementRow).where(MeasurementRow.release_id == release))
    session.execute(insert(MeasurementRow), rows)
    return digest(measured)


def are_kept(session: Session, release: str) -> bool:
    """Say whether there are numbers of a release, right or wrong."""
    return bool(session.scalar(select(exists().where(MeasurementRow.release_id == release))))


def load(session: Session, plan: Plan, booked: str) -> tuple[Measurement, ...]:
    """Return what was drawn for a plan, in its order.

    `booked` is the hash in the ledger. Raises FiguresError for any other numbers.
    """
    rows = select(MeasurementRow).where(MeasurementRow.release_id == plan.release)
    kept = {row.measured: row.noisy for row in session.scalars(rows)}
    try:
        measured = tuple(
            Measurement(table.dims, tuple(json.loads(kept[_name(table.dims)])))
            for table in plan.tables
        )
    except (KeyError, TypeError, ValueError):
        measured = ()
    if len(kept) != len(measured) or digest(measured).hex() != booked:
        raise FiguresError(ALTERED.format(plan.release))
    return measured


def digest(measured: tuple[Measurement, ...]) -> bytes:
    """Return the hash of what was drawn."""
    return papers.digest_of_draw(measured)


def _name(dims: Dims) -> str:
    return "-".join(dims) or TOTAL
