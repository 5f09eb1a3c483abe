"""A visitor for the tests of the public site's modules."""

import pytest
from flask.testing import FlaskClient

from tests.visitor import Visitor


@pytest.fixture
def visitor(client: FlaskClient) -> Visitor:
    return Visitor(client)
