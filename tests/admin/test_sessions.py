from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Flask
from sqlalchemy import select, update
from typing_extensions import override

from admin.admission import Arrival, Opened, admit, look_back
from admin.errors import AlarmError, SignInRefusedError
from admin.models import Member
from admin.runtime import Door, Staff
from admin.sessions import Credentials, unlock
from crypto.custody import Keyring, open_keyring, open_sealed
from crypto.envelope import OpenError, Secret
from crypto.passphrase import Parameters
from crypto.roles import Group, Role
from reporting import places
from reporting.audit import Event, append
from reporting.audit_rows import AuditRow, AuditSegment
from reporting.models import CaseWrap, Wrapped
from tests.builders import Seeds
from tests.builders_staff import (
    StaffMember,
    a_member,
    a_reviewer,
    a_stored_report,
    live_keys,
    the_staff,
    without_triggers,
)
from tests.conftest import Clock

WEEK, STEP = timedelta(weeks=1), timedelta(seconds=30)
TEAM = {Wrapped.CASE: Group.INTAKE, Wrapped.CONTACT: Group.CASEWORK}


class Counted(Parameters):
    """Parameters that count how often somebody stretches a passphrase with them."""

    stretches = 0

    @property
    @override
    def text(self) -> str:
        return "counted"

    @override
    def __getattribute__(self, name: str) -> object:
        if name == "time_cost":
            Counted.stretches += 1
        return super().__getattribute__(name)


@pytest.mark.parametrize("name", ["Aiko Mori", "Nobody Known"])
def test_a_name_costs_one_stretch_of_the_passphrase_whether_it_exists_or_not(
    app: Flask, seeds: Seeds, clock: Clock, name: str
) -> None:
    a_reviewer(app, seeds)
    staff = the_staff(app)
    counting = replace(staff, door=Door(staff.door.pepper, Counted.cheap_for_tests()))
    Counted.stretches = 0
    with pytest.raises(SignInRefusedError):
        unlock(counting, Credentials(name, "not what she chose, I am afraid"), clock())
    assert Counted.stretches == 1


def seeds_of(app: Flask, person: StaffMember) -> tuple[Secret, ...]:
    """Return every private seed that somebody's passphrase leads to."""
    live = live_keys(app, person)
    return (live.keyring.seed, *live.groups.values())


def keyring_of(staff: Staff, opened: Opened) -> Keyring:
    parameters = staff.door.parameters
    with staff.service.read() as session:
        member = session.get_one(Member, opened.member)
    return open_keyring(opened.kek, member.keyring_sealed, member.id, member.rev, parameters)


def opened_by(staff: Staff, seeds: tuple[Secret, ...]) -> list[str]:
    """Try every seed on everything that is sealed to the office; return the kinds that opened."""
    with staff.service.read() as session:
        boxes = [
            (f"wrap of {wrap.wrapped}", wrap.key_sealed, places.wrap(wrap.case_id, wrapped, team))
            for wrap in session.scalars(select(CaseWrap))
            for wrapped, team in TEAM.items()
        ]
        boxes += [
            ("segment", segment.key_sealed, places.segment(segment.id))
            for segment in session.scalars(select(AuditSegment))
        ]
    found = []
    for kind, box, place in boxes:
        for seed in seeds:
            try:
                open_sealed(seed, box, place)
            except OpenError:
                continue
            found.append(kind)
    return sorted(found)


@pytest.mark.parametrize(
    ("roles", "kinds"),
    [
        ([Role.REVIEWER], ["wrap of case"] * 2),
        ([Role.CASEWORKER], ["wrap of contact"] * 2),
        ([Role.REVIEWER, Role.CASEWORKER], ["wrap of case"] * 2 + ["wrap of contact"] * 2),
        ([Role.SUPERVISOR], ["wrap of case"] * 2 + ["wrap of contact"] * 2),
        ([Role.AUDITOR], ["segment"] * 2),
        ([Role.STEWARD, Role.STATISTICS_OFFICER], []),
        ([Role.ADMINISTRATOR], []),
        ([], []),
    ],
)
def test_a_passphrase_opens_exactly_what_its_roles_may_read(
    app: Flask, seeds: Seeds, clock: Clock, roles: list[Role], kinds: list[str]
) -> None:
    staff = the_staff(app)
    for _ in range(2):
        a_stored_report(app, clock)
        with staff.service.begin() as session:
            append(session, staff.service.journal, Event("system", "", "due_work.run"), clock())
        clock.advance(WEEK)
    assert opened_by(staff, seeds_of(app, a_member(app, seeds, "Mika", *roles))) == kinds


@pytest.fixture
def person(app: Flask, seeds: Seeds) -> StaffMember:
    return a_reviewer(app, seeds)


def arrival_of(staff: Staff, person: StaffMember, clock: Clock) -> tuple[Opened, Arrival]:
    opened = unlock(staff, Credentials(person.name, person.passphrase), clock())
    return opened, Arrival(person.code(clock()), clock(), "login.ok", look_back(staff, opened))


def add_rows(staff: Staff, clock: Clock) -> None:
    for _ in range(3):
        with staff.service.begin() as session:
            append(session, staff.service.journal, Event("system", "", "due_work.run"), clock())


def test_the_log_is_checked_while_somebody_else_writes(
    app: Flask, person: StaffMember, clock: Clock
) -> None:
    staff = the_staff(app)
    opened, _arrival = arrival_of(staff, person, clock)
    add_rows(staff, clock)
    with staff.service.begin() as writing:
        append(writing, staff.service.journal, Event("system", "", "due_work.run"), clock())
        assert look_back(staff, opened).n == 3


@pytest.mark.parametrize("n", [3, 5])
def test_what_is_altered_after_the_log_was_checked_raises_the_alarm_too(
    app: Flask, person: StaffMember, clock: Clock, n: int
) -> None:
    staff = the_staff(app)
    add_rows(staff, clock)
    opened, arrival = arrival_of(staff, person, clock)
    assert arrival.seen.n == 3
    add_rows(staff, clock)
    without_triggers(the_staff(app).service.database.engine)
    with staff.service.begin() as session:
        session.execute(update(AuditRow).where(AuditRow.n == n).values(hash=bytes(32)))
    with pytest.raises(AlarmError), staff.service.begin() as session:
        admit(session, staff, opened, arrival)


def test_who_came_in_elsewhere_meanwhile_is_let_in_here_too(
    app: Flask, person: StaffMember, clock: Clock
) -> None:
    staff = the_staff(app)
    late = arrival_of(staff, person, clock)
    clock.advance(STEP)
    early = arrival_of(staff, person, clock)
    clock.advance(STEP)
    add_rows(staff, clock)
    seen = []
    for opened, arrival in (early, late):
        code = replace(arrival, proof=person.code(clock()), at=clock())
        with staff.service.begin() as session:
            admit(session, staff, opened, code)
        seen.append(keyring_of(staff, opened).audit_head.n)
        clock.advance(STEP)
    # The first of them made two keys that were due, which the log says behind their arrival.
    assert seen == [4, 7]
