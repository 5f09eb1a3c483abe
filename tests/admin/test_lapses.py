"""Keys that are taken back thirty days after a declaration is due, and given again afterwards."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select

from admin import declaring, grants
from admin.circle_rows import CircleKey
from admin.keeping import kept_back
from admin.letters import Kind
from admin.models import Grant, Lapse, LetterRow, SignIn
from crypto.roles import Group, Role
from crypto.standing import Stage
from forms.ties import Declared
from reporting.clock import day_of
from tests.builders import Seeds
from tests.builders_people import Team, come_in, desk_of, keyring_of, let_in, with_new_keys
from tests.builders_staff import StaffMember, a_member, noted, the_staff
from tests.builders_standing import gave_their_word
from tests.conftest import Clock

NOTHING = Declared((), ("ja",), "kanto", is_woman=False, in_government=False, names=("Mei",))
ATTESTED, GRACE = timedelta(days=90), timedelta(days=30)


def declared_on(team: Team, person: StaffMember, day: date) -> None:
    """Let it be that somebody declared on a day."""
    with the_staff(team.app).service.begin() as session:
        verified = team.roster
        keyring = keyring_of(team.app, person)
        gave_their_word(session, verified, keyring, verified.people[person.id], day)


def held_by(team: Team, person: StaffMember, table: type[Grant | CircleKey]) -> int:
    with the_staff(team.app).service.read() as session:
        return len(session.scalars(select(table).where(table.member_id == person.id)).all())


def lapsed(team: Team) -> set[bytes]:
    with the_staff(team.app).service.read() as session:
        return set(session.scalars(select(Lapse.member_id)))


@pytest.fixture
def mei(team: Team) -> StaffMember:
    """A caseworker who declares on the day before she joined, and who has her keys."""
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    declared_on(team, mei, day_of(team.clock()))
    return mei


def wait_until(team: Team, day: date) -> None:
    gap = day - day_of(team.clock())
    team.clock.advance(gap)


def test_keys_stay_until_the_last_day_of_grace_and_go_on_the_next(
    team: Team, mei: StaffMember
) -> None:
    due = day_of(team.clock()) + ATTESTED
    wait_until(team, due + GRACE - timedelta(days=1))
    come_in(team.app, team.aiko, team.clock)
    assert held_by(team, mei, Grant)
    wait_until(team, due + GRACE)
    come_in(team.app, team.aiko, team.clock)
    assert lapsed(team) == {mei.id}
    assert not held_by(team, mei, Grant)
    assert not held_by(team, mei, CircleKey)


def test_who_lapsed_comes_in_and_is_handed_nothing_until_they_declare(
    team: Team, mei: StaffMember
) -> None:
    wait_until(team, day_of(team.clock()) + ATTESTED + GRACE)
    come_in(team.app, team.aiko, team.clock)
    ring = come_in(team.app, mei, team.clock).ring
    assert not ring.groups
    assert not ring.person.standing.may_work(day_of(team.clock()))
    come_in(team.app, team.daniel, team.clock)
    assert not held_by(team, mei, Grant)
    with desk_of(team.app, mei, team.clock) as desk:
        declaring.declare(desk, NOTHING)
    assert not lapsed(team)
    come_in(team.app, team.daniel, team.clock)
    assert held_by(team, mei, Grant)
    assert held_by(team, mei, CircleKey)


def test_their_sign_ins_end_when_they_lapse(team: Team, mei: StaffMember) -> None:
    wait_until(team, day_of(team.clock()) + ATTESTED + GRACE)
    with the_staff(team.app).service.begin() as session:
        row = SignIn(id=bytes(16), member_id=mei.id, expires_hour=1, rev=0, box_sealed=b"")
        session.add(row)
    come_in(team.app, team.aiko, team.clock)
    with the_staff(team.app).service.read() as session:
        assert not session.scalars(select(SignIn)).all()


def test_of_whom_a_manager_can_tell_nothing_nothing_is_taken(team: Team, mei: StaffMember) -> None:
    with the_staff(team.app).service.begin() as session:
        mine = (Kind.WORD, mei.id, team.aiko.id)
        session.delete(session.get_one(LetterRow, mine))
    wait_until(team, day_of(team.clock()) + ATTESTED + GRACE)
    come_in(team.app, team.aiko, team.clock)
    assert not lapsed(team)
    come_in(team.app, team.daniel, team.clock)
    assert lapsed(team) == {mei.id}


def test_who_has_new_keys_is_asked_again_and_has_not_lapsed_for_it(
    team: Team, mei: StaffMember
) -> None:
    with_new_keys(team.app, mei)
    wait_until(team, day_of(team.clock()) + timedelta(days=1))
    come_in(team.app, team.aiko, team.clock)
    assert not lapsed(team)


def test_who_left_is_no_matter_of_lapses_any_more(team: Team, mei: StaffMember) -> None:
    with the_staff(team.app).service.begin() as session:
        session.add(Lapse(member_id=b"somebody who was"))
    come_in(team.app, team.aiko, team.clock)
    assert not lapsed(team)
    assert held_by(team, mei, Grant)


def test_a_lapse_that_is_none_any_more_is_taken_back_at_a_managers_sign_in(
    team: Team, mei: StaffMember
) -> None:
    with the_staff(team.app).service.begin() as session:
        session.add(Lapse(member_id=mei.id))
        assert mei.id in kept_back(session, team.roster)
    come_in(team.app, team.aiko, team.clock)
    assert not lapsed(team)


def test_all_who_have_a_key_keep_it_where_all_of_them_lapsed(team: Team) -> None:
    for person in (team.aiko, team.daniel):
        declared_on(team, person, day_of(team.clock()))
    wait_until(team, day_of(team.clock()) + ATTESTED + GRACE)
    come_in(team.app, team.aiko, team.clock)
    come_in(team.app, team.daniel, team.clock)
    assert {team.aiko.id, team.daniel.id} <= lapsed(team)
    with the_staff(team.app).service.read() as session:
        granted = grants.granted(session, team.roster.people[team.aiko.id])
    assert team.roster.epoch(Group.INTAKE).id in granted


def test_somebody_in_training_is_given_no_key_whatever_the_roster_says(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    yuna = a_member(app, seeds, "Yuna Sato", Role.REVIEWER, stage=Stage.TRAINEE)
    come_in(app, a_member(app, seeds, "Aiko Mori", Role.REVIEWER), clock)
    with the_staff(app).service.read() as session:
        assert not session.scalars(select(Grant).where(Grant.member_id == yuna.id)).all()


def test_a_sign_in_with_an_overdue_declaration_is_written_down(
    app: Flask, seeds: Seeds, clock: Clock
) -> None:
    mei = a_member(app, seeds, "Mei Tanaka", Role.CASEWORKER, declared=())
    come_in(app, mei, clock)
    assert noted(app, seeds, mei.id.hex()) == ["step_up", "declaration.overdue"]
