"""Browsers of staff who are signed in and read English."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporting.settings import Settings
from tests import snapshots
from tests.builders import Seeds
from tests.builders_staff import a_reviewer, an_auditor
from tests.conftest import Clock
from tests.founded import Founded, founded
from tests.stepping_up import confirm


@pytest.fixture
def reviewer(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> FlaskClient:
    """The browser of a reviewer, Aiko Mori."""
    client.set_cookie("__Host-l", "en")
    snapshots.come_in(client, clock, "a reviewer", lambda: a_reviewer(app, seeds))
    return client


@pytest.fixture
def auditor(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> FlaskClient:
    """The browser of an auditor, Ren Okada."""
    client.set_cookie("__Host-l", "en")
    snapshots.come_in(client, clock, "an auditor", lambda: an_auditor(app, seeds))
    confirm(app, client, clock)
    return client


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[Founded]:
    """An office whose three founders are its roster managers."""
    with founded(settings, clock) as made:
        yield made
