"""An office that was founded by people with keys of their own."""

from collections.abc import Iterator

import pytest
from flask import Flask

from reporting.settings import Settings
from tests.builders import Seeds
from tests.builders_cases import Office, an_office_at_work
from tests.builders_people import Team, a_team
from tests.conftest import Clock


@pytest.fixture
def team(settings: Settings, clock: Clock) -> Iterator[Team]:
    with a_team(settings, clock) as founded:
        yield founded


@pytest.fixture
def office(app: Flask, seeds: Seeds, clock: Clock) -> Office:
    """People of every kind who read reports, with their keys at work."""
    return an_office_at_work(app, seeds, clock)
