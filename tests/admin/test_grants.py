"""Seeds are sealed to whom the roster names, and taken from nobody whom others cannot replace."""

import secrets
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from admin import grants
from admin.errors import AlarmError
from admin.keyring import make_epoch
from admin.models import Grant
from crypto.acts import Person
from crypto.custody import make_seed, open_sealed
from crypto.envelope import OpenError, Secret
from crypto.roles import Group, Role
from reporting.office_rows import Epoch as EpochRow
from tests.builders_people import (
    READER,
    Team,
    change,
    come_in,
    desk_of,
    keyring_of,
    let_in,
    remove,
    with_new_keys,
)
from tests.builders_staff import StaffMember, flipped, the_staff
from tests.intruder import a_grant, grant_place, plant

DAY = timedelta(days=1)


def holders(team: Team, group: Group) -> list[set[bytes]]:
    """Return who holds each epoch of a group, the first epoch first."""
    epochs = team.roster.epochs[group]
    with the_staff(team.app).service.read() as session:
        rows = session.execute(select(Grant.epoch_id, Grant.member_id)).all()
    return [{member for of, member in rows if of == epoch.id} for epoch in epochs]


def listed(team: Team, person: StaffMember) -> Person:
    return team.roster.people[person.id]


def seed_of(team: Team, group: Group, person: StaffMember) -> Secret:
    """Return the seed in force of a group, as somebody opens it."""
    epoch = team.roster.epoch(group).id
    return come_in(team.app, person, team.clock).ring.seeds()[epoch][1]


def test_somebody_new_is_given_every_key_of_their_groups_by_whoever_signs_them_in(
    team: Team,
) -> None:
    team.clock.advance(5 * DAY)
    come_in(team.app, team.aiko, team.clock)
    team.clock.advance(5 * DAY)
    mei = let_in(team, "Mei Tanaka", Role.REVIEWER)

    everybody = {team.aiko.id, team.daniel.id, mei.id}
    old, *newer = holders(team, Group.INTAKE)
    assert not old  # nothing waits under it any more: it was forgotten, and is not given out again
    assert newer == [everybody, everybody]
    assert mei.id not in holders(team, Group.CASEWORK)[0]


def test_managers_keep_the_key_of_a_group_in_trust_until_its_first_member_is_there(
    team: Team,
) -> None:
    founders = {team.aiko.id, team.daniel.id, team.sora.id}
    assert holders(team, Group.AUDIT) == [founders]
    ren = let_in(team, "Ren Okada", Role.AUDITOR)

    assert holders(team, Group.AUDIT) == [{ren.id}]
    come_in(team.app, ren, team.clock)
    assert holders(team, Group.AUDIT) == [{ren.id}, {ren.id}]
    for founder in (team.aiko, team.daniel, team.sora):
        come_in(team.app, founder, team.clock)
    assert holders(team, Group.AUDIT) == [{ren.id}, {ren.id}]


def test_a_new_manager_holds_in_trust_what_the_others_hold(team: Team) -> None:
    mika = let_in(team, "Mika Sato", Role.STEWARD, manages=True)
    assert mika.id in holders(team, Group.AUDIT)[0]
    remove(team.app, team.daniel, team.clock, mika)
    assert mika.id not in holders(team, Group.AUDIT)[0]


def test_the_last_who_have_a_key_are_never_deprived_of_it(team: Team) -> None:
    ren = let_in(team, "Ren Okada", Role.AUDITOR)
    come_in(team.app, ren, team.clock)
    remove(team.app, team.aiko, team.clock, ren)

    assert holders(team, Group.AUDIT) == [{ren.id}, {ren.id}]
    noor = let_in(team, "Noor Haddad", Role.AUDITOR)
    come_in(team.app, noor, team.clock)
    # She made a new key, and nobody can give her the old ones unless he comes back.
    assert holders(team, Group.AUDIT) == [{ren.id}, {ren.id}, {noor.id}]
    change(team, ren, Role.AUDITOR)
    come_in(team.app, ren, team.clock)
    come_in(team.app, noor, team.clock)
    both = {ren.id, noor.id}
    assert holders(team, Group.AUDIT)[:2] == [both, both]


def test_who_leaves_a_group_loses_its_keys_while_somebody_else_has_them(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.REVIEWER, Role.CASEWORKER)
    change(team, mei, Role.CASEWORKER)
    assert all(mei.id not in held for held in holders(team, Group.INTAKE))
    assert all(mei.id in held for held in holders(team, Group.CASEWORK))


