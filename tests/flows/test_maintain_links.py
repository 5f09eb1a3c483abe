"""Maintain with the keys of a member goes through every token, however many there are."""

import pytest
from flask import Flask

from admin import link_tokens, upkeep
from crypto.passphrase import Parameters
from crypto.roles import Role
from reporting.settings import Settings
from tests.builders import Seeds
from tests.builders_cases import Office, an_office_at_work
from tests.builders_links import in_work, mark, rows
from tests.builders_mailbox import enter, take_back
from tests.builders_staff import StaffMember, a_member, the_staff
from tests.conftest import Clock
from tests.flows.test_maintain import maintain
from wsgi import Installation


@pytest.fixture
def people(app: Flask, seeds: Seeds) -> dict[Role, StaffMember]:
    roles = (Role.SUPERVISOR, Role.REVIEWER)
    return {role: a_member(app, seeds, f"Yui {role}", role) for role in roles}


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock, people: dict[Role, StaffMember]) -> Office:
    assert people  # on the roster before anybody makes the next keys
    return an_office_at_work(app, seeds, clock)


@pytest.fixture
def installation(settings: Settings, clock: Clock, monkeypatch: pytest.MonkeyPatch) -> Installation:
    monkeypatch.setattr(upkeep, "STANDARD", Parameters.cheap_for_tests())
    # What signing in sweeps is not what is looked at here.
    monkeypatch.setattr(link_tokens, "sweep", lambda *_about: 0)
    monkeypatch.setattr(link_tokens, "AT_A_TIME", 2)
    return Installation(settings, clock)


@pytest.mark.parametrize(("role", "left"), [(Role.SUPERVISOR, 3), (Role.REVIEWER, 4)])
def test_what_belongs_to_no_report_any_more_is_swept_by_who_opens_it(
    office: Office,
    people: dict[Role, StaffMember],
    installation: Installation,
    role: Role,
    left: int,
) -> None:
    reports = [in_work(office) for _ in range(4)]
    for case, _code in reports:
        mark(office, case)
    service = the_staff(office.app).service
    take_back(service, enter(service, reports[0][1]))
    office.later(days=8)
    assert maintain(installation, people[role], office.clock)[0] == 0
    assert len(rows(office)) == left
