"""Plan rows: plans as the database keeps them, which are believed only as the program writes them.

Nobody can keep anything else over a page or a command.
"""

from typing import Final

from admin.budget_rows import PlanRow
from admin.errors import FiguresError
from reporting.statistics import plan
from reporting.statistics.plan import Plan, PlanError

ALTERED: Final = (
    "What the database has as the plan {0} is not a plan that may be drawn: somebody altered it"
    " there. Nothing was signed, drawn or published. Next: bring back the newest backup in which"
    " it holds; figures/plans in the instance folder has the plan as it was announced. Or two"
    " officers together, from what is signed: tomoshibi stats mend"
)


def read(row: PlanRow) -> Plan:
    """Return the plan that a row holds. Raises FiguresError for what was altered."""
    try:
        return plan.decode(row.plan)
    except PlanError:
        raise FiguresError(ALTERED.format(row.release_id)) from None
