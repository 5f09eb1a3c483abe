from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select

from admin import alerts
from admin.alerts import Kind
from admin.errors import (
    HiddenError,
)
from admin.models import Alert
from admin.own_keys import Typed, set_decoy
from tests.arrivals import at_desk
from tests.builders import Seeds
from tests.builders_staff import (
    PASSPHRASE,
    flipped,
)
from tests.conftest import Clock
from tests.forced import SECOND, Scene, a_scene


@pytest.fixture
def scene(app: Flask, seeds: Seeds, clock: Clock) -> Scene:
    return a_scene(app, seeds, clock)


def test_supervisors_are_told_and_only_they(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    for person in (scene.mei, scene.sora):
        (alert,) = scene.alerts_of(person)
        assert (alert.kind, alert.name, alert.at) == (Kind.DURESS, "Aiko Mori", alert.at)
    assert scene.alerts_of(scene.jun) == ()
    assert scene.alerts_of(scene.aiko) == ()


def test_a_supervisor_who_is_forced_is_not_told_about_it(scene: Scene) -> None:
    set_decoy(
        scene.staff, scene.arrive(scene.mei), Typed(PASSPHRASE, SECOND, SECOND), scene.clock()
    )
    ring = scene.arrive(replace(scene.mei, passphrase=SECOND))
    assert not ring.person.is_manager
    assert scene.alerts_of(scene.mei) == ()
    (alert,) = scene.alerts_of(scene.sora)
    assert alert.name == "Mei"


def test_an_alert_goes_when_its_reader_has_seen_it(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    (alert,) = scene.alerts_of(scene.mei)
    with at_desk(scene.app, scene.sora, scene.clock) as desk, pytest.raises(HiddenError):
        alerts.dismiss(desk, alert.id)
    with at_desk(scene.app, scene.jun, scene.clock) as desk, pytest.raises(HiddenError):
        alerts.dismiss(desk, alert.id)
    with at_desk(scene.app, scene.mei, scene.clock) as desk:
        alerts.dismiss(desk, alert.id)
    assert scene.alerts_of(scene.mei) == ()
    assert len(scene.alerts_of(scene.sora)) == 1
    assert ("alert.seen", alert.id.hex()) in scene.log()


def test_an_alert_that_was_altered_is_shown_as_such(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    scene.arrive(scene.forced)
    with scene.staff.service.begin() as session:
        row = session.scalars(select(Alert).where(Alert.member_id == scene.mei.id).limit(1)).one()
        row.content_sealed = flipped(row.content_sealed)
    assert [alert.kind for alert in scene.alerts_of(scene.mei)] == [Kind.DURESS, Kind.ALTERED]


def test_an_alert_for_keys_that_somebody_had_before_is_left_out(scene: Scene) -> None:
    scene.set()
    scene.arrive(scene.forced)
    with scene.staff.service.begin() as session:
        rows = session.scalars(select(Alert).order_by(Alert.member_id)).all()
        rows[0].key_sealed, rows[1].key_sealed = rows[1].key_sealed, rows[0].key_sealed
    assert scene.alerts_of(scene.mei) == ()
