"""Whatever people try with reports, the table decides, and the state says who opens them."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from admin import coding, leases, moves
from admin.errors import HiddenError, InHandError, MovedOnError
from admin.gathering import SUPPORTED, Decision
from admin.transitions import TABLE, NotNowError
from crypto.roles import Group
from reporting.ids import CaseId
from tests.admin.test_case_walks import throws
from tests.admin.test_moves_triage import group_of, state_of
from tests.builders_cases import HELPED, NOTE, PEOPLE, TOLD, Office, all_coded
from tests.walks import on_one

STEPS = 200
NAMES = sorted(TABLE.transitions)
WRAPS = {
    "intake": {Group.INTAKE},
    "casework": {Group.CASEWORK},
    "intake or casework": {Group.INTAKE, Group.CASEWORK},
}
REFUSED = (HiddenError, NotNowError, MovedOnError, InHandError)


def attempt(office: Office, name: str, case: CaseId, move: str) -> bool:
    """Let somebody try a move with everything that a form could give; say whether they made it."""
    day = office.clock().date() + timedelta(days=1)
    decision = Decision(
        move,
        office.rev(case),
        reason="because",
        message=TOLD,
        handover=NOTE,
        next_check=day,
        closing=HELPED,
    )
    try:
        with office.desk(name) as desk:
            moves.make(desk, case, decision)
    except REFUSED:
        return False
    return True


def prepare(office: Office, name: str, case: CaseId) -> None:
    """Let somebody take a report in hand and code it, if they may."""
    try:
        with office.desk(name) as desk:
            leases.claim(desk, case)
        with office.desk(name) as desk:
            coding.code(desk, case, office.rev(case), all_coded())
    except REFUSED:
        return


def require_opens_for_its_group(office: Office, case: CaseId) -> None:
    state, _ = state_of(office, case)
    group = group_of(office, case)
    assert group in WRAPS[TABLE.states[state].wrap]
    for name in PEOPLE:
        if group in office.rings[name].person.groups:
            assert office.look(name, case).work.state == state
        else:
            with pytest.raises(HiddenError):
                office.look(name, case)


def a_move(state: str, dice: Iterator[int]) -> str:
    """Return a move to try: now and then any at all, else one that leads on from here."""
    choice = next(dice)
    possible = [each for each in NAMES if state in TABLE.transitions[each].sources]
    return NAMES[choice % len(NAMES)] if choice < 64 else possible[choice % len(possible)]


def require_allowed(office: Office, name: str, move: str, before: str) -> None:
    rule, roles = TABLE.transitions[move], office.rings[name].person.roles
    assert before in rule.sources
    assert move in SUPPORTED
    assert "owner" in rule.who or not roles.isdisjoint(rule.who)


@on_one
@pytest.mark.parametrize("seed", [b"one walk", b"another"])
def test_only_what_the_table_lets_happen_happens(office: Office, seed: bytes) -> None:
    dice, reports, made = throws(seed), [office.report() for _ in range(3)], set()
    for _ in range(STEPS):
        which, name = next(dice) % 3, sorted(PEOPLE)[next(dice) % len(PEOPLE)]
        before, _ = state_of(office, reports[which])
        if before == "declined":  # one way leads on from there, and has tests of its own
            reports[which], before = office.report(), "received"
        case, move = reports[which], a_move(before, dice)
        if next(dice) % 4:
            prepare(office, name, case)
        is_made = attempt(office, name, case, move)
        after, _ = state_of(office, case)
        assert after == (TABLE.transitions[move].to if is_made else before)
        if is_made:
            require_allowed(office, name, move, before)
            require_opens_for_its_group(office, case)
            made.add(move)
        office.later(seconds=1)
    assert len(made) >= 5
