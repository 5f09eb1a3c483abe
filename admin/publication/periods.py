"""Periods: the keys of each year's figures, as far as they are believed, and what they open.

A year has a key pair that what is counted is sealed to, a secret that names its units, and a key
that tags its records. They are believed for the signatures of officers alone: a row that somebody
plants seals and counts nothing.
"""

import hashlib
import hmac
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin.errors import AlarmError, StaffError
from admin.keyring import Ring
from crypto.cosigned import Cosigned
from crypto.custody import PrivateKey
from crypto.envelope import OpenError, Secret
from crypto.roles import Group
from crypto.roster import Roster
from crypto.sealing import kid
from crypto.signing import Document, Prefix
from reporting import places
from reporting.stat_rows import StatPeriodRow

MAKERS: Final = Group.PUBLICATION
ALTERED: Final = "the keys of a year's figures were altered in the database"


class NoPeriodError(StaffError):
    """Nobody made keys for a year yet, or they are destroyed."""

    def __init__(self, period: int) -> None:
        super().__init__(f"there are no keys for the figures of {period}")


@dataclass(frozen=True, slots=True)
class UnitKeys:
    """What casework counts a year with. `is_fit` says that nobody who left knows what opens it."""

    period: int
    public_key: bytes
    unit_secret: Secret = field(repr=False)
    mac: Secret = field(repr=False)
    is_fit: bool

    def unit_key(self, cluster: bytes) -> bytes:
        """Return what names a unit in this year; of two years nobody can tell it is the same."""
        return hmac.digest(self.unit_secret.reveal(), cluster, "sha256")


@dataclass(frozen=True, slots=True)
class Opening:
    """What opens and checks the records that were sealed to one public key."""

    key: PrivateKey = field(repr=False)
    mac: Secret = field(repr=False)


@dataclass(frozen=True, slots=True)
class PeriodKeys:
    """All that opens a year's records, by the name of the public key."""

    period: int
    openings: Mapping[bytes, Opening] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Stated:
    """The keys of a year, and what was signed of them.

    `is_signed` says that somebody signed who makes the figures now, `is_fit` that nobody who knows
    them has left besides.
    """

    row: StatPeriodRow = field(repr=False)
    mark: Cosigned = field(repr=False)
    said: Document = field(repr=False)
    is_signed: bool
    is_fit: bool

    def require(self, name: str, secret: Secret) -> Secret:
        """Return a secret that is the one that was signed. Raises OpenError for any other."""
        if self.said.get(name) != digest_of(secret):
            raise OpenError
        return secret


def of_casework(session: Session, ring: Ring, verified: Roster, period: int) -> UnitKeys:
    """Return what a year is counted with, by those who grade reports.

    Raises NoPeriodError, NotHandedOnError, and AlarmError for what was altered.
    """
    stated = newest(session, verified, period)
    row = stated.row
    with _sounding_alarm():
        unit, mac = (
            ring.period_secret(Group.CASEWORK, row.casework_epoch_id, box, place)
            for box, place in (
                (row.unit_sealed, places.period_unit(period)),
                (row.mac_casework_sealed, places.period_mac(period, row.n, Group.CASEWORK)),
            )
        )
        stated.require("unit", unit)
        stated.require("mac", mac)
    return UnitKeys(period, row.public_key, unit, mac, stated.is_fit)


def open_for_draw(session: Session, ring: Ring, verified: Roster, period: int) -> PeriodKeys:
    """Return what opens a year's records, for those who make the figures.

    Raises NoPeriodError, NotHandedOnError, and AlarmError for what was altered.
    """
    found = [one for one in believed(session, verified, period) if one.is_signed]
    if not found:
        raise NoPeriodError(period)
    with _sounding_alarm():
        return PeriodKeys(period, {kid(one.row.public_key): opening(ring, one) for one in found})


def opening(ring: Ring, stated: Stated) -> Opening:
    """Return what opens the records sealed to these keys. Raises OpenError, NotHandedOnError."""
    row, epoch = stated.row, stated.row.publication_epoch_id
    seed_at, mac_at = (
        places.period_seed(row.period, row.n),
        places.period_mac(row.period, row.n, MAKERS),
    )
    seed = ring.period_secret(MAKERS, epoch, row.seed_sealed, seed_at)
    mac = ring.period_secret(MAKERS, epoch, row.mac_publication_sealed, mac_at)
    grown = PrivateKey(stated.require("seed", seed))
    if grown.public != row.public_key:
        raise OpenError
    return Opening(grown, stated.require("mac", mac))


def newest(session: Session, verified: Roster, period: int) -> Stated:
    """Return the keys of a year that are in force, fit ones if there are any.

    Raises NoPeriodError.
    """
    found = believed(session, verified, period)
    if not found:
        raise NoPeriodError(period)
    return max(found, key=lambda one: (one.is_fit, one.row.n))


def believed(session: Session, verified: Roster, period: int) -> tuple[Stated, ...]:
    """Return all keys of a year that somebody signed who ever stood in the roster."""
    found = (_stated(row, verified) for row in rows(session, period))
    return tuple(one for one in found if one is not None)


def rows(session: Session, period: int) -> Sequence[StatPeriodRow]:
    """Return every row of a year, whoever wrote it."""
    asked = select(StatPeriodRow).where(StatPeriodRow.period == period)
    return session.scalars(asked.order_by(StatPeriodRow.n)).all()


def kept(session: Session) -> tuple[int, ...]:
    """Return the years of which there are rows."""
    asked = select(StatPeriodRow.period).distinct().order_by(StatPeriodRow.period)
    return tuple(session.scalars(asked))


def digest_of(secret: Secret) -> str:
    """Return what is signed of a secret: it has 256 random bits, so this gives none away."""
    return hashlib.sha256(secret.reveal()).hexdigest()


def people_of(verified: Roster) -> list[str]:
    """Return who makes the figures, by the keys that others seal to."""
    return sorted(kid(person.sealing_key).hex() for person in verified.members(MAKERS))


def _stated(row: StatPeriodRow, verified: Roster) -> Stated | None:
    try:
        mark = Cosigned.decode(Prefix.STAT_PERIOD, row.signed)
        said = mark.document()
    except OpenError:
        return None
    named = (said.get("period"), said.get("n"), said.get("public_key"))
    people = said.get("people")
    is_own = named == (row.period, row.n, row.public_key.hex())
    if not (is_own and isinstance(people, list)) or mark.signers.isdisjoint(verified.listed):
        return None
    makers = {person.signing_key for person in verified.members(MAKERS)}
    is_signed = not mark.signers.isdisjoint(makers)
    has_all = set(people).issubset(people_of(verified))
    return Stated(row, mark, said, is_signed=is_signed, is_fit=is_signed and has_all)


@contextmanager
def _sounding_alarm() -> Iterator[None]:
    try:
        yield
    except OpenError:
        raise AlarmError(ALTERED) from None
