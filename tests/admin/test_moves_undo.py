"""Taking a move back: until when, by whom, and that nothing is left of it."""

import pytest

from admin import agreements, moves
from admin.errors import HiddenError
from admin.transitions import NotNowError
from crypto.roles import Group
from reporting.models import State
from tests.admin.test_moves_triage import content, group_of, said, state_of
from tests.builders_cases import TOLD, Office


@pytest.mark.parametrize("move", ["accept", "decline", "quarantine"])
def test_undo_restores_the_report_as_it_was(office: Office, move: str) -> None:
    case, code = office.filed()
    office.triage("both", case)
    before = content(office.look("both", case), office)
    office.make("both", case, move, reason="scam", message=TOLD)
    assert state_of(office, case)[0] != State.RECEIVED
    office.later(seconds=29)
    undone = office.undo("both", case)
    assert undone.name == f"{move}.undone"
    assert content(office.look("both", case), office) == before
    assert group_of(office, case) is Group.INTAKE
    assert office.make("both", case, "accept").to == State.TRIAGED
    office.later(minutes=5)
    assert said(office, code).messages == ()


def test_undo_has_its_time_its_person_and_only_the_last_move(office: Office) -> None:
    case = office.declined("rei")
    with pytest.raises(NotNowError):
        office.undo("robin", case)
    office.later(seconds=31)
    with pytest.raises(NotNowError):
        office.undo("rei", case)
    other = office.report()
    with pytest.raises(NotNowError):
        office.undo("rei", other)


def test_undo_does_nothing_after_anybody_else_acted(office: Office) -> None:
    case = office.declined("rei")
    with office.desk("robin") as desk:
        agreements.second_look(desk, case, agrees=True)
    with pytest.raises(NotNowError):
        office.undo("rei", case)
    assert state_of(office, case)[0] == State.DECLINED


def test_whoever_cannot_open_it_any_more_is_offered_no_undo(office: Office) -> None:
    case = office.report()
    office.triage("rei", case)
    move = office.make("rei", case, "accept")
    with office.desk("rei") as desk:
        assert not moves.can_take_back(desk, move)
    with office.desk("both") as desk:
        assert moves.can_take_back(desk, move)
    with pytest.raises(HiddenError):
        office.undo("rei", case)
