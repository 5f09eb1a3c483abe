"""What two people escalated stays so until two people say otherwise, whatever one of them edits."""

from dataclasses import replace

import pytest

from admin import agreements, moves, screen
from admin.transitions import NotNowError
from reporting.ids import CaseId
from reporting.models import State
from reporting.triage import Level
from tests.admin.test_moves_triage import state_of
from tests.builders_cases import NOTE, URGENT, URGENTLY_CODED, Office
from tests.builders_ended import run_due


def escalated(office: Office, by: str = "both") -> CaseId:
    case = office.report(URGENT)
    office.claim(by, case)
    office.code(by, case, URGENTLY_CODED)
    office.make(by, case, "escalate")
    return case


def agreed(office: Office, name: str, case: CaseId, action: str = "escalate") -> None:
    with office.desk(name) as desk:
        agreements.countersign(desk, case, action)


def test_what_is_edited_after_two_agreed_to_escalate_does_not_undo_it(office: Office) -> None:
    case = escalated(office)
    agreed(office, "susan", case)
    with office.desk("mei") as desk:
        moves.take(desk, case, office.rev(case))
    office.recode("mei", case, replace(URGENTLY_CODED, level=Level.LOW, level_reason="it is over"))
    office.later(hours=5)
    run_due(office, "max")
    assert state_of(office, case)[0] == State.ACTIVE
    assert office.look("mei", case).work.owner == office.id("mei")


def test_what_two_escalated_takes_two_to_be_given_back(office: Office) -> None:
    case = escalated(office)
    agreed(office, "susan", case)
    with office.desk("mei") as desk:
        moves.take(desk, case, office.rev(case))
    for name in ("mei", "susan"):
        agreed(office, name, case, "release")
        office.recode("mei", case, replace(URGENTLY_CODED, level_reason=f"as {name} says"))
        with pytest.raises(NotNowError, match="escalation_settled"):
            office.make("simon", case, "release", handover=NOTE)
    agreed(office, "mei", case, "release")
    with pytest.raises(NotNowError, match="escalation_settled"):
        office.make("mei", case, "release", handover=NOTE)
    assert office.make("simon", case, "release", handover=NOTE).to == State.TRIAGED


def test_before_anybody_agreed_only_who_escalated_it_gives_it_back(office: Office) -> None:
    case, other = escalated(office), escalated(office)
    for one, name in ((case, "both"), (other, "mei")):
        with office.desk(name) as desk:
            moves.take(desk, one, office.rev(one))
    for one, name in ((case, "simon"), (other, "mei"), (other, "simon")):
        with pytest.raises(NotNowError, match="escalation_settled"):
            office.make(name, one, "release", handover=NOTE)
    assert office.make("both", case, "release", handover=NOTE).to == State.TRIAGED


def asked_of(office: Office, name: str, case: CaseId) -> tuple[str, ...]:
    with office.desk(name) as desk:
        return screen.look(desk, case).to_countersign


def test_nobody_is_asked_to_agree_to_their_own_escalation_nor_to_one_that_is_settled(
    office: Office,
) -> None:
    case = escalated(office, "simon")
    assert asked_of(office, "simon", case) == ()
    assert asked_of(office, "susan", case) == ("escalate",)
    agreed(office, "susan", case)
    for name in ("simon", "susan"):
        assert "escalate" not in asked_of(office, name, case)
