"""Upkeep: the due work that needs keys, done at the terminal by a member of the team.

Each report is a unit of work of its own: whoever is interrupted begins again, and goes on.
"""

import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import partial
from typing import Final

import click

from admin import case_due, due, link_tokens
from admin.admission import followed
from admin.desk import Desk
from admin.errors import AlarmError, StaffError
from admin.installation import Installation, started
from admin.keyring import Ring
from admin.prompted import explained, step_up
from admin.publication import accession
from admin.runtime import Staff, open_staff
from admin.scans import Scan
from admin.unopened import Begin
from crypto.passphrase import STANDARD
from crypto.roles import Group
from reporting.clock import day_of

DECLARE_FIRST: Final = "Sign in on the staff site first: a declaration or the rules are due."
ALTERED: Final = "Reports that were altered in the database: {}. Somebody has to open them."
EVERY_NOTE: Final = 1_000_000


def with_keys_of(installation: Installation, name: str) -> None:
    """Let somebody in by passphrase and code, and do all that their keys allow."""
    with explained(), started(installation) as service:
        staff = open_staff(service, STANDARD, time.sleep)
        ring = step_up(staff, installation.clock, name).ring
        if not ring.person.standing.may_work(day_of(installation.clock())):
            raise StaffError(DECLARE_FIRST)
        due.run(service, ring, installation.clock(), EVERY_NOTE)
        _every_token(partial(_desk, staff, ring))
        _every_count(partial(_desk, staff, ring))
        done, altered = _every(partial(_desk, staff, ring))
    click.echo(f"Looked after with your keys: {done} reports.")
    if altered:
        raise click.ClickException(ALTERED.format(altered))


def _every_token(begin: Begin) -> None:
    """Let no token stay of a report that is gone, and lock the others for the epoch in force."""
    after = b""
    while True:
        with begin() as desk:
            if Group.CASEWORK not in desk.ring.person.groups:
                return
            link_tokens.lock_anew(desk.session, desk.ring, desk.verified.epoch(Group.CASEWORK).id)
            some = link_tokens.page(desk.session, after)
            if not some:
                return
            after = some[-1].id
            link_tokens.sweep_these(desk.session, desk.ring, some)


def _every_count(begin: Begin) -> None:
    """Count what was graded before there were keys to count it with, each by itself."""
    with begin() as desk:
        found = accession.past_triage(desk) if accession.is_open(desk) else ()
    for case in found:
        # An altered one is found again below, where it is told.
        with suppress(AlarmError), begin() as desk:
            accession.catch_up(desk, case)


def _every(begin: Begin) -> tuple[int, int]:
    """Do what is due about each report; return how many were done, and how many were altered.

    Neither the count nor the bar tells of those that do not exist for this person.
    """
    with begin() as desk:
        waiting = case_due.thorough(desk)
        there = {one.id for one in Scan(desk).these(waiting)}
    others = [case_due.is_done(begin, case) for case in waiting if case not in there]
    seen = [case for case in waiting if case in there]
    # Standard output may be read by a script.
    with click.progressbar(seen, label="Reports", file=sys.stderr) as bar:
        done = sum(case_due.is_done(begin, case) for case in bar)
    return done, len(seen) - done + others.count(False)


@contextmanager
def _desk(staff: Staff, ring: Ring) -> Iterator[Desk]:
    service = staff.service
    with service.begin() as session:
        verified = followed(session, staff)
        yield Desk(session, ring, verified, service.journal, service.clock())
