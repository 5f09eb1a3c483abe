"""Accounts: the ceremony that founds an office, and each person who joins it later."""

import secrets
import unicodedata
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from sqlalchemy import delete, exists, select
from sqlalchemy.orm import Session

from admin.errors import AccountError
from admin.factors import OneTimeCodes
from admin.keyring import Identity, NewEpoch, grant, make_epoch, make_keyring, new_member
from admin.models import Grant, Member
from admin.permissions import AUDIT, CONTENT, may_belong
from admin.runtime import Door, Staff
from admin.sessions import Admitted, Arrival, Credentials, admit, look_back, unlock
from crypto.chain import Head
from crypto.envelope import Secret
from crypto.passphrase import MIN_CHARACTERS, SALT_BYTES, name_tag, stretch
from crypto.sealing import kid
from forms.limits import LONGEST_NAME, LONGEST_PASSPHRASE
from reporting.audit import Event, Journal, append, head
from reporting.clock import week_of
from reporting.database import Database, shred
from reporting.models import Epoch, Group
from reporting.office import PinnedKey, write_pins
from reporting.settings import Settings

FEWEST_DIFFERENT: Final = 8
SYSTEM: Final = "system"
Epochs = Mapping[Group, NewEpoch]
# Controls, direction marks, private use, half characters, and line or paragraph ends: two names
# that look the same must be the same.
UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who joins: what they chose, and the groups they will belong to."""

    name: str = field(repr=False)
    passphrase: str = field(repr=False)
    codes: OneTimeCodes = field(repr=False)
    groups: frozenset[Group]


@dataclass(frozen=True, slots=True)
class Voucher:
    """The member who lets somebody in, proving it with both factors."""

    credentials: Credentials
    code: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Founding:
    """Where an office is founded: the instance, its store, and the door of its staff."""

    settings: Settings
    database: Database
    door: Door


def read_groups(text: str) -> frozenset[Group]:
    """Read groups as typed; raise AccountError for unknown ones and forbidden mixtures."""
    words = {word.strip() for word in text.split(",")}
    unknown = sorted(words - set(Group))
    if unknown:
        raise AccountError(f"{unknown[0]!r} is no group. Groups: {', '.join(Group)}.")
    if not may_belong(words):
        raise AccountError(
            "Who holds audit holds nothing else: who reads reports must not be who reads the log "
            "about it. Choose intake, casework, both of them, or audit alone."
        )
    return frozenset(Group(word) for word in words)


def read_name(text: str) -> str:
    """Return a name as it will be kept; raise AccountError for an empty or deceptive one."""
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise AccountError("A name cannot be empty. Give the name the person signs in with.")
    if len(name) > LONGEST_NAME:
        raise AccountError(f"A name has at most {LONGEST_NAME} characters. Give a shorter one.")
    if any(unicodedata.category(character) in UNSEEN for character in name):
        raise AccountError("The name holds characters that cannot be seen. Type it anew by hand.")
    return name


def read_passphrase(text: str) -> str:
    """Return a passphrase that is not too easy to guess; raise AccountError otherwise."""
    characters = unicodedata.normalize("NFKC", text)
    if len(characters) < MIN_CHARACTERS:
        raise AccountError(
            f"A passphrase has at least {MIN_CHARACTERS} characters. "
            "Five or six words drawn by dice are good and easy to type."
        )
    if len(characters) > LONGEST_PASSPHRASE:
        raise AccountError(f"A passphrase has at most {LONGEST_PASSPHRASE} characters.")
    if len(set(characters.casefold())) < FEWEST_DIFFERENT:
        raise AccountError(
            f"The passphrase repeats too few characters. Use at least {FEWEST_DIFFERENT} different "
            "ones; five or six words drawn by dice are good."
        )
    return text


def is_founded(session: Session) -> bool:
    """Say whether somebody belongs to the staff already."""
    return session.scalar(select(exists().where(Member.id.is_not(None)))) is True


def check_free(session: Session, door: Door, name: str) -> None:
    """Raise AccountError when somebody on the staff has this name."""
    if has_joined(session, door, name):
        raise AccountError("Somebody on the staff has this name already. Choose another one.")


def has_joined(session: Session, door: Door, name: str) -> bool:
    """Say whether somebody on the staff has this name."""
    tag = name_tag(door.pepper, name)
    return session.scalar(select(exists().where(Member.name_tag == tag))) is True


def check_founder(groups: AbstractSet[Group]) -> None:
    """Raise AccountError unless somebody with these groups can found an office."""
    if groups != CONTENT:
        raise AccountError("The first person needs --groups intake,casework; auditors come later.")


def found(founding: Founding, newcomer: Newcomer, now: datetime) -> None:
    """Hold the ceremony: make one key of each group, grant them to the founder and pin them.

    The founder keeps the audit key in trust until the first auditor joins. Raises AccountError
    when there is a staff already, and OfficeError when keys are pinned already.
    """
    check_founder(newcomer.groups)
    joining = _prepare(founding.door, newcomer)
    epochs = {group: make_epoch(group) for group in Group}
    pins = {group: epoch.pinned for group, epoch in epochs.items()}
    with founding.database.begin() as session:
        if is_founded(session):
            raise AccountError("There is a staff already.")
        session.add_all(_row(epoch.pinned, now) for epoch in epochs.values())
        session.flush()
        journal = Journal(pins[Group.AUDIT])
        _join(session, joining, epochs, _record(session, journal, SYSTEM, joining, now))
        # Last, so that a failure above leaves nothing pinned that is not stored.
        write_pins(founding.settings.instance, pins)


def invite(staff: Staff, newcomer: Newcomer, voucher: Voucher, now: datetime) -> None:
    """Let somebody join, with keys that the member who vouches for them holds.

    The first auditor takes the audit key over from the founder, who loses it in the same commit.
    Raises SignInRefusedError, CodeRefusedError, AlarmError, and AccountError with what to do.
    """
    opened = unlock(staff, voucher.credentials, now)
    joining = _prepare(staff.door, newcomer)
    arrival = Arrival(voucher.code, now, "step_up", look_back(staff, opened))
    with staff.service.begin() as session:
        admitted = admit(session, staff, opened, arrival)
        epochs = _handed_on(staff, admitted, newcomer.groups)
        actor = admitted.person.id.hex()
        seen = _record(session, staff.service.journal, actor, joining, now)
        _join(session, joining, epochs, seen)
        if newcomer.groups == {AUDIT} and admitted.person.groups != {AUDIT}:
            _end_trust(session, staff, admitted, now)


@dataclass(frozen=True, slots=True)
class _Joining:
    """Somebody about to join: who they will be, and the key made of their passphrase."""

    door: Door
    newcomer: Newcomer
    identity: Identity
    kek: Secret


def _prepare(door: Door, newcomer: Newcomer) -> _Joining:
    """Stretch the passphrase before the store is locked: it takes a quarter of a second."""
    tag = name_tag(door.pepper, newcomer.name)
    identity = Identity(
        secrets.token_bytes(16), newcomer.name, tag, secrets.token_bytes(SALT_BYTES)
    )
    kek = stretch(newcomer.passphrase, identity.salt, door.pepper, door.parameters)
    return _Joining(door, newcomer, identity, kek)


def _join(session: Session, joining: _Joining, epochs: Epochs, audit_head: Head) -> None:
    check_free(session, joining.door, joining.newcomer.name)
    keyring = make_keyring(joining.newcomer.codes.encode(), audit_head)
    member = new_member(keyring, joining.kek, joining.identity, joining.door.parameters)
    session.add(member)
    session.flush()
    session.add_all(grant(epoch.pinned, epoch.seed, member) for epoch in epochs.values())


def _record(
    session: Session, journal: Journal, actor: str, joining: _Joining, now: datetime
) -> Head:
    """Note who joined and what they can open; return the end of the log, for their key ring."""
    groups = tuple(sorted(joining.newcomer.groups))
    for verb in ("invited", "key.enrolled", "role.granted"):
        event = Event(actor, "", verb, joining.identity.id, fields=groups)
        append(session, journal, event, now)
    return head(session)


def _handed_on(staff: Staff, admitted: Admitted, groups: AbstractSet[Group]) -> Epochs:
    """Return the keys to grant; raise AccountError when the one who vouches lacks one of them."""
    seeds = admitted.keys.groups
    pinned = {group: staff.service.office.key_of(group) for group in groups}
    lacking = sorted(group for group, key in pinned.items() if key.epoch not in seeds)
    if lacking:
        raise AccountError(
            f"Only somebody who holds the key of {lacking[0]} can hand it on. Ask one of them "
            "to vouch."
        )
    return {group: NewEpoch(key, seeds[key.epoch]) for group, key in pinned.items()}


def _end_trust(session: Session, staff: Staff, admitted: Admitted, now: datetime) -> None:
    founder = admitted.person.id
    epoch = staff.service.office.key_of(Group.AUDIT).epoch
    removed = Event(founder.hex(), admitted.person.role, "role.removed", founder, fields=(AUDIT,))
    append(session, staff.service.journal, removed, now)
    session.execute(delete(Grant).where(Grant.member_id == founder, Grant.epoch_id == epoch))
    shred(session)


def _row(pinned: PinnedKey, now: datetime) -> Epoch:
    return Epoch(
        id=pinned.epoch,
        group=pinned.group,
        kid=kid(pinned.public_key),
        public_key=pinned.public_key,
        made_week=week_of(now),
    )
