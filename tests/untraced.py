"""Untraced: what runs inside of a library is not traced, where most of the time of tracing went.

Coverage is told of every line that runs, also of those that it does not measure. Nothing of ours
is called from within these methods but what prepares a connection and begins, and that runs
traced wherever an engine is asked for a connection.
"""

import sys
from collections.abc import Callable
from functools import wraps
from html.parser import HTMLParser
from typing import Any, Final

from sqlalchemy import Connection
from sqlalchemy.orm import Session

METHODS: Final[dict[type, tuple[str, ...]]] = {
    Session: ("_execute_internal", "_get_impl", "flush", "commit", "rollback", "close", "merge"),
    Connection: ("execute", "exec_driver_sql", "commit", "rollback", "close"),
    HTMLParser: ("feed",),
}


def install() -> None:
    """Trace no more, from now on, inside of these methods."""
    for owner, names in METHODS.items():
        for name in names:
            setattr(owner, name, _untraced(getattr(owner, name)))


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
