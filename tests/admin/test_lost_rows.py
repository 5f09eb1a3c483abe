"""A report whose row is lost is missed, and one that comes back has its row at once."""

import pytest
from sqlalchemy import delete

from admin import indexing, lists
from reporting import listing, retention, withdrawal
from reporting.case_rows import HeaderRow, ListedRow
from reporting.ids import CaseId
from reporting.models import Case, State
from reporting.settings import Settings
from tests.admin.test_moves_casework import by_code
from tests.admin.test_moves_triage import state_of
from tests.builders_cases import Office
from tests.builders_staff import the_staff
from tests.conftest import Clock
from tests.typist import run
from wsgi import Installation


def lose_every_row(office: Office) -> None:
    with the_staff(office.app).service.begin() as session:
        session.execute(delete(ListedRow))
        session.execute(delete(HeaderRow))


def has_row(office: Office, case: CaseId) -> bool:
    with the_staff(office.app).service.read() as session:
        return session.get(HeaderRow, case) is not None


def test_what_was_lost_of_a_report_is_missed_at_the_next_sweep(office: Office) -> None:
    office.assigned("mei")
    new, service = office.report(), the_staff(office.app).service
    lose_every_row(office)
    assert office.today("mei").counts["mine"] == "0"
    for _ in range(2):
        assert retention.sweep(service.database, service.sweeps, office.clock()).rows == 0
    assert office.today("mei").counts["mine"] == "1"
    with office.desk("rei") as desk:
        assert indexing.unknown(desk, [*indexing.keys_of(desk.ring)], 2) == (new,)


def test_maintenance_misses_it_as_well(office: Office, settings: Settings, clock: Clock) -> None:
    case = office.report()
    lose_every_row(office)
    assert run(Installation(settings, clock), "maintain").exit_code == 0
    assert has_row(office, case)


def test_what_is_over_needs_no_row(office: Office) -> None:
    case = office.report()
    service = the_staff(office.app).service
    with service.begin() as session:
        session.get_one(Case, case).state = State.ERASED
    lose_every_row(office)
    retention.sweep(service.database, service.sweeps, office.clock())
    assert not has_row(office, case)


# SQLite lets one write at a time, who meets nobody.
@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
def test_what_others_hold_is_left_to_them_and_two_sweeps_share_the_rest(office: Office) -> None:
    held, free = office.report(), office.report()
    service = the_staff(office.app).service
    lose_every_row(office)
    with service.begin() as other, service.begin() as one, service.begin() as two:
        other.get(Case, held, with_for_update=True)
        listing.sweep(one, office.clock())
        listing.sweep(two, office.clock())
    assert [has_row(office, case) for case in (held, free)] == [False, True]
    with service.begin() as session:
        listing.sweep(session, office.clock())
    assert has_row(office, held)


def test_a_report_that_its_reporter_brings_back_is_known_to_be_unknown(office: Office) -> None:
    office.come_in("rei")
    case, code = office.filed()
    by_code(office, code, withdrawal.take_back)
    assert not has_row(office, case)
    by_code(office, code, withdrawal.undo)
    office.later(days=30)
    with office.desk("rei") as desk:
        assert [row.case for row in lists.overdue(desk)] == [case]


def test_one_from_casework_is_brought_to_intake_by_the_first_who_looks(office: Office) -> None:
    office.come_in("both", "rei")
    case, code = office.filed()
    office.triage("both", case)
    office.make("both", case, "accept")
    by_code(office, code, withdrawal.take_back)
    by_code(office, code, withdrawal.undo)
    office.today("both")
    assert state_of(office, case)[0] == State.RECEIVED
    assert office.today("rei").counts["received"] == "1"
