"""Saved searches: those that one person does again and again, and those that casework shares.

One's own are sealed to oneself. What casework shares is locked under the index key of its newest
epoch, and carried into the next one, so that nobody who has left reads what is kept afterwards.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Select, delete, func, insert, select
from sqlalchemy.orm import Session

from admin import letters
from admin.authority import authorize
from admin.desk import Desk
from admin.errors import AlarmError, HiddenError
from admin.keyring import Ring
from admin.letters import Kind
from admin.permissions import Action
from admin.sought import Sought, read_sought, written
from crypto.acts import Epoch
from crypto.envelope import OpenError, Secret, opening
from crypto.roles import Group
from forms.wording import msgid
from reporting import places, records
from reporting.case_rows import SavedSearchRow
from reporting.records import Record

MOST_KEPT: Final = 20
FLOOR_BYTES: Final = 512
FULL: Final = msgid("Twenty searches are kept already. Please take one of them away first.")


class FullError(Exception):
    """So many searches are kept that no other is; its text says what to do."""


@dataclass(frozen=True, slots=True)
class Saved:
    """A search under its name; neither shows in a `repr`."""

    id: bytes
    name: str = field(repr=False)
    sought: Sought = field(repr=False)
    is_shared: bool = False


def kept(desk: Desk) -> tuple[Saved, ...]:
    """Return one's own searches, then those of casework, each in the order of their names.

    Raises HiddenError, and AlarmError for what was altered.
    """
    authorize(desk.ring.person, Action.SEARCH)
    mine, ours = _own(desk), _shared(desk)
    return (*_in_order(mine), *_in_order(ours))


def keep(desk: Desk, name: str, sought: Sought, *, is_shared: bool) -> None:
    """Keep a search under a name, for oneself or for all of casework.

    Raises HiddenError, FullError, and AlarmError for what was altered.
    """
    authorize(desk.ring.person, Action.SEARCH)
    new = Saved(secrets.token_bytes(16), name, sought, is_shared)
    so_far = _count(desk.session) if is_shared else len(_own(desk))
    if so_far >= MOST_KEPT:
        raise FullError(FULL)
    desk.note("search.kept", new.id, fields=("shared",) if is_shared else ())
    if not is_shared:
        _keep_own(desk, (*_own(desk), new))
        return
    if not may_share(desk.ring):
        raise HiddenError(Action.SEARCH, b"", "a search of casework")
    epoch = desk.verified.epoch(Group.CASEWORK)
    box = _close(desk.ring.index_key(epoch.id), new)
    row = {"id": new.id, "epoch_id": epoch.id, "box_sealed": box}
    desk.session.execute(insert(SavedSearchRow).values(row))


def take_away(desk: Desk, search: bytes) -> None:
    """Keep a search no longer: one's own, or one of casework. Raises HiddenError."""
    authorize(desk.ring.person, Action.SEARCH)
    one = find(desk, search)
    desk.note("search.removed", search, fields=("shared",) if one.is_shared else ())
    if one.is_shared:
        desk.session.execute(delete(SavedSearchRow).where(SavedSearchRow.id == search))
    else:
        _keep_own(desk, (other for other in _own(desk) if other.id != search))


def find(desk: Desk, search: bytes) -> Saved:
    """Return a search that is kept. Raises HiddenError where there is none for this person."""
    found = next((one for one in kept(desk) if one.id == search), None)
    if found is None:
        raise HiddenError(Action.SEARCH, search, "no such search")
    return found


@dataclass(frozen=True, slots=True)
class Latest:
    """What somebody looked for last, from where, and whether it was shown already."""

    sought: Sought = field(repr=False)
    before: str = ""
    is_shown: bool = False


def remember(desk: Desk, latest: Latest) -> None:
    """Remember what this person looks for, so that they can come back to it. Raises HiddenError."""
    authorize(desk.ring.person, Action.SEARCH)
    record: Record = {
        "sought": written(latest.sought),
        "before": latest.before,
        "shown": latest.is_shown,
    }
    letters.keep_own(desk.session, desk.ring, Kind.SOUGHT, record)


def latest(desk: Desk) -> Latest | None:
    """Return what this person looked for last; nothing where they never did. Raises HiddenError."""
    authorize(desk.ring.person, Action.SEARCH)
    record = letters.read_own(desk.session, desk.ring, Kind.SOUGHT)
    if not record:
        return None
    with opening():
        sought = read_sought(records.child(record, "sought"))
    return Latest(sought, records.text(record, "before"), records.truth(record, "shown"))


def may_share(ring: Ring) -> bool:
    """Say whether this person is in casework, which shares its searches."""
    return Group.CASEWORK in ring.person.groups and not ring.person.is_kept_back


def carry_over(session: Session, ring: Ring, newest: Epoch) -> None:
    """Lock what casework shares under its newest epoch, as far as this person can open it.

    Raises OpenError for what was altered.
    """
    if not ring.holds(newest.id):
        return
    for row in session.scalars(_opened_by(ring).where(SavedSearchRow.epoch_id != newest.id)).all():
        one = _open(ring.index_key(row.epoch_id), row)
        row.epoch_id, row.box_sealed = newest.id, _close(ring.index_key(newest.id), one)


def _own(desk: Desk) -> tuple[Saved, ...]:
    record = letters.read_own(desk.session, desk.ring, Kind.SEARCHES)
    try:
        return tuple(map(_read, records.children(record, "searches"))) if record else ()
    except OpenError:  # pragma: no cover - only its owner's key writes it, and never nonsense
        raise AlarmError("what somebody looks for was altered") from None


def _keep_own(desk: Desk, searches: Iterable[Saved]) -> None:
    record: Record = {"searches": [_written(one) for one in searches]}
    letters.keep_own(desk.session, desk.ring, Kind.SEARCHES, record)


def _shared(desk: Desk) -> tuple[Saved, ...]:
    if not may_share(desk.ring):
        return ()
    rows = desk.session.scalars(_opened_by(desk.ring)).all()
    try:
        return tuple(_open(desk.ring.index_key(row.epoch_id), row) for row in rows)
    except OpenError:
        raise AlarmError("a search of casework was altered") from None


def _opened_by(ring: Ring) -> Select[SavedSearchRow]:
    return select(SavedSearchRow).where(SavedSearchRow.epoch_id.in_(ring.seeds()))


def _count(session: Session) -> int:
    return session.scalars(select(func.count()).select_from(SavedSearchRow)).one()


def _in_order(searches: Iterable[Saved]) -> list[Saved]:
    return sorted(searches, key=lambda one: (one.name.casefold(), one.id))


def _close(key: Secret, one: Saved) -> bytes:
    return records.close(key, _written(one), places.saved_search(one.id), FLOOR_BYTES)


def _open(key: Secret, row: SavedSearchRow) -> Saved:
    found = _read(records.reopen(key, row.box_sealed, places.saved_search(row.id)))
    return Saved(row.id, found.name, found.sought, is_shared=True)


def _written(one: Saved) -> Record:
    return {"id": one.id.hex(), "name": one.name, "sought": written(one.sought)}


def _read(record: Mapping[str, records.Json]) -> Saved:
    with opening():
        sought = read_sought(records.child(record, "sought"))
    return Saved(records.row(record, "id"), records.text(record, "name"), sought)
