"""A visitor and published figures for the public site's modules; flows run on both databases."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import URL

from reporting.settings import Settings
from tests.publisher import publish
from tests.visitor import Visitor


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """One kind of database is enough for what these tests look at."""
    return new_database("sqlite")


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """Somebody with a browser that speaks English."""
    return Visitor(client)


@pytest.fixture
def instance(settings: Settings) -> Path:
    return settings.instance


@pytest.fixture
def published(instance: Path, visitor: Visitor) -> Visitor:
    """Somebody who visits after three releases were published."""
    publish(instance)
    return visitor
