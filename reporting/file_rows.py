"""The tables of files: a head with the key of each, and its locked content in pieces."""

from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Integer, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, about, blind, clear, sealed
from reporting.models import BELONGS_TO, RANDOM_NUMBER, VERSION, Digest, Id


class OpenedBy(StrEnum):
    """Which key a file's own key is locked under."""

    VISIT = "visit"
    CASE = "case"
    THREAD = "thread"


class FileRow(Base):
    """The head of a file; it belongs to a visit, and with the report to a case.

    Without its facts and its digest the file has not arrived whole, and is shown to nobody.
    """

    __tablename__ = "file"
    __table_args__ = table(
        "Files that belong to a report: what each is called, what kind it is and its key are"
        " locked.",
        CheckConstraint("(visit_id IS NULL) <> (case_id IS NULL)", name="owner"),
        archive=Archive.KEYS,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    first_piece: Mapped[int] = mapped_column(
        BigInteger, unique=True, info=clear("a random number: where the pieces of the file begin")
    )
    # Whatever deletes the visit deletes the keys of its files with it, in the same statement.
    visit_id: Mapped[bytes | None] = mapped_column(
        ForeignKey("visit.id", ondelete="CASCADE"), index=True, info=blind()
    )
    case_id: Mapped[bytes | None] = mapped_column(
        ForeignKey("cases.id"), index=True, info=clear(BELONGS_TO)
    )
    opened_by: Mapped[str] = mapped_column(
        String(16),
        info=clear("says which key opens it: of a draft, of a report or of a conversation"),
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    meta_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed())
    box_sha256: Mapped[bytes | None] = mapped_column(
        Digest, info=clear("proves later that the locked file is still the same")
    )


class Piece(Base):
    """A slice of a locked file, numbered on from the random number in its head."""

    __tablename__ = "file_piece"
    # SQLite's own row numbers are used here, because they are ours: large rows want them.
    __table_args__ = (
        {"info": about("What is in the files, locked and cut into pieces.", Archive.VAULT)},
    )

    id: Mapped[int] = mapped_column(
        BigInteger().with_variant(Integer, "sqlite"),
        primary_key=True,
        autoincrement=False,
        info=clear("a random number of the file, and behind it the place of this piece"),
    )
    slice_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
