"""From triaged on: owned, watched, closed and opened again, each by whom the table says."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from admin import case_due, casework
from admin.casework import Words
from admin.errors import HiddenError
from admin.facts import Handover
from admin.gathering import may_own
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.work import DUTY_DESK
from crypto.roles import Group
from reporting import mailbox, withdrawal
from reporting.case_rows import LeaseRow, WorkRow
from reporting.ids import CaseId
from reporting.models import State
from reporting.status import Status
from reporting.withdrawal import Registry
from tests.admin.test_moves_triage import content, group_of, said, state_of
from tests.builders_cases import HELPED, NOTE, TOLD, URGENT, URGENTLY_CODED, Office, all_coded
from tests.builders_staff import the_staff


def ask(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        words = Words(case, "When was it?", "en", asks=True)
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)


def write(office: Office, code: str, text: str = "On Monday.") -> None:
    service = the_staff(office.app).service
    until = office.clock() + timedelta(minutes=5)
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        mailbox.write(session, opened, text, "en", office.clock())


def by_code(office: Office, code: str, act: Callable[..., None]) -> None:
    """Take a report back with its code, or bring it back."""
    service = the_staff(office.app).service
    until = office.clock() + timedelta(minutes=5)
    with service.begin() as session:
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        act(session, opened, Registry(service.office, service.journal), office.clock())


def run_due(office: Office, name: str) -> None:
    case_due.run(partial(office.desk, name))


def test_taking_a_report_makes_its_owner_and_can_be_taken_back(office: Office) -> None:
    case = office.accepted()
    before = content(office.look("mei", case), office)
    office.make("mei", case, "assign")
    assert office.look("max", case).work.owner == office.id("mei")
    office.undo("mei", case)
    assert content(office.look("mei", case), office) == before


def test_a_supervisor_gives_it_to_somebody_who_may_own_it(office: Office) -> None:
    case = office.accepted()
    for nobody in (office.id("rei"), bytes(16)):
        with pytest.raises(NotNowError) as refused:
            office.make("susan", case, "assign", assignee=nobody)
        assert refused.value.guard == "assignee_fit"
    office.make("susan", case, "assign", assignee=office.id("max"))
    assert office.look("susan", case).work.owner == office.id("max")
    with office.desk("susan") as desk:
        assert not may_own(desk, DUTY_DESK)


def test_back_to_triage_opens_for_intake_alone(office: Office) -> None:
    case = office.accepted()
    office.make("mei", case, "mis_triage", reason="other state")
    assert state_of(office, case)[0] == State.RECEIVED
    assert group_of(office, case) is Group.INTAKE
    with pytest.raises(HiddenError):
        office.look("mei", case)
    assert [deed.name for deed in office.look("rei", case).work.deeds] == ["accept", "mis_triage"]


def test_giving_it_back_needs_a_note_and_keeps_it(office: Office) -> None:
    case = office.assigned("mei")
    with pytest.raises(NotNowError) as refused:
        office.make("mei", case, "release", handover=Handover("done"))
    assert refused.value.guard == "handover_note"
    with pytest.raises(HiddenError):
        office.make("max", case, "release", handover=NOTE)
    office.make("mei", case, "release", handover=NOTE)
    work = office.look("max", case).work
    assert (work.owner, work.earlier_owners) == (b"", frozenset({office.id("mei")}))
    assert work.handover == NOTE


def test_a_decline_after_triage_is_a_supervisors(office: Office) -> None:
    case = office.accepted()
    with pytest.raises(HiddenError):
        office.make("mei", case, "decline_t", reason="scam", message=TOLD)
    office.make("susan", case, "decline_t", reason="scam", message=TOLD)
    assert (state_of(office, case)[0], group_of(office, case)) == (State.DECLINED, Group.CASEWORK)
    office.undo("susan", case)
    assert state_of(office, case)[0] == State.TRIAGED


def test_watching_ends_with_its_day_a_word_or_a_reason(office: Office) -> None:
    case = office.assigned("mei")
    day = (office.clock() + timedelta(days=30)).date()
    with pytest.raises(NotNowError) as refused:
        office.make("mei", case, "watch", message=TOLD)
    assert refused.value.guard == "next_check_set"
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    assert office.look("mei", case).work.next_check == day
    run_due(office, "max")
    assert state_of(office, case)[0] == State.MONITORING
    with pytest.raises(NotNowError):
        office.make("mei", case, "wake")
    office.make("mei", case, "wake", reason="they called")
    assert office.look("mei", case).work.next_check is None
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    office.later(days=30)
    run_due(office, "max")
    woken = office.look("mei", case).work
    assert (woken.state, woken.deeds[-1].by) == (State.ACTIVE, b"")


def test_a_word_of_the_reporter_wakes_it(office: Office) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    day = (office.clock() + timedelta(days=30)).date()
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    write(office, code)
    run_due(office, "max")
    assert state_of(office, case)[0] == State.ACTIVE


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


def test_an_escalation_that_nobody_agreed_to_goes_back_to_the_team(office: Office) -> None:
    case = office.report(URGENT)
    office.claim("rei", case)
    office.code("rei", case, URGENTLY_CODED)
    office.make("rei", case, "escalate")
    office.later(hours=3)
    run_due(office, "mei")
    assert state_of(office, case)[0] == State.ACTIVE
    office.later(hours=1)
    run_due(office, "rei")  # opens nothing of it, and does nothing
    run_due(office, "mei")
    work = office.look("mei", case).work
    assert (work.state, work.owner, work.deeds[-1].by) == (State.TRIAGED, b"", b"")
    assert "countersign_due" not in work.items


def test_what_is_not_due_stays_as_it_is(office: Office) -> None:
    case = office.assigned("mei")
    case_due.finish(partial(office.desk, "max"), case)
    assert state_of(office, case)[0] == State.ACTIVE


def test_a_report_that_comes_back_is_sealed_to_intake_again(office: Office) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    by_code(office, code, withdrawal.take_back)
    with pytest.raises(HiddenError):
        office.look("mei", case)
    by_code(office, code, withdrawal.undo)
    assert (state_of(office, case)[0], group_of(office, case)) == (State.RECEIVED, Group.CASEWORK)
    with pytest.raises(HiddenError):
        office.look("rei", case)
    run_due(office, "max")
    work = office.look("rei", case).work
    assert (work.state, work.owner) == (State.RECEIVED, b"")
    assert work.earlier_owners == {office.id("mei")}
    case_due.finish(partial(office.desk, "susan"), case)
    assert group_of(office, case) is Group.INTAKE


def test_what_is_taken_back_is_in_nobodys_hands(office: Office) -> None:
    case, code = office.filed()
    office.claim("rei", case)
    by_code(office, code, withdrawal.take_back)
    with the_staff(office.app).service.read() as session:
        assert session.get(LeaseRow, case) is None


def test_what_is_erased_leaves_no_work_and_no_lease(office: Office) -> None:
    case = office.accepted()
    office.claim("mei", case)
    with the_staff(office.app).service.begin() as session:
        withdrawal.erase(session, case, office.clock())
    with the_staff(office.app).service.read() as session:
        assert session.get(LeaseRow, case) is None
        assert session.get(WorkRow, case) is None


def test_a_card_hides_a_report_from_the_moment_its_state_is_coded(office: Office) -> None:
    case = office.assigned("mei")
    office.recuse("max", states=frozenset({"CN"}))
    with pytest.raises(HiddenError):
        office.look("max", case)  # no state is named yet, and the card is not empty
    office.recode("mei", case, all_coded(states=frozenset({"IR"})))
    office.look("max", case)
    office.recode("mei", case, all_coded(states=frozenset({"CN"})))
    with pytest.raises(HiddenError):
        office.look("max", case)
    for make in ("reply", "note"):
        with office.desk("max") as desk, pytest.raises(HiddenError):
            words = Words(case, "words", "en")
            act = casework.reply if make == "reply" else casework.add_note
            act(desk.session, desk.ring, desk.journal, words, desk.now)


def test_notes_and_replies_go_on_for_whoever_opens_it(office: Office) -> None:
    case = office.assigned("mei")
    rev = office.rev(case)
    with office.desk("max") as desk:
        words = Words(case, "I know this number.", "en")
        casework.add_note(desk.session, desk.ring, desk.journal, words, desk.now)
    assert office.rev(case) == rev + 1
    with office.desk("mei") as desk:
        view = casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)
    assert [note.text for note in view.notes] == ["I know this number."]
    assert view.opened.work.touched is not None
    assert view.opened.work.touched.name == "note.added"
    with office.desk("rei") as desk, pytest.raises(HiddenError) as refused:
        casework.open_case(desk.session, desk.ring, desk.journal, case, desk.now)
    assert refused.value.action is Action.OPEN_CASE
