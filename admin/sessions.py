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
    NotSignedInError,
    SignInEndedError,
    SignInRefusedError,
)
from admin.factors import OneTimeCodes
from admin.keyring import Ring, name_of, only_acting, open_grants, open_ring
from admin.models import Grant, Member
from admin.permissions import acting_groups
from admin.runtime import Door, Staff
from admin.tally import Failure
from crypto.chain import Head
from crypto.custody import KEYRING_BYTES, Keyring, LiveKeys, lock_keyring, open_keyring
from crypto.envelope import Ctx, OpenError, Secret, make_key
from crypto.passphrase import dummy_salt, name_tag, stretch
from crypto.stream import lock
from reporting.audit import Event, append
from reporting.models import Group

TOUCH_AFTER: Final = timedelta(minutes=1)
NOBODY: Final = "nobody"
EXCHANGED: Final = "a key ring was exchanged while its owner came in"
# Tried for names that do not exist: it refuses just as late as a real one. Nothing opens it.
_DUMMY_BOX: Final = lock(
    make_key(), bytes(KEYRING_BYTES), Ctx("dummy", "member", "keyring_sealed", bytes(16))
)


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
    """A one-time code as typed, when, what the log calls its use, and how far it was checked."""

    code: str = field(repr=False)
    at: datetime
    verb: str
    seen: Head


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
            _record_failure(staff, Failure(tag, "passphrase"), now)
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
    over, AlarmError when the audit log or a key is not what it was, and BusyError. A wrong code
    counts as a failure of its name, and is answered as late as a wrong passphrase.
    """
    keys = browsers.keys_from(token)
    try:
        with staff.service.read() as session:
            tag = browsers.find_pending(session, keys, now).tag
        with staff.patience.attempt(tag):
            return _try_code(staff, keys, code, now)
    except SignInEndedError:
        _erase_if_spent(staff, keys, now)
        raise


def look_back(staff: Staff, opened: Opened) -> Head:
    """Check the log from where this person last saw it; return its end.

    Done before anything is written: nobody has to wait for it. Raises AlarmError.
    """
    with staff.service.read() as session:
        member = _still_there(session.get(Member, opened.member))
        return audit.verify_from(session, _keyring(staff, member, opened).audit_head)


def admit(session: Session, staff: Staff, opened: Opened, arrival: Arrival) -> Admitted:
    """Check the second factor, and what the log gained since `look_back`; note the arrival.

    The code is used up, the audit row written and the key ring locked again around the new end
    of the log, all in the caller's unit of work. Raises CodeRefusedError, AlarmError.
    """
    member = _still_there(session.get(Member, opened.member, with_for_update=True))
    keyring = _keyring(staff, member, opened)
    try:
        codes = OneTimeCodes.decode(keyring.factors[0])
        name = name_of(member, keyring)
    except OpenError:
        raise AlarmError(EXCHANGED) from None
    used = codes.accept(arrival.code, arrival.at)
    keys = _granted(session, staff, member, keyring)
    person = Person(member.id, name, _groups(staff, keys))
    event = Event(member.id.hex(), person.role, arrival.verb, member.id)
    append(session, staff.service.journal, event, arrival.at)
    # Checked after appending: from there on nobody else can append until this unit of work ends.
    # The key ring may pin a later row by now, when its owner came in elsewhere meanwhile.
    seen = audit.verify_from(session, keyring.audit_head, arrival.seen)
    renewed = replace(keyring, audit_head=seen, factors=(used.encode(),))
    member.rev += 1
    member.keyring_sealed = lock_keyring(
        opened.kek, renewed, member.id, member.rev, staff.door.parameters
    )
    staff.patience.succeeded(opened.tag)
    return Admitted(member, name, LiveKeys(renewed, keys.groups), person)


def present(staff: Staff, token: Secret, now: datetime) -> Ring:
    """Return the ring of whoever is signed in with this cookie; raise NotSignedInError."""
    keys = browsers.keys_from(token)
    try:
        with staff.service.read() as session:
            live = browsers.find_live(session, keys, now)
    except NotSignedInError:
        _erase_if_spent(staff, keys, now)
        raise
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
        return _Account(bytes(16), dummy_salt(door.pepper, tag), _DUMMY_BOX, 0)
    return _Account(member.id, member.salt, member.keyring_sealed, member.rev)


def _still_there(member: Member | None) -> Member:
    if member is None:
        raise AlarmError(EXCHANGED)
    return member


def _keyring(staff: Staff, member: Member, opened: Opened) -> Keyring:
    parameters = staff.door.parameters
    try:
        return open_keyring(opened.kek, member.keyring_sealed, member.id, member.rev, parameters)
    except OpenError:
        raise AlarmError(EXCHANGED) from None


def _try_code(staff: Staff, keys: BrowserKeys, code: str, now: datetime) -> Secret:
    with staff.service.begin() as session:
        pending = browsers.take_try(session, keys, now)
    opened = Opened(pending.member, pending.tag, pending.kek)
    arrival = Arrival(code, now, "login.ok", look_back(staff, opened))
    try:
        with staff.service.begin() as session:
            return _sign_in(session, staff, opened, arrival, keys)
    except CodeRefusedError:
        _record_failure(staff, Failure(pending.tag, "code"), now)
        if pending.tries < browsers.TRIES:
            raise
        raise SignInEndedError from None


def _sign_in(
    session: Session, staff: Staff, opened: Opened, arrival: Arrival, before: BrowserKeys
) -> Secret:
    admitted = admit(session, staff, opened, arrival)
    kept = only_acting(admitted.keys, staff.service.office)
    # A new token: whoever knew the cookie before it was signed in knows nothing now.
    token = browsers.new_token()
    browsers.erase(session, before)
    live = Live(
        opened.member, admitted.name, Secret(kept.encode()), started=arrival.at, seen=arrival.at
    )
    browsers.keep_live(session, browsers.keys_from(token), live)
    return token


def _erase_if_spent(staff: Staff, keys: BrowserKeys, now: datetime) -> None:
    """Delete what a refused cookie still has here; a stranger's cookie makes nobody write."""
    with staff.service.read() as session:
        is_spent = browsers.is_spent(session, keys, now)
    if is_spent:
        with staff.service.begin() as session:
            browsers.erase(session, keys)


def _record_failure(staff: Staff, failure: Failure, now: datetime) -> None:
    staff.patience.failed(failure.tag)
    due = staff.tally.add(failure, now)
    if not due.count:
        return
    event = Event(NOBODY, "", "login.failed", due.tag, fields=(failure.step,), count=due.count)
    with staff.service.begin() as session:
        append(session, staff.service.journal, event, now)


def _granted(session: Session, staff: Staff, member: Member, keyring: Keyring) -> LiveKeys:
    grants = session.scalars(select(Grant).where(Grant.member_id == member.id))
    return open_grants(keyring, grants, staff.service.office)


def _groups(staff: Staff, keys: LiveKeys) -> frozenset[str]:
    pinned = staff.service.office.keys
    return acting_groups({group for group in Group if pinned[group].epoch in keys.groups})
