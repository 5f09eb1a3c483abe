"""An entry is believed once it is stored whole, and how far the roster went is never forgotten."""

import pytest
from sqlalchemy import insert, select

from crypto import entries, roster
from crypto.acts import Enrolment, Removal
from crypto.roles import Group
from crypto.roster import Roster, RosterError
from reporting import office
from reporting.errors import OfficeError
from reporting.office import HEAD_FILE
from reporting.office_rows import RosterRow
from reporting.runtime import Runtime
from tests.builders import FOUNDED, Manager, Seeds


def enrolment(verified: Roster, seeds: Seeds) -> bytes:
    """Return an entry by which somebody new belongs, signed by both managers."""
    person = Manager.make().listed
    first, second = (manager.signing_seed for manager in seeds.managers)
    entry = roster.propose(verified, Enrolment(FOUNDED, person), first)
    return roster.countersign(verified, entry, second)


def follow(runtime: Runtime) -> Roster:
    with runtime.read() as session:
        return runtime.office.follow(session)


def head_file(runtime: Runtime) -> str:
    return (runtime.settings.instance / HEAD_FILE).read_text(encoding="ascii")


def test_entries_appended_in_one_unit_of_work_are_followed_after_it(
    runtime: Runtime, seeds: Seeds
) -> None:
    before = runtime.office.roster
    with runtime.begin() as session:
        grown = office.append(session, before, enrolment(before, seeds))
        grown = office.append(session, grown, enrolment(grown, seeds))
        assert runtime.office.roster == before
    assert follow(runtime) == grown == runtime.office.roster
    assert len(grown.people) == len(before.people) + 2
    assert head_file(runtime) == f"2 {grown.head.hash.hex()}"


def test_what_was_rolled_back_is_not_believed(runtime: Runtime, seeds: Seeds) -> None:
    before = runtime.office.roster

    def fail() -> None:
        with runtime.begin() as session:
            office.append(session, before, enrolment(before, seeds))
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail()
    assert follow(runtime) == before
    assert head_file(runtime).startswith("0 ")


def test_an_entry_that_does_not_hold_is_not_stored(runtime: Runtime, seeds: Seeds) -> None:
    before = runtime.office.roster
    first, second = seeds.managers
    removal = entries.write(
        1, before.head.hash.hex(), Removal(FOUNDED, second.id), first.signing_seed
    )
    with runtime.begin() as session:
        for refused in (removal, b"", seeds.founding):
            with pytest.raises(RosterError):
                office.append(session, before, refused)
        assert session.scalars(select(RosterRow.n)).all() == [0]


def test_two_who_append_at_the_same_place_cannot_both(runtime: Runtime, seeds: Seeds) -> None:
    before = runtime.office.roster
    mine, theirs = enrolment(before, seeds), enrolment(before, seeds)
    with runtime.begin() as session:
        grown = office.append(session, before, mine)
        with pytest.raises(RosterError):
            office.append(session, grown, theirs)


def test_a_planted_entry_is_not_followed_and_the_keys_before_it_are_used_on(
    runtime: Runtime, seeds: Seeds, caplog: pytest.LogCaptureFixture
) -> None:
    before = runtime.office.roster
    with runtime.begin() as session:
        grown = office.append(session, before, enrolment(before, seeds))
        session.execute(insert(RosterRow).values(n=2, entry=enrolment(before, seeds)))
    with pytest.raises(OfficeError, match="does not hold at entry 2"):
        follow(runtime)
    runtime.keep_up()
    assert "does not hold at entry 2" in caplog.text
    assert runtime.office.roster == grown
    assert runtime.office.epoch(Group.INTAKE) == seeds.stated(Group.INTAKE)


def test_a_process_that_saw_less_does_not_take_back_how_far_the_roster_went(
    runtime: Runtime, seeds: Seeds
) -> None:
    before = runtime.office.roster
    with runtime.begin() as session:
        grown = office.append(session, before, enrolment(before, seeds))
    follow(runtime)
    office.remember(runtime.settings.instance, before.head)
    assert head_file(runtime) == f"1 {grown.head.hash.hex()}"


def test_a_process_that_starts_goes_through_all_that_was_appended(
    runtime: Runtime, seeds: Seeds
) -> None:
    with runtime.begin() as session:
        grown = office.append(
            session, runtime.office.roster, enrolment(runtime.office.roster, seeds)
        )
    with runtime.read() as session:
        assert office.load(session, runtime.settings.instance).roster == grown
