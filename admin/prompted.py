"""Prompted: what commands ask a person at the terminal, and how they say what went wrong."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Final

import click

from admin.admission import Admitted, Arrival, admit, look_back
from admin.errors import CodeRefusedError, SignInRefusedError, StaffError
from admin.installation import NOT_READY, Installation, stored
from admin.runtime import Staff
from admin.sessions import Credentials, unlock
from reporting.database import Database

REFUSED: Final = "Name and passphrase do not belong together. Try again."
WRONG_CODE: Final = "The code is wrong, too old, or was used before. Wait for the next one."


@contextmanager
def ready(installation: Installation) -> Iterator[Database]:
    """Open the store, if its tables are those this program knows."""
    if not installation.settings.instance.is_dir() or not installation.is_current():
        raise click.ClickException(NOT_READY)
    with stored(installation) as database:
        yield database


@contextmanager
def explained(refused: str = REFUSED) -> Iterator[None]:
    """Turn what went wrong into words for the person at the prompt."""
    try:
        yield
    except SignInRefusedError:
        raise click.ClickException(refused) from None
    except CodeRefusedError:
        raise click.ClickException(WRONG_CODE) from None
    except StaffError as error:
        raise click.ClickException(str(error)) from error


def step_up(staff: Staff, clock: Callable[[], datetime], name: str = "") -> Admitted:
    """Ask for name, passphrase and code, and let in whoever they belong to.

    A name that is known already is not asked for.

    The log says that they came to the terminal. Raises SignInRefusedError, CodeRefusedError and
    AlarmError.
    """
    credentials = Credentials(
        name or click.prompt("Your name"), click.prompt("Your passphrase", hide_input=True)
    )
    code = click.prompt("Your one-time code", hide_input=True)
    now = clock()
    opened = unlock(staff, credentials, now)
    arrival = Arrival(code, now, "step_up", look_back(staff, opened))
    with staff.service.begin() as session:
        return admit(session, staff, opened, arrival)
