"""What a second person is asked for: words that go with a move, contact, and an emergency."""

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest

from admin import (
    case_due,
    casework,
    contact,
    emergencies,
    emergency,
    moves,
    own_words,
    second_people,
)
from admin.casework import Words
from admin.contact_asks import Reason
from admin.emergencies import Item, Plan, To
from admin.errors import HiddenError
from admin.facts import Answer, Danger
from admin.own_words import Reading
from admin.transitions import NotNowError
from admin.work import Prepared
from forms.choices import CHOICES
from reporting import mailbox
from reporting.ids import CaseId
from reporting.mailbox import Chosen
from tests.builders_cases import HELPED, NO_DANGER, NOTE, URGENT, Office, all_coded
from tests.builders_contact import a_reachable_report
from tests.builders_staff import the_staff

OWN = Prepared("en", "We stop here, and thank you.")
PLAN = Plan(To.POLICE, frozenset({Item.PLACE}), "They wait outside.")


def prepare(office: Office, who: str, case: CaseId, text: str = OWN.text) -> bytes:
    """Write own words for a second reader; return their number."""
    with office.desk(who) as desk:
        own_words.prepare(desk, Words(case, text, "en"))
    return office.look(who, case).work.drafts[-1].id


def agree(office: Office, who: str, case: CaseId, number: bytes) -> None:
    with office.desk(who) as desk:
        seen = own_words.look(desk, case, number)
        own_words.read(desk, case, Reading(number, seen.draft.digest))


def urgent(office: Office, life: str = "police") -> tuple[CaseId, str]:
    """File a report in danger, and let mei own it."""
    filed, code = a_reachable_report(office.app, office.clock, URGENT, life)
    case, dangers = CaseId(bytes.fromhex(filed)), {**NO_DANGER, Danger.HARM_SOON: Answer.YES}
    office.claim("both", case)
    office.code("both", case, all_coded(URGENT, dangers=dangers))
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    return case, code


def choose(office: Office, code: str, answer: str) -> None:
    service = the_staff(office.app).service
    given = CHOICES["c_life"].given(answer, "en", str)
    with service.begin() as session:
        until = office.clock() + timedelta(minutes=5)
        opened = mailbox.enter(session, code, service.desk.pepper, until)
        chosen = Chosen("c_life", given)
        mailbox.choose(session, opened, service.journal, chosen, office.clock())


def test_own_words_go_with_a_move_once_a_second_person_read_them(office: Office) -> None:
    case = office.assigned("mei")
    number = prepare(office, "mei", case)
    with pytest.raises(NotNowError, match="drafts_settled"):
        office.make("mei", case, "release", handover=NOTE)
    with pytest.raises(NotNowError, match="message_ready"):
        office.make("mei", case, "propose_close", closing=HELPED, message=OWN)
    agree(office, "max", case, number)
    claimed = replace(OWN, read_by=office.id("susan"), text="Words nobody read.")
    with pytest.raises(NotNowError, match="message_ready"):
        office.make("mei", case, "propose_close", closing=HELPED, message=claimed)
    office.make("mei", case, "propose_close", closing=HELPED, message=OWN)
    work = office.look("mei", case).work
    assert work.drafts == ()
    assert work.prepared is not None
    assert work.prepared.written_by == office.id("mei")
    office.make("susan", case, "return", reason="message_not_right")
    (again,) = office.look("mei", case).work.drafts
    assert (again.text, again.by, again.is_read) == (OWN.text, office.id("mei"), False)


def test_what_a_second_person_has_to_read_is_sent_by_no_other_way(office: Office) -> None:
    case = office.assigned("mei")
    with office.desk("mei") as desk, pytest.raises(NotNowError, match="message_ready"):
        words = Words(case, "こんにちは", "ja")
        casework.reply(desk.session, desk.ring, desk.journal, words, desk.now)


def test_a_proposal_with_own_words_is_closed_by_a_second_person(office: Office) -> None:
    case = office.assigned("mei")
    agree(office, "max", case, prepare(office, "mei", case))
    office.make("mei", case, "propose_close", closing=HELPED, message=OWN)
    assert office.make("susan", case, "approve_close").to == "closed"


