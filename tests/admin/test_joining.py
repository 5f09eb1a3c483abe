"""A link lets somebody make their own keys, once and within its time, and opens nothing else."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from admin import circles, joining
from admin.accounts import Duties, Newcomer, prepare
from admin.circle_rows import CircleKey
from admin.circles import Circle
from admin.errors import AccountError, HiddenError, InvitationGoneError, NotHandedOnError
from admin.factors import OneTimeCodes
from admin.joining import Link, Wish
from admin.models import Invitation, Member
from crypto.envelope import Secret
from crypto.roles import Role
from tests.builders_people import Invited, Team, a_joined, an_invited, desk_of, let_in
from tests.builders_staff import PASSPHRASE, flipped, the_staff

MEI = Wish("Mei Tanaka", Duties(frozenset({Role.STEWARD}), is_manager=True))


@pytest.fixture
def invited(team: Team) -> Invited:
    return an_invited(team.app, team.aiko, team.clock, "Mei Tanaka", Role.CASEWORKER)


def look(team: Team, invited: Invited) -> Link:
    with the_staff(team.app).service.read() as session:
        return joining.look(session, invited.token, team.clock())


def is_waiting(team: Team, invited: Invited) -> bool:
    with the_staff(team.app).service.read() as session:
        return joining.is_waiting(session, invited.id)


def has_keys(team: Team, invited: Invited) -> bool:
    with the_staff(team.app).service.read() as session:
        return joining.has_keys(session, invited.id)


def test_a_link_says_who_is_asked_and_until_when(team: Team, invited: Invited) -> None:
    expected = team.clock().replace(microsecond=0) + timedelta(days=7)
    assert look(team, invited) == Link(invited.id, "Mei Tanaka", expected)
    assert (is_waiting(team, invited), has_keys(team, invited)) == (True, False)


def test_who_joins_has_keys_and_the_link_works_no_more(team: Team, invited: Invited) -> None:
    a_joined(team.app, invited, team.clock)
    assert (is_waiting(team, invited), has_keys(team, invited)) == (False, True)
    with pytest.raises(InvitationGoneError):
        look(team, invited)
    with pytest.raises(InvitationGoneError):
        a_joined(team.app, invited, team.clock)


def test_who_joins_belongs_to_nothing_yet(team: Team, invited: Invited) -> None:
    before = team.roster
    a_joined(team.app, invited, team.clock)
    assert team.roster == before
    with the_staff(team.app).service.read() as session:
        assert not session.scalars(select(CircleKey).where(CircleKey.member_id == invited.id)).all()


def test_a_link_works_for_seven_days(team: Team, invited: Invited) -> None:
    team.clock.advance(timedelta(days=7))
    assert look(team, invited).name == "Mei Tanaka"
    team.clock.advance(timedelta(hours=1))
    with pytest.raises(InvitationGoneError):
        a_joined(team.app, invited, team.clock)
    assert is_waiting(team, invited)
    assert not has_keys(team, invited)


def test_links_that_are_too_old_are_swept_away(team: Team, invited: Invited) -> None:
    service = the_staff(team.app).service
    with service.begin() as session:
        assert joining.sweep(session, team.clock()) == 0
    team.clock.advance(timedelta(days=7, hours=1))
    with service.begin() as session:
        assert joining.sweep(session, team.clock()) == 1
    assert not is_waiting(team, invited)


def test_a_damaged_link_is_gone(team: Team, invited: Invited) -> None:
    with the_staff(team.app).service.begin() as session:
        row = session.scalars(select(Invitation)).one()
        row.link_sealed = flipped(row.link_sealed)
    with pytest.raises(InvitationGoneError):
        a_joined(team.app, invited, team.clock)


def test_a_link_that_was_never_made_is_gone(team: Team, invited: Invited) -> None:
    with pytest.raises(InvitationGoneError):
        look(team, replace(invited, token=Secret(bytes(32))))


def test_a_name_that_somebody_has_is_refused_and_the_link_works_on(
    team: Team, invited: Invited
) -> None:
    staff = the_staff(team.app)
    taken = Newcomer("Sora Lind", PASSPHRASE, OneTimeCodes.make())
    prepared = prepare(staff.door, taken, invited.id)
    with pytest.raises(AccountError, match="has this name already"), staff.service.begin() as unit:
        joining.join(unit, staff.service, invited.token, prepared, team.clock())
    a_joined(team.app, invited, team.clock)
    assert has_keys(team, invited)


def test_nothing_readable_says_who_was_asked(team: Team, invited: Invited) -> None:
    with the_staff(team.app).service.read() as session:
        row = session.scalars(select(Invitation)).one()
    for column in Invitation.__table__.columns:
        assert b"Mei Tanaka" not in bytes(str(getattr(row, column.name)), "utf-8")
    assert "Mei" not in repr(look(team, invited))
    assert "Mei" not in repr(MEI)


def test_managers_and_nobody_else_read_who_was_asked_to_do_what(team: Team) -> None:
    with desk_of(team.app, team.aiko, team.clock) as desk:
        member = joining.look(desk.session, joining.invite(desk, MEI), desk.now).member
    with desk_of(team.app, team.sora, team.clock) as desk:
        files = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
        assert circles.read(desk.session, files)[member] == {
            "name": "Mei Tanaka",
            "roles": ["steward"],
            "manager": 1,
            "invited_by": team.aiko.id.hex(),
            "invited": int(team.clock().timestamp() - 30),
        }


def test_who_is_no_manager_asks_nobody(team: Team) -> None:
    noor = let_in(team, "Noor Haddad", Role.SUPERVISOR)
    with pytest.raises(HiddenError), desk_of(team.app, noor, team.clock) as desk:
        joining.invite(desk, MEI)


def test_a_manager_without_the_managers_key_asks_nobody(team: Team) -> None:
    def ask() -> None:
        with desk_of(team.app, team.aiko, team.clock) as desk:
            mine = CircleKey.member_id == team.aiko.id
            desk.session.execute(delete(CircleKey).where(mine))
            joining.invite(desk, MEI)

    with pytest.raises(NotHandedOnError, match="managers"):
        ask()
    with the_staff(team.app).service.read() as session:
        assert not session.scalars(select(Invitation)).all()
        assert len(session.scalars(select(Member)).all()) == 3
