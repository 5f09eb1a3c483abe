"""Sessions: let a member of the staff in, in two steps, and find out who is in.

Opening the key ring with the stretched passphrase is the password check; there is no other. A
name that does not exist costs the same work and gives the same answer.
"""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import browsers, grants, holds, tries
from admin.admission import (
    Arrival,
    Opened,
    admit,
    factors_of,
    followed,
    look_back,
    shown_of,
    still_there,
)
from admin.authority import Person
from admin.browsers import BrowserKeys, Live, Pending
from admin.declaring import with_standing
from admin.decoys import Boxes, open_either
from admin.errors import (
    CodeRefusedError,
    NotSignedInError,
    SignInEndedError,
    SignInRefusedError,
)
from admin.keyring import Ring, matches, open_ring
from admin.meter import Meter
from admin.models import Member
from admin.runtime import Door, Staff
from admin.second_factors import Offer, Shown
from admin.tally import Failure
from crypto.custody import KEYRING_BYTES, LiveKeys
from crypto.envelope import Ctx, OpenError, Secret, make_key
from crypto.passphrase import dummy_salt, name_tag, stretch
from crypto.roster import Roster
from crypto.stream import lock
from reporting.audit import Event, append

TOUCH_AFTER: Final = timedelta(minutes=1)
NOBODY: Final = "nobody"
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
class _Account:
    """What a passphrase is tried on: the boxes of a member, or dummies of the same size."""

    salt: bytes
    boxes: Boxes


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
            open_either(kek, account.boxes, door.parameters)
        except OpenError:
            _record_failure(staff, Failure(tag, "passphrase"), now)
            raise SignInRefusedError from None
    return Opened(account.boxes.id, tag, kek)


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


def offer(staff: Staff, token: Secret, now: datetime) -> Offer:
    """Return what the second step asks of whoever took the first with this cookie.

    Raises SignInEndedError, and AlarmError for a key ring that was exchanged meanwhile.
    """
    with staff.service.read() as session:
        pending = browsers.find_pending(session, browsers.keys_from(token), now)
        member = still_there(session.get(Member, pending.member))
    opened = Opened(pending.member, pending.tag, pending.kek)
    factors = factors_of(shown_of(staff, member, opened).keyring)
    return factors.offer(staff.service.settings.staff_origin, pending.challenge)


def finish(staff: Staff, token: Secret, shown: Shown, now: datetime) -> Secret:
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
            return _try(staff, keys, shown, now)
    except SignInEndedError:
        _erase_if_spent(staff, keys, now)
        raise


def present(staff: Staff, token: Secret, now: datetime) -> Ring:
    """Return the ring of whoever is signed in with this cookie; raise NotSignedInError."""
    keys = browsers.keys_from(token)
    try:
        with staff.service.read() as session:
            live = browsers.find_live(session, keys, now)
            verified = followed(session, staff)
            ring = with_standing(session, _ring_of(session, live, verified), verified)
            is_confirmed = live.is_confirmed(now)
    except NotSignedInError:
        _erase_if_spent(staff, keys, now)
        raise
    if now - live.seen >= TOUCH_AFTER:
        with staff.service.begin() as session:
            browsers.touch(session, keys, now)
    return ring.metered(Meter.of(staff.door.pepper, is_confirmed=is_confirmed))


def end(staff: Staff, token: Secret) -> None:
    """Sign out; doing it twice does no harm."""
    with staff.service.begin() as session:
        browsers.erase(session, browsers.keys_from(token))


def _account(session: Session, door: Door, tag: bytes) -> _Account:
    member = session.scalars(select(Member).where(Member.name_tag == tag)).one_or_none()
    if member is None:
        boxes = Boxes(bytes(16), 0, _DUMMY_BOX, _DUMMY_BOX)
        return _Account(dummy_salt(door.pepper, tag), boxes)
    return _Account(member.salt, Boxes.of(member))


def _try(staff: Staff, keys: BrowserKeys, shown: Shown, now: datetime) -> Secret:
    with staff.service.begin() as session:
        pending = tries.take_pending(session, keys, now)
    opened = Opened(pending.member, pending.tag, pending.kek)
    proof = shown.to(staff.service.settings.staff_origin, pending.challenge)
    arrival = Arrival(proof, now, "login.ok", look_back(staff, opened))
    try:
        with staff.service.begin() as session:
            return _sign_in(session, staff, opened, arrival, keys)
    except CodeRefusedError:
        _record_failure(staff, Failure(pending.tag, shown.kind), now)
        if pending.tries < browsers.TRIES:
            raise
        raise SignInEndedError from None


def _sign_in(
    session: Session, staff: Staff, opened: Opened, arrival: Arrival, before: BrowserKeys
) -> Secret:
    admitted = admit(session, staff, opened, arrival)
    # A new token: whoever knew the cookie before it was signed in knows nothing now.
    token = browsers.new_token()
    browsers.erase(session, before)
    keys = Secret(admitted.ring.kept().encode())
    name = admitted.ring.person.name
    live = Live(opened.member, name, keys, started=arrival.at, seen=arrival.at)
    browsers.keep_live(session, browsers.keys_from(token), live)
    return token


def _ring_of(session: Session, live: Live, verified: Roster) -> Ring:
    """Return the ring of a sign-in, with the part the roster gives its person now.

    Raises NotSignedInError for somebody who belongs no more, or has other keys by now.
    """
    known, keys = verified.people.get(live.member), LiveKeys.decode(live.keys.reveal())
    is_held = holds.is_held(session, live.member)
    # The keys of a decoy are not on the roster; they open nothing, and are let in for no more.
    if known is None or not (is_held or matches(keys.keyring, known)):
        raise NotSignedInError
    person = Person(live.member, live.name, known.roles, known.is_manager)
    if is_held:
        return open_ring(person.kept_back(), LiveKeys(keys.keyring, {}), verified)
    mine = {epoch.id for group in person.groups for epoch in verified.epochs[group]}
    if mine & grants.granted(session, known) - keys.groups.keys():
        # A colleague made the next key of a group, or handed one on, since this person came in.
        keys = grants.open_all(session, keys.keyring, live.member, verified)
    # What they act with now: a role may be gone since then, and what is held in trust rests.
    return open_ring(person, open_ring(person, keys, verified).kept(), verified)


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
