"""Table of the single texts that are lent to somebody of the team who translates them."""

from sqlalchemy import LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, clear, sealed
from reporting.models import RANDOM_NUMBER, Id


class LentRow(Base):
    """One text for one person, and later what they answered; nothing says of which report."""

    __tablename__ = "lent"
    __table_args__ = table(
        "Single texts that somebody of the team translates, locked for that person for two days,"
        " and translations that wait to be put to their report. Nothing says which report it is.",
        archive=Archive.NONE,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    reader_id: Mapped[bytes | None] = mapped_column(
        Id,
        index=True,
        info=clear("says which person translates it, by their random number, until they answer"),
    )
    expires_hour: Mapped[int] = mapped_column(
        index=True, info=clear("the hour in which this row is deleted by itself")
    )
    mark_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    key_sealed: Mapped[bytes | None] = mapped_column(LargeBinary, info=sealed())
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
