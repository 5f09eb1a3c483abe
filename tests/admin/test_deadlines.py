"""A first answer stays due until it is sent, whoever has the report, if its reporter wants one."""

import pytest

from admin import lists
from forms.answers import GivenConsent, Report
from forms.choices import CONTACT, STORE
from reporting import intake
from reporting.ids import CaseId
from tests.admin.test_moves_casework import ask
from tests.builders_cases import CALM, URGENT, URGENTLY_CODED, Office
from tests.builders_staff import the_staff


def filed(office: Office, allowed: str) -> CaseId:
    """Return a report whose reporter said whether the team may answer."""
    service = the_staff(office.app).service
    given = {STORE: "yes", CONTACT: allowed}
    consents = {name: GivenConsent(code, "0" * 64, "en") for name, code in given.items() if code}
    report = Report("short", CALM, "They came.", {}, "en", consents)
    sealed = intake.prepare(report, service.desk, office.clock())
    with service.begin() as session:
        intake.store(session, sealed)
    return CaseId(bytes(sealed.case["id"]))  # type: ignore[arg-type]


def late(office: Office, name: str) -> list[CaseId]:
    with office.desk(name) as desk:
        return [row.case for row in lists.overdue(desk)]


def test_who_takes_an_urgent_report_still_owes_its_first_answer(office: Office) -> None:
    case = office.report(URGENT)
    office.claim("both", case)
    office.code("both", case, URGENTLY_CODED)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    office.later(hours=5)
    assert late(office, "mei") == [case]
    ask(office, "mei", case)
    assert late(office, "mei") == []
    assert office.look("mei", case).work.answered == office.clock().replace(microsecond=0)


def test_what_was_answered_at_the_first_look_waits_for_an_owner_without_being_late(
    office: Office,
) -> None:
    case = office.report()
    office.claim("rei", case)
    ask(office, "rei", case)
    first = office.look("rei", case).work.answered
    office.triage("rei", case)
    office.make("rei", case, "accept")
    office.later(days=15)
    assert late(office, "mei") == []
    ask(office, "mei", case)
    assert office.look("mei", case).work.answered == first, "only the first one counts"


@pytest.mark.parametrize("allowed", ["no", "yes", ""])
def test_whoever_wants_no_answer_has_no_clock_for_one(office: Office, allowed: str) -> None:
    case = filed(office, allowed)
    office.triage("rei", case)
    office.make("rei", case, "accept")
    office.later(days=15)
    assert late(office, "mei") == ([] if allowed == "no" else [case])


def test_a_message_at_the_end_is_an_answer_until_it_is_taken_back(office: Office) -> None:
    case = office.declined("rei")
    assert office.look("rei", case).work.answered is not None
    office.undo("rei", case)
    assert office.look("rei", case).work.answered is None


def test_no_answer_is_owed_anew_once_a_report_is_opened_again(office: Office) -> None:
    case = office.proposed()
    assert office.look("mei", case).work.answered is None
    office.make("susan", case, "approve_close")
    office.make("mei", case, "reopen", reason="new_information", assignee=office.id("mei"))
    office.later(days=15)
    assert late(office, "mei") == []
