"""At the addresses of figures no row of any table is read: they hold what was signed, or nothing.

So nothing that stands in a database, and no time that looking into it takes, can show there.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import Engine, event
from werkzeug.routing import Rule

from reporting.languages import OFFERED
from tests.publisher import MADE_UP, publish, releases
from tests.reporting.web.test_pages import STORY
from tests.visitor import Visitor

NAMES = (*releases(), MADE_UP, "TOMOSHIBI-JP-2099-A", "none")


@contextmanager
def listening() -> Iterator[list[str]]:
    """Lend every statement that any database is given, and every connection that is asked for."""
    said: list[str] = []

    def note(*values: object) -> None:
        said.append(str(values[2]))

    def connected(*_values: object) -> None:
        said.append("a connection")

    event.listen(Engine, "before_cursor_execute", note)
    event.listen(Engine, "engine_connect", connected)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)
        event.remove(Engine, "engine_connect", connected)


def addresses(app: Flask) -> list[str]:
    """Return every address of figures that there is, and some that are not there."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/figures")]
    return sorted({address for rule in rules for address in _filled(rule)})


def _filled(rule: Rule) -> Iterator[str]:
    if "name" not in rule.arguments:
        yield rule.rule
    elif "path" not in rule.arguments:
        yield from (rule.rule.replace("<name>", name) for name in NAMES)
    else:
        for name in NAMES:
            for path in (*releases().get(name, ()), "data/none.csv"):
                yield rule.rule.replace("<name>", name).replace("<path:path>", path)


@pytest.mark.parametrize("is_published", [False, True])
@pytest.mark.parametrize("is_writing", [False, True])
def test_no_statement_is_given_at_any_address_of_figures(
    app: Flask, visitor: Visitor, *, is_published: bool, is_writing: bool
) -> None:
    """Whether or not anything is published, also to somebody in the middle of a report."""
    if is_published:
        publish(instance_of(app))
    if is_writing:
        visitor.fill("/q", STORY, do="files")
    asked = addresses(app)
    assert {"/figures", "/figures/plan", "/figures/index.json", "/figures/ledger.json"} <= {*asked}
    assert len(asked) > 100
    with listening() as said:
        answers = {address: visitor.get(address) for address in asked}
        for language in OFFERED:
            visitor.client.set_cookie("__Host-l", language.code)
            for address in ("/figures", "/figures/plan", "/figures/method", "/figures/keys"):
                answers[f"{address} {language.code}"] = visitor.get(address)
    assert said == []
    assert {answer.status_code for answer in answers.values()} <= {200, 302, 303, 308, 404}
    shown = [address for address, answer in answers.items() if answer.status_code == 200]
    assert len(shown) > (100 if is_published else 5)


def test_a_page_that_reads_a_row_would_be_heard(visitor: Visitor) -> None:
    visitor.fill("/q", STORY, do="files")
    with listening() as said:
        assert visitor.get("/s/8/files").status_code == 200
    assert "a connection" in said
    assert any(one.startswith("SELECT") for one in said)


def instance_of(app: Flask) -> Path:
    folder: Path = app.extensions["tomoshibi"].settings.instance
    return folder
