"""Arrivals: people of the staff who come in past the pages, and people who are let go."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager

from flask import Flask

from admin.admission import Admitted, Arrival, admit, look_back
from admin.desk import Desk
from admin.models import Member
from admin.sessions import Credentials, unlock
from crypto import roster
from crypto.acts import Act, Removal
from crypto.roster import Roster
from reporting import office
from tests.builders import FOUNDED, Seeds
from tests.builders_staff import NEXT_CODE, StaffMember, the_staff
from tests.conftest import Clock


def arrive(app: Flask, person: StaffMember, clock: Clock, *, waits: bool = True) -> Admitted:
    """Let somebody come in, with a code not used before; whoever never did need not wait for it."""
    staff = the_staff(app)
    if waits:
        clock.advance(NEXT_CODE)
    opened = unlock(staff, Credentials(person.name, person.passphrase), clock())
    arrival = Arrival(person.code(clock()), clock(), "login.ok", look_back(staff, opened))
    with staff.service.begin() as session:
        return admit(session, staff, opened, arrival)


@contextmanager
def at_desk(app: Flask, person: StaffMember, clock: Clock) -> Iterator[Desk]:
    """Let somebody come in and work in one unit of work."""
    admitted, staff = arrive(app, person, clock), the_staff(app)
    with staff.service.begin() as session:
        verified = staff.service.office.follow(session)
        yield Desk(session, admitted.ring, verified, staff.service.journal, clock())


def signed_by_managers(app: Flask, seeds: Seeds, act: Act, signatures: int) -> Roster:
    """Let one or both of those who founded the office sign an entry of the roster."""
    service = the_staff(app).service
    first, second = (manager.signing_seed for manager in seeds.managers)
    with service.begin() as session:
        verified = service.office.follow(session)
        entry = roster.propose(verified, act, first)
        if signatures > 1:
            entry = roster.countersign(verified, entry, second)
        return office.append(session, verified, entry)


def let_go(app: Flask, seeds: Seeds, person: StaffMember) -> Roster:
    """Remove somebody from the roster."""
    return signed_by_managers(app, seeds, Removal(FOUNDED, person.id), 1)


def seat_founders(app: Flask, seeds: Seeds) -> None:
    """Let others hand keys on to those who stand in the roster only, and never sign in."""
    with the_staff(app).service.begin() as session:
        for signer in seeds.managers:
            listed = signer.listed
            session.add(
                Member(
                    id=listed.id,
                    name_tag=secrets.token_bytes(16),
                    salt=secrets.token_bytes(16),
                    sealing_key=listed.sealing_key,
                    signing_key=listed.signing_key,
                    name_sealed=b"",
                    keyring_sealed=b"",
                    decoy_sealed=b"",
                    rev=0,
                )
            )
