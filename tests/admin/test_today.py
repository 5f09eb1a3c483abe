"""What somebody begins with says what the lists say, once what was due is done."""

from datetime import timedelta

from admin import lists
from admin.list_rules import Look
from admin.today import Today
from reporting import listing
from reporting.models import State
from tests.admin.test_moves_casework import write
from tests.admin.test_moves_triage import state_of
from tests.builders_cases import CALM, TOLD, URGENT, Office
from tests.builders_staff import the_staff

CN = {**CALM, "state": ("CN",)}


def begun(office: Office, by: str) -> Today:
    return office.today(by)


def test_every_list_is_counted_as_if_it_were_counted_alone(office: Office) -> None:
    office.report()
    office.report(URGENT)
    office.accepted()
    office.proposed("mei")
    office.declined("rei")
    office.assigned("mei")
    office.later(days=30)
    for name in ("susan", "mei", "rei", "max"):
        counts = begun(office, name).counts
        with office.desk(name) as desk:
            assert counts == lists.counts(Look(desk))
            late = lists.rows(desk, "overdue")
        assert counts["overdue"] != "0"
        assert begun(office, name).late == late


def test_a_report_that_no_list_knows_is_counted(office: Office) -> None:
    case = office.assigned("mei")
    with the_staff(office.app).service.begin() as session:
        listing.forget(session, case)
    assert begun(office, "mei").counts["mine"] == "1"
    assert begun(office, "mei").counts["mine"] == "1"


def test_whoever_is_recused_meanwhile_counts_it_no_more(office: Office) -> None:
    office.report(CN)
    office.report({**CALM, "state": ("KP",)})
    assert begun(office, "rei").counts["received"] == "2"
    office.recuse("rei", states=frozenset({"CN"}))
    assert begun(office, "rei").counts["received"] == "1"


def test_what_is_due_is_done_before_anything_is_counted(office: Office) -> None:
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    office.make("mei", case, "assign")
    day = (office.clock() + timedelta(days=30)).date()
    office.make("mei", case, "watch", message=TOLD, next_check=day)
    assert begun(office, "mei").late == ()
    write(office, code)
    assert begun(office, "mei").counts["replies"] == "1"
    assert state_of(office, case)[0] == State.ACTIVE
