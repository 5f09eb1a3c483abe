"""Acts: what an entry of the roster states about people and about the keys of groups.

FORMAT.md 12. An act that exists can be stated: its keys can be used and its roles may meet. Whether
it may follow the acts before it, and who must sign it, is for `crypto.roster` to judge.
"""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum, unique
from typing import ClassVar, Final, Self

from crypto import sealing, signing
from crypto.envelope import ROW_BYTES, OpenError, opening
from crypto.roles import Group, Role, groups_of, may_manage, may_meet
from crypto.signing import Document, Value

_FINGERPRINT_DIGITS: Final = 36
_FINGERPRINT_GROUP: Final = 4


@unique
class Action(StrEnum):
    """What an entry does; the words stand in signed entries and never change."""

    GENESIS = "genesis"
    ENROL = "enrol"
    CHANGE = "change"
    REMOVE = "remove"
    EPOCH = "epoch"


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody on the roster: their keys, their roles, and the mark of a roster manager.

    Raises ValueError for keys that cannot be used, for roles that never meet, and for a manager
    who is neither supervisor nor steward.
    """

    id: bytes
    sealing_key: bytes
    signing_key: bytes
    roles: frozenset[Role]
    is_manager: bool

    def __post_init__(self) -> None:
        _require_id(self.id)
        sealing.require_key(self.sealing_key)
        signing.require_key(self.signing_key)
        if not may_meet(self.roles):
            raise ValueError("one person never holds these roles together")
        if self.is_manager and not may_manage(self.roles):
            raise ValueError("a roster manager is a supervisor or a steward")

    @property
    def groups(self) -> frozenset[Group]:
        """The groups whose keys this person is given."""
        return groups_of(self.roles)

    @property
    def marks(self) -> frozenset[bytes]:
        """What nobody else ever has: the id and the keys."""
        return frozenset({self.id, self.sealing_key, self.signing_key})

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """What people compare by voice or on paper: nine groups of four digits."""
        digest = hashlib.sha256(self.sealing_key + self.signing_key).digest()
        number = int.from_bytes(digest) % 10**_FINGERPRINT_DIGITS
        digits = f"{number:0{_FINGERPRINT_DIGITS}}"
        groups = range(0, _FINGERPRINT_DIGITS, _FINGERPRINT_GROUP)
        return tuple(digits[at : at + _FINGERPRINT_GROUP] for at in groups)

    def stated(self) -> Document:
        """Return what a document says of this person."""
        return {
            "subject": self.id.hex(),
            "sealing_key": self.sealing_key.hex(),
            "signing_key": self.signing_key.hex(),
            "roles": sorted(self.roles),
            "manager": int(self.is_manager),
        }

    @classmethod
    def read(cls, document: Document) -> Self:
        """Return the person of whom a document says this."""
        return cls(
            id=_bytes(document, "subject"),
            sealing_key=_bytes(document, "sealing_key"),
            signing_key=_bytes(document, "signing_key"),
            roles=_roles(document),
            is_manager=document.get("manager") == 1,
        )


@dataclass(frozen=True, slots=True)
class Epoch:
    """A group has a new key pair from this day on; this is its public half.

    Raises ValueError for a key that nothing can be sealed to.
    """

    action: ClassVar = Action.EPOCH
    day: date
    id: bytes
    group: Group
    public_key: bytes

    def __post_init__(self) -> None:
        _require_id(self.id)
        sealing.require_key(self.public_key)

    @property
    def marks(self) -> frozenset[bytes]:
        """What no other epoch and nobody ever has: the id and the key."""
        return frozenset({self.id, self.public_key})

    def stated(self) -> Document:
        """Return what only this kind of act says."""
        return {
            "subject": self.id.hex(),
            "group": self.group,
            "sealing_key": self.public_key.hex(),
        }

    @classmethod
    def read(cls, day: date, document: Document) -> Self:
        """Return the act of which a document says this."""
        group = Group(_text(document, "group"))
        return cls(day, _bytes(document, "subject"), group, _bytes(document, "sealing_key"))


@dataclass(frozen=True, slots=True)
class Founding:
    """The office begins with these people and with the first epoch of every group.

    Raises ValueError unless the epochs are one of each group, in the order of the groups and of
    the founding's own day.
    """

    action: ClassVar = Action.GENESIS
    day: date
    people: tuple[Person, ...]
    epochs: tuple[Epoch, ...]

    def __post_init__(self) -> None:
        expected = [(self.day, group) for group in Group]
        if [(epoch.day, epoch.group) for epoch in self.epochs] != expected:
            raise ValueError("a founding names one epoch of each group, of its own day")

    def stated(self) -> Document:
        """Return what only this kind of act says."""
        return {
            "people": [person.stated() for person in self.people],
            "epochs": [epoch.stated() for epoch in self.epochs],
        }

    @classmethod
    def read(cls, day: date, document: Document) -> Self:
        """Return the act of which a document says this."""
        people = tuple(Person.read(each) for each in _documents(document, "people"))
        epochs = tuple(Epoch.read(day, each) for each in _documents(document, "epochs"))
        return cls(day, people, epochs)


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Somebody new belongs."""

    action: ClassVar = Action.ENROL
    day: date
    person: Person

    def stated(self) -> Document:
        """Return what only this kind of act says."""
        return self.person.stated()

    @classmethod
    def read(cls, day: date, document: Document) -> Self:
        """Return the act of which a document says this."""
        return cls(day, Person.read(document))


