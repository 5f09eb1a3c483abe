"""Leaving: what is seen to when somebody goes, as a list that two managers answer for.

The first step counts at once: they open nothing new, and are signed in nowhere. The rest is about
things that no program sees, and is ticked off afterwards. Whoever confirms the list has neither
begun nor ticked it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import StrEnum
from typing import Final

from admin import circles, membership
from admin.authority import authorize
from admin.circles import Circle, SharedKey
from admin.desk import Desk
from admin.errors import HiddenError, ProposalError
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
    SECRECY = "secrecy"
    ACCOUNTS = "accounts"


@dataclass(frozen=True, slots=True)
class Leaving:
    """How far somebody's leaving has come; managers by their random numbers, in hex.

    `ticked` says who ticked each item. Nobody has confirmed it while `confirmed_by` is empty.
    """

    started: datetime
    started_by: str
    ticked: Mapping[Item, str] = field(default_factory=dict)
    confirmed: datetime | None = None
    confirmed_by: str = ""

    @property
    def open_items(self) -> tuple[Item, ...]:
        """What is still to be seen to."""
        return tuple(item for item in Item if item not in self.ticked)

    def may_confirm(self, manager: bytes) -> bool:
        """Say whether this manager is one who neither began nor ticked."""
        return manager.hex() not in {self.started_by, *self.ticked.values()}


@dataclass(frozen=True, slots=True)
class Leaver:
    """A person, whether they belong still, and how far their leaving has come, if it was begun."""

    id: bytes
    name: str = field(repr=False)
    belongs: bool
    leaving: Leaving | None


def look(desk: Desk, member: bytes) -> Leaver:
    """Return how far somebody's leaving has come.

    Raises HiddenError for nobody, and NotHandedOnError while this manager cannot read the
    managers' files.
    """
    authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    _require_known(desk, member)
    known = circles.read(desk.session, _files(desk)).get(member, {})
    staff = circles.open_key(desk.session, desk.ring, desk.verified, Circle.STAFF)
    shared = circles.read(desk.session, staff).get(member, {})
    name = {"name": member.hex()[:8], **known, **shared}["name"]
    return Leaver(member, str(name), member in desk.verified.people, _read(known))


def start(desk: Desk, member: bytes) -> None:
    """Let somebody go, at once, and begin the list of what has to be seen to.

    Begun for somebody who belongs no more, the list is all there is to begin. Raises HiddenError,
    NotHandedOnError, and ProposalError with the reason.
    """
    rule = authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    _require_known(desk, member)
    if member in desk.verified.people:
        desk = replace(desk, verified=membership.remove(desk, member))
    desk.note("leaving.started", member, rule)
    _write(desk, member, Leaving(desk.now, desk.ring.person.id.hex()))


def tick(desk: Desk, member: bytes, items: Iterable[Item]) -> None:
    """Note which items are seen to, and that no other is.

    Raises HiddenError where nothing was begun, NotHandedOnError, and ProposalError.
    """
    rule = authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    leaving = _open(desk, member)
    own = desk.ring.person.id.hex()
    ticked = {item: leaving.ticked.get(item, own) for item in sorted(set(items))}
    desk.note("leaving.ticked", member, rule, fields=tuple(ticked))
    _write(desk, member, replace(leaving, ticked=ticked))


def confirm(desk: Desk, member: bytes) -> None:
    """Confirm that everything is seen to.

    Raises HiddenError where nothing was begun, NotHandedOnError, and ProposalError with the reason.
    """
    rule = authorize(desk.ring.person, Action.REMOVE_PERSON, member)
    leaving = _open(desk, member)
    if leaving.open_items:
        raise ProposalError(NOT_ALL)
    if not leaving.may_confirm(desk.ring.person.id):
        raise ProposalError(SAME_PERSON)
    desk.note("leaving.confirmed", member, rule, fields=tuple(sorted(leaving.ticked)))
    by = desk.ring.person.id.hex()
    _write(desk, member, replace(leaving, confirmed=desk.now, confirmed_by=by))


def _require_known(desk: Desk, member: bytes) -> None:
    if member not in desk.verified.people and member not in desk.verified.removed:
        raise HiddenError(
            Action.REMOVE_PERSON, member, f"{Action.REMOVE_PERSON}: nobody who ever belonged"
        )


def _open(desk: Desk, member: bytes) -> Leaving:
    """Return what was begun and not confirmed yet."""
    leaving = _read(circles.read(desk.session, _files(desk)).get(member, {}))
    if leaving is None or member not in desk.verified.removed:
        raise HiddenError(Action.REMOVE_PERSON, member, f"{Action.REMOVE_PERSON}: nothing begun")
    if leaving.confirmed is not None:
        raise ProposalError(CONFIRMED)
    return leaving


def _files(desk: Desk) -> SharedKey:
    return circles.open_key(desk.session, desk.ring, desk.verified, Circle.MANAGERS)


def _write(desk: Desk, member: bytes, leaving: Leaving) -> None:
    """Keep it beside whatever else the managers know about the person."""
    files = _files(desk)
    known = circles.read(desk.session, files).get(member, {})
    circles.write(desk.session, files, member, {**known, PART: _record(leaving)})


def _record(leaving: Leaving) -> Record:
    confirmed = leaving.confirmed
    return {
        "started": int(leaving.started.timestamp()),
        "started_by": leaving.started_by,
        "ticked": dict(leaving.ticked),
        "confirmed": 0 if confirmed is None else int(confirmed.timestamp()),
        "confirmed_by": leaving.confirmed_by,
    }


def _read(known: Record) -> Leaving | None:
    if PART not in known:
        return None
    record = records.child(known, PART)
    ticked, confirmed = records.child(record, "ticked"), records.number(record, "confirmed")
    return Leaving(
        _moment(records.number(record, "started")),
        records.text(record, "started_by"),
        {Item(item): records.text(ticked, item) for item in ticked},
        _moment(confirmed) if confirmed else None,
        records.text(record, "confirmed_by"),
    )


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
