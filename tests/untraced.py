"""Untraced: what runs inside of a library is not traced, where most of the time of tracing went.

Coverage is told of every line that runs, also of those that it does not measure. Nothing of ours
is called from within these methods but what prepares a connection and begins, and that runs
traced wherever an engine is asked for a connection.
"""

import json
import sys
import tomllib
from collections.abc import Callable, Iterator
from functools import wraps
from html.parser import HTMLParser
from typing import Any, Final

from babel.messages.pofile import PoFileParser
from flask import Flask
from jinja2 import Environment
from sqlalchemy import Connection, Delete, Exists, Insert, Result, ScalarResult, Select, Update
from sqlalchemy.engine import ChunkedIteratorResult
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import DMLWhereBase, ValuesBase
from sqlalchemy.sql.operators import ColumnOperators
from sqlalchemy.sql.selectable import GenerativeSelect
from werkzeug.test import Client, EnvironBuilder

COMPARED: Final = ("__eq__", "__ne__", "__lt__", "__le__", "__gt__", "__ge__", "in_", "is_not")
FETCHED: Final = ("all", "first", "one", "one_or_none")
METHODS: Final[dict[object, tuple[str, ...]]] = {
    Session: ("_execute_internal", "_get_impl", "flush", "commit", "rollback", "close", "merge"),
    Connection: ("execute", "exec_driver_sql", "commit", "rollback", "close"),
    ColumnOperators: COMPARED,
    Select: ("__init__", "where", "join"),
    GenerativeSelect: ("order_by", "limit"),
    Exists: ("__init__", "where", "correlate"),
    Insert: ("__init__", "from_select"),
    Update: ("__init__",),
    Delete: ("__init__",),
    ValuesBase: ("values",),
    DMLWhereBase: ("where",),
    Result: FETCHED,
    ScalarResult: FETCHED,
    Flask: ("register_blueprint",),
    Environment: ("_parse",),
    EnvironBuilder: ("__init__", "get_environ"),
    Client: ("_add_cookies_to_wsgi", "_update_cookies_from_response"),
    HTMLParser: ("feed",),
    PoFileParser: ("parse",),
    json: ("dumps",),
    tomllib: ("load", "loads"),
}


def install() -> None:
    """Trace no more, from now on, inside of these methods, and while rows are made of answers."""
    for owner, names in METHODS.items():
        for name in names:
            setattr(owner, name, _untraced(getattr(owner, name)))
    answer: Any = ChunkedIteratorResult
    answer.__init__ = _answered(answer.__init__)


def _untraced(method: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(method)
    def untraced(*args: Any, **more: Any) -> Any:  # noqa: ANN401 - whatever the method returns
        tracer: Any = sys.gettrace()
        if not hasattr(tracer, "stop"):  # nobody traces, or a debugger does
            return method(*args, **more)
        tracer.stop()
        try:
            return method(*args, **more)
        finally:
            tracer.start()

    return untraced


class _Rows:
    """Rows of an answer, each lot of them made without the tracer."""

    def __init__(self, lots: Iterator[object]) -> None:
        self._next = _untraced(lots.__next__)

    def __iter__(self) -> Iterator[object]:
        return self

    def __next__(self) -> object:
        return self._next()


def _answered(building: Callable[..., None]) -> Callable[..., None]:
    """Return how an answer is built whose rows, made when somebody asks, are not traced either."""

    @wraps(building)
    def built(result: object, about: object, lots: Callable[[Any], Any], **more: object) -> None:
        building(result, about, lambda size: _Rows(iter(lots(size))), **more)

    return built
