"""Browsers: the rows of sign-ins, finished or half-way, that only a cookie can open.

The cookie's token gives the row's name, the key that locks it and the token its forms carry; the
server keeps the first only. A copied database opens no sign-in.
"""

import secrets
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Final

from sqlalchemy import delete
from sqlalchemy.orm import Session

from admin.errors import NotSignedInError, SignInEndedError
from admin.models import SignIn
from crypto.envelope import Ctx, Label, OpenError, Secret, expand
from reporting import records
from reporting.clock import hour_after
from reporting.database import shred

PENDING_LIFE: Final = timedelta(minutes=2)
IDLE: Final = timedelta(minutes=15)
LIFE: Final = timedelta(hours=8)
TRIES: Final = 5
CONFIRMED: Final = timedelta(minutes=5)
CHALLENGE_BYTES: Final = 32
MARKS: Final = 8
FLOOR_BYTES: Final = 8192  # half-way or finished, one group or two: the same length
_PENDING: Final = "pending"
_LIVE: Final = "live"


def new_challenge() -> bytes:
    """Make what a passkey answers once."""
    return secrets.token_bytes(CHALLENGE_BYTES)


@dataclass(frozen=True, slots=True)
class BrowserKeys:
    """What a staff cookie gives: where its row is, what locks it, what its forms must carry."""

    row: bytes
    key: Secret
    form_token: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Pending:
    """The passphrase was right; the second factor is still to come.

    `challenge` is what a passkey has to answer; every try has its own.
    """

    member: bytes
    tag: bytes
    kek: Secret
    started: datetime
    challenge: bytes = field(default_factory=new_challenge, repr=False)
    tries: int = 0


@dataclass(frozen=True, slots=True)
class Live:
    """Somebody is signed in. `keys` are their live keys, as the custody module wrote them.

    `taken` are the marks of the forms they sent last. `confirmed` is when they last showed a second
    factor inside, `tries` how often they failed to since then, `challenge` what a passkey has to
    answer next, and `making` what a new one has to; nothing while none is asked for.
    """

    member: bytes
    name: str = field(repr=False)
    keys: Secret
    started: datetime
    seen: datetime
    challenge: bytes = field(default_factory=new_challenge, repr=False)
    taken: tuple[str, ...] = ()
    confirmed: datetime | None = None
    tries: int = 0
    making: bytes = field(default=b"", repr=False)

    @property
    def ends(self) -> datetime:
        """The moment after which this is over, unless they do something before."""
        return min(self.seen + IDLE, self.started + LIFE)

    def is_confirmed(self, now: datetime) -> bool:
        """Say whether they showed a second factor a moment ago, being signed in already."""
        return self.confirmed is not None and now < self.confirmed + CONFIRMED


def new_token() -> Secret:
    """Make what a cookie carries."""
    return Secret(secrets.token_bytes(32))


def keys_from(token: Secret) -> BrowserKeys:
    """Derive a browser's keys from its cookie's token."""
    return BrowserKeys(
        row=expand(token, Label.SESSION_ID, 16).reveal(),
        key=expand(token, Label.SESSION_KEY),
        form_token=expand(token, Label.SESSION_FORM, 16).reveal().hex(),
    )


def keep_pending(session: Session, keys: BrowserKeys, pending: Pending) -> None:
    """Write a half-finished sign-in, over the older state of it if there is one."""
    record: records.Record = {
        "member": pending.member.hex(),
        "tag": pending.tag.hex(),
        "kek": pending.kek.reveal().hex(),
        "started": int(pending.started.timestamp()),
        "challenge": pending.challenge.hex(),
        "tries": pending.tries,
    }
    until = pending.started + PENDING_LIFE
    _write(session, keys, _Row(_PENDING, pending.member, record, until))


def keep_live(session: Session, keys: BrowserKeys, live: Live) -> None:
    """Write a finished sign-in, over the older state of it if there is one."""
    record: records.Record = {
        "member": live.member.hex(),
        "name": live.name,
        "keys": live.keys.reveal().hex(),
        "started": int(live.started.timestamp()),
        "seen": int(live.seen.timestamp()),
        "challenge": live.challenge.hex(),
        "taken": list(live.taken),
        "confirmed": None if live.confirmed is None else int(live.confirmed.timestamp()),
        "tries": live.tries,
        "making": live.making.hex(),
    }
    _write(session, keys, _Row(_LIVE, live.member, record, live.ends))


def lock(session: Session, keys: BrowserKeys) -> None:
    """Let nobody else change the row of this cookie until this unit of work ends."""
    session.get(SignIn, keys.row, with_for_update=True)


