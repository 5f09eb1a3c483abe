"""Backup: two archives of one moment; only both together, and a passphrase, bring an office back.

What is locked lies in the vault archive for up to a year; what opens it lies in the keys archive
for up to two weeks. After that nothing brings back what was erased: the older vault archives hold
boxes whose keys are nowhere (CRYPTO.md 6.9). Each table says itself where it belongs.
"""

import hashlib
import secrets
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from itertools import groupby
from pathlib import Path
from typing import Final

from sqlalchemy import Column, ColumnElement, MetaData, Select, String, Table, exists, func, select
from sqlalchemy.orm import Session

from admin import archives, audit, extracts
from admin.archives import Header, Kind, Lock, Row, Value
from admin.errors import ArchiveError
from admin.runtime import Door
from crypto.chain import Head
from crypto.envelope import Label, Secret, expand
from reporting import records
from reporting.attachments import MOST_PIECES
from reporting.audit import Event, append
from reporting.clock import minute_text
from reporting.database import Base
from reporting.file_rows import FileRow, Piece
from reporting.ledger import Archive
from reporting.models import CasePart
from reporting.office import Office
from reporting.records import Record
from reporting.runtime import RECEIPT_PEPPER_FILE, Runtime, load_pepper, write_pepper
from reporting.settings import BackupLives

SYSTEM: Final = "system"
KEY_FILE: Final = "archive.key"
FITS: Final = "fits"  # of each report in the keys archive: the hash of the boxes its keys open
IN_ARCHIVE: Final = {
    Kind.VAULT: (Archive.BOTH, Archive.VAULT),
    Kind.KEYS: (Archive.BOTH, Archive.KEYS),
}
TAG_BYTES: Final = 16
AT_A_TIME: Final = 100
PIECES_AT_A_TIME: Final = 4
_FILE: Final = Base.metadata.tables[FileRow.__tablename__]
_PIECE: Final = Base.metadata.tables[Piece.__tablename__]
_REVISION: Final = Column("version_num", String)
MIGRATIONS: Final = Table("alembic_version", MetaData(), _REVISION)
# Files of drafts are in no archive, nor what is in them.
_OF_A_CASE: Final[Mapping[Table, ColumnElement[bool]]] = {
    _FILE: _FILE.c.case_id.is_not(None),
    _PIECE: exists().where(
        _FILE.c.first_piece <= _PIECE.c.id,
        _FILE.c.first_piece > _PIECE.c.id - MOST_PIECES,
        _FILE.c.case_id.is_not(None),
    ),
}


@dataclass(frozen=True, slots=True)
class Target:
    """Where both archives go, and what the operator typed to lock the keys with."""

    vault: Path
    keys: Path
    passphrase: str = field(repr=False)
    door: Door


Watch = Callable[[Iterator[bytes], int], Iterator[bytes]]


def make(service: Runtime, target: Target, now: datetime, watch: Watch) -> None:
    """Write both archives of this moment; neither has its name before both are whole.

    `watch` is shown each row on its way, and how many there will be. Raises ArchiveError and
    ExtractError where a file is in the way, and LogDamagedError: nobody could bring that back.
    """
    instance = service.settings.instance
    key, day = _vault_key(instance), now.astimezone(UTC).date()
    with ExitStack() as files:
        vault, keys = (files.enter_context(_finished(path)) for path in (target.vault, target.keys))
        with service.begin() as session:
            # Written before the first row is read, so that it stands in both archives too.
            append(session, service.journal, Event(SYSTEM, SYSTEM, "backup.made"), now)
        with service.database.snapshot() as session:
            lock = archives.by_key(Header.new(Kind.VAULT, day), Secret(key[1:]))
            moment = _head(session, service.office, now)
            _write(session, vault, lock, moment, watch)
            header = Header.new(Kind.KEYS, day)
            lock = archives.by_passphrase(header, target.passphrase, target.door)
            outside = {KEY_FILE: key.hex(), RECEIPT_PEPPER_FILE: tag_of_receipts(instance)}
            _write(session, keys, lock, moment | outside, watch)


def tag_of_receipts(instance: Path) -> str:
    """Return what tells the pepper of the codes from any other; nothing where it is not at hand."""
    path = instance / RECEIPT_PEPPER_FILE
    if not path.exists():
        return ""
    return expand(load_pepper(path).key, Label.PEPPER_TAG, TAG_BYTES).reveal().hex()