def test_due_work_throws_away_what_an_owner_did_not_send(office: Office) -> None:
    case = office.report(URGENT)
    office.triage("both", case, URGENT)
    office.make("both", case, "escalate")
    with office.desk("mei") as desk:
        moves.take(desk, case, office.rev(case))
    prepare(office, "mei", case)
    prepare(office, "max", case, "Of somebody else.")
    office.later(hours=5)
    case_due.run(partial(office.desk, "simon"))
    work = office.look("simon", case).work
    assert [draft.text for draft in work.drafts] == ["Of somebody else."]


def test_ten_messages_wait_at_most_and_a_reader_reads_the_language(office: Office) -> None:
    case = office.assigned("mei")
    number = prepare(office, "mei", case)
    for n in range(1, 10):
        prepare(office, "mei", case, f"Words {n}.")
    with pytest.raises(NotNowError, match="message_ready"):
        prepare(office, "mei", case)
    office.recuse("max", languages=frozenset({"ja"}))
    with pytest.raises(NotNowError, match="message_ready"):
        agree(office, "max", case, number)


def test_for_somebody_recused_there_is_no_contact_no_message_and_no_emergency(
    office: Office,
) -> None:
    case, _code = urgent(office)
    number = prepare(office, "mei", case)
    with office.desk("mei") as desk:
        contact.ask(desk, case, Reason.DANGER, "They wait outside.")
        emergency.propose(desk, case, PLAN)
    work = office.look("mei", case).work
    office.recuse("simon", organisations=frozenset({"none"}))
    tries = (
        lambda desk: contact.look(desk, case),
        lambda desk: contact.answer(desk, case, work.contact_asks[0].id, agrees=True),
        lambda desk: own_words.look(desk, case, number),
        lambda desk: own_words.read(desk, case, Reading(number, work.drafts[0].digest)),
        lambda desk: emergency.look(desk, case),
        lambda desk: emergency.sign(desk, case, work.emergencies[0].id),
    )
    for attempt in tries:
        with office.desk("simon") as desk, pytest.raises(HiddenError):
            attempt(desk)
    assert office.look("mei", case).work == work


def test_nothing_is_signed_that_the_reporter_or_the_danger_forbids_by_now(office: Office) -> None:
    case, code = urgent(office)
    with office.desk("mei") as desk:
        emergency.propose(desk, case, PLAN)
    (plan,) = office.look("mei", case).work.emergencies
    for answer, guard in (("support", "to"), ("nobody", "emergency")):
        choose(office, code, answer)
        with office.desk("susan") as desk, pytest.raises(NotNowError, match=f"not now: {guard}$"):
            emergency.sign(desk, case, plan.id)
    choose(office, code, "police")
    office.recode("mei", case, all_coded(URGENT))
    with office.desk("susan") as desk, pytest.raises(NotNowError, match="emergency"):
        emergency.sign(desk, case, plan.id)


def test_a_relative_is_told_only_if_family_may_know(office: Office) -> None:
    case, _code = urgent(office, "support")
    with office.desk("mei") as desk:
        assert To.RELATIVE in emergency.look(desk, case).allowed
    kept_to = {"contact_rule": ("not_family",)}
    assert emergencies.allowed("support", kept_to) == (To.EMERGENCY_SERVICE, To.HELPER)


def test_what_still_has_time_stays_as_it_is(office: Office) -> None:
    case, _code = urgent(office)
    with office.desk("mei") as desk:
        contact.ask(desk, case, Reason.DANGER, "They wait outside.")
        emergency.propose(desk, case, PLAN)
    before = office.rev(case)
    with office.desk("simon") as desk:
        second_people.settle(desk, case)
    assert office.rev(case) == before


def test_what_was_agreed_opens_nothing_once_work_has_ended(office: Office) -> None:
    case = office.assigned("mei")
    with office.desk("susan") as desk:
        contact.ask(desk, case, Reason.ARRANGE, "A bed tonight.")
    (asked,) = office.look("mei", case).work.contact_asks
    with office.desk("mei") as desk:
        contact.answer(desk, case, asked.id, agrees=True)
    told = Prepared("en", "We have read your report.", code="thanks")
    office.make("mei", case, "propose_close", closing=HELPED, message=told)
    office.make("simon", case, "approve_close")
    with office.desk("susan") as desk, pytest.raises(NotNowError, match="contact"):
        contact.open_agreed(desk, case, asked.id)
