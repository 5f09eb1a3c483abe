"""Tables of the office: the signed roster, and the names of the epochs that rows are sealed to."""

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from reporting.database import Base, table
from reporting.ledger import Archive, clear
from reporting.models import RANDOM_NUMBER, Id


class Epoch(Base):
    """One key pair of a group. Its public half stands in the roster, and is read nowhere else."""

    __tablename__ = "epoch"
    __table_args__ = table(
        "The locks of the office: which team each of them belongs to.", archive=Archive.BOTH
    )

    id: Mapped[bytes] = mapped_column(Id, primary_key=True, info=clear(RANDOM_NUMBER))
    group: Mapped[str] = mapped_column(String(16), info=clear("says which team holds the key"))


class RosterRow(Base):
    """One signed entry of the roster; what it says is believed for its signatures alone."""

    __tablename__ = "roster_entry"
    __table_args__ = table(
        "The signed list of who is on the team, by random numbers: what they do, since which day, "
        "and their public keys.",
        archive=Archive.BOTH,
    )

    n: Mapped[int] = mapped_column(
        primary_key=True, autoincrement=False, info=clear("the place in the list")
    )
    entry: Mapped[bytes] = mapped_column(
        LargeBinary,
        info=clear("what people signed: anybody may check it, and it names nobody"),
    )
