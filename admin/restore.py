"""Restore: bring an office back from both archives into an empty database, whole or not at all.

The keys archive decides which reports exist: what was erased before it was made stays erased,
whatever an older vault archive holds. Before anything is kept, roster and log are verified from the
pin and held against what this machine has seen.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from admin import archives, audit, backup, checkpoints, fitting, witnesses
from admin.archives import Archive, Kind, Lock, Stored
from admin.backup import FITS, KEY_FILE, SYSTEM
from admin.errors import ArchiveError
from admin.fitting import Loader
from admin.runtime import Door
from crypto.chain import Head
from crypto.envelope import OpenError, read_pepper
from reporting import ledger, listing, office, records
from reporting.audit import Event, Journal, append
from reporting.audit_rows import AuditRow
from reporting.clock import read_minute
from reporting.database import Base, Database
from reporting.errors import OfficeError
from reporting.ids import CaseId
from reporting.office import Office
from reporting.runtime import RECEIPT_PEPPER_FILE, put_pepper
from reporting.settings import Settings

NOT_EMPTY: Final = (
    "There is something in this database already. An office is brought back into an empty one only:"
    " set TOMOSHIBI_INSTANCE to a new folder, and TOMOSHIBI_DATABASE to a new database."
)
NO_PIN: Final = (
    "office.pin is missing from the instance folder. Write it off from the paper in the safe first,"
    " and both pepper files too: without them nobody signs in, and no code finds its mailbox."
)
OTHER_RECEIPTS: Final = (
    "receipt.pepper is not the one of that office: no code would find its mailbox. Write it off"
    " from the paper in the safe, then restore again."
)
KEYS_CLOSED: Final = (
    "The keys archive does not open. Either the passphrase is not the one it was locked with, or"
    " staff.pepper is not the one of that office, or somebody altered or cut the file. Try again,"
    " put staff.pepper back from the paper in the safe, or use another copy."
)
VAULT_CLOSED: Final = (
    "The vault archive does not open with this keys archive. Either it is of another office, or"
    " somebody altered or cut the file. Use another copy, or the two that were made together."
)
WRONG_KIND: Final = "{} is a {} archive. Behind --{} belongs the {} archive."
EXPIRED: Final = (
    "The {} archive is of {}, and could be brought back until the day before {}. From then on it"
    " never is, so that what was erased is final. Use a newer one."
)
FROM_TOMORROW: Final = "The {} archive is of {}. Set the clock of this machine right first."
OTHER_TABLES: Final = (
    "The archives were made with other tables ({}) than those here ({}). Install the version of the"
    " program that made them, restore, and update it then."
)
TWO_HISTORIES: Final = (
    "The two archives tell different histories: one of them is of another office, or was made after"
    " somebody changed the database. Use the two that were made together."
)
ROLLED_BACK: Final = (
    "The roster in these archives does not go on from office.pin and office.head. Either office.pin"
    " is of another office, or this machine has seen a newer roster. Use newer archives. If there"
    " are none, and the roster managers decide together to go back, move office.head away and"
    " restore again: then remove at once whoever was removed since."
)

Watch = Callable[[Iterator[Stored], int], Iterator[Stored]]


@dataclass(frozen=True, slots=True)
class Source:
    """Both archives, and what the operator typed to open the keys."""

    vault: Path
    keys: Path
    passphrase: str = field(repr=False)
    door: Door


@dataclass(frozen=True, slots=True)
class Restored:
    """What came back, and what did not.

    `dropped` reports have no keys any more; of the `lost` ones the keys are there, and not what
    they open; so are `lost_files` files.
    """

    since: datetime
    reports: int
    dropped: int
    lost: tuple[CaseId, ...]
    lost_files: int
    is_one_moment: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Both archives, verified, and what their heads say."""

    vault: Archive
    keys: Archive

    @property
    def newest(self) -> Archive:
        """The one whose roster and log go further."""
        ours, theirs = (backup.head_of(one.head, "log").n for one in (self.keys, self.vault))
        return self.keys if ours >= theirs else self.vault

    @property
    def is_one_moment(self) -> bool:
        """Whether they were made together."""
        moments = {records.text(one.head, "moment") for one in (self.keys, self.vault)}
        return len(moments) == 1


@dataclass(frozen=True, slots=True)
class Place:
    """Where an office is brought back to, and when."""

    settings: Settings
    database: Database
    now: datetime


