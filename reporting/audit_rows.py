"""Tables of the log of what the team did: its rows, and the keys of its stretches."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, blind, clear, sealed
from reporting.models import RANDOM_NUMBER, Digest, Id


class AuditSegment(Base):
    """The key of a stretch of the audit log, sealed to the auditors."""

    __tablename__ = "audit_segment"
    __table_args__ = table(
        "Keys of the log of what the team did, sealed so that only auditors can use them.",
        archive=Archive.BOTH,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear("says which lock of the office was used")
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class AuditRow(Base):
    """One link of the audit chain."""

    __tablename__ = "audit_event"
    __table_args__ = table(
        "The log of what the team did. Each row is chained to the one before: none vanishes"
        " unseen.",
        archive=Archive.BOTH,
    )

    n: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=clear("the place in the chain")
    )
    week: Mapped[int] = mapped_column(info=clear("the week in which it happened"))
    segment_id: Mapped[bytes] = mapped_column(
        ForeignKey("audit_segment.id"), info=clear("says which key of the log was used")
    )
    commitment: Mapped[bytes] = mapped_column(Digest, info=blind())
    detail_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed())
    prev: Mapped[bytes] = mapped_column(Digest, info=clear("ties this row to the one before it"))
    hash: Mapped[bytes] = mapped_column(Digest, info=clear("lets anybody check the chain"))
