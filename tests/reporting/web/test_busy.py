"""When the store is locked for too long nobody loses a word, and everybody can still leave."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import event

from reporting.web.context import runtime_of
from tests.visitor import Page, Visitor


@pytest.fixture
def locked(app: Flask, visitor: Visitor) -> Iterator[str]:
    """A store that somebody else is writing to, without end; yields the form's token."""
    token = visitor.token("/q")
    engine = runtime_of(app).database.engine
    assert engine.dialect.name == "sqlite"  # it alone has one writer for everything
    engine.dispose()
    event.listen(engine, "connect", lambda raw, _: raw.execute("PRAGMA busy_timeout=20"))
    with closing(sqlite3.connect(str(engine.url.database), isolation_level=None)) as other:
        other.execute("BEGIN EXCLUSIVE")
        yield token
        other.execute("ROLLBACK")


def test_what_was_typed_comes_back_with_a_button(visitor: Visitor, locked: str) -> None:
    fields = {"token": locked, "story": "He said my name.", "kinds": "threat", "do": "next"}
    page = Page(visitor.post("/q", fields))
    assert page.response.status_code == 503
    assert page.one("textarea", name="story").text == "He said my name."
    assert page.typed["kinds"] == ["threat"]
    assert "Nothing is lost" in page.response.text


def test_leaving_always_works(visitor: Visitor, locked: str) -> None:
    assert locked
    away = visitor.get("/leave")
    assert away.status_code == 303
    assert "Clear-Site-Data" in away.headers


@pytest.fixture
def away(app: Flask, visitor: Visitor) -> None:
    """A store that cannot be opened at all."""
    visitor.open("/q")
    engine = runtime_of(app).database.engine
    engine.dispose()
    Path(str(engine.url.database)).unlink()
    Path(str(engine.url.database)).mkdir()


@pytest.mark.usefixtures("away")
def test_a_page_that_needs_the_store_says_to_try_again(visitor: Visitor) -> None:
    answer = visitor.get("/q")
    assert answer.status_code == 503
    assert "Many people are writing just now" in answer.text


@pytest.mark.usefixtures("away")
def test_pages_that_need_no_store_go_on(visitor: Visitor) -> None:
    assert visitor.get("/").status_code == visitor.get("/s/0").status_code == 200


def test_leaving_works_even_when_the_store_is_ruined(app: Flask, visitor: Visitor) -> None:
    visitor.open("/q")
    engine = runtime_of(app).database.engine
    engine.dispose()
    Path(str(engine.url.database)).write_bytes(b"no database at all" * 1000)
    away = visitor.get("/leave")
    assert away.status_code == 303
    assert away.headers["Location"].startswith("https://")