def restore(place: Place, source: Source, watch: Watch) -> Restored:
    """Bring the office back; raise ArchiveError, OfficeError or LogDamagedError, which say why not.

    `watch` is shown each row on its way, and how many there are.
    """
    pair = open_pair(place, source)
    instance = place.settings.instance
    with place.database.begin() as session:
        _require_empty(session)
        _require_tables(session, pair)
        restored = _load(session, pair, watch, place.now)
        verified = _verified(session, pair, instance)
        if pair.newest is pair.vault:
            fitting.require_keys(session, verified.roster)
        append(session, Journal(verified), Event(SYSTEM, SYSTEM, "restored"), place.now)
        # Before the commit: without it no older vault archive would open again.
        put_pepper(instance / KEY_FILE, records.row(pair.keys.head, KEY_FILE))
    office.remember(instance, verified.roster.head)
    return restored


def require_new(place: Place) -> None:
    """Raise ArchiveError unless this is an empty database, with the pin of an office beside it."""
    with place.database.read() as session:
        _require_empty(session)
    if not (place.settings.instance / office.PIN_FILE).exists():
        raise ArchiveError(NO_PIN)


def _require_empty(session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        if session.execute(select(table).limit(1)).first() is not None:
            raise ArchiveError(NOT_EMPTY)


def open_pair(place: Place, source: Source) -> Pair:
    """Return both archives, each verified to its last byte; raise ArchiveError."""
    for path, kind in ((source.keys, Kind.KEYS), (source.vault, Kind.VAULT)):
        _require_life(place, path, kind)
    header = archives.read_header(source.keys)
    lock = archives.by_passphrase(header, source.passphrase, source.door)
    keys = _opened(source.keys, lock, KEYS_CLOSED)
    tag = records.text(keys.head, RECEIPT_PEPPER_FILE)
    if tag and tag != backup.tag_of_receipts(place.settings.instance):
        raise ArchiveError(OTHER_RECEIPTS)
    key = read_pepper(records.row(keys.head, KEY_FILE)).key
    lock = archives.by_key(archives.read_header(source.vault), key)
    return Pair(_opened(source.vault, lock, VAULT_CLOSED), keys)


def _opened(path: Path, lock: Lock, closed: str) -> Archive:
    try:
        return archives.opened(path, lock)
    except OpenError:
        raise ArchiveError(closed) from None


def _require_life(place: Place, path: Path, kind: Kind) -> None:
    header = archives.read_header(path)
    if header.kind is not kind:
        raise ArchiveError(WRONG_KIND.format(path.name, header.kind, kind, kind))
    today = place.now.astimezone(UTC).date()
    last = backup.expires(header, place.settings.backups)
    if last <= today:
        raise ArchiveError(EXPIRED.format(kind, header.day, last))
    if header.day > today:
        raise ArchiveError(FROM_TOMORROW.format(kind, header.day))


def _require_tables(session: Session, pair: Pair) -> None:
    here = backup.revision(session)
    for archive in (pair.keys, pair.vault):
        made_with = records.text(archive.head, "revision")
        if made_with != here:
            raise ArchiveError(OTHER_TABLES.format(made_with, here))


def _load(session: Session, pair: Pair, watch: Watch, now: datetime) -> Restored:
    loader = Loader(session)
    loader.load(pair.newest.rows(), ledger.Archive.BOTH)
    loader.load(_watched(pair.keys, watch), ledger.Archive.KEYS)
    loader.load(_watched(pair.vault, watch), ledger.Archive.VAULT)
    fits = (one.row for one in pair.keys.rows() if one.table == FITS)
    lost = fitting.drop_lost_reports(session, fits, now)
    listing.forget_every(session)
    return Restored(
        since=read_minute(records.text(pair.keys.head, "made")),
        reports=fitting.reports(session),
        dropped=len(loader.dropped),
        lost=lost,
        lost_files=fitting.drop_lost_files(session),
        is_one_moment=pair.is_one_moment,
    )


def _watched(archive: Archive, watch: Watch) -> Iterator[Stored]:
    return watch(archive.rows(), records.number(archive.head, "rows"))


def _verified(session: Session, pair: Pair, instance: Path) -> Office:
    """Return the office, once roster and log are those that both archives and this machine know."""
    try:
        verified = office.check(session, instance)
    except OfficeError:
        raise ArchiveError(ROLLED_BACK) from None
    audit.inspect(session)
    known = witnesses.known(verified)
    checkpoints.require_held(checkpoints.check(session, known.keys, known.origin))
    for one in (pair.keys, pair.vault):
        roster, log = (backup.head_of(one.head, name) for name in ("roster", "log"))
        if not verified.roster.includes(roster) or not _has(session, log):
            raise ArchiveError(TWO_HISTORIES)
    return verified


def _has(session: Session, log: Head) -> bool:
    row = select(AuditRow.hash).where(AuditRow.n == log.n)
    return session.scalars(row).one_or_none() == log.hash
