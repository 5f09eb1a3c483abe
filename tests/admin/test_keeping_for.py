"""Keeping a report: out of everybody's way for a day, three at most, and never among the ten."""

import pytest

from admin import keeping_for, leases, pull
from admin.errors import HiddenError, InHandError
from admin.next_case import Nothing, NothingNextError
from admin.skips import SkipReason
from admin.transitions import STATE, NotNowError
from reporting.ids import CaseId
from tests.builders_cases import URGENT, Office


def keep(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        keeping_for.keep(desk, case, "a call at noon")


def give_up(office: Office, name: str, case: CaseId) -> None:
    with office.desk(name) as desk:
        keeping_for.give_up(desk, case)


def next_for(office: Office, name: str) -> CaseId:
    with office.desk(name) as desk:
        return pull.next_for(desk)


def keeper(office: Office, case: CaseId) -> bytes:
    return office.look("simon", case).work.keeper(office.clock())


def test_what_is_kept_is_handed_to_nobody_until_a_day_is_over(office: Office) -> None:
    case = office.report()
    office.claim("rei", case)
    keep(office, "rei", case)
    with office.desk("rei") as desk:
        assert leases.holder(desk.session, desk.ring, case, desk.now) is None
    for name in ("rei", "robin"):
        with pytest.raises(NothingNextError) as refused:
            next_for(office, name)
        assert refused.value.why is Nothing.NOTHING_WAITS
    office.later(hours=23, minutes=59)
    assert keeper(office, case) == office.id("rei")
    office.later(minutes=1)
    assert keeper(office, case) == b""
    assert next_for(office, "robin") == case


def test_whoever_gives_it_up_or_passes_it_on_keeps_it_no_longer(office: Office) -> None:
    case = office.report()
    keep(office, "rei", case)
    give_up(office, "robin", case)
    assert keeper(office, case) == office.id("rei")
    give_up(office, "rei", case)
    assert keeper(office, case) == b""
    give_up(office, "rei", case)
    keep(office, "rei", case)
    with office.desk("rei") as desk:
        pull.skip(desk, case, SkipReason.NEED_A_BREAK)
    assert keeper(office, case) == b""
    assert office.look("rei", case).work.skips == ()


def test_an_urgent_report_comes_back_to_everybody_when_it_is_due(office: Office) -> None:
    case = office.report(URGENT)
    keep(office, "rei", case)
    office.later(hours=2)
    assert keeper(office, case) == b""
    assert next_for(office, "robin") == case
    with office.desk("robin") as desk:
        leases.drop(desk.session, case)
    with pytest.raises(NotNowError) as refused:
        keep(office, "rei", case)
    assert refused.value.guard == keeping_for.LATE


def test_a_move_ends_it(office: Office) -> None:
    case = office.report()
    keep(office, "both", case)
    office.triage("both", case)
    office.make("both", case, "accept")
    assert office.look("mei", case).work.kept is None
    keep(office, "mei", case)
    office.make("max", case, "assign")
    assert office.look("mei", case).work.kept is None


def test_three_at_most_and_nothing_that_is_anothers(office: Office) -> None:
    *three, fourth = [office.report() for _ in range(4)]
    for case in three:
        keep(office, "rei", case)
    with pytest.raises(NotNowError) as refused:
        keep(office, "rei", fourth)
    assert refused.value.guard == keeping_for.FULL
    keep(office, "rei", three[0])
    with pytest.raises(NotNowError) as refused:
        keep(office, "robin", three[0])
    assert refused.value.guard == keeping_for.THEIRS
    office.claim("robin", fourth)
    give_up(office, "rei", three[0])
    with pytest.raises(InHandError):
        keep(office, "rei", fourth)
    owned = office.assigned("mei")
    with pytest.raises(NotNowError) as refused:
        keep(office, "mei", owned)
    assert refused.value.guard == STATE
    with pytest.raises(HiddenError):
        keep(office, "rei", owned)
