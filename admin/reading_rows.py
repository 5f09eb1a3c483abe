"""The tables of what is read: how much by whom today, and what supervisors are told of it."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, blind, clear, sealed
from reporting.models import RANDOM_NUMBER, VERSION, Id

UNTIL: str = "the hour in which this row is deleted by itself"


class ReadingRow(Base):
    """How much one person read today, or usually reads; only the pepper says whose it is."""

    __tablename__ = "reading"
    __table_args__ = table(
        "How much each person on the team reads in a day, so that nobody reads everything; locked,"
        " and it does not say who it is about.",
        archive=Archive.NONE,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=blind())
    expires_hour: Mapped[int] = mapped_column(index=True, info=clear(UNTIL))
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class DigestLine(Base):
    """One line about what was read, sealed to one supervisor."""

    __tablename__ = "digest_line"
    __table_args__ = table(
        "What those who lead the team are told of unusual reading; what it says is locked.",
        archive=Archive.NONE,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    member_id: Mapped[bytes] = mapped_column(
        ForeignKey("member.id"),
        index=True,
        info=clear("says which person it is for, by their random number"),
    )
    expires_hour: Mapped[int] = mapped_column(index=True, info=clear(UNTIL))
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
