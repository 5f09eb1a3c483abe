from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from admin import browsers, sessions
from admin.authority import Person, authorize
from admin.browsers import Live
from admin.circle_rows import CircleKey
from admin.errors import (
    AlarmError,
    CodeRefusedError,
    HiddenError,
    NotEnrolledError,
    NotSignedInError,
)
from admin.models import Grant, Member
from admin.permissions import ALLOWED, SHOWN_EMPTY, Action
from crypto.envelope import Secret
from crypto.roles import Role
from tests.arrivals import let_go, seat_founders
from tests.builders import Seeds
from tests.builders_staff import (
    NEXT_CODE,
    a_member,
    a_reviewer,
    a_stored_report,
)
from tests.conftest import Clock
from tests.forced import Scene, a_scene, opens


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    return a_scene(app, seeds, clock)


def test_who_is_forced_comes_in_and_finds_nothing(scene: Scene) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    assert opens(scene, scene.arrive(scene.aiko)) == [True]
    ring = scene.arrive(scene.forced)
    assert ring.seeds() == {}
    assert ring.person.name == "Aiko Mori"
    assert ring.person.roles == {Role.REVIEWER, Role.CASEWORKER}
    assert opens(scene, ring) == []


def test_who_is_forced_loses_their_keys_and_their_sign_ins(scene: Scene) -> None:
    scene.set()
    token, ring = browsers.new_token(), scene.arrive(scene.aiko)
    keys = Secret(ring.kept().encode())
    with scene.staff.service.begin() as session:
        live = Live(scene.aiko.id, "Aiko Mori", keys, scene.clock(), scene.clock())
        browsers.keep_live(session, browsers.keys_from(token), live)
    assert sessions.present(scene.staff, token, scene.clock()).seeds()
    assert scene.count(Grant)
    assert scene.count(CircleKey)
    scene.arrive(scene.forced)
    assert scene.count(Grant) == scene.count(CircleKey) == 0
    with pytest.raises(NotSignedInError):
        sessions.present(scene.staff, token, scene.clock())


def test_the_usual_passphrase_finds_nothing_either_and_colleagues_give_nothing_back(
    scene: Scene,
) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    scene.arrive(scene.forced)
    # Somebody leaves: every key that is made anew passes Aiko by.
    let_go(scene.app, scene.seeds, scene.jun)
    for person in (scene.mei, scene.sora, scene.mei):
        scene.arrive(person)
    assert opens(scene, scene.arrive(scene.mei)) == [True]
    assert scene.count(Grant) == scene.count(CircleKey) == 0
    assert opens(scene, scene.arrive(scene.aiko)) == []


def test_two_managers_let_the_keys_go(scene: Scene) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    scene.arrive(scene.forced)
    scene.release()
    assert opens(scene, scene.arrive(scene.aiko)) == [True]
    assert scene.count(CircleKey) == 1
    assert ("key.released", scene.aiko.id.hex()) in scene.log()


def test_auditors_read_that_somebody_was_forced(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    scene.arrive(scene.forced)
    log = [verb for verb, subject in scene.log() if subject == scene.aiko.id.hex()]
    assert log[:4] == ["duress", "login.ok", "duress", "login.ok"]
    assert len(scene.alerts_of(scene.mei)) == 2


def test_the_last_copy_of_a_key_stays_and_rests(app: Flask, seeds: Seeds, clock: Clock) -> None:
    seat_founders(app, seeds)
    aiko = a_reviewer(app, seeds)
    mei = a_member(app, seeds, "Mei", Role.STEWARD, manages=True)
    sora = a_member(app, seeds, "Sora", Role.STEWARD, manages=True)
    scene = Scene(app, seeds, clock, aiko, aiko, mei, sora)
    a_stored_report(app, clock)
    scene.set()
    scene.arrive(scene.forced)
    assert scene.count(Grant)
    assert scene.arrive(aiko).seeds() == {}
    scene.arrive(mei)
    scene.release()
    assert opens(scene, scene.arrive(aiko)) == [True]


def test_a_sign_in_of_somebody_forced_ends_when_their_keys_are_let_go(scene: Scene) -> None:
    scene.set()
    token, keys = browsers.new_token(), Secret(scene.arrive(scene.forced).kept().encode())
    live = Live(scene.aiko.id, "Aiko Mori", keys, scene.clock(), scene.clock())
    with scene.staff.service.begin() as session:
        browsers.keep_live(session, browsers.keys_from(token), live)
    assert sessions.present(scene.staff, token, scene.clock()).person.is_kept_back
    scene.release()
    with pytest.raises(NotSignedInError):
        sessions.present(scene.staff, token, scene.clock())
    with scene.staff.service.begin() as session:
        late = replace(live, started=scene.clock(), seen=scene.clock())
        browsers.keep_live(session, browsers.keys_from(token), late)
    # Nor does one come back that somebody wrote again: its keys are not on the roster.
    with pytest.raises(NotSignedInError):
        sessions.present(scene.staff, token, scene.clock())


def test_who_belongs_no_more_is_told_so_whatever_they_type(scene: Scene) -> None:
    scene.set()
    let_go(scene.app, scene.seeds, scene.aiko)
    for person in (scene.aiko, scene.forced):
        with pytest.raises(NotEnrolledError):
            scene.arrive(person)


def test_a_code_is_used_once_with_the_second_passphrase_too(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    scene.clock.advance(-NEXT_CODE)
    with pytest.raises(CodeRefusedError):
        scene.arrive(scene.forced)


@pytest.mark.parametrize("action", Action)
def test_nothing_but_empty_pages_is_there_for_somebody_kept_back(action: Action) -> None:
    everything = frozenset(Role)
    person = Person(bytes(16), "Aiko", everything, is_manager=True).kept_back()
    if action in SHOWN_EMPTY:
        assert authorize(person, action)
        return
    with pytest.raises(HiddenError):
        authorize(person, action)


def test_every_page_that_is_shown_empty_is_one_that_somebody_may_see() -> None:
    assert set(ALLOWED) >= SHOWN_EMPTY


def test_a_name_that_was_altered_raises_the_alarm(scene: Scene) -> None:
    scene.set()
    with scene.staff.service.begin() as session:
        session.execute(
            update(Member).where(Member.id == scene.aiko.id).values(name_sealed=b"no box")
        )
    with pytest.raises(AlarmError):
        scene.arrive(scene.forced)
