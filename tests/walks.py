"""Walks: long tests of rules that stand in the program, which need one database and no tracer."""

from typing import Final

import pytest

# What reaches SQL in such a test reaches it in shorter ones, too, and those run on both.
on_one: Final = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
# Tracing lines doubles the time of a test, and shorter ones reach the same lines.
a_walk: Final = pytest.mark.walk
