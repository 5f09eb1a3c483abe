"""Context: the way from a request to the running service, and the only use of current_app."""

from datetime import datetime
from typing import Final, cast

from flask import Flask, current_app

from reporting.runtime import Runtime

EXTENSION: Final = "tomoshibi"


def runtime_of(app: Flask) -> Runtime:
    """Return the runtime of an application."""
    # Flask keeps extensions as untyped values; install puts a Runtime here and nothing else.
    return cast("Runtime", app.extensions[EXTENSION])


def runtime() -> Runtime:
    """Return the runtime of the application that answers this request."""
    return runtime_of(current_app)


def now() -> datetime:
    """Return the time of this request."""
    return runtime().clock()
