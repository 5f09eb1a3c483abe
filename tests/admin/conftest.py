"""An office that was founded by people with keys of their own."""

from collections.abc import Iterator

import pytest

from reporting.settings import Settings
from tests.builders_people import Team, a_team
from tests.conftest import Clock


@pytest.fixture
def team(settings: Settings, clock: Clock) -> Iterator[Team]:
    with a_team(settings, clock) as founded:
        yield founded
