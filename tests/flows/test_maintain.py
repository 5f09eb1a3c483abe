"""Maintain with the keys of a member: everything that is owed to reports, at the terminal."""

import pytest
from flask import Flask

from admin import case_due, moves, upkeep
from admin.desk import Desk
from admin.prompted import REFUSED
from crypto.passphrase import Parameters
from crypto.roles import Role
from reporting import withdrawal
from reporting.clock import day_of
from reporting.ids import CaseId
from reporting.models import Case, CasePart, Part
from reporting.settings import Settings
from tests.admin.test_moves_casework import by_code
from tests.admin.test_recusal_hides import file
from tests.builders import Seeds
from tests.builders_cases import CALM, Office, an_office_at_work
from tests.builders_ended import DAY, closed, is_there, look_again, set_aside, told
from tests.builders_staff import NEXT_CODE, StaffMember, a_member, flipped, the_staff
from tests.conftest import Clock
from tests.typist import run
from wsgi import Installation


@pytest.fixture
def yui(app: Flask, seeds: Seeds) -> StaffMember:
    return a_member(app, seeds, "Yui Kato", Role.SUPERVISOR)


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock, yui: StaffMember) -> Office:
    assert yui.name  # on the roster before anybody makes the next keys
    return an_office_at_work(app, seeds, clock)


@pytest.fixture
def installation(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(upkeep, "STANDARD", Parameters.cheap_for_tests())
    return Installation(settings, clock)


def maintain(
    installation: Installation, who: StaffMember, clock: Clock, passphrase: str = ""
) -> tuple[int, str]:
    clock.advance(NEXT_CODE)
    typed = [passphrase or who.passphrase, who.code(clock())]
    result = run(installation, "maintain", "--as", who.name, typed=typed)
    return result.exit_code, result.output


def test_warnings_and_ends_come_at_the_terminal_as_they_do_on_the_pages(
    installation: Installation, office: Office, yui: StaffMember, clock: Clock
) -> None:
    (case, code), (other, its_code) = closed(office), office.filed()
    by_code(office, its_code, withdrawal.take_back)
    clock.advance(336 * DAY)
    status, output = maintain(installation, yui, clock)
    assert (status, "Looked after with your keys: 1 reports." in output) == (0, True), output
    assert len(told(office, code)) == 2
    assert (is_there(office, case), is_there(office, other)) == (True, False)
    for days in (23, 8):
        clock.advance(days * DAY)
        assert maintain(installation, yui, clock)[0] == 0
    assert not is_there(office, case)
    clock.advance(21 * DAY)
    assert run(installation, "maintain").exit_code == 0
    with the_staff(office.app).service.read() as session:
        assert session.get(Case, case) is None


def test_what_is_hidden_from_whoever_is_there_comes_to_its_end_and_is_not_counted(
    installation: Installation, office: Office, yui: StaffMember, clock: Clock
) -> None:
    case = file(office, CALM, {"not_regions": ("kanto",)})
    for name in ("rei", "robin"):
        office.recuse(name)
    office.triage("rei", case)
    office.make("rei", case, "quarantine", reason="flood")
    look_again(office, case)
    clock.advance(31 * DAY)
    status, output = maintain(installation, yui, clock)
    assert (status, "Looked after with your keys: 0 reports." in output) == (0, True), output
    assert not is_there(office, case)


def test_whoever_is_interrupted_begins_again_and_goes_on(
    installation: Installation,
    office: Office,
    yui: StaffMember,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = sorted(set_aside(office, is_seen=True)[0] for _ in range(3))
    clock.advance(31 * DAY)
    left = [1]

    def stop_at_the_second(desk: Desk, case: CaseId) -> None:
        if not left:
            raise KeyboardInterrupt
        left.pop()
        moves.make_due(desk, case)

    monkeypatch.setattr(case_due, "STEPS", (stop_at_the_second,))
    assert maintain(installation, yui, clock)[0] != 0
    assert sum(is_there(office, case) for case in cases) == 2
    monkeypatch.undo()
    monkeypatch.setattr(upkeep, "STANDARD", Parameters.cheap_for_tests())
    assert maintain(installation, yui, clock)[0] == 0
    assert not any(is_there(office, case) for case in cases)


def test_one_altered_report_keeps_no_other_from_what_is_owed_to_it(
    installation: Installation,
    office: Office,
    yui: StaffMember,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    cases = [set_aside(office, is_seen=True)[0] for _ in range(2)]
    clock.advance(31 * DAY)
    waiting = case_due.waiting

    def waiting_and_then_altered(desk: Desk) -> tuple[CaseId, ...]:
        found = waiting(desk)
        row = desk.session.get_one(CasePart, (cases[0], Part.FACETS))
        row.content_sealed = flipped(row.content_sealed)
        return found

    monkeypatch.setattr(case_due, "waiting", waiting_and_then_altered)
    status, output = maintain(installation, yui, clock)
    assert (status, upkeep.ALTERED.format(1) in output) == (1, True)
    assert [is_there(office, case) for case in cases] == [True, False]


def test_a_wrong_passphrase_does_nothing(
    installation: Installation, yui: StaffMember, clock: Clock
) -> None:
    status, output = maintain(installation, yui, clock, "something else entirely, and long")
    assert (status, REFUSED in output) == (1, True)


def test_whoever_has_to_declare_first_does_that_first(
    app: Flask, installation: Installation, seeds: Seeds, clock: Clock
) -> None:
    late = a_member(app, seeds, "Late", Role.SUPERVISOR, declared=(day_of(clock()) - 400 * DAY,))
    status, output = maintain(installation, late, clock)
    assert (status, upkeep.DECLARE_FIRST in output) == (1, True), output