def find_pending(session: Session, keys: BrowserKeys, now: datetime) -> Pending:
    """Return the half-finished sign-in of this cookie.

    Raises SignInEndedError when there is none, or its time or its tries are used up.
    """
    try:
        record = _open(session.get(SignIn, keys.row), keys, _PENDING)
        pending = Pending(
            member=_bytes(record, "member"),
            tag=_bytes(record, "tag"),
            kek=Secret(_bytes(record, "kek")),
            started=_time(record, "started"),
            challenge=_bytes(record, "challenge"),
            tries=records.number(record, "tries"),
        )
    except OpenError:
        raise SignInEndedError from None
    if pending.started + PENDING_LIFE <= now or pending.tries >= TRIES:
        raise SignInEndedError
    return pending


def find_live(session: Session, keys: BrowserKeys, now: datetime) -> Live:
    """Return who is signed in with this cookie; raise NotSignedInError when nobody is."""
    try:
        record = _open(session.get(SignIn, keys.row), keys, _LIVE)
        live = Live(
            member=_bytes(record, "member"),
            name=records.text(record, "name"),
            keys=Secret(_bytes(record, "keys")),
            started=_time(record, "started"),
            seen=_time(record, "seen"),
            challenge=_bytes(record, "challenge"),
            taken=records.texts(record, "taken"),
            confirmed=_time(record, "confirmed") if record.get("confirmed") else None,
            tries=records.number(record, "tries"),
            making=_bytes(record, "making"),
        )
    except OpenError:
        raise NotSignedInError from None
    if live.ends <= now:
        raise NotSignedInError
    return live


def take_in(session: Session, keys: BrowserKeys, mark: str, now: datetime) -> bool:
    """Say whether a form is new, known by its mark, and remember it; raise NotSignedInError.

    The newest marks are remembered: pressing a button twice sends twice within a moment.
    """
    lock(session, keys)
    live = find_live(session, keys, now)
    if mark in live.taken:
        return False
    keep_live(session, keys, replace(live, taken=(*live.taken, mark)[-MARKS:]))
    return True


def is_spent(session: Session, keys: BrowserKeys, now: datetime) -> bool:
    """Say whether this cookie still has a row, but one that lets nobody in any more."""
    if session.get(SignIn, keys.row) is None:
        return False
    for find in (find_pending, find_live):
        with suppress(SignInEndedError, NotSignedInError):
            find(session, keys, now)
            return False
    return True


def renew(session: Session, keys: BrowserKeys, live_keys: Secret, now: datetime) -> None:
    """Let somebody work on with other live keys; raise NotSignedInError when they signed out.

    What was asked for a new passkey is over with that.
    """
    lock(session, keys)
    live = find_live(session, keys, now)
    keep_live(session, keys, replace(live, keys=live_keys, making=b""))


def touch(session: Session, keys: BrowserKeys, now: datetime) -> None:
    """Note that the person did something now; raise NotSignedInError when they signed out."""
    lock(session, keys)
    keep_live(session, keys, replace(find_live(session, keys, now), seen=now))


def erase(session: Session, keys: BrowserKeys) -> None:
    """Delete the row of this cookie, if there is one, so that nothing of it stays on the disk."""
    session.execute(delete(SignIn).where(SignIn.id == keys.row))
    shred(session)


def erase_all(session: Session, member: bytes) -> int:
    """Delete every sign-in of a member, finished or half-way; return how many there were."""
    gone = delete(SignIn).where(SignIn.member_id == member).returning(SignIn.id)
    count = len(session.scalars(gone).all())
    if count:
        shred(session)
    return count


def sweep(session: Session, now: datetime) -> int:
    """Delete every row whose hour is over; return how many there were."""
    expired = delete(SignIn).where(SignIn.expires_hour <= hour_after(now) - 1)
    gone = len(session.scalars(expired.returning(SignIn.id)).all())
    if gone:
        shred(session)
    return gone


@dataclass(frozen=True, slots=True)
class _Row:
    """What is about to be locked, and until when it may live."""

    stage: str
    member: bytes
    record: records.Record = field(repr=False)
    until: datetime


def _place(row: bytes, rev: int, stage: str) -> Ctx:
    # The stage is part of the place: a half-finished sign-in can never be read as a finished one.
    return Ctx(f"{stage} sign-in", "sign_in", "box_sealed", row, rev)


def _write(session: Session, keys: BrowserKeys, content: _Row) -> None:
    row = session.get(SignIn, keys.row)
    rev = 0 if row is None else row.rev + 1
    place = _place(keys.row, rev, content.stage)
    box = records.close(keys.key, content.record, place, FLOOR_BYTES)
    session.merge(
        SignIn(
            id=keys.row,
            member_id=content.member,
            expires_hour=hour_after(content.until),
            rev=rev,
            box_sealed=box,
        )
    )


def _open(row: SignIn | None, keys: BrowserKeys, stage: str) -> records.Record:
    if row is None:
        raise OpenError
    return records.reopen(keys.key, row.box_sealed, _place(row.id, row.rev, stage))


def _bytes(record: records.Record, name: str) -> bytes:
    return bytes.fromhex(records.text(record, name))


def _time(record: records.Record, name: str) -> datetime:
    return datetime.fromtimestamp(records.number(record, name), UTC)
