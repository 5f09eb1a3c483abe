"""Builders of staff: people with real keys, and their browsers."""

import re
import secrets
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from http import HTTPStatus
from typing import Self, TypedDict, Unpack

from flask import Flask
from flask.testing import FlaskClient
from pyotp import TOTP
from sqlalchemy import Engine
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from admin import audit, grants
from admin.accounts import Duties, Newcomer, prepare
from admin.authority import Person
from admin.factors import OneTimeCodes
from admin.keyring import Ring, make_keyring, open_ring
from admin.models import Member
from admin.runtime import Staff
from crypto import acts, roster
from crypto.acts import Enrolment
from crypto.chain import GENESIS
from crypto.custody import LiveKeys, open_keyring, open_sealed
from crypto.envelope import Label, Secret, expand
from crypto.passphrase import stretch
from crypto.roles import Group, Role
from crypto.roster import Roster
from crypto.standing import Stage
from reporting import intake, office, places, records
from reporting.audit import head
from reporting.audit_rows import AuditSegment
from reporting.models import CasePart, CaseWrap, Part, Wrapped
from tests import multipart
from tests.builders import FOUNDED, Seeds, a_report
from tests.builders_standing import FAR, came_to, gave_their_word
from tests.conftest import Clock
from tests.multipart import Evidence

PASSPHRASE = "seven quiet herons cross the river"
NEXT_CODE = timedelta(seconds=30)
SIGNED_IN = "__Host-s"


@dataclass(frozen=True)
class StaffMember:
    """Somebody on the staff, with everything they know and carry."""

    id: bytes
    name: str
    passphrase: str
    codes: OneTimeCodes

    @classmethod
    def of(cls, newcomer: Newcomer, member: bytes = b"") -> Self:
        return cls(member, newcomer.name, newcomer.passphrase, newcomer.codes)

    def code(self, now: datetime) -> str:
        """Return what their telephone shows."""
        return TOTP(self.codes.text).at(now)


def the_staff(app: Flask) -> Staff:
    staff: Staff = app.extensions["tomoshibi.staff"]
    return staff


class Vetted(TypedDict, total=False):
    """How far somebody came, and on which days they declared their ties; on none they never did."""

    stage: Stage
    declared: tuple[date, ...]


def a_member(
    app: Flask,
    seeds: Seeds,
    name: str,
    *roles: Role,
    manages: bool = False,
    **vetted: Unpack[Vetted],
) -> StaffMember:
    """Put somebody on the roster, with the first key of each of their groups.

    They are a member whose declaration does not end, unless a test says otherwise.
    """
    staff, newcomer = the_staff(app), Newcomer(name, PASSPHRASE, OneTimeCodes.make())
    prepared = prepare(staff.door, newcomer, secrets.token_bytes(16))
    person = prepared.listed(Duties(frozenset(roles), manages))
    with staff.service.begin() as session:
        verified = staff.service.office.follow(session)
        verified = enrolled(session, verified, seeds, person)
        session.add(prepared.row(head(session), verified.head))
        signers = [manager.signing_seed for manager in seeds.managers]
        came_to(session, verified, signers, person.id, vetted.get("stage", Stage.MEMBER))
        for day in vetted.get("declared", (FAR,)):
            gave_their_word(session, verified, prepared.keyring, person, day)
        session.flush()
        session.add_all(
            grants.give(seeds.stated(group), seeds.by_group[group], person)
            for group in person.groups
        )
    return StaffMember.of(newcomer, person.id)


def enrolled(session: Session, verified: Roster, seeds: Seeds, person: acts.Person) -> Roster:
    """Let both managers sign that somebody belongs; return the roster with them."""
    first, second = (manager.signing_seed for manager in seeds.managers)
    entry = roster.propose(verified, Enrolment(FOUNDED, person), first)
    return office.append(session, verified, roster.countersign(verified, entry, second))


def a_reviewer(app: Flask, seeds: Seeds, name: str = "Aiko Mori") -> StaffMember:
    return a_member(app, seeds, name, Role.REVIEWER, Role.CASEWORKER)


def an_auditor(app: Flask, seeds: Seeds, name: str = "Ren Okada") -> StaffMember:
    return a_member(app, seeds, name, Role.AUDITOR)


def a_ring(seeds: Seeds, verified: Roster, *roles: Role) -> Ring:
    """Return the ring of somebody with these roles, with the first key of each of their groups."""
    person = Person(bytes(16), "Ren Okada", frozenset(roles))
    keyring = make_keyring((Secret(b"factor"),), GENESIS, GENESIS)
    held = {seeds.epochs[group]: seeds.by_group[group] for group in person.groups}
    return open_ring(person, LiveKeys(keyring, held), verified)


def a_stored_report(app: Flask, clock: Clock, **said: object) -> tuple[str, str]:
    """Store a report; return its number in hex and its code."""
    service = the_staff(app).service
    sealed = intake.prepare(a_report(**said), service.desk, clock())  # type: ignore[arg-type]
    with service.begin() as session:
        intake.store(session, sealed)
    case = sealed.case["id"]
    assert isinstance(case, bytes)
    return case.hex(), sealed.receipt.digits


