"""Tables of the work on a report: what the team knows of it, and who has it in hand."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, clear, sealed
from reporting.models import BELONGS_TO, RANDOM_NUMBER, VERSION, Id


class WorkRow(Base):
    """What the team found, decided and still has to do; a report nobody touched has none."""

    __tablename__ = "work"
    __table_args__ = table(
        "What the team does about a report: who works on it, what was decided, what is still open."
        " All of it is locked.",
        archive=Archive.VAULT,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class LeaseRow(Base):
    """Who has a report in hand just now; it ends by itself."""

    __tablename__ = "lease"
    __table_args__ = table(
        "Which reports somebody is reading just now, so that two people never do the same; who it"
        " is and until when is locked.",
        archive=Archive.NONE,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear("says which lock of the office was used")
    )
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class OwnNoteRow(Base):
    """What one person of the team noted for themselves alone; nothing says who it was."""

    __tablename__ = "own_note"
    __table_args__ = table(
        "Notes that one person of the team keeps about a report for themselves. They are locked"
        " twice: nobody else reads them, and nothing says whose they are.",
        archive=Archive.VAULT,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), index=True, info=clear(BELONGS_TO)
    )
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
