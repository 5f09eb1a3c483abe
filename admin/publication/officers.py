"""Officers: what the sign-in of somebody who makes the figures does for the keys of a year.

It makes keys where a year has none, and others where somebody left who knows the old ones; what was
sealed to the old ones is sealed anew, so many at a time. Whoever comes signs what a colleague made:
keys outlive whoever signed them first.
"""

from dataclasses import dataclass
from typing import Final

from sqlalchemy import ColumnElement, delete, func, insert, select
from sqlalchemy.orm import Session

from admin.desk import Desk
from admin.errors import NotHandedOnError
from admin.keyring import Ring
from admin.publication import calendar, frame_records, periods
from admin.publication.frame_records import FrameError
from admin.publication.periods import MAKERS, Opening, Stated
from crypto.acts import Epoch
from crypto.custody import make_seed, public_key
from crypto.envelope import Ctx, OpenError, make_key
from crypto.roles import Group
from crypto.roster import Roster
from crypto.sealing import kid, seal
from crypto.signing import Document, Prefix
from reporting import places
from reporting.database import shred
from reporting.stat_rows import StatFrameRow, StatPeriodRow

MADE: Final = "statistics.keys.made"
# Signing in stays quick; over time each row gets its turn.
AT_A_TIME: Final = 300
_KID: Final[ColumnElement[bytes]] = func.substr(
    StatFrameRow.record_sealed, 3, 16
)  # FORMAT.md 3, as databases count


@dataclass(frozen=True, slots=True)
class _Unit:
    """What names the units of a year: sealed to casework, and what was signed of it."""

    epoch: Epoch
    box: bytes
    digest: str


@dataclass(frozen=True, slots=True)
class _Sealed:
    """What is sealed to one epoch of a group."""

    group: Group
    epoch: bytes
    boxes: tuple[bytes, ...]


def keep_up(desk: Desk) -> None:
    """Do all of it, as far as this officer can. The caller holds the end of the log."""
    session, verified = desk.session, desk.verified
    _sign_too(desk)
    for period in calendar.announced(desk.now):
        if not any(one.is_fit for one in periods.believed(session, verified, period)):
            _make(desk, period)
    for period in periods.kept(session):
        _seal_anew(desk, period)


def carry(session: Session, ring: Ring, verified: Roster) -> None:
    """Seal the secrets of each year to the epochs in force, as far as this person opens them.

    The caller holds the end of the log. One that does not open is told to whoever needs it.
    """
    for period in periods.kept(session):
        for row in periods.rows(session, period):
            _carry_to_makers(ring, verified.epoch(MAKERS), row)
            _carry_to_casework(ring, verified.epoch(Group.CASEWORK), row)
    session.flush()


def opening_of(ring: Ring, stated: Stated) -> Opening | None:
    """Return what opens the records sealed to these keys, if it opens here."""
    try:
        return periods.opening(ring, stated)
    except (OpenError, NotHandedOnError):
        return None


def _make(desk: Desk, period: int) -> None:
    """Make and sign the keys of a year. Its units keep their names, if they have any yet."""
    session, verified = desk.session, desk.verified
    seed, mac, epoch = make_seed(), make_key(), verified.epoch(MAKERS)
    unit = _unit(desk, period)
    n = max((row.n for row in periods.rows(session, period)), default=-1) + 1
    public = public_key(seed)
    said: Document = {
        "period": period,
        "n": n,
        "public_key": public.hex(),
        "seed": periods.digest_of(seed),
        "unit": unit.digest,
        "mac": periods.digest_of(mac),
        "people": periods.people_of(verified),
    }
    to_casework = places.period_mac(period, n, Group.CASEWORK)
    row = {
        "period": period,
        "n": n,
        "public_key": public,
        "publication_epoch_id": epoch.id,
        "casework_epoch_id": unit.epoch.id,
        "seed_sealed": seal(epoch.public_key, seed, places.period_seed(period, n)),
        "unit_sealed": unit.box,
        "mac_casework_sealed": seal(unit.epoch.public_key, mac, to_casework),
        "mac_publication_sealed": seal(epoch.public_key, mac, places.period_mac(period, n, MAKERS)),
        "signed": desk.ring.sign(Prefix.STAT_PERIOD, said).encode(),
    }
    desk.note(MADE)
    session.execute(insert(StatPeriodRow).values(row))


