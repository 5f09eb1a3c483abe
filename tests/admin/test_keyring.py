import secrets
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from admin import grants
from admin.accounts import Duties, Newcomer, Prepared, prepare
from admin.authority import Person
from admin.errors import AlarmError
from admin.factors import OneTimeCodes
from admin.keyring import make_epoch, make_keyring, matches, name_key, name_of, open_ring
from admin.models import Grant
from crypto import roster
from crypto.chain import GENESIS
from crypto.custody import LiveKeys
from crypto.envelope import Ctx, OpenError, Secret
from crypto.roles import Group, Role
from crypto.roster import Roster
from crypto.sealing import seal
from reporting import office_rows
from reporting.audit_rows import AuditSegment
from reporting.models import CaseWrap
from tests.builders import Seeds
from tests.builders_staff import a_ring, the_staff
from tests.conftest import Clock

READER = Duties(frozenset({Role.REVIEWER, Role.CASEWORKER}))


@pytest.fixture
def verified(seeds: Seeds) -> Roster:
    """The roster of an office that was just founded."""
    return roster.verify([seeds.founding], seeds.pin)


@pytest.fixture
def session(app: Flask) -> Iterator[Session]:
    """A unit of work on the database of a founded office."""
    with the_staff(app).service.begin() as session:
        yield session


def somebody(app: Flask, name: str = "Aiko Mori") -> Prepared:
    newcomer = Newcomer(name, "seven quiet herons cross the river", OneTimeCodes.make())
    return prepare(the_staff(app).door, newcomer, secrets.token_bytes(16))


def open_all(session: Session, person: Prepared, verified: Roster, *given: Grant) -> LiveKeys:
    """Store somebody with what was given to them, and open it."""
    session.add(person.row(GENESIS, GENESIS))
    session.flush()
    session.add_all(given)
    session.flush()
    return grants.open_all(session, person.keyring, person.identity.id, verified)


def test_a_ring_without_a_groups_key_opens_nothing_of_it(seeds: Seeds, verified: Roster) -> None:
    ring = a_ring(seeds, verified, Role.AUDITOR)
    with pytest.raises(OpenError):
        ring.case_key(CaseWrap(case_id=bytes(16), key_sealed=bytes(1186)))


def test_the_key_of_one_group_is_not_tried_on_what_belongs_to_another(
    seeds: Seeds, verified: Roster
) -> None:
    ring, place = a_ring(seeds, verified, Role.SUPERVISOR), Ctx("x", "x", "x_sealed", bytes(16))
    box = seal(verified.epoch(Group.INTAKE).public_key, Secret(bytes(32)), place)
    with pytest.raises(OpenError):
        ring.segment_key(
            AuditSegment(id=bytes(16), epoch_id=seeds.epochs[Group.INTAKE], key_sealed=box)
        )


def test_a_sign_in_does_not_carry_a_key_held_in_trust(seeds: Seeds, verified: Roster) -> None:
    keyring = make_keyring((Secret(b"factor"),), GENESIS, GENESIS)
    everything = {seeds.epochs[group]: seeds.by_group[group] for group in Group}
    founder = Person(bytes(16), "Aiko", frozenset({Role.SUPERVISOR}), is_manager=True)
    ring = open_ring(founder, LiveKeys(keyring, everything), verified)
    assert ring.groups == set(Group)
    kept = ring.kept()
    assert set(kept.groups) == {seeds.epochs[Group.INTAKE], seeds.epochs[Group.CASEWORK]}
    assert kept.keyring == keyring


def test_a_seed_that_the_roster_knows_nothing_of_is_no_key_of_a_group(
    verified: Roster, clock: Clock
) -> None:
    made = make_epoch(Group.INTAKE, clock())
    keyring = make_keyring((Secret(b"factor"),), GENESIS, GENESIS)
    ring = open_ring(
        Person(bytes(16), "Aiko", frozenset({Role.REVIEWER})),
        LiveKeys(keyring, {made.stated.id: made.seed}),
        verified,
    )
    assert not ring.groups
    assert not ring.seeds()
    assert not ring.holds(made.stated.id)
    known = ring.with_seeds((made,))
    assert known.seeds() == {made.stated.id: (Group.INTAKE, made.seed)}


def test_a_name_opens_with_its_owners_keys_only(app: Flask) -> None:
    person, other = somebody(app), somebody(app)
    row = person.row(GENESIS, GENESIS)
    assert name_of(row, name_key(person.keyring)) == "Aiko Mori"
    with pytest.raises(OpenError):
        name_of(row, name_key(other.keyring))


def test_a_key_ring_is_known_by_both_of_its_keys(app: Flask) -> None:
    person, other = somebody(app), somebody(app)
    assert matches(person.keyring, person.listed(READER))
    assert not matches(other.keyring, person.listed(READER))


def test_what_was_granted_opens(
    app: Flask, session: Session, seeds: Seeds, verified: Roster
) -> None:
    person = somebody(app)
    seed, stated = seeds.by_group[Group.INTAKE], seeds.stated(Group.INTAKE)
    live = open_all(session, person, verified, grants.give(stated, seed, person.listed(READER)))
    assert live.groups == {stated.id: seed}


def test_a_grant_of_an_epoch_that_is_not_in_the_roster_raises_the_alarm(
    app: Flask, session: Session, verified: Roster, clock: Clock
) -> None:
    person, stranger = somebody(app), make_epoch(Group.INTAKE, clock())
    session.add(office_rows.Epoch(id=stranger.stated.id, group=Group.INTAKE))
    session.flush()
    unknown = grants.give(stranger.stated, stranger.seed, person.listed(READER))
    with pytest.raises(AlarmError, match="not in the roster"):
        open_all(session, person, verified, unknown)


def test_a_grant_of_another_key_in_the_place_of_a_known_one_raises_the_alarm(
    app: Flask, session: Session, seeds: Seeds, verified: Roster, clock: Clock
) -> None:
    person, stranger = somebody(app), make_epoch(Group.INTAKE, clock())
    disguised = replace(stranger.stated, id=seeds.epochs[Group.INTAKE])
    with pytest.raises(AlarmError, match="not in the roster"):
        open_all(
            session,
            person,
            verified,
            grants.give(disguised, stranger.seed, person.listed(READER)),
        )


def test_a_grant_that_was_moved_from_another_epoch_raises_the_alarm(
    app: Flask, session: Session, seeds: Seeds, verified: Roster
) -> None:
    person = somebody(app)
    moved = grants.give(
        seeds.stated(Group.INTAKE), seeds.by_group[Group.INTAKE], person.listed(READER)
    )
    moved.epoch_id = seeds.epochs[Group.CASEWORK]
    with pytest.raises(AlarmError, match="altered"):
        open_all(session, person, verified, moved)


def test_what_was_sealed_to_earlier_keys_of_somebody_is_left_and_raises_no_alarm(
    app: Flask, session: Session, seeds: Seeds, verified: Roster
) -> None:
    person, before = somebody(app), somebody(app)
    old = grants.give(
        seeds.stated(Group.INTAKE), seeds.by_group[Group.INTAKE], before.listed(READER)
    )
    old.member_id = person.identity.id
    assert open_all(session, person, verified, old).groups == {}


def test_no_key_shows_in_a_repr(seeds: Seeds, verified: Roster) -> None:
    shown = repr(a_ring(seeds, verified, Role.REVIEWER))
    assert "Ren" not in shown
    assert "Private" not in shown
    assert "Seed" not in shown
