"""Browsers of staff who are signed in and read English."""

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient

from reporting.settings import Settings
from tests.builders import Seeds
from tests.builders_staff import a_reviewer, an_auditor, sign_in
from tests.conftest import Clock
from tests.founded import Founded, founded
from tests.stepping_up import confirm


@pytest.fixture
def reviewer(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> FlaskClient:
    """The browser of a reviewer, Aiko Mori."""
    client.set_cookie("__Host-l", "en")
    sign_in(client, a_reviewer(app, seeds), clock)
    return client


@pytest.fixture
def auditor(app: Flask, client: FlaskClient, seeds: Seeds, clock: Clock) -> FlaskClient:
    """The browser of an auditor, Ren Okada."""
    client.set_cookie("__Host-l", "en")
    sign_in(client, an_auditor(app, seeds), clock)
    confirm(app, client, clock)
    return client


@pytest.fixture
def office(settings: Settings, clock: Clock) -> Iterator[Founded]:
    """An office whose three founders are its roster managers."""
    with founded(settings, clock) as made:
        yield made