def _unit(desk: Desk, period: int) -> _Unit:
    """Return what names the units of a year: that of its last keys, or a new one.

    Officers cannot open it; they pass it on in the box in which casework gets it.
    """
    epochs = {one.id: one for one in desk.verified.epochs[Group.CASEWORK]}
    stated = periods.believed(desk.session, desk.verified, period)
    known = [one for one in stated if one.row.casework_epoch_id in epochs]
    if known:
        last, row = known[-1], known[-1].row
        return _Unit(epochs[row.casework_epoch_id], row.unit_sealed, str(last.said.get("unit")))
    made, epoch = make_key(), desk.verified.epoch(Group.CASEWORK)
    box = seal(epoch.public_key, made, places.period_unit(period))
    return _Unit(epoch, box, periods.digest_of(made))


def _sign_too(desk: Desk) -> None:
    """Sign what a colleague signed, once its secrets are here and are those that they signed."""
    own = desk.verified.people[desk.ring.person.id].signing_key
    for period in periods.kept(desk.session):
        for stated in periods.believed(desk.session, desk.verified, period):
            if own not in stated.mark.signers and opening_of(desk.ring, stated) is not None:
                stated.row.signed = desk.ring.sign_too(stated.mark).encode()
    desk.session.flush()


def _seal_anew(desk: Desk, period: int) -> None:
    """Seal records of a year to its newest keys, and let the old ones go once nothing needs them.

    A record that does not hold stays as it is: it stops the draw, and somebody looks at it.
    """
    session = desk.session
    known = periods.believed(session, desk.verified, period)
    fit = next((one for one in reversed(known) if one.is_fit), None)
    newest = None if fit is None else opening_of(desk.ring, fit)
    if fit is None or newest is None or len(known) == 1:
        return
    name = kid(fit.row.public_key)
    openings = {kid(one.row.public_key): opening_of(desk.ring, one) for one in known}
    old = select(StatFrameRow).where(StatFrameRow.period == period, _KID.not_in([name]))
    # In no order, so that what does not open keeps nothing else waiting.
    some = session.scalars(old.order_by(func.random()).limit(AT_A_TIME).with_for_update()).all()
    for row in some:
        _seal_one_anew(row, openings.get(row.record_sealed[2:18]), newest, fit.row.public_key)
    session.flush()
    if session.scalar(old.limit(1)) is None:
        _forget(session, period, fit)


def _seal_one_anew(
    row: StatFrameRow, with_these: Opening | None, newest: Opening, public: bytes
) -> None:
    place = places.frame_record(row.unit_key)
    try:
        if with_these is None:
            return
        packed = with_these.key.open(row.record_sealed, place)
        record = frame_records.unpack(packed, row.unit_key, with_these.mac)
    except (OpenError, FrameError):
        return
    renewed = frame_records.pack(record, row.unit_key, newest.mac)
    row.record_sealed = seal(public, renewed, place)


def _forget(session: Session, period: int, fit: Stated) -> None:
    gone = (StatPeriodRow.period == period) & (StatPeriodRow.n != fit.row.n)
    session.execute(delete(StatPeriodRow).where(gone))
    # Somebody who left may know what opens what stood here before.
    shred(session)


def _carry_to_makers(ring: Ring, newest: Epoch, row: StatPeriodRow) -> None:
    places_of = (
        places.period_seed(row.period, row.n),
        places.period_mac(row.period, row.n, MAKERS),
    )
    old = _Sealed(MAKERS, row.publication_epoch_id, (row.seed_sealed, row.mac_publication_sealed))
    boxes = _carried(ring, newest, old, places_of)
    if boxes:
        row.publication_epoch_id = newest.id
        row.seed_sealed, row.mac_publication_sealed = boxes


def _carry_to_casework(ring: Ring, newest: Epoch, row: StatPeriodRow) -> None:
    places_of = (
        places.period_unit(row.period),
        places.period_mac(row.period, row.n, Group.CASEWORK),
    )
    boxes_of = row.unit_sealed, row.mac_casework_sealed
    old = _Sealed(Group.CASEWORK, row.casework_epoch_id, boxes_of)
    boxes = _carried(ring, newest, old, places_of)
    if boxes:
        row.casework_epoch_id = newest.id
        row.unit_sealed, row.mac_casework_sealed = boxes


def _carried(
    ring: Ring, newest: Epoch, old: _Sealed, places_of: tuple[Ctx, ...]
) -> tuple[bytes, ...]:
    """Return what was sealed to an epoch, sealed to the one in force; nothing where it stays."""
    if old.epoch == newest.id or not ring.holds(newest.id):
        return ()
    try:
        return tuple(
            seal(newest.public_key, ring.period_secret(old.group, old.epoch, box, place), place)
            for box, place in zip(old.boxes, places_of, strict=True)
        )
    except (OpenError, NotHandedOnError):
        return ()
