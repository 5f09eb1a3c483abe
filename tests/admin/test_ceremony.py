from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

import pytest
from pyotp import TOTP
from sqlalchemy import Engine, event, select

from admin import audit, browsers, circles, joining, membership, sessions, steps
from admin.accounts import Duties, Newcomer, prepare, read_duties
from admin.ceremony import Founder, Place, found
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import AccountError
from admin.factors import OneTimeCodes
from admin.joining import Wish
from admin.keyring import Ring
from admin.models import About, Grant, Member
from admin.runtime import Staff, open_door, open_staff
from admin.second_factors import Shown
from admin.sessions import Credentials
from crypto import acts
from crypto.passphrase import Parameters
from crypto.roles import Group
from crypto.standing import Held, managers_of
from reporting.database import connect
from reporting.errors import OfficeError
from reporting.office import HEAD_FILE, PIN_FILE
from reporting.office_rows import Epoch, RosterRow
from reporting.runtime import start
from reporting.settings import Settings
from tests.builders import FOUNDED
from tests.builders_standing import WAY
from tests.conftest import Clock

CHEAP = Parameters.cheap_for_tests()
STEP = timedelta(seconds=30)
READER = read_duties("reviewer,caseworker,supervisor,manager")
STEWARD = read_duties("steward,manager")


def somebody(name: str) -> Newcomer:
    return Newcomer(name, f"the passphrase of {name}", OneTimeCodes.make())


def a_founder(name: str, duties: Duties = STEWARD) -> Founder:
    return Founder(somebody(name), duties)


def hold_ceremony(
    settings: Settings, clock: Clock, founders: Sequence[Founder]
) -> tuple[acts.Person, ...]:
    database = connect(settings.database)
    try:
        return found(Place(settings, database, open_door(settings, CHEAP)), founders, clock())
    finally:
        database.engine.dispose()


def nobody_is_stored(settings: Settings) -> bool:
    database = connect(settings.database)
    with database.read() as session:
        stored = [session.scalars(select(table)).first() for table in (Member, RosterRow, Epoch)]
    database.engine.dispose()
    return stored == [None, None, None]


@pytest.fixture
def founders() -> list[Founder]:
    return [a_founder("Aiko Mori", READER), a_founder("Sora Lind", STEWARD)]


@pytest.fixture
def people(settings: Settings, clock: Clock, founders: list[Founder]) -> tuple[acts.Person, ...]:
    """The founders as the ceremony names them."""
    return hold_ceremony(settings, clock, founders)


@pytest.fixture
def staff(settings: Settings, clock: Clock, people: tuple[acts.Person, ...]) -> Iterator[Staff]:
    """A staff of the founders alone."""
    assert people
    running = open_staff(start(settings, clock), CHEAP, lambda _seconds: None)
    yield running
    running.service.database.engine.dispose()


def ring_of(staff: Staff, person: Newcomer, clock: Clock) -> Ring:
    """Sign in; return what somebody has at hand then."""
    clock.advance(STEP)
    credentials = Credentials(person.name, person.passphrase)
    pending = sessions.begin(staff, credentials, browsers.new_token(), clock())
    shown = Shown(TOTP(person.codes.text).at(clock()))
    token = sessions.finish(staff, pending, shown, clock())
    return sessions.present(staff, token, clock())


@contextmanager
def desk_of(staff: Staff, ring: Ring, clock: Clock) -> Iterator[Desk]:
    service = staff.service
    with service.begin() as session:
        verified = service.office.follow(session)
        yield Desk(session, ring, verified, service.journal, clock())


