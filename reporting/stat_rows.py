"""Tables of the statistics: the keys of each year, what is counted in it, and what to look at."""

from sqlalchemy import ForeignKey, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, blind, clear, sealed
from reporting.models import BELONGS_TO, Digest, Id

YEAR = "says for which year of the figures it is"
WHICH_LOCK = "says which lock of the office was used"


class StatPeriodRow(Base):
    """The keys of one year of the figures; a year gets others when an officer leaves."""

    __tablename__ = "stat_period"
    __table_args__ = table(
        "The keys of each year's figures, signed by one of those who make the figures. They are"
        " sealed, and destroyed once the figures are published.",
        archive=Archive.KEYS,
    )

    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=clear(YEAR))
    n: Mapped[int] = mapped_column(
        primary_key=True,
        autoincrement=False,
        info=clear("says how often the keys of this year were replaced"),
    )
    public_key: Mapped[bytes] = mapped_column(
        LargeBinary(1216), info=clear("a public key: it can only lock")
    )
    publication_epoch_id: Mapped[bytes] = mapped_column(
        ForeignKey("epoch.id"), info=clear(WHICH_LOCK)
    )
    casework_epoch_id: Mapped[bytes] = mapped_column(ForeignKey("epoch.id"), info=clear(WHICH_LOCK))
    seed_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    unit_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    mac_casework_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    mac_publication_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    signed: Mapped[bytes] = mapped_column(
        LargeBinary,
        info=clear("a signed mark of the right keys, which does not give them away"),
    )


class StatFrameRow(Base):
    """One unit that is counted in a year: a person, with those whom the team linked to them."""

    __tablename__ = "stat_frame"
    __table_args__ = table(
        "One row for each person, with their relatives, who is counted in the figures of a year."
        " What is counted is sealed, and of which reports it comes is locked; all of it is"
        " destroyed once the figures are published.",
        archive=Archive.KEYS,
    )

    period: Mapped[int] = mapped_column(primary_key=True, autoincrement=False, info=clear(YEAR))
    unit_key: Mapped[bytes] = mapped_column(Digest, primary_key=True, info=blind())
    record_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())
    cluster_sealed: Mapped[bytes] = mapped_column(LargeBinary, info=sealed())


class StatDueRow(Base):
    """A mark: the team has to look whether and with whom a report is counted.

    No foreign key: it outlives the report, until the team has looked.
    """

    __tablename__ = "stat_due"
    __table_args__ = table(
        "Reports whose writer took them back or changed a choice, or that the team linked, since"
        " somebody looked how they are counted.",
        archive=Archive.KEYS,
    )

    case_id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(BELONGS_TO))
