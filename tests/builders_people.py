"""Builders of an office: founders with keys of their own, who let people join and let them go."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial

from flask import Flask
from sqlalchemy import select

import admin.web
from admin import ceremony, joining, membership
from admin.accounts import Duties, Newcomer, prepare
from admin.admission import Admitted, Arrival, Opened, admit, look_back
from admin.ceremony import Place
from admin.desk import Desk
from admin.factors import OneTimeCodes
from admin.joining import Wish
from admin.models import Member, ProposalRow
from admin.runtime import open_door
from admin.sessions import Credentials, unlock
from crypto.custody import Keyring, open_keyring
from crypto.envelope import Secret
from crypto.passphrase import Parameters, stretch
from crypto.roles import Role
from crypto.roster import Roster
from reporting.audit import head
from reporting.database import connect
from reporting.settings import Settings
from tests import snapshots
from tests.builders_staff import NEXT_CODE, PASSPHRASE, StaffMember, the_staff
from tests.builders_standing import came_to, gave_their_word
from tests.conftest import Clock
from wsgi import create_app

READER = frozenset({Role.REVIEWER, Role.CASEWORKER, Role.SUPERVISOR})
STEWARD = frozenset({Role.STEWARD, Role.STATISTICS_OFFICER})
FOUNDERS = (("Aiko Mori", READER), ("Daniel Berg", READER), ("Sora Lind", STEWARD))
STEWARDS = tuple((name, STEWARD) for name, _ in FOUNDERS)
CHEAP = Parameters.cheap_for_tests()
NOBODYS = OneTimeCodes.make()


@dataclass(frozen=True)
class Team:
    """A founded office: both sites, the clock, and its three roster managers.

    Two of them read reports; the third is a steward. Nobody is in the group of auditors yet.
    """

    app: Flask
    clock: Clock
    aiko: StaffMember
    daniel: StaffMember
    sora: StaffMember

    @property
    def roster(self) -> Roster:
        """The roster as everybody can verify it now."""
        service = the_staff(self.app).service
        with service.read() as session:
            return service.office.follow(session)


@dataclass(frozen=True)
class Invited:
    """Somebody who was asked to join: who they are, what they are to do, and their link."""

    id: bytes
    name: str
    token: Secret


@contextmanager
def a_team(
    settings: Settings, clock: Clock, people: Sequence[tuple[str, frozenset[Role]]] = FOUNDERS
) -> Iterator[Team]:
    """Let three roster managers found an office by the ceremony, and open both sites of it."""
    founders = snapshots.founding(
        settings, clock, tuple(people), partial(_the_founders, settings, clock, people)
    )
    app = both_sites(settings, clock)
    yield Team(app, clock, *founders)
    the_staff(app).service.database.engine.dispose()


def _the_founders(
    settings: Settings, clock: Clock, people: Sequence[tuple[str, frozenset[Role]]]
) -> list[StaffMember]:
    newcomers = [Newcomer(name, PASSPHRASE, OneTimeCodes.make()) for name, _ in people]
    database = connect(settings.database)
    listed = ceremony.found(
        Place(settings, database, open_door(settings, CHEAP)),
        [
            ceremony.Founder(newcomer, Duties(roles, is_manager=True))
            for newcomer, (_, roles) in zip(newcomers, people, strict=True)
        ],
        clock(),
    )
    database.engine.dispose()
    founders = [
        StaffMember(person.id, newcomer.name, PASSPHRASE, newcomer.codes)
        for newcomer, person in zip(newcomers, listed, strict=True)
    ]
    app = both_sites(settings, clock)
    for founder in founders:
        a_word_of(app, founder)
    the_staff(app).service.database.engine.dispose()
    return founders


def both_sites(settings: Settings, clock: Clock) -> Flask:
    """Start a process that serves both sites, with Argon2 at its cheapest."""
    staff = partial(admin.web.install, pause=lambda _seconds: None, parameters=CHEAP)
    return create_app(settings, clock, staff)


def at_the_door(app: Flask, person: StaffMember, clock: Clock) -> tuple[Opened, Arrival]:
    """Show a passphrase, and type a code that was not used before."""
    clock.advance(NEXT_CODE)
    staff = the_staff(app)
    opened = unlock(staff, Credentials(person.name, person.passphrase), clock())
    return opened, Arrival(person.code(clock()), clock(), "step_up", look_back(staff, opened))


def come_in(app: Flask, person: StaffMember, clock: Clock) -> Admitted:
    """Let somebody in with both factors, and all that follows from it."""
    opened, arrival = at_the_door(app, person, clock)
    with the_staff(app).service.begin() as session:
        return admit(session, the_staff(app), opened, arrival)


@contextmanager
def desk_of(app: Flask, person: StaffMember, clock: Clock) -> Iterator[Desk]:
    """Let somebody in with both factors; what they do at the desk is one unit of work with it."""
    opened, arrival = at_the_door(app, person, clock)
    staff = the_staff(app)
    with staff.service.begin() as session:
        admitted = admit(session, staff, opened, arrival)
        yield Desk(session, admitted.ring, admitted.verified, staff.service.journal, clock())


def an_invited(
    app: Flask, manager: StaffMember, clock: Clock, name: str, *roles: Role, manages: bool = False
) -> Invited:
    """Let a manager ask somebody to join."""
    wish = Wish(name, Duties(frozenset(roles), manages))
    with desk_of(app, manager, clock) as desk:
        token = joining.invite(desk, wish)
        link = joining.look(desk.session, token, clock())
    return Invited(link.member, link.name, token)


def a_joined(app: Flask, invited: Invited, clock: Clock) -> StaffMember:
    """Let somebody who was asked make their keys, and come all the way of their vetting.

    Nobody has signed for them in the roster yet.
    """
    staff, newcomer = the_staff(app), Newcomer(invited.name, PASSPHRASE, OneTimeCodes.make())
    prepared = prepare(staff.door, newcomer, invited.id)
    with staff.service.begin() as session:
        joining.join(session, staff.service, invited.token, prepared, clock())
        verified = staff.service.office.follow(session)
        came_to(session, verified, signers_of(app, verified), invited.id)
    return StaffMember(invited.id, invited.name, PASSPHRASE, newcomer.codes)


def propose(
    app: Flask,
    manager: StaffMember,
    clock: Clock,
    person: StaffMember,
    *roles: Role,
    manages: bool = False,
) -> bytes:
    """Let a manager propose that somebody does this from now on; return the proposal's id."""
    with desk_of(app, manager, clock) as desk:
        before = set(desk.session.scalars(select(ProposalRow.id)))
        membership.propose(desk, person.id, Duties(frozenset(roles), manages))
        (made,) = set(desk.session.scalars(select(ProposalRow.id))) - before
    return made


