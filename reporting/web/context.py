"""Context: the way from a request to the running service, and the only use of current_app."""

from datetime import datetime
from typing import Final, cast

from flask import current_app

from reporting.runtime import Runtime

EXTENSION: Final = "tomoshibi"


def runtime() -> Runtime:
    """Return the runtime that wsgi put into this application."""
    # Flask keeps extensions as untyped values; wsgi puts a Runtime here and nothing else.
    return cast("Runtime", current_app.extensions[EXTENSION])


def now() -> datetime:
    """Return the time of this request."""
    return runtime().clock()
