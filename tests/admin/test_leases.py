"""A report is in one person's hands at a time, and comes back by itself."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from admin import casework, leases
from admin.casework import Words
from admin.errors import HiddenError, InHandError
from admin.facts import Lease
from reporting.case_rows import LeaseRow
from reporting.ids import CaseId
from tests.builders_cases import Office
from tests.builders_staff import flipped, the_staff


def holder(office: Office, case: CaseId, by: str = "susan") -> Lease | None:
    with office.desk(by) as desk:
        return leases.holder(desk.session, desk.ring, case, desk.now)


def test_it_ends_after_twenty_minutes_and_begins_anew_with_every_act(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    office.later(minutes=19)
    with office.desk("rei") as desk:
        words = Words(case, "Wait.", "en")
        casework.add_note(desk.session, desk.ring, desk.journal, words, desk.now)
    office.later(minutes=19)
    lease = holder(office, case)
    assert lease is not None
    assert lease.holder == office.id("rei")
    assert lease.until - office.clock() == timedelta(minutes=1)
    office.later(minutes=1)
    assert holder(office, case) is None
    office.claim("robin", case)


def test_somebody_else_is_told_who_has_it(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    office.claim("rei", case)
    with office.desk("robin") as desk, pytest.raises(InHandError) as refused:
        leases.claim(desk, case)
    assert refused.value.by == office.id("rei")
    assert refused.value.until == office.clock() + leases.LASTS


def test_what_others_do_keeps_nobodys_lease_alive(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    before = holder(office, case)
    office.later(minutes=5)
    with office.desk("robin") as desk:
        words = Words(case, "Look at this.", "en")
        casework.add_note(desk.session, desk.ring, desk.journal, words, desk.now)
    assert holder(office, case) == before


def test_only_what_waits_is_taken_in_hand(office: Office) -> None:
    with pytest.raises(HiddenError):
        office.claim("mei", office.assigned("mei"))


def test_whoever_cannot_open_it_neither_claims_it_nor_reads_who_has_it(office: Office) -> None:
    case = office.accepted()
    office.claim("mei", case)
    with pytest.raises(HiddenError):
        office.claim("rei", case)
    assert holder(office, case, "rei") is None


def test_a_lease_that_was_altered_counts_as_none(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    with the_staff(office.app).service.begin() as session:
        row = session.get_one(LeaseRow, case)
        row.box_sealed = flipped(row.box_sealed)
    assert holder(office, case) is None
    office.claim("robin", case)


def test_of_eight_who_claim_at_once_one_has_it(office: Office) -> None:
    case = office.report()
    names = ("rei", "robin", "both", "simon") * 2
    office.come_in(*names)

    def claim(name: str) -> str:
        try:
            office.claim(name, case)
        except InHandError as refused:
            return refused.by.hex()
        return office.id(name).hex()

    with ThreadPoolExecutor(len(names)) as pool:
        winners = set(pool.map(claim, names))
    lease = holder(office, case)
    assert lease is not None
    assert winners == {lease.holder.hex()}
