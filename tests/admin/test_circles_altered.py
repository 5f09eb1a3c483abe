"""What somebody altered, planted or put back of a circle raises the alarm or does not open."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, update

from admin import circles
from admin.circle_rows import CircleKey, CircleRow
from admin.circles import Circle
from admin.errors import AlarmError, NotHandedOnError
from admin.models import About
from crypto.envelope import make_key
from crypto.roles import Role
from tests.admin.test_circles import key_of, names, opened
from tests.builders_people import (
    Team,
    an_invited,
    come_in,
    desk_of,
    keyring_of,
    let_in,
    propose,
    remove,
    sign,
    with_new_keys,
)
from tests.builders_staff import flipped, the_staff
from tests.intruder import a_circle_key, copy_of, opens, plant, plant_key, put_back


def test_a_backup_of_a_circle_that_is_put_back_is_locked_anew_without_those_who_left(
    team: Team,
) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    keyring, kept = keyring_of(team.app, mei), copy_of(team.app, Circle.STAFF)
    remove(team.app, team.aiko, team.clock, mei)
    put_back(team.app, kept)

    ren = let_in(team, "Ren Okada", Role.AUDITOR)
    fresh = copy_of(team.app, Circle.STAFF)
    assert fresh.row.key_id != kept.row.key_id
    (about_ren,) = (row for row in fresh.known if row.member_id == ren.id)
    assert not opens(keyring, kept, about_ren)


def test_taking_the_rows_of_somebody_away_before_they_leave_keeps_no_key_alive(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    keyring, kept = keyring_of(team.app, mei), copy_of(team.app, Circle.STAFF)
    with the_staff(team.app).service.begin() as session:
        session.execute(delete(CircleKey).where(CircleKey.member_id == mei.id))
    remove(team.app, team.aiko, team.clock, mei)
    for written in copy_of(team.app, Circle.STAFF).known:
        assert not opens(keyring, kept, written)


def test_a_circle_put_back_from_before_somebodys_new_keys_is_theirs_once_a_colleague_comes_in(
    team: Team,
) -> None:
    kept = [copy_of(team.app, circle) for circle in Circle]
    daniel = with_new_keys(team.app, team.daniel)
    roles = team.roster.people[daniel.id].roles
    wanted = propose(team.app, team.sora, team.clock, daniel, *roles, manages=True)
    come_in(team.app, team.aiko, team.clock)
    sign(team.app, team.aiko, team.clock, wanted)
    for copied in kept:
        put_back(team.app, copied)
    with pytest.raises(NotHandedOnError):
        an_invited(team.app, daniel, team.clock, "Mei Tanaka", Role.CASEWORKER)
    come_in(team.app, team.aiko, team.clock)
    assert an_invited(team.app, daniel, team.clock, "Mei Tanaka", Role.CASEWORKER).name


@pytest.mark.parametrize("circle", list(Circle))
def test_a_key_that_a_stranger_signed_raises_the_alarm(team: Team, circle: Circle) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    plant_key(team.app, team.roster, circle, keyring_of(team.app, mei))
    with pytest.raises(AlarmError, match="nobody with a say"):
        come_in(team.app, team.aiko, team.clock)


def test_a_colleague_without_a_say_meets_the_alarm_where_they_read(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    plant_key(team.app, team.roster, Circle.STAFF, keyring_of(team.app, mei))
    with pytest.raises(AlarmError, match="nobody with a say"):
        key_of(team, mei, Circle.STAFF)


def test_a_manager_alone_vouches_for_no_key_of_a_circle_they_are_not_in(team: Team) -> None:
    plant_key(team.app, team.roster, Circle.SUPERVISORS, keyring_of(team.app, team.sora))
    with pytest.raises(AlarmError, match="nobody with a say"):
        come_in(team.app, team.aiko, team.clock)


def test_what_two_vouch_for_who_are_not_in_a_circle_is_never_locked_with(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    signers = keyring_of(team.app, team.sora), keyring_of(team.app, mei)
    planted = plant_key(team.app, team.roster, Circle.SUPERVISORS, *signers)
    assert key_of(team, team.aiko, Circle.SUPERVISORS).id != planted.id


def test_an_altered_key_raises_the_alarm(team: Team) -> None:
    with the_staff(team.app).service.begin() as session:
        key = session.get_one(CircleKey, (Circle.MANAGERS, team.aiko.id))
        key.box_sealed = flipped(key.box_sealed)
    with pytest.raises(AlarmError, match="the key of a circle was altered"):
        come_in(team.app, team.aiko, team.clock)


def test_an_altered_mark_raises_the_alarm(team: Team) -> None:
    with the_staff(team.app).service.begin() as session:
        row = session.get_one(CircleRow, Circle.STAFF)
        row.signed = flipped(row.signed)
    with pytest.raises(AlarmError, match="the mark of a circle was altered"):
        come_in(team.app, team.aiko, team.clock)


def test_a_mark_of_another_circle_raises_the_alarm(team: Team) -> None:
    moved = copy_of(team.app, Circle.MANAGERS).row.signed
    with the_staff(team.app).service.begin() as session:
        session.execute(
            update(CircleRow).where(CircleRow.circle == Circle.SUPERVISORS).values(signed=moved)
        )
    with pytest.raises(AlarmError, match="the mark of a circle was moved"):
        come_in(team.app, team.aiko, team.clock)


def test_a_mark_for_another_key_raises_the_alarm(team: Team) -> None:
    planted = plant_key(team.app, team.roster, Circle.STAFF, keyring_of(team.app, team.aiko))
    other = replace(planted, key=make_key())
    plant(team.app, *(a_circle_key(other, person) for person in team.roster.people.values()))
    with pytest.raises(AlarmError, match="for another key"):
        come_in(team.app, team.aiko, team.clock)


def test_what_is_known_about_somebody_and_was_altered_raises_the_alarm(team: Team) -> None:
    with the_staff(team.app).service.begin() as session:
        known = session.get_one(About, (team.sora.id, Circle.STAFF))
        known.content_sealed = flipped(known.content_sealed)
    with pytest.raises(AlarmError, match="about a person was altered"):
        names(team, team.aiko)


def test_what_is_known_is_replaced_and_an_older_version_of_it_does_not_open(team: Team) -> None:
    before = copy_of(team.app, Circle.STAFF)
    with desk_of(team.app, team.aiko, team.clock) as desk:
        shared = opened(desk, Circle.STAFF)
        circles.write(desk.session, shared, team.sora.id, {"name": "Sora L."})
        assert circles.read(desk.session, shared)[team.sora.id] == {"name": "Sora L."}
    (old,) = (row for row in before.known if row.member_id == team.sora.id)
    with the_staff(team.app).service.begin() as session:
        known = session.get_one(About, (team.sora.id, Circle.STAFF))
        known.content_sealed = old.content_sealed
    with pytest.raises(AlarmError, match="about a person was altered"):
        names(team, team.aiko)
