"""Context: the way from a request to the running staff site."""

from typing import Final, cast

from flask import current_app

from admin.runtime import Staff

EXTENSION: Final = "tomoshibi.staff"


def staff() -> Staff:
    """Return the runtime that `install` put into this application."""
    # Flask keeps extensions as untyped values; `install` puts a Staff here and nothing else.
    return cast("Staff", current_app.extensions[EXTENSION])