@dataclass(frozen=True, slots=True)
class Change:
    """Somebody known has these keys, roles and this mark from now on; who was removed is back."""

    action: ClassVar = Action.CHANGE
    day: date
    person: Person

    def stated(self) -> Document:
        """Return what only this kind of act says."""
        return self.person.stated()

    @classmethod
    def read(cls, day: date, document: Document) -> Self:
        """Return the act of which a document says this."""
        return cls(day, Person.read(document))


@dataclass(frozen=True, slots=True)
class Removal:
    """Somebody belongs no more, until a change brings them back."""

    action: ClassVar = Action.REMOVE
    day: date
    subject: bytes

    def stated(self) -> Document:
        """Return what only this kind of act says."""
        return {"subject": self.subject.hex()}

    @classmethod
    def read(cls, day: date, document: Document) -> Self:
        """Return the act of which a document says this."""
        return cls(day, _bytes(document, "subject"))


Act = Founding | Enrolment | Change | Removal | Epoch
_ACTS: Final[Mapping[Action, type[Act]]] = {
    act.action: act for act in (Founding, Enrolment, Change, Removal, Epoch)
}


def document(act: Act) -> Document:
    """Return all that a document says of an act."""
    return {"action": act.action, "day": act.day.isoformat(), **act.stated()}


def read(document: Document) -> Act:
    """Return the act that a document states. Raises OpenError where it states none.

    Not guaranteed: that `document` gives the same again. What is read here generously, such as a
    role that stands twice, the caller refuses by comparing.
    """
    with opening():
        day = date.fromisoformat(_text(document, "day"))
        return _ACTS[Action(_text(document, "action"))].read(day, document)


def _require_id(value: bytes) -> None:
    if len(value) != ROW_BYTES:
        raise ValueError("the id of a person or an epoch has 16 bytes")


def _documents(document: Document, name: str) -> tuple[Document, ...]:
    return tuple(each for each in _list(document, name) if isinstance(each, Mapping))


def _roles(document: Document) -> frozenset[Role]:
    words = _list(document, "roles")
    return frozenset(Role(word) for word in words if isinstance(word, str))


def _list(document: Document, name: str) -> list[Value]:
    value = document.get(name)
    if not isinstance(value, list):
        raise OpenError
    return value


def _bytes(document: Document, name: str) -> bytes:
    return bytes.fromhex(_text(document, name))


def _text(document: Document, name: str) -> str:
    value = document.get(name)
    if not isinstance(value, str):
        raise OpenError
    return value
