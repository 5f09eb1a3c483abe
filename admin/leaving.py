"""Leaving: what is seen to when somebody goes, as a list that two managers answer for.

The first step counts at once: they open nothing new, and are signed in nowhere. The rest is about
things that no program sees, and is ticked off afterwards. Whoever confirms the list has neither
begun nor ticked it.
"""

from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from admin import circles, joining, membership, names
from admin.authority import authorize
from admin.circles import Circle
from admin.desk import Desk
from admin.errors import HiddenError, NotHandedOnError, ProposalError
from admin.permissions import Action
from forms.wording import msgid
from reporting import records
from reporting.records import Record

PART: Final = "leaving"  # of what the managers know about a person

NOT_ALL: Final = msgid("Something on the list is still open. Tick it once it is done.")
SAME_PERSON: Final = msgid(
    "Another roster manager has to confirm this: one who has neither begun nor ticked it."
)
CONFIRMED: Final = msgid("This was confirmed already and cannot be changed.")


class Item(StrEnum):
    """What has to be seen to; the words are stored and never change."""

    DEVICES = "devices"
    SHEETS = "sheets"
    PASSPHRASES = "passphrases"
    ACCOUNTS = "accounts"
    CASES = "cases"
    SECRECY = "secrecy"


@dataclass(frozen=True, slots=True)
class Leaving:
    """How far somebody's leaving has come; managers stand there by their random numbers, in hex.

    `ticked` says who ticked each item.
    """

    started: datetime | None = None
    started_by: str = ""
    ticked: Mapping[Item, str] = field(default_factory=lambda: MappingProxyType({}))
    confirmed: datetime | None = None
    confirmed_by: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether everything on the list is ticked."""
        return set(Item) == set(self.ticked)

    def may_be_confirmed_by(self, manager: bytes) -> bool:
        """Say whether this manager is one who neither began nor ticked."""
        return manager.hex() not in {self.started_by, *self.ticked.values()}


@dataclass(frozen=True, slots=True)
class Leaver:
    """A person, whether they belong still, and how far their leaving has come.

    `people` are the names of those who began, ticked and confirmed it.
    """

    id: bytes
    name: str = field(repr=False)
    belongs: bool
    leaving: Leaving
    people: Mapping[str, str] = field(repr=False)


def look(desk: Desk, member: bytes) -> Leaver:
    """Return how far somebody's leaving has come.

    Raises HiddenError for nobody, and NotHandedOnError while this manager cannot read the
    managers' files.
    """
    authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    _require_known(desk, member)
    known, leaving = names.known(desk), _kept(desk, member)
    called = {id_.hex(): name for id_, name in known.items() if name}
    name = known.get(member) or names.short(member)
    return Leaver(member, name, member in desk.verified.people, leaving, called)


def start(desk: Desk, member: bytes) -> None:
    """Let somebody go, at once, and begin the list of what has to be seen to.

    For somebody who belongs no more only the list begins; begun twice it stays as it is. Raises
    HiddenError, and ProposalError with the reason.
    """
    authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    _require_known(desk, member)
    if member not in desk.verified.people:
        if _kept(desk, member).started is None:
            _begin(desk, member)
        return
    joining.forget_link(desk.session, member)
    grown = membership.remove(desk, member)
    # That they are gone comes first: where the managers' files are not at hand, the list begins
    # when somebody looks who has them.
    with suppress(NotHandedOnError):
        _begin(replace(desk, verified=grown), member)


def tick(desk: Desk, member: bytes, items: Iterable[Item]) -> None:
    """Note which items are seen to, and that no other is.

    Raises HiddenError where nothing was begun, NotHandedOnError, and ProposalError.
    """
    rule = authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    leaving, own = _open(desk, member), desk.ring.person.id.hex()
    ticked = {item: leaving.ticked.get(item, own) for item in sorted(set(items))}
    desk.note("leaving.ticked", member, rule, fields=tuple(ticked))
    _write(desk, member, replace(leaving, ticked=ticked))


def confirm(desk: Desk, member: bytes) -> None:
    """Confirm that everything is seen to.

    Raises HiddenError where nothing was begun, NotHandedOnError, and ProposalError with the reason.
    """
    rule = authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    leaving, own = _open(desk, member), desk.ring.person.id
    if not leaving.is_whole:
        raise ProposalError(NOT_ALL)
    if not leaving.may_be_confirmed_by(own):
        raise ProposalError(SAME_PERSON)
    desk.note("leaving.confirmed", member, rule)
    _write(desk, member, replace(leaving, confirmed=desk.now, confirmed_by=own.hex()))


def _require_known(desk: Desk, member: bytes) -> None:
    if member not in desk.verified.people and member not in desk.verified.removed:
        raise HiddenError(
            Action.REMOVE_PERSON, member, f"{Action.REMOVE_PERSON}: nobody who ever belonged"
        )


def _begin(desk: Desk, member: bytes) -> None:
    own = desk.ring.person.id.hex()
    _write(desk, member, Leaving(started=desk.now, started_by=own))


def _open(desk: Desk, member: bytes) -> Leaving:
    """Return what was begun and not confirmed yet."""
    if member not in desk.verified.removed or _kept(desk, member).started is None:
        raise HiddenError(Action.REMOVE_PERSON, member, f"{Action.REMOVE_PERSON}: nothing begun")
    leaving = _kept(desk, member)
    if leaving.confirmed is not None:
        raise ProposalError(CONFIRMED)
    return leaving


def _kept(desk: Desk, member: bytes) -> Leaving:
    return _read(_files(desk).get(member, {}))


def _files(desk: Desk) -> Mapping[bytes, Record]:
    shared = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
    return circles.read(desk.session, shared)


def _write(desk: Desk, member: bytes, leaving: Leaving) -> None:
    """Keep it beside whatever else the managers know about the person."""
    known = _files(desk).get(member, {})
    shared = circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)
    circles.write(desk.session, shared, member, {**known, PART: _record(leaving)})


def _record(leaving: Leaving) -> Record:
    return {
        "started": _seconds(leaving.started),
        "started_by": leaving.started_by,
        "ticked": {str(item): by for item, by in leaving.ticked.items()},
        "confirmed": _seconds(leaving.confirmed),
        "confirmed_by": leaving.confirmed_by,
    }


def _read(known: Record) -> Leaving:
    if PART not in known:
        return Leaving()
    record = records.child(known, PART)
    ticked = records.child(record, "ticked")
    return Leaving(
        _moment(records.number(record, "started")),
        records.text(record, "started_by"),
        {Item(item): records.text(ticked, item) for item in ticked},
        _moment(records.number(record, "confirmed")),
        records.text(record, "confirmed_by"),
    )


def _seconds(moment: datetime | None) -> int:
    return 0 if moment is None else int(moment.timestamp())


def _moment(seconds: int) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None
