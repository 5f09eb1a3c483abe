"""Attended: what a command does in the name of somebody who came to the terminal."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import click

from admin.authority import record_refusal
from admin.errors import HiddenError
from admin.installation import Installation, started
from admin.prompted import explained, ready, step_up
from admin.publication.acting import Officer
from admin.runtime import open_staff
from crypto.passphrase import STANDARD

NOT_YOURS: Final = "Your roles do not let you do this. This was written into the log."


@contextmanager
def attended(installation: Installation) -> Iterator[Officer]:
    """Ask who it is, and lend what they can act with; a refusal is written into the log."""
    with ready(installation), explained(), started(installation) as service:
        admitted = step_up(open_staff(service, STANDARD, time.sleep), installation.clock)
        officer = Officer(service, admitted.ring, admitted.verified, installation.clock())
        try:
            yield officer
        except HiddenError as refusal:
            with service.begin() as session:
                journal, person = service.journal, officer.ring.person
                record_refusal(session, journal, person, refusal, officer.now)
            raise click.ClickException(NOT_YOURS) from None
