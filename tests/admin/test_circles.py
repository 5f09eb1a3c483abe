"""What part of a team shares is read by those in it now, under a key that one of them signed."""

import pytest
from sqlalchemy import delete

from admin import circles, membership
from admin.circle_rows import CircleKey, CircleRow
from admin.circles import Circle, SharedKey
from admin.desk import Desk
from admin.errors import NotHandedOnError
from crypto.cosigned import Cosigned
from crypto.custody import public_key
from crypto.roles import Role
from crypto.sealing import kid
from crypto.signing import Prefix
from reporting.settings import Settings
from tests.builders_people import (
    READER,
    STEWARDS,
    Team,
    a_team,
    change,
    come_in,
    desk_of,
    keyring_of,
    let_in,
    propose,
    remove,
    sign,
    with_new_keys,
)
from tests.builders_staff import StaffMember, the_staff
from tests.conftest import Clock
from tests.intruder import copy_of, opens


def key_of(team: Team, person: StaffMember, circle: Circle) -> SharedKey:
    """Return the key of a circle as somebody opens it who comes in now."""
    with desk_of(team.app, person, team.clock) as desk:
        return opened(desk, circle)


def opened(desk: Desk, circle: Circle) -> SharedKey:
    return circles.open_key(desk.session, desk.ring, desk.verified, circle)


def names(team: Team, person: StaffMember) -> set[object]:
    """Return every name that somebody reads who comes in now."""
    with desk_of(team.app, person, team.clock) as desk:
        known = circles.read(desk.session, opened(desk, Circle.STAFF))
    return {record["name"] for record in known.values()}


def test_founders_know_each_others_names_and_somebody_new_learns_them(team: Team) -> None:
    founders = {"Aiko Mori", "Daniel Berg", "Sora Lind"}
    assert names(team, team.sora) == founders
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    assert names(team, mei) == founders | {"Mei Tanaka"}
    assert names(team, team.sora) == founders | {"Mei Tanaka"}


