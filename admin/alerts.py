"""Alerts: what supervisors have to know at once, sealed to each of them alone.

No circle's key is used: the person that an alert is about may be in the circle.
"""

import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from admin import models
from admin.authority import authorize
from admin.desk import Desk
from admin.errors import HiddenError
from admin.keyring import Ring
from admin.permissions import Action, is_allowed
from crypto import acts
from crypto.envelope import Ctx, OpenError, make_key
from crypto.roles import Role
from crypto.roster import Roster
from crypto.sealing import kid, seal
from reporting import records
from reporting.clock import minute_text, read_minute

FLOOR_BYTES: Final = 512
_KID: Final = slice(2, 18)  # where a sealed box names the key it is sealed to (FORMAT.md 3)


class Kind(StrEnum):
    """What happened; the words are stored and never change."""

    DURESS = "duress"
    ALTERED = "altered"
    CONTACT = "contact"
    REPORT = "report"


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened to whom, and when."""

    kind: Kind
    member: bytes
    name: str = field(repr=False)
    at: datetime


@dataclass(frozen=True, slots=True)
class Alert:
    """One alert as its reader sees it; of one that does not open nothing more is known."""

    id: bytes
    kind: Kind
    name: str = field(default="", repr=False)
    at: datetime | None = None


def raise_(session: Session, verified: Roster, happened: Happened) -> None:
    """Tell every supervisor but the one it is about."""
    for person in verified.people.values():
        if Role.SUPERVISOR in person.roles and person.id != happened.member:
            session.add(_sealed(person, happened))
    session.flush()


def mine(session: Session, ring: Ring, verified: Roster) -> tuple[Alert, ...]:
    """Return what this person has to know, the newest first; nothing to who is no supervisor."""
    if ring.person.is_kept_back or not is_allowed(Action.SEE_ALERTS, ring.person.marks):
        return ()
    rows = session.scalars(select(models.Alert).where(models.Alert.member_id == ring.person.id))
    living = kid(verified.people[ring.person.id].sealing_key)
    # One sealed to keys of this person from before opens for nobody any more.
    found = [_opened(ring, row) for row in rows if row.key_sealed[_KID] == living]
    return tuple(_newest_first(found))


def dismiss(desk: Desk, alert: bytes) -> None:
    """Take away an alert that this person has seen. Raises HiddenError."""
    rule = authorize(desk.ring.person, Action.SEE_ALERTS, alert)
    desk.note("alert.seen", alert, rule)
    mine_only = models.Alert.member_id == desk.ring.person.id
    gone = delete(models.Alert).where(models.Alert.id == alert, mine_only)
    if desk.session.scalar(gone.returning(models.Alert.id)) is None:
        raise HiddenError(Action.SEE_ALERTS, alert, f"{Action.SEE_ALERTS}: no such alert")


def _sealed(person: acts.Person, happened: Happened) -> models.Alert:
    row, key = secrets.token_bytes(16), make_key()
    record: records.Record = {
        "kind": happened.kind,
        "member": happened.member.hex(),
        "name": happened.name,
        "at": minute_text(happened.at),
    }
    return models.Alert(
        id=row,
        member_id=person.id,
        key_sealed=seal(person.sealing_key, key, _key_place(row)),
        content_sealed=records.close(key, record, _place(row), FLOOR_BYTES),
    )


def _opened(ring: Ring, row: models.Alert) -> Alert:
    try:
        key = ring.own_key(row.key_sealed, _key_place(row.id))
        record = records.reopen(key, row.content_sealed, _place(row.id))
        kind, at = Kind(records.text(record, "kind")), read_minute(records.text(record, "at"))
        return Alert(row.id, kind, records.text(record, "name"), at)
    except (OpenError, ValueError):
        # Whoever altered it wanted it unseen: it is shown all the same.
        return Alert(row.id, Kind.ALTERED)


def _newest_first(alerts: Iterable[Alert]) -> list[Alert]:
    return sorted(alerts, key=lambda alert: minute_text(alert.at) if alert.at else "", reverse=True)


def _key_place(row: bytes) -> Ctx:
    return Ctx("alert key", "alert", "key_sealed", row)


def _place(row: bytes) -> Ctx:
    return Ctx("alert", "alert", "content_sealed", row)
