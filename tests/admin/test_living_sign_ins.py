"""A sign-in that is under way has the keys and the roles that the roster gives it now."""

import pytest

from admin import browsers
from admin.errors import NotSignedInError
from crypto.roles import Group, Role
from tests.admin.test_admission import present, signed_in
from tests.builders_people import READER, Team, change, let_in, remove, with_new_keys
from tests.builders_staff import the_staff


def test_who_is_signed_in_works_with_the_key_that_a_colleague_made_meanwhile(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.REVIEWER)
    token = signed_in(team, team.daniel)
    before = present(team, token)
    remove(team.app, team.aiko, team.clock, mei)
    epoch = team.roster.epoch(Group.INTAKE).id
    assert not before.holds(epoch)
    assert present(team, token).holds(epoch)


def test_a_sign_in_carries_no_key_that_is_held_in_trust(team: Team) -> None:
    token = signed_in(team, team.aiko)
    assert present(team, token).groups == {Group.INTAKE, Group.CASEWORK}
    mei = let_in(team, "Mei Tanaka", Role.REVIEWER)
    remove(team.app, team.daniel, team.clock, mei)
    # There is a new key of intake now, and grants are looked through for it.
    assert present(team, token).groups == {Group.INTAKE, Group.CASEWORK}


def test_a_role_that_is_taken_is_gone_from_a_living_sign_in(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.REVIEWER, Role.CASEWORKER)
    token = signed_in(team, mei)
    assert present(team, token).groups == {Group.INTAKE, Group.CASEWORK}
    change(team, mei, Role.CASEWORKER)
    ring = present(team, token)
    assert ring.person.roles == {Role.CASEWORKER}
    assert ring.groups == {Group.CASEWORK}


def test_a_role_that_is_given_comes_with_its_key_to_a_living_sign_in(team: Team) -> None:
    mei = let_in(team, "Mei Tanaka", Role.CASEWORKER)
    token = signed_in(team, mei)
    change(team, mei, Role.CASEWORKER, Role.REVIEWER)
    assert present(team, token).groups == {Group.INTAKE, Group.CASEWORK}


def test_a_sign_in_with_keys_that_were_replaced_is_over(team: Team) -> None:
    token = signed_in(team, team.daniel)
    daniel = with_new_keys(team.app, team.daniel)
    assert present(team, token).person.is_manager
    change(team, daniel, *READER, manages=True)
    with pytest.raises(NotSignedInError):
        present(team, token)


def test_a_sign_in_that_somebody_puts_back_for_who_was_let_go_lets_nobody_in(team: Team) -> None:
    token = signed_in(team, team.daniel)
    keys = browsers.keys_from(token)
    with the_staff(team.app).service.read() as session:
        live = browsers.find_live(session, keys, team.clock())
    remove(team.app, team.aiko, team.clock, team.daniel)
    with the_staff(team.app).service.begin() as session:
        browsers.keep_live(session, keys, live)
    with pytest.raises(NotSignedInError):
        present(team, token)
