"""Tables of the work on a report: what the team knows, who has it in hand, and what lists show."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, blind, clear, sealed
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


class CustodyRow(Base):
    """What was done with the files of a report, by whom and when; all of it in one box.

    One row and not one for each step: so nobody can take a single step away.
    """

    __tablename__ = "custody"
    __table_args__ = table(
        "What the team did with the files of a report: who looked at which, took it out or checked"
        " it, and when. All of it is locked.",
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


class HeaderRow(Base):
    """What lists show of a report, so that they need not open it; it can always be made again."""

    __tablename__ = "header"
    __table_args__ = table(
        "What the team's lists show of a report: how urgent, since when, in which language, who"
        " works on it. All of it is locked.",
        archive=Archive.NONE,
    )

    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, info=clear(BELONGS_TO)
    )
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear("says which lock of the office was used")
    )
    rev: Mapped[int] = mapped_column(
        index=True,
        info=clear("says of which version of the report this is; any other is not believed"),
    )
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class ListedRow(Base):
    """That a report is in one list, which only its group can name."""

    __tablename__ = "listed"
    __table_args__ = table(
        "Which reports are in one list together, such as those of one owner. Which list it is, only"
        " the team can tell; each is cut into four that nobody else can put together.",
        archive=Archive.NONE,
    )

    token: Mapped[bytes] = mapped_column(Id, primary_key=True, info=blind())
    case_id: Mapped[bytes] = mapped_column(
        ForeignKey("cases.id"), primary_key=True, index=True, info=clear(BELONGS_TO)
    )


class LinkTokenRow(Base):
    """That an identifier stands in some report; which report it is, only casework can open."""

    __tablename__ = "link_token"
    __table_args__ = table(
        "Marks of numbers, accounts and addresses that stand in a report, so that the team sees"
        " where the same one stands again. A mark cannot be turned back into the number, and of"
        " which report it is, is locked.",
        archive=Archive.KEYS,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    token: Mapped[bytes] = mapped_column(Id, index=True, info=blind())
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), index=True, info=clear("says which lock of the office was used")
    )
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class LinkKeyRow(Base):
    """The key that all tokens are made with, locked for one epoch of casework."""

    __tablename__ = "link_key"
    __table_args__ = table(
        "The key with which the team makes those marks. It is locked.", archive=Archive.KEYS
    )

    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"),
        primary_key=True,
        info=clear("says which lock of the office was used"),
    )
    key_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class SavedSearchRow(Base):
    """A search that casework keeps for all of its people; nothing says what it looks for."""

    __tablename__ = "saved_search"
    __table_args__ = table(
        "Searches that the team does again and again. What they look for is locked.",
        archive=Archive.KEYS,
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear("says which lock of the office was used")
    )
    box_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
