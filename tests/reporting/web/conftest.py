"""A visitor for the tests of the public site's modules; the flows run on both databases."""

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy.engine import URL

from tests.visitor import Visitor


@pytest.fixture
def database_url(new_database: Callable[[str], URL]) -> URL:
    """One kind of database is enough for what these tests look at."""
    return new_database("sqlite")


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    """Somebody with a browser that speaks English."""
    return Visitor(client)
