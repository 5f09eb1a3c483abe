"""Reports are sealed to the pinned keys and to no others."""

import json

import pytest
from sqlalchemy import Executable, delete, insert, update

from crypto import custody
from crypto.roles import Group
from reporting import intake, office
from reporting.database import connect
from reporting.errors import OfficeError
from reporting.models import CaseWrap
from reporting.office import PINS_FILE, PinnedKey
from reporting.office_rows import Epoch
from reporting.runtime import Runtime, start
from reporting.settings import Settings
from tests.builders import Seeds, a_report, an_office
from tests.conftest import Clock


def change(settings: Settings, statement: Executable) -> None:
    database = connect(settings.database)
    with database.begin() as session:
        session.execute(statement)
    database.engine.dispose()


def test_before_the_ceremony_nothing_starts_and_the_error_names_the_next_step(
    settings: Settings, clock: Clock
) -> None:
    with pytest.raises(OfficeError, match="tomoshibi staff add NAME"):
        start(settings, clock)


def test_a_swapped_public_key_is_refused_at_start(
    settings: Settings, seeds: Seeds, clock: Clock
) -> None:
    an_office(settings, seeds)
    planted = custody.public_key(custody.make_seed())
    change(
        settings,
        update(Epoch).where(Epoch.group == Group.INTAKE).values(public_key=planted),
    )
    with pytest.raises(OfficeError, match="not the pinned one"):
        start(settings, clock)


@pytest.mark.parametrize(
    "damage",
    [
        delete(Epoch).where(Epoch.group == Group.CASEWORK),
        update(Epoch).where(Epoch.group == Group.CASEWORK).values(group="other"),
    ],
    ids=["missing", "renamed"],
)
def test_a_missing_key_is_refused_at_start(
    settings: Settings, seeds: Seeds, clock: Clock, damage: Executable
) -> None:
    an_office(settings, seeds)
    change(settings, damage)
    with pytest.raises(OfficeError, match="casework is not in the database"):
        start(settings, clock)


def test_pins_that_lack_a_group_are_refused(settings: Settings, seeds: Seeds, clock: Clock) -> None:
    an_office(settings, seeds)
    pins = json.loads((settings.instance / PINS_FILE).read_text())
    del pins[Group.AUDIT]
    (settings.instance / PINS_FILE).write_text(json.dumps(pins))
    with pytest.raises(OfficeError, match="audit"):
        start(settings, clock)


def test_an_epoch_planted_later_never_receives_a_report(runtime: Runtime) -> None:
    planted = custody.public_key(custody.make_seed())
    with runtime.begin() as session:
        session.execute(
            insert(Epoch).values(
                id=bytes(16), group="intake", kid=bytes(16), public_key=planted, made_week=202699
            )
        )
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock())
    with runtime.begin() as session:
        intake.store(session, sealed)
        used = {row.epoch_id for row in session.query(CaseWrap)}
    assert used == {
        runtime.office.key_of(Group.INTAKE).epoch,
        runtime.office.key_of(Group.CASEWORK).epoch,
    }


def test_a_second_ceremony_cannot_overwrite_the_pins(settings: Settings, seeds: Seeds) -> None:
    an_office(settings, seeds)
    before = (settings.instance / PINS_FILE).read_bytes()
    other = {group: PinnedKey(bytes(16), group, b"k") for group in Group}
    with pytest.raises(OfficeError, match="has its office already"):
        office.write_pins(settings.instance, other)
    assert (settings.instance / PINS_FILE).read_bytes() == before
