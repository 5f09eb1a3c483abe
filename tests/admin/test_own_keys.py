from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import update

from admin import decoys, holds, sessions
from admin.decoys import Boxes, open_either
from admin.errors import (
    PassphraseError,
    SignInRefusedError,
)
from admin.models import Member
from admin.own_keys import Typed, change_passphrase, clear_decoy, set_decoy
from crypto.envelope import OpenError
from crypto.passphrase import stretch
from tests.builders import Seeds
from tests.builders_staff import (
    PASSPHRASE,
    a_stored_report,
)
from tests.conftest import Clock
from tests.forced import SECOND, THIRD, Scene, a_scene, opens, row_of


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    return a_scene(app, seeds, clock)


def test_a_box_that_nobody_set_looks_like_one_that_somebody_did(scene: Scene) -> None:
    with scene.staff.service.read() as session:
        before = row_of(scene, session).decoy_sealed
    scene.set()
    with scene.staff.service.read() as session:
        after = row_of(scene, session)
    assert before != after.decoy_sealed
    assert len(before) == len(after.decoy_sealed) == len(after.keyring_sealed)
    assert before[:2] == after.decoy_sealed[:2] == after.keyring_sealed[:2]


@pytest.mark.parametrize("passphrase", [PASSPHRASE, SECOND, THIRD])
def test_both_boxes_are_tried_whatever_is_typed(
    scene: Scene, passphrase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    scene.set()
    tried = []

    def watched(name: str) -> Callable[..., object]:
        open_box = getattr(decoys, name)

        def call(*args: object) -> object:
            tried.append(name)
            return open_box(*args)

        return call

    for name in ("open_keyring", "open_decoy"):
        monkeypatch.setattr(decoys, name, watched(name))
    door = scene.staff.door
    with scene.staff.service.read() as session:
        member = row_of(scene, session)
    kek = stretch(passphrase, member.salt, door.pepper, door.parameters)
    if passphrase == THIRD:
        with pytest.raises(OpenError):
            open_either(kek, Boxes.of(member), door.parameters)
    else:
        shown = open_either(kek, Boxes.of(member), door.parameters)
        assert shown.is_decoy == (passphrase == SECOND)
    assert tried == ["open_keyring", "open_decoy"]


def test_without_a_second_passphrase_no_second_one_opens_anything(scene: Scene) -> None:
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.forced)
    scene.set()
    clear_decoy(scene.staff, scene.arrive(scene.aiko), PASSPHRASE, scene.clock())
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.forced)


def test_a_new_second_passphrase_takes_the_place_of_the_old_one(scene: Scene) -> None:
    scene.set()
    scene.set(Typed(PASSPHRASE, THIRD, THIRD))
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.forced)
    assert scene.arrive(replace(scene.aiko, passphrase=THIRD)).person.is_kept_back


REFUSED = [
    Typed("not what she chose, I am afraid", SECOND, SECOND),
    Typed(PASSPHRASE, SECOND, THIRD),
    Typed(PASSPHRASE, "too short", "too short"),
    Typed(PASSPHRASE, PASSPHRASE, PASSPHRASE),
    Typed(PASSPHRASE, *["Seven quiet-herons CROSS the river."] * 2),
]


@pytest.mark.parametrize("change", [set_decoy, change_passphrase])
def test_what_is_typed_wrongly_weak_or_alike_changes_nothing(
    scene: Scene, change: Callable[..., None], subtests: pytest.Subtests
) -> None:
    ring = scene.arrive(scene.aiko)
    with scene.staff.service.read() as session:
        before = Boxes.of(row_of(scene, session))
    for n, typed in enumerate(REFUSED):
        with subtests.test(n=n):
            with pytest.raises(PassphraseError):
                change(scene.staff, ring, typed, scene.clock())
            with scene.staff.service.read() as session:
                assert Boxes.of(row_of(scene, session)) == before


def test_a_passphrase_is_changed_and_the_keys_stay(scene: Scene) -> None:
    a_stored_report(scene.app, scene.clock)
    scene.set()
    ring = scene.arrive(scene.aiko)
    change_passphrase(scene.staff, ring, Typed(PASSPHRASE, THIRD, THIRD), scene.clock())
    with pytest.raises(SignInRefusedError):
        scene.arrive(scene.aiko)
    assert opens(scene, scene.arrive(replace(scene.aiko, passphrase=THIRD))) == [True]
    # The second one goes on as before.
    assert scene.arrive(scene.forced).person.is_kept_back
    assert ("key.passphrase_changed", scene.aiko.id.hex()) in scene.log()


def test_the_second_passphrase_never_becomes_the_usual_one(scene: Scene) -> None:
    scene.set()
    ring = scene.arrive(scene.aiko)
    with pytest.raises(PassphraseError):
        change_passphrase(scene.staff, ring, Typed(PASSPHRASE, SECOND, SECOND), scene.clock())


def test_the_second_passphrase_is_not_the_one_in_use(scene: Scene) -> None:
    scene.set()
    ring = scene.arrive(scene.aiko)
    with pytest.raises(PassphraseError):
        change_passphrase(scene.staff, ring, Typed(SECOND, THIRD, THIRD), scene.clock())
    with scene.staff.service.read() as session:
        assert not holds.is_held(session, scene.aiko.id)


def test_who_is_forced_changes_passphrases_in_appearance_only(scene: Scene) -> None:
    scene.set()
    ring = scene.arrive(scene.forced)
    with scene.staff.service.read() as session:
        before = row_of(scene, session).decoy_sealed
    set_decoy(scene.staff, ring, Typed(SECOND, THIRD, THIRD), scene.clock())
    clear_decoy(scene.staff, ring, SECOND, scene.clock())
    with scene.staff.service.read() as session:
        assert row_of(scene, session).decoy_sealed == before
    change_passphrase(scene.staff, ring, Typed(SECOND, THIRD, THIRD), scene.clock())
    assert scene.arrive(replace(scene.aiko, passphrase=THIRD)).person.is_kept_back
    assert scene.arrive(scene.aiko).person.is_kept_back


def test_a_passphrase_changed_elsewhere_meanwhile_is_no_longer_right(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    ring, staff = scene.arrive(scene.aiko), scene.staff

    def changed_meanwhile(*args: object) -> object:
        opened = sessions.unlock(*args)  # type: ignore[arg-type]
        with staff.service.begin() as session:
            session.execute(update(Member).values(rev=Member.rev + 1))
        return opened

    monkeypatch.setattr("admin.own_keys.unlock", changed_meanwhile)
    with pytest.raises(PassphraseError):
        clear_decoy(staff, ring, PASSPHRASE, scene.clock())