def let_join(staff: Staff, rings: Sequence[Ring], wish: Wish, clock: Clock) -> Newcomer:
    """Let somebody join whom two roster managers want."""
    newcomer = somebody(wish.name)
    with desk_of(staff, rings[0], clock) as desk:
        token = joining.invite(desk, wish)
        link = joining.look(desk.session, token, clock())
        prepared = prepare(staff.door, newcomer, link.member)
        joining.join(desk.session, staff.service, token, prepared, clock())
    with desk_of(staff, rings[0], clock) as desk:
        come_all_the_way(desk, rings, link.member)
        membership.propose(desk, link.member, wish.duties)
    with desk_of(staff, rings[1], clock) as desk:
        (proposal,) = membership.waiting(desk.session, desk.verified)
        membership.sign(desk, proposal.id)
    return newcomer


def come_all_the_way(desk: Desk, rings: Sequence[Ring], member: bytes) -> None:
    """Let two managers sign every step of somebody's vetting."""
    managers, progress = (
        managers_of(desk.verified),
        steps.progress_of(desk.session, desk.verified, member),
    )
    for stage in WAY:
        step = rings[0].propose_step(progress, Held(stage, FOUNDED), managers)
        step = rings[1].countersign_step(progress, step, managers)
        progress = steps.append(desk.session, desk.verified, progress, step)


def holders(staff: Staff, group: Group) -> set[bytes]:
    """Return who holds the first key of a group."""
    with staff.service.read() as session:
        verified = staff.service.office.follow(session)
        first = verified.epochs[group][0].id
        return set(session.scalars(select(Grant.member_id).where(Grant.epoch_id == first)))


def test_the_ceremony_names_the_founders_and_the_first_key_of_each_group(
    staff: Staff, people: tuple[acts.Person, ...]
) -> None:
    verified = staff.service.office.roster
    assert tuple(verified.people.values()) == people == verified.managers
    assert [len(epochs) for epochs in verified.epochs.values()] == [1, 1, 1, 1]
    with staff.service.read() as session:
        assert sorted(row.group for row in session.scalars(select(Epoch))) == sorted(Group)
    instance = staff.service.settings.instance
    founding = verified.hashes[0].hex()
    assert (instance / PIN_FILE).read_text() == founding
    assert (instance / HEAD_FILE).read_text() == f"0 {founding}"


def test_what_each_founder_became_stands_in_the_log(
    staff: Staff, founders: list[Founder], clock: Clock
) -> None:
    with staff.service.read() as session:
        assert audit.verify_whole(session).n == 3 * len(founders) + 1
    rings = [ring_of(staff, founder.newcomer, clock) for founder in founders]
    wish = Wish("Ren Okada", read_duties("auditor"))
    auditor = let_join(staff, rings, wish, clock)
    ring_of(staff, founders[0].newcomer, clock)
    ring = ring_of(staff, auditor, clock)
    with staff.service.read() as session:
        verbs = [entry.verb for entry in audit.read(session, ring.segment_key, None)]
    made = ["invited", "key.enrolled", "role.granted"]
    assert verbs[-7:] == ["roster.genesis", *reversed(made), *reversed(made)]


def test_nothing_readable_says_who_the_founders_are(staff: Staff) -> None:
    with staff.service.read() as session:
        rows = [*session.scalars(select(Member)), *session.scalars(select(About))]
    shown = [str(getattr(row, column.name)) for row in rows for column in row.__table__.columns]
    assert shown
    assert not [value for value in shown if "Aiko" in value or "Sora" in value]


def test_the_founders_know_each_other_by_name(
    staff: Staff, founders: list[Founder], clock: Clock
) -> None:
    for founder in founders:
        ring = ring_of(staff, founder.newcomer, clock)
        with staff.service.read() as session:
            shared = circles.open_key(session, ring, staff.service.office.roster, Circle.STAFF)
            known = circles.read(session, shared)
        assert sorted(str(record["name"]) for record in known.values()) == [
            "Aiko Mori",
            "Sora Lind",
        ]


