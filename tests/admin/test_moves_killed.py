"""Whatever kills who decides, the change and its line in the log are there or neither is.

The process is killed before each of its statements in turn, until one lives to the end.
"""

import os
import signal

import pytest
from sqlalchemy import func, select

from admin import moves
from admin.gathering import Decision
from reporting.audit_rows import AuditRow
from reporting.case_rows import HeaderRow, ListedRow
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, State, Wrapped
from tests.builders_cases import NOTE, Office
from tests.builders_staff import the_staff
from tests.flows.test_crash import kill_before
from tests.forking import in_another_process

FEWEST = 10  # what a decision cannot do without: lock, keys, work, log, header, commit


def standing(office: Office, case: CaseId) -> tuple[object, ...]:
    """Return everything of a report that a decision changes, and how long the log is."""
    with the_staff(office.app).service.read() as session:
        found, wrap = session.get_one(Case, case), session.get_one(CaseWrap, (case, Wrapped.CASE))
        header = session.get(HeaderRow, case)
        listed = session.scalars(select(ListedRow.token).where(ListedRow.case_id == case)).all()
        log = session.scalar(select(func.count()).select_from(AuditRow))
        box = header and header.box_sealed
        return found.state, found.rev, wrap.key_sealed, box, frozenset(listed), log


def decide(office: Office, name: str, case: CaseId, decision: Decision, before: int) -> bool:
    """Let another process decide, and be killed before a statement; say whether it lived."""

    def act() -> None:  # pragma: no cover - in the child
        database = the_staff(office.app).service.database
        database.forget_connections()
        kill_before(database, before)
        with office.desk(name) as desk:
            moves.make(desk, case, decision)

    status = in_another_process(act)
    was_killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    assert was_killed or os.WEXITSTATUS(status) == 0
    return not was_killed


@pytest.mark.parametrize("move", ["assign", "mis_triage"])
def test_a_decision_is_there_with_its_line_in_the_log_or_neither_is(
    office: Office, move: str
) -> None:
    case = office.accepted()
    to = {"assign": State.ACTIVE, "mis_triage": State.RECEIVED}[move]
    decision = Decision(move, office.rev(case), reason="more_to_ask", handover=NOTE)
    before, statement = standing(office, case), 0
    the_staff(office.app).service.database.engine.dispose()
    while not decide(office, "both", case, decision, statement):
        assert standing(office, case) == before
        the_staff(office.app).service.database.engine.dispose()
        statement += 1
    after = standing(office, case)
    assert statement >= FEWEST
    assert (after[0], after[-1]) == (to, int(str(before[-1])) + 1)
    assert office.look("both", case).work.state is to
