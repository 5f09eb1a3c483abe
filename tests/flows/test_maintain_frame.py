"""Maintain keeps the frame: in no order of time, destroyed in time, and whole with keys."""

from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import delete, select, update

from admin import upkeep
from crypto.passphrase import Parameters
from crypto.roles import Role
from reporting.case_rows import ListedRow
from reporting.models import CasePart
from reporting.settings import Settings
from reporting.stat_rows import StatFrameRow, StatPeriodRow
from tests.builders import Seeds
from tests.builders_frame import Counting, an_office_that_counts
from tests.builders_staff import StaffMember, a_member, the_staff
from tests.conftest import Clock
from tests.flows.test_maintain import maintain
from tests.typist import run
from wsgi import Installation


@pytest.fixture
def person(app: Flask, seeds: Seeds) -> StaffMember:
    return a_member(app, seeds, "Yui Kato", Role.SUPERVISOR)


@pytest.fixture
def counting(app: Flask, seeds: Seeds, clock: Clock, person: StaffMember) -> Counting:
    assert person.id  # on the roster before anybody makes the next keys
    return an_office_that_counts(app, seeds, clock)


@pytest.fixture
def installation(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(upkeep, "STANDARD", Parameters.cheap_for_tests())
    return Installation(settings, clock)


def test_what_was_graded_before_there_were_keys_is_counted_though_no_list_says_so(
    counting: Counting, installation: Installation, person: StaffMember, clock: Clock
) -> None:
    clock.advance(datetime(counting.period + 1, 1, 10, tzinfo=UTC) - clock())
    counting.office.rings.clear()
    one, other = counting.graded(), counting.graded()
    assert counting.rows() == []
    counting.come_in("olga")
    with the_staff(counting.app).service.begin() as session:
        session.execute(delete(ListedRow))
        altered = update(CasePart).where(CasePart.case_id == other)
        session.execute(altered.values(content_sealed=b"?"))
    maintain(installation, person, clock)
    assert counting.groups() == {frozenset({one})}


def test_a_timer_without_keys_destroys_a_year_that_is_over(
    counting: Counting, installation: Installation, clock: Clock
) -> None:
    counting.graded()
    before = counting.rows()
    assert run(installation, "maintain").exit_code == 0
    assert [row.record_sealed for row in counting.rows()] == [row.record_sealed for row in before]
    clock.advance(datetime(counting.period + 1, 7, 2, tzinfo=UTC) - clock())
    assert run(installation, "maintain").exit_code == 0
    with the_staff(counting.app).service.read() as session:
        for table in (StatFrameRow, StatPeriodRow):
            assert session.scalars(select(table)).all() == []
