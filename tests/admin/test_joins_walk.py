"""Whatever people join, part, close and take back: every report is found by somebody."""

from contextlib import suppress

import pytest

from admin import linking, lists, moves
from admin.following import LEADING
from admin.gathering import Decision
from admin.links import Verdict
from admin.transitions import TABLE
from reporting import withdrawal
from reporting.ids import CaseId
from reporting.models import State
from tests.admin.test_case_walks import throws
from tests.admin.test_joins import join
from tests.admin.test_moves_casework import by_code, run_due
from tests.admin.test_moves_triage import group_of, state_of
from tests.admin.test_moves_walk import REFUSED, prepare
from tests.builders_cases import HELPED, NOTE, TOLD, Office
from tests.walks import on_one

STEPS = 30
TRIED = (
    *("merge", "merge_t", "unmerge", "accept", "assign", "merge", "merge_t", "merge"),
    *("mis_triage", "quarantine", "release", "propose_close", "approve_close", "reopen"),
    "release_quarantine",
)
OWNERS = ("both", "simon", "susan", "mei")
WORKERS = (*OWNERS, "robin", "rei")
# Whoever works on what stands there finds it in one of these lists; what is closed or declined is
# found by its number, and has a term.
FOUND_IN = (
    "received",
    "triaged",
    "mine",
    "set_aside",
    "approvals",
    "unmerge",
    "waiting",
)
ENDED = {State.CLOSED, State.DECLINED, State.WITHDRAWN}


def attempt(office: Office, name: str, case: CaseId, other: CaseId, move: str) -> None:
    """Let somebody judge two reports the same, then try a move with all that a form could give."""
    with suppress(*REFUSED), office.desk(name) as desk:
        linking.judge(desk, case, other, Verdict.SAME_INCIDENT)
    decision = Decision(
        move,
        office.rev(case),
        reason="by_mistake",
        message=TOLD,
        handover=NOTE,
        closing=HELPED,
        survivor=other,
    )
    with suppress(*REFUSED), office.desk(name) as desk:
        moves.make(desk, case, decision)


def found(office: Office) -> dict[bytes, set[str]]:
    """Return which reports the team finds in its lists, and in which."""
    where: dict[bytes, set[str]] = {}
    for name in OWNERS:
        for which in FOUND_IN:
            with office.desk(name) as desk:
                for row in lists.rows(desk, which):
                    where.setdefault(row.case, set()).add(which)
    return where


def require_found(office: Office, reports: list[CaseId]) -> None:
    where = found(office)
    for case in reports:
        state, _ = state_of(office, case)
        if state in ENDED:
            continue
        if state != State.MERGED:
            assert case in where, state
            continue
        joined = office.look("susan", case).work.links.joined
        assert joined is not None
        leads = CaseId(joined.survivor)
        if case in where:
            continue
        assert state_of(office, leads)[0] in LEADING
        assert group_of(office, case) is group_of(office, leads)
        followers = office.look("susan", leads).work.links.followers
        assert case in {one.case for one in followers}


@on_one
@pytest.mark.parametrize("seed", [b"one walk", b"another"])
def test_no_report_is_ever_lost(office: Office, seed: bytes) -> None:
    dice, filed = throws(seed), [office.filed() for _ in range(4)]
    reports, codes, seen = [case for case, _ in filed], dict(filed), set()
    join(office, "rei", reports[0], reports[1])
    for step in range(STEPS):
        case, other = (reports[next(dice) % 4] for _ in range(2))
        state, _ = state_of(office, case)
        name, thrown = WORKERS[next(dice) % len(WORKERS)], next(dice)
        possible = [move for move in TRIED if state in TABLE.transitions[move].sources]
        if thrown % 24 == 0 or not possible:
            turn(office, codes[case], state)
        else:
            prepare(office, name, case)
            attempt(office, name, case, other, possible[thrown % len(possible)])
        seen |= {state_of(office, each)[0] for each in reports}
        office.later(seconds=7)
        if step % 10 == 9:
            run_due(office, "simon")
            require_found(office, reports)
    assert State.MERGED in seen


def turn(office: Office, code: str, state: str) -> None:
    """Take a report back, or bring it back."""
    act = withdrawal.undo if state == State.WITHDRAWN else withdrawal.take_back
    by_code(office, code, act)
