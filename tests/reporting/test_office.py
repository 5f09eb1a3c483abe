"""Reports are sealed to the keys of the verified roster and to no others."""

import secrets
from collections.abc import Callable
from dataclasses import replace
from functools import reduce

import pytest
from sqlalchemy import Executable, delete, insert, select, update
from sqlalchemy.exc import DBAPIError

from crypto import custody, entries
from crypto.acts import Act, Enrolment, Epoch, Person
from crypto.chain import Head
from crypto.envelope import Secret
from crypto.roles import Group, Role
from crypto.roster import Roster
from reporting import intake, office, office_rows
from reporting.database import connect
from reporting.errors import OfficeError
from reporting.models import CaseWrap
from reporting.office import HEAD_FILE, PIN_FILE
from reporting.office_rows import RosterRow
from reporting.runtime import Runtime, start
from reporting.settings import Settings
from tests.builders import FOUNDED, Manager, Seeds, a_report, an_office
from tests.builders_staff import enrolled, without_triggers
from tests.conftest import Clock

STRANGER = Manager.make()
Planted = Callable[[Roster, Seeds], bytes]


def change(settings: Settings, statement: Executable) -> None:
    """Do to the roster what somebody who owns the database can."""
    database = connect(settings.database)
    without_triggers(database.engine, "roster_entry")
    with database.begin() as session:
        session.execute(statement)
    database.engine.dispose()


def somebody(*roles: Role) -> Person:
    return replace(Manager.make().listed, roles=frozenset(roles), is_manager=False)


def signed(verified: Roster, act: Act, *seeds: Secret) -> bytes:
    """Return an entry for the next place, whoever signs it: no rule is asked here."""
    first, *others = seeds
    entry = entries.write(len(verified.hashes), verified.head.hash.hex(), act, first)
    return reduce(entries.countersign, others, entry)


def of_one_manager(verified: Roster, seeds: Seeds) -> bytes:
    act = Enrolment(FOUNDED, somebody(Role.REVIEWER))
    return signed(verified, act, seeds.managers[0].signing_seed)


def of_a_manager_and_a_stranger(verified: Roster, seeds: Seeds) -> bytes:
    act = Enrolment(FOUNDED, somebody(Role.REVIEWER))
    return signed(verified, act, seeds.managers[0].signing_seed, STRANGER.signing_seed)


def of_a_key(verified: Roster, _seeds: Seeds) -> bytes:
    key = custody.public_key(STRANGER.seed)
    act = Epoch(FOUNDED, secrets.token_bytes(16), Group.INTAKE, key)
    return signed(verified, act, STRANGER.signing_seed)


def of_another_office(_verified: Roster, _seeds: Seeds) -> bytes:
    return Seeds.make().founding


def of_nothing(_verified: Roster, _seeds: Seeds) -> bytes:
    return b"planted"


PLANTED = [of_one_manager, of_a_manager_and_a_stranger, of_a_key, of_another_office, of_nothing]


def epochs_of_a_new_report(runtime: Runtime) -> set[bytes]:
    """Send a report; return the epochs that its keys are sealed to."""
    sealed = intake.prepare(a_report(), runtime.desk, runtime.clock())
    with runtime.begin() as session:
        intake.store(session, sealed)
        return set(session.scalars(select(CaseWrap.epoch_id)))


def let_in(runtime: Runtime, seeds: Seeds, person: Person) -> Roster:
    with runtime.begin() as session:
        return enrolled(session, runtime.office.follow(session), seeds, person)


def test_before_the_ceremony_nothing_starts_and_the_error_names_the_next_step(
    settings: Settings, clock: Clock
) -> None:
    with pytest.raises(OfficeError, match="tomoshibi genesis"):
        start(settings, clock)


def test_a_swapped_public_key_is_refused_at_start(
    settings: Settings, seeds: Seeds, clock: Clock
) -> None:
    an_office(settings, seeds)
    true = seeds.stated(Group.INTAKE).public_key.hex().encode()
    planted = custody.public_key(STRANGER.seed).hex().encode()
    assert true in seeds.founding
    swapped = seeds.founding.replace(true, planted)
    change(settings, update(RosterRow).values(entry=swapped))
    with pytest.raises(OfficeError, match="does not hold at entry 0"):
        start(settings, clock)


