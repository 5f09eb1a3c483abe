"""Accounts: what somebody who joins chooses, and the keys that are made for them."""

import secrets
import unicodedata
from dataclasses import dataclass, field, replace
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from admin.errors import AccountError
from admin.factors import OneTimeCodes
from admin.keyring import Identity, listed, make_keyring, new_member
from admin.models import Member
from admin.runtime import Door
from crypto import acts
from crypto.chain import GENESIS, Head
from crypto.custody import Keyring
from crypto.envelope import Secret
from crypto.passphrase import SALT_BYTES, name_tag, stretch
from crypto.roles import Role, may_manage, may_meet
from forms.limits import LONGEST_NAME
from forms.wording import msgid

NEVER_TOGETHER: Final = msgid(
    "One person never holds these roles together: who reads reports must not be who watches over "
    "it. Choose fewer."
)
NO_MANAGER: Final = msgid("A roster manager is a supervisor or a steward. Add one of the two.")
NO_NAME: Final = msgid("A name cannot be empty. Give the name the person signs in with.")
LONG_NAME: Final = msgid("A name has at most %(limit)s characters. Give a shorter one.")
UNSEEN_IN_NAME: Final = msgid(
    "The name holds characters that cannot be seen. Type it anew by hand."
)
NAME_TAKEN: Final = msgid(
    "Somebody on the staff has this name already. Choose another one; who came by a link asks for "
    "a new link."
)
# Controls, direction marks, private use, half characters, and line or paragraph ends: two names
# that look the same must be the same.
UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"})


@dataclass(frozen=True, slots=True)
class Newcomer:
    """Somebody who joins, and what they chose."""

    name: str = field(repr=False)
    passphrase: str = field(repr=False)
    codes: OneTimeCodes = field(repr=False)


@dataclass(frozen=True, slots=True)
class Duties:
    """What somebody is to do: roles, and the mark of a roster manager."""

    roles: frozenset[Role]
    is_manager: bool = False


@dataclass(frozen=True, slots=True)
class Prepared:
    """Somebody's new keys, not stored yet."""

    identity: Identity
    door: Door
    kek: Secret
    keyring: Keyring

    def listed(self, duties: Duties) -> acts.Person:
        """Return how the roster will name them."""
        return listed(self.keyring, self.identity.id, duties.roles, is_manager=duties.is_manager)

    def row(self, audit_head: Head, roster_head: Head) -> Member:
        """Return their row, with what they have seen of log and roster."""
        keyring = replace(self.keyring, audit_head=audit_head, roster_head=roster_head)
        return new_member(keyring, self.kek, self.identity, self.door.parameters)


def prepare(door: Door, newcomer: Newcomer, member: bytes) -> Prepared:
    """Make somebody's keys; done before the store is locked, for it takes a quarter of a second."""
    tag = name_tag(door.pepper, newcomer.name)
    identity = Identity(member, newcomer.name, tag, secrets.token_bytes(SALT_BYTES))
    kek = stretch(newcomer.passphrase, identity.salt, door.pepper, door.parameters)
    keyring = make_keyring((newcomer.codes.encode(),), GENESIS, GENESIS)
    return Prepared(identity, door, kek, keyring)


def read_duties(text: str) -> Duties:
    """Read roles as typed, `manager` among them; raise AccountError for what cannot be."""
    words = {word.strip() for word in text.split(",")} - {""}
    is_manager = "manager" in words
    unknown = sorted(words - set(Role) - {"manager"})
    if unknown:
        raise AccountError(f"{unknown[0]!r} is no role. Roles: {', '.join(Role)}; and manager.")
    return check_duties(Duties(frozenset(Role(word) for word in words - {"manager"}), is_manager))


def check_duties(duties: Duties) -> Duties:
    """Return duties that one person can have; raise AccountError for any other."""
    if not may_meet(duties.roles):
        raise AccountError(NEVER_TOGETHER, about="roles")
    if duties.is_manager and not may_manage(duties.roles):
        raise AccountError(NO_MANAGER, about="roles")
    return duties


def read_name(text: str) -> str:
    """Return a name as it will be kept; raise AccountError for an empty or deceptive one."""
    name = unicodedata.normalize("NFC", text).strip()
    if not name:
        raise AccountError(NO_NAME, about="name")
    if len(name) > LONGEST_NAME:
        raise AccountError(LONG_NAME, LONGEST_NAME, "name")
    if any(unicodedata.category(character) in UNSEEN for character in name):
        raise AccountError(UNSEEN_IN_NAME, about="name")
    return name


def is_founded(session: Session) -> bool:
    """Say whether somebody belongs to the staff already."""
    return session.scalar(select(exists().where(Member.id.is_not(None)))) is True


def check_free(session: Session, door: Door, name: str) -> None:
    """Raise AccountError when somebody on the staff has this name."""
    if has_joined(session, door, name):
        raise AccountError(NAME_TAKEN, about="name")


def has_joined(session: Session, door: Door, name: str) -> bool:
    """Say whether somebody on the staff has this name."""
    tag = name_tag(door.pepper, name)
    return session.scalar(select(exists().where(Member.name_tag == tag))) is True