def test_new_keys_of_a_person_are_given_the_seeds_and_the_old_ones_no_more(team: Team) -> None:
    old = keyring_of(team.app, team.daniel)
    before = team.roster.epoch(Group.INTAKE)
    daniel = with_new_keys(team.app, team.daniel)
    change(team, daniel, *READER, manages=True)
    come_in(team.app, team.aiko, team.clock)

    with the_staff(team.app).service.read() as session:
        theirs = session.scalars(select(Grant).where(Grant.member_id == daniel.id)).all()
    now = team.roster.epoch(Group.INTAKE)
    assert {grant.epoch_id for grant in theirs} >= {before.id, now.id} > {now.id}
    for grant in theirs:
        with pytest.raises(OpenError):
            open_sealed(old.seed, grant.box_sealed, grant_place(grant.epoch_id, daniel.id))
    ring = come_in(team.app, daniel, team.clock).ring
    assert ring.holds(before.id)
    assert ring.holds(now.id)


def test_somebody_with_new_keys_waits_for_what_only_the_old_ones_open(team: Team) -> None:
    noor = let_in(team, "Noor Haddad", Role.AUDITOR)
    come_in(team.app, noor, team.clock)
    noor = with_new_keys(team.app, noor)
    change(team, noor, Role.AUDITOR)

    with the_staff(team.app).service.read() as session:
        person = team.roster.people[noor.id]
        assert grants.awaited(session, person, team.roster) == {Group.AUDIT}
    old = team.roster.epoch(Group.AUDIT).id
    ring = come_in(team.app, noor, team.clock).ring
    assert not ring.holds(old)
    assert ring.holds(team.roster.epoch(Group.AUDIT).id)
    with the_staff(team.app).service.read() as session:
        assert not grants.awaited(session, person, team.roster)


def test_a_key_that_was_forgotten_is_not_given_out_again(team: Team) -> None:
    with desk_of(team.app, team.aiko, team.clock) as desk:
        epoch = desk.verified.epoch(Group.INTAKE).id
        desk.session.execute(delete(Grant).where(Grant.epoch_id == epoch))
        handed = grants.hand_on(desk.session, desk.ring, desk.verified)
    assert (handed.given, handed.taken) == (0, 0)
    assert holders(team, Group.INTAKE) == [set()]


def test_a_lost_grant_is_given_again_by_a_colleague(team: Team) -> None:
    with the_staff(team.app).service.begin() as session:
        session.execute(delete(Grant).where(Grant.member_id == team.daniel.id))
    assert not come_in(team.app, team.daniel, team.clock).ring.seeds()
    come_in(team.app, team.aiko, team.clock)
    assert seed_of(team, Group.INTAKE, team.daniel) == seed_of(team, Group.INTAKE, team.aiko)


def test_an_altered_grant_raises_the_alarm(team: Team) -> None:
    epoch = team.roster.epoch(Group.INTAKE).id
    with the_staff(team.app).service.begin() as session:
        grant = session.get_one(Grant, (epoch, team.aiko.id))
        grant.box_sealed = flipped(grant.box_sealed)
    with pytest.raises(AlarmError, match="a grant was altered"):
        come_in(team.app, team.aiko, team.clock)


def test_a_grant_of_a_key_that_is_not_in_the_roster_raises_the_alarm(team: Team) -> None:
    stranger = make_epoch(Group.INTAKE, team.clock())
    epoch = stranger.stated.id
    plant(team.app, EpochRow(id=epoch, group=Group.INTAKE))
    plant(team.app, a_grant(listed(team, team.aiko), epoch, stranger.seed))
    with pytest.raises(AlarmError, match="not in the roster"):
        come_in(team.app, team.aiko, team.clock)


def test_a_grant_of_another_key_under_the_name_of_a_right_one_raises_the_alarm(team: Team) -> None:
    epoch = team.roster.epoch(Group.INTAKE).id
    plant(team.app, a_grant(listed(team, team.aiko), epoch, make_seed()))
    with pytest.raises(AlarmError, match="not in the roster"):
        come_in(team.app, team.aiko, team.clock)


def test_a_grant_of_an_unknown_epoch_that_is_planted_for_somebody_is_left_alone(
    team: Team,
) -> None:
    epoch = secrets.token_bytes(16)
    box = bytes(1186)
    plant(team.app, EpochRow(id=epoch, group=Group.INTAKE))
    plant(team.app, Grant(epoch_id=epoch, member_id=team.aiko.id, box_sealed=box))
    assert not come_in(team.app, team.aiko, team.clock).ring.holds(epoch)


def test_a_grant_planted_for_somebody_outside_the_group_is_taken_back(team: Team) -> None:
    epoch = team.roster.epoch(Group.INTAKE).id
    plant(team.app, a_grant(listed(team, team.sora), epoch, make_seed()))
    come_in(team.app, team.aiko, team.clock)
    assert holders(team, Group.INTAKE) == [{team.aiko.id, team.daniel.id}]