@pytest.mark.parametrize(
    "damage",
    [delete(RosterRow), update(RosterRow).values(entry=Seeds.make().founding)],
    ids=["missing", "of somebody else"],
)
def test_another_founding_than_the_pinned_one_is_refused_at_start(
    settings: Settings, seeds: Seeds, clock: Clock, damage: Executable
) -> None:
    an_office(settings, seeds)
    change(settings, damage)
    with pytest.raises(OfficeError, match="does not hold at entry 0"):
        start(settings, clock)


@pytest.mark.parametrize("planted", PLANTED)
def test_an_entry_that_somebody_planted_is_refused_at_start(
    runtime: Runtime, seeds: Seeds, planted: Planted
) -> None:
    entry = planted(runtime.office.roster, seeds)
    change(runtime.settings, insert(RosterRow).values(n=1, entry=entry))
    with pytest.raises(OfficeError, match="does not hold at entry 1"):
        start(runtime.settings, runtime.clock)


@pytest.mark.parametrize("planted", PLANTED)
def test_an_entry_planted_later_receives_no_report_and_is_told_while_reports_go_on(
    runtime: Runtime, seeds: Seeds, planted: Planted, caplog: pytest.LogCaptureFixture
) -> None:
    entry = planted(runtime.office.roster, seeds)
    change(runtime.settings, insert(RosterRow).values(n=1, entry=entry))
    known = {seeds.epochs[Group.INTAKE], seeds.epochs[Group.CASEWORK]}
    assert epochs_of_a_new_report(runtime) == known
    (told,) = caplog.records
    assert told.levelname == "CRITICAL"
    assert "does not hold at entry 1" in told.message
    with pytest.raises(OfficeError, match="entry 1"), runtime.read() as session:
        runtime.office.follow(session)


def test_what_holds_is_followed_up_to_the_entry_that_does_not(
    runtime: Runtime, seeds: Seeds
) -> None:
    grown = let_in(runtime, seeds, somebody(Role.REVIEWER))
    change(runtime.settings, insert(RosterRow).values(n=2, entry=b"planted"))
    with pytest.raises(OfficeError, match="entry 2"), runtime.read() as session:
        runtime.office.follow(session)
    assert runtime.office.roster.head == grown.head


def test_a_row_of_an_epoch_that_nobody_signed_never_receives_a_report(
    runtime: Runtime, seeds: Seeds
) -> None:
    with runtime.begin() as session:
        session.execute(insert(office_rows.Epoch).values(id=bytes(16), group="intake"))
    known = {seeds.epochs[Group.INTAKE], seeds.epochs[Group.CASEWORK]}
    assert epochs_of_a_new_report(runtime) == known


def test_the_next_key_of_a_group_receives_reports_as_soon_as_it_is_signed(
    runtime: Runtime, seeds: Seeds
) -> None:
    reviewer = Manager.make()
    person = replace(reviewer.listed, roles=frozenset({Role.REVIEWER}), is_manager=False)
    grown = let_in(runtime, seeds, person)
    key = custody.public_key(custody.make_seed())
    act = Epoch(FOUNDED, secrets.token_bytes(16), Group.INTAKE, key)
    with runtime.begin() as session:
        session.add(office_rows.Epoch(id=act.id, group=act.group))
        office.append(session, grown, signed(grown, act, reviewer.signing_seed))
    assert epochs_of_a_new_report(runtime) == {act.id, seeds.epochs[Group.CASEWORK]}


def test_what_one_process_appends_another_one_follows(runtime: Runtime, seeds: Seeds) -> None:
    other = start(runtime.settings, runtime.clock)
    person = somebody(Role.AUDITOR)
    grown = let_in(runtime, seeds, person)
    assert person.id not in other.office.roster.people
    with other.read() as session:
        assert other.office.follow(session).people[person.id] == person
    assert other.office.roster.head == grown.head
    other.database.engine.dispose()