def sign(app: Flask, manager: StaffMember, clock: Clock, proposal: bytes) -> Roster:
    """Let a manager sign a proposal of a colleague; whoever comes in by it declares at once."""
    with desk_of(app, manager, clock) as desk:
        grown = membership.sign(desk, proposal)
    for member in grown.people.keys() - desk.verified.people.keys():
        a_word_of(app, StaffMember(member, "", PASSPHRASE, NOBODYS))
    return grown


def remove(app: Flask, manager: StaffMember, clock: Clock, person: StaffMember) -> Roster:
    """Let a manager let somebody go."""
    with desk_of(app, manager, clock) as desk:
        return membership.remove(desk, person.id)


def change(team: Team, person: StaffMember, *roles: Role, manages: bool = False) -> Roster:
    """Let two managers other than that person sign what somebody does from now on."""
    others = (one for one in (team.aiko, team.daniel, team.sora) if one.id != person.id)
    first, second = next(others), next(others)
    proposal = propose(team.app, first, team.clock, person, *roles, manages=manages)
    return sign(team.app, second, team.clock, proposal)


def let_in(team: Team, name: str, *roles: Role, manages: bool = False) -> StaffMember:
    """Let somebody join: asked by Aiko, with keys of their own, signed by Aiko and by Daniel."""
    app, clock = team.app, team.clock
    invited = an_invited(app, team.aiko, clock, name, *roles, manages=manages)
    person = a_joined(app, invited, clock)
    proposal = propose(app, team.aiko, clock, person, *roles, manages=manages)
    sign(app, team.daniel, clock, proposal)
    return person


def with_new_keys(app: Flask, person: StaffMember) -> StaffMember:
    """Let somebody make keys anew, as after a lost telephone; the roster has the old ones still."""
    staff, newcomer = the_staff(app), Newcomer(person.name, PASSPHRASE, OneTimeCodes.make())
    prepared = prepare(staff.door, newcomer, person.id)
    with staff.service.begin() as session:
        session.merge(prepared.row(head(session), staff.service.office.roster.head))
    return replace(person, codes=newcomer.codes)


def a_word_of(app: Flask, person: StaffMember) -> None:
    """Let somebody on the roster declare their ties, for longer than any test lasts."""
    service = the_staff(app).service
    with service.begin() as session:
        verified = service.office.follow(session)
        listed = verified.people[person.id]
        gave_their_word(session, verified, keyring_of(app, person), listed)


def signers_of(app: Flask, verified: Roster) -> list[Secret]:
    """Return what two roster managers sign with."""
    managers = [StaffMember(one.id, "", PASSPHRASE, NOBODYS) for one in verified.managers]
    return [keyring_of(app, one).signing_seed for one in managers[:2]]


def keyring_of(app: Flask, person: StaffMember) -> Keyring:
    """Open somebody's key ring with their passphrase, past every door."""
    door = the_staff(app).door
    with the_staff(app).service.read() as session:
        row = session.get_one(Member, person.id)
    kek = stretch(person.passphrase, row.salt, door.pepper, door.parameters)
    return open_keyring(kek, row.keyring_sealed, row.id, row.rev, door.parameters)
