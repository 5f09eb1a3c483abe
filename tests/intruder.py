"""Intruder: somebody who owns the database, and what they can do with keys that others gave them.

Where things are sealed is written down here a second time: it is a format.
"""

import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass

from flask import Flask
from sqlalchemy import delete, select

from admin import circles
from admin.circle_rows import CircleKey, CircleRow
from admin.circles import Circle, SharedKey
from admin.models import About, Grant
from crypto.acts import Person
from crypto.cosigned import Cosigned
from crypto.custody import Keyring, open_sealed
from crypto.envelope import Ctx, OpenError, Secret, make_key
from crypto.roster import Roster
from crypto.sealing import kid, seal
from crypto.signing import Document, Prefix
from reporting import records
from reporting.office_rows import RosterRow
from tests.builders_staff import the_staff


@dataclass(frozen=True)
class Copied:
    """All rows of a circle as they were at some time."""

    row: CircleRow
    keys: tuple[CircleKey, ...]
    known: tuple[About, ...]


def plant(app: Flask, *rows: object) -> None:
    """Write rows over whatever is there."""
    with the_staff(app).service.begin() as session:
        for row in rows:
            session.merge(row)


def a_grant(person: Person, epoch: bytes, seed: Secret) -> Grant:
    """Return a grant of any seed, sealed to the right key of a person for the right place."""
    box = seal(person.sealing_key, seed, grant_place(epoch, person.id))
    return Grant(epoch_id=epoch, member_id=person.id, box_sealed=box)


def plant_key(app: Flask, verified: Roster, circle: Circle, *signers: Keyring) -> SharedKey:
    """Put a key in the place of a circle's, sealed to everybody in it, with these signatures."""
    made = SharedKey(circle, secrets.token_bytes(16), make_key())
    people = circles.people_of(circle, verified).values()
    first, *others = (keyring.signing_seed for keyring in signers)
    mark = Cosigned.write(Prefix.CIRCLE, statement(made, people), first)
    for seed in others:
        mark = mark.countersigned(seed)
    plant(app, CircleRow(circle=circle, key_id=made.id, signed=mark.encode()))
    plant(app, *(a_circle_key(made, person) for person in people))
    return made


def a_circle_key(shared: SharedKey, person: Person) -> CircleKey:
    """Return the key of a circle sealed to a person."""
    box = seal(person.sealing_key, shared.key, key_place(shared.circle, shared.id, person.id))
    return CircleKey(circle=shared.circle, member_id=person.id, box_sealed=box)


def statement(shared: SharedKey, people: Iterable[Person]) -> Document:
    """Return what the mark of a circle states."""
    return {
        "circle": shared.circle,
        "id": shared.id.hex(),
        "sha256": hashlib.sha256(shared.key.reveal()).hexdigest(),
        "people": sorted(kid(person.sealing_key).hex() for person in people),
    }


def copy_of(app: Flask, circle: Circle) -> Copied:
    """Copy all rows of a circle."""
    with the_staff(app).service.read() as session:
        return Copied(
            session.get_one(CircleRow, circle),
            tuple(session.scalars(select(CircleKey).where(CircleKey.circle == circle))),
            tuple(session.scalars(select(About).where(About.circle == circle))),
        )


def put_back(app: Flask, copied: Copied) -> None:
    """Put the rows of a circle back as they were; what came since is gone."""
    with the_staff(app).service.begin() as session:
        for table in (CircleKey, About):
            session.execute(delete(table).where(table.circle == copied.row.circle))
        for one in (copied.row, *copied.keys, *copied.known):
            session.merge(one)


def opens(keyring: Keyring, copied: Copied, written: About) -> bool:
    """Try somebody's keys and a copied key of a circle on what was written about a person."""
    circle, key_id = Circle(copied.row.circle), copied.row.key_id
    for row in copied.keys:
        try:
            key = open_sealed(
                keyring.seed, row.box_sealed, key_place(circle, key_id, row.member_id)
            )
            records.reopen(key, written.content_sealed, about_place(key_id, written))
        except OpenError:
            continue
        return True
    return False


def cut_roster(app: Flask, n: int) -> None:
    """Take the entries of the roster from the n-th on away, and what guards them."""
    engine = the_staff(app).service.database.engine
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("ALTER TABLE roster_entry DISABLE TRIGGER ALL")
        else:
            triggers = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
            found = connection.exec_driver_sql(f"{triggers} AND tbl_name = 'roster_entry'")
            for name in found.scalars().all():
                connection.exec_driver_sql(f"DROP TRIGGER {name}")
        connection.execute(delete(RosterRow).where(RosterRow.n >= n))


def grant_place(epoch: bytes, member: bytes) -> Ctx:
    """Return where the seed of an epoch is sealed to somebody."""
    return Ctx(f"seed for {member.hex()}", "epoch_grant", "box_sealed", epoch)


def key_place(circle: Circle, key: bytes, member: bytes) -> Ctx:
    """Return where the key of a circle is sealed to somebody."""
    return Ctx(f"{circle} for {member.hex()}", "circle_key", "box_sealed", key)


def about_place(key: bytes, row: About) -> Ctx:
    """Return where a circle locks what it knows about somebody."""
    purpose = f"about for {row.circle} under {key.hex()}"
    return Ctx(purpose, "about", "content_sealed", row.member_id, row.rev)
