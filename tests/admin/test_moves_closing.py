"""Closing a case: what has to be there first, whose yes it takes, and how it is opened again."""

from dataclasses import replace

import pytest

from admin.transitions import NotNowError
from reporting.models import State
from reporting.status import Status
from tests.admin.test_moves_casework import ask, write
from tests.admin.test_moves_triage import said
from tests.builders_cases import HELPED, TOLD, Office, all_coded


def test_an_open_question_keeps_it_open_until_it_is_answered(office: Office) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    ask(office, "mei", case)
    (asked,) = office.look("mei", case).work.open_questions
    assert asked.by == office.id("mei")
    with pytest.raises(NotNowError) as refused:
        office.make("mei", case, "propose_close", closing=HELPED, message=TOLD)
    assert refused.value.guard == "no_open_work"
    office.later(minutes=2)
    write(office, code)
    assert office.look("mei", case).work.open_questions == ()
    office.make("mei", case, "propose_close", closing=HELPED, message=TOLD)


def test_closing_takes_a_second_person_and_tells_the_reporter(office: Office) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("simon", case, "assign")
    office.make("simon", case, "propose_close", closing=HELPED, message=TOLD)
    with pytest.raises(NotNowError) as refused:
        office.make("simon", case, "approve_close")
    assert refused.value.guard == "not_proposer_nor_owner"
    assert said(office, code).messages == ()
    office.make("susan", case, "approve_close")
    thread = said(office, code)
    assert [message.text for message in thread.messages] == [TOLD.text]
    assert thread.status is Status.CLOSED
    work = office.look("susan", case).work
    assert work.term is not None
    assert (work.term.until - work.since.date()).days == 365
    assert (work.owner, work.items[-1]) == (b"", "shred_contact_due")


@pytest.mark.parametrize(
    "codes",
    [
        {"outcome": "no such outcome"},
        {"verification": "sure"},
        {"state_link": ""},
        {"retention": "declined"},
    ],
)
def test_codes_that_nothing_has_do_not_complete_a_closing(
    office: Office, codes: dict[str, str]
) -> None:
    case = office.assigned("mei")
    closing = replace(HELPED, **codes)  # type: ignore[arg-type]
    with pytest.raises(NotNowError) as refused:
        office.make("mei", case, "propose_close", closing=closing, message=TOLD)
    assert refused.value.guard == "closing_complete"


def test_an_edit_voids_what_was_proposed(office: Office) -> None:
    case = office.proposed("mei")
    office.recode("mei", case, all_coded(states=frozenset({"CN"})))
    with pytest.raises(NotNowError) as refused:
        office.make("susan", case, "approve_close")
    assert refused.value.guard == "proposal_unchanged"
    office.make("susan", case, "return", reason="look again")
    assert office.look("mei", case).work.proposal is None


def test_what_was_closed_is_opened_again_by_whoever_takes_it(office: Office) -> None:
    case = office.proposed("mei")
    office.make("susan", case, "approve_close")
    with pytest.raises(NotNowError):
        office.recode("susan", case, all_coded(may_be_state=False))
    office.make("max", case, "reopen", reason="new facts")
    work = office.look("max", case).work
    assert (work.state, work.owner, work.term) == (State.ACTIVE, office.id("max"), None)
    assert work.earlier_owners == {office.id("mei")}
