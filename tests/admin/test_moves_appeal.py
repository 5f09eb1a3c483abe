"""A declined report is put back for another look, by a supervisor or its reporter."""

from datetime import timedelta

import pytest

from admin import agreements, pull
from admin.next_case import NothingNextError
from admin.transitions import NotNowError
from reporting import appeals, mailbox
from reporting.ids import CaseId
from reporting.models import State
from reporting.status import APPEAL_WITHIN
from tests.builders_cases import TOLD, Office
from tests.builders_staff import the_staff


def appeal(office: Office, code: str) -> None:
    """Let the reporter ask for another look."""
    service = the_staff(office.app).service
    with service.begin() as session:
        until = office.clock() + timedelta(hours=1)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        words = appeals.Words("They came again.", "en")
        appeals.ask(session, opened, service.journal, words, office.clock())


def declined(office: Office, by: str) -> tuple[CaseId, str]:
    case, code = office.filed()
    office.triage(by, case)
    office.make(by, case, "decline", reason="scam", message=TOLD)
    with office.desk("robin") as desk:
        agreements.second_look(desk, case, agrees=True)
    office.later(minutes=2)
    return case, code


def is_handed(office: Office, name: str, case: CaseId) -> bool:
    try:
        with office.desk(name) as desk:
            return pull.next_for(desk) == case
    except NothingNextError:
        return False


@pytest.mark.parametrize("by", ["reporter", "supervisor"])
def test_what_comes_back_has_no_term_and_no_second_look_and_is_for_somebody_else(
    office: Office, by: str
) -> None:
    case, code = declined(office, "rei")
    assert office.look("susan", case).work.term is not None
    if by == "reporter":
        appeal(office, code)
    else:
        office.make("susan", case, "appeal", reason="overlooked")
    work = office.look("susan", case).work
    assert (work.state, work.term, work.second_look) == (State.RECEIVED, None, None)
    assert office.id("rei") in work.deciders_before
    assert not is_handed(office, "rei", case)
    assert is_handed(office, "robin", case)


def test_who_looks_at_it_anew_is_not_among_those_who_decided_before(office: Office) -> None:
    case, code = declined(office, "rei")
    assert not office.look("susan", office.accepted()).work.deciders_before
    appeal(office, code)
    office.triage("both", case)
    office.make("both", case, "accept")
    assert office.look("susan", case).work.deciders_before == {office.id("rei")}


def test_a_supervisor_is_too_late_after_ninety_days(office: Office) -> None:
    case, _code = declined(office, "rei")
    office.later(seconds=APPEAL_WITHIN.total_seconds())
    with pytest.raises(NotNowError, match="appeal_open"):
        office.make("susan", case, "appeal", reason="overlooked")
    assert office.look("susan", case).work.state is State.DECLINED
