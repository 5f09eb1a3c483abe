"""A report as somebody fills it in, and how many rows that has left."""

from flask import Flask
from sqlalchemy import func, select

from reporting.models import Case, MessageRow, VisitRow
from reporting.web.context import runtime_of
from tests.visitor import Typed

STORY = "They came to my mother's house.\nThey said my name."
COMPLETE: Typed = {"story": STORY, "kinds": ["threat", "family"], "c_store": "yes"}


def count(app: Flask, model: type[Case | MessageRow | VisitRow]) -> int:
    """Return how many rows of a kind there are."""
    with runtime_of(app).database.read() as session:
        return session.scalars(select(func.count()).select_from(model)).one()
