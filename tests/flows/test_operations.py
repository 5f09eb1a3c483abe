"""docs/operations.md is carried out as it is written: a wrong word in it fails here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import Clock
from tests.machine import Machine
from tests.manual import procedures
from tests.stage import Stage

MOST_STEPS = 12


def test_no_procedure_is_long() -> None:
    for title, steps in procedures().items():
        assert len(steps) <= MOST_STEPS, title


@pytest.fixture
def bare(tmp_path: Path, clock: Clock) -> Iterator[Stage]:
    """A machine with nothing on it but the program."""
    machine = Machine(
        tmp_path / "srv", f"sqlite:///{tmp_path}/srv/staff/tomoshibi.db", clock, answer=str
    )
    (machine.place / "staff").mkdir(parents=True, mode=0o700)
    yield Stage(machine)
    machine.stop()


def test_the_first_day(bare: Stage) -> None:
    bare.play("The first day")
