"""From received: a report is taken on, set aside, declined or escalated, with all that follows."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from admin import agreements, case_words, cases, moves
from admin.cases import Opened
from admin.errors import HiddenError, MovedOnError
from admin.facts import Answer, Danger
from admin.gathering import Decision
from admin.permissions import Action
from admin.transitions import NotNowError
from admin.work import DUTY_DESK, Prepared
from crypto.envelope import OpenError
from crypto.roles import Group
from crypto.standing import Stage
from reporting import mailbox, threads
from reporting.case_rows import LeaseRow
from reporting.ids import CaseId
from reporting.models import Case, CaseWrap, State, Wrapped
from reporting.status import Status
from reporting.triage import Level
from tests.builders import Seeds
from tests.builders_cases import CALM, TOLD, URGENT, URGENTLY_CODED, Office, all_coded
from tests.builders_staff import noted, the_staff


def group_of(office: Office, case: CaseId) -> Group | None:
    with the_staff(office.app).service.read() as session:
        wrap = session.get_one(CaseWrap, (case, Wrapped.CASE))
        return office.rings["susan"].group_of(wrap.epoch_id)


def state_of(office: Office, case: CaseId) -> tuple[str, int]:
    with the_staff(office.app).service.read() as session:
        found = session.get_one(Case, case)
        return found.state, found.level


def said(office: Office, code: str) -> mailbox.Thread:
    service = the_staff(office.app).service
    with service.read() as session:
        until = office.clock() + timedelta(minutes=5)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        return mailbox.read_thread(session, opened, office.clock())


def content(there: Opened, office: Office) -> tuple[object, ...]:
    """Return everything that a report says, but for whether its last move can be taken back."""
    with the_staff(office.app).service.read() as session:
        story = case_words.story_of(session, there.id, there.key)
        messages = threads.read(session, there.id, there.thread)
    work = replace(there.work, last=None)
    return there.facets, work, story, messages, there.case.state, there.case.level


def test_accepting_hands_the_report_to_casework(office: Office) -> None:
    case = office.accepted("rei")
    assert state_of(office, case)[0] == State.TRIAGED
    assert group_of(office, case) is Group.CASEWORK
    there = office.look("mei", case)
    assert [deed.name for deed in there.work.deeds] == ["accept"]
    assert there.work.items == ("header_due", "frame_due")


def test_after_accepting_whoever_only_reviews_opens_nothing_of_it(office: Office) -> None:
    case = office.report()
    before = office.look("rei", case).key
    office.triage("rei", case)
    office.make("rei", case, "accept")
    for name in ("rei", "robin"):
        with pytest.raises(HiddenError):
            office.look(name, case)
    with the_staff(office.app).service.read() as session:
        # With every row of the database and the key from before, nothing opens.
        for opens in (case_words.story_of, cases.thread_key):
            with pytest.raises(OpenError):
                opens(session, case, before)
        wraps = session.scalars(select(CaseWrap).where(CaseWrap.case_id == case)).all()
        assert not session.get(LeaseRow, case)
        for wrap in wraps:
            with pytest.raises(OpenError):
                office.rings["rei"].wrapped_key(wrap)


def test_what_is_missing_is_said_in_a_sentence(office: Office) -> None:
    case = office.report()
    with pytest.raises(NotNowError) as refused:
        office.make("rei", case, "accept")
    assert refused.value.guard == "lease_held"
    office.claim("rei", case)
    with pytest.raises(NotNowError) as refused:
        office.make("rei", case, "accept")
    assert refused.value.guard == "scope_yes"
    assert state_of(office, case) == (State.RECEIVED, Level.LOW)


def test_whoever_has_no_rule_for_it_finds_no_such_move(office: Office) -> None:
    case = office.report()
    for name, move in (("susan", "accept"), ("rei", "appeal"), ("rei", "no such move")):
        with pytest.raises(HiddenError):
            office.make(name, case, move)


def test_a_caseworker_has_nothing_that_waits_for_a_first_look(office: Office) -> None:
    case = office.report()
    with pytest.raises(HiddenError) as refused:
        office.look("mei", case)
    assert refused.value.subject == case


def test_somebody_who_was_quicker_is_named(office: Office) -> None:
    case = office.report()
    office.triage("rei", case)
    with office.desk("rei") as desk, pytest.raises(MovedOnError) as refused:
        moves.make(desk, case, Decision("accept", 0))
    moved = refused.value
    assert (moved.by, moved.name) == (office.id("rei"), "fields.edited")


def test_a_first_opening_alone_has_no_name(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as desk, pytest.raises(MovedOnError) as refused:
        moves.make(desk, case, Decision("accept", 7))
    assert (refused.value.by, refused.value.name) == (b"", "case.opened")


def test_urgent_reports_go_to_the_duty_desk_until_somebody_takes_them(office: Office) -> None:
    case = office.report(URGENT)
    office.claim("rei", case)
    office.code("rei", case, URGENTLY_CODED)
    office.make("rei", case, "escalate")
    there = office.look("mei", case)
    assert there.work.owner == DUTY_DESK
    assert "countersign_due" in there.work.items
    with office.desk("mei") as desk:
        moves.take(desk, case, office.rev(case))
    taken = office.look("mei", case).work
    assert (taken.owner, taken.escalated_at) == (office.id("mei"), there.work.since)
    with office.desk("max") as desk, pytest.raises(NotNowError):
        moves.take(desk, case, office.rev(case))


def test_an_escalation_waits_for_another_supervisor(office: Office) -> None:
    case = office.report(URGENT)
    office.claim("simon", case)
    office.code("simon", case, URGENTLY_CODED)
    office.make("simon", case, "escalate")
    for name, is_left in (("mei", True), ("simon", True), ("susan", False)):
        with office.desk(name) as desk:
            agreements.countersign(desk, case, "escalate")
        assert ("countersign_due" in office.look("susan", case).work.items) is is_left


def test_what_is_set_aside_stays_with_intake_and_another_brings_it_back(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    office.make("rei", case, "quarantine", reason="flood")
    assert state_of(office, case)[0] == State.QUARANTINED
    assert group_of(office, case) is Group.INTAKE
    with pytest.raises(NotNowError) as refused:
        office.make("rei", case, "release_quarantine", reason="read again")
    assert refused.value.guard == "not_quarantiner"
    office.make("robin", case, "release_quarantine", reason="read again")
    assert state_of(office, case)[0] == State.RECEIVED


def test_a_dangerous_report_is_set_aside_by_two(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    office.code("rei", case, all_coded(dangers={Danger.CHILD: Answer.YES}))
    with pytest.raises(NotNowError):
        office.make("rei", case, "quarantine", reason="flood")
    with office.desk("susan") as desk:
        agreements.countersign(desk, case, "quarantine")
    # An edit since leaves the agreement without effect.
    office.code("rei", case, all_coded(dangers={Danger.MISSING: Answer.YES}))
    with pytest.raises(NotNowError):
        office.make("rei", case, "quarantine", reason="flood")
    with office.desk("susan") as desk:
        agreements.countersign(desk, case, "quarantine")
    office.make("rei", case, "quarantine", reason="flood")
    assert office.look("susan", case).work.countersigns == ()


def test_somebody_on_probation_declines_with_a_supervisor_only(office: Office) -> None:
    ring = office.rings["rei"]
    standing = replace(ring.person.standing, stage=Stage.PROBATION)
    office.rings["rei"] = replace(ring, person=replace(ring.person, standing=standing))
    case = office.report()
    office.triage("rei", case)
    with pytest.raises(NotNowError) as refused:
        office.make("rei", case, "decline", reason="scam", message=TOLD)
    assert refused.value.guard == "probation_countersigned"


def test_a_decline_tells_its_reporter_once_it_is_final(office: Office) -> None:
    case, code = office.filed()
    office.triage("rei", case)
    office.make("rei", case, "decline", reason="scam", message=TOLD)
    assert said(office, code).messages == ()
    office.later(seconds=90)
    thread = said(office, code)
    assert [message.text for message in thread.messages] == [TOLD.text]
    assert thread.status is Status.CLOSED
    work = office.look("robin", case).work
    assert (work.reason, work.items) == ("scam", ("shred_contact_due",))
    assert work.term is not None
    assert (work.term.until - work.since.date()).days == 90


def test_a_message_in_another_language_or_in_own_words_is_not_ready(office: Office) -> None:
    case = office.report()
    office.triage("rei", case)
    for message in (None, replace(TOLD, language="ja"), Prepared("en", "My own words.")):
        with pytest.raises(NotNowError) as refused:
            office.make("rei", case, "decline", reason="scam", message=message)
        assert refused.value.guard == "message_ready"


def test_a_decline_is_looked_at_again_by_another(office: Office) -> None:
    case = office.declined("rei")
    with office.desk("rei") as desk, pytest.raises(NotNowError) as refused:
        agreements.second_look(desk, case, agrees=True)
    assert refused.value.guard == "second_seen"
    with office.desk("robin") as desk:
        agreements.second_look(desk, case, agrees=False)
    look = office.look("rei", case).work.second_look
    assert look is not None
    assert (look.by, look.agrees) == (office.id("robin"), False)


def test_what_is_not_declined_is_not_looked_at_again(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as desk, pytest.raises(NotNowError):
        agreements.second_look(desk, case, agrees=True)


def test_an_agreement_is_to_a_move_that_can_be_made_from_here(office: Office) -> None:
    case = office.report()
    with office.desk("susan") as desk:
        with pytest.raises(NotNowError):
            agreements.countersign(desk, case, "decline_t")
        with pytest.raises(HiddenError):
            agreements.countersign(desk, case, "purge_quarantine")


def test_the_log_names_moves_and_the_reporter_is_told_nothing_of_them(
    office: Office, seeds: Seeds
) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.undo("both", case)
    assert noted(office.app, seeds, case.hex()) == [
        "case.claimed",
        "fields.edited",
        "accept",
        "accept.undone",
    ]
    assert said(office, code).status is Status.RECEIVED


def test_offers_are_the_buttons_that_work_here(office: Office) -> None:
    case = office.report()
    with office.desk("rei") as desk:
        there = cases.opened(desk.session, desk.ring, case, Action.OPEN_CASE)
        found = {offer.name: offer for offer in moves.offers(desk, there)}
    assert set(found) == {"accept", "escalate", "quarantine", "decline", "merge"}
    assert not found["accept"].is_allowed
    office.triage("rei", case, CALM)
    with office.desk("rei") as desk:
        there = cases.opened(desk.session, desk.ring, case, Action.OPEN_CASE)
        found = {offer.name: offer for offer in moves.offers(desk, there)}
    assert found["accept"].is_allowed
    assert found["decline"].asks == ("reason", "message_ready")
