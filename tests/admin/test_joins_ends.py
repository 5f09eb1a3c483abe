"""How joined reports end: what closes with what, and whose term each of them follows."""

from dataclasses import replace

from admin import case_due
from admin.following import OWN_TERM
from reporting import threads, withdrawal
from reporting.ids import CaseId
from reporting.models import State
from reporting.status import Status
from reporting.threads import Message
from tests.admin.test_joins import closed, join, listed, owned, panel, survivor
from tests.admin.test_moves_casework import by_code, run_due, write
from tests.admin.test_moves_triage import said, state_of
from tests.builders_cases import Office
from tests.builders_ended import keep, shown
from tests.builders_staff import a_stored_report, the_staff


def test_closing_one_closes_what_follows_and_reopening_stops_its_term(office: Office) -> None:
    leading = office.assigned()
    case, code = office.filed()
    join(office, "both", case, leading)
    closed(office, leading)
    work, until = office.look("mei", case).work, office.look("mei", leading).work.term
    assert work.term is not None
    assert until is not None
    assert work.term.until <= until.until
    assert said(office, code).status is Status.CLOSED
    office.make("max", leading, "reopen", reason="new_facts")
    work = office.look("mei", case).work
    assert (work.term, work.state) == (None, State.MERGED)
    write(office, code)
    assert listed(office, "max", "joined_mail") == {case}


def test_the_last_day_of_a_joined_report_follows_its_own_reporter(office: Office) -> None:
    leading, (case, code) = office.assigned(), office.filed()
    join(office, "both", case, leading)
    closed(office, leading)
    start = office.clock().date()
    keep(office, code, "1")
    office.later(minutes=2)
    run_due(office, "mei")
    assert shown(office, case) == start.replace(year=start.year + 1)


def test_a_report_that_could_not_be_told_goes_to_the_supervisors(
    office: Office,
) -> None:
    leading = office.assigned()
    korean = CaseId(bytes.fromhex(a_stored_report(office.app, office.clock, language="ko")[0]))
    full, code = office.filed()
    for case in (korean, full):
        join(office, "both", case, leading)
    service, there = the_staff(office.app).service, office.look("mei", full)
    with service.begin() as session:
        for _ in range(threads.MOST_MESSAGES):
            words = Message(from_reporter=False, text="x", sent=office.clock(), language="en")
            threads.add(session, full, there.thread, words)
    closed(office, leading)
    assert listed(office, "susan", "unmerge") == {korean, full}
    assert panel(office, "susan", korean).is_astray
    assert listed(office, "mei", "unmerge") == set()
    assert said(office, code).status is Status.WORKING


def test_one_that_was_closed_and_then_taken_back_never_came_to_its_own_end(office: Office) -> None:
    leading, code = office.filed()
    owned(office, leading)
    case = office.report()
    join(office, "both", case, leading)
    closed(office, leading)
    seen = survivor(office, "mei", case)
    assert seen is not None
    assert (seen.ended_by, seen.is_live) == ("", False)
    run_due(office, "max")
    joined = office.look("mei", case).work.links.joined
    assert joined is not None
    assert joined.until is not None
    by_code(office, code, withdrawal.take_back)
    run_due(office, "max")
    work = office.look("mei", case).work
    assert work.links.joined == replace(joined, until=None)
    assert work.term is None
    assert listed(office, "susan", "unmerge") == {case}


def test_one_that_is_gone_after_its_own_term_has_led_its_followers_to_theirs(
    office: Office,
) -> None:
    leading = office.assigned()
    case = office.report()
    join(office, "both", case, leading)
    closed(office, leading)
    service = the_staff(office.app).service
    with service.begin() as session:
        withdrawal.erase(session, leading, office.clock())
    assert listed(office, "susan", "unmerge") == set()
    with office.desk("mei") as desk:
        assert case in case_due.waiting(desk)  # gone too early: it is told apart below
    office.later(days=800)
    seen = survivor(office, "mei", case)
    assert seen is not None
    assert (seen.ended_by, seen.is_visible) == (OWN_TERM, False)
    office.make("susan", case, "unmerge", reason="other_gone")
    assert state_of(office, case)[0] == State.RECEIVED