def _vault_key(instance: Path) -> bytes:
    """Return the key file of all vault archives here, which is made with the first of them."""
    write_pepper(instance / KEY_FILE)
    load_pepper(instance / KEY_FILE)  # half a file would be a key that nobody has again
    return (instance / KEY_FILE).read_bytes()


def expires(header: Header, lives: BackupLives) -> date:
    """Return the first day on which an archive is restored no more."""
    days = {Kind.KEYS: lives.keys_days, Kind.VAULT: lives.vault_days}
    return header.day + timedelta(days=days[header.kind])


def prune(folder: Path, lives: BackupLives, now: datetime) -> tuple[int, int]:
    """Delete the archives in a folder whose life is over; return how many, and how many stay."""
    gone = kept = 0
    for path in sorted(folder.iterdir()):
        with suppress(ArchiveError):
            if not path.is_file():
                continue
            if expires(archives.read_header(path), lives) <= now.astimezone(UTC).date():
                path.unlink()
                gone += 1
            else:
                kept += 1
    return gone, kept


def tables_in(kind: Kind) -> tuple[Table, ...]:
    """Return the tables of an archive, those of both first; raise KeyError if one does not say."""
    tables = Base.metadata.sorted_tables
    said = {table: Archive(table.info["archive"]) for table in tables}
    return tuple(table for wanted in IN_ARCHIVE[kind] for table in tables if said[table] is wanted)


def revision(session: Session) -> str:
    """Return which tables these are: an archive fits only into the same."""
    return session.scalars(select(_REVISION).select_from(MIGRATIONS)).one()


def fits(session: Session, cases: Iterable[bytes] | None = None) -> Iterator[tuple[bytes, bytes]]:
    """Yield each report, or each of these, and the hash of the boxes that its keys open."""
    columns = (CasePart.case_id, CasePart.part, CasePart.content_sealed)
    parts = select(*columns).order_by(CasePart.case_id, CasePart.part)
    if cases is not None:
        parts = parts.where(CasePart.case_id.in_(cases))
    rows = session.execute(parts, execution_options={"yield_per": AT_A_TIME})
    for case, boxes in groupby(rows, lambda row: row.case_id):
        digest = hashlib.sha256()
        for row in boxes:
            digest.update(hashlib.sha256(row.content_sealed).digest())
        yield case, digest.digest()


def head_of(record: Record, name: str) -> Head:
    """Return where roster or log ended when an archive was made. Raises OpenError."""
    said = records.child(record, name)
    return Head(records.number(said, "n"), records.row(said, "hash"))


def _head(session: Session, office: Office, now: datetime) -> dict[str, records.Json]:
    roster, log = office.follow(session).head, audit.inspect(session)
    return {
        "made": minute_text(now),
        "moment": secrets.token_hex(16),
        "revision": revision(session),
        "roster": {"n": roster.n, "hash": roster.hash.hex()},
        "log": {"n": log.n, "hash": log.hash.hex()},
    }


def _write(session: Session, path: Path, lock: Lock, head: Record, watch: Watch) -> None:
    tables = tables_in(lock.header.kind)
    length = sum(session.scalars(_counted(table)).one() for table in tables)
    content = [(table.name, _rows(session, table)) for table in tables]
    if lock.header.kind is Kind.KEYS:
        content.append((FITS, ({"case_id": case, "sha256": fit} for case, fit in fits(session))))
    frames = archives.frames_of({**head, "rows": length}, content)
    archives.write(path, lock, watch(frames, length))


def _counted(table: Table) -> Select[int]:
    return select(func.count()).select_from(table).where(*_narrowing(table))


def _rows(session: Session, table: Table) -> Iterator[Row]:
    at_a_time = PIECES_AT_A_TIME if table is _PIECE else AT_A_TIME
    ordered = select(table).where(*_narrowing(table)).order_by(*table.primary_key.columns)
    for row in session.execute(ordered, execution_options={"yield_per": at_a_time}):
        named: dict[str, Value] = dict(zip(table.columns.keys(), row, strict=True))
        yield named


def _narrowing(table: Table) -> tuple[ColumnElement[bool], ...]:
    return (_OF_A_CASE[table],) if table in _OF_A_CASE else ()


@contextmanager
def _finished(path: Path) -> Iterator[Path]:
    """Lend an unfinished name beside a file; it gets its own when all went well."""
    extracts.require_free(path)
    unfinished = path.with_name(f"{path.name}.unfinished")
    extracts.require_free(unfinished)
    try:
        yield unfinished
        extracts.require_free(path)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
