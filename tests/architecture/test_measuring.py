"""Where lines are measured, and where they are not: it takes as long as the test itself."""

import os

import pytest
from coverage import Coverage

from tests.conftest import CHILDREN
from tests.walks import a_walk


def test_what_a_test_starts_is_measured_where_the_test_is() -> None:
    assert (CHILDREN in os.environ) == (Coverage.current() is not None)


@a_walk
def test_what_a_walk_starts_is_not_measured_either() -> None:
    assert CHILDREN not in os.environ


@pytest.mark.parametrize("dialect", ["postgresql"])
def test_what_is_started_on_the_second_database_is_not_measured_there(dialect: str) -> None:
    assert CHILDREN not in os.environ, dialect