def reseal_facets(app: Flask, seeds: Seeds, case: str, **said: records.Json) -> None:
    """Seal other facets under the key of a report, as only its sender could.

    Nobody has signed in yet: whoever does first makes the next key, of which only they know.
    """
    number = bytes.fromhex(case)
    with the_staff(app).service.begin() as session:
        wrap = session.get_one(CaseWrap, (number, Wrapped.CASE))
        place = places.wrap(number, Wrapped.CASE, Group.INTAKE)
        seed = seeds.by_group[Group.INTAKE]
        key = expand(open_sealed(seed, wrap.key_sealed, place), Label.FACETS)
        part = session.get_one(CasePart, (number, Part.FACETS))
        where = places.part(number, Part.FACETS, part.rev)
        record = {**records.reopen(key, part.content_sealed, where), **said}
        part.content_sealed = records.close(key, record, where, 1024)


def token_of(response: TestResponse) -> str:
    """Return the form token of a page."""
    found = re.search(r'name="token" value="([0-9a-f]+)"', response.text)
    assert found, response.text
    return found[1]


def taken_out(client: FlaskClient, address: str) -> TestResponse:
    """Take a file out as the staff do, from the page that warns of it."""
    page = client.get(address)
    if page.status_code != HTTPStatus.OK:
        return page
    return client.post(address, data={"token": token_of(page)}, buffered=True)


def type_passphrase(client: FlaskClient, name: str, passphrase: str) -> TestResponse:
    """Take the first step in."""
    token = token_of(client.get("/staff/sign-in"))
    fields = {"token": token, "name": name, "passphrase": passphrase}
    return client.post("/staff/sign-in", data=fields)


def type_code(client: FlaskClient, code: str) -> TestResponse:
    """Take the second step in."""
    token = token_of(client.get("/staff/sign-in"))
    return client.post("/staff/sign-in/code", data={"token": token, "code": code})


def sign_in(client: FlaskClient, person: StaffMember, clock: Clock, *, waits: bool = True) -> None:
    """Sign in, with a code not used before; nobody looks at the page it leads to.

    Whoever never did need not wait for the next code.
    """
    if waits:
        clock.advance(NEXT_CODE)
    step = type_passphrase(client, person.name, person.passphrase)
    assert step.headers["Location"] == "/staff/sign-in/code", step.text
    step = type_code(client, person.code(clock()))
    assert step.headers["Location"] == "/staff/", step.text


def first_page(client: FlaskClient, person: StaffMember, clock: Clock) -> TestResponse:
    """Sign in; return the page it leads to."""
    sign_in(client, person, clock)
    return client.get("/staff/")


def cookie_of(client: FlaskClient) -> str:
    """Return what a browser shows that took a step in."""
    cookie = client.get_cookie(SIGNED_IN)
    assert cookie is not None
    return cookie.value


def write(client: FlaskClient, case: str, kind: str, text: str) -> TestResponse:
    """Send a reply or a note from the page of a report."""
    token = token_of(client.get("/staff/"))
    return client.post(f"/staff/case/{case}/{kind}", data={"token": token, "text": text})


def send_files(client: FlaskClient, case: str, *files: Evidence) -> TestResponse:
    """Send files to the reporter from the page of a report, none or several."""
    form = multipart.body({"token": token_of(client.get("/staff/"))}, *files)
    return client.post(f"/staff/case/{case}/files", data=form, content_type=multipart.TYPE)


def kek_of(app: Flask, person: StaffMember) -> Secret:
    """Return what somebody's passphrase is stretched to."""
    door = the_staff(app).door
    with the_staff(app).service.read() as session:
        salt = session.get_one(Member, person.id).salt
    return stretch(person.passphrase, salt, door.pepper, door.parameters)


def live_keys(app: Flask, person: StaffMember) -> LiveKeys:
    """Return every private key that somebody's passphrase leads to."""
    kek, parameters = kek_of(app, person), the_staff(app).door.parameters
    service = the_staff(app).service
    with service.read() as session:
        member = session.get_one(Member, person.id)
        keyring = open_keyring(kek, member.keyring_sealed, member.id, member.rev, parameters)
        return grants.open_all(session, keyring, person.id, service.office.follow(session))


def noted(app: Flask, seeds: Seeds, case: str, reader: StaffMember | None = None) -> list[str]:
    """Return what the log says was done with a report, the first deed first.

    An auditor who has signed in has made the next key, and is the `reader` then.
    """
    held = {seeds.epochs[Group.AUDIT]: seeds.by_group[Group.AUDIT]}
    if reader is not None:
        held |= live_keys(app, reader).groups

    def key_of(segment: AuditSegment) -> Secret:
        seed = held[segment.epoch_id]
        return open_sealed(seed, segment.key_sealed, places.segment(segment.id))

    with the_staff(app).service.read() as session:
        entries = audit.read(session, key_of, None)
    return [entry.verb for entry in reversed(entries) if entry.subject == case]


def flipped(box: bytes) -> bytes:
    """Return a box whose last bit somebody changed."""
    return box[:-1] + bytes([box[-1] ^ 1])


def without_triggers(engine: Engine, table: str = "audit_event") -> None:
    """Take away what guards the log or another table, as somebody who owns the database can."""
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            return
        found = connection.exec_driver_sql(
            f"SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = '{table}'"  # noqa: S608 - ours
        )
        for name in found.scalars().all():
            connection.exec_driver_sql(f"DROP TRIGGER {name}")


def drop_the_log(app: Flask) -> None:
    """Make it impossible to write to the audit log."""
    with the_staff(app).service.database.engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE audit_event RENAME TO elsewhere")
