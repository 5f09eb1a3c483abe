"""What a timer without keys sees: that something waits, and nothing of what it is."""

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select

from admin import call_requests, casework, unattended
from admin.call_memory import Seen
from admin.calling import Need
from admin.models import CallRequest
from admin.moves import take
from reporting import mailbox
from reporting.ids import CaseId
from tests.builders_cases import CALM, NOTE, URGENT, URGENTLY_CODED, Office
from tests.builders_staff import the_staff

HIGH = {"kinds": ("physical",), "danger": ("soon",), "basis": ("known_person",)}


def look(office: Office, before: Seen | None = None) -> unattended.Waiting:
    with the_staff(office.app).service.begin() as session:
        return unattended.look(session, before or Seen(), office.clock())


def need(office: Office) -> Need:
    return look(office).need


def requests(office: Office) -> int:
    with the_staff(office.app).service.read() as session:
        return session.scalars(select(func.count()).select_from(CallRequest)).one()


def opened(office: Office, by: str, case: CaseId) -> None:
    ring = office.rings[by]
    service = the_staff(office.app).service
    with service.begin() as session:
        casework.open_case(session, ring, service.journal, case, office.clock())


def escalated(office: Office, by: str = "rei") -> CaseId:
    case = office.report(URGENT)
    office.claim(by, case)
    office.code(by, case, URGENTLY_CODED)
    office.make(by, case, "escalate")
    return case


def test_where_nothing_urgent_waits_nobody_is_needed(office: Office) -> None:
    assert need(office) is Need.NONE
    office.report(CALM)
    office.accepted(answers=URGENT)
    assert need(office) is Need.NONE


def test_an_urgent_report_that_nobody_touched_needs_somebody_now(office: Office) -> None:
    office.report(URGENT)
    assert need(office) is Need.NOW


def test_whoever_has_it_in_hand_is_enough(office: Office) -> None:
    case = office.report(URGENT)
    office.claim("rei", case)
    assert need(office) is Need.NONE


def test_a_lease_that_nobody_renews_counts_for_nothing_after_its_time(office: Office) -> None:
    case = office.report(URGENT)
    office.claim("rei", case)
    first = look(office)
    office.later(minutes=19)
    assert look(office, first.seen).need is Need.NONE
    office.later(minutes=1)
    assert look(office, first.seen).need is Need.NOW
    office.claim("rei", case)  # at work after all
    assert look(office, first.seen).need is Need.NONE


def test_what_somebody_read_and_left_waits_a_little_less(office: Office) -> None:
    case = office.report(URGENT)
    opened(office, "rei", case)
    assert need(office) is Need.LEFT
    office.claim("rei", case)
    first = look(office)
    assert first.need is Need.NONE
    office.later(minutes=20)
    assert look(office, first.seen).need is Need.LEFT


def test_a_high_report_is_late_for_sure_a_day_after_its_week(office: Office) -> None:
    office.clock.now = datetime.fromisoformat("2026-11-23T00:00:00+00:00")  # a Monday
    case = office.report(HIGH)
    office.later(days=7, hours=23)
    assert need(office) is Need.NONE
    office.later(hours=1)
    assert need(office) is Need.LATE
    office.claim("rei", case)
    assert need(office) is Need.NONE


def test_the_reporter_of_an_urgent_report_who_writes_is_heard(office: Office) -> None:
    service = the_staff(office.app).service
    case, code = office.filed(URGENT)
    office.triage("both", case, URGENT)
    office.make("both", case, "accept")
    until = office.clock() + timedelta(minutes=5)
    with service.begin() as session:
        mailbox.write(
            session,
            mailbox.enter(session, code, service.desk.pepper, until),
            "They are at the door.",
            "en",
            office.clock(),
        )
    assert need(office) is Need.LATE


def test_what_goes_to_the_duty_desk_calls_colleagues_until_somebody_takes_it(
    office: Office,
) -> None:
    case = escalated(office)
    assert need(office) is Need.NOW
    with office.desk("mei") as desk:
        take(desk, case, office.rev(case))
    assert requests(office) == 0
    assert need(office) is Need.NONE


def test_each_report_on_the_duty_desk_has_its_own_request(office: Office) -> None:
    first, _second = escalated(office), escalated(office)
    with office.desk("mei") as desk:
        take(desk, first, office.rev(first))
    assert requests(office) == 1
    assert need(office) is Need.NOW


def test_what_is_given_back_from_the_duty_desk_calls_nobody_any_more(office: Office) -> None:
    case = escalated(office, "simon")
    office.make("simon", case, "release", handover=NOTE)
    assert requests(office) == 0


def test_a_move_of_an_owned_report_leaves_the_requests_of_others(office: Office) -> None:
    escalated(office)
    owned = office.assigned("mei")
    office.make("mei", owned, "release", handover=NOTE)
    assert requests(office) == 1


def test_a_request_ends_after_four_hours(office: Office) -> None:
    escalated(office)
    first = look(office)
    office.later(hours=3, minutes=59)
    assert look(office, first.seen).need is Need.NOW
    office.later(minutes=1)
    last = look(office, first.seen)
    assert (last.need, last.seen.marks, requests(office)) == (Need.NONE, {}, 0)


def test_a_request_is_kept_or_lost_with_the_move(office: Office) -> None:
    service = the_staff(office.app).service
    with pytest.raises(RuntimeError), service.begin() as session:
        call_requests.ask(session)
        raise RuntimeError
    assert requests(office) == 0


def test_what_is_remembered_names_no_report(office: Office) -> None:
    case = office.report(URGENT)
    office.claim("rei", case)
    seen = look(office).seen
    (mark,) = seen.marks
    assert case.hex()[:8] not in mark
    again = look(office, seen).seen
    assert list(again.marks.values()) == list(seen.marks.values())
    assert again.marks.keys().isdisjoint(seen.marks)  # from run to run nobody follows it
