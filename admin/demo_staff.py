"""Demo staff: let people join a made-up office, on the same way as real ones, all in a moment."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from pyotp import TOTP
from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import declaring, demo_vetting, joining, letters, membership
from admin.accounts import Duties, Newcomer, has_joined, prepare
from admin.admission import Arrival, Opened, admit, look_back
from admin.desk import Desk
from admin.errors import CodeRefusedError
from admin.factors import STEP_SECONDS
from admin.installation import Installation, started
from admin.joining import Wish
from admin.letters import Kind
from admin.models import Member
from admin.runtime import Staff, open_staff
from admin.sessions import Credentials, unlock
from crypto.passphrase import STANDARD, name_tag

STEP: Final = timedelta(seconds=STEP_SECONDS)


def let_join(
    installation: Installation,
    founders: Sequence[Newcomer],
    wanted: Sequence[tuple[Newcomer, Duties]],
    now: datetime,
) -> None:
    """Let everybody join who has not yet; each of them joins whole or not at all.

    The first founder asks and proposes, the second signs. In the end everybody declares their ties.
    """
    with started(installation) as service:
        staff = open_staff(service, STANDARD, pause=lambda _seconds: None)
        with service.read() as session:
            # With each person's own place in line, so that no founder's code is used twice.
            waiting = [
                (newcomer, duties, now + place * STEP)
                for place, (newcomer, duties) in enumerate(wanted, 1)
                if not has_joined(session, staff.door, newcomer.name)
            ]
        if waiting:
            _catch_up(staff, founders, now)
        for newcomer, duties, moment in waiting:
            _enrol(staff, founders, Wish(newcomer.name, duties), newcomer, moment)
        afterwards = now + (len(wanted) + 1) * STEP
        for newcomer in (*founders, *(newcomer for newcomer, _ in wanted)):
            if not _has_declared(staff, newcomer):
                _declare(staff, newcomer, afterwards)


@dataclass(frozen=True, slots=True)
class _Founder:
    """A founder at the door: passphrase shown, code at hand, log looked back on."""

    opened: Opened
    arrival: Arrival


def _catch_up(staff: Staff, founders: Sequence[Newcomer], now: datetime) -> None:
    """Let both founders make what keys are due, each in a unit of work of their own.

    Afterwards both can act in one: only who appends nothing may be followed by somebody else.
    """
    for founder in founders[:2]:
        arrived = _at_the_door(staff, founder, now)
        # Whoever came in a moment ago has used this code, and has nothing left to make.
        with suppress(CodeRefusedError), staff.service.begin() as session:
            _desk(staff, session, arrived)


def _enrol(
    staff: Staff, founders: Sequence[Newcomer], wish: Wish, newcomer: Newcomer, now: datetime
) -> None:
    asking, signing = (_at_the_door(staff, founder, now) for founder in founders[:2])
    with staff.service.begin() as session:
        desk = _desk(staff, session, asking)
        token = joining.invite(desk, wish)
        link = joining.look(session, token, now)
        joining.join(session, staff.service, token, prepare(staff.door, newcomer, link.member), now)
        second = _desk(staff, session, signing)
        demo_vetting.vet(desk, second, link.member, wish.duties)
        membership.propose(desk, link.member, wish.duties)
        (proposal,) = membership.waiting(session, second.verified)
        membership.sign(second, proposal.id)


def _has_declared(staff: Staff, person: Newcomer) -> bool:
    tag = name_tag(staff.door.pepper, person.name)
    with staff.service.read() as session:
        member = session.scalars(select(Member.id).where(Member.name_tag == tag)).one()
        return member in letters.written(session, Kind.WORD)


def _declare(staff: Staff, person: Newcomer, now: datetime) -> None:
    arrived = _at_the_door(staff, person, now)
    with staff.service.begin() as session:
        declaring.declare(_desk(staff, session, arrived), demo_vetting.ties_of(person.name))


def _at_the_door(staff: Staff, founder: Newcomer, now: datetime) -> _Founder:
    opened = unlock(staff, Credentials(founder.name, founder.passphrase), now)
    code = TOTP(founder.codes.text).at(now)
    return _Founder(opened, Arrival(code, now, "step_up", look_back(staff, opened)))


def _desk(staff: Staff, session: Session, founder: _Founder) -> Desk:
    admitted = admit(session, staff, founder.opened, founder.arrival)
    journal = staff.service.journal
    return Desk(session, admitted.ring, admitted.verified, journal, founder.arrival.at)