def test_who_is_not_in_a_circle_has_no_key_of_it(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    for circle in (Circle.MANAGERS, Circle.SUPERVISORS):
        with pytest.raises(NotHandedOnError, match=circle):
            key_of(team, mei, circle)
    with pytest.raises(NotHandedOnError, match="supervisors"):
        key_of(team, team.sora, Circle.SUPERVISORS)
    assert key_of(team, team.aiko, Circle.SUPERVISORS).is_fit


@pytest.mark.parametrize("gone", ["aiko", "daniel", "sora"])
def test_whoever_leaves_the_others_read_on_under_a_new_key(team: Team, gone: str) -> None:
    """Also when it is the founder who made the keys of all circles."""
    leaving: StaffMember = getattr(team, gone)
    staying = [one for one in (team.aiko, team.daniel, team.sora) if one is not leaving]
    before = {circle: copy_of(team.app, circle).row.key_id for circle in Circle}
    keyring, kept = keyring_of(team.app, leaving), copy_of(team.app, Circle.STAFF)
    remove(team.app, staying[0], team.clock, leaving)

    for one in staying:
        assert names(team, one) == {"Aiko Mori", "Daniel Berg", "Sora Lind"}
        for circle in (Circle.STAFF, Circle.MANAGERS):
            key = key_of(team, one, circle)
            assert key.id != before[circle]
            assert key.is_fit
    for written in copy_of(team.app, Circle.STAFF).known:
        assert not opens(keyring, kept, written)


def test_until_somebody_with_a_say_comes_in_a_circle_is_read_and_nothing_new_is_locked(
    team: Team,
) -> None:
    """A steward lets a supervisor go: only supervisors can give their circle another key."""
    with desk_of(team.app, team.daniel, team.clock) as desk:
        circles.write(desk.session, opened(desk, Circle.SUPERVISORS), team.sora.id, {"card": "x"})
    remove(team.app, team.sora, team.clock, team.aiko)

    with desk_of(team.app, team.daniel, team.clock) as desk:
        shared = opened(desk, Circle.SUPERVISORS)
        assert shared.is_fit
        assert circles.read(desk.session, shared) == {team.sora.id: {"card": "x"}}


def test_what_somebody_locks_while_a_circle_waits_for_its_new_key_is_refused(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.SUPERVISOR)
    with desk_of(team.app, team.aiko, team.clock) as desk:
        before, ring = opened(desk, Circle.SUPERVISORS), desk.ring
    remove(team.app, team.sora, team.clock, mei)
    with the_staff(team.app).service.begin() as session:
        shared = circles.open_key(session, ring, team.roster, Circle.SUPERVISORS)
        assert (shared.id, shared.is_fit) == (before.id, False)
        assert circles.read(session, shared) == {}
        with pytest.raises(NotHandedOnError, match="supervisors"):
            circles.write(session, shared, team.sora.id, {"card": "x"})


def test_a_supervisor_who_was_signed_in_by_stewards_waits_for_another_supervisor(
    team: Team,
) -> None:
    let_in(team, "Mika Sato", Role.STEWARD, manages=True)
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    # Signed last by a steward, who has no key of the supervisors.
    change(team, mei, Role.SUPERVISOR)
    remove(team.app, team.sora, team.clock, team.daniel)
    daniel = team.daniel
    change(team, daniel, *READER)
    with pytest.raises(NotHandedOnError, match="supervisors"):
        key_of(team, daniel, Circle.SUPERVISORS)
    assert key_of(team, team.aiko, Circle.SUPERVISORS).is_fit
    assert key_of(team, daniel, Circle.SUPERVISORS).is_fit


def test_a_circle_whose_last_person_left_begins_anew_with_the_next(team: Team) -> None:
    with desk_of(team.app, team.aiko, team.clock) as desk:
        circles.write(desk.session, opened(desk, Circle.SUPERVISORS), team.sora.id, {"card": "x"})
    mika = let_in(team, "Mika Sato", Role.STEWARD, manages=True)
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    remove(team.app, team.sora, team.clock, team.aiko)
    remove(team.app, team.sora, team.clock, team.daniel)
    assert not circles.people_of(Circle.SUPERVISORS, team.roster)

    proposal = propose(team.app, team.sora, team.clock, mei, Role.SUPERVISOR)
    sign(team.app, mika, team.clock, proposal)
    with desk_of(team.app, mei, team.clock) as desk:
        assert circles.read(desk.session, opened(desk, Circle.SUPERVISORS)) == {}


def test_a_circle_that_nobody_is_in_has_no_key_until_somebody_is(
    settings: Settings, clock: Clock
) -> None:
    with a_team(settings, clock, STEWARDS) as team:
        mei = let_in(team, "Mei Tanaka", Role.SUPERVISOR)
        come_in(team.app, team.aiko, clock)
        with desk_of(team.app, mei, clock) as desk:
            assert opened(desk, Circle.SUPERVISORS).is_fit


def test_the_mark_of_a_circle_outlives_its_signers_by_a_witness(team: Team) -> None:
    """Whoever signed for the supervisors' key left before another supervisor came in."""
    mei = let_in(team, "Mei Tanaka", Role.SUPERVISOR)
    with desk_of(team.app, team.aiko, team.clock) as desk:
        circles.write(desk.session, opened(desk, Circle.SUPERVISORS), mei.id, {"card": "x"})
    with the_staff(team.app).service.begin() as session:
        row = session.get_one(CircleRow, Circle.SUPERVISORS)
        said = Cosigned.decode(Prefix.CIRCLE, row.signed).document()
        seed = keyring_of(team.app, team.aiko).signing_seed
        row.signed = Cosigned.write(Prefix.CIRCLE, said, seed).encode()
    remove(team.app, team.sora, team.clock, team.aiko)

    with desk_of(team.app, mei, team.clock) as desk:
        shared = opened(desk, Circle.SUPERVISORS)
        assert circles.read(desk.session, shared) == {mei.id: {"card": "x"}}
    assert shared.is_fit


def test_who_came_in_before_a_key_was_made_is_a_witness_of_it_all_the_same(team: Team) -> None:
    ring = come_in(team.app, team.sora, team.clock).ring
    let_in(team, "Mei Tanaka", Role.SUPERVISOR)
    with desk_of(team.app, team.daniel, team.clock) as desk:
        circles.write(desk.session, opened(desk, Circle.SUPERVISORS), team.sora.id, {"card": "x"})
    service, verified = the_staff(team.app).service, team.roster
    with service.begin() as session:
        desk = Desk(session, ring, verified, service.journal, team.clock())
        membership.remove(desk, team.daniel.id)

    with desk_of(team.app, team.aiko, team.clock) as desk:
        shared = opened(desk, Circle.SUPERVISORS)
        assert circles.read(desk.session, shared) == {team.sora.id: {"card": "x"}}


def test_new_keys_of_a_person_give_their_circles_new_keys(team: Team) -> None:
    old, kept = keyring_of(team.app, team.aiko), copy_of(team.app, Circle.MANAGERS)
    aiko = with_new_keys(team.app, team.aiko)
    change(team, aiko, *READER, manages=True)
    fresh = copy_of(team.app, Circle.MANAGERS)
    assert fresh.row.key_id != kept.row.key_id
    assert {key.box_sealed[2:18] for key in fresh.keys} == {
        kid(person.sealing_key) for person in team.roster.managers
    }
    assert kid(public_key(old.seed)) not in {key.box_sealed[2:18] for key in fresh.keys}
    assert key_of(team, aiko, Circle.MANAGERS).id == fresh.row.key_id


def test_a_lost_key_of_somebody_is_made_up_for_by_a_manager(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    with the_staff(team.app).service.begin() as session:
        session.execute(delete(CircleKey).where(CircleKey.member_id == mei.id))
    with pytest.raises(NotHandedOnError, match="staff"):
        key_of(team, mei, Circle.STAFF)
    come_in(team.app, team.sora, team.clock)
    assert "Mei Tanaka" in names(team, mei)
