"""Sessions: let a member of the staff in, in two steps, and find out who is in.

Opening the key ring with the stretched passphrase is the password check; there is no other. A
name that does not exist costs the same work and gives the same answer.
"""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import audit, browsers
from admin.authority import Person
from admin.browsers import BrowserKeys, Live, Pending
from admin.errors import (
    AlarmError,
    CodeRefusedError,
    SignInEndedError,
    SignInRefusedError,
)
from admin.factors import OneTimeCodes
from admin.keyring import Ring, name_of, only_acting, open_grants, open_ring
from admin.models import Grant, Member
from admin.permissions import acting_groups
from admin.runtime import Door, Staff
from crypto.custody import Keyring, LiveKeys, lock_keyring, open_keyring
from crypto.envelope import OpenError, Secret
from crypto.passphrase import dummy_salt, name_tag, stretch
from reporting.audit import Event, append
from reporting.models import Group

TOUCH_AFTER: Final = timedelta(minutes=1)
NOBODY: Final = "nobody"


@dataclass(frozen=True, slots=True)
class Credentials:
    """What somebody typed at the door."""

    name: str = field(repr=False)
    passphrase: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Opened:
    """A key ring that its passphrase opened; the second factor is still to come."""

    member: bytes
    tag: bytes
    kek: Secret


@dataclass(frozen=True, slots=True)
class Arrival:
    """A one-time code as typed, when, and what the audit log calls its use."""

    code: str = field(repr=False)
    at: datetime
    verb: str


@dataclass(frozen=True, slots=True)
class Admitted:
    """A member who showed both factors, with every key granted to them."""

    member: Member = field(repr=False)
    name: str = field(repr=False)
    keys: LiveKeys = field(repr=False)
    person: Person


@dataclass(frozen=True, slots=True)
class _Account:
    """What a passphrase is tried on: a member's row, or a dummy of the same size."""

    id: bytes
    salt: bytes
    box: bytes
    rev: int


def unlock(staff: Staff, credentials: Credentials, now: datetime) -> Opened:
    """Open the key ring of this name with this passphrase.

    Raises SignInRefusedError, after the same work whether or not the name exists, and BusyError.
    Not guaranteed to be quick: a name that failed often is answered later and later.
    """
    tag = name_tag(staff.door.pepper, credentials.name)
    with staff.patience.attempt(tag):
        with staff.service.read() as session:
            account = _account(session, staff.door, tag)
        door = staff.door
        kek = stretch(credentials.passphrase, account.salt, door.pepper, door.parameters)
        try:
            open_keyring(kek, account.box, account.id, account.rev, door.parameters)
        except OpenError:
            _record_failure(staff, tag, "passphrase", now)
            raise SignInRefusedError from None
    return Opened(account.id, tag, kek)


def begin(staff: Staff, credentials: Credentials, before: Secret, now: datetime) -> Secret:
    """Take the first step; return the token of a cookie that can take the second.

    Whatever the cookie opened before is over. Raises SignInRefusedError, BusyError.
    """
    opened = unlock(staff, credentials, now)
    token = browsers.new_token()
    pending = Pending(opened.member, opened.tag, opened.kek, started=now)
    with staff.service.begin() as session:
        browsers.erase(session, browsers.keys_from(before))
        browsers.keep_pending(session, browsers.keys_from(token), pending)
    return token


def finish(staff: Staff, token: Secret, code: str, now: datetime) -> Secret:
    """Take the second step; return the token of a cookie that is signed in.

    Raises CodeRefusedError while tries are left, SignInEndedError when none is or the time is
    over, and AlarmError when the audit log or a key is not what it was.
    """
    keys = browsers.keys_from(token)
    # Counted before it is looked at: codes sent all at once are no more than five either.
    pending = _take_try(staff, keys, now)
    try:
        with staff.service.begin() as session:
            return _sign_in(session, staff, pending, Arrival(code, now, "login.ok"), keys)
    except CodeRefusedError:
        _record_failure(staff, pending.tag, "code", now)
        if pending.tries < browsers.TRIES:
            raise
        end(staff, token)
        raise SignInEndedError from None