def test_a_founder_acts_with_the_keys_of_their_own_roles_only(
    staff: Staff, founders: list[Founder], people: tuple[acts.Person, ...], clock: Clock
) -> None:
    reader, steward = (ring_of(staff, founder.newcomer, clock) for founder in founders)
    assert reader.groups == {Group.INTAKE, Group.CASEWORK}
    assert steward.groups == set()
    assert holders(staff, Group.INTAKE) == {people[0].id}
    for group in (Group.AUDIT, Group.PUBLICATION):
        assert holders(staff, group) == {person.id for person in people}


def test_the_first_auditor_is_given_the_key_that_was_held_in_trust(
    staff: Staff, founders: list[Founder], clock: Clock
) -> None:
    rings = [ring_of(staff, founder.newcomer, clock) for founder in founders]
    auditor = let_join(staff, rings, Wish("Ren Okada", read_duties("auditor")), clock)
    assert len(holders(staff, Group.AUDIT)) == 2
    ring_of(staff, founders[1].newcomer, clock)
    assert len(holders(staff, Group.AUDIT)) == 1
    ring = ring_of(staff, auditor, clock)
    assert holders(staff, Group.AUDIT) == {ring.person.id}
    assert ring.groups == {Group.AUDIT}
    # The founders knew the first key, so the auditor made another one for what comes.
    verified = staff.service.office.roster
    assert len(verified.epochs[Group.AUDIT]) == 2
    assert ring.holds(verified.epoch(Group.AUDIT).id)
    with staff.service.read() as session:
        entries = audit.read(session, ring.segment_key, None)
    assert {entry.detail for entry in entries} == {audit.Detail.READABLE}


@pytest.mark.usefixtures("people")
def test_an_office_is_founded_once(settings: Settings, clock: Clock) -> None:
    pin = (settings.instance / PIN_FILE).read_bytes()
    with pytest.raises(AccountError, match="staff already"):
        hold_ceremony(settings, clock, [a_founder("Mei"), a_founder("Noor")])
    assert (settings.instance / PIN_FILE).read_bytes() == pin


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("founders", "says"),
    [
        ([], "at least two people"),
        ([a_founder("Aiko")], "at least two people"),
        ([a_founder("Aiko"), a_founder("AIKO", READER)], "the same name"),
        ([a_founder("Aiko"), a_founder("Mei", read_duties("supervisor"))], "is a roster manager"),
        ([a_founder("Aiko"), a_founder("Ren", replace(STEWARD, roles=frozenset()))], "Add one of"),
    ],
)
def test_people_who_cannot_found_an_office_together_are_told_why(
    settings: Settings, clock: Clock, founders: list[Founder], says: str
) -> None:
    with pytest.raises(AccountError, match=says):
        hold_ceremony(settings, clock, founders)
    assert not (settings.instance / PIN_FILE).exists()
    assert nobody_is_stored(settings)


def test_a_ceremony_that_cannot_pin_stores_nobody(
    settings: Settings, clock: Clock, founders: list[Founder]
) -> None:
    (settings.instance / PIN_FILE).write_text("ab" * 32)
    with pytest.raises(OfficeError, match="has its office already"):
        hold_ceremony(settings, clock, founders)
    assert nobody_is_stored(settings)


@pytest.mark.parametrize("table", ["roster_entry", "audit_event", "epoch_grant", "about"])
def test_a_ceremony_that_cannot_store_everything_pins_nothing(
    settings: Settings, clock: Clock, founders: list[Founder], table: str
) -> None:
    def listen(*told: object) -> None:
        if str(told[2]).startswith(f"INSERT INTO {table} "):
            raise KeyboardInterrupt

    event.listen(Engine, "before_cursor_execute", listen)
    try:
        with pytest.raises(KeyboardInterrupt):
            hold_ceremony(settings, clock, founders)
    finally:
        event.remove(Engine, "before_cursor_execute", listen)
    assert not (settings.instance / PIN_FILE).exists()
    assert not (settings.instance / HEAD_FILE).exists()
    assert nobody_is_stored(settings)
    assert hold_ceremony(settings, clock, founders)
