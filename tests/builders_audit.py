"""Builders of an audit log that people countersigned, and of what somebody does to it."""

import hashlib
import secrets
from dataclasses import dataclass

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from admin import audit, checkpoints, witnesses
from admin.checkpoints import Signer
from admin.models import CheckpointRow
from admin.witnesses import Witnesses
from crypto import signing
from crypto.chain import Head
from crypto.envelope import Secret
from reporting.audit import Event, append, head
from reporting.office import Office
from reporting.runtime import Runtime
from tests.conftest import Clock

ORIGIN = "tomoshibi-test"


@dataclass(frozen=True)
class Witness:
    """Somebody who countersigns; keys and id come from a name."""

    name: str

    @property
    def id(self) -> bytes:
        """The id that the log knows them by."""
        return hashlib.sha256(self.name.encode()).digest()[:16]

    @property
    def seed(self) -> Secret:
        """The seed they sign with."""
        return Secret(hashlib.sha256(f"{self.name} signs".encode()).digest())

    @property
    def key(self) -> bytes:
        """The key that their signatures are checked with."""
        return signing.public_key(self.seed)

    @property
    def signer(self) -> Signer:
        """What a sign-in of theirs countersigns with."""
        return Signer(self.id, self.seed, ORIGIN)


AIKO, REN, STRANGER = Witness("Aiko"), Witness("Ren"), Witness("Stranger")
KNOWN = Witnesses(ORIGIN, {person.id: [person.key] for person in (AIKO, REN)})


def everybody_knows(patched: pytest.MonkeyPatch, known: Witnesses = KNOWN) -> None:
    """Let an installation know whose countersignatures count."""

    def known_to(_office: Office) -> Witnesses:
        return known

    patched.setattr(witnesses, "known", known_to)


def rows(service: Runtime, clock: Clock, count: int, verb: str = "due_work.run") -> None:
    """Let so many things happen."""
    for _ in range(count):
        with service.begin() as session:
            append(session, service.journal, Event("system", "", verb), clock())


def countersigned(service: Runtime, clock: Clock, *people: Witness) -> Head:
    """Let people come in one after another and sign where the log ends; return that."""
    for person in people:
        with service.begin() as session:
            arrived = Event(person.id.hex(), "", "login.ok", person.id)
            append(session, service.journal, arrived, clock())
            checkpoints.keep(session, person.signer, audit.verify_whole(session), clock())
    with service.read() as session:
        return head(session)


def put(session: Session, person: Witness, n: int, signed: bytes) -> None:
    """Put a countersignature into the database by hand."""
    values = {"n": n, "member_id": person.id, "signed": signed}
    session.execute(insert(CheckpointRow).values(id=secrets.token_bytes(16), **values))


def standings(session: Session, known: Witnesses = KNOWN) -> list[tuple[int, str]]:
    """Return row and standing of each countersignature that is kept, the newest first."""
    checked = checkpoints.check(session, known.keys, known.origin)
    return [(one.n, one.standing) for one in checked.all]