def admit(session: Session, staff: Staff, opened: Opened, arrival: Arrival) -> Admitted:
    """Check the second factor, and the log from where this person last saw it; note the arrival.

    The code is used up, the audit row written and the key ring locked again around the new end
    of the log, all in the caller's unit of work. Raises CodeRefusedError, AlarmError.
    """
    member = session.get_one(Member, opened.member, with_for_update=True)
    parameters = staff.door.parameters
    try:
        keyring = open_keyring(opened.kek, member.keyring_sealed, member.id, member.rev, parameters)
        codes = OneTimeCodes.decode(keyring.factors[0])
        name = name_of(member, keyring)
    except OpenError:
        raise AlarmError("a key ring was exchanged while its owner came in") from None
    used = codes.accept(arrival.code, arrival.at)
    keys = _granted(session, staff, member, keyring)
    person = Person(member.id, name, _groups(staff, keys))
    event = Event(member.id.hex(), person.role, arrival.verb, member.id)
    append(session, staff.service.journal, event, arrival.at)
    # Checked after appending: from there on nobody else can append until this unit of work ends.
    seen = audit.verify_from(session, keyring.audit_head)
    renewed = replace(keyring, audit_head=seen, factors=(used.encode(),))
    member.rev += 1
    member.keyring_sealed = lock_keyring(opened.kek, renewed, member.id, member.rev, parameters)
    staff.patience.succeeded(opened.tag)
    return Admitted(member, name, LiveKeys(renewed, keys.groups), person)


def present(staff: Staff, token: Secret, now: datetime) -> Ring:
    """Return the ring of whoever is signed in with this cookie; raise NotSignedInError."""
    keys = browsers.keys_from(token)
    with staff.service.read() as session:
        live = browsers.find_live(session, keys, now)
    held = LiveKeys.decode(live.keys.reveal())
    ring = open_ring(live.member, live.name, held, staff.service.office)
    if now - live.seen >= TOUCH_AFTER:
        with staff.service.begin() as session:
            browsers.touch(session, keys, now)
    return ring


def end(staff: Staff, token: Secret) -> None:
    """Sign out; doing it twice does no harm."""
    with staff.service.begin() as session:
        browsers.erase(session, browsers.keys_from(token))


def _account(session: Session, door: Door, tag: bytes) -> _Account:
    member = session.scalars(select(Member).where(Member.name_tag == tag)).one_or_none()
    if member is None:
        return _Account(bytes(16), dummy_salt(door.pepper, tag), door.dummy_box, 0)
    return _Account(member.id, member.salt, member.keyring_sealed, member.rev)


def _take_try(staff: Staff, keys: BrowserKeys, now: datetime) -> Pending:
    with staff.service.begin() as session:
        pending = browsers.find_pending(session, keys, now)
        counted = replace(pending, tries=pending.tries + 1)
        browsers.keep_pending(session, keys, counted)
    return counted


def _sign_in(
    session: Session, staff: Staff, pending: Pending, arrival: Arrival, before: BrowserKeys
) -> Secret:
    opened = Opened(pending.member, pending.tag, pending.kek)
    admitted = admit(session, staff, opened, arrival)
    kept = only_acting(admitted.keys, staff.service.desk.office)
    # A new token: whoever knew the cookie before it was signed in knows nothing now.
    token = browsers.new_token()
    browsers.erase(session, before)
    live = Live(
        pending.member, admitted.name, Secret(kept.encode()), started=arrival.at, seen=arrival.at
    )
    browsers.keep_live(session, browsers.keys_from(token), live)
    return token


def _record_failure(staff: Staff, tag: bytes, what: str, now: datetime) -> None:
    staff.patience.failed(tag)
    event = Event(NOBODY, "", "login.failed", tag, fields=(what,))
    with staff.service.begin() as session:
        append(session, staff.service.journal, event, now)


def _granted(session: Session, staff: Staff, member: Member, keyring: Keyring) -> LiveKeys:
    grants = session.scalars(select(Grant).where(Grant.member_id == member.id))
    return open_grants(keyring, grants, staff.service.office)


def _groups(staff: Staff, keys: LiveKeys) -> frozenset[str]:
    pinned = staff.service.office.keys
    return acting_groups({group for group in Group if pinned[group].epoch in keys.groups})
