"""A team in which some read a rare language, and what their cards say."""

import pytest
from flask import Flask

from admin.recusal import Card
from tests.builders import Seeds
from tests.conftest import Clock
from tests.deciders import Decider
from tests.interpreters import a_staff, cards_of


@pytest.fixture
def said(clock: Clock, monkeypatch: pytest.MonkeyPatch) -> dict[str, Card]:
    """Return the cards of people by their names, for tests to fill in; nobody else has a tie."""
    return cards_of(clock, monkeypatch)


@pytest.fixture
def staff(
    app: Flask, seeds: Seeds, clock: Clock, said: dict[str, Card], monkeypatch: pytest.MonkeyPatch
) -> dict[str, Decider]:
    """Return a team with a trainee, a steward, an auditor and an administrator beside it."""
    return a_staff(app, seeds, clock, said, monkeypatch)
