"""What somebody begins with says what the lists say, once what was due is done."""

from datetime import timedelta

from sqlalchemy import delete

from admin import indexing, lists
from admin.list_rules import Look
from admin.today import Today
from reporting import listing, retention
from reporting.case_rows import HeaderRow, ListedRow
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


def test_what_was_lost_of_a_report_is_missed_at_the_next_sweep(office: Office) -> None:
    office.assigned("mei")
    new, service = office.report(), the_staff(office.app).service
    with service.begin() as session:
        session.execute(delete(ListedRow))
        session.execute(delete(HeaderRow))
    assert begun(office, "mei").counts["mine"] == "0"
    for _ in range(2):
        assert retention.sweep(service.database, service.sweeps, office.clock()).rows == 0
    assert begun(office, "mei").counts["mine"] == "1"
    with office.desk("rei") as desk:
        assert indexing.unknown(desk, [*indexing.keys_of(desk.ring)], 2) == (new,)


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
