"""Tables about how long a report is kept: the day its reporter reads, and what holds it back."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, clear, sealed
from reporting.models import BELONGS_TO, VERSION


class TermRow(Base):
    """Until which day a report is kept, for its reporter to read."""

    __tablename__ = "term_shown"
    __table_args__ = table(
        "Until which day a report is kept, for its writer to read with their code; it is locked.",
        archive=Archive.VAULT,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    content_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class HoldRow(Base):
    """That a report may not be erased for now, and why."""

    __tablename__ = "hold"
    __table_args__ = table(
        "Reports that may not be erased for now, because the law asks for it; why, by whom and"
        " until when is locked.",
        archive=Archive.KEYS,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"),
        primary_key=True,
        info=clear(
            "says which report may not be erased for now: so it is kept even when nobody of the"
            " team is there, or its writer took it back"
        ),
    )
    rev: Mapped[int] = mapped_column(info=clear(VERSION))
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear("says which lock of the office was used")
    )
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