def test_what_was_appended_and_taken_back_nobody_believes(runtime: Runtime, seeds: Seeds) -> None:
    before = runtime.office.roster.head
    with pytest.raises(ZeroDivisionError), runtime.begin() as session:
        enrolled(session, runtime.office.follow(session), seeds, somebody(Role.AUDITOR))
        raise ZeroDivisionError
    with runtime.read() as session:
        assert runtime.office.follow(session).head == before


def a_fork(verified: Roster, seeds: Seeds) -> bytes:
    """Return an entry for the same place as the newest one, with every signature it needs."""
    act = Enrolment(FOUNDED, somebody(Role.ADMINISTRATOR))
    first, second = (manager.signing_seed for manager in seeds.managers)
    return entries.countersign(entries.write(1, verified.hashes[0].hex(), act, first), second)


@pytest.mark.parametrize("is_forked", [True, False], ids=["forked", "rolled back"])
def test_a_roster_without_an_entry_that_a_process_here_has_seen_is_refused(
    runtime: Runtime, seeds: Seeds, *, is_forked: bool
) -> None:
    let_in(runtime, seeds, somebody(Role.REVIEWER))
    with runtime.read() as session:
        verified = runtime.office.follow(session)
    forked = update(RosterRow).values(entry=a_fork(verified, seeds))
    damage = forked if is_forked else delete(RosterRow)
    change(runtime.settings, damage.where(RosterRow.n == 1))
    with pytest.raises(OfficeError, match="does not hold at entry 1"):
        start(runtime.settings, runtime.clock)
    with runtime.read() as session:
        assert runtime.office.follow(session).head == verified.head


def test_how_far_the_roster_went_is_kept_from_the_process_that_saw_most_of_it(
    runtime: Runtime, seeds: Seeds
) -> None:
    founded = runtime.office.roster.head
    grown = let_in(runtime, seeds, somebody(Role.REVIEWER))
    with runtime.read() as session:
        runtime.office.follow(session)
    kept = (runtime.settings.instance / HEAD_FILE).read_text()
    assert kept == f"1 {grown.head.hash.hex()}"
    for earlier in (founded, Head(1, bytes(32))):
        office.remember(runtime.settings.instance, earlier)
        assert (runtime.settings.instance / HEAD_FILE).read_text() == kept


@pytest.mark.parametrize("damage", [b"", b"not hexadecimal", b"ab" * 31, b"\xff" * 64])
def test_a_damaged_pin_is_told(
    settings: Settings, seeds: Seeds, clock: Clock, damage: bytes
) -> None:
    an_office(settings, seeds)
    (settings.instance / PIN_FILE).write_bytes(damage)
    with pytest.raises(OfficeError, match=r"office\.pin is damaged"):
        start(settings, clock)


@pytest.mark.parametrize(
    "damage", [b"", b"0", b"none " + b"ab" * 32, b"0 " + b"ab" * 31, b"\xff" * 66]
)
def test_a_damaged_note_of_how_far_the_roster_went_is_told(runtime: Runtime, damage: bytes) -> None:
    (runtime.settings.instance / HEAD_FILE).write_bytes(damage)
    with pytest.raises(OfficeError, match=r"office\.head is damaged"):
        start(runtime.settings, runtime.clock)


def test_a_second_ceremony_cannot_overwrite_the_pin(settings: Settings, seeds: Seeds) -> None:
    an_office(settings, seeds)
    before = (settings.instance / PIN_FILE).read_bytes()
    with pytest.raises(OfficeError, match="has its office already"):
        office.write_pin(settings.instance, Seeds.make().pin)
    assert (settings.instance / PIN_FILE).read_bytes() == before


@pytest.mark.parametrize(
    "statement", [delete(RosterRow), update(RosterRow).values(entry=b"another")]
)
def test_the_database_itself_refuses_to_delete_or_rewrite_an_entry(
    runtime: Runtime, statement: Executable
) -> None:
    with pytest.raises(DBAPIError), runtime.begin() as session:
        session.execute(statement)
